import Testing

@testable import YaraEngine

/// The `macho` module as rules see it, with the answers of both engines.
@Suite struct MachOModuleTests {
  static func holds(_ condition: String, _ data: [UInt8], _ dialect: Dialect) -> Bool? {
    Engine.holds(condition, data, dialect, imports: #"import "macho""#)
  }

  /// In a thin file the dialects agree, and what YARA-X alone reports is there in both.
  @Test(arguments: [
    "macho.magic == macho.MH_CIGAM_64 and macho.cputype == macho.CPU_TYPE_X86_64",
    "macho.cpusubtype == macho.CPU_SUBTYPE_X86_64_ALL and macho.filetype == macho.MH_EXECUTE",
    "macho.ncmds == 6 and macho.flags & macho.MH_NOUNDEFS == 1 and macho.reserved == 9",
    "macho.number_of_segments == 1 and macho.entry_point == 0x100 and macho.stack_size == 0x9000",
    "macho.segments[0].segname == \"__TEXT\" and macho.segments[0].vmaddr == 0x1000",
    "macho.segments[0].fsize == 0x800 and macho.segments[0].vmsize == 0x1000",
    "macho.segments[0].nsects == 1 and macho.segments[0].maxprot == 7",
    "macho.segments[0].sections[0].sectname == \"__text\"",
    "macho.segments[0].sections[0].addr == 0x1100 and macho.segments[0].sections[0].reserved3 == 8",
    "for all g in macho.segments : (for all s in g.sections : (s.segname == g.segname))",
    "not defined macho.segments[0].sections[1].size and not defined macho.segments[1].flags",
    "macho.dylibs[0].name == \"/usr/lib/libz.dylib\" and macho.dylibs[0].timestamp == 2",
    "macho.dylibs[0].compatibility_version == \"4.5.6\" and macho.dylibs[0].current_version == \"1.2.3\"",
    "macho.rpaths[0] == \"@loader_path\" and macho.has_rpath(\"@LOADER_PATH\")",
    "macho.has_dylib(\"/usr/LIB/libz.dylib\") and not macho.has_dylib(\"libz.dylib\")",
    "macho.build_version.minos == \"10.15.0\" and macho.build_version.ntools == 1",
    "macho.build_version.tools[0].tool == 3 and macho.build_version.tools[0].version == \"258.3\"",
    "macho.symtab.nsyms == 2 and macho.symtab.entries[1] == \"_export\"",
    "macho.symtab.nlists[1].n_value == 0x1100 and macho.symtab.nlists[0].n_type == 1",
    "macho.has_import(\"_import\") and macho.has_export(\"_EXPORT\")",
    "macho.imports[0] == \"_import\" and for any e in macho.exports : (e == \"_export\")",
    "macho.symhash() == \"12e06943b2a3ee473e009377e49d82d3\"",
    "macho.import_hash() == macho.symhash() and macho.export_hash() != macho.symhash()",
    "not defined macho.entitlement_hash() and not macho.has_entitlement(\"a\")",
    "not defined macho.dysymtab.iundefsym and not defined macho.min_version.device",
    "macho.S_ATTR_PURE_INSTRUCTIONS == 0x80000000 and macho.MACOSX == 0x24",
    "not defined macho.fat_magic and not defined macho.file_index_for_arch(7)",
  ])
  func valuesOfAThinFile(_ condition: String) {
    for dialect in Dialect.allCases {
      #expect(Self.holds(condition, ModuleFiles.machO, dialect) == true, "\(condition)")
    }
  }

  @Test(arguments: [
    ("macho.fat_magic == macho.FAT_MAGIC and macho.nfat_arch == 3", true, true),
    ("macho.fat_arch[2].cputype == macho.CPU_TYPE_ARM64 and macho.fat_arch[2].align == 2", true, true),
    ("macho.fat_arch[0].reserved == 0", true, true), ("defined macho.magic", false, false),
    // YARA-X lists what it can use, YARA leaves a hole.
    ("macho.file[1].ncmds == 6", true, false), ("macho.file[2].ncmds == 6", false, true),
    ("macho.file[0].segments[0].sections[0].size == 0x20", true, true),
    ("macho.file[0].dylibs[0].timestamp == 2 and macho.file[0].symtab.entries[0] == \"_import\"", true, true),
    ("for any f in macho.file : (for any d in f.dylibs : (d.name == \"/usr/lib/libz.dylib\"))", true, true),
    ("macho.has_import(\"_import\") and defined macho.dylib_hash()", true, true),
    // YARA compares the binaries' own types, YARA-X the table's.
    ("macho.file_index_for_arch(0x01000007) == 0", true, true),
    ("macho.file_index_for_arch(0x0100000c) == 2", true, false),
    ("macho.file_index_for_arch(0x01000007, 3) == 0", true, true),
    ("defined macho.file_index_for_arch(0x01000007, 4)", false, false),
    ("macho.entry_point_for_arch(0x01000007) == 68 + 0x100", true, true),
    ("macho.entry_point_for_arch(0x0100000c, 0) == 68 + 0x100", false, true),
    // YARA-X asks for the third binary of two; YARA has nothing in the second place.
    ("defined macho.entry_point_for_arch(0x0100000c)", false, true),
    ("defined macho.entry_point_for_arch(12, 9)", true, false),
    ("macho.entry_point_for_arch(12) == 0xFFFF + 0x100", true, false),
    // To the offset of what it cannot read YARA adds its mark of an undefined number.
    ("macho.entry_point_for_arch(12) == -1483400188011778", false, true),
  ])
  func valuesOfAFatFile(_ condition: String, _ yaraX: Bool, _ yara: Bool) {
    #expect(Self.holds(condition, ModuleFiles.fat, .yaraX) == yaraX, "\(condition)")
    #expect(Self.holds(condition, ModuleFiles.fat, .yara) == yara, "\(condition)")
  }

  @Test(arguments: [
    "not macho.has_dylib(\"a\") and not macho.has_export(\"a\")", "not defined macho.dylib_hash()",
    "not defined macho.symhash() and not defined macho.magic",
    "not defined macho.entry_point_for_arch(7, 3)", "not defined macho.file[0].magic",
    "macho.MH_NO_REEXPORTED_DYLIBS == 0x00100000 and macho.CPU_TYPE_MIPS == 8",
  ])
  func aFileOfAnotherKind(_ condition: String) {
    for dialect in Dialect.allCases {
      #expect(Self.holds(condition, [1, 2, 3], dialect) == true, "\(condition)")
    }
  }
}
