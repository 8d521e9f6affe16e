/// Operands of conditions: literals, patterns, names and what is applied to them.
extension RuleParser {
  func isPrefix(_ kind: TokenKind) -> Bool {
    switch kind {
    case .not, .defined, .minus, .tilde: true
    default: false
    }
  }

  /// `not`, `defined`, `-` or `~` with its operand: a whole comparison for the former two.
  func parsePrefix() -> Operand {
    let start = currentRange
    switch advance().kind {
    case .not: return negated(.not, parseExpression(InfixOperator.equality), start)
    case .defined: return negated(.defined, parseExpression(InfixOperator.equality), start)
    case .minus: return negated(.minus, parseSigned(), start)
    default: return negated(.bitwiseNot, parseSigned(), start)
    }
  }

  /// The operand of `-` and `~`.
  private func parseSigned() -> Operand {
    guard depth < depthLimit else { return giveUp() }
    depth += 1
    defer { depth -= 1 }
    var operand = isPrefix(kind) ? parsePrefix() : parsePrimary()
    requireValue(&operand)
    return operand
  }

  private func negated(
    _ sign: UnaryOperator, _ operand: Operand, _ start: SourceRange
  ) -> Operand {
    checked(
      Operand(
        .unary(sign, operand.expression), start.union(operand.range),
        sign == .not || sign == .defined ? .boolean : .value, height: operand.height + 1))
  }

  func parsePrimary() -> Operand {
    let token = current
    let place = range(token)
    switch token.kind {
    case .leftParenthesis: return parseParenthesized()
    case .identifier:
      if isWord(token, "with"), kind(ahead: 1) == .identifier, kind(ahead: 2) == .assign {
        return parseWith()
      }
      return parseName()
    case .patternName: return parsePatternMatch()
    case .patternCount: return parsePatternCount()
    case .patternOffset, .patternLength: return parsePatternPlace()
    case .for: return parseFor()
    case .all, .any, .none:
      let quantifier: Quantifier =
        token.kind == .all ? .all : token.kind == .any ? .any : .none
      advance()
      return parseOf(quantifier, place, height: 1)
    default: return parseLiteral(token, place)
    }
  }

  private func parseLiteral(_ token: Token, _ place: SourceRange) -> Operand {
    switch token.kind {
    case .true, .false:
      advance()
      return Operand(.boolean(token.kind == .true), place, .boolean)
    case .integer:
      advance()
      return Operand(.integer(decodeSigned(token)), place, .value)
    case .float:
      advance()
      return Operand(.float(decodeFloat(token)), place, .value)
    case .text:
      advance()
      return Operand(.text(decodeText(token)), place, .value)
    case .regex:
      advance()
      return Operand(.regex(decodeRegex(token)), place, .value)
    case .filesize:
      advance()
      return Operand(.filesize, place, .value)
    case .entrypoint:
      advance()
      return Operand(.entrypoint, place, .value)
    default: return missingOperand(token, place)
    }
  }

  private func missingOperand(_ token: Token, _ place: SourceRange) -> Operand {
    var notes: [String] = []
    switch token.kind {
    case .dotDot, .dot: notes = ["A number with a fraction begins with a digit: `0.5`."]
    case .ampersand: notes = ["The operator is `and`."]
    case .pipe: notes = ["The operator is `or`."]
    case .them: notes = ["`them` follows `of`: `any of them`."]
    default: break
    }
    reportExpected("an expression", notes: notes)
    return Operand(.invalid, place, .invalid)
  }

  private func parseParenthesized() -> Operand {
    advance()
    let wasInQuantifier = isInLoopQuantifier
    isInLoopQuantifier = false
    var operand = parseExpression(1)
    isInLoopQuantifier = wasInQuantifier
    closeParenthesis(after: operand)
    if operand.role == .comparison { operand.role = .boolean }
    operand.expression.isParenthesized = true
    return operand
  }

  /// The `)` that ends what `operand` ends; without it, goes to one that stands before the rule's end.
  func closeParenthesis(after operand: Operand) {
    if take(.rightParenthesis) != nil { return }
    reportAfterOperand(operand, "`)`")
    recoverToParenthesis()
  }

  /// Over balanced parentheses to behind the `)` that closes the current level.
  func recoverToParenthesis() {
    var level = 0
    while kind != .endOfFile, kind != .rightBrace, !isAtSectionStart(), !isAtTopLevelStart() {
      if kind == .leftParenthesis { level += 1 }
      if kind == .rightParenthesis {
        level -= 1
        if level < 0 {
          advance()
          return
        }
      }
      advance()
    }
  }

  // MARK: - Names

  /// `a`, then any of `.b`, `[i]`, `(x, y)`.
  private func parseName() -> Operand {
    var operand = nameOperand()
    while true {
      switch kind {
      // Two dots in a row are the middle of a range.
      case .dot where kind(ahead: 1) != .dot: operand = parseField(operand)
      case .leftBracket: operand = parseElement(operand)
      case .leftParenthesis: operand = parseCall(operand)
      default: return operand
      }
    }
  }

  private func nameOperand() -> Operand {
    let token = advance()
    let identifier = Identifier(name: spelling(token), range: range(token))
    return Operand(.identifier(identifier), identifier.range, .value)
  }

