/// What is kept of each file, by path.
///
/// Chosen by what rules ask for and by what it costs in an index: a path that is in none of these
/// tables is unknown to an index, and conditions about it ask for everything.
enum FactTables {
  /// Raised when the meaning of a column or of a key changes while its name stays: other readers
  /// of the formats, another way of writing values into keys.
  static let revision = 1

  // MARK: - Columns

  /// Numbers and Booleans of which a file has at most one, as rules write them; `()` stands after
  /// functions.
  static let columns =
    headerNumbers.map(\.name) + presence
    + under(
      "pe",
      """
      machine number_of_sections timestamp pointer_to_symbol_table number_of_symbols
      size_of_optional_header characteristics entry_point entry_point_raw opthdr_magic
      linker_version.major linker_version.minor size_of_code size_of_initialized_data
      size_of_uninitialized_data base_of_code base_of_data image_base section_alignment
      file_alignment os_version.major os_version.minor image_version.major image_version.minor
      subsystem_version.major subsystem_version.minor size_of_image size_of_headers checksum
      subsystem dll_characteristics size_of_stack_reserve size_of_stack_commit
      size_of_heap_reserve size_of_heap_commit loader_flags number_of_rva_and_sizes
      is_32bit() is_64bit() is_dll() number_of_imports number_of_imported_functions
      number_of_delayed_imports number_of_delayed_imported_functions number_of_exports
      export_timestamp number_of_resources resource_timestamp number_of_version_infos
      overlay.offset overlay.size rich_signature.offset rich_signature.length rich_signature.key
      is_signed number_of_signatures
      """)
    + directories.flatMap { index in
      ["virtual_address", "size"].map { "pe.data_directories[\(index)].\($0)" }
    }
    + under(
      "elf",
      """
      type machine osabi entry_point sh_offset sh_entry_size ph_offset ph_entry_size
      number_of_sections number_of_segments symtab_entries dynsym_entries dynamic_section_entries
      """)
    + under(
      "macho",
      """
      magic cputype cpusubtype filetype ncmds sizeofcmds flags number_of_segments entry_point
      stack_size fat_magic nfat_arch build_version.platform min_version.device
      """)
    + under(
      "dotnet",
      """
      number_of_streams number_of_guids number_of_resources number_of_classes
      number_of_assembly_refs number_of_modulerefs number_of_user_strings number_of_constants
      number_of_field_offsets assembly.version.major assembly.version.minor
      assembly.version.build_number assembly.version.revision_number
      """)
    + under(
      "lnk",
      """
      creation_time access_time write_time file_size file_attributes icon_index show_command
      drive_type drive_serial_number overlay_size overlay_offset
      """)
    + under(
      "dex",
      """
      header.version header.checksum header.file_size header.header_size header.endian_tag
      header.link_size header.container_size header.header_offset header.string_ids_size
      header.type_ids_size header.proto_ids_size header.field_ids_size header.method_ids_size
      header.class_defs_size
      """)
    + under("crx", "crx_version header_size")
    + EntropyFacts.columns

  /// Imports, resources, certificates, debug information, thread-local storage, .NET's header.
  private static let directories = [1, 2, 4, 6, 9, 14]

  /// Numbers that rules read from the header that the number at 0x3C points to: of so many bytes,
  /// so far from there.
  struct HeaderNumber: Sendable {
    let bytes: Int
    let distance: Int
    var name: String { FactSchema.headerNumber(bytes: bytes, distance: distance) }
  }
  static let headerNumbers = [(4, 0), (2, 0), (2, 4), (2, 0x16), (2, 0x18), (2, 0x5C)].map {
    HeaderNumber(bytes: $0.0, distance: $0.1)
  }

  /// Whether a file is of the kind that a module knows; never undefined.
  static let presence = ["pe.is_pe", "dotnet.is_dotnet", "lnk.is_lnk", "dex.is_dex", "crx.is_crx"]

  /// Modules whose fields and functions are read at all, with the columns that tell whether one of
  /// its fields can be defined: the first is 1, or one of the others is defined.
  static let modules: [(name: String, flag: String?, numbers: [String])] = [
    ("pe", "pe.is_pe", []),
    ("elf", nil, ["elf.type"]),
    ("macho", nil, ["macho.magic", "macho.fat_magic"]),
    ("dotnet", "dotnet.is_dotnet", []),
    ("lnk", "lnk.is_lnk", []),
    ("dex", "dex.is_dex", ["dex.header.string_ids_size"]),
    ("crx", "crx.is_crx", []),
  ]

  // MARK: - Keys

  /// Texts, with their structures, that have no keys: there are so many of them that keys would cost
  /// more than rules gain. Those that stand in the file as they are, are asked of its grams.
  static let withoutKeys: Set<String> = [
    "pe.rich_signature.raw_data",
    "elf.symtab", "elf.dynsym",
    "macho.symtab", "macho.file.symtab",
    "dotnet.user_strings", "dotnet.constants", "dotnet.classes",
    "dex.strings", "dex.types", "dex.protos", "dex.fields", "dex.methods", "dex.class_defs",
    "dex.field", "dex.method", "dex.string_ids", "dex.type_ids",
    "crx.signatures",
  ]

