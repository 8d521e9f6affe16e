/// Builds small Mach-O files: a header, load commands, and data after them that commands point to.
struct MachOBuilder {
  var is64Bit = true
  var isBigEndian = false
  var cpuType: UInt32 = 0x0100_0007
  var cpuSubtype: UInt32 = 3
  private var commands: [(type: UInt32, body: [UInt8])] = []
  /// Data after the commands, and the places in command bodies that hold its offset.
  private var data: [UInt8] = []
  private var fixes: [(command: Int, place: Int, data: Int)] = []

  init(is64Bit: Bool = true, isBigEndian: Bool = false) {
    self.is64Bit = is64Bit
    self.isBigEndian = isBigEndian
  }

  var writer: OrderedWriter { OrderedWriter(isBigEndian: isBigEndian) }

  mutating func add(_ type: UInt32, _ body: (inout OrderedWriter) -> Void) {
    var out = writer
    body(&out)
    out.align(to: 4)
    commands.append((type, out.bytes))
  }

  /// A command that holds one range of data: offset and size.
  mutating func addData(_ type: UInt32, _ bytes: [UInt8]) {
    add(type) {
      $0.put(UInt32(0))
      $0.put(UInt32(bytes.count))
    }
    point(commands.count - 1, 0, bytes)
  }

  /// LC_DYLD_INFO with bind opcodes and an export trie.
  mutating func addDynamicLinkerInfo(bind: [UInt8], lazyBind: [UInt8] = [], trie: [UInt8]) {
    add(0x22) { out in
      for size in [0, bind.count, 0, lazyBind.count, trie.count] {
        out.put(UInt32(0))
        out.put(UInt32(size))
      }
    }
    point(commands.count - 1, 8, bind)
    point(commands.count - 1, 24, lazyBind)
    point(commands.count - 1, 32, trie)
  }

  private mutating func point(_ command: Int, _ place: Int, _ bytes: [UInt8]) {
    fixes.append((command, place, data.count))
    data += bytes
  }

  mutating func addSegment(_ name: String, address: UInt64, offset: UInt64, sections: [String]) {
    let wide = is64Bit
    func word(_ value: UInt64, _ out: inout OrderedWriter) {
      if wide { out.put(value) } else { out.put(UInt32(truncatingIfNeeded: value)) }
    }
    add(is64Bit ? 0x19 : 0x01) { out in
      out.put(name, paddedTo: 16)
      for value in [address, 0x1000, offset, 0x800] { word(value, &out) }
      out.put(UInt32(7))
      out.put(UInt32(5))
      out.put(UInt32(sections.count))
      out.put(UInt32(4))
      for (index, section) in sections.enumerated() {
        out.put(section, paddedTo: 16)
        out.put(name, paddedTo: 16)
        word(address + UInt64(index), &out)
        word(0x20, &out)
        for value in 1...(wide ? 8 : 7) { out.put(UInt32(value)) }
      }
    }
  }

  /// A command that names a dylib: one to load unless `type` says otherwise.
  mutating func addDylib(_ name: String, type: UInt32 = 0x0C) {
    add(type) { out in
      out.put(UInt32(24))
      out.put(UInt32(2))
      out.put(UInt32(0x0001_0203))
      out.put(UInt32(0x0004_0506))
      out.put(name)
      out.put(UInt8(0))
    }
  }

  /// With `cut` bytes missing at the end of the strings.
  mutating func addSymbols(_ symbols: [(name: String, type: UInt8)], cut: Int = 0) {
    var records = writer
    var strings: [UInt8] = [0]
    for symbol in symbols {
      records.put(UInt32(symbol.name.isEmpty ? 0 : strings.count))
      records.put(symbol.type)
      records.put(UInt8(1))
      records.put(UInt16(2))
      if is64Bit { records.put(UInt64(3)) } else { records.put(UInt32(3)) }
      if !symbol.name.isEmpty { strings += Array(symbol.name.utf8) + [0] }
    }
    strings.removeLast(cut)
    add(0x02) { out in
      out.put(UInt32(0))
      out.put(UInt32(symbols.count))
      out.put(UInt32(0))
      out.put(UInt32(strings.count))
    }
    point(commands.count - 1, 0, records.bytes)
    point(commands.count - 1, 8, strings)
  }

  func built() -> [UInt8] {
    let headerSize = is64Bit ? 32 : 28
    let size = commands.reduce(0) { $0 + 8 + $1.body.count }
    var bodies = commands.map(\.body)
    for fix in fixes {
      var out = writer
      out.put(UInt32(headerSize + size + fix.data))
      bodies[fix.command].replaceSubrange(fix.place..<fix.place + 4, with: out.bytes)
    }
    var out = writer
    out.put(UInt32(is64Bit ? 0xFEED_FACF : 0xFEED_FACE))
    for value in [cpuType, cpuSubtype, 2, UInt32(commands.count), UInt32(size), 0x85] {
      out.put(value)
    }
    if is64Bit { out.put(UInt32(9)) }
    for (command, body) in zip(commands, bodies) {
      out.put(command.type)
      out.put(UInt32(8 + body.count))
      out.bytes += body
    }
    return out.bytes + data
  }

  /// Chained fixups with two imports, `_a` and `_b`, in one of the three formats.
  static func fixups(format: UInt32 = 1, isBigEndian: Bool = false) -> [UInt8] {
    var out = OrderedWriter(isBigEndian: isBigEndian)
    let recordSize: UInt32 = format == 2 ? 8 : format == 3 ? 16 : 4
    for value in [0, 0, 28, 28 + 2 * recordSize, 2, format, 0] { out.put(value) }
    for place in [1, 4] as [UInt64] {
      switch format {
      case 3:
        out.put(place << 32 | 1)
        out.put(UInt64(0))
      default:
        out.put(UInt32(place << 9 | 1))
        if format == 2 { out.put(UInt32(0)) }
      }
    }
    out.bytes += Array("\0_a\0_b\0".utf8)
    return out.bytes
  }

  /// A fat file with 32-bit entries for the binaries.
  static func fat(_ parts: [(cpuType: UInt32, cpuSubtype: UInt32, bytes: [UInt8])]) -> [UInt8] {
    var out = OrderedWriter(isBigEndian: true)
    out.put(UInt32(0xCAFE_BABE))
    out.put(UInt32(parts.count))
    var offset = 8 + 20 * parts.count
    for part in parts {
      out.put(part.cpuType)
      out.put(part.cpuSubtype)
      out.put(UInt32(offset))
      out.put(UInt32(part.bytes.count))
      out.put(UInt32(2))
      offset += part.bytes.count
    }
    return out.bytes + parts.flatMap(\.bytes)
  }

  /// A code signature with the blobs.
  static func signature(_ blobs: [(magic: UInt32, bytes: [UInt8])]) -> [UInt8] {
    var out = OrderedWriter(isBigEndian: true)
    let start = 12 + 8 * blobs.count
    out.put(UInt32(0xFADE_0CC0))
    out.put(UInt32(start + blobs.reduce(0) { $0 + 8 + $1.bytes.count }))
    out.put(UInt32(blobs.count))
    var offset = start
    for blob in blobs {
      out.put(UInt32(5))
      out.put(UInt32(offset))
      offset += 8 + blob.bytes.count
    }
    for blob in blobs {
      out.put(blob.magic)
      out.put(UInt32(8 + blob.bytes.count))
      out.bytes += blob.bytes
    }
    return out.bytes
  }
}
