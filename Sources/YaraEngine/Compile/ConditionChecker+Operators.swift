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
      let checked = flagAsInteger(check(operand))
      switch checked.type {
      case .integer:
        var result: CheckedExpression
        if case .integer(let value)? = checked.constant {
          result = literal(.integer(0 &- value), range)
          // `-9223372036854775808` is the smallest number with a sign.
          result.isUnsigned = checked.isUnsigned && value != Int64.min
        } else {
          result = make(.integer, .negate(checked.node), range)
          result.isUnsigned = checked.isUnsigned
        }
        return result
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
      var result =
        if case .integer(let value)? = checked.constant { literal(.integer(~value), range) } else {
          make(.integer, .bitwiseNot(checked.node), range)
        }
      result.isUnsigned = checked.isUnsigned
      return result
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
    let checked = operands.map { flagAsInteger(check($0)) }
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

  /// Whether a result has no sign: where one operand has none; of shifts the first alone counts.
  private func isUnsigned(_ operation: IntegerOperator, _ operands: [CheckedExpression]) -> Bool {
    operation == .shiftLeft || operation == .shiftRight
      ? operands[0].isUnsigned : operands.contains(where: \.isUnsigned)
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
    let isUnsigned = isUnsigned(operation, operands)
    let list = builder.list(operands.map(\.node))
    var result = make(
      .integer, .integerArithmetic(isUnsigned ? operation.unsigned : operation, list), range)
    result.isUnsigned = isUnsigned
    return result
  }

  private mutating func foldedIntegers(
    _ operation: IntegerOperator, _ operands: [CheckedExpression], _ range: SourceRange
  ) -> CheckedExpression? {
    let isUnsigned = isUnsigned(operation, operands)
    let effective = isUnsigned ? operation.unsigned : operation
    var result: Int64?
    for operand in operands {
      guard case .integer(let value)? = operand.constant else { return nil }
      guard let left = result else {
        result = value
        continue
      }
      if isUnsigned
        ? operation.overflows(UInt64(bitPattern: left), UInt64(bitPattern: value))
        : operation.overflows(left, value)
      {
        error(
          .invalidValue, "integer overflow", at: range,
          "the result does not fit in 64 bits (\(Int64.min) to \(Int64.max))")
        return invalid(range)
      }
      guard let next = Arithmetic.apply(effective, left, value, dialect) else { return nil }
      result = next
    }
    return result.map {
      var folded = literal(.integer($0), range)
      folded.isUnsigned = isUnsigned
      return folded
    }
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
      let number = checked.isUnsigned ? Double(UInt64(bitPattern: value)) : Double(value)
      return literal(.float(number), checked.range)
    }
    return make(
      .float,
      checked.isUnsigned ? .floatFromUnsigned(checked.node) : .floatFromInteger(checked.node),
      checked.range)
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
      if case .integer(let count)? = b.constant, count < 0, !b.isUnsigned {
        error(.invalidValue, "negative shift", at: b.range, "expected 0 or more")
        return invalid(range)
      }
      if b.isUnsigned, case .integer(let count)? = b.constant, count < 0 {
        // More than 2^63 places: as 64.
        return integerArithmetic(shift, [a, literal(.integer(64), b.range)], range)
      }
      return integerArithmetic(shift, [a, b], range)
    }
  }

  private mutating func compare(
    _ comparison: Comparison, _ left: Expression, _ right: Expression, _ range: SourceRange
  ) -> CheckedExpression {
    var a = check(left)
    var b = check(right)
    if a.type.isInvalid || b.type.isInvalid { return invalid(range) }
    if a.type.isFloat || b.type.isFloat || (comparison != .equal && comparison != .notEqual) {
      (a, b) = (flagAsInteger(a), flagAsInteger(b))
    }
    switch (a.type, b.type) {
    case (.integer, .integer):
      return compareIntegers(comparison, a, b, range)
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

  private mutating func compareIntegers(
    _ comparison: Comparison, _ a: CheckedExpression, _ b: CheckedExpression, _ range: SourceRange
  ) -> CheckedExpression {
    if comparison == .equal { warnAboutRange(a, b) }
    let unsigned: Unsigned? =
      a.isUnsigned ? (b.isUnsigned ? .both : .left) : b.isUnsigned ? .right : nil
    if case .integer(let x)? = a.constant, case .integer(let y)? = b.constant {
      let value =
        unsigned.map { Arithmetic.compare(comparison, x, y, $0) }
        ?? Arithmetic.compare(comparison, x, y)
      return literal(.boolean(value), range)
    }
    if let unsigned {
      return make(.boolean, .compareUnsigned(comparison, a.node, b.node, unsigned), range)
    }
    return make(.boolean, .compareIntegers(comparison, a.node, b.node), range)
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
    let (x, y) = (number(a), number(b))
    if case .integer(let p)? = x.constant, case .integer(let q)? = y.constant {
      return literal(.boolean(Arithmetic.compare(comparison, p, q)), range)
    }
    return make(.boolean, .compareIntegers(comparison, x.node, y.node), range)
  }

  /// 1 or 0 for a Boolean.
  func number(_ checked: CheckedExpression) -> CheckedExpression {
    guard checked.type.isBoolean else { return checked }
    if case .boolean(let value)? = checked.constant {
      return literal(.integer(value ? 1 : 0), checked.range)
    }
    return make(.integer, .integerFromBoolean(checked.node), checked.range)
  }

  /// A module's Boolean where an integer is wanted: as in YARA, a number.
  mutating func flagAsInteger(_ checked: CheckedExpression) -> CheckedExpression {
    guard checked.isModuleFlag, checked.type.isBoolean else { return checked }
    warn(
      .nonBooleanCondition, "Boolean in place of an integer", at: checked.range,
      "a Boolean counts as 1 or 0 here")
    return number(checked)
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
      if constant < Int64(low) || constant > Int64(high) || value.isUnsigned {
        diagnostics.append(
          Diagnostic(
            .unsatisfiable, "comparison is never true",
            labels: [
              Diagnostic.Label(read.range, "this is between \(low) and \(high)"),
              Diagnostic.Label(
                value.range,
                "this is \(value.isUnsigned ? "\(UInt64(bitPattern: constant))" : "\(constant)")"),
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

extension IntegerOperator {
  /// The same operator for numbers without a sign.
  var unsigned: IntegerOperator {
    switch self {
    case .divide: .unsignedDivide
    case .remainder: .unsignedRemainder
    case .shiftRight: .unsignedShiftRight
    default: self
    }
  }

  /// Whether the result does not fit in the operands' type; only sums and products are asked.
  func overflows<T: FixedWidthInteger>(_ a: T, _ b: T) -> Bool {
    switch self {
    case .add: a.addingReportingOverflow(b).overflow
    case .subtract: a.subtractingReportingOverflow(b).overflow
    case .multiply: a.multipliedReportingOverflow(by: b).overflow
    default: false
    }
  }
}
