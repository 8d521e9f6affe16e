/// Little-endian bytes, appended.
struct ByteWriter {
  var bytes: [UInt8] = []

  mutating func u8(_ value: UInt8) { bytes.append(value) }
  mutating func u16(_ value: Int) { put(UInt64(truncatingIfNeeded: value), 2) }
  mutating func u32(_ value: Int) { put(UInt64(truncatingIfNeeded: value), 4) }
  mutating func u64(_ value: UInt64) { put(value, 8) }
  mutating func text(_ text: String, size: Int? = nil) {
    let utf8 = Array(text.utf8)
    bytes += utf8
    if let size { zeros(size - utf8.count) }
  }
  mutating func wide(_ text: String) { for unit in text.utf16 { u16(Int(unit)) } }
  mutating func zeros(_ count: Int) {
    if count > 0 { bytes += [UInt8](repeating: 0, count: count) }
  }
  mutating func align(_ size: Int) { zeros((size - bytes.count % size) % size) }

  private mutating func put(_ value: UInt64, _ size: Int) {
    for index in 0..<size { bytes.append(UInt8(truncatingIfNeeded: value >> UInt64(8 * index))) }
  }

  mutating func overwrite32(_ value: Int, at offset: Int) {
    for index in 0..<4 {
      bytes[offset + index] = UInt8(truncatingIfNeeded: value >> (8 * index))
    }
  }
}

/// Makes small PE files: one section, mapped at RVA 0x1000 and stored at 0x400, that holds what
/// the parts under test need.
struct PEBuilder {
  static let sectionRVA = 0x1000
  static let sectionOffset = 0x400

  var is64Bit = false
  var machine = 0x14C
  var characteristics = 0x102
  var timestamp = 0x5F00_0000
  var entryPoint = 0x1004
  var sectionName = ".all"
  var numberOfSections = 1
  var fileAlignment = 0x200
  var sectionAlignment = 0x1000
  var directories: [Int: (address: Int, size: Int)] = [:]
  /// Between the DOS header and the PE header.
  var stub: [UInt8] = []
  /// The section's content; grows by `place`.
  var content = ByteWriter()
  var overlay: [UInt8] = []
  var symbolTable = 0
  var checksum = 0

  /// The RVA of what is appended next.
  var nextRVA: Int { Self.sectionRVA + content.bytes.count }

  /// Appends to the section.
  /// - Returns: the RVA of what was appended.
  @discardableResult
  mutating func place(_ bytes: [UInt8]) -> Int {
    content.align(4)
    let rva = nextRVA
    content.bytes += bytes
    return rva
  }

  @discardableResult
  mutating func place(_ write: (inout ByteWriter) -> Void) -> Int {
    var writer = ByteWriter()
    write(&writer)
    return place(writer.bytes)
  }

  var peHeaderOffset: Int { 64 + stub.count }

  func built() -> [UInt8] {
    var file = ByteWriter()
    file.text("MZ", size: 0x3C)
    file.u32(peHeaderOffset)
    file.bytes += stub
    file.text("PE", size: 4)
    file.u16(is64Bit ? 0x8664 : machine)
    file.u16(numberOfSections)
    file.u32(timestamp)
    file.u32(symbolTable)
    file.u32(0)
    file.u16(is64Bit ? 240 : 224)
    file.u16(characteristics)
    // The optional header.
    file.u16(is64Bit ? 0x20B : 0x10B)
    file.u8(14)
    file.u8(29)
    file.u32(0x200)
    file.u32(0x400)
    file.u32(0)
    file.u32(entryPoint)
    file.u32(0x1000)
    if is64Bit {
      file.u64(0x1_4000_0000)
    } else {
      file.u32(0x2000)
      file.u32(0x40_0000)
    }
    file.u32(sectionAlignment)
    file.u32(fileAlignment)
    for version in [6, 1, 2, 3, 5, 2] { file.u16(version) }
    file.u32(0)
    file.u32(0x10000)
    file.u32(Self.sectionOffset)
    file.u32(checksum)
    file.u16(3)
    file.u16(0x8140)
    for size in [0x10_0000, 0x1000, 0x20_0000, 0x2000] {
      if is64Bit { file.u64(UInt64(size)) } else { file.u32(size) }
    }
    file.u32(0)
    file.u32(16)
    for index in 0..<16 {
      file.u32(directories[index]?.address ?? 0)
      file.u32(directories[index]?.size ?? 0)
    }
    file.text(sectionName, size: 8)
    let size = (content.bytes.count + 0x1FF) & ~0x1FF
    file.u32(content.bytes.count)
    file.u32(Self.sectionRVA)
    file.u32(size)
    file.u32(Self.sectionOffset)
    file.zeros(12)
    file.u32(0x6000_0020)
    file.zeros(Self.sectionOffset - file.bytes.count)
    file.bytes += content.bytes
    file.zeros(size - content.bytes.count)
    file.bytes += overlay
    return file.bytes
  }

