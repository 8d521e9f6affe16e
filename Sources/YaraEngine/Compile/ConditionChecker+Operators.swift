internal import Bytes
internal import YaraSyntax

// Operators: which types they take, and their value where the operands are known.
extension ConditionChecker {
  mutating func unary(_ operation: UnaryOperator, _ operand: Expression, _ range: SourceRange)
    -> CheckedExpression
  {
    switch operation {
    case .not:
      let checked = boolean(operand)
      guard !checked.type.isInvalid else { return invalid(range) }
      if case .boolean(let value)? = checked.constant { return literal(.boolean(!value), range) }
      return make(.boolean, .not(checked.node), range)
    case .defined:
      let checked = check(operand)
      guard let type = checked.type.valueType else {
        wrongType(checked, expected: "a value")
        return invalid(range)
      }
      if checked.constant != nil { return literal(.boolean(true), range) }
      return make(.boolean, .defined(type, checked.node), range)
    case .minus:
      let checked = check(operand)
      switch checked.type {
      case .integer:
        if case .integer(let value)? = checked.constant { return literal(.integer(0 &- value), range) }
        return make(.integer, .negate(checked.node), range)
      case .float:
        if case .float(let value)? = checked.constant { return literal(.float(-value), range) }
        return make(.float, .floatNegate(checked.node), range)
      default:
        wrongType(checked, expected: "an integer or a float after `-`")
        return invalid(range)
      }
    case .bitwiseNot:
      let checked = integer(operand, "after `~`")
      guard !checked.type.isInvalid else { return invalid(range) }
      if case .integer(let value)? = checked.constant { return literal(.integer(~value), range) }
      return make(.integer, .bitwiseNot(checked.node), range)
    }
  }

  /// `and` and `or`. A constant that decides makes the whole constant, one that does not is left out.
  mutating func conjunction(_ operands: [Expression], _ range: SourceRange, isAnd: Bool)
    -> CheckedExpression
  {
    var nodes: [NodeID] = []
    var isInvalid = false
    var isDecided = false
    for operand in operands {
      let checked = boolean(operand)
      if checked.type.isInvalid { isInvalid = true }
      if case .boolean(let value)? = checked.constant {
        if value != isAnd { isDecided = true }
      } else {
        nodes.append(checked.node)
      }
    }
    if isInvalid { return invalid(range) }
    if isDecided { return literal(.boolean(!isAnd), range) }
    if nodes.isEmpty { return literal(.boolean(isAnd), range) }
    let list = builder.list(nodes)
    return make(.boolean, isAnd ? .and(list) : .or(list), range)
  }

  mutating func arithmetic(_ operation: NaryOperator, _ operands: [Expression], _ range: SourceRange)
    -> CheckedExpression
  {
    let sign = operation.rawValue
    let floatOperation = FloatOperator(rawValue: sign)
    let checked = operands.map { check($0) }
    var isInvalid = false
    var isFloat = false
    for operand in checked {
      switch operand.type {
      case .integer: break
      case .float where floatOperation != nil: isFloat = true
      default:
        wrongType(
          operand,
          expected: floatOperation == nil
            ? "an integer for `\(sign)`" : "an integer or a float for `\(sign)`")
        isInvalid = true
      }
    }
    guard !isInvalid else { return invalid(range) }
    if isFloat, let floatOperation { return floatArithmetic(floatOperation, checked, range) }
    guard let integerOperation = IntegerOperator(rawValue: sign) else { return invalid(range) }
    return integerArithmetic(integerOperation, checked, range)
  }

  private mutating func integerArithmetic(
    _ operation: IntegerOperator, _ operands: [CheckedExpression], _ range: SourceRange
  ) -> CheckedExpression {
    for operand in operands.dropFirst() where operation == .divide || operation == .remainder {
      if case .integer(0)? = operand.constant {
        if dialect == .yara {
          error(.invalidValue, "division by zero", at: operand.range)
          return invalid(range)
        }
        warn(.unsatisfiable, "division by zero", at: operand.range, "the result is undefined")
      }
    }
    if let value = foldedIntegers(operation, operands, range) { return value }
    let list = builder.list(operands.map(\.node))
    return make(.integer, .integerArithmetic(operation, list), range)
  }

