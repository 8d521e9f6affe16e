internal import Bytes
internal import FileFormats

// Sections, data directories, overlay, rich signature, version information, resources, debug path.
extension PETable {
  var partFields: [ModuleField] {
    [
      of.array("sections", of: section, count: { state, _ in state.file?.sections.count ?? 0 }),
      of.array(
        "data_directories", of: directory,
        count: { state, _ in state.file?.dataDirectories.count ?? 0 }),
      of.structure("overlay", overlay),
      of.structure("rich_signature", richSignature),
      of.text("pdb_path") { state, _ in (state.file?.pdbPath).map { .inFile($0) } },
      of.integer("number_of_version_infos") { state, _ in state.file?.versionInfo.count },
      versionInfo,
      of.array(
        "version_info_list", of: versionString,
        count: { state, _ in state.file?.versionInfo.count ?? 0 }),
    ]
  }

  private var section: StructureType {
    func field<Value: BinaryInteger & Sendable>(
      _ name: String, _ read: @escaping @Sendable (PESection) -> Value
    ) -> ModuleField {
      of.integer(name) { state, handle in (state.file?.sections.element(at: handle)).map(read) }
    }
    return StructureType(
      "pe.section",
      [
        of.text("name") { state, handle in
          (state.file?.sections.element(at: handle)).map { .inFile($0.name) }
        },
        of.text("full_name") { state, handle in
          (state.file?.sections.element(at: handle)?.fullName).map { .inFile($0) }
        },
        field("characteristics") { $0.characteristics },
        field("raw_data_size") { $0.rawDataSize },
        field("raw_data_offset") { $0.rawDataOffset },
        field("virtual_address") { $0.virtualAddress },
        field("virtual_size") { $0.virtualSize },
        field("pointer_to_relocations") { $0.pointerToRelocations },
        field("pointer_to_line_numbers") { $0.pointerToLineNumbers },
        field("number_of_relocations") { $0.numberOfRelocations },
        field("number_of_line_numbers") { $0.numberOfLineNumbers },
      ])
  }

  private var directory: StructureType {
    StructureType(
      "pe.data_directory",
      [
        of.integer("virtual_address") { state, handle in
          state.file?.dataDirectories.element(at: handle)?.virtualAddress
        },
        of.integer("size") { state, handle in
          state.file?.dataDirectories.element(at: handle)?.size
        },
      ])
  }

  private var overlay: StructureType {
    StructureType(
      "pe.overlay",
      [
        of.integer("offset") { state, _ in state.file?.overlay.offset },
        of.integer("size") { state, _ in state.file?.overlay.size },
      ])
  }

  // MARK: - Rich signature

  private var richSignature: StructureType {
    StructureType(
      "pe.rich_signature",
      [
        of.integer("offset") { state, _ in state.file?.richSignature?.offset },
        of.integer("length") { state, _ in state.file?.richSignature?.length },
        of.integer("key") { state, _ in state.file?.richSignature?.key },
        of.text("raw_data") { state, _ in
          (state.file?.richSignature).map { .inFile($0.rawData) }
        },
        of.text("clear_data") { state, _ in
          (state.file?.richSignature).map { .owned($0.clearData) }
        },
        of.text("version_data") { state, _ in
          (state.file?.richSignature?.versionData).map { .owned($0) }
        },
        of.array("tools", of: tool, count: { state, _ in state.tools.count }),
        ModuleField(
          "version",
          .function([
            .integer([.integer], of: PEState.self) { state, arguments in
              state.toolUses(id: nil, version: arguments.integer(0))
            },
            .integer([.integer, .integer], of: PEState.self) { state, arguments in
              state.toolUses(id: arguments.integer(1), version: arguments.integer(0))
            },
          ])),
        ModuleField(
          "toolid",
          .function([
            .integer([.integer], of: PEState.self) { state, arguments in
              state.toolUses(id: arguments.integer(0), version: nil)
            },
            .integer([.integer, .integer], of: PEState.self) { state, arguments in
              state.toolUses(id: arguments.integer(0), version: arguments.integer(1))
            },
          ])),
      ])
  }

