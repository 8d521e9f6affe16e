import Bytes
import GramIndex
import Testing

@testable import Hunt
@testable import YaraEngine

/// What is known of single conditions: the terms that hunts live by stay more than "everything".
@Suite struct FactTermsTableTests {
  private static func rules(_ condition: String, _ dialect: Dialect = .yaraX) throws -> RuleSet {
    let imports = dialect == .yara ? "import \"pe\" import \"elf\" import \"hash\"" : FactConditions.imports
    var compiler = RuleCompiler(CompilerOptions(dialect: dialect))
    compiler.add(name: "rule", bytes: Array("\(imports) rule r { condition: \(condition) }".utf8))
    let compilation = compiler.build()
    return try #require(compilation.rules, "\(condition): \(compilation.diagnostics)")
  }

  /// The terms of a condition, of a loop's body or of what is inside a `with`.
  private static func answer(_ condition: String, _ dialect: Dialect = .yaraX) throws -> FactAnswer {
    let rules = try rules(condition, dialect)
    var terms = FactTerms(rules)
    var node = rules.rules[0].condition
    while true {
      switch rules.program[node] {
      case .loop(let index):
        terms = terms.inside(rules.program.loops[Int(index)])
        node = rules.program.loops[Int(index)].body
      case .with(let list):
        let children = Array(rules.program.children(list))
        for child in children.dropLast() { terms = terms.inside(binding: child) }
        node = children[children.count - 1]
      default: return terms.answer(node)
      }
    }
  }

  private static func isKnown(_ query: IndexQuery) -> Bool { query != .everything }

  /// Known to be true only of some documents; a second mark tells of false and undefined.
  @Test(arguments: [
    ("filesize < 10KB", true, true), ("not filesize < 10KB", true, true), ("filesize", true, true),
    ("filesize * 2 > 100", true, true), ("filesize \\ 1024 < 5", true, true),
    ("uint16(0) == 0x5A4D", true, true), ("uint16be(0) == 0x4D5A", true, true),
    ("uint32(0) & 0xFFFFFF == 0x464C45", true, false), ("uint16(0) & 0xFF00 == 0x5A00", true, true),
    ("uint32be(0) & 0x00FF00FF == 0x00010002", true, false),
    ("int16(2) < 0", true, true), ("uint64(0) == 0x10000905A4D", true, false),
    ("uint16(100) == 1", true, false), ("uint32(uint32(0x3C)) == 0x4550", true, true),
    ("uint16(uint32(0x3C)) == 0x4550", true, true), ("uint16(uint32(0x3C)+4) == 0x14c", true, true),
    ("pe.is_pe", true, true), ("not pe.is_pe", true, true), ("pe.is_dll()", true, true),
    ("not pe.is_dll()", true, true), ("pe.is_32bit() == 1", true, true),
    ("pe.machine == pe.MACHINE_I386", true, true), ("pe.number_of_sections - 1 == 2", true, true),
    ("pe.characteristics & pe.DLL", true, true), ("pe.characteristics & pe.DLL == 0", true, true),
    ("pe.characteristics & 0x102 == 0x102", true, false), ("pe.sections.len() > 2", true, true),
    ("pe.linker_version.major == 14", true, true), ("pe.overlay.size > 0", true, true),
    ("pe.entry_point == pe.sections[0].raw_data_offset", true, false),
    ("pe.sections[0].name == \".text\"", true, false), ("pe.sections[5].name contains \"UPX\"", true, false),
    ("pe.sections[0].characteristics & 0x20000000 != 0", true, false),
    ("for any s in pe.sections : (s.name == \"UPX0\")", true, false),
    ("for any i in (0..9) : (pe.sections[i].raw_data_size == 512)", true, false),
    ("pe.signatures[0].serial == \"00:01\"", true, false),
    ("for any s in pe.signatures : (s.subject contains \"Some Company\")", true, false),
    ("for any s in pe.signatures : (s.issuer icontains \"SOME COMPANY\")", true, false),
    ("pe.signatures[0].not_after == 1700000000", true, false),
    ("not pe.signatures[0].not_after < 1700000000", true, false),
    ("pe.version_info[\"CompanyName\"] == \"Microsoft\"", true, false),
    ("pe.version_info[\"CompanyName\"] contains \"Microsoft\"", true, false),
    ("for any k, v in pe.version_info : (v == \"Microsoft\")", true, false),
    ("pe.pdb_path contains \"Release\"", true, false), ("pe.dll_name == \"a.dll\"", true, false),
    ("pe.imphash() == \"0123456789abcdef0123456789abcdef\"", true, false),
    ("pe.imports(\"kernel32.dll\", \"CreateFileW\")", true, false),
    ("pe.imports(\"kernel32.dll\") > 3", true, false), ("pe.imports(\"ws2_32.dll\", 115)", true, false),
    ("pe.imports(pe.IMPORT_ANY, \"a.dll\", \"b\")", true, false), ("pe.imports(/a/, /b/)", true, false),
    ("pe.exports(\"ServiceMain\")", true, false), ("pe.exports(/a/)", true, false),
    ("pe.locale(0x409)", true, false), ("pe.rich_signature.toolid(147)", true, false),
    ("pe.rich_signature.version(30729, 147) > 1", true, false), ("pe.section_index(\".x\") == 0", true, false),
    ("hash.md5(0, filesize) == \"0123456789abcdef0123456789abcdef\"", true, false),
    ("hash.md5(pe.rich_signature.clear_data) == \"0123456789abcdef0123456789abcdef\"", true, false),
    ("pe.data_directories[14].virtual_address != 0", true, true),
    ("pe.data_directories[3].virtual_address != 0", true, false),
    ("hash.md5(0, 100) == \"0123456789abcdef0123456789abcdef\"", true, false),
    ("elf.type == elf.ET_DYN", true, true), ("elf.machine != 62", true, true),
    ("elf.telfhash() == \"t1\"", true, false), ("elf.import_md5() == \"0123456789abcdef0123456789abcdef\"", true, false),
    ("for any s in elf.symtab : (s.name == \"main_loop\")", true, false),
    ("elf.sections[1].name == \".text\"", true, false), ("macho.has_dylib(\"libSystem.dylib\")", true, false),
    ("macho.filetype == 2", true, true), ("macho.file[0].segments[0].segname == \"__TEXT\"", true, false),
    ("dotnet.is_dotnet", true, true), ("dotnet.assembly.name == \"a\"", true, false),
    ("for any g in dotnet.guids : (g == \"0\")", true, false),
    ("for any u in dotnet.user_strings : (u == \"a\\x00b\\x00c\\x00d\\x00\")", true, false),
    ("lnk.is_lnk and lnk.cmd_line_args contains \"powershell\"", true, false),
    ("dex.contains_string(\"Loader\")", true, false), ("crx.permhash() == \"0\"", true, false),
    ("with n = pe.number_of_sections : (n == 3)", true, true),
    ("with n = \"UPX0\" : (pe.sections[0].name == n)", true, false),
    ("defined pe.machine", true, true), ("not defined pe.machine", true, true),
    ("not (pe.is_dll() and filesize < 100)", true, true),
    // What nothing is known of.
    ("elf.import_md5() == \"d41d8cd98f00b204e9800998ecf8427e\"", false, false),
    ("pe.imports(\"kernel32.dll\") == 0", false, false), ("not pe.imports(\"kernel32.dll\")", false, false),
    ("pe.sections.len() >= 0", false, true), ("uint8(filesize - 1) == 0", true, false),
  ])
  func isKnown(_ condition: String, _ isTrue: Bool, _ isFalse: Bool) throws {
    let answer = try Self.answer(condition)
    #expect(Self.isKnown(answer.isTrue) == isTrue, "\(answer.isTrue)")
    #expect(Self.isKnown(answer.isFalse.or(answer.isUndefined)) == isFalse, "\(answer.isFalse)")
  }

