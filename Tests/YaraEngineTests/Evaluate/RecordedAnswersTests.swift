import Testing

@testable import YaraEngine

/// Each dialect gives its engine's recorded answer. What one engine refuses and the other accepts
/// is accepted in both dialects; what both refuse is refused.
@Suite struct RecordedAnswersTests {
  static let imports = #"import "math" import "hash" import "string" import "console""#
  /// What YARA alone accepts and we refuse, because its meaning is an accident
  /// (`Documentation/Compatibility.md`).
  static let refused: Set<String> = [
    "rule a {condition: /a/}", #"rule a {strings: $a="abc" condition: @a[1.0] == 2}"#,
  ]

  @Test func conditions() {
    var count = 0
    for line in RecordedAnswers.conditions.split(separator: "\n") {
      let (yaraX, yara) = (line.first, line.dropFirst().first)
      let condition = String(line.dropFirst(3))
      let usesPatterns = ["$_", "#_", "@_", "!_", "them"].contains { condition.contains($0) }
      for (dialect, expected) in [(Dialect.yaraX, yaraX), (.yara, yara)] {
        let answer = Engine.holds(
          condition, RecordedAnswers.data, dialect, imports: Self.imports,
          patterns: usesPatterns ? RecordedAnswers.patterns : "")
        count += 1
        switch expected {
        case "T", "F":
          #expect(answer == (expected == "T"), "\(dialect.rawValue): \(condition)")
        default:
          if yaraX == "E", yara == "E" { #expect(answer == nil, "\(dialect.rawValue): \(condition)") }
        }
      }
    }
    #expect(count > 800)
  }

  @Test func rules() {
    var count = 0
    for line in RecordedAnswers.rules.split(separator: "\n") {
      let parts = line.split(separator: "|", maxSplits: 3, omittingEmptySubsequences: false)
        .map { String($0.trimmingPrefix(" ")) }
      let (yaraX, yara, rules) = (parts[0].dropLast(), parts[1].dropLast(), parts[3])
      if Self.refused.contains(rules) { continue }
      for (dialect, expected) in [(Dialect.yaraX, yaraX), (.yara, yara)] {
        let matching = Engine.matching(rules, Self.bytes(parts[2].dropLast()), dialect)
        count += 1
        if expected == "E" {
          if yaraX == "E", yara == "E" { #expect(matching == nil, "\(dialect.rawValue): \(rules)") }
        } else {
          let wanted = expected == "-" ? [] : expected.split(separator: ",").map(String.init)
          #expect(matching == wanted, "\(dialect.rawValue): \(rules)")
        }
      }
    }
    #expect(count > 200)
  }

  private static func bytes(_ digits: Substring) -> [UInt8] {
    let text = Array(digits)
    return stride(from: 0, to: text.count - 1, by: 2).compactMap {
      UInt8(String(text[$0...$0 + 1]), radix: 16)
    }
  }
}