  /// Integers and Booleans of which a file may have several, with a key for each value.
  static let integerKeys: Set<String> = Set(
    under(
      "pe",
      """
      sections.characteristics sections.raw_data_size sections.raw_data_offset
      sections.virtual_address sections.virtual_size
      resources.type resources.id resources.language
      signatures.version signatures.not_before signatures.not_after signatures.verified
      signatures.number_of_certificates signatures.number_of_countersignatures
      signatures.certificates.not_before signatures.certificates.not_after
      signatures.countersignatures.sign_time
      rich_signature.tools.toolid rich_signature.tools.version
      """)
      + under("elf", "sections.type sections.flags segments.type segments.flags")
      + under(
        "macho",
        """
        segments.initprot segments.maxprot file.magic
        file.cputype file.cpusubtype file.filetype file.flags certificates.is_self_signed
        """)
      + under("dotnet", "resources.length")
      + under("lnk", "target_id_list.item_type"))

  /// Numbers that rules test bit by bit: a key for each bit that is set.
  static let bitKeys: Set<String> = [
    "pe.characteristics", "pe.dll_characteristics", "pe.sections.characteristics",
  ]

  /// Texts whose keys are written for a function that searches them without regard to the case of
  /// ASCII letters, instead of for the path.
  static let foldedKeys: [String: String] = [
    "pe.export_details.name": "pe.exports()",
    "macho.dylibs.name": "macho.has_dylib()", "macho.file.dylibs.name": "macho.has_dylib()",
    "macho.rpaths": "macho.has_rpath()", "macho.file.rpaths": "macho.has_rpath()",
    "macho.entitlements": "macho.has_entitlement()",
    "macho.file.entitlements": "macho.has_entitlement()",
    "macho.imports": "macho.has_import()", "macho.file.imports": "macho.has_import()",
    "macho.exports": "macho.has_export()", "macho.file.exports": "macho.has_export()",
  ]

  /// Texts whose keys are those of another path too, which then has the values of both.
  static let sharedKeys: [String: String] = [
    "pe.sections.full_name": "pe.sections.name",
    "pe.signatures.signer_info.chain.serial": "pe.signatures.certificates.serial",
  ]

  /// Functions of no argument that give a text.
  static let textFunctions: Set<String> = [
    "pe.imphash()", "elf.import_md5()", "elf.telfhash()", "macho.dylib_hash()",
    "macho.entitlement_hash()", "macho.export_hash()", "macho.import_hash()", "macho.symhash()",
    "crx.permhash()",
  ]

  /// Texts whose digests rules ask for, as `hash.md5` and `hash.sha256` give them.
  static let digestedText = "pe.rich_signature.clear_data"

  /// Texts with a key for each four bytes in sequence, for conditions that ask for a part of one.
  static let gramKeys: Set<String> = ["pe.signatures.subject", "pe.signatures.issuer"]

  /// Texts that stand in the file byte by byte, so that a part of one is a literal of the file.
  /// Repaired ones are among them: without U+FFFD they are as in the file.
  static let verbatim: Set<String> = Set(
    under(
      "pe",
      """
      sections.name pdb_path dll_name export_details.name export_details.forward_name
      resources.type_string resources.name_string resources.language_string
      rich_signature.raw_data import_details.library_name delayed_import_details.library_name
      """)
      + under("elf", "sections.name symtab.name dynsym.name")
      + under(
        "macho",
        """
        segments.segname segments.sections.segname segments.sections.sectname dynamic_linker
        dylibs.name rpaths linker_options symtab.entries
        file.segments.segname file.segments.sections.segname file.segments.sections.sectname
        file.dynamic_linker file.dylibs.name file.rpaths file.linker_options file.symtab.entries
        """)
      + under(
        "dotnet",
        """
        module_name version typelib constants user_strings streams.name assembly.name
        assembly.culture assembly_refs.name assembly_refs.public_key_or_token modulerefs
        resources.name classes.methods.name classes.methods.generic_parameters
        classes.generic_parameters
        """))

  /// Texts in UTF-16 in the file and in UTF-8 for rules.
  static let wide: Set<String> = ["pe.version_info", "pe.version_info_list.value", "pe.version_info_list.key"]

  /// Arrays and their numbers of elements, with the columns that have the number where the module
  /// knows the file; where it does not, the array is empty.
  static let counts: [String: String] = [
    "pe.sections": "pe.number_of_sections", "pe.resources": "pe.number_of_resources",
    "pe.signatures": "pe.number_of_signatures", "pe.import_details": "pe.number_of_imports",
    "pe.delayed_import_details": "pe.number_of_delayed_imports",
    "pe.export_details": "pe.number_of_exports",
    "pe.version_info_list": "pe.number_of_version_infos",
  ]

  private static func under(_ module: String, _ names: String) -> [String] {
    names.split(whereSeparator: \.isWhitespace).map { "\(module).\($0)" }
  }
}
