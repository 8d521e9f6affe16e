import Testing
import YaraSyntax

@testable import YaraEngine

/// Which rules earn which warnings, at which line and column; and which earn none.
@Suite struct WarningTests {
  private static func places(
    _ text: String, change: (inout CompilerOptions) -> Void = { _ in }
  ) -> [String] {
    var options = CompilerOptions()
    change(&options)
    var compiler = RuleCompiler(options)
    compiler.add(name: "rules.yar", bytes: Array(text.utf8))
    let compilation = compiler.build()
    return compilation.diagnostics.map { diagnostic in
      guard let range = diagnostic.range else { return diagnostic.code.rawValue }
      let place = compilation.sources[0].position(of: range.start)
      return "\(diagnostic.code.rawValue) \(place.line):\(place.column)"
    }
  }

  struct Case: CustomTestStringConvertible {
    let strings: String
    let condition: String
    let expected: [String]
    init(_ strings: String, _ condition: String, _ expected: [String]) {
      self.strings = strings
      self.condition = condition
      self.expected = expected
    }
    /// `strings` begin at 2:1, the condition at 4:1.
    var text: String {
      strings.isEmpty
        ? "import \"math\" rule r {\n\n condition:\n\(condition)\n}"
        : "import \"math\" rule r { strings:\n\(strings)\ncondition:\n\(condition)\n}"
    }
    var testDescription: String { "\(strings) | \(condition)" }
  }

