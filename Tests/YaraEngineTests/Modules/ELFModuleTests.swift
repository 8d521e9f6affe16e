import Testing

@testable import YaraEngine

/// The `elf` module as rules see it, with the answers of both engines.
@Suite struct ELFModuleTests {
  static func holds(_ condition: String, _ data: [UInt8], _ dialect: Dialect) -> Bool? {
    Engine.holds(condition, data, dialect, imports: #"import "elf""#)
  }

  @Test(arguments: [
    ("elf.type == elf.ET_DYN and elf.machine == elf.EM_X86_64", true, true),
    ("elf.osabi == elf.OSABI_LINUX", true, true),
    ("elf.number_of_sections == 6 and elf.number_of_segments == 2", true, true),
    ("elf.sh_entry_size == 64 and elf.ph_offset == 64 and elf.ph_entry_size == 56", true, true),
    // YARA looks up the address of a shared object in the sections.
    ("elf.entry_point == 16", true, false),
    ("elf.sections[1].name == \".dyn\" and elf.sections[1].type == elf.SHT_DYNAMIC", true, true),
    // The name ends with the file.
    ("defined elf.sections[5].name", true, true),
    ("elf.sections[1].address == 0x400000 and elf.sections[1].size == 48", true, true),
    ("elf.sections[2].flags & elf.SHF_ALLOC != 0 and elf.SHF_EXECINSTR == 4", true, true),
    ("elf.segments[1].type == elf.PT_DYNAMIC and elf.segments[1].flags == 5", true, true),
    ("elf.segments[0].memory_size == 0x200 and elf.segments[0].alignment == 0x1000", true, true),
    ("elf.segments[0].physical_address == elf.segments[0].virtual_address", true, true),
    ("for any s in elf.symtab : (s.name == \"main_loop\" and s.value == 0x1122)", true, true),
    ("elf.symtab_entries == 3 and elf.dynsym_entries == 2", true, true),
    ("elf.symtab[2].shndx == 1 and elf.symtab[2].size == 0x33", true, true),
    ("elf.symtab[2].bind == elf.STB_GLOBAL and elf.symtab[2].type == elf.STT_FUNC", true, true),
    ("elf.symtab[2].visibility == elf.STV_HIDDEN", true, true),
    ("elf.dynsym[1].name == \"Free\"", true, true), ("defined elf.dynsym[2].name", false, false),
    // YARA counts the entry that ends the list.
    ("elf.dynamic_section_entries == 2", true, false),
    ("elf.dynamic_section_entries == 3", false, true),
    ("elf.dynamic[1].type == elf.DT_VERNEED and elf.dynamic[1].val == 5", true, true),
    ("elf.import_md5() == \"aa2d6e4f578eb0cfaba23beef76c2194\"", true, true),
    ("defined elf.telfhash()", false, true),
  ])
  func values(_ condition: String, _ yaraX: Bool, _ yara: Bool) {
    #expect(Self.holds(condition, ModuleFiles.elf, .yaraX) == yaraX, "\(condition)")
    #expect(Self.holds(condition, ModuleFiles.elf, .yara) == yara, "\(condition)")
  }

  @Test(arguments: [
    ("defined elf.type or defined elf.sections[0].name", false, false),
    ("for all s in elf.sections : (true)", false, false),
    // YARA-X hashes the empty list of imports.
    ("elf.import_md5() == \"d41d8cd98f00b204e9800998ecf8427e\"", true, false),
    ("defined elf.telfhash()", false, false),
  ])
  func aFileOfAnotherKind(_ condition: String, _ yaraX: Bool, _ yara: Bool) {
    #expect(Self.holds(condition, [0x7F], .yaraX) == yaraX, "\(condition)")
    #expect(Self.holds(condition, [0x7F], .yara) == yara, "\(condition)")
  }

  @Test func theHeaderAloneIsEnoughForItsFields() {
    // All tables lie outside of the file.
    let header = Array(ModuleFiles.elf.prefix(65))
    for dialect in Dialect.allCases {
      #expect(
        Self.holds(
          "elf.machine == 62 and elf.number_of_sections == 6 and not defined elf.sections[0].type "
            + "and not defined elf.segments[0].type", header, dialect) == true)
    }
  }
}