  // MARK: parts

  enum Thunk {
    case name(String)
    case ordinal(Int)
    case raw(UInt64)
  }

  mutating func addImports(_ libraries: [(name: String, thunks: [Thunk])], delayed: Bool = false) {
    var descriptors = ByteWriter()
    for library in libraries {
      let name = place { $0.text(library.name + "\0") }
      var thunks = ByteWriter()
      for thunk in library.thunks {
        let value: UInt64
        switch thunk {
        case .name(let text):
          value = UInt64(
            place {
              $0.u16(0)
              $0.text(text + "\0")
            })
        case .ordinal(let number): value = (is64Bit ? 1 << 63 : 1 << 31) | UInt64(number)
        case .raw(let raw): value = raw
        }
        if is64Bit { thunks.u64(value) } else { thunks.u32(Int(value)) }
      }
      thunks.zeros(8)
      let table = place(thunks.bytes)
      if delayed {
        for value in [1, name, 0, table, table, 0, 0, 0] { descriptors.u32(value) }
      } else {
        for value in [table, 0, 0, name, table] { descriptors.u32(value) }
      }
    }
    descriptors.zeros(delayed ? 32 : 20)
    let size = descriptors.bytes.count
    directories[delayed ? 13 : 1] = (place(descriptors.bytes), size)
  }

  /// - Parameter names: name and index of a function.
  mutating func addExports(
    library: String, base: Int, functions: [Int], names: [(name: String, index: Int)],
    forward: String? = nil
  ) {
    let name = place { $0.text(library + "\0") }
    let nameRVAs = names.map { entry in place { $0.text(entry.name + "\0") } }
    let nameTable = place { for rva in nameRVAs { $0.u32(rva) } }
    let ordinals = place {
      for entry in names { $0.u16(entry.index) }
      $0.zeros(functions.count * 2)
    }
    content.align(4)
    let start = nextRVA
    let headSize = 40
    var rvas = functions
    if forward != nil { rvas.append(start + headSize + 4 * (functions.count + 1)) }
    place {
      for value in [0, 77, 0] { $0.u32(value) }
      for value in [name, base, rvas.count, names.count, start + headSize, nameTable, ordinals] {
        $0.u32(value)
      }
      for rva in rvas { $0.u32(rva) }
      if let forward { $0.text(forward + "\0") }
    }
    directories[0] = (start, nextRVA - start)
  }

  struct Leaf {
    var type: Int
    var id: Int
    var language: Int
    var data: [UInt8]
    /// In place of `id`.
    var name: String?
  }

  /// A tree with one branch for each leaf.
  mutating func addResources(_ leaves: [Leaf]) {
    content.align(4)
    let dataRVAs = leaves.map { place($0.data) }
    var tree = ByteWriter()
    func directory(_ named: Int, _ numbered: Int) {
      tree.u32(0)
      tree.u32(99)
      tree.u16(4)
      tree.u16(1)
      tree.u16(named)
      tree.u16(numbered)
    }
    directory(0, leaves.count)
    let levelSize = 24
    let second = 16 + 8 * leaves.count
    let third = second + levelSize * leaves.count
    let entries = third + levelSize * leaves.count
    let names = entries + 16 * leaves.count
    var text = ByteWriter()
    for (index, leaf) in leaves.enumerated() {
      tree.u32(leaf.type)
      tree.u32(0x8000_0000 | (second + levelSize * index))
    }
    for (index, leaf) in leaves.enumerated() {
      directory(leaf.name == nil ? 0 : 1, leaf.name == nil ? 1 : 0)
      if let name = leaf.name {
        tree.u32(0x8000_0000 | (names + text.bytes.count))
        text.u16(name.utf16.count)
        text.wide(name)
      } else {
        tree.u32(leaf.id)
      }
      tree.u32(0x8000_0000 | (third + levelSize * index))
    }
    for (index, leaf) in leaves.enumerated() {
      directory(0, 1)
      tree.u32(leaf.language)
      tree.u32(entries + 16 * index)
    }
    for (index, leaf) in leaves.enumerated() {
      tree.u32(dataRVAs[index])
      tree.u32(leaf.data.count)
      tree.u32(0)
      tree.u32(0)
    }
    tree.bytes += text.bytes
    let size = tree.bytes.count
    directories[2] = (place(tree.bytes), size)
  }