  private var tool: StructureType {
    StructureType(
      "pe.rich_signature.tool",
      [
        of.integer("toolid") { state, handle in state.tools.element(at: handle)?.toolID },
        of.integer("version") { state, handle in state.tools.element(at: handle)?.version },
        of.integer("times") { state, handle in state.tools.element(at: handle)?.times },
      ])
  }

  // MARK: - Version information

  private var versionInfo: ModuleField {
    ModuleField(
      "version_info",
      .map(
        MapField(
          count: { state, _ in (state as? PEState)?.versionKeys.count },
          handle: { state, _, index in (state as? PEState)?.versionKeys.element(at: index)?.last },
          keys: .text(
            at: { state, _, index in
              guard let state = state as? PEState,
                let entry = state.versionKeys.element(at: index)
              else { return nil }
              return (state.file?.versionInfo.element(at: entry.first)).map { ByteText($0.key) }
            },
            find: { state, _, key in (state as? PEState)?.versionInfo(key.array) }),
          value: .text { state, handle in
            ((state as? PEState)?.file?.versionInfo.element(at: handle)).map { ByteText($0.value) }
          })))
  }

  private var versionString: StructureType {
    StructureType(
      "pe.version_info",
      [
        of.text("key") { state, handle in
          (state.file?.versionInfo.element(at: handle)).map { .owned($0.key) }
        },
        of.text("value") { state, handle in
          (state.file?.versionInfo.element(at: handle)).map { .owned($0.value) }
        },
      ])
  }

  // MARK: - Resources

  var resourceFields: [ModuleField] {
    [
      of.integer("resource_timestamp") { state, _ in state.file?.resourceTable?.timestamp },
      of.array("resources", of: resource, count: { state, _ in state.file?.resources.count ?? 0 }),
      of.integer("number_of_resources", deprecation: deprecation("resources")) { state, _ in
        state.file?.resources.count
      },
      ModuleField(
        "locale",
        .function([
          flag([.integer]) { state, _, arguments in
            state.hasResource { $0.hasLocale(arguments.integer(0)) }
          }
        ])),
      ModuleField(
        "language",
        .function([
          flag([.integer]) { state, _, arguments in
            state.hasResource { $0.hasLanguage(arguments.integer(0)) }
          }
        ])),
    ]
  }

  private var resource: StructureType {
    func field<Value: BinaryInteger & Sendable>(
      _ name: String, _ read: @escaping @Sendable (PEResource) -> Value?
    ) -> ModuleField {
      of.integer(name) { state, handle in (state.file?.resources.element(at: handle)).flatMap(read) }
    }
    func identifier(
      _ name: String, _ read: @escaping @Sendable (PEResource) -> PEResource.Label
    ) -> ModuleField {
      field(name) { if case .id(let id) = read($0) { id } else { nil } }
    }
    func text(
      _ name: String, _ read: @escaping @Sendable (PEResource) -> PEResource.Label
    ) -> ModuleField {
      of.text(name) { state, handle in
        guard let resource = state.file?.resources.element(at: handle),
          case .name(let name) = read(resource)
        else { return nil }
        return .inFile(name)
      }
    }
    return StructureType(
      "pe.resource",
      [
        field("rva") { $0.rva }, field("offset") { $0.offset }, field("length") { $0.length },
        identifier("type") { $0.type }, identifier("id") { $0.name },
        identifier("language") { $0.language }, text("type_string") { $0.type },
        text("name_string") { $0.name }, text("language_string") { $0.language },
      ])
  }
}

extension PEState {
  fileprivate var tools: [PERichSignature.Tool] { file?.richSignature?.tools ?? [] }

  /// How often tools were used; YARA-X says 0 for what is no PE file, YARA nothing.
  fileprivate func toolUses(id: Int64?, version: Int64?) -> Int64? {
    guard let file else { return dialect == .yaraX ? 0 : nil }
    return file.toolUses(toolID: id, version: version)
  }

  /// YARA-X answers no for what is no PE file, YARA does not answer.
  fileprivate func hasResource(_ test: (PEFile) -> Bool) -> Bool? {
    guard let file else { return dialect == .yaraX ? false : nil }
    return test(file)
  }
}
