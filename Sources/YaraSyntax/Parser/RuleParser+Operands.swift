/// Operands of conditions: literals, patterns, names and what is applied to them.
extension RuleParser {
  /// `not`, `defined`, `-`, `~` and their operand, or an operand. `level` is that of the expression
  /// it begins: `not` and `defined` stand where Booleans may.
  mutating func parsePrefix(_ level: Int) -> Operand {
    let start = currentRange
    switch kind {
    case .not, .defined:
      let sign: UnaryOperator = advance().kind == .not ? .not : .defined
      let operand = parseExpression(InfixOperator.equality)
      return checked(
        Operand(
          .unary(sign, operand.expression), start.union(operand.range), .boolean,
          height: operand.height + 1))
    case .minus, .tilde:
      let sign: UnaryOperator = advance().kind == .minus ? .minus : .bitwiseNot
      guard depth < Self.maximumDepth else { return giveUp() }
      depth += 1
      defer { depth -= 1 }
      var operand = parsePrefix(InfixOperator.product)
      requireValue(&operand)
      return checked(
        Operand(
          .unary(sign, operand.expression), start.union(operand.range), .value,
          height: operand.height + 1))
    default: return parsePrimary()
    }
  }

  private mutating func parsePrimary() -> Operand {
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

  private mutating func parseLiteral(_ token: Token, _ place: SourceRange) -> Operand {
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

  private mutating func missingOperand(_ token: Token, _ place: SourceRange) -> Operand {
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

  private mutating func parseParenthesized() -> Operand {
    let start = range(advance())
    let wasInQuantifier = isInLoopQuantifier
    isInLoopQuantifier = false
    var operand = parseExpression(1)
    isInLoopQuantifier = wasInQuantifier
    closeParenthesis(after: operand)
    if operand.role == .comparison { operand.role = .boolean }
    operand.expression.isParenthesized = true
    operand.expression.range = rangeToHere(from: start)
    return operand
  }

  /// The `)` that ends what `operand` ends; without it, goes to one that stands before the rule's end.
  mutating func closeParenthesis(after operand: Operand) {
    if take(.rightParenthesis) != nil { return }
    reportAfterOperand(operand, "`)`")
    recoverToParenthesis()
  }

  /// Over balanced parentheses to behind the `)` that closes the current level.
  mutating func recoverToParenthesis() {
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
  private mutating func parseName() -> Operand {
    let token = advance()
    let identifier = Identifier(name: spelling(token), range: range(token))
    var operand = Operand(.identifier(identifier), identifier.range, .value)
    while true {
      switch kind {
      case .dot:
        // Two dots in a row are the middle of a range.
        if kind(ahead: 1) == .dot { return operand }
        advance()
        guard let field = expectIdentifier("the name of a field") else {
          return Operand(.invalid, rangeToHere(from: operand.range), .invalid)
        }
        operand = checked(
          Operand(
            .field(operand.expression, field), operand.range.union(field.range), .value,
            height: operand.height + 1))
      case .leftBracket:
        let index = parseIndex()
        operand = checked(
          Operand(
            .index(operand.expression, index.expression), rangeToHere(from: operand.range), .value,
            height: max(operand.height, index.height) + 1))
      case .leftParenthesis: operand = parseCall(operand)
      default: return operand
      }
    }
  }

  private mutating func parseCall(_ function: Operand) -> Operand {
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
  private mutating func parseIndex() -> Operand {
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

  private mutating func parsePatternMatch() -> Operand {
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
  mutating func parseAnchor() -> (anchor: PatternAnchor, height: Int)? {
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

  private mutating func parsePatternCount() -> Operand {
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

  private mutating func parsePatternPlace() -> Operand {
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
  mutating func parseRange() -> (range: RangeExpression, height: Int) {
    let start = currentRange
    guard expect(.leftParenthesis, "before a range") != nil else {
      let nothing = Expression(.invalid, start)
      return (RangeExpression(low: nothing, high: nothing, range: start), 1)
    }
    let wasInQuantifier = isInLoopQuantifier
    isInLoopQuantifier = false
    defer { isInLoopQuantifier = wasInQuantifier }
    let low = parseValue()
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
  mutating func takeDots() -> Bool {
    if take(.dotDot) != nil { return true }
    guard kind == .dot, kind(ahead: 1) == .dot else { return false }
    advance()
    advance()
    return true
  }

  /// `high )` of a range that began with `low`.
  mutating func finishRange(
    from low: Operand, _ start: SourceRange
  ) -> (range: RangeExpression, height: Int) {
    let high = parseValue()
    closeParenthesis(after: high)
    return (
      RangeExpression(
        low: low.expression, high: high.expression, range: rangeToHere(from: start)),
      max(low.height, high.height)
    )
  }
}
