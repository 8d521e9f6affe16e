internal import Bytes
internal import FileFormats

/// What the `dotnet` module keeps of a file: metadata root and stream headers are read at once,
/// tables, classes and signatures when they are asked for.
final class DotNetState: ModuleState {
  /// Nil where the dialect's engine does not take the file for a .NET file.
  let file: DotNetFile?
  /// YARA says nothing at all of a file that is no PE file.
  let isDotNet: Bool?

  init(_ input: ModuleInput) {
    let dialect = FormatDialect(input.dialect)
    let pe = PEFile.parse(input.data, as: dialect)
    file = pe.flatMap(DotNetFile.parse)
    isDotNet = pe == nil && dialect == .yara ? nil : file != nil
  }

  override var isCut: Bool { file?.isCut ?? false }

  // A handle names a class in its low 16 bits, one of its methods in the 20 bits above and an
  // element of either (parameter, base type, ...) in the rest. The parser reports no more of each.

  static func method(_ type: Handle, _ index: Int) -> Handle { type | index << 16 }
  static func element(_ owner: Handle, _ index: Int) -> Handle { owner | index << 36 }
  static func index(_ handle: Handle) -> Int { handle >> 36 }

  func type(_ handle: Handle) -> DotNetClass? { file?.classes.element(handle & 0xFFFF) }

  func details(_ handle: Handle) -> DotNetClassDetails? {
    file?.details(ofClass: handle & 0xFFFF)
  }

  func method(_ handle: Handle) -> DotNetMethod? {
    details(handle)?.methods.element(handle >> 16 & 0xF_FFFF)
  }

  func parameter(_ handle: Handle) -> DotNetParameter? {
    method(handle)?.parameters.element(Self.index(handle))
  }
}

extension ModuleDefinition {
  static let dotnet = ModuleDefinition(
    name: "dotnet", root: DotNetTable(.yaraX).root, rootInYara: DotNetTable(.yara).root,
    makeState: { DotNetState($0) })
}

/// The fields of both engines, which differ in type only: flags are booleans in YARA-X and
/// integers in YARA. `number_of_generic_parameters` of the file is YARA-X's and never defined.
private struct DotNetTable {
  private let of = StateFields<DotNetState>()
  private let dialect: Dialect

  init(_ dialect: Dialect) { self.dialect = dialect }

  private func flag(_ name: String, _ read: @escaping @Sendable (DotNetState, Handle) -> Bool?)
    -> ModuleField
  {
    dialect == .yara
      ? of.integer(name) { read($0, $1).map { $0 ? 1 : 0 } } : of.boolean(name, read)
  }

  /// A number of elements, superseded by `len()` of the array.
  private func count(
    _ array: String, of owner: String = "", _ read: @escaping @Sendable (DotNetState, Handle) -> Int?
  ) -> ModuleField {
    of.integer("number_of_\(array)", deprecation: "Use `\(owner)\(array).len()`.", read)
  }

  private func view(_ name: String, _ read: @escaping @Sendable (DotNetState, Handle) -> ByteView?)
    -> ModuleField
  {
    of.text(name) { read($0, $1).map(FormatText.inFile) }
  }

  var root: StructureType {
    StructureType("dotnet", fileFields + referenceFields + [
      of.array("classes", of: type, count: { state, _ in state.file?.classes.count ?? 0 })
    ])
  }

  private var fileFields: [ModuleField] {
    [
      flag("is_dotnet") { state, _ in state.isDotNet },
      view("module_name") { state, _ in state.file?.moduleName },
      view("version") { state, _ in state.file?.version },
      count("streams", of: "dotnet.") { state, _ in state.file?.numberOfStreams },
      count("guids", of: "dotnet.") { state, _ in state.file?.numberOfGUIDs },
      count("resources", of: "dotnet.") { state, _ in state.file?.numberOfResources },
      of.integer("number_of_generic_parameters") { _, _ in nil as Int? },
      count("classes", of: "dotnet.") { state, _ in state.file?.numberOfClasses },
      count("assembly_refs", of: "dotnet.") { state, _ in state.file?.numberOfAssemblyReferences },
      count("modulerefs", of: "dotnet.") { state, _ in state.file?.numberOfModuleReferences },
      count("user_strings", of: "dotnet.") { state, _ in state.file?.numberOfUserStrings },
      count("constants", of: "dotnet.") { state, _ in state.file?.numberOfConstants },
      count("field_offsets", of: "dotnet.") { state, _ in state.file?.numberOfFieldOffsets },
      view("typelib") { state, _ in state.file?.typeLibrary },
      of.array("streams", of: stream, count: { state, _ in state.file?.streams.count ?? 0 }),
      of.texts("guids", count: { state, _ in state.file?.guids.count ?? 0 }) { state, index in
        state.file?.guids.element(index).map(FormatText.owned)
      },
      of.texts("constants", count: { state, _ in state.file?.constants.count ?? 0 }) {
        state, index in
        state.file?.constants.element(index).map(FormatText.inFile)
      },
      of.texts("user_strings", count: { state, _ in state.file?.numberOfUserStrings ?? 0 }) {
        state, index in
        state.file?.userString(index).map(FormatText.inFile)
      },
      of.integers("field_offsets", count: { state, _ in state.file?.fieldOffsets.count ?? 0 }) {
        state, index in
        state.file?.fieldOffsets.element(index)
      },
    ]
  }