  private mutating func foldedIntegers(
    _ operation: IntegerOperator, _ operands: [CheckedExpression], _ range: SourceRange
  ) -> CheckedExpression? {
    var result: Int64?
    for operand in operands {
      guard case .integer(let value)? = operand.constant else { return nil }
      guard let left = result else {
        result = value
        continue
      }
      let overflow =
        switch operation {
        case .add: left.addingReportingOverflow(value).overflow
        case .subtract: left.subtractingReportingOverflow(value).overflow
        case .multiply: left.multipliedReportingOverflow(by: value).overflow
        default: false
        }
      if overflow {
        error(
          .invalidValue, "integer overflow", at: range,
          "the result does not fit in 64 bits (\(Int64.min) to \(Int64.max))")
        return invalid(range)
      }
      guard let next = Arithmetic.apply(operation, left, value, dialect) else { return nil }
      result = next
    }
    return result.map { literal(.integer($0), range) }
  }

  private func floatArithmetic(
    _ operation: FloatOperator, _ operands: [CheckedExpression], _ range: SourceRange
  ) -> CheckedExpression {
    let floats = operands.map { asFloat($0) }
    var result: Double?
    var isConstant = true
    for operand in floats {
      guard case .float(let value)? = operand.constant else {
        isConstant = false
        break
      }
      result = result.map { Arithmetic.apply(operation, $0, value) } ?? value
    }
    if isConstant, let result { return literal(.float(result), range) }
    return make(.float, .floatArithmetic(operation, builder.list(floats.map(\.node))), range)
  }

  func asFloat(_ checked: CheckedExpression) -> CheckedExpression {
    guard checked.type.isInteger else { return checked }
    if case .integer(let value)? = checked.constant {
      return literal(.float(Double(value)), checked.range)
    }
    return make(.float, .floatFromInteger(checked.node), checked.range)
  }

  mutating func binary(
    _ operation: BinaryOperator, _ left: Expression, _ right: Expression, _ range: SourceRange
  ) -> CheckedExpression {
    let sign = operation.rawValue
    if let comparison = Comparison(rawValue: sign) { return compare(comparison, left, right, range) }
    if let relation = TextRelation(rawValue: sign) { return relate(relation, left, right, range) }
    switch operation {
    case .matches: return matches(left, right, range)
    default:
      guard let shift = IntegerOperator(rawValue: sign) else { return invalid(range) }
      let a = integer(left, "for `\(sign)`")
      let b = integer(right, "for `\(sign)`")
      if a.type.isInvalid || b.type.isInvalid { return invalid(range) }
      if case .integer(let count)? = b.constant, count < 0 {
        error(.invalidValue, "negative shift", at: b.range, "expected 0 or more")
        return invalid(range)
      }
      return foldedIntegers(shift, [a, b], range)
        ?? make(.integer, .integerArithmetic(shift, builder.list([a.node, b.node])), range)
    }
  }

  private mutating func compare(
    _ comparison: Comparison, _ left: Expression, _ right: Expression, _ range: SourceRange
  ) -> CheckedExpression {
    let a = check(left)
    let b = check(right)
    if a.type.isInvalid || b.type.isInvalid { return invalid(range) }
    switch (a.type, b.type) {
    case (.integer, .integer):
      if comparison == .equal { warnAboutRange(a, b) }
      if case .integer(let x)? = a.constant, case .integer(let y)? = b.constant {
        return literal(.boolean(Arithmetic.compare(comparison, x, y)), range)
      }
      return make(.boolean, .compareIntegers(comparison, a.node, b.node), range)
    case (.integer, .float), (.float, .integer), (.float, .float):
      let (x, y) = (asFloat(a), asFloat(b))
      if case .float(let p)? = x.constant, case .float(let q)? = y.constant {
        return literal(.boolean(Arithmetic.compareFloats(comparison, p, q, dialect)), range)
      }
      return make(.boolean, .compareFloats(comparison, x.node, y.node), range)
    case (.text, .text):
      if comparison == .equal { warnAboutForm(a, b) }
      if case .text(let x)? = a.constant, case .text(let y)? = b.constant {
        let value = ByteView.with(x) { x in
          ByteView.with(y) { y in Arithmetic.compareTexts(comparison, x, y, dialect) }
        }
        return literal(.boolean(value), range)
      }
      return make(.boolean, .compareTexts(comparison, a.node, b.node), range)
    case (.boolean, .boolean), (.boolean, .integer), (.integer, .boolean):
      return compareBooleans(comparison, a, b, range)
    default:
      for operand in [a, b] where operand.type.valueType == nil {
        wrongType(operand, expected: "a value for `\(comparison.rawValue)`")
        return invalid(range)
      }
      diagnostics.append(
        Diagnostic(
          .wrongType, "`\(comparison.rawValue)` needs two values of one type",
          labels: [
            Diagnostic.Label(a.range, "this is \(a.type.name)"),
            Diagnostic.Label(b.range, "this is \(b.type.name)"),
          ]))
      return invalid(range)
    }
  }

