import Bytes
import GramIndex
import Testing
import YaraEngine

@testable import Hunt

/// What is asked for each construct of the language, and files that unsound shortcuts would lose.
@Suite struct PlanCaseTests {
  private static let cases = PlanCase.strings + PlanCase.conditions

  private func query(_ ask: PlanCase.Ask) -> IndexQuery {
    switch ask {
    case .everything: .everything
    case .nothing: .nothing
    case .literal(let text): .literal(Array(text.utf8))
    case .hex(let digits): .literal(bytes(digits))
    case .all(let parts): .all(of: parts.map(query))
    case .any(let parts): .any(of: parts.map(query))
    case .atLeast(let count, let parts): .atLeast(count, of: parts.map(query))
    }
  }

  private func bytes(_ digits: String) -> [UInt8] {
    let digits = digits.filter { $0 != " " }
    return stride(from: 0, to: digits.count - 1, by: 2).compactMap {
      let start = digits.index(digits.startIndex, offsetBy: $0)
      return UInt8(digits[start..<digits.index(start, offsetBy: 2)], radix: 16)
    }
  }

  /// Without saying that runs lie together, or in one pattern: tables tell what is asked for.
  private func apart(_ query: IndexQuery) -> IndexQuery {
    switch query {
    case .together(let runs): .all(of: runs.map { .literal($0) })
    case .local(_, let inner), .inside(_, let inner): apart(inner)
    case .and(let parts): .all(of: parts.map(apart))
    case .or(let parts): .any(of: parts.map(apart))
    case .atLeast(let count, let parts): .atLeast(count, of: parts.map(apart))
    default: query
    }
  }

  /// Or-s and and-s in one order, so that tables need not follow the planner's.
  private func sorted(_ query: IndexQuery) -> String {
    switch query {
    case .and(let parts): "and(" + parts.map(sorted).sorted().joined(separator: " ") + ")"
    case .or(let parts): "or(" + parts.map(sorted).sorted().joined(separator: " ") + ")"
    case .atLeast(let count, let parts):
      "\(count)(" + parts.map(sorted).sorted().joined(separator: " ") + ")"
    case .literal(let bytes):
      IndexQuery.text(of: bytes)
    default: "\(query)"
    }
  }

  @Test(arguments: cases.map(\.name)) func asksForWhatMustBeThere(_ name: String) throws {
    let example = try #require(Self.cases.first { $0.name == name })
    let asked = try Planning.query(
      example.condition, strings: example.strings, before: example.before,
      example.isYara ? .yara : .yaraX)
    #expect(sorted(apart(asked.gramsOnly)) == sorted(query(example.asks)))
  }

  /// Runs of a match lie together where no match is longer than what an index sees side by side.
  @Test(arguments: [
    ("{ 61 62 63 ?? 64 65 66 }", true), ("{ 61 62 63 [0-506] 64 65 66 }", true),
    ("{ 61 62 63 [0-507] 64 65 66 }", false), ("{ 61 62 63 [-] 64 65 66 }", false),
    ("/abc.{0,250}def/ wide", true), ("/abc.{0,251}def/ wide", false), ("/abc.*def/", false),
  ])
  func runsLieTogetherInShortMatches(_ pattern: String, _ isNear: Bool) throws {
    let asked = try Planning.query("$a", strings: "$a = \(pattern)", before: "", .yaraX)
    var isTogether = false
    // Whatever is so short is local too.
    if case .local(_, .together) = asked.gramsOnly { isTogether = true }
    #expect(isTogether == isNear, "\(asked)")
  }

