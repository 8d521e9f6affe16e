/// `of`, `for` and `with`.
extension RuleParser {
  // MARK: - of

  /// The current token is `of` or the `%` before it.
  func parseOf(quantifiedBy operand: Operand) -> Operand {
    let quantifier = quantifier(from: operand)
    return parseOf(quantifier, operand.range, height: operand.height)
  }

  func parseOf(_ quantifier: Quantifier, _ start: SourceRange, height: Int) -> Operand {
    guard expect(.of) != nil else { return Operand(.invalid, start, .invalid) }
    guard let items = parseItems(allowingExpressions: true) else {
      return Operand(.invalid, rangeToHere(from: start), .invalid)
    }
    var anchor: (anchor: PatternAnchor, height: Int)?
    if kind == .at || kind == .in {
      if case .tuple = items.items {
        reportExpected(
          "an operator",
          notes: ["`at` and `in` follow patterns only: `any of ($a, $b) at 0`."])
      }
      anchor = parseAnchor()
    }
    return checked(
      Operand(
        .of(
          OfExpression(
            quantifier: quantifier, items: items.items, itemsRange: items.range,
            anchor: anchor?.anchor)), rangeToHere(from: start), .boolean,
        height: max(height, items.height, anchor?.height ?? 1) + 1))
  }

  struct Items {
    var items: OfExpression.Items
    var range: SourceRange
    var height: Int
  }

  /// `them`, `($a, $b*)`, and where allowed `(rule, rule*)` and `(expression, ...)`.
  private func parseItems(allowingExpressions: Bool) -> Items? {
    let start = currentRange
    if take(.them) != nil { return Items(items: .them, range: start, height: 1) }
    let what =
      allowingExpressions
      ? "`them` or a list in parentheses" : "`them` or a list of patterns in parentheses"
    guard take(.leftParenthesis) != nil else {
      reportExpected(what)
      return nil
    }
    let wasInQuantifier = isInLoopQuantifier
    isInLoopQuantifier = false
    defer { isInLoopQuantifier = wasInQuantifier }
    var patterns: [PatternSetItem] = []
    var tuple: [TupleItem] = []
    var height = 1
    while true {
      if let pattern = parsePatternItem() {
        // In a list with other items, a pattern without `*` is an expression.
        if tuple.isEmpty {
          patterns.append(pattern)
        } else {
          append(pattern, to: &tuple)
        }
      } else if !allowingExpressions {
        reportExpected("a pattern such as `$a` or `$a*`")
        recoverToParenthesis()
        return nil
      } else {
        for pattern in patterns { append(pattern, to: &tuple) }
        patterns = []
        height = max(height, parseTupleItem(into: &tuple))
      }
      if take(.comma) != nil { continue }
      if take(.rightParenthesis) == nil {
        reportExpected("`,` or `)`")
        recoverToParenthesis()
      }
      break
    }
    return Items(
      items: tuple.isEmpty ? .patterns(patterns) : .tuple(tuple), range: rangeToHere(from: start),
      height: height)
  }

  /// `$a`, `$a*`, `$*`, if nothing but the next item follows.
  private func parsePatternItem() -> PatternSetItem? {
    guard kind == .patternName else { return nil }
    let isWildcard = kind(ahead: 1) == .star
    switch kind(ahead: isWildcard ? 2 : 1) {
    case .comma, .rightParenthesis: break
    default: return nil
    }
    let token = advance()
    let start = range(token)
    if isWildcard { advance() }
    return PatternSetItem(
      name: reference(token).name, isWildcard: isWildcard, range: rangeToHere(from: start))
  }

  private func append(_ pattern: PatternSetItem, to tuple: inout [TupleItem]) {
    if pattern.isWildcard {
      sink.report(
        Diagnostic(
          .expected, "`$\(pattern.name)*` stands in a list of patterns only", at: pattern.range,
          notes: ["A list has either patterns or other expressions."]))
      tuple.append(.expression(Expression(.invalid, pattern.range)))
    } else {
      let start = Int(pattern.range.start)
      let name = SourceRange(source: source, start: start, end: Int(pattern.range.end))
      tuple.append(
        .expression(
          Expression(.patternMatch(PatternReference(name: pattern.name, range: name), nil), name)))
    }
  }

  /// - Returns: the height of the item.
  private func parseTupleItem(into tuple: inout [TupleItem]) -> Int {
    if kind == .identifier, kind(ahead: 1) == .star,
      kind(ahead: 2) == .comma || kind(ahead: 2) == .rightParenthesis
    {
      let token = advance()
      advance()
      tuple.append(.ruleWildcard(Identifier(name: spelling(token), range: range(token))))
      return 1
    }
    let operand = parseNested { $0.parseExpression(1) }
    tuple.append(.expression(operand.expression))
    return operand.height
  }

  // MARK: - for