  @Test func offsetsHaveToBeDefined() throws {
    let rules = try Self.rules("uint8(pe.entry_point) == 1")
    let terms = FactTerms(rules)
    let node = try #require(
      rules.program.nodes.indices.map { NodeID(UInt32($0)) }.first {
        if case .field = rules.program[$0] { true } else { false }
      })
    #expect(
      terms.mayBeDefined(node, .integer)
        == .column(
          ColumnPredicate(
            column: "pe.entry_point", ranges: [Int64.min...Int64.max], matchesUndefined: false)))
    #expect(
      terms.mayBeUndefined(node, .integer)
        == .column(ColumnPredicate(column: "pe.entry_point", ranges: [], matchesUndefined: true)))
  }

  /// A pattern has to stand somewhere, and that place has to be there.
  @Test(arguments: [
    "$a at pe.entry_point", "$a in (pe.entry_point..filesize)", "$a in (0..pe.entry_point + 100)",
    "any of them at pe.entry_point", "all of them in (pe.entry_point..filesize)",
    "#a in (pe.entry_point..filesize) > 2", "for any i in (0..pe.entry_point) : ($a at i)",
  ])
  func placesOfPatternsHaveToBeDefined(_ condition: String) throws {
    let query = try Planning.query(condition, strings: "$a = \"text\"", before: "import \"pe\"")
    let defined = IndexQuery.column(
      ColumnPredicate(
        column: "pe.entry_point", ranges: [Int64.min...Int64.max], matchesUndefined: false))
    guard case .and(let parts) = query else {
      Issue.record("\(query)")
      return
    }
    #expect(parts.contains(defined), "\(query)")
  }

  @Test func comparisonsBecomeOnePredicate() throws {
    func column(_ name: String, _ ranges: [ClosedRange<Int64>], _ undefined: Bool) -> IndexQuery {
      .column(ColumnPredicate(column: name, ranges: ranges, matchesUndefined: undefined))
    }
    let size = try Self.answer("filesize + 5 <= 15")
    #expect(size.isTrue == column("filesize", [0...10], false))
    #expect(size.isUndefined == .nothing)
    let sections = try Self.answer("pe.number_of_sections != 3")
    #expect(
      sections.isFalse.or(sections.isUndefined) == column("pe.number_of_sections", [3...3], true))
    let count = try Self.answer("pe.sections.len() < 2")
    #expect(count.isTrue == column("pe.number_of_sections", [Int64.min...1], true))
    let header = try Self.answer("uint16(0) == 0x5A4D")
    guard case .headerNumber(let predicate) = header.isFalse.or(header.isUndefined) else {
      Issue.record("\(header.isFalse)")
      return
    }
    #expect(predicate.ranges == [0...0x5A4C, 0x5A4E...0xFFFF] && predicate.matchesUndefined)
    #expect(try Self.answer("uint8(0) > 255").isTrue == .nothing)
    #expect(try Self.answer("uint8(0) * 3 == 7").isTrue == .nothing)
    #expect(try Self.answer("pe.imports(pe.IMPORT_STANDARD & pe.IMPORT_DELAYED, \"a\")").isTrue == .nothing)
  }

  /// With YARA's dialect modules say other things; size and first bytes are the same.
  @Test func theOtherDialectHasNoFacts() throws {
    for condition in [
      "pe.machine == 332", "pe.is_pe == 1", "pe.sections[0].name == \"a\"", "pe.imphash() == \"a\"",
      "elf.type == 2", "hash.md5(0, 10) == \"a\"", "pe.imports(\"a\")", "pe.characteristics & 2 == 2",
    ] {
      let answer = try Self.answer(condition, .yara)
      #expect(!Self.isKnown(answer.isTrue) && !Self.isKnown(answer.isFalse), "\(condition)")
    }
    #expect(Self.isKnown(try Self.answer("uint16(0) == 0x5A4D and filesize < 100", .yara).isTrue))
    #expect(Self.isKnown(try Self.answer("uint32(uint32(0x3C)) == 0x4550", .yara).isTrue))
  }

  private static func check(_ condition: String, _ bytes: [UInt8], holds: Bool) throws {
    let rules = try rules(condition)
    let matches = ByteView.with(bytes) { view in
      guard case .finished(let result) = Scanner(rules).scan(view) else { return false }
      return !result.matching.isEmpty
    }
    #expect(matches == holds, "\(condition)")
    let document = try #require(FactDocument(bytes, FactReader()))
    let terms = FactTerms(rules)
    let node = rules.rules[0].condition
    #expect(document.answers(holds ? terms.mayBeTrue(node) : terms.mayBeFalse(node)), "\(condition)")
  }

  /// The Kelvin sign is a `k` when letters are folded, and ill-formed UTF-8 is U+FFFD for rules.
  @Test func textsThatDoNotStandInTheFileAreFound() throws {
    var builder = PEBuilder()
    builder.addPDBPath("C:\\\u{212A}elv\u{130}n.pdb")
    builder.addResources([
      .init(type: 16, id: 1, language: 0x409, data: PEBuilder.version([("Name", "\u{212A}ing é tail")]))
    ])
    for condition in [
      "pe.pdb_path icontains \"kelv\"", "pe.pdb_path icontains \"KELV\"", "pe.pdb_path icontains \"elvi\"",
      "pe.pdb_path contains \"elv\"", "pe.pdb_path endswith \"n.pdb\"",
      "pe.version_info[\"Name\"] icontains \"king\"", "pe.version_info[\"Name\"] endswith \"\\xA9 tail\"",
      "pe.version_info[\"Name\"] contains \" tail\"",
    ] {
      try Self.check(condition, builder.built(), holds: true)
    }
    var elf = ModuleFiles.elf
    let name = try #require(elf.indices.first { elf[$0...].starts(with: Array(".dyn\0tail".utf8)) })
    elf[name] = 0xFF
    for condition in [
      "elf.sections[1].name contains \"\\xBF\\xBDdyn\"", "elf.sections[1].name == \"\\xEF\\xBF\\xBDdyn\"",
      "elf.sections[1].name startswith \"\\xEF\\xBF\"", "elf.sections[1].name endswith \"\\xBDdyn\"",
    ] {
      try Self.check(condition, elf, holds: true)
    }
    try Self.check("elf.import_md5() == \"d41d8cd98f00b204e9800998ecf8427e\"", [1, 2, 3], holds: true)
  }

  @Test func missingKeysAreAskedForToo() throws {
    var builder = PEBuilder()
    let names = (0..<5000).map { (name: "function\($0)", index: $0) }
    builder.addExports(library: "many.dll", base: 1, functions: names.map { _ in 0x1004 }, names: names)
    for number in [0, 4095, 4096, 4999] {
      try Self.check("pe.exports(\"function\(number)\")", builder.built(), holds: true)
      try Self.check(
        "for any e in pe.export_details : (e.name == \"function\(number)\")", builder.built(), holds: true)
    }
  }
}
