import Bytes
import Testing

@testable import YaraEngine

/// Conditions over synthetic files, with the answers that YARA-X 1.23 and YARA 4.5.4 give to the
/// same conditions over the same bytes.
@Suite struct PEModuleTests {
  /// A condition and whether it holds. Where the engines differ, YARA's answer follows; a condition
  /// that one engine refuses has the answer that its values give.
  struct Answer: Sendable, CustomTestStringConvertible {
    let condition: String
    let yaraX: Bool
    let yara: Bool
    var testDescription: String { condition }

    init(_ condition: String, _ yaraX: Bool = true, yara: Bool? = nil) {
      self.condition = condition
      self.yaraX = yaraX
      self.yara = yara ?? yaraX
    }
  }

  static func check(_ answer: Answer, _ data: [UInt8], _ name: String) {
    for (dialect, expected) in [(Dialect.yaraX, answer.yaraX), (.yara, answer.yara)] {
      let found = Engine.holds(
        answer.condition, data, dialect, imports: #"import "pe" import "math""#)
      #expect(found == expected, "\(name), \(dialect): \(answer.condition)")
    }
  }

  // MARK: - Both sizes of a file with all parts

  @Test(arguments: [
    Answer("pe.is_pe and pe.is_pe == 1 and not pe.is_signed"),
    Answer("pe.is_pe > 0 and pe.is_pe + pe.is_signed == 1 and -pe.is_pe == -1 and pe.is_pe & 1 == 1"),
    Answer("pe.is_pe == 1.0 and math.abs(pe.is_pe) == 1 and math.to_number(pe.is_pe) == 1"),
    Answer("pe.number_of_sections == 1 and pe.timestamp == 0x5F000000"),
    Answer("pe.characteristics & pe.EXECUTABLE_IMAGE != 0 and pe.characteristics & pe.DLL == 0"),
    Answer("pe.subsystem == pe.SUBSYSTEM_WINDOWS_CUI and pe.dll_characteristics & pe.NX_COMPAT != 0"),
    Answer("pe.linker_version.major == 14 and pe.linker_version.minor == 29"),
    Answer("pe.os_version.major == 6 and pe.image_version.minor == 3 and pe.subsystem_version.major == 5"),
    Answer("pe.entry_point == 0x404 and pe.entry_point_raw == 0x1004"),
    Answer("pe.size_of_stack_reserve == 0x100000 and pe.size_of_heap_commit == 0x2000"),
    Answer("pe.section_alignment == 0x1000 and pe.file_alignment == 0x200 and pe.checksum == 0"),
    Answer("pe.calculate_checksum() != pe.checksum"),
    Answer("pe.is_32bit() != pe.is_64bit() and not pe.is_dll() and pe.is_dll() == 0"),
    Answer(#"pe.sections[0].name == ".all" and pe.sections[0].full_name == ".all""#),
    Answer("pe.sections[0].virtual_address == 0x1000 and pe.sections[0].raw_data_offset == 0x400"),
    Answer("pe.sections[0].characteristics & pe.SECTION_MEM_EXECUTE != 0"),
    Answer("defined pe.sections[1].name", false),
    Answer("for any s in pe.sections : (s.name iequals \".ALL\" and s.virtual_size <= s.raw_data_size)"),
    Answer(#"pe.section_index(".all") == 0 and pe.section_index(0x400) == 0"#),
    Answer(#"defined pe.section_index(".ALL") or defined pe.section_index(0x3FF)"#, false),
    Answer(#"pe.section_index(".all\x00x") == 0"#, false, yara: true),
    Answer("defined pe.section_index(-1)", false),
    Answer("pe.data_directories[pe.IMAGE_DIRECTORY_ENTRY_IMPORT].size == 60"),
    Answer("for all d in pe.data_directories : (d.size < 0x10000)"),
    Answer("pe.number_of_rva_and_sizes == 16 and defined pe.data_directories[15].size"),
    Answer("pe.overlay.size == 7 and pe.overlay.offset + 7 == filesize"),
    Answer("pe.rva_to_offset(0x1010) == 0x410 and pe.rva_to_offset(0x10) == 0x10"),
    Answer("defined pe.rva_to_offset(0x90000) or defined pe.rva_to_offset(-1)", false),
    Answer("pe.offset_to_rva(0x410) == 0x1010 and pe.offset_to_rva(0x10) == 0x10"),
    Answer("pe.rich_signature.key == 0x11223344 and pe.rich_signature.length == 32"),
    Answer("pe.rich_signature.offset == 0x50"),
    Answer(#"pe.rich_signature.clear_data startswith "DanS" and pe.rich_signature.raw_data != pe.rich_signature.clear_data"#),
    Answer(#"pe.rich_signature.version_data == "\x09x\x93\x00\xc3\x83\x01\x01""#),
    Answer("pe.rich_signature.toolid(147) == 2 and pe.rich_signature.toolid(147, 30729) == 2"),
    Answer("pe.rich_signature.version(33731) == 5 and pe.rich_signature.version(33731, 257) == 5"),
    Answer("pe.rich_signature.version(33731, 147) == 0 and pe.rich_signature.toolid(-1) == 0"),
    Answer("pe.rich_signature.tools[1].times == 5 and pe.rich_signature.tools[0].toolid == 147"),
    Answer(#"pe.pdb_path == "C:\\src\\full.pdb""#),
    Answer(#"pe.version_info["ProductName"] == "P" and pe.number_of_version_infos == 2"#),
    Answer(#"defined pe.version_info["productname"]"#, false),
    Answer(#"for any v in pe.version_info_list : (v.key == "ProductName" and v.value == "P")"#),
    Answer(#"for any k, v in pe.version_info : (k == "ProductName" and v == "P")"#),
    Answer(#"pe.version_info["CompanyName"] == "Example \xc3\xa9""#, true, yara: false),
    Answer(#"pe.version_info["CompanyName"] == "Example \xe9""#, false, yara: true),
    Answer("pe.number_of_resources == 2 and pe.resource_timestamp == 99"),
    Answer("pe.resource_version.major == 4 and pe.resource_version.minor == 1"),
    Answer("pe.resources[0].type == pe.RESOURCE_TYPE_VERSION and pe.resources[0].id == 1"),
    Answer(#"pe.resources[1].name_string == "I\x00C\x00O\x00N\x00" and not defined pe.resources[1].id"#),
    Answer("pe.resources[1].language == 0x407 and pe.resources[1].length == 3"),
    Answer("for all r in pe.resources : (r.offset == pe.rva_to_offset(r.rva))"),
    Answer("defined pe.resources[0].type_string or defined pe.resources[0].language_string", false),
    Answer("pe.locale(0x409) and pe.locale(0x407) and not pe.locale(0x40a)"),
    Answer("pe.language(9) and pe.language(7) and not pe.language(0x409) and not pe.language(-1)"),
  ])
  func headersAndParts(_ answer: Answer) {
    for is64Bit in [false, true] {
      Self.check(answer, PEBuilder.full(is64Bit: is64Bit).built(), is64Bit ? "64 bits" : "32 bits")
    }
  }

  @Test(arguments: [
    Answer(#"pe.imports("kernel32.DLL", "createfilew") and not pe.imports("kernel32.dll", "CreateFile")"#),
    Answer(#"pe.imports("kernel32.dll") == 2 and pe.imports("user32.dll") == 0"#),
    Answer(#"pe.imports("ws2_32.dll", 115) == 1 and pe.imports("ws2_32.dll", 116) == 0"#),
    Answer(#"pe.imports("WS2_32.dll", "WSAStartup") and pe.imports("WS2_32.dll", "ORD2000")"#),
    Answer(#"pe.imports(/kernel32\.dll/i, /.*/) == 2 and pe.imports(/^KERNEL/, /Process$/) == 1"#),
    Answer(#"pe.imports(/kernel32/, /./) == 0 and pe.imports(/.*/, /./) == 4"#),
    Answer(#"pe.imports(pe.IMPORT_DELAYED, "user32.dll", "MessageBoxA")"#),
    Answer(#"pe.imports(pe.IMPORT_STANDARD, "user32.dll", "MessageBoxA")"#, false),
    Answer(#"pe.imports(pe.IMPORT_ANY, /.*/, /./) == 5 and pe.imports(0, "kernel32.dll") == 0"#),
    Answer(#"pe.imports(pe.IMPORT_DELAYED, "user32.dll") == 1"#),
    Answer(#"pe.imports(pe.IMPORT_ANY, "ws2_32.dll", 2000) == 1"#),
    Answer("pe.IMPORT_ANY == 3", true, yara: false),
    Answer("pe.IMPORT_ANY == -1", false, yara: true),
    Answer(#"pe.imports("kernel32.dll\x00", "CreateFileW\x00x")"#, false, yara: true),
    Answer(#"pe.import_rva("kernel32.dll", "exitprocess") > pe.import_rva("kernel32.dll", "CreateFileW")"#),
    Answer(#"pe.import_rva("ws2_32.dll", 115) == pe.import_rva("ws2_32.dll", "wsastartup")"#),
    Answer(#"defined pe.import_rva("user32.dll", "MessageBoxA")"#, false),
    Answer(#"pe.delayed_import_rva("user32.dll", "messageboxa") == pe.delayed_import_details[0].functions[0].rva"#),
    Answer(#"defined pe.delayed_import_rva("user32.dll", 1)"#, false),
    Answer("pe.number_of_imports == 2 and pe.number_of_imported_functions == 4"),
    Answer("pe.number_of_delayed_imports == 1 and pe.number_of_delayed_imported_functions == 1"),
    Answer(#"pe.import_details[1].library_name == "WS2_32.dll" and pe.import_details[1].number_of_functions == 2"#),
    Answer(#"pe.import_details[1].functions[0].ordinal == 115 and not defined pe.import_details[0].functions[0].ordinal"#),
    Answer(#"for any l in pe.import_details : (for any f in l.functions : (f.name == "ExitProcess"))"#),
    Answer("for all l in pe.import_details : (for all f in l.functions : (f.rva > 0x1000))"),
    Answer("pe.number_of_exports == 3 and pe.export_timestamp == 77"),
    Answer(#"pe.dll_name == "full.dll" and pe.export_details[1].name == "alpha""#),
    Answer(#"pe.export_details[2].forward_name == "OTHER.beta" and not defined pe.export_details[2].offset"#),
    Answer("pe.export_details[1].rva == 0x1008 and pe.export_details[1].offset == 0x408"),
    Answer(#"pe.exports("ALPHA") and pe.exports(/^al/) and not pe.exports(/^AL/) and pe.exports(/^AL/i)"#),
    Answer(#"pe.exports_index("alpha") == 1 and pe.exports_index(/pha$/) == 1"#),
    Answer(#"pe.exports("beta") or defined pe.exports_index("beta") or pe.exports(99)"#, false),
    // YARA takes the number of exports for the highest ordinal.
    Answer("pe.exports(6) and pe.exports_index(6) == 1", true, yara: false),
    Answer("pe.exports(0) or defined pe.exports_index(0)", false),
  ])
  func importsAndExports(_ answer: Answer) {
    for is64Bit in [false, true] {
      Self.check(answer, PEBuilder.full(is64Bit: is64Bit).built(), is64Bit ? "64 bits" : "32 bits")
    }
  }

  @Test(arguments: [
    (false, Answer("pe.is_32bit() and pe.machine == pe.MACHINE_I386 and pe.base_of_data == 0x2000")),
    (false, Answer("pe.opthdr_magic == pe.IMAGE_NT_OPTIONAL_HDR32_MAGIC and pe.image_base == 0x400000")),
    (false, Answer(#"pe.imphash() == "1056cb28d1cac0657f84c752101b42bb""#)),
    (true, Answer("pe.is_64bit() and pe.machine == pe.MACHINE_AMD64 and not defined pe.base_of_data")),
    (true, Answer("pe.opthdr_magic == 0x20b and pe.image_base == 0x140000000")),
  ])
  func sizes(_ is64Bit: Bool, _ answer: Answer) {
    Self.check(answer, PEBuilder.full(is64Bit: is64Bit).built(), is64Bit ? "64 bits" : "32 bits")
  }

  // MARK: - Files that lack things

  @Test(arguments: [
    Answer("not pe.is_pe"),
    Answer("defined pe.machine or defined pe.number_of_imports or defined pe.is_signed", false),
    Answer("defined pe.is_32bit() or defined pe.is_dll() or defined pe.imphash()", false),
    Answer("defined pe.calculate_checksum() or defined pe.rva_to_offset(0)", false),
    Answer("defined pe.section_index(0) or defined pe.exports_index(1)", false),
    Answer("defined pe.overlay.size or defined pe.linker_version.major", false),
    Answer("for any s in pe.sections : (true)", false),
    // YARA-X says that nothing is there, YARA says nothing.
    Answer(#"not pe.imports("a", "b") and pe.imports("a") == 0 and pe.imports(/./, /./) == 0"#, true, yara: false),
    Answer(#"not pe.exports("a") and not pe.exports(1) and not pe.exports(/a/)"#, true, yara: false),
    Answer("not pe.locale(1) and not pe.language(1)", true, yara: false),
    Answer("pe.rich_signature.toolid(1) == 0 and pe.rich_signature.version(1, 2) == 0", true, yara: false),
    Answer(#"defined pe.import_rva("a", "b") or defined pe.delayed_import_rva("a", 1)"#, false),
    Answer("defined pe.signatures[0].valid_on(0)", false),
    Answer("pe.MACHINE_AMD64 == 0x8664 and pe.IMAGE_DEBUG_TYPE_CODEVIEW == 2 and pe.SECTION_GPREL == 0x8000"),
    Answer("pe.IMAGE_DIRECTORY_ENTRY_COPYRIGHT == 7 and pe.IMAGE_DIRECTORY_ENTRY_ARCHITECTURE == 7"),
  ])
  func whatIsNoPEFile(_ answer: Answer) {
    Self.check(answer, Array("MZ and nothing else".utf8), "text")
  }

  @Test(arguments: [
    Answer("pe.number_of_imports == 0 and pe.number_of_exports == 0 and pe.number_of_resources == 0"),
    Answer("pe.number_of_exports - 1 == -1 and not for any i in (0..pe.number_of_exports - 1) : (true)"),
    Answer("pe.overlay.size == 0 and pe.overlay.offset == 0"),
    Answer("defined pe.dll_name or defined pe.resource_timestamp or defined pe.pdb_path", false),
    Answer("defined pe.rich_signature.key", false),
    Answer("pe.rich_signature.toolid(1) == 0", true, yara: false),
    Answer(#"pe.imphash() == "d41d8cd98f00b204e9800998ecf8427e""#),
    Answer("not pe.is_signed and pe.number_of_signatures == 0"),
    Answer("pe.is_dll() and pe.is_dll() != 0"),
    // YARA gives the flag itself.
    Answer("pe.is_dll() == 1", true, yara: false),
    Answer("pe.is_dll() == 0x2000", false, yara: true),
    // The number that stands for "undefined" in YARA ends with these.
    Answer("pe.entry_point == -1", false, yara: true),
    Answer("defined pe.entry_point", false, yara: true),
  ])
  func aFileWithoutParts(_ answer: Answer) {
    var builder = PEBuilder()
    builder.characteristics = 0x2102
    builder.entryPoint = 0x9_0000
    builder.place([0])
    Self.check(answer, builder.built(), "no parts")
  }

  // MARK: - Signatures

  static var signed: [UInt8] {
    var builder = PEBuilder()
    builder.place([0])
    let table = AuthenticodeBuilder.table([AuthenticodeBuilder().signature()])
    builder.directories[4] = (builder.built().count, table.count)
    builder.overlay = table
    return builder.built()
  }

  @Test(arguments: [
    Answer("not pe.is_signed and pe.number_of_signatures == 1 and not pe.signatures[0].verified"),
    Answer("pe.signatures[0].verified == 0 and pe.signatures[0].verified < 1"),
    Answer(#"pe.signatures[0].issuer == "/C=FI/CN=Root" and pe.signatures[0].subject contains "CN=Leaf""#),
    Answer(#"pe.signatures[0].serial == "00:9c:01" and pe.signatures[0].version == 3"#),
    Answer(#"pe.signatures[0].algorithm == "sha256WithRSAEncryption""#),
    Answer(#"pe.signatures[0].algorithm_oid == "1.2.840.113549.1.1.11""#),
    Answer("pe.signatures[0].not_before == 1577836800 and pe.signatures[0].not_after == 1893456000"),
    Answer("pe.signatures[0].valid_on(1577836800) and pe.signatures[0].valid_on(1893456000)"),
    Answer("pe.signatures[0].valid_on(1577836799) or pe.signatures[0].valid_on(1893456001)", false),
    Answer("for any s in pe.signatures : (s.valid_on(1600000000) == 1)"),
    Answer(#"pe.signatures[0].digest_alg == "sha256" and pe.signatures[0].digest startswith "4444""#),
    Answer("pe.signatures[0].file_digest != pe.signatures[0].digest"),
    Answer("pe.signatures[0].number_of_certificates == 2 and pe.signatures[0].number_of_countersignatures == 0"),
    Answer("pe.signatures[0].thumbprint == pe.signatures[0].certificates[0].thumbprint"),
    Answer(#"pe.signatures[0].certificates[1].subject == "/C=FI/CN=Root""#),
    Answer("pe.signatures[0].signer_info.length_of_chain == 2"),
    Answer("pe.signatures[0].signer_info.chain[0].thumbprint == pe.signatures[0].thumbprint"),
    Answer(#"pe.signatures[0].signer_info.digest startswith "3333""#),
    Answer("for all c in pe.signatures[0].signer_info.chain : (c.not_before < c.not_after)"),
    Answer("defined pe.signatures[0].signer_info.program_name or defined pe.signatures[0].signer_info.more_info", false),
    Answer("defined pe.signatures[1].subject or defined pe.signatures[0].certificates[2].subject", false),
    Answer("defined pe.signatures[0].countersignatures[0].sign_time", false),
  ])
  func signatures(_ answer: Answer) {
    Self.check(answer, Self.signed, "signed")
  }

  // MARK: - Types

  @Test func theCountsThatYaraXCallsDeprecatedAreReported() {
    for (condition, dialect, codes) in [
      ("pe.number_of_sections == 1", Dialect.yaraX, ["W606"]),
      ("pe.number_of_sections == 1", .yara, []),
      ("pe.number_of_imports == 1", .yaraX, []),
      ("pe.is_pe", .yara, []), ("pe.is_pe", .yaraX, []), ("pe.is_pe > 0", .yaraX, ["W607"]),
      (#"pe.imports("a")"#, .yaraX, ["W607"]), (#"pe.imports("a")"#, .yara, []),
      ("pe.is_pe contains \"a\"", .yaraX, ["E308"]), ("pe.imports(1)", .yaraX, ["E309"]),
      ("pe.Machine == 1", .yaraX, ["E307"]),
    ] {
      let compilation = Engine.compile(
        #"import "pe" rule r { condition: \#(condition) }"#, dialect)
      #expect(Engine.codes(compilation) == codes, "\(condition), \(dialect)")
    }
  }

  @Test func everyFieldOfBothEnginesIsThere() throws {
    let yaraX = try #require(ModuleRegistry.standard.module("pe"))
    let names = Set(yaraX.root(in: .yaraX).fields.map(\.name))
    #expect(names == Set(yaraX.root(in: .yara).fields.map(\.name)))
    // Constants of the one, of the other, of both.
    for name in ["MACHINE_RISCV64", "MACHINE_TRICORE", "SECTION_MEM_LOCKED", "RESOURCE_TYPE_HTML"] {
      #expect(names.contains(name), "\(name)")
    }
    #expect(names.count == 254)
  }
}