  /// Booleans are equal or not; beside an integer they count as 1 and 0.
  private mutating func compareBooleans(
    _ comparison: Comparison, _ a: CheckedExpression, _ b: CheckedExpression, _ range: SourceRange
  ) -> CheckedExpression {
    guard comparison == .equal || comparison == .notEqual else {
      wrongType(
        a.type.isBoolean ? a : b,
        expected: "an integer, a float or a text for `\(comparison.rawValue)`")
      return invalid(range)
    }
    if !(a.type.isBoolean && b.type.isBoolean) {
      warn(
        .nonBooleanCondition, "comparison of a Boolean with an integer", at: range,
        "a Boolean counts as 1 or 0 here")
    }
    func number(_ checked: CheckedExpression) -> CheckedExpression {
      guard checked.type.isBoolean else { return checked }
      if case .boolean(let value)? = checked.constant {
        return literal(.integer(value ? 1 : 0), checked.range)
      }
      return make(.integer, .integerFromBoolean(checked.node), checked.range)
    }
    let (x, y) = (number(a), number(b))
    if case .integer(let p)? = x.constant, case .integer(let q)? = y.constant {
      return literal(.boolean(Arithmetic.compare(comparison, p, q)), range)
    }
    return make(.boolean, .compareIntegers(comparison, x.node, y.node), range)
  }

  private mutating func relate(
    _ relation: TextRelation, _ left: Expression, _ right: Expression, _ range: SourceRange
  ) -> CheckedExpression {
    let a = check(left)
    let b = check(right)
    for operand in [a, b] where !operand.type.isText {
      wrongType(operand, expected: "a text for `\(relation.rawValue)`")
    }
    guard a.type.isText, b.type.isText else { return invalid(range) }
    if case .text(let x)? = a.constant, case .text(let y)? = b.constant {
      let value = ByteView.with(x) { x in
        ByteView.with(y) { y in Arithmetic.relates(relation, x, y) }
      }
      return literal(.boolean(value), range)
    }
    return make(.boolean, .textRelation(relation, a.node, b.node), range)
  }

  private mutating func matches(_ left: Expression, _ right: Expression, _ range: SourceRange)
    -> CheckedExpression
  {
    let a = check(left)
    let b = check(right)
    if !a.type.isText { wrongType(a, expected: "a text for `matches`") }
    guard case .regex(let regex) = b.type else {
      wrongType(b, expected: "a regular expression (`/.../`) after `matches`")
      return invalid(range)
    }
    guard a.type.isText else { return invalid(range) }
    return make(.boolean, .matches(a.node, regex), range)
  }

  // MARK: - Comparisons that cannot be true

  private mutating func warnAboutRange(_ a: CheckedExpression, _ b: CheckedExpression) {
    for (read, value) in [(a, b), (b, a)] {
      guard case .fileInteger(let number, _) = builder.node(read.node), number.bytes < 8,
        case .integer(let constant)? = value.constant
      else { continue }
      let bits = Int64(number.bytes) * 8
      let low = number.isSigned ? -(1 << (bits - 1)) : 0
      let high = number.isSigned ? (1 << (bits - 1)) - 1 : (1 << bits) - 1
      if constant < Int64(low) || constant > Int64(high) {
        diagnostics.append(
          Diagnostic(
            .unsatisfiable, "comparison is never true",
            labels: [
              Diagnostic.Label(read.range, "this is between \(low) and \(high)"),
              Diagnostic.Label(value.range, "this is \(constant)"),
            ]))
      }
    }
  }

  private mutating func warnAboutForm(_ a: CheckedExpression, _ b: CheckedExpression) {
    for (result, value) in [(a, b), (b, a)] {
      guard case .lowercaseHexadecimal(let digits) = result.form,
        case .text(let constant)? = value.constant
      else { continue }
      if constant.count != digits {
        diagnostics.append(
          Diagnostic(
            .unsatisfiable, "comparison is never true",
            labels: [
              Diagnostic.Label(result.range, "this has \(digits) digits"),
              Diagnostic.Label(value.range, "this has \(constant.count)"),
            ]))
      } else if constant.contains(where: { $0 >= 0x41 && $0 <= 0x5A }) {
        diagnostics.append(
          Diagnostic(
            .caseMismatch, "comparison is never true",
            labels: [
              Diagnostic.Label(value.range, "this has capital letters"),
              Diagnostic.Label(result.range, "this has none"),
            ], notes: ["Write the digest in small letters."]))
      }
    }
  }
}
