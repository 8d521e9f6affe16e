internal import Bytes
internal import FileFormats

/// YARA's `pe`: the fields and functions of YARA 4.5 and of YARA-X, each dialect with its engine's
/// values. What is a Boolean in YARA-X and a number in YARA has the dialect's type.
///
/// Sources: the two engines' documentation of the module and their answers, Microsoft's "PE Format".
extension ModuleDefinition {
  static let pe = ModuleDefinition(
    name: "pe", root: PETable(dialect: .yaraX).root, rootInYara: PETable(dialect: .yara).root,
    makeState: { PEState($0) })
}

/// The tables of one dialect. What only one engine has is in both.
struct PETable {
  typealias State = PEState
  let dialect: Dialect
  let of = StateFields<PEState>()

  var root: StructureType {
    StructureType(
      "pe",
      ModuleField.constants(PEConstants.all) + importFlags + headerFields + headerFunctions
        + partFields + importFields + importFunctions + exportFields + exportFunctions
        + resourceFields + signatureFields)
  }

  // MARK: - Yes or no

  /// A Boolean, which YARA has as 1 or 0.
  func flag(_ name: String, _ read: @escaping StateFields<PEState>.Read<Bool>) -> ModuleField {
    dialect == .yara
      ? of.integer(name) { state, handle in read(state, handle).map { $0 ? 1 : 0 } }
      : of.boolean(name, read)
  }

  typealias FlagBody = @Sendable (PEState, Handle, ModuleArguments) -> Bool?

  /// A function's overload that gives a Boolean, in YARA 1 or 0.
  func flag(_ parameters: [ParameterType], _ body: @escaping FlagBody) -> FunctionOverload {
    let answer: FlagBody = body
    return dialect == .yara
      ? FunctionOverload(
        parameters,
        .integer { state, handle, arguments in
          (state as? PEState).flatMap { answer($0, handle, arguments) }.map { $0 ? 1 : 0 }
        })
      : FunctionOverload(
        parameters,
        .boolean { state, handle, arguments in
          (state as? PEState).flatMap { answer($0, handle, arguments) }
        })
  }

  /// What to write instead of a count that YARA-X calls deprecated; YARA does not.
  func deprecation(_ array: String) -> String? {
    dialect == .yara ? nil : "Use `pe.\(array).len()`."
  }

  // MARK: - Headers

  private var headerFields: [ModuleField] {
    [
      flag("is_pe") { state, _ in state.file != nil },
      of.integer("machine") { state, _ in state.file?.header.machine },
      of.integer("number_of_sections", deprecation: deprecation("sections")) { state, _ in
        state.file?.numberOfSections
      },
      of.integer("timestamp") { state, _ in state.file?.header.timestamp },
      of.integer("pointer_to_symbol_table") { state, _ in
        state.file?.header.pointerToSymbolTable
      },
      of.integer("number_of_symbols") { state, _ in state.file?.header.numberOfSymbols },
      of.integer("size_of_optional_header") { state, _ in
        state.file?.header.sizeOfOptionalHeader
      },
      of.integer("characteristics") { state, _ in state.file?.header.characteristics },
      of.integer("entry_point") { state, _ in state.file?.entryPoint },
      of.integer("entry_point_raw") { state, _ in
        state.file?.optionalHeader.addressOfEntryPoint
      },
    ] + optionalHeaderFields
  }

  private var optionalHeaderFields: [ModuleField] {
    func field<Value: BinaryInteger & Sendable>(
      _ name: String, _ path: @escaping @Sendable (PEOptionalHeader) -> Value?
    ) -> ModuleField {
      of.integer(name) { state, _ in (state.file?.optionalHeader).flatMap(path) }
    }
    func version(_ name: String, _ which: PEState.Version) -> ModuleField {
      of.structure(name, Self.version) { _, _ in which.rawValue }
    }
    return [
      field("opthdr_magic") { $0.magic },
      version("linker_version", .linker),
      field("size_of_code") { $0.sizeOfCode },
      field("size_of_initialized_data") { $0.sizeOfInitializedData },
      field("size_of_uninitialized_data") { $0.sizeOfUninitializedData },
      field("base_of_code") { $0.baseOfCode },
      field("base_of_data") { $0.baseOfData },
      field("image_base") { $0.imageBase },
      field("section_alignment") { $0.sectionAlignment },
      field("file_alignment") { $0.fileAlignment },
      version("os_version", .operatingSystem),
      version("image_version", .image),
      version("subsystem_version", .subsystem),
      field("win32_version_value") { $0.win32VersionValue },
      field("size_of_image") { $0.sizeOfImage },
      field("size_of_headers") { $0.sizeOfHeaders },
      field("checksum") { $0.checksum },
      field("subsystem") { $0.subsystem },
      field("dll_characteristics") { $0.dllCharacteristics },
      field("size_of_stack_reserve") { $0.sizeOfStackReserve },
      field("size_of_stack_commit") { $0.sizeOfStackCommit },
      field("size_of_heap_reserve") { $0.sizeOfHeapReserve },
      field("size_of_heap_commit") { $0.sizeOfHeapCommit },
      field("loader_flags") { $0.loaderFlags },
      field("number_of_rva_and_sizes") { $0.numberOfRVAAndSizes },
      version("resource_version", .resources),
    ]
  }

  private static let version = {
    let of = StateFields<PEState>()
    return StructureType(
      "pe.version",
      [
        of.integer("major") { state, handle in state.version(handle)?.major },
        of.integer("minor") { state, handle in state.version(handle)?.minor },
      ])
  }()

  private var headerFunctions: [ModuleField] {
    [
      ModuleField("is_32bit", .function([flag([]) { state, _, _ in state.file?.is32Bit }])),
      ModuleField("is_64bit", .function([flag([]) { state, _, _ in state.file?.is64Bit }])),
      ModuleField("is_dll", .function([isDLL])),
      function("calculate_checksum", []) { file, _ in file.calculatedChecksum },
      function("rva_to_offset", [.integer]) { file, arguments in
        file.rvaToOffset(arguments.integer(0))
      },
      function("offset_to_rva", [.integer]) { file, arguments in
        file.offsetToRVA(arguments.integer(0))
      },
      ModuleField(
        "section_index",
        .function([
          .integer([.text], of: PEState.self) { state, arguments in
            arguments.text(0).withView { state.file?.sectionIndex(name: $0) }.map(Int64.init)
          },
          .integer([.integer], of: PEState.self) { state, arguments in
            state.file?.sectionIndex(offset: arguments.integer(0)).map(Int64.init)
          },
        ])),
      of.digest("imphash", digits: 32) { state in state.file?.importHash },
    ]
  }

  /// YARA gives the flag's own value, 0x2000.
  private var isDLL: FunctionOverload {
    dialect == .yara
      ? .integer([], of: PEState.self) { state, _ in
        state.file.map { $0.isDLL ? 0x2000 : 0 }
      } : flag([]) { state, _, _ in state.file?.isDLL }
  }

  private func function(
    _ name: String, _ parameters: [ParameterType],
    _ body: @escaping @Sendable (PEFile, ModuleArguments) -> Int64?
  ) -> ModuleField {
    ModuleField(
      name,
      .function([
        .integer(parameters, of: PEState.self) { state, arguments in
          state.file.flatMap { body($0, arguments) }
        }
      ]))
  }
}
