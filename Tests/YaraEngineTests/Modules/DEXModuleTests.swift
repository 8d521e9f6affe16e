import Testing

@testable import YaraEngine

/// The `dex` module as rules see it: the fields of both engines' modules in both dialects.
@Suite struct DEXModuleTests {
  static func holds(_ condition: String, _ data: [UInt8], _ dialect: Dialect) -> Bool? {
    Engine.holds(condition, data, dialect, imports: #"import "dex""#)
  }

  @Test(arguments: [
    // YARA-X's.
    "dex.is_dex and dex.header.version == 35 and dex.header.link_off == 6",
    "not defined dex.fields[0].name and dex.methods[0].class == \"LMain;\"",
    "dex.types[1] == \"LMain;\" and dex.protos[0].shorty == \"I\"",
    "dex.protos[0].parameters_count == 0 and not defined dex.protos[0].parameters[0]",
    "dex.contains_string(\"run\") and not dex.contains_string(\"ru\")",
    "dex.contains_class(\"LMain;\") and not defined dex.contains_class(\"\\xff\")",
    "dex.checksum() != dex.header.checksum and dex.signature() != dex.header.signature",
    "dex.map_list.items[0].type == 7 and dex.map_list.items[0].offset == 10",
    "dex.class_defs[0].class == \"LMain;\" and dex.class_defs[0].superclass == \"I\"",
    "dex.TYPE_HIDDENAPI_CLASS_DATA_ITEM == 0xF000 and dex.ACC_VOLATILE == dex.ACC_BRIDGE",
    // YARA's.
    "dex.DEX_FILE_MAGIC_035 == \"dex\\n035\\x00\" and dex.NO_INDEX == 0xffffffff",
    "dex.header.string_ids_size == 5 and dex.header.link_offset == 6 and dex.header.data_offset == 12",
    "dex.string_ids[1].value == \"LMain;\" and dex.string_ids[1].size == 6",
    "not defined dex.string_ids[2].value and dex.string_ids[3].value == \"run\"",
    "dex.type_ids[1].descriptor_idx == 1 and dex.proto_ids[0].return_type_idx == 0",
    "dex.field_ids[0].name_idx == 4 and dex.method_ids[1].class_idx == 1",
    "dex.class_data_item[0].static_fields_size == 1 and dex.class_data_item[0].virtual_methods_size == 1",
    "dex.number_of_fields == 1 and dex.field[0].name == \"x\" and dex.field[0].class_name == \"LMain;\"",
    "dex.field[0].static == 1 and dex.field[0].instance == 0 and dex.field[0].access_flags == 0x19",
    "dex.field[0].proto == \"I\" and dex.field[0].field_idx_diff == 0",
    "dex.number_of_methods == 2 and dex.method[0].name == \"run\" and dex.method[0].direct == 1",
    "dex.method[1].virtual == 1 and dex.method[1].method_idx_diff == 1 and dex.method[1].proto == \"I\"",
    "dex.method[0].access_flags == 0x81 and dex.method[0].code_item.registers_size == 2",
    "dex.method[0].code_item.insns == \"\\x0e\\x00\" and not defined dex.method[1].code_item.insns",
    "dex.method[0].code_item.debug_info_off == 9 and dex.method[0].code_item.insns_size == 1",
    "dex.has_method(\"run\") == 1 and dex.has_method(\"ru\") == 0 and dex.has_method(/^r/)",
    "dex.has_method(\"LMain;\", \"x\") and not dex.has_method(\"LOther;\", \"x\")",
    "dex.has_method(/main/i, /^x$/) and dex.has_class(\"LMain;\") and not dex.has_class(/other/)",
    "dex.map_list.map_item[0].unused == 8 and dex.map_list.size == 1",
    "dex.class_defs[1].super_class_idx == dex.NO_INDEX and dex.class_defs[0].source_file_idx == 4",
    "dex.class_defs[0].access_flags == dex.ACC_PUBLIC | dex.ACC_FINAL",
    "for any c in dex.class_defs : (c.class_idx == 1 and c.class == \"LMain;\")",
  ])
  func valuesInBothDialects(_ condition: String) {
    for dialect in Dialect.allCases {
      #expect(Self.holds(condition, ModuleFiles.dex(), dialect) == true, "\(condition)")
    }
  }

  @Test(arguments: [
    ("dex.header.magic == 0x6465780A", true, nil),
    ("dex.header.magic == dex.DEX_FILE_MAGIC_035", nil, true),
    ("dex.header.signature == \"0102030405060708090a0b0c0d0e0f1011121314\"", true, false),
    ("dex.header.signature == \"\\x01\\x02\\x03\\x04\\x05\\x06\\x07\\x08\\x09\\x0a\\x0b\\x0c\\x0d\\x0e"
      + "\\x0f\\x10\\x11\\x12\\x13\\x14\"", false, true),
    // YARA-X declares the size of the data but never says it.
    ("dex.header.data_size == 11", false, true),
    // A string that is missing moves all strings after it in YARA-X, and methods lose their names.
    ("dex.contains_method(\"run\")", false, false), ("dex.methods[0].name == \"x\"", true, true),
    ("dex.methods[0].proto.return_type == \"I\"", true, true),
  ] as [(String, Bool?, Bool?)])
  func whereTheEnginesDiffer(_ condition: String, _ yaraX: Bool?, _ yara: Bool?) {
    #expect(Self.holds(condition, ModuleFiles.dex(), .yaraX) == yaraX, "\(condition)")
    #expect(Self.holds(condition, ModuleFiles.dex(), .yara) == yara, "\(condition)")
  }

  @Test func damageInAClassLeavesTheNumbersOfMembersUndefined() {
    let data = ModuleFiles.dex(damagedClass: true)
    for dialect in Dialect.allCases {
      #expect(
        Self.holds(
          "not defined dex.number_of_methods and not defined dex.has_method(\"run\") and "
            + "not defined dex.has_class(/./) and dex.method[0].name == \"run\" and "
            + "dex.class_defs[1].class_data_offset == 0xffffff00", data, dialect) == true)
    }
  }

  @Test func eachEngineKnowsItsOwnVersions() {
    let newer = ModuleFiles.dex(version: "040")
    #expect(Self.holds("dex.is_dex and not defined dex.number_of_methods", newer, .yaraX) == true)
    #expect(Self.holds("dex.is_dex and not defined dex.header.magic", newer, .yara) == true)
  }

  @Test(arguments: [
    "not dex.is_dex", "not dex.contains_string(\"a\") and not dex.contains_method(\"a\")",
    "not defined dex.checksum() and not defined dex.signature()", "not defined dex.header.magic",
    "not defined dex.has_method(\"a\") and not defined dex.number_of_fields",
    "not defined dex.map_list.size and not defined dex.class_defs[0].class_idx",
  ])
  func aFileOfAnotherKind(_ condition: String) {
    for dialect in Dialect.allCases {
      #expect(Self.holds(condition, [1], dialect) == true, "\(condition)")
    }
  }
}