  private var referenceFields: [ModuleField] {
    [
      of.structure("assembly", assembly) { state, _ in state.file?.assembly == nil ? nil : 0 },
      of.array(
        "assembly_refs", of: reference,
        count: { state, _ in state.file?.assemblyReferences.count ?? 0 }),
      of.array("resources", of: resource, count: { state, _ in state.file?.resources.count ?? 0 }),
      of.texts("modulerefs", count: { state, _ in state.file?.moduleReferences.count ?? 0 }) {
        state, index in
        state.file?.moduleReferences.element(index).map(FormatText.inFile)
      },
    ]
  }

  private var stream: StructureType {
    StructureType(
      "stream",
      [
        view("name") { state, index in state.file?.streams.element(index)?.name },
        of.integer("offset") { state, index in state.file?.streams.element(index)?.offset },
        of.integer("size") { state, index in state.file?.streams.element(index)?.size },
      ])
  }

  private var assembly: StructureType {
    StructureType(
      "assembly",
      [
        view("name") { state, _ in state.file?.assembly?.name },
        view("culture") { state, _ in state.file?.assembly?.culture },
        version { state, _ in state.file?.assembly?.version },
      ])
  }

  private var reference: StructureType {
    StructureType(
      "assembly_ref",
      [
        view("name") { state, index in state.file?.assemblyReferences.element(index)?.name },
        view("public_key_or_token") { state, index in
          state.file?.assemblyReferences.element(index)?.publicKeyOrToken
        },
        version { state, index in state.file?.assemblyReferences.element(index)?.version },
      ])
  }

  private func version(_ read: @escaping @Sendable (DotNetState, Handle) -> DotNetVersion?)
    -> ModuleField
  {
    of.structure(
      "version",
      StructureType(
        "version",
        [
          of.integer("major") { read($0, $1)?.major },
          of.integer("minor") { read($0, $1)?.minor },
          of.integer("build_number") { read($0, $1)?.build },
          of.integer("revision_number") { read($0, $1)?.revision },
        ]))
  }

  private var resource: StructureType {
    StructureType(
      "resource",
      [
        of.integer("offset") { state, index in state.file?.resources.element(index)?.offset },
        of.integer("length") { state, index in state.file?.resources.element(index)?.length },
        view("name") { state, index in state.file?.resources.element(index)?.name },
      ])
  }

  // MARK: classes

  private var type: StructureType {
    StructureType(
      "class",
      [
        of.text("fullname") { $0.type($1)?.fullName },
        of.text("name") { $0.type($1)?.name },
        of.text("namespace") { $0.type($1)?.namespace },
        visibility { $0.type($1)?.visibility },
        of.text("type") { state, handle in
          state.type(handle).map { .owned(Array(($0.isInterface ? "interface" : "class").utf8)) }
        },
        flag("abstract") { $0.type($1)?.isAbstract },
        flag("sealed") { $0.type($1)?.isSealed },
        count("base_types") { $0.details($1)?.baseTypes.count },
        count("generic_parameters") { $0.type($1)?.genericParameters.count },
        count("methods") { $0.details($1)?.numberOfMethods },
        of.texts(
          "base_types", count: { $0.details($1)?.baseTypes.count ?? 0 },
          element: DotNetState.element
        ) { $0.details($1)?.baseTypes.element(DotNetState.index($1)) },
        genericParameters { $0.type($1)?.genericParameters },
        of.array(
          "methods", of: method, count: { $0.details($1)?.methods.count ?? 0 },
          element: DotNetState.method),
      ])
  }

  private var method: StructureType {
    StructureType(
      "method",
      [
        view("name") { $0.method($1)?.name },
        visibility { $0.method($1)?.visibility },
        flag("abstract") { $0.method($1)?.isAbstract },
        flag("static") { $0.method($1)?.isStatic },
        flag("virtual") { $0.method($1)?.isVirtual },
        flag("final") { $0.method($1)?.isFinal },
        of.text("return_type") { $0.method($1)?.returnType },
        count("generic_parameters") { $0.method($1)?.genericParameters.count },
        count("parameters") { state, handle in
          state.method(handle).flatMap { $0.hasParameters ? $0.parameters.count : nil }
        },
        genericParameters { $0.method($1)?.genericParameters },
        of.array(
          "parameters", of: parameter, count: { $0.method($1)?.parameters.count ?? 0 },
          element: DotNetState.element),
      ])
  }

  private var parameter: StructureType {
    StructureType(
      "parameter",
      [
        of.text("name") { $0.parameter($1)?.name },
        of.text("type") { $0.parameter($1)?.type },
      ])
  }

  private func visibility(
    _ read: @escaping @Sendable (DotNetState, Handle) -> DotNetVisibility?
  ) -> ModuleField {
    of.text("visibility") { read($0, $1).map { .owned(Array($0.rawValue.utf8)) } }
  }

  private func genericParameters(
    _ read: @escaping @Sendable (DotNetState, Handle) -> [ByteView]?
  ) -> ModuleField {
    of.texts(
      "generic_parameters", count: { read($0, $1)?.count ?? 0 }, element: DotNetState.element
    ) { read($0, $1)?.element(DotNetState.index($1)).map(FormatText.inFile) }
  }
}

extension Array {
  /// The element at `index`, or nil outside.
  fileprivate func element(_ index: Int) -> Element? {
    index >= 0 && index < count ? self[index] : nil
  }
}
