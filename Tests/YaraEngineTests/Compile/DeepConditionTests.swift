import Testing
import YaraSyntax

@testable import YaraEngine

/// What nests deeper than a small stack holds is compiled and evaluated on a stack of its own.
@Suite struct DeepConditionTests {
  private static func nested(_ open: String, _ middle: String, _ close: String, _ count: Int) -> String {
    String(repeating: open, count: count) + middle + String(repeating: close, count: count)
  }

  @Test(arguments: [
    nested("(", "filesize == 3", ")", 9_000), nested("(filesize > 0 and ", "true", ")", 2_500),
    nested("(filesize == 0 or ", "filesize == 3", ")", 2_500), nested("(1 + ", "1", ")", 2_500) + " == 2501",
    nested("not ", "filesize == 3", "", 8_000), nested("any of (", "filesize == 3", ")", 250),
    nested("for any i in (1..2) : (", "filesize == 3", ")", 4),
    "1" + String(repeating: " + 1 - 1", count: 4_000) + " == 1",
  ])
  func whatYaraAcceptsHolds(condition: String) {
    for dialect in Dialect.allCases {
      #expect(Engine.holds(condition, [1, 2, 3], dialect) == true, "\(condition.prefix(40))")
    }
  }

  @Test func onlyDeepRulesAskForTheStack() throws {
    let deep = Self.nested("(filesize > 0 and ", "true", ")", 1_000)
    #expect(try #require(Engine.compile("rule r { condition: \(deep) }").rules).needsDeepStack)
    let flat = Self.nested("(", "filesize > 0", ")", 50)
    #expect(try #require(Engine.compile("rule r { condition: \(flat) }").rules).needsDeepStack == false)
  }

  @Test func anEndIsSet() {
    let condition = Self.nested("(", "filesize > 0", ")", 20_000)
    #expect(Engine.codes(Engine.compile("rule r { condition: \(condition) }")) == ["E501"])
  }

  /// A Boolean that is defined from outside is 1 or 0 where a number is wanted, as in YARA.
  @Test func booleansFromOutsideAreNumbers() {
    let externals: [String: ExternalValue] = ["yes": .boolean(true), "no": .boolean(false)]
    for condition in ["yes + 1 == 2", "-no == 0", "yes == 1", "for yes i in (1, 2) : (i == 1)", "uint8(no) == 7"] {
      #expect(Engine.holds(condition, [7], .yara, externals: externals) == true, "\(condition)")
    }
  }

  /// YARA adds the body's number to its count of what was true; here it is true or not, as in YARA-X.
  @Test(arguments: [
    ("for all i in (1, 2) : (2)", true), ("for 3 i in (1, 2) : (5)", false), ("for any i in (1, 2) : (-1)", true),
    ("for all i in (1, 2) : (1.5)", true), ("for none i in (1, 2) : (0)", true),
  ])
  func numbersAsBodiesOfLoopsCountOnce(condition: String, expected: Bool) {
    for dialect in Dialect.allCases { #expect(Engine.holds(condition, [], dialect) == expected) }
  }

  /// YARA-X refuses more than 2,048 variables.
  @Test func variablesAreManyWithoutAnEnd() {
    let names = (0..<3_000).map { "v\($0) = \($0)" }.joined(separator: ", ")
    for dialect in Dialect.allCases {
      #expect(Engine.holds("with \(names) : (v2999 == 2999 and v0 == 0)", [], dialect) == true)
    }
  }
}
