internal import Bytes
internal import FileFormats

// The fields of one binary: at the top of the module those of the file itself, in `file` those of
// the binaries inside a fat file. The handle is the binary's.
extension MachOTable {
  /// `path` is what a rule writes before the fields' names.
  static func binary(at path: String) -> [ModuleField] { header(at: path) + commands }

  private static func header(at path: String) -> [ModuleField] {
    [
      of.integer("magic") { state, binary in state.binary(binary)?.header.magic },
      of.integer("cputype") { state, binary in state.binary(binary)?.header.cpuType },
      of.integer("cpusubtype") { state, binary in state.binary(binary)?.header.cpuSubtype },
      of.integer("filetype") { state, binary in state.binary(binary)?.header.fileType },
      of.integer("ncmds") { state, binary in state.binary(binary)?.header.commandCount },
      of.integer("sizeofcmds") { state, binary in state.binary(binary)?.header.commandsSize },
      of.integer("flags") { state, binary in state.binary(binary)?.header.flags },
      of.integer("reserved") { state, binary in state.binary(binary)?.header.reserved },
      of.integer("number_of_segments", deprecation: "Use `\(path)segments.len()`.") {
        state, binary in state.binary(binary)?.commands.segmentCount
      },
      of.integer("entry_point") { state, binary in state.binary(binary)?.commands.entryPoint },
      of.integer("stack_size") { state, binary in state.binary(binary)?.commands.stackSize },
      of.array(
        "segments", of: segment,
        count: { state, binary in state.binary(binary)?.commands.segments.count ?? 0 },
        element: MachOState.segment),
    ]
  }

  private static let segment = StructureType(
    "segment",
    [
      of.text("segname") { state, handle in state.segment(handle).map { .inFile($0.name) } },
      of.integer("vmaddr") { state, handle in state.segment(handle)?.virtualAddress },
      of.integer("vmsize") { state, handle in state.segment(handle)?.virtualSize },
      of.integer("fileoff") { state, handle in state.segment(handle)?.fileOffset },
      of.integer("filesize") { state, handle in state.segment(handle)?.fileSize },
      of.integer("fsize") { state, handle in state.segment(handle)?.fileSize },
      of.integer("maxprot") { state, handle in state.segment(handle)?.maximumProtection },
      of.integer("initprot") { state, handle in state.segment(handle)?.initialProtection },
      of.integer("nsects") { state, handle in state.segment(handle)?.sectionCount },
      of.integer("flags") { state, handle in state.segment(handle)?.flags },
      of.array(
        "sections", of: section,
        count: { state, handle in
          min(state.segment(handle)?.sections.count ?? 0, MachOState.mostSections)
        }, element: MachOState.section),
    ])

  private static let section = StructureType(
    "section",
    [
      of.text("segname") { state, handle in
        state.section(handle).map { .inFile($0.segmentName) }
      },
      of.text("sectname") { state, handle in state.section(handle).map { .inFile($0.name) } },
      of.integer("addr") { state, handle in state.section(handle)?.address },
      of.integer("size") { state, handle in state.section(handle)?.size },
      of.integer("offset") { state, handle in state.section(handle)?.offset },
      of.integer("align") { state, handle in state.section(handle)?.alignment },
      of.integer("reloff") { state, handle in state.section(handle)?.relocationOffset },
      of.integer("nreloc") { state, handle in state.section(handle)?.relocationCount },
      of.integer("flags") { state, handle in state.section(handle)?.flags },
      of.integer("reserved1") { state, handle in state.section(handle)?.reserved1 },
      of.integer("reserved2") { state, handle in state.section(handle)?.reserved2 },
      of.integer("reserved3") { state, handle in state.section(handle)?.reserved3 },
    ])

  // MARK: - What YARA-X alone reports

  private static func commands(_ state: MachOState, _ binary: Handle) -> MachOCommands? {
    state.binaryInYaraX(binary)?.commands
  }

