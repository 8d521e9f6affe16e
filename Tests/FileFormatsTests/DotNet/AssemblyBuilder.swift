/// Makes small .NET assemblies: heaps grow as names and blobs are asked for, rows are appended to
/// their tables. All indexes are two bytes wide unless `heapSizes` says otherwise.
struct AssemblyBuilder {
  enum Table: Int {
    case module = 0x00, typeRef = 0x01, typeDef = 0x02, field = 0x04, methodDef = 0x06
    case paramPtr = 0x07, param = 0x08, interfaceImpl = 0x09, memberRef = 0x0A, constant = 0x0B
    case customAttribute = 0x0C, moduleRef = 0x1A, typeSpec = 0x1B, fieldRVA = 0x1D
    case assembly = 0x20, assemblyRef = 0x23, manifestResource = 0x28, nestedClass = 0x29
    case genericParam = 0x2A, unknown = 0x30
  }

  var pe = PEBuilder()
  var version = "v4.0.30319"
  /// Bytes of the version's field; nil is the version with its zero, padded.
  var versionLength: Int?
  var cliHeaderSize = 72
  var magic = 0x424A_5342
  /// The size that the CLI header claims; nil is the true one.
  var metadataSize: Int?
  var heapSizes: UInt8 = 0
  /// Written in this order, with these names.
  var streamNames = ["#~", "#Strings", "#US", "#GUID", "#Blob"]
  /// Stream headers, by their place, claim these sizes instead of the true ones.
  var claimedSizes: [Int: Int] = [:]
  /// Tables claim these numbers of rows instead of the true ones.
  var claimedRows: [Table: Int] = [:]
  var strings: [UInt8] = [0]
  var blobs: [UInt8] = [0]
  var userStrings: [UInt8] = [0]
  var guids: [UInt8] = []
  var resources: [UInt8] = []
  private var rows: [Table: [[UInt8]]] = [:]

  // MARK: heaps

  mutating func string(_ text: String) -> Int { string(Array(text.utf8)) }

  mutating func string(_ bytes: [UInt8]) -> Int {
    defer { strings += bytes + [0] }
    return strings.count
  }

  mutating func blob(_ bytes: [UInt8]) -> Int {
    defer { blobs += Self.compressed(bytes.count) + bytes }
    return blobs.count
  }

  mutating func userString(_ text: String) {
    var writer = ByteWriter()
    writer.wide(text)
    userStrings += Self.compressed(writer.bytes.count + 1) + writer.bytes + [0]
  }

  /// A number as signatures hold it.
  static func compressed(_ value: Int) -> [UInt8] {
    if value < 0x80 { return [UInt8(value)] }
    if value < 0x4000 { return [0x80 | UInt8(value >> 8), UInt8(value & 0xFF)] }
    return [
      0xC0 | UInt8(value >> 24), UInt8(value >> 16 & 0xFF), UInt8(value >> 8 & 0xFF),
      UInt8(value & 0xFF),
    ]
  }

  // MARK: rows

  /// - Returns: the number of the row, counted from 1.
  @discardableResult
  mutating func row(_ table: Table, _ write: (inout ByteWriter) -> Void) -> Int {
    var writer = ByteWriter()
    write(&writer)
    rows[table, default: []].append(writer.bytes)
    return rows[table, default: []].count
  }

  /// A row of numbers of two bytes; names and blobs come as their indexes.
  @discardableResult
  mutating func row(_ table: Table, _ values: Int...) -> Int {
    row(table) { writer in for value in values { writer.u16(value) } }
  }

  @discardableResult
  mutating func typeRef(_ name: String, in namespace: String?) -> Int {
    row(.typeRef, 6, string(name), namespace.map { string($0) } ?? 0)
  }

  /// - Parameter extends: coded; 0 is taken for the first type definition by YARA-X.
  @discardableResult
  mutating func typeDef(
    _ name: String, in namespace: String? = nil, flags: Int = 1, extends: Int = 0, methods: Int = 1
  ) -> Int {
    let names = [string(name), namespace.map { string($0) } ?? 0]
    return row(.typeDef) { writer in
      writer.u32(flags)
      for value in names + [extends, 1, methods] { writer.u16(value) }
    }
  }

