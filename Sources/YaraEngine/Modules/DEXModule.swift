internal import Bytes
internal import FileFormats

/// What the `dex` module keeps of a file: the readings of both engines, each made when it is needed.
///
/// The two modules have little more than their name in common. A name that one of them has means
/// what it means there, in both dialects; a name that both have means what the dialect's engine
/// takes it for.
final class DEXState: ModuleState {
  private let data: ByteView
  let isYara: Bool
  private(set) lazy var file: DEXFile? = DEXFile.parse(data)
  private(set) lazy var yaraFile: DEXYaraFile? = DEXYaraFile.parse(data)

  init(_ input: ModuleInput) {
    data = input.data
    isYara = input.dialect == .yara
  }

  // Classes are known by their place in the dialect's list.

  func classDefinition(_ handle: Handle) -> DEXClass? {
    guard let file, let index = isYara ? file.classIndex(atTable: handle) : handle else { return nil }
    return file.classDefinition(index)
  }

  /// One of the eight numbers of a class.
  func classNumber(_ handle: Handle, _ part: Int) -> UInt32? {
    guard let yaraFile, let index = isYara ? handle : file?.tableIndex(ofClass: handle),
      index < yaraFile.classCount
    else { return nil }
    return yaraFile.classDefinition(index, part: part)
  }

  // A parameter's handle has its prototype's above the lower 8 bits: a prototype has 255 at most.

  static func parameter(_ prototype: Handle, _ index: Int) -> Handle { prototype << 8 | index }

  func parameter(_ handle: Handle) -> FormatText? {
    file?.parameter(handle & 0xFF, ofPrototype: handle >> 8)
  }

  func field(_ index: Handle) -> DEXClassContents.Member? { yaraFile?.fields[index] }
  func method(_ index: Handle) -> DEXClassContents.Member? { yaraFile?.methods[index] }

  func fieldNames(_ index: Handle) -> DEXMemberNames? {
    yaraFile.map { $0.names(ofField: $0.fields[index]) }
  }

  func methodNames(_ index: Handle) -> DEXMemberNames? {
    yaraFile.map { $0.names(ofMethod: $0.methods[index]) }
  }

  func code(_ index: Handle) -> DEXCodeItem? {
    yaraFile.flatMap { $0.code(of: $0.methods[index]) }
  }
}

/// YARA's and YARA-X's `dex`. Only `header.magic` has two types: YARA's dialect has its own table.
extension ModuleDefinition {
  static let dex = ModuleDefinition(
    name: "dex", root: DEXTable.root(isYara: false), rootInYara: DEXTable.root(isYara: true),
    makeState: { DEXState($0) })
}

enum DEXTable {
  static let of = StateFields<DEXState>()

  static func root(isYara: Bool) -> StructureType {
    StructureType(
      "dex",
      ModuleField.constants(DEXConstants.values) + magics + shared(isYara: isYara) + fields
        + functions + yaraFields + yaraFunctions)
  }

  /// The magic numbers of the versions that YARA knows, as texts.
  private static let magics: [ModuleField] = (35...39).map { version in
    ModuleField(
      "DEX_FILE_MAGIC_0\(version)",
      .constant(.text(Array("dex\n0\(version)".utf8) + [0])))
  }

  // MARK: - What both have

  private static func shared(isYara: Bool) -> [ModuleField] {
    [
      of.structure("header", header(isYara: isYara)),
      of.array(
        "class_defs", of: classDefinition,
        count: { state, _ in
          (state.isYara ? state.yaraFile?.classCount : state.file?.classCount) ?? 0
        }),
      of.structure("map_list", mapList),
    ]
  }

  private static func header(isYara: Bool) -> StructureType {
    let magic =
      isYara
      ? of.text("magic") { state, _ in (state.yaraFile?.header.magic).map(FormatText.inFile) }
      : of.integer("magic") { state, _ in state.file?.header.magic }
    return StructureType("header", [magic] + headerFields + yaraHeaderFields)
  }

  private static func headerNumber(
    _ name: String, _ index: Int, _ read: @escaping @Sendable (DEXHeader) -> UInt32?
  ) -> ModuleField {
    of.integer(name) { state, _ in
      state.isYara
        ? state.yaraFile?.header.number(index) : state.file.flatMap { read($0.header) }
    }
  }

  private static let headerFields: [ModuleField] = [
    of.integer("version") { state, _ in state.file?.header.version },
    of.integer("checksum") { state, _ in
      state.isYara ? state.yaraFile?.header.checksum : state.file?.header.checksum
    },
    of.text("signature") { state, _ in
      state.isYara
        ? (state.yaraFile?.header.signature).map(FormatText.inFile)
        : (state.file?.header.signature).map(FormatText.owned)
    },
    headerNumber("file_size", 0) { $0.fileSize },
    headerNumber("header_size", 1) { $0.headerSize },
    headerNumber("endian_tag", 2) { $0.endianTag },
    headerNumber("link_size", 3) { $0.linkSize },
    of.integer("link_off") { state, _ in state.file?.header.linkOffset },
    // YARA-X declares the place of the data, but gives it no value.
    headerNumber("data_size", 18) { _ in nil },
    of.integer("data_off") { _, _ in UInt32?.none },
    of.integer("container_size") { state, _ in state.file?.header.containerSize },
    of.integer("header_offset") { state, _ in state.file?.header.headerOffset },
  ]

