import Testing
import YaraSyntax

@Suite struct PrinterTests {
  private func pattern(_ text: String) throws -> PatternDeclaration {
    let (tree, _) = Parser.parse(SourceText("rule a { strings: \(text) condition: any of them }"))
    guard case .rule(let rule)? = tree.items.first else { throw Missing() }
    return try #require(rule.patterns.first)
  }

  private struct Missing: Error {}

  @Test(arguments: [
    ("$a={4d5A??(01|0203)~00[2-4]4?[3]?f[-][1-][0-0][-7]01}",
      "$a = { 4D 5A ?? ( 01 | 02 03 ) ~00 [2-4] 4? [3] ?F [-] [1-] [0-0] [0-7] 01 }"),
    (#"$a="a\"\\\x00\n\x7f"wide xor(3) "#, #"$a = "a\"\\\x00\n\x7F" wide xor(3)"#),
    (#"$a="\xff é""#, #"$a = "\xFF \xC3\xA9""#),
    (#"$a="é" xor(0-255)"#, #"$a = "é" xor"#),
    (#"$a=/a\/b\\/is nocase"#, #"$a = /a\/b\\/is nocase"#),
  ])
  func patternsHaveOneSpelling(text: String, expected: String) throws {
    #expect(try pattern(text).canonicalText == expected)
  }

  @Test(arguments: [
    0.1, 1, 100.5, 1e15, 1e16, 1.5e300, 123456789.125, 1e-5, .leastNonzeroMagnitude, 0.000012345,
    .greatestFiniteMagnitude, .infinity, 12e22, 4.35e-7,
  ])
  func floatsReadBack(value: Double) throws {
    let place = SourceRange(source: SourceID(0), start: 0, end: 0)
    let text = Expression(.float(value), place).canonicalText
    let (tree, diagnostics) = Parser.parse(SourceText("rule a { condition: \(text) }"))
    #expect(diagnostics.isEmpty)
    guard case .rule(let rule)? = tree.items.first, case .float(let back) = rule.condition.kind else {
      Issue.record("no float: \(text)")
      return
    }
    #expect(back == value, "\(text)")
  }

  /// Trees made by hand have no marks of parentheses; the meaning must survive all the same.
  @Test func parenthesesAreAddedWhereNeeded() {
    let place = SourceRange(source: SourceID(0), start: 0, end: 0)
    func make(_ kind: Expression.Kind) -> Expression { Expression(kind, place) }
    let one = make(.integer(1))
    let sum = make(.nary(.add, [one, one]))
    let either = make(.nary(.or, [make(.boolean(true)), make(.boolean(false))]))
    let cases: [(Expression, String)] = [
      (make(.nary(.multiply, [sum, one, sum])), "(1 + 1) * 1 * (1 + 1)"),
      (make(.nary(.subtract, [one, make(.nary(.subtract, [one, one]))])), "1 - (1 - 1)"),
      (make(.nary(.subtract, [sum, sum])), "1 + 1 - (1 + 1)"),
      (make(.nary(.and, [either, make(.unary(.not, either))])), "(true or false) and not (true or false)"),
      (make(.unary(.minus, sum)), "-(1 + 1)"),
      (make(.binary(.equal, make(.nary(.bitwiseAnd, [one, sum])), one)), "1 & 1 + 1 == 1"),
      (make(.binary(.shiftLeft, one, make(.binary(.shiftLeft, one, one)))), "1 << (1 << 1)"),
      (make(.integer(-1)), "0xFFFFFFFFFFFFFFFF"),
    ]
    for (expression, text) in cases { #expect(expression.canonicalText == text) }
  }

  @Test func regexOffsetsPointIntoTheSource() throws {
    let text = #"$a = /a\/b\\c\/d/"#
    guard case .regex(let regex) = try pattern(text).value else { throw Missing() }
    #expect(regex.pattern == Array(#"a/b\\c/d"#.utf8))
    let source = Array("rule a { strings: \(text)".utf8)
    #expect(regex.sourceOffsets.count == regex.pattern.count)
    for (byte, offset) in zip(regex.pattern, regex.sourceOffsets) {
      #expect(source[Int(offset)] == byte)
    }
    guard case .regex(let plain) = try pattern("$a = /abc/").value else { throw Missing() }
    #expect(plain.sourceOffsets.isEmpty)
    #expect(plain.range(lower: 1, upper: 2).start == plain.range.start + 2)
  }
}
