import Foundation
import Testing
import YaraSyntax

@Suite struct LimitTests {
  /// Texts that nest `n` deep in each way there is, and grow trees leftward without nesting.
  static let deep: [(name: String, text: @Sendable (Int) -> String)] = [
    ("parentheses", { condition(String(repeating: "(", count: $0) + "true" + String(repeating: ")", count: $0)) }),
    ("and in parentheses", { condition(String(repeating: "(true and ", count: $0) + "true" + String(repeating: ")", count: $0)) }),
    ("every operator", { condition(String(repeating: "f(1 or 1 and 1 == 1 < 1 | 1 ^ 1 & 1 << 1 + 1 * ", count: $0) + "1" + String(repeating: ")", count: $0)) }),
    ("not", { condition(String(repeating: "not ", count: $0) + "true") }),
    ("minus", { condition(String(repeating: "-", count: $0) + "1 == 1") }),
    ("calls", { condition(String(repeating: "uint8(", count: $0) + "1" + String(repeating: ")", count: $0) + " == 1") }),
    ("indexes", { condition(String(repeating: "@a[", count: $0) + "1" + String(repeating: "]", count: $0) + " == 1") }),
    ("loops", { condition(String(repeating: "for any i in (1, 2) : (", count: $0) + "true" + String(repeating: ")", count: $0)) }),
    ("with", { condition(String(repeating: "with a = 1 : (", count: $0) + "true" + String(repeating: ")", count: $0)) }),
    ("lists", { condition(String(repeating: "any of (", count: $0) + "true" + String(repeating: ")", count: $0)) }),
    ("ranges", { condition(String(repeating: "#a in (1..", count: $0) + "1" + String(repeating: ")", count: $0) + " == 1") }),
    ("mixed signs", { condition("1" + String(repeating: " + 1 - 1", count: $0) + " == 1") }),
    ("comparisons", { condition("1" + String(repeating: " == 1", count: $0)) }),
    ("fields", { condition("a" + String(repeating: ".b", count: $0)) }),
    ("alternatives", { "rule a { strings: $a = { 01 " + String(repeating: "(", count: $0) + "02" + String(repeating: " | 03 )", count: $0) + " } condition: $a }" }),
  ]

  private static func condition(_ text: String) -> String { "rule a { condition: \(text) }" }

  /// The limit's purpose: the parser and a walk over its tree fit in a small stack.
  @Test(arguments: deep.indices)
  func deepNestingIsRefusedOnASmallStack(index: Int) async {
    let text = Self.deep[index].text
    let codes: [DiagnosticCode] = await withCheckedContinuation { continuation in
      let thread = Thread {
        let (tree, diagnostics) = Parser.parse(SourceText(text(2_000)))
        _ = TreePrinter.print(tree)
        continuation.resume(returning: diagnostics.map(\.code))
      }
      thread.stackSize = 512 << 10
      thread.start()
    }
    #expect(codes == [.tooDeep], "\(Self.deep[index].name)")
  }

  @Test(arguments: deep.indices)
  func usualNestingIsAccepted(index: Int) async {
    // A chain of every operator nests by ten at a time.
    let text = Self.deep[index].text(Self.deep[index].name == "every operator" ? 8 : 40)
    let result: (errors: [Diagnostic], isSame: Bool) = await withCheckedContinuation { continuation in
      let thread = Thread {
        let (tree, diagnostics) = Parser.parse(SourceText(text))
        let again = Parser.parse(SourceText(TreePrinter.print(tree))).tree
        continuation.resume(
          returning: (errors(diagnostics), TreeDump.dump(again) == TreeDump.dump(tree)))
      }
      thread.stackSize = 8 << 20
      thread.start()
    }
    #expect(result.errors.isEmpty, "\(Self.deep[index].name)")
    #expect(result.isSame)
  }

  @Test func longChainsAreFlat() {
    for (sign, text) in [("or", "a" + String(repeating: " or a", count: 20_000)), ("+", "1" + String(repeating: " + 1", count: 20_000))] {
      let (tree, diagnostics) = Parser.parse(SourceText("rule a { condition: \(text) }"))
      #expect(diagnostics.isEmpty)
      guard case .rule(let rule)? = tree.items.first, case .nary(let operation, let operands) = rule.condition.kind
      else {
        Issue.record("no chain of \(sign)")
        continue
      }
      #expect(operation.rawValue == sign)
      #expect(operands.count == 20_001)
    }
  }

  @Test func errorsAreCappedAndSaidToBe() {
    let text = String(repeating: "rule a { condition: }\n", count: 300)
    let (tree, diagnostics) = Parser.parse(SourceText(text))
    #expect(tree.items.count == 300)
    #expect(diagnostics.count == 101)
    #expect(diagnostics.last?.code == .tooMany)
    #expect(diagnostics.last?.message == "too many errors, 200 more are not shown")
  }

  @Test func manyWarningsRefuseNothing() {
    let text = "rule a { strings: $a = { 01 " + String(repeating: "[1] [2] 02 ", count: 300) + "} condition: $a }"
    let (_, diagnostics) = Parser.parse(SourceText(text))
    #expect(diagnostics.count == 100)
    #expect(errors(diagnostics).isEmpty)
  }

  @Test(arguments: ["(", "$", "{", "={", "\"", "/", "/*", "rule ", "not ", ";a", "any of ", "[", ".", "\0", "a", "1", "%", "($a*,", "={g\n", "\\", "\"\"\"", "\u{FEFF}"])
  func aMegabyteOfOneThingEnds(piece: String) {
    let bytes = Array(String(repeating: piece, count: 60_000).utf8)
    for text in [bytes, Array("rule a { strings: $a = ".utf8) + bytes, Array("rule a { condition: ".utf8) + bytes] {
      let (_, diagnostics) = Parser.parse(SourceText(id: SourceID(0), name: "x", bytes: text))
      #expect(diagnostics.count <= 202)
    }
  }
}
