/// Conditions by operator precedence: operands in `RuleParser+Operands`, loops in `RuleParser+Loops`.
extension RuleParser {
  /// The whole of a `condition` section; goes on to the rule's `}`.
  func parseCondition() -> Expression {
    depth = 0
    isTooDeep = false
    isInLoopQuantifier = false
    defer { isTooDeep = false }
    let operand = parseExpression(1)
    if kind != .rightBrace, kind != .endOfFile, !isAtSectionStart(), !isAtTopLevelStart() {
      reportAfterOperand(operand, "`}`")
      skip { _ in false }
    }
    return operand.expression
  }

  /// An infix expression whose operators all bind at `level` or tighter.
  func parseExpression(_ level: Int) -> Operand {
    guard depth < depthLimit else { return giveUp() }
    depth += 1
    defer { depth -= 1 }
    return parseInfixes(after: isPrefix(kind) ? parsePrefix() : parsePrimary(), level)
  }

  private func parseInfixes(after first: Operand, _ level: Int) -> Operand {
    var left = first
    while true {
      if kind == .of || kind == .percent, level <= InfixOperator.equality, isOfQuantifier(left) {
        left = parseOf(quantifiedBy: left)
      } else if let infix = InfixOperator(kind), infix.level >= level, canContinue(left, infix),
        kind != .percent || !isPercentSign
      {
        left = parseInfix(infix, left)
      } else {
        return left
      }
    }
  }

  /// Booleans are joined by `and` and `or` only.
  private func canContinue(_ left: Operand, _ infix: InfixOperator) -> Bool {
    switch left.role {
    case .value, .invalid: true
    case .comparison: infix.level <= InfixOperator.relation
    case .boolean: infix.level < InfixOperator.equality
    }
  }

  private func parseInfix(_ infix: InfixOperator, _ first: Operand) -> Operand {
    switch infix.shape {
    case .binary(let binary): parseBinary(binary, infix.level, first)
    case .nary(let nary): parseChain(nary, infix.level, first)
    }
  }

  private func parseBinary(_ binary: BinaryOperator, _ level: Int, _ first: Operand) -> Operand {
    advance()
    var right = parseExpression(level + 1)
    if level > InfixOperator.relation || right.role != .comparison { requireValue(&right) }
    return checked(
      Operand(
        .binary(binary, first.expression, right.expression), first.range.union(right.range),
        level <= InfixOperator.relation ? .comparison : .value,
        height: max(first.height, right.height) + 1))
  }

  /// The same operator again and again makes one flat chain.
  private func parseChain(_ nary: NaryOperator, _ level: Int, _ first: Operand) -> Operand {
    let sign = kind
    var operands = [first.expression]
    var height = first.height
    while kind == sign, !(sign == .percent && isPercentSign) {
      advance()
      var right = parseExpression(level + 1)
      if level >= InfixOperator.value { requireValue(&right) }
      height = max(height, right.height)
      operands.append(right.expression)
    }
    return checked(
      Operand(
        .nary(nary, operands), first.range.union(operands[operands.count - 1].range),
        level >= InfixOperator.value ? .value : .boolean, height: height + 1))
  }

  /// An expression that yields a number, text or the like: no comparison, no Boolean.
  func parseValue() -> Operand {
    var operand = parseExpression(InfixOperator.value)
    requireValue(&operand)
    return operand
  }

  func requireValue(_ operand: inout Operand) {
    guard operand.role == .boolean || operand.role == .comparison else { return }
    // Said about the operand, not about the token behind it.
    if !isTooDeep {
      let range = operand.range
      sink.report(
        Diagnostic(
          .expected, "expected a value, found a Boolean expression", at: range,
          "this is true or false",
          notes: ["Booleans are combined with `and`, `or` and `not` only."]))
    }
    operand = Operand(.invalid, operand.range, .invalid)
  }

  // MARK: - Percent signs and `of`

  /// Is the `%` here the end of a percentage rather than a remainder?
  var isPercentSign: Bool {
    if kind(ahead: 1) == .of { return true }
    guard isInLoopQuantifier, kind(ahead: 1) == .identifier else { return false }
    return kind(ahead: 2) == .in || kind(ahead: 2) == .comma
  }

  private func isOfQuantifier(_ left: Operand) -> Bool {
    guard left.role == .value || left.role == .invalid else { return false }
    return kind == .of || kind(ahead: 1) == .of
  }

  /// `value` or `value %`, the current token being the `%` if there is one.
  func quantifier(from operand: Operand) -> Quantifier {
    guard kind == .percent else { return .count(operand.expression) }
    if !operand.expression.isParenthesized, isWeakerThanPercent(operand.expression) {
      report(
        Diagnostic(
          .expected, "a sum before `%` must stand in parentheses", at: operand.range,
          "expected `( )` around this"))
    }
    advance()
    return .percentage(operand.expression)
  }

  private func isWeakerThanPercent(_ expression: Expression) -> Bool {
    switch expression.kind {
    case .nary(.multiply, _), .nary(.divide, _), .nary(.remainder, _): false
    case .nary, .binary: true
    default: false
    }
  }

  // MARK: - Limits

  /// Parts of lists, ranges and loops take more stack than operands do, here and in walks over the
  /// tree, so they count twice.
  func parseNested(_ parse: (RuleParser) -> Operand) -> Operand {
    depth += 1
    defer { depth -= 1 }
    return parse(self)
  }

  /// Refuses to go deeper: says so once a condition and skips to its end.
  func giveUp() -> Operand {
    let place = currentRange
    reportTooDeep(place)
    skip { _ in false }
    return Operand(.invalid, place, .invalid)
  }

  private func reportTooDeep(_ place: SourceRange) {
    guard !isTooDeep else { return }
    isTooDeep = true
    sink.report(
      Diagnostic(
        .tooDeep, "the condition nests too deep", at: place,
        "more than \(depthLimit) levels here"))
  }

  /// Keeps the height of the tree within the limit: operators of one level and different signs
  /// (`a + b - c + d ...`), comparisons of comparisons and chains of `.` and `[ ]` grow leftward
  /// without recursion.
  func checked(_ operand: Operand) -> Operand {
    guard operand.height > depthLimit else { return operand }
    reportTooDeep(operand.range)
    return Operand(.invalid, operand.range, .invalid)
  }

  // MARK: - Errors

  /// The current token cannot follow this operand.
  func reportAfterOperand(_ operand: Operand, _ closing: String) {
    var notes: [String] = []
    switch kind {
    case .ampersand where kind(ahead: 1) == .ampersand: notes = ["The operator is `and`."]
    case .pipe where kind(ahead: 1) == .pipe: notes = ["The operator is `or`."]
    case .assign: notes = ["Equality is written `==`."]
    case .equal where operand.role == .boolean, .notEqual where operand.role == .boolean:
      notes = ["A Boolean is not compared; use it as it is, or with `not`."]
    case .regex: notes = ["The sign of division is `\\`."]
    case .star where operand.role == .boolean:
      notes = ["A `*` after the name of a pattern stands in lists only: `any of ($a*)`."]
    default: break
    }
    reportExpected(
      "an operator\(closing.contains(" or ") ? "," : " or") \(closing)", notes: notes,
      meant: [
        "and", "or", "at", "in", "of", "contains", "icontains", "startswith", "istartswith",
        "endswith", "iendswith", "iequals", "matches",
      ])
  }
}