  private static let yaraHeaderFields: [ModuleField] = [
    ("link_offset", 4), ("map_offset", 5), ("string_ids_size", 6), ("string_ids_offset", 7),
    ("type_ids_size", 8), ("type_ids_offset", 9), ("proto_ids_size", 10),
    ("proto_ids_offset", 11), ("field_ids_size", 12), ("field_ids_offset", 13),
    ("method_ids_size", 14), ("method_ids_offset", 15), ("class_defs_size", 16),
    ("class_defs_offset", 17), ("data_offset", 19),
  ].map { name, index in
    of.integer(name) { state, _ in state.yaraFile?.header.number(index) }
  }

  private static let classDefinition = StructureType(
    "class_def",
    [
      of.text("class") { state, handle in state.classDefinition(handle)?.className },
      of.integer("access_flags") { state, handle in
        state.isYara ? state.classNumber(handle, 1) : state.classDefinition(handle)?.accessFlags
      },
      of.text("superclass") { state, handle in state.classDefinition(handle)?.superclass },
      of.text("source_file") { state, handle in state.classDefinition(handle)?.sourceFile },
    ]
      + [
        ("class_idx", 0), ("super_class_idx", 2), ("interfaces_offset", 3),
        ("source_file_idx", 4), ("annotations_offset", 5), ("class_data_offset", 6),
        ("static_values_offset", 7),
      ].map { name, part in
        of.integer(name) { state, handle in state.classNumber(handle, part) }
      })

  private static let mapList = StructureType(
    "map_list",
    [
      of.integer("size") { state, _ in
        state.isYara ? state.yaraFile?.mapSize : state.file?.map?.size
      },
      of.array(
        "items", of: mapItem { state, index in state.file?.map?.items[index] },
        count: { state, _ in state.file?.map?.items.count ?? 0 }),
      of.array(
        "map_item", of: mapItem { state, index in state.yaraFile?.mapItem(index) },
        count: { state, _ in state.yaraFile?.mapItemCount ?? 0 }),
    ])

  private static func mapItem(
    _ read: @escaping StateFields<DEXState>.Read<DEXMapItem>
  ) -> StructureType {
    StructureType(
      "map item",
      [
        of.integer("type") { read($0, $1)?.type }, of.integer("unused") { read($0, $1)?.unused },
        of.integer("size") { read($0, $1)?.size }, of.integer("offset") { read($0, $1)?.offset },
      ])
  }

  // MARK: - What YARA-X has

  private static let fields: [ModuleField] = [
    of.boolean("is_dex") { state, _ in state.file != nil },
    of.texts("strings", count: { state, _ in state.file?.strings.count ?? 0 }) { state, index in
      state.file?.strings[index]
    },
    of.texts("types", count: { state, _ in state.file?.typeCount ?? 0 }) { state, index in
      state.file?.type(index)
    },
    of.array("protos", of: prototype, count: { state, _ in state.file?.prototypeCount ?? 0 }),
    of.array(
      "fields",
      of: StructureType(
        "field",
        [
          of.text("class") { state, index in state.file?.field(index).className },
          of.text("type") { state, index in state.file?.field(index).type },
          of.text("name") { state, index in state.file?.field(index).name },
        ]), count: { state, _ in state.file?.fieldCount ?? 0 }),
    of.array(
      "methods",
      of: StructureType(
        "method",
        [
          of.text("class") { state, index in state.file?.className(ofMethod: index) },
          of.structure("proto", prototype) { state, index in
            state.file?.prototypeIndex(ofMethod: index)
          },
          of.text("name") { state, index in state.file?.name(ofMethod: index) },
        ]), count: { state, _ in state.file?.methodCount ?? 0 }),
  ]

  private static let prototype = StructureType(
    "proto",
    [
      of.text("shorty") { state, index in state.file?.shorty(ofPrototype: index) },
      of.text("return_type") { state, index in state.file?.returnType(ofPrototype: index) },
      of.integer("parameters_count") { state, index in
        state.file?.parameterCount(ofPrototype: index)
      },
      of.texts(
        "parameters",
        count: { state, index in state.file?.parameterCount(ofPrototype: index) ?? 0 },
        element: DEXState.parameter, { state, handle in state.parameter(handle) }),
    ])

  private static let functions: [ModuleField] = [
    ModuleField(
      "checksum",
      .function([
        .integer([], of: DEXState.self) { state, _ in state.file.map { Int64($0.checksum()) } }
      ])),
    of.digest("signature", digits: 40) { $0.file?.signature() },
    contains("contains_string") { $0.containsString($1) },
    contains("contains_method") { $0.containsMethod($1) },
    contains("contains_class") { $0.containsClass($1) },
  ]

  /// Undefined for a text that is no UTF-8, false in a file of another kind.
  private static func contains(
    _ name: String, _ body: @escaping @Sendable (DEXFile, ByteView) -> Bool
  ) -> ModuleField {
    of.predicate(name) { state, text in
      guard case .inFile = FormatText.repaired(text) else { return nil }
      return state.file.map { body($0, text) } ?? false
    }
  }
}
