import Bytes
import Testing

@testable import YaraEngine

@Suite struct ScannerTests {
  static func rules(_ text: String, _ dialect: Dialect = .yaraX) throws -> RuleSet {
    try #require(Engine.compile(text, dialect).rules)
  }

  static func scan(_ scanner: Scanner, _ text: String, only: RuleSelection? = nil) -> ScanResult? {
    ByteView.with(Array(text.utf8)) { view in
      if case .finished(let result) = scanner.scan(view, only: only) { result } else { nil }
    }
  }

  static func names(_ scanner: Scanner, _ text: String, only: RuleSelection? = nil) -> [String]? {
    scan(scanner, text, only: only)?.matching.map { scanner.rules[$0].identifier }
  }

  @Test(arguments: [
    // What is decided without patterns is not searched for.
    ("filesize > 100 and $a", "abc", false, false), ("uint8(0) == 1 and #a > 3", "abc", false, false),
    ("filesize < 100 or $a", "abc", true, false), ("$a at 5", "abc", false, false),
    ("$a in (10..20)", "abc", false, false), ("$a and filesize > 1", "ab", false, false),
    ("none of them", "ab", true, false), ("#a == 0", "ab", true, false),
    ("for all i in (1..3) : (i > 3 and $a)", "abcd", false, false),
    ("$a at 0", "abc", true, false), ("$a at 1", "abcd", false, false), ("$a in (0..1)", "abc", true, false),
    ("not $a", "abc", false, true), ("$a", "abc", true, true),
    ("@a == 0", "abc", true, true), ("#a in (0..9) == 1", "abc", true, true),
  ])
  func theFileIsSearchedOnlyWhereThatCanDecide(
    _ condition: String, _ text: String, _ matches: Bool, _ searched: Bool
  ) throws {
    let rules = try Self.rules("rule r { strings: $a = \"abc\" condition: \(condition) }")
    let scanner = Scanner(rules, options: ScanOptions(reportsMatches: false))
    let result = try #require(Self.scan(scanner, text))
    #expect(result.matching.count == (matches ? 1 : 0))
    #expect(result.wasSearched == searched)
  }

  @Test func matchesOfRulesThatAreTrueAnywayAreReported() throws {
    let rules = try Self.rules("rule r { strings: $a = \"abc\" condition: filesize > 0 or $a }")
    let scanner = Scanner(rules)
    #expect(try #require(Self.scan(scanner, "xxabcabc")).wasSearched)
    #expect(scanner.matches(of: rules.rules[0].patterns[0].pattern).map(\.offset) == [2, 5])
  }

  @Test func aScannerForgetsTheFileBefore() throws {
    let rules = try Self.rules(
      """
      import "hash"
      rule found { strings: $a = "abc" condition: $a }
      rule digest { condition: hash.md5(0, filesize) == "900150983cd24fb0d6963f7d28e17f72" }
      """)
    let scanner = Scanner(rules)
    #expect(Self.names(scanner, "abc") == ["found", "digest"])
    #expect(Self.names(scanner, "xyz") == [])
    #expect(Self.names(scanner, "abcd") == ["found"])
    #expect(Self.names(scanner, "") == [])
    #expect(Self.names(scanner, "abc") == ["found", "digest"])
  }

  @Test func aSelectionBringsWhatItDependsOn() throws {
    let rules = try Self.rules(
      """
      private rule hidden { strings: $a = "abc" condition: $a }
      global rule large { strings: $c = "c" condition: $c }
      rule first { condition: hidden }
      rule second { condition: first and filesize > 3 }
      rule other { strings: $x = "x" condition: $x }
      """)
    let scanner = Scanner(rules)
    let second = RuleSelection([rules.rules[3].id], of: rules)
    #expect(second.evaluated.map { rules[$0].identifier } == ["hidden", "large", "first", "second"])
    #expect(Self.names(scanner, "abcx", only: second) == ["second"])
    #expect(Self.names(scanner, "abc", only: second) == [])
    #expect(Self.names(scanner, "abcx") == ["large", "first", "second", "other"])
    let hidden = RuleSelection([rules.rules[0].id], of: rules)
    #expect(Self.names(scanner, "abc", only: hidden) == [])
    #expect(Self.names(scanner, "abc", only: RuleSelection([], of: rules)) == [])
  }

  @Test func aFalseGlobalRuleSilencesItsNamespaceOnly() throws {
    var compiler = RuleCompiler(CompilerOptions())
    compiler.add(
      name: "one", bytes: Array("rule a { condition: true } global rule g { condition: filesize > 9 }".utf8),
      namespace: "one")
    compiler.add(name: "two", bytes: Array("rule a { condition: true }".utf8), namespace: "two")
    let rules = try #require(compiler.build().rules)
    let scanner = Scanner(rules)
    let short = try #require(Self.scan(scanner, "abc"))
    #expect(short.matching.map { rules[$0].namespace } == ["two"])
    let long = try #require(Self.scan(scanner, "abcdefghijkl"))
    #expect(long.matching.map { rules[$0].namespace + "." + rules[$0].identifier }
      == ["one.a", "one.g", "two.a"])
  }

  @Test func loopsEndAtTheTimeLimit() throws {
    let rules = try Self.rules(
      "rule r { condition: for all i in (0..9223372036854775806) : (i >= 0) }")
    let scanner = Scanner(rules, options: ScanOptions(fileTimeLimit: .milliseconds(20)))
    let outcome = ByteView.with([1]) { scanner.scan($0) }
    guard case .timedOut = outcome else {
      Issue.record("finished an endless loop")
      return
    }
    // The scanner is usable afterwards.
    let quick = try Self.rules("rule r { condition: filesize == 1 }")
    #expect(Self.names(Scanner(quick), "x") == ["r"])
  }

  @Test func aCancelledScanSaysSo() throws {
    let rules = try Self.rules(
      "rule r { strings: $a = \"a\" condition: $a and for all i in (0..9223372036854775806) : (i >= 0) }")
    let cancellation = Cancellation()
    cancellation.cancel()
    let outcome = ByteView.with(Array("aaa".utf8)) {
      Scanner(rules).scan($0, cancellation: cancellation)
    }
    guard case .cancelled = outcome else {
      Issue.record("was not cancelled")
      return
    }
  }

  @Test func cutMatchesAreReported() throws {
    let rules = try Self.rules("rule r { strings: $a = \"a\" condition: #a > 5 }")
    let data = [UInt8](repeating: UInt8(ascii: "a"), count: MatchTable.maximumMatchesPerPattern + 10)
    let result = ByteView.with(data) { view -> ScanResult? in
      if case .finished(let result) = Scanner(rules).scan(view) { result } else { nil }
    }
    #expect(result?.cuts == [.matches(rules.rules[0].patterns[0].pattern)])
    #expect(result?.matching.count == 1)
  }

  @Test func theTimeIsTheCallers() throws {
    let rules = try Self.rules("import \"time\" rule r { condition: time.now() == 1234567 }")
    #expect(Self.names(Scanner(rules, options: ScanOptions(now: 1_234_567)), "") == ["r"])
    #expect(Self.names(Scanner(rules, options: ScanOptions(now: 1)), "") == [])
  }

  @Test func manyRulesWithoutPatternsNeedNoSearch() throws {
    let text = (0..<500).map { "rule r\($0) { condition: filesize == \($0) }" }.joined(separator: "\n")
    let rules = try Self.rules(text)
    let result = try #require(Self.scan(Scanner(rules), "abc"))
    #expect(result.matching.map { rules[$0].identifier } == ["r3"])
    #expect(!result.wasSearched)
  }
}
