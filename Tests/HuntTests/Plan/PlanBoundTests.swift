import GramIndex
import Testing
import YaraEngine

@testable import Hunt

/// Rules made to be large in a plan: each ends, and its query stays within bounds.
@Suite struct PlanBoundTests {
  private static let strings = (0..<1200).map { "$s\($0) = \"string \($0) of many\"\n" }.joined()

  private static let hostile: [(name: String, text: String)] = [
    ("any of thousands", "rule r { strings: \(strings) condition: any of them }"),
    ("half of thousands", "rule r { strings: \(strings) condition: 50% of them }"),
    ("all of thousands", "rule r { strings: \(strings) condition: all of them }"),
    ("nested loops over thousands",
      "rule r { strings: \(strings) condition: for any of them : (for any of them : ($ and for any of them : ($))) }"),
    ("thousands of xor texts",
      "rule r { strings: " + (0..<24).map { "$x\($0) = \"a longer text \($0)\" xor ascii wide\n" }.joined()
        + "condition: any of them }"),
    ("deep not", "rule r { strings: $a = \"abcdef\" condition: " + String(repeating: "not (", count: 2000) + "$a" + String(repeating: ")", count: 2000) + " }"),
    ("deep or and and",
      "rule r { strings: $a = \"abcdef\" $b = \"ghijkl\" condition: " + String(repeating: "($a or $b and ", count: 1000) + "$a" + String(repeating: ")", count: 1000) + " }"),
    ("a chain of rules",
      "rule r0 { strings: $a = \"abcdef\" condition: $a }\n"
        + (1..<600).map { "rule r\($0) { strings: $a = \"word\($0)x\" $b = \"more\($0)y\" condition: (r\($0 - 1) and $a) or $b }\n" }.joined()),
    ("rules that double",
      "rule r0 { strings: $a = \"abcdef\" condition: $a }\n"
        + (1..<200).map { "rule r\($0) { strings: $a = \"word\($0)x\" $b = \"more\($0)y\" condition: (r\($0 - 1) and $a) or (r\($0 - 1) and $b) }\n" }.joined()),
    ("nested repetitions", "rule r { strings: $a = /((((ab|cd){3}|ef){4}|gh){5}ij){6}/ condition: $a }"),
    ("many alternatives", "rule r { strings: $a = /" + (0..<20).map { _ in "(a|bc|d)" }.joined() + "/ condition: $a }"),
    ("hundreds of words", "rule r { strings: $a = /(" + (0..<500).map { "rather long word \($0)" }.joined(separator: "|") + ")/ condition: $a }"),
    ("a long hex pattern", "rule r { strings: $a = { " + (0..<5000).map { $0 % 3 == 0 ? "?1" : "41" }.joined(separator: " ") + " } condition: $a }"),
    ("a long text", "rule r { strings: $a = \"" + String(repeating: "abcdefgh", count: 4000) + "\" condition: $a }"),
    ("bindings in bindings",
      "rule r { strings: $a = \"abcdef\" condition: "
        + (0..<24).map { "with v\($0) = \($0 == 0 ? "#a" : "v\($0 - 1) + v\($0 - 1)") : (" }.joined() + "v23 > 0"
        + String(repeating: ")", count: 24) + " }"),
  ]

  @Test(arguments: hostile.map(\.name)) func plansAreBounded(_ name: String) throws {
    let text = try #require(Self.hostile.first { $0.name == name }?.text)
    let rules = try #require(Planning.compile(text))
    for plan in HuntQueries(rules).rules {
      let shape = plan.query.shape
      #expect(shape.size <= PlanTerm.maximumSize && shape.depth <= PlanTerm.maximumDepth)
    }
  }

  /// What is large keeps its use where it can.
  @Test func largeRulesStillAsk() throws {
    for name in ["any of thousands", "half of thousands", "all of thousands", "hundreds of words", "a long hex pattern", "a long text"] {
      let text = try #require(Self.hostile.first { $0.name == name }?.text)
      let rules = try #require(Planning.compile(text))
      let plan = try #require(HuntQueries(rules).rules.first)
      #expect(!plan.mustScanEverything, "\(name)")
    }
  }
}
