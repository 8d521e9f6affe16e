internal import Bytes
internal import FileFormats

/// What the `macho` module keeps of a file: the table of architectures is read at once, each binary's
/// commands, symbols and signature when they are asked for.
///
/// What only YARA-X reports is taken from its reading in both dialects; with `--dialect yara` that
/// is a second reading of the same bytes, made when such a field is asked for.
final class MachOState: ModuleState {
  private let data: ByteView
  let dialect: FormatDialect
  /// Nil where the dialect's engine does not take the file for a Mach-O file.
  let file: MachOFile?
  private(set) lazy var fileInYaraX: MachOFile? =
    dialect == .yaraX ? file : MachOFile.parse(data, dialect: .yaraX)
  private var companions: [Handle: MachOBinary?] = [:]

  init(_ input: ModuleInput) {
    data = input.data
    dialect = FormatDialect(input.dialect)
    file = MachOFile.parse(input.data, dialect: dialect)
  }

  override var isCut: Bool { file?.isCut ?? false }

  // A binary's handle is 0 for the file's own and 1 more than its place in `file` for the others.
  // Handles of what a binary holds have the binary's in their upper bits: segments below bit 20 (no
  // file has more commands), their sections 26 bits below, everything else below bit 40.

  static func segment(_ binary: Handle, _ index: Int) -> Handle { binary << 20 | index }
  static func section(_ segment: Handle, _ index: Int) -> Handle { segment << 26 | index }
  static let mostSections = 1 << 26
  static func child(_ binary: Handle, _ index: Int) -> Handle { binary << 40 | index }
  static func index(_ child: Handle) -> Int { child & (1 << 40 - 1) }

  func binary(_ handle: Handle) -> MachOBinary? {
    guard let file else { return nil }
    return handle == 0 ? file.binary : file.binaries[handle - 1]
  }

  func binaryInYaraX(_ handle: Handle) -> MachOBinary? {
    if dialect == .yaraX { return binary(handle) }
    if handle == 0 { return fileInYaraX?.binary }
    if let known = companions[handle] { return known }
    let companion = binary(handle)?.asReadByYaraX
    companions[handle] = companion
    return companion
  }

  func segment(_ handle: Handle) -> MachOSegment? { binary(handle >> 20)?.commands.segments[handle & 0xFFFFF] }

  func section(_ handle: Handle) -> MachOSection? {
    segment(handle >> 26)?.sections[handle & (Self.mostSections - 1)]
  }

  /// What YARA-X's reading of a binary holds at the place that a child's handle names.
  func child<Value>(_ handle: Handle, _ list: (MachOBinary) -> [Value]) -> Value? {
    binaryInYaraX(handle >> 40).map { list($0)[Self.index(handle)] }
  }
}

/// YARA's `macho`. YARA-X adds what commands other than segments and entry points say, and the
/// functions over names; YARA calls a segment's `filesize` `fsize`. All are given in both dialects.
extension ModuleDefinition {
  static let macho = ModuleDefinition(
    name: "macho",
    root: StructureType(
      "macho",
      ModuleField.constants(MachOConstants.values) + MachOTable.binary(at: "macho.")
        + MachOTable.fat + MachOTable.functions),
    makeState: { MachOState($0) })
}

enum MachOTable {
  static let of = StateFields<MachOState>()

  static let fat: [ModuleField] = [
    of.integer("fat_magic") { state, _ in state.file?.fatMagic },
    of.integer("nfat_arch") { state, _ in state.file?.architectureCount },
    of.array(
      "fat_arch", of: architecture, count: { state, _ in state.file?.architectures.count ?? 0 }),
    of.array(
      "file", of: StructureType("file", binary(at: "")),
      count: { state, _ in state.file?.binaries.count ?? 0 }, element: { $1 + 1 }),
  ]

  static let architecture = StructureType(
    "fat_arch",
    [
      of.integer("cputype") { state, index in state.file?.architectures[index].cpuType },
      of.integer("cpusubtype") { state, index in state.file?.architectures[index].cpuSubtype },
      of.integer("offset") { state, index in state.file?.architectures[index].offset },
      of.integer("size") { state, index in state.file?.architectures[index].size },
      of.integer("align") { state, index in state.file?.architectures[index].alignment },
      of.integer("reserved") { state, index in state.file?.architectures[index].reserved },
    ])

  // MARK: - Functions

  static let functions: [ModuleField] = [
    architectureFunction("file_index_for_arch") { file, type, subtype in
      file.fileIndex(cpuType: type, cpuSubtype: subtype).map(Int64.init)
    },
    architectureFunction("entry_point_for_arch") { file, type, subtype in
      file.entryPoint(cpuType: type, cpuSubtype: subtype).map { Int64(bitPattern: $0) }
    },
    has("has_entitlement") { $0.hasEntitlement($1) }, has("has_dylib") { $0.hasDylib($1) },
    has("has_rpath") { $0.hasRpath($1) }, has("has_import") { $0.hasImport($1) },
    has("has_export") { $0.hasExport($1) },
    hash("dylib_hash") { $0.dylibHash() }, hash("entitlement_hash") { $0.entitlementHash() },
    hash("export_hash") { $0.exportHash() }, hash("import_hash") { $0.importHash() },
    hash("symhash") { $0.symhash() },
  ]

  /// A function of a CPU's type and, in a second form, subtype.
  private static func architectureFunction(
    _ name: String, _ body: @escaping @Sendable (MachOFile, Int64, Int64?) -> Int64?
  ) -> ModuleField {
    ModuleField(
      name,
      .function([
        .integer([.integer], of: MachOState.self) { state, arguments in
          state.file.flatMap { body($0, arguments.integer(0), nil) }
        },
        .integer([.integer, .integer], of: MachOState.self) { state, arguments in
          state.file.flatMap { body($0, arguments.integer(0), arguments.integer(1)) }
        },
      ]))
  }

  /// False in a file of another kind, as in YARA-X.
  private static func has(
    _ name: String, _ body: @escaping @Sendable (MachOFile, ByteView) -> Bool
  ) -> ModuleField {
    of.predicate(name) { state, text in state.fileInYaraX.map { body($0, text) } ?? false }
  }

  private static func hash(
    _ name: String, _ body: @escaping @Sendable (MachOFile) -> [UInt8]?
  ) -> ModuleField {
    of.digest(name, digits: 32) { state in state.fileInYaraX.flatMap(body) }
  }
}