  func parseFor() -> Operand {
    let start = range(advance())
    let quantified = parseLoopQuantifier()
    if take(.of) != nil { return parseForOf(start, quantified.quantifier, quantified.height) }
    guard kind == .identifier || (kind.isKeyword && kind(ahead: 1) == .in) else {
      reportExpected("`of` or the name of a variable")
      return Operand(.invalid, rangeToHere(from: start), .invalid)
    }
    return parseForIn(start, quantified.quantifier, quantified.height)
  }

  private func parseLoopQuantifier() -> (quantifier: Quantifier, height: Int) {
    switch kind {
    case .all:
      advance()
      return (.all, 1)
    case .any:
      advance()
      return (.any, 1)
    case .none:
      advance()
      return (.none, 1)
    default:
      isInLoopQuantifier = true
      let operand = parseNested { $0.parseValue() }
      let quantifier = quantifier(from: operand)
      isInLoopQuantifier = false
      return (quantifier, operand.height)
    }
  }

  private func parseForOf(
    _ start: SourceRange, _ quantifier: Quantifier, _ height: Int
  ) -> Operand {
    guard let items = parseItems(allowingExpressions: false) else {
      return Operand(.invalid, rangeToHere(from: start), .invalid)
    }
    guard let body = parseBody() else {
      return Operand(.invalid, rangeToHere(from: start), .invalid)
    }
    return checked(
      Operand(
        .forOf(
          ForOfExpression(
            quantifier: quantifier, items: items.items, itemsRange: items.range,
            body: body.expression)), rangeToHere(from: start), .boolean,
        height: max(height, body.height) + 1))
  }

  private func parseForIn(
    _ start: SourceRange, _ quantifier: Quantifier, _ height: Int
  ) -> Operand {
    var variables: [Identifier] = []
    repeat {
      guard let variable = expectIdentifier("the name of a variable") else {
        return Operand(.invalid, rangeToHere(from: start), .invalid)
      }
      variables.append(variable)
    } while take(.comma) != nil
    guard expect(.in, "after the variables of `for`") != nil else {
      return Operand(.invalid, rangeToHere(from: start), .invalid)
    }
    let iterable = parseIterable()
    guard let body = parseBody() else {
      return Operand(.invalid, rangeToHere(from: start), .invalid)
    }
    return checked(
      Operand(
        .forIn(
          ForInExpression(
            quantifier: quantifier, variables: variables, iterable: iterable.iterable,
            body: body.expression)), rangeToHere(from: start), .boolean,
        height: max(height, iterable.height, body.height) + 1))
  }

  /// `(a..b)`, `(a, b, c)`, or a value such as `pe.sections`.
  private func parseIterable() -> (iterable: ForInExpression.Iterable, height: Int) {
    let start = currentRange
    guard take(.leftParenthesis) != nil else {
      let operand = parseNested { $0.parseValue() }
      if kind == .dotDot {
        reportExpected("`:`", notes: ["A range stands in parentheses: `(1..3)`."])
        advance()
        _ = parseValue()
      }
      return (.expression(operand.expression), operand.height)
    }
    let first = parseNested { $0.parseValue() }
    if takeDots() {
      let range = finishRange(from: first, start)
      return (.range(range.range), range.height)
    }
    var items = [first.expression]
    var height = first.height
    var last = first
    while take(.comma) != nil {
      last = parseNested { $0.parseValue() }
      items.append(last.expression)
      height = max(height, last.height)
    }
    if take(.rightParenthesis) == nil {
      reportAfterOperand(last, items.count == 1 ? "`..`, `,` or `)`" : "`,` or `)`")
      recoverToParenthesis()
    }
    return (.tuple(items), height)
  }

  /// `: ( body )`. The parentheses belong to the loop, not to the body.
  private func parseBody() -> Operand? {
    guard expect(.colon, "before the body") != nil else { return nil }
    guard expect(.leftParenthesis, "before the body") != nil else { return nil }
    let wasInQuantifier = isInLoopQuantifier
    isInLoopQuantifier = false
    let body = parseNested { $0.parseExpression(1) }
    isInLoopQuantifier = wasInQuantifier
    closeParenthesis(after: body)
    return body
  }

  // MARK: - with

  func parseWith() -> Operand {
    let start = range(advance())
    var bindings: [WithBinding] = []
    var height = 1
    repeat {
      guard let identifier = expectIdentifier("the name of a variable"),
        expect(.assign, "after the name of a variable") != nil
      else { return Operand(.invalid, rangeToHere(from: start), .invalid) }
      let value = parseNested { $0.parseValue() }
      height = max(height, value.height)
      bindings.append(WithBinding(identifier: identifier, value: value.expression))
    } while take(.comma) != nil
    guard let body = parseBody() else {
      return Operand(.invalid, rangeToHere(from: start), .invalid)
    }
    return checked(
      Operand(
        .with(bindings, body.expression), rangeToHere(from: start), .boolean,
        height: max(height, body.height) + 1))
  }
}