  @discardableResult
  mutating func method(
    _ name: String, flags: Int = 0x86, signature: [UInt8], parameters: Int = 1
  ) -> Int {
    let indexes = [string(name), blob(signature)]
    return row(.methodDef) { writer in
      writer.u32(0)
      writer.u16(0)
      for value in [flags] + indexes + [parameters] { writer.u16(value) }
    }
  }

  mutating func param(_ name: String) { row(.param, 0, 1, string(name)) }

  /// - Parameter owner: coded: the row times two, plus one for a method.
  mutating func genericParam(_ name: String, owner: Int) {
    row(.genericParam, 0, 0, owner, string(name))
  }

  @discardableResult
  mutating func typeSpec(_ signature: [UInt8]) -> Int { row(.typeSpec, blob(signature)) }

  mutating func assembly(_ name: String, culture: String, version: [Int]) {
    let values = version + [0, 0, 0, string(name), string(culture)]
    row(.assembly) { writer in
      writer.u32(0x8004)
      for value in values { writer.u16(value) }
    }
  }

  mutating func assemblyRef(_ name: String, key: [UInt8], version: [Int]) {
    let values = version + [0, 0, blob(key), string(name), 0, 0]
    row(.assemblyRef) { writer in for value in values { writer.u16(value) } }
  }

  // MARK: the file

  func built() -> [UInt8] {
    var pe = pe
    let resourceRVA = pe.place(resources)
    let metadata = metadataBytes()
    let root = pe.place(metadata)
    let header = pe.place { writer in
      writer.u32(cliHeaderSize)
      writer.u16(2)
      writer.u16(5)
      writer.u32(root)
      writer.u32(metadataSize ?? metadata.count)
      writer.u32(1)
      writer.u32(0)
      writer.u32(resources.isEmpty ? 0 : resourceRVA)
      writer.u32(resources.count)
      writer.zeros(40)
    }
    pe.directories[14] = (header, 72)
    return pe.built()
  }

  /// From the magic on.
  func metadataBytes() -> [UInt8] {
    let contents: [String: [UInt8]] = [
      "#~": tableStream(), "#-": tableStream(), "#Strings": strings, "#US": userStrings,
      "#GUID": guids, "#Blob": blobs,
    ]
    var root = ByteWriter()
    root.u32(magic)
    root.u16(1)
    root.u16(1)
    root.u32(0)
    let field = versionLength ?? (version.utf8.count + 4) & ~3
    root.u32(field)
    root.text(version, size: field)
    root.u16(0)
    root.u16(streamNames.count)
    var offset = root.bytes.count
    for name in streamNames { offset += 8 + (name.utf8.count + 4) & ~3 }
    var streams = ByteWriter()
    for (index, name) in streamNames.enumerated() {
      streams.align(4)
      let content = contents[name] ?? []
      root.u32(offset + streams.bytes.count)
      root.u32(claimedSizes[index] ?? content.count)
      root.text(name, size: (name.utf8.count + 4) & ~3)
      streams.bytes += content
    }
    return root.bytes + streams.bytes
  }

  private func tableStream() -> [UInt8] {
    let present = Set(rows.keys).union(claimedRows.keys).sorted { $0.rawValue < $1.rawValue }
    var stream = ByteWriter()
    stream.u32(0)
    stream.u8(2)
    stream.u8(0)
    stream.u8(heapSizes)
    stream.u8(1)
    stream.u64(present.reduce(0) { $0 | 1 << UInt64($1.rawValue) })
    stream.u64(0)
    for table in present { stream.u32(claimedRows[table] ?? rows[table]?.count ?? 0) }
    if heapSizes & 0x40 != 0 { stream.u32(0) }
    for table in present { stream.bytes += (rows[table] ?? []).flatMap { $0 } }
    return stream.bytes
  }
}