  private static let commands: [ModuleField] = [
    of.text("dynamic_linker") { state, binary in
      (commands(state, binary)?.dynamicLinker).map(FormatText.inFile)
    },
    of.text("source_version") { state, binary in
      (commands(state, binary)?.sourceVersion?.text).map(FormatText.owned)
    },
    of.text("uuid") { state, binary in
      (commands(state, binary)?.uuid?.text).map(FormatText.owned)
    },
    of.structure("symtab", symbolTable) { state, binary in
      commands(state, binary)?.symbolTable == nil ? nil : binary
    },
    of.structure("dysymtab", dynamicSymbolTable) { state, binary in
      commands(state, binary)?.dynamicSymbolTable == nil ? nil : binary
    },
    of.structure("dyld_info", dynamicLinkerInfo) { state, binary in
      commands(state, binary)?.dynamicLinkerInfo == nil ? nil : binary
    },
    of.structure("code_signature_data", codeSignature) { state, binary in
      commands(state, binary)?.codeSignature == nil ? nil : binary
    },
    of.structure("build_version", buildVersion) { state, binary in
      commands(state, binary)?.buildVersion == nil ? nil : binary
    },
    of.structure("min_version", minimumVersion) { state, binary in
      commands(state, binary)?.minimumVersion == nil ? nil : binary
    },
    list("dylibs", of: dylib) { $0.commands.dylibs.count },
    list("certificates", of: certificate) { $0.certificates.count },
    texts("rpaths", count: { $0.commands.rpaths.count }) { .inFile($0.commands.rpaths[$1]) },
    texts("linker_options", count: { $0.commands.linkerOptions.count }) {
      .inFile($0.commands.linkerOptions[$1])
    },
    texts("entitlements", count: { $0.entitlements.count }) { .owned($0.entitlements[$1]) },
    texts("exports", count: { $0.exports.count }) { $0.exports[$1] },
    texts("imports", count: { $0.imports.count }) { $0.imports[$1] },
  ]

  private static func list(
    _ name: String, of type: StructureType, count: @escaping @Sendable (MachOBinary) -> Int
  ) -> ModuleField {
    of.array(
      name, of: type, count: { state, binary in state.binaryInYaraX(binary).map(count) ?? 0 },
      element: MachOState.child)
  }

  private static func texts(
    _ name: String, count: @escaping @Sendable (MachOBinary) -> Int,
    _ read: @escaping @Sendable (MachOBinary, Int) -> FormatText
  ) -> ModuleField {
    of.texts(
      name, count: { state, binary in state.binaryInYaraX(binary).map(count) ?? 0 },
      element: MachOState.child,
      { state, handle in
        state.binaryInYaraX(handle >> 40).map { read($0, MachOState.index(handle)) }
      })
  }

  private static let dylib = StructureType(
    "dylib",
    [
      of.text("name") { state, handle in
        (state.child(handle, \.commands.dylibs)?.name).map(FormatText.inFile)
      },
      of.integer("timestamp") { state, handle in
        state.child(handle, \.commands.dylibs)?.timestamp
      },
      of.text("compatibility_version") { state, handle in
        (state.child(handle, \.commands.dylibs)?.compatibilityVersion.text).map(FormatText.owned)
      },
      of.text("current_version") { state, handle in
        (state.child(handle, \.commands.dylibs)?.currentVersion.text).map(FormatText.owned)
      },
    ])

  private static let certificate = StructureType(
    "certificate",
    [
      of.text("issuer") { state, handle in
        (state.child(handle, \.certificates)?.issuer).map(FormatText.owned)
      },
      of.text("subject") { state, handle in
        (state.child(handle, \.certificates)?.subject).map(FormatText.owned)
      },
      of.boolean("is_self_signed") { state, handle in
        state.child(handle, \.certificates)?.isSelfSigned
      },
    ])

  private static let symbolTable = StructureType(
    "symtab",
    [
      of.integer("symoff") { state, binary in commands(state, binary)?.symbolTable?.symbolOffset },
      of.integer("nsyms") { state, binary in commands(state, binary)?.symbolTable?.symbolCount },
      of.integer("stroff") { state, binary in commands(state, binary)?.symbolTable?.stringOffset },
      of.integer("strsize") { state, binary in commands(state, binary)?.symbolTable?.stringSize },
      texts("entries", count: { $0.symbols.count }) { .inFile($0.symbols.name($1)) },
      list("nlists", of: symbol) { $0.symbols.count },
    ])

