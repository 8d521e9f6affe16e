import Testing

@testable import YaraEngine

/// Each dialect gives its engine's recorded answer. What one engine refuses and the other accepts
/// is accepted in both dialects; what both refuse is refused.
@Suite struct RecordedAnswersTests {
  static let imports = #"import "math" import "hash" import "string" import "console""#
  @Test func conditions() {
    var count = 0
    for line in (RecordedAnswers.conditions + "\n" + RecordedAnswers.corners).split(separator: "\n") {
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

  /// YARA folds `>>` as `<<`, and so takes what overflows, or a range that is empty, for sound.
  @Test(arguments: ["filesize >= 17 * (4611686018427387904 >> 3)", "for any i in (7..(7 >> 31)) : (i > 0)"])
  func constantsBehindARightShiftAreLookedAt(_ condition: String) {
    for dialect in Dialect.allCases {
      #expect(Engine.holds(condition, RecordedAnswers.data, dialect, imports: "", patterns: "") == nil)
    }
    #expect(Engine.holds("17 * (4 >> 3) == 0", RecordedAnswers.data, .yaraX, imports: "", patterns: "") == true)
  }

  @Test func rules() {
    var count = 0
    for line in (RecordedAnswers.rules + "\n" + RecordedAnswers.cornerRules).split(separator: "\n") {
      let parts = line.split(separator: "|", maxSplits: 3, omittingEmptySubsequences: false)
        .map { String($0.trimmingPrefix(" ")) }
      let (yaraX, yara, rules) = (parts[0].dropLast(), parts[1].dropLast(), parts[3])
      for (dialect, expected) in [(Dialect.yaraX, yaraX), (.yara, yara)] {
        let matching = Engine.matching(rules, bytes(hexadecimal: String(parts[2].dropLast())), dialect)
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

  @Test func numbersWithoutSign() {
    let data = [UInt8](repeating: 0xFF, count: 8)
    for line in RecordedAnswers.unsigned.split(separator: "\n") {
      let condition = String(line.dropFirst(2))
      let expected: Bool? = line.first == "E" ? nil : line.first == "T"
      #expect(Engine.holds(condition, data) == expected, "\(condition)")
    }
  }
}
