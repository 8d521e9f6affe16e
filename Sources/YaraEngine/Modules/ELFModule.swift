internal import Bytes
internal import FileFormats

/// What the `elf` module keeps of a file: the header is read at once, tables when they are asked for.
final class ELFState: ModuleState {
  let dialect: FormatDialect
  /// Nil where the dialect's engine does not take the file for an ELF file.
  let file: ELFFile?

  init(_ input: ModuleInput) {
    dialect = FormatDialect(input.dialect)
    file = ELFFile.parse(input.data, dialect: dialect)
  }

  var importMD5: [UInt8]? {
    guard let file else { return ELFFile.importMD5(ofNoELFIn: dialect) }
    return file.importMD5
  }

  // Symbols of both tables have one type; the lowest bit of a handle tells the table.

  static func symbol(_ index: Int, isDynamic: Bool) -> Handle { index << 1 | (isDynamic ? 1 : 0) }

  private func table(_ handle: Handle) -> ELFSymbols? {
    handle & 1 == 1 ? file?.dynamicSymbols : file?.symbolTable
  }

  /// The symbol without its name.
  func symbol(_ handle: Handle) -> ELFSymbol? { table(handle)?.unnamed(handle >> 1) }

  func symbolName(_ handle: Handle) -> FormatText? { table(handle)?.name(handle >> 1) }
}

/// YARA's `elf`. The two engines have the same fields but for `osabi` and the symbols' visibility,
/// which YARA-X adds; they are given in both dialects.
extension ModuleDefinition {
  static let elf = ModuleDefinition(
    name: "elf",
    root: StructureType("elf", ModuleField.constants(ELFConstants.values) + ELFTable.fields),
    makeState: { ELFState($0) })
}

private enum ELFTable {
  static let of = StateFields<ELFState>()

  static let fields: [ModuleField] = [
    of.integer("type") { state, _ in state.file?.header.type },
    of.integer("machine") { state, _ in state.file?.header.machine },
    of.integer("osabi") { state, _ in state.file?.header.osABI },
    of.integer("entry_point") { state, _ in state.file?.entryPoint },
    of.integer("sh_offset") { state, _ in state.file?.header.sectionHeaderOffset },
    of.integer("sh_entry_size") { state, _ in state.file?.header.sectionHeaderEntrySize },
    of.integer("ph_offset") { state, _ in state.file?.header.programHeaderOffset },
    of.integer("ph_entry_size") { state, _ in state.file?.header.programHeaderEntrySize },
    of.integer("number_of_sections", deprecation: "Use `elf.sections.len()`.") { state, _ in
      state.file?.header.sectionHeaderCount
    },
    of.integer("number_of_segments", deprecation: "Use `elf.segments.len()`.") { state, _ in
      state.file?.header.programHeaderCount
    },
    of.integer("symtab_entries") { state, _ in state.file?.symbolTable?.count },
    of.integer("dynsym_entries") { state, _ in state.file?.dynamicSymbols?.count },
    of.integer("dynamic_section_entries") { state, _ in state.file?.dynamic.count },
    of.array("sections", of: section, count: { state, _ in state.file?.sections?.count ?? 0 }),
    of.array("segments", of: segment, count: { state, _ in state.file?.segments?.count ?? 0 }),
    of.array(
      "symtab", of: symbol, count: { state, _ in state.file?.symbolTable?.count ?? 0 },
      element: { ELFState.symbol($1, isDynamic: false) }),
    of.array(
      "dynsym", of: symbol, count: { state, _ in state.file?.dynamicSymbols?.count ?? 0 },
      element: { ELFState.symbol($1, isDynamic: true) }),
    of.array(
      "dynamic", of: dynamicEntry, count: { state, _ in state.file?.dynamic.entries.count ?? 0 }),
    of.digest("import_md5", digits: 32) { $0.importMD5 },
    ModuleField(
      "telfhash",
      .function([.text([], of: ELFState.self) { state, _ in state.file?.telfhash.map { ByteText($0) } }])),
  ]

  static let section = StructureType(
    "section",
    [
      of.integer("type") { state, index in state.file?.sections?[index].type },
      of.integer("flags") { state, index in state.file?.sections?[index].flags },
      of.integer("address") { state, index in state.file?.sections?[index].address },
      of.integer("size") { state, index in state.file?.sections?[index].size },
      of.integer("offset") { state, index in state.file?.sections?[index].offset },
      of.text("name") { state, index in state.file?.sections?[index].name },
    ])

  static let segment = StructureType(
    "segment",
    [
      of.integer("type") { state, index in state.file?.segments?[index].type },
      of.integer("flags") { state, index in state.file?.segments?[index].flags },
      of.integer("offset") { state, index in state.file?.segments?[index].offset },
      of.integer("virtual_address") { state, index in state.file?.segments?[index].virtualAddress },
      of.integer("physical_address") { state, index in
        state.file?.segments?[index].physicalAddress
      },
      of.integer("file_size") { state, index in state.file?.segments?[index].fileSize },
      of.integer("memory_size") { state, index in state.file?.segments?[index].memorySize },
      of.integer("alignment") { state, index in state.file?.segments?[index].alignment },
    ])

  static let symbol = StructureType(
    "symbol",
    [
      of.text("name") { state, handle in state.symbolName(handle) },
      of.integer("value") { state, handle in state.symbol(handle)?.value },
      of.integer("size") { state, handle in state.symbol(handle)?.size },
      of.integer("type") { state, handle in state.symbol(handle)?.type },
      of.integer("bind") { state, handle in state.symbol(handle)?.bind },
      of.integer("shndx") { state, handle in state.symbol(handle)?.sectionIndex },
      of.integer("visibility") { state, handle in state.symbol(handle)?.visibility },
    ])

  static let dynamicEntry = StructureType(
    "dynamic entry",
    [
      of.integer("type") { state, index in state.file?.dynamic.entries[index].type },
      of.integer("val") { state, index in state.file?.dynamic.entries[index].value },
    ])
}