  private static func symbol(_ state: MachOState, _ handle: Handle) -> MachOSymbol? {
    state.binaryInYaraX(handle >> 40).map { $0.symbols.unnamed(MachOState.index(handle)) }
  }

  private static let symbol = StructureType(
    "nlist",
    [
      of.integer("n_strx") { state, handle in symbol(state, handle)?.stringIndex },
      of.integer("n_type") { state, handle in symbol(state, handle)?.type },
      of.integer("n_sect") { state, handle in symbol(state, handle)?.section },
      of.integer("n_desc") { state, handle in symbol(state, handle)?.description },
      of.integer("n_value") { state, handle in symbol(state, handle)?.value },
    ])

  /// YARA-X declares `iundefsym` and `nundefsym` too, but gives them no value.
  private static let dynamicSymbolTable = StructureType(
    "dysymtab",
    MachODynamicSymbolTable.names.enumerated().map { index, name in
      of.integer(name) { state, binary in
        commands(state, binary)?.dynamicSymbolTable?.values[index]
      }
    }
      + ["iundefsym", "nundefsym"].map { of.integer($0) { _, _ in Int?.none } })

  private static func tableFields(
    _ name: String,
    _ table: @escaping @Sendable (MachODynamicLinkerInfo) -> MachODynamicLinkerInfo.Table
  ) -> [ModuleField] {
    [
      of.integer("\(name)_off") { state, binary in
        commands(state, binary)?.dynamicLinkerInfo.map { table($0).offset }
      },
      of.integer("\(name)_size") { state, binary in
        commands(state, binary)?.dynamicLinkerInfo.map { table($0).size }
      },
    ]
  }

  private static let dynamicLinkerInfo = StructureType(
    "dyld_info",
    tableFields("rebase") { $0.rebase } + tableFields("bind") { $0.bind }
      + tableFields("weak_bind") { $0.weakBind } + tableFields("lazy_bind") { $0.lazyBind }
      + tableFields("export") { $0.export })

  private static let codeSignature = StructureType(
    "code_signature_data",
    [
      of.integer("dataoff") { state, binary in commands(state, binary)?.codeSignature?.offset },
      of.integer("datasize") { state, binary in commands(state, binary)?.codeSignature?.size },
    ])

  private static let buildVersion = StructureType(
    "build_version",
    [
      of.integer("platform") { state, binary in commands(state, binary)?.buildVersion?.platform },
      of.text("minos") { state, binary in
        (commands(state, binary)?.buildVersion?.minimumOS.text).map(FormatText.owned)
      },
      of.text("sdk") { state, binary in
        (commands(state, binary)?.buildVersion?.sdk.text).map(FormatText.owned)
      },
      of.integer("ntools") { state, binary in commands(state, binary)?.buildVersion?.toolCount },
      list("tools", of: buildTool) { $0.commands.buildVersion?.tools.count ?? 0 },
    ])

  private static func tool(_ state: MachOState, _ handle: Handle) -> MachOBuildVersion.Tool? {
    commands(state, handle >> 40)?.buildVersion?.tools[MachOState.index(handle)]
  }

  private static let buildTool = StructureType(
    "build tool",
    [
      of.integer("tool") { state, handle in tool(state, handle)?.tool },
      of.text("version") { state, handle in
        (tool(state, handle)?.version.shortText).map(FormatText.owned)
      },
    ])

  private static let minimumVersion = StructureType(
    "min_version",
    [
      of.integer("device") { state, binary in commands(state, binary)?.minimumVersion?.device },
      of.text("version") { state, binary in
        (commands(state, binary)?.minimumVersion?.version.text).map(FormatText.owned)
      },
      of.text("sdk") { state, binary in
        (commands(state, binary)?.minimumVersion?.sdk.text).map(FormatText.owned)
      },
    ])
}