  static let patterns: [Case] = [
    // Single bytes and runs, unless they are asked for at one offset only.
    Case(#"$a = "x""#, "$a", ["W701 2:1"]),
    Case("$a = { 07 }", "$a", ["W701 2:6"]),
    Case(#"$a = "\x00\x00\x00""#, "$a", ["W701 2:1"]),
    Case("$a = { FF FF FF FF FF }", "$a", ["W701 2:6"]),
    Case(#"$a = "x""#, "$a at 0", []),
    Case(#"$a = "x""#, "all of them and $a at 0", []),
    Case(#"$a = "x""#, "$a at 0 or $a", ["W701 2:1"]),
    Case(#"$a = "x""#, "$a at 0 or $a at 1", ["W701 2:1"]),
    Case(#"$a = "x""#, "for any of ($a) : ($ at 0)", ["W701 2:1"]),
    Case(#"$a = "x""#, "#a > 2 and $a at 0", ["W701 2:1"]),
    Case(#"$a = "x" xor"#, "$a", []),
    Case(#"$a = "x" fullword"#, "$a", []),
    // Expressions without two fixed bytes in a row.
    Case("$a = /a.*/", "$a", ["W701 2:1"]),
    Case("$a = /[A-Za-z]{2,}/", "$a", ["W701 2:1"]),
    Case("$a = /[A-Fa-f0-9]{2,}/", "$a", []),
    Case("$a = /[a-z]{5}/", "$a", []),
    Case("$a = /(ab|c)x?/", "$a", ["W701 2:1"]),
    Case("$a = /(ab|cd)x?/", "$a", []),
    Case("$a = /x?ab/", "$a", []),
    Case("$a = { 00 [1-10] 01 }", "$a", ["W701 2:6"]),
    Case("$a = { 12 34 [1-10] 01 }", "$a", []),
    Case("$a = { 1? 2? }", "$a", []),
    Case("$a = { 67 [0-2] 65 [0-2] 74 }", "$a", ["W701 2:6"]),
    Case("$a = /(=)/", "$a", ["W701 2:1"]),
    // A gap counts as one where two bytes stand on both sides.
    Case("$a = { 90 20 [-] FF }", "$a", []),
    Case("$a = { 90 20 [-] FF ?? }", "$a", ["W701 2:6"]),
    // Literals that begin with another one are not searched for, so that short ones may be left alone.
    Case("$a = /([A-Za-z0-9]{2}==|[A-Za-z0-9]{3}=|[A-Za-z0-9]{4})/", "$a", ["W701 2:1"]),
    Case("$a = /([A-Z]{2}==|[A-Za-z0-9]{3}=|ab)/", "$a", ["W701 2:1"]),
    Case("$a = /([A-Za-z0-9]{2}==|[A-Za-z0-9]{3}=)/", "$a", []),
    Case("$a = /([A-Z]{2}-.|[0-9A-Z_a-z]{2})/", "$a", ["W701 2:1"]),
    Case("$a = /([A-Z]{2}--|[0-9A-Z_a-z]{2})/", "$a", ["W701 2:1"]),
    Case("$a = /(---|[0-9A-Z_a-z]{2})/", "$a", []),
    Case("$a = /([A-Za-z]{2}==|[A-Z0-9]{3}=|ab)/", "$a", []),
    // Text as hex.
    Case("$a = { 61 62 63 0D 0A 22 5C }", "$a", ["W611 2:6"]),
    Case("$a = { 61 62 63 07 }", "$a", []),
    Case("$a = { 61 6? 63 64 }", "$a", []),
    // The same twice.
    Case(#"$a = "abc" $b = "abc""#, "$a or $b", ["W619 2:12"]),
    Case(#"$a = "abc" $b = "abc" private"#, "$a or $b", []),
    Case("$a = { 07 08 } $b = { 07 08 }", "$a or $b", ["W619 2:21"]),
    Case(#"$a = "abc" $b = "abc" wide"#, "$a or $b", []),
    Case("$a = { 01 02 [2][3-] 03 04 }", "$a", ["W604 2:14"]),
    Case("$a = /abc/i nocase", "$a", ["W603 2:11"]),
    Case(#"$a = "1234" nocase"#, "$a", ["W603 2:13"]),
    Case(#"$a = /ab\yc/"#, "$a", ["W609 2:9"]),
    Case(#"$a = /ab\-c\/d/"#, "$a", []),
    // Wildcards that take in too much.
    Case(#"$s1 = "abc" $start = "def""#, "$start and any of ($s*)", ["W616 4:1"]),
    Case(#"$s1 = "abc" $start = "def""#, "any of ($s*) and $start", ["W616 4:9"]),
    Case(#"$s1 = "abc" $start = "def""#, "$start or any of ($s*)", []),
    Case(#"$s1 = "abc" $x = "def""#, "$x and any of ($s*)", []),
    Case(#"$s1 = "abc" $s_1 = "def""#, "any of ($s*) and any of ($s_*)", ["W616 4:9"]),
    Case(#"$s1 = "abc" $start = "def""#, "(#start > 1) and any of ($s*)", []),
  ]

  static let conditions: [Case] = [
    Case("", "filesize > 1 or true", ["W601 4:1"]),
    Case("", "filesize", ["W607 4:1"]),
    Case("", "1 of (filesize > 1, 2)", ["W607 4:21"]),
    Case(#"$a = "abc""#, "2 of them", ["W601 4:1"]),
    Case(#"$a = "abc""#, "(2 of them) or filesize > 1", ["W601 4:2"]),
    Case(#"$a = "abc""#, "for 2 of ($a) : ($ at 1)", ["W601 4:1"]),
    Case(#"$a = "abc""#, "0 of them", ["W610 4:1"]),
    Case(#"$a = "abc" $b = "def""#, "all of them at 0", ["W602 4:1"]),
    Case(#"$a = "abc" $b = "def""#, "any of them at 0", []),
    Case("", "uint8(0) == 256", ["W602 4:1"]),
    Case("", "-129 == int8(0)", ["W602 4:1"]),
    Case("", "uint64(0) == -1", ["W602 4:1"]),
    Case("", "int64(0) == 0x8000000000000000", ["W602 4:1"]),
    Case("", "uint8(0) == 255 or uint32(0) == 0xFFFFFFFF or uint8(0) != 256", []),
    Case("", "math.in_range(1.5, 1.0, 2.0) == 1", ["W614 4:1"]),
    Case("", "-uint64(0) == 1", ["W620 4:2"]),
    Case("", "~uint64(0) == 1 and ~uint32(0) == 1", ["W620 4:2"]),
    Case("", "uint64(0) % -3 == 2", ["W621 4:13"]),
    Case("", "-6 \\ uint64(0) == 2", ["W621 4:1"]),
    Case("", "-6 \\ 2 \\ uint64(0) == 2 and uint64(0) + -1 == 2 and int64(0) % -3 == 2", []),
    Case("", "for any x in (0xFFFFFFFFFFFFFFFF, -5) : (x == filesize)", ["W621 4:35"]),
    Case("", "for any x in (1, -5) : (x == filesize)", []),
    Case("", "for any i in (0..filesize) : (uint8(i) == 1)", ["W702 4:14"]),
    Case("", "for any i in (0..math.max(filesize, 9)) : (uint8(i) == 1)", ["W702 4:14"]),
    Case("", "for any i in (0..math.min(filesize, 9)) : (uint8(i) == 1)", []),
    Case("", "for any i in (filesize-9..filesize) : (uint8(i) == 1)", []),
    Case("", "for any i in (1..1000000) : (uint8(i) == 1)", []),
    Case("", "for any i in (0..1000000) : (uint8(i) == 1)", ["W703 4:1"]),
    Case(
      "", "for any i in (1..1000) : (for any j in (1..1001) : (i == j))", ["W703 4:27"]),
    Case("", "with x = 1, y = filesize : (y == 1)", ["W617 4:6"]),
    Case("", "entrypoint == 0", ["W606 4:1"]),
  ]

  @Test(arguments: patterns + conditions) func warns(_ given: Case) {
    #expect(Self.places(given.text) == given.expected)
  }

  @Test func globalRulesInConditions() {
    #expect(
      Self.places("global rule a { condition: filesize > 1 }\nrule b { condition: not a }")
        == ["W618 2:25"])
  }

  @Test func formsOfDigests() {
    let rule = { (digest: String) in
      "import \"hash\" rule r { condition: hash.md5(0, filesize) == \"\(digest)\" }"
    }
    #expect(Self.places(rule("abc")) == ["W602 1:40"])
    #expect(Self.places(rule(String(repeating: "A", count: 32))) == ["W612 1:40"])
    #expect(Self.places(rule(String(repeating: "a", count: 32))) == [])
  }

  // MARK: - Leaving out

  @Test func ignoredModulesTakeTheirRulesWithThem() {
    let text = """
      import "acme"
      rule a { condition: acme.field.other(1)[2] == 3 }
      rule b { condition: not a }
      rule c { condition: filesize > b }
      rule d { condition: filesize > 0 }
      """
    #expect(
      Self.places(text) { $0.ignoredModules = ["acme"] }
        == ["W605 1:1", "W605 2:21", "W615 3:25", "W615 4:32"])
    var options = CompilerOptions()
    options.ignoredModules = ["acme"]
    var compiler = RuleCompiler(options)
    compiler.add(name: "rules.yar", bytes: Array(text.utf8))
    #expect(compiler.build().rules?.rules.map(\.identifier) == ["d"])
    // Also one that is there.
    #expect(
      Self.places("import \"math\" rule a { condition: math.abs(-1) == 1 }") {
        $0.ignoredModules = ["math"]
      } == ["W605 1:1", "W605 1:35"])
  }

  @Test func disabledWarningsAreNotSaid() {
    #expect(
      Self.places("rule a { strings: $a = \"x\" condition: $a or true }") {
        $0.disabledWarnings = [.slowPattern]
      } == ["W601 1:39"])
  }

  static let suppressions: [(text: String, expected: [String])] = [
    // The line before the comment.
    ("rule a { condition:\n true // suppress: invariant_expr\n}", []),
    ("rule a { condition:\n true /* suppress: invariant_expr */\n}", []),
    ("rule a { condition:\n true // suppress: W601\n}", []),
    ("rule a { condition:\n true // suppress: constant_condition\n}", []),
    ("rule a { condition:\n true // suppress: slow_pattern, invariant_expr\n}", []),
    ("rule a { condition:\n true // suppress: slow_pattern\n}", ["W601 2:2"]),
    ("rule a { condition:\n true // suppress: nonsense\n}", ["W601 2:2"]),
    ("rule a { condition:\n true // suppressed: invariant_expr\n}", ["W601 2:2"]),
    // The next line, the next pattern, the next rule.
    ("rule a { condition:\n // suppress: invariant_expr\n\n true\n}", []),
    (
      "rule a { strings:\n // suppress: text_as_hex\n $a = { 61\n 62 63 }\n $b = { 61 62 64 } condition: any of them }",
      ["W611 5:7"]
    ),
    (
      "// suppress: text_as_hex\n// suppress: invariant_expr\nrule a { strings: $a = { 61 62 63 } condition: $a\n or true }\nrule b { condition: true }",
      ["W601 5:21"]
    ),
    // What stands before it on a line is what it means, not the whole rule.
    ("rule a { // suppress: invariant_expr\n condition: true }", ["W601 2:13"]),
    // Of one file only, and never an error.
    ("// suppress: unknown_identifier, E305\nrule a { condition: nothing }", ["E305 2:21"]),
  ]

  @Test(arguments: suppressions) func commentsSilence(_ given: (text: String, expected: [String])) {
    #expect(Self.places(given.text) == given.expected)
  }

  @Test func manySuppressionsAreLookedUpFast() {
    var text = ""
    for index in 0..<5_000 {
      text += "// suppress: text_as_hex\nrule r\(index) { strings: $a = { 61 62 63 } condition: $a }\n"
    }
    #expect(Self.places(text) == [])
  }

  @Test func houseRules() throws {
    var found: [Diagnostic] = []
    let name = try #require(ConditionRegex.compile(text: "^[A-Z]", diagnostics: &found))
    let text = "rule a : x y { meta: author = 1 condition: filesize > 0 }"
    #expect(
      Self.places(text) {
        $0.lint.ruleName = name
        $0.lint.allowedTags = ["x"]
        $0.lint.requiredMetadata = [("author", .text), ("date", nil), ("author", .integer)]
      } == ["W801 1:6", "W803 1:6", "W802 1:12", "W804 1:22"])
    #expect(ConditionRegex.compile(text: "(", diagnostics: &found) == nil)
    #expect(found.map(\.code) == [.invalidRegex])
  }

  // MARK: - Names

  @Test func everyWarningHasNamesOfItsOwn() {
    for code in DiagnosticCode.allCases where code.severity == .warning {
      #expect(DiagnosticCode.warnings(named: code.rawValue) == [code])
      #expect(DiagnosticCode.warnings(named: code.name) == [code], "\(code.name)")
    }
    #expect(DiagnosticCode.slowPattern.name == "slow_pattern")
    #expect(DiagnosticCode.invalidUTF8.name == "invalid_utf8")
    #expect(DiagnosticCode.warnings(named: "unsatisfiable_expr") == [.unsatisfiable, .caseMismatch])
    #expect(DiagnosticCode.warnings(named: "E305") == [])
    #expect(DiagnosticCode.warnings(named: "unknown_identifier") == [])
  }

  /// Every name that YARA-X 1.23 gives a warning means one of ours.
  @Test(arguments: [
    "ambiguous_expr", "bool_int_comparison", "consecutive_jumps", "deprecated_field",
    "duplicate_import", "duplicate_pattern_value", "global_rule_misuse", "ignored_rule",
    "invalid_metadata", "invalid_rule_name", "invalid_tag", "invariant_expr", "missing_metadata",
    "non_bool_expr", "potentially_slow_loop", "redundant_modifier", "sign_conversion",
    "slow_pattern", "text_as_hex", "too_many_iterations", "unintended_pattern_in_set",
    "unknown_tag", "unsatisfiable_expr", "unsigned_unary_op", "unsupported_module",
    "unused_identifier",
  ]) func namesOfYaraXAreKnown(_ name: String) {
    #expect(!DiagnosticCode.warnings(named: name).isEmpty)
  }

  // MARK: - Hints of errors

  /// An error's text and what is suggested for its place.
  static let hints: [(text: String, suggested: String)] = [
    ("rule a { condition: filesze > 1 }", "filesize"),
    ("rule a { condition: uint61(0) == 1 }", "uint16"),
    ("rule good { condition: true } rule a { condition: goood }", "good"),
    ("rule a { strings: $abc = \"abc\" condition: abc }", "$abc"),
    ("rule a { strings: $abc = \"abc\" condition: $abc and #abd > 1 }", "#abc"),
    ("import \"math\" rule a { condition: math.entrpy(0, 1) > 1.0 }", "entropy"),
    ("rule a { condition: for any item in (1, 2) : (itme == filesize) }", "item"),
  ]

  @Test(arguments: hints) func errorsSuggestWhatWasMeant(_ given: (text: String, suggested: String)) {
    let compilation = Engine.compile(given.text)
    let suggested = compilation.diagnostics.filter { $0.severity == .error }
      .flatMap { $0.fixes.map(\.text) }
    #expect(suggested == [given.suggested])
  }

  @Test func importsAreSuggested() {
    #expect(
      Engine.compile("rule a { condition: math.abs(1) == 1 }").diagnostics.first?.notes
        == ["Add `import \"math\"` before the rule."])
    #expect(
      Engine.compile("import \"maths\"").diagnostics.first?.notes.first == "Did you mean `math`?")
  }

  // MARK: - Floods

  @Test func aFloodIsCountedNotShown() {
    var options = CompilerOptions()
    options.limits.diagnostics = 10
    var compiler = RuleCompiler(options)
    var text = ""
    for index in 0..<25 { text += "rule w\(index) { condition: true }\n" }
    for index in 0..<15 { text += "rule e\(index) { condition: nothing }\n" }
    compiler.add(name: "rules.yar", bytes: Array(text.utf8))
    let compilation = compiler.build()
    #expect(compilation.rules == nil)
    #expect(compilation.diagnostics.count { $0.severity == .error } == 10)
    #expect(compilation.diagnostics.count { $0.severity == .warning } == 10)
    #expect(compilation.omittedErrors == 5)
    #expect(compilation.omittedWarnings == 15)
  }
}