  @Test(arguments: cases.filter { !$0.matches.isEmpty }.map(\.name))
  func losesNoFile(_ name: String) throws {
    let example = try #require(Self.cases.first { $0.name == name })
    let strings = example.strings.isEmpty ? "" : "strings: \(example.strings)"
    let rules = try #require(
      Planning.compile(
        "\(example.before) rule r { \(strings) condition: \(example.condition) }",
        example.isYara ? .yara : .yaraX))
    let plan = try #require(HuntQueries(rules).rules.last)
    for text in example.matches {
      let data = text.hasPrefix("hex:") ? bytes(String(text.dropFirst(4))) : Array(text.utf8)
      let matching = try #require(Planning.matching(rules, data))
      #expect(matching.contains(plan.rule), "\(text) is no match: the case proves nothing")
      #expect(PlanOracle(data).holds(plan.query), "\(text) is outside \(plan.query)")
    }
  }

  @Test func globalRulesStayInTheirNamespace() throws {
    var compiler = RuleCompiler(CompilerOptions())
    compiler.add(
      name: "a", bytes: Array("global private rule g { strings: $g = \"global\" condition: $g }".utf8),
      namespace: "one")
    compiler.add(
      name: "b", bytes: Array("rule r { strings: $b = \"bbbb2\" condition: $b }".utf8), namespace: "two")
    let plans = HuntQueries(try #require(compiler.build().rules)).rules
    #expect(plans.map { apart($0.query) } == [.literal(Array("bbbb2".utf8))])
  }

  @Test func externalsCountWithTheirValueOfThisJob() throws {
    for (value, expected) in [(true, "bbbb2"), (false, "aaaa1")] {
      let asked = try Planning.query(
        "(flag and $b) or (not flag and $a)", strings: "$a = \"aaaa1\" $b = \"bbbb2\"",
        externals: ["flag": .boolean(value)])
      #expect(apart(asked) == .literal(Array(expected.utf8)))
    }
  }

  @Test func privateRulesAreNotReported() throws {
    let rules = try #require(
      Planning.compile("private rule p { condition: true } rule r { condition: p }"))
    #expect(HuntQueries(rules).rules.map { rules[$0.rule].identifier } == ["r"])
  }

  /// Places among the first bytes: value and mask.
  @Test(arguments: [
    ("$a = \"MZ\"", "$a at 0", 0, "4d5a", "ffff"),
    ("$a = \"ab1\" nocase", "$a at 3", 3, "414231", "dfdfff"),
    ("$a = \"ab\" wide", "$a at 1", 1, "61006200", "ffffffff"),
    ("$a = { 7F 45 ?C 46 [2] 01 }", "$a at 0", 0, "7f450c46000001", "ffff0fff0000ff"),
    ("$a = { ?? 45 4C }", "$a at 5", 6, "454c", "ffff"),
    ("$a = { 45 4C [1-2] 01 }", "$a at 0", 0, "454c", "ffff"),
    ("$a = /ab(c|d)e/", "$a at 0", 0, "61626065", "fffff8ff"),
  ])
  func placesAreAskedForAmongTheFirstBytes(
    _ strings: String, _ condition: String, _ offset: Int, _ value: String, _ mask: String
  ) throws {
    let asked = try Planning.query(condition, strings: strings)
    let header = IndexQuery.header(
      HeaderPredicate(offset: offset, value: bytes(value), mask: bytes(mask)))
    let parts = if case .and(let parts) = asked { parts } else { [asked] }
    #expect(parts.contains(header), "\(asked)")
  }

  @Test(arguments: [
    ("$a = \"MZ\"", "$a at filesize"), ("$a = \"MZ\"", "$a at 64"), ("$a = \"MZ\" xor", "$a at 0"),
    ("$a = /(ab)?c/", "$a at 0"), ("$a = \"abcde\" base64", "$a at 0"), ("$a = \"MZ\"", "not $a at 0"),
  ])
  func placesThatAreNotKnownAreNotAskedFor(_ strings: String, _ condition: String) throws {
    func hasHeader(_ query: IndexQuery) -> Bool {
      if case .header = query { return true }
      return query.parts.contains(where: hasHeader)
    }
    #expect(try !hasHeader(Planning.query(condition, strings: strings)))
  }
}