  /// A version resource with one table of strings.
  static func version(_ strings: [(key: String, value: String)]) -> [UInt8] {
    func node(
      _ key: String, valueLength: Int, _ value: [UInt8], _ children: [[UInt8]]
    ) -> [UInt8] {
      var writer = ByteWriter()
      writer.u16(0)
      writer.u16(valueLength)
      writer.u16(1)
      writer.wide(key + "\0")
      writer.align(4)
      writer.bytes += value
      for child in children {
        writer.align(4)
        writer.bytes += child
      }
      let length = writer.bytes.count
      writer.bytes[0] = UInt8(length & 0xFF)
      writer.bytes[1] = UInt8(length >> 8)
      return writer.bytes
    }
    let entries = strings.map { entry in
      var value = ByteWriter()
      value.wide(entry.value + "\0")
      return node(entry.key, valueLength: entry.value.utf16.count + 1, value.bytes, [])
    }
    let table = node("040904b0", valueLength: 0, [], entries)
    let info = node("StringFileInfo", valueLength: 0, [], [table])
    return node(
      "VS_VERSION_INFO", valueLength: 52, [UInt8](repeating: 0, count: 52), [info])
  }

  /// The rich header's bytes for a stub: padding words are zero before encryption.
  static func rich(key: UInt32, tools: [(version: Int, id: Int, times: Int)]) -> [UInt8] {
    var clear = ByteWriter()
    clear.text("DanS", size: 16)
    for tool in tools {
      clear.u16(tool.version)
      clear.u16(tool.id)
      clear.u32(tool.times)
    }
    var bytes = clear.bytes
    for index in bytes.indices {
      bytes[index] ^= UInt8(truncatingIfNeeded: key >> UInt32(8 * (index & 3)))
    }
    var end = ByteWriter()
    end.text("Rich")
    end.u32(Int(key))
    return bytes + end.bytes
  }

  mutating func addPDBPath(_ path: String) {
    let record = place {
      $0.text("RSDS", size: 24)
      $0.text(path + "\0")
    }
    let entry = place {
      $0.zeros(12)
      $0.u32(2)
      $0.u32(24 + path.utf8.count + 1)
      $0.u32(record)
      $0.u32(0)
    }
    directories[6] = (entry, 28)
  }

  /// One file with all parts.
  static func full(is64Bit: Bool) -> PEBuilder {
    var builder = PEBuilder()
    builder.is64Bit = is64Bit
    builder.stub =
      Array("This is the stub".utf8)
      + rich(key: 0x1122_3344, tools: [(30729, 147, 2), (33731, 257, 5)])
    builder.place([UInt8](repeating: 0x90, count: 64))
    builder.addImports([
      ("KERNEL32.dll", [.name("CreateFileW"), .name("ExitProcess")]),
      ("WS2_32.dll", [.ordinal(115), .ordinal(2000)]),
    ])
    builder.addImports([("USER32.dll", [.name("MessageBoxA")])], delayed: true)
    builder.addExports(
      library: "full.dll", base: 5, functions: [0x1004, 0x1008],
      names: [("alpha", 1)], forward: "OTHER.beta")
    builder.addResources([
      Leaf(
        type: 16, id: 1, language: 0x409,
        data: version([("CompanyName", "Example é"), ("ProductName", "P")])),
      Leaf(type: 3, id: 7, language: 0x407, data: [1, 2, 3], name: "ICON"),
    ])
    builder.addPDBPath("C:\\src\\full.pdb")
    builder.overlay = Array("overlay".utf8)
    return builder
  }
}

extension PEBuilder {
  /// A file with so many descriptors that all lead to one list of 20,000 functions.
  static func sharedThunks(descriptors: Int) -> PEBuilder {
    var builder = PEBuilder()
    let name = builder.place(Array("a.dll\0".utf8))
    let thunks = builder.place {
      for _ in 0..<20_000 { $0.u32(0x8000_0001) }
      $0.u32(0)
    }
    let table = builder.place {
      for _ in 0..<descriptors { for value in [thunks, 0, 0, name, thunks] { $0.u32(value) } }
      $0.zeros(20)
    }
    builder.directories[1] = (table, 40)
    return builder
  }
}
