import Testing
import YaraSyntax

@testable import YaraEngine

/// What conditions ask for again and again costs little, or ends with an error; and means the same.
@Suite struct ConditionBoundTests {
  private static func errors(_ text: String, conditionNodes: Int) -> [String] {
    var limits = CompilerLimits()
    limits.conditionNodes = conditionNodes
    return Engine.codes(Engine.compile(text, limits: limits)).filter { $0.hasPrefix("E") }
  }

  private static func rule(_ text: String) throws -> RuleDeclaration {
    let (tree, _) = Parser.parse(SourceText(id: SourceID(0), name: "rules.yar", text: text))
    guard case .rule(let rule)? = tree.items.first else { throw NoRule() }
    return rule
  }

  private struct NoRule: Error {}

  // MARK: - Sets

  @Test(arguments: ["any of them", "for any of them : ($)", "any of ($a*)", "any of ($a1*, $a*) in (0..9)"])
  func setsOfPatternsAreBounded(_ set: String) {
    let strings = (0..<100).map { "$a\($0) = \"text \($0)\"" }.joined(separator: " ")
    func rule(_ count: Int) -> String {
      "rule r { strings: \(strings) condition: \(Array(repeating: set, count: count).joined(separator: " or ")) }"
    }
    #expect(Self.errors(rule(5), conditionNodes: 1_000) == [])
    // No pattern counts as unused on account of it.
    #expect(Set(Self.errors(rule(50), conditionNodes: 1_000)) == ["E503"])
  }

  @Test(arguments: Dialect.allCases) func setsMeanTheSameEachTime(_ dialect: Dialect) {
    let patterns = "$a1 = \"abc\" $a2 = \"abd\" $ = \"abe\" $b = \"abf\""
    let data = Array("abc abd abe".utf8)
    func holds(_ condition: String) -> Bool? { Engine.holds(condition, data, dialect, patterns: patterns) }
    #expect(holds("all of ($a*) and all of ($a*) and 3 of them and not all of them and #b == 0") == true)
    #expect(holds("any of them and for all of ($a*) : (# == 1) and not 4 of them and 3 of ($*)") == true)
    // YARA counts a pattern as often as the set names it.
    #expect(holds("any of them and all of ($a*) and 3 of ($a*, $a1)") == (dialect == .yara))
    let rules = """
      rule b1 { condition: filesize > 0 } rule b2 { condition: filesize > 99 }
      rule z { condition: any of (b*) and not all of (b*) and any of (b*, b2) and none of (b2*) }
      """
    #expect(Engine.matching(rules, data, dialect) == ["b1", "z"])
  }

  // MARK: - Names

  @Test func innerVariablesHideOuterOnesAndEnd() {
    #expect(Engine.holds("for any i in (1..2) : ((for any i in (3..3) : (i == 3)) and i == 2)") == true)
    #expect(Engine.holds("with x = 1 : ((with x = x + 1 : (x == 2)) and x == 1)") == true)
    #expect(
      Engine.codes(Engine.compile("rule r { condition: (for any i in (1..2) : (i == filesize)) and i == 1 }"))
        == ["E305"])
    let bindings = (0..<3_000).map { "v\($0) = filesize + \($0)" }.joined(separator: ", ")
    let uses = (0..<3_000).map { "v\($0) == \($0)" }.joined(separator: " and ")
    #expect(Engine.holds("with \(bindings) : (\(uses))") == true)
  }

  @Test func suggestionsEndAfterSoManyErrorsOfAllRules() {
    let wrong = Array(repeating: "filesze > 1", count: 60).joined(separator: " or ")
    let compilation = Engine.compile(
      "rule a { condition: \(wrong) } rule b { condition: \(wrong) } rule c { condition: filesze > 1 }")
    let errors = compilation.diagnostics.filter { $0.code == .unknownIdentifier }
    #expect(errors.count == 121)
    #expect(errors.prefix(Suggestions.maximum).allSatisfy { $0.fixes.map(\.text) == ["filesize"] })
    #expect(errors.dropFirst(Suggestions.maximum).allSatisfy { $0.fixes.isEmpty && $0.notes.isEmpty })
  }

  // MARK: - Warnings

  @Test func wildcardsAreComparedWithEveryNameOnceAndForAllRulesTogether() throws {
    let strings = (0..<1_000).map { "$_b\($0) = \"text \($0)\"" }.joined(separator: " ")
    let wide = Array(repeating: "any of ($a*)", count: 10).joined(separator: " and ")
    let rule = try Self.rule("rule r { strings: $a = \"abc\" \(strings) condition: $a and \(wide) }")
    var work = 5_000
    let found = (0..<10).map { _ in UnintendedPatterns(rule, work: &work).diagnostics.count }
    #expect(found[0] == 1)
    #expect(found[3] == 1)
    #expect(found[9] == 0)
  }

  @Test(arguments: [
    ("any of ($a*) at 0 and any of them at 0", true, true), ("any of ($a*) at 0 or any of ($a*) at 4", false, false),
    ("any of ($a*) at 0 or any of ($a*) at 4 or $a1 at 0", false, false),
    ("$a1 at 0 and any of ($a*)", true, false), ("$a1 at 0 and any of ($a*) and $a2 at 0", true, true),
    ("$a1 at 0 and any of ($a*) and any of ($a*) in (0..3)", false, false),
    ("$a1 at 0 and for any of ($a*) : ($)", false, false), ("all of ($a1*, $a2) at 7", true, true),
  ])
  func patternsOfSetsAreAnchoredWhereEveryUseIs(_ condition: String, _ first: Bool, _ second: Bool) throws {
    let rule = try Self.rule("rule r { strings: $a1 = \"a\" $a2 = \"b\" condition: \(condition) }")
    var work = 1_000
    let anchored = AnchoredPatterns(rule, work: &work)
    #expect(anchored.isAnchored("$a1") == first)
    #expect(anchored.isAnchored("$a2") == second)
  }

  @Test func setsOfAnchoredPatternsAreTakenInOnce() throws {
    let wide = Array(repeating: "any of ($a*)", count: 50).joined(separator: " or ")
    let rule = try Self.rule("rule r { strings: $a1 = \"a\" $a2 = \"b\" $b = \"c\" condition: $b or \(wide) }")
    var work = 100
    let anchored = AnchoredPatterns(rule, work: &work)
    #expect(!anchored.isAnchored("$a1"))
    #expect(work == 97)
    // Nothing is said of what was not looked at.
    work = 2
    let unknown = AnchoredPatterns(rule, work: &work)
    #expect(unknown.isAnchored("$a1"))
  }
}