  private func parseField(_ base: Operand) -> Operand {
    advance()
    guard let field = expectIdentifier("the name of a field") else {
      return Operand(.invalid, rangeToHere(from: base.range), .invalid)
    }
    return checked(
      Operand(
        .field(base.expression, field), base.range.union(field.range), .value,
        height: base.height + 1))
  }

  private func parseElement(_ base: Operand) -> Operand {
    let index = parseIndex()
    return checked(
      Operand(
        .index(base.expression, index.expression), rangeToHere(from: base.range), .value,
        height: max(base.height, index.height) + 1))
  }

  private func parseCall(_ function: Operand) -> Operand {
    advance()
    let wasInQuantifier = isInLoopQuantifier
    isInLoopQuantifier = false
    defer { isInLoopQuantifier = wasInQuantifier }
    var arguments: [Expression] = []
    var height = function.height
    if take(.rightParenthesis) == nil {
      while true {
        let argument = parseExpression(1)
        height = max(height, argument.height)
        arguments.append(argument.expression)
        if take(.comma) != nil { continue }
        if take(.rightParenthesis) == nil {
          reportAfterOperand(argument, "`,` or `)`")
          recoverToParenthesis()
        }
        break
      }
    }
    return checked(
      Operand(
        .call(function.expression, arguments), rangeToHere(from: function.range), .value,
        height: height + 1))
  }

  /// `[ value ]`.
  private func parseIndex() -> Operand {
    advance()
    let wasInQuantifier = isInLoopQuantifier
    isInLoopQuantifier = false
    let index = parseValue()
    isInLoopQuantifier = wasInQuantifier
    if take(.rightBracket) == nil {
      reportAfterOperand(index, "`]`")
      while kind != .rightBracket, kind != .rightParenthesis, kind != .endOfFile,
        kind != .rightBrace, !isAtSectionStart(), !isAtTopLevelStart()
      {
        advance()
      }
      _ = take(.rightBracket)
    }
    return index
  }

  // MARK: - Patterns

  /// The name behind a sigil.
  func reference(_ token: Token) -> PatternReference {
    PatternReference(
      name: String(decoding: bytes[Int(token.start) + 1..<Int(token.end)], as: UTF8.self),
      range: range(token))
  }

  private func parsePatternMatch() -> Operand {
    let token = advance()
    guard let anchor = parseAnchor() else {
      return Operand(.patternMatch(reference(token), nil), range(token), .boolean)
    }
    return checked(
      Operand(
        .patternMatch(reference(token), anchor.anchor), rangeToHere(from: range(token)), .boolean,
        height: anchor.height + 1))
  }

  /// `at X` or `in (X..Y)`, if one stands here.
  func parseAnchor() -> (anchor: PatternAnchor, height: Int)? {
    switch kind {
    case .at:
      advance()
      let place = parseValue()
      return (.at(place.expression), place.height)
    case .in:
      advance()
      let range = parseRange()
      return (.in(range.range), range.height)
    default: return nil
    }
  }

  private func parsePatternCount() -> Operand {
    let token = advance()
    guard kind == .in, kind(ahead: 1) == .leftParenthesis else {
      return Operand(.patternCount(reference(token), nil), range(token), .value)
    }
    advance()
    let within = parseRange()
    return checked(
      Operand(
        .patternCount(reference(token), within.range), rangeToHere(from: range(token)), .value,
        height: within.height + 1))
  }

  private func parsePatternPlace() -> Operand {
    let token = advance()
    var index: Operand?
    if kind == .leftBracket { index = parseIndex() }
    let kind: Expression.Kind =
      token.kind == .patternOffset
      ? .patternOffset(reference(token), index: index?.expression)
      : .patternLength(reference(token), index: index?.expression)
    return checked(
      Operand(kind, rangeToHere(from: range(token)), .value, height: (index?.height ?? 0) + 1))
  }

  // MARK: - Ranges

  /// `( low .. high )`.
  func parseRange() -> (range: RangeExpression, height: Int) {
    let start = currentRange
    guard expect(.leftParenthesis, "before a range") != nil else {
      let nothing = Expression(.invalid, start)
      return (RangeExpression(low: nothing, high: nothing, range: start), 1)
    }
    let wasInQuantifier = isInLoopQuantifier
    isInLoopQuantifier = false
    defer { isInLoopQuantifier = wasInQuantifier }
    let low = parseNested { $0.parseValue() }
    guard takeDots() else {
      reportExpected("`..` and the end of the range", notes: ["A range is written `(0..100)`."])
      recoverToParenthesis()
      let high = Expression(.invalid, low.range)
      return (
        RangeExpression(low: low.expression, high: high, range: rangeToHere(from: start)),
        low.height
      )
    }
    return finishRange(from: low, start)
  }

  /// `..`, or YARA-X's `. .`.
  func takeDots() -> Bool {
    if take(.dotDot) != nil { return true }
    guard kind == .dot, kind(ahead: 1) == .dot else { return false }
    advance()
    advance()
    return true
  }

  /// `high )` of a range that began with `low`.
  func finishRange(
    from low: Operand, _ start: SourceRange
  ) -> (range: RangeExpression, height: Int) {
    let high = parseNested { $0.parseValue() }
    closeParenthesis(after: high)
    return (
      RangeExpression(
        low: low.expression, high: high.expression, range: rangeToHere(from: start)),
      max(low.height, high.height)
    )
  }
}
