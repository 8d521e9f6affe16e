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
      if checked.type.isRegex, case .regex = operand.kind { return literal(.boolean(true), range) }
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
        warnIfUnsigned(checked, "-")
        // The result has a sign, whatever the operand.
        guard case .integer? = checked.constant else {
          return make(.integer, .negate(checked.node), range)
        }
        let value = 0 - Self.exact(checked)
        // YARA lets -(-2^63) be; numbers from 2^63 on it does not know, so not this one as a literal.
        let isKnown = !checked.isUnsigned && !Self.isLowestLiteral(operand)
        guard let fitting = Int64(exactly: value) ?? (isKnown ? Int64.min : nil) else {
          return overflow(range)
        }
        return literal(.integer(fitting), range)
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
      warnIfUnsigned(checked, "~")
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
    let operands = Self.joined(operation, operands)
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
    guard let integerOperation = IntegerOperator(rawValue: sign) else { return invalid(range) }
    if isFloat, let floatOperation {
      // What stands before the first float is divided as integers are. YARA does so with all four.
      var operands = checked
      let integers = operands.prefix { $0.type.isInteger }
      if integers.count > 1, operation == .divide || dialect == .yara {
        let first = integerArithmetic(integerOperation, Array(integers), range)
        guard !first.type.isInvalid else { return invalid(range) }
        operands.replaceSubrange(0..<integers.count, with: [first])
      }
      return floatArithmetic(floatOperation, operands, range)
    }
    if integerOperation == .divide || integerOperation == .remainder { warnAboutDivision(checked) }
    return integerArithmetic(integerOperation, checked, range)
  }

  /// `-9223372036854775808`.
  private static func isLowestLiteral(_ expression: Expression) -> Bool {
    guard case .unary(.minus, let operand) = expression.kind,
      case .integer(.min) = operand.kind
    else { return false }
    return true
  }

  /// `(a + b) + c` as `a + b + c`: YARA-X makes one chain of them, of which only the end has to fit.
  private static func joined(_ operation: NaryOperator, _ operands: [Expression]) -> [Expression] {
    guard [.add, .subtract, .multiply].contains(operation) else { return operands }
    // From the last chain to the first.
    var reversed: [Expression] = operands.reversed()
    while case .nary(operation, let inner)? = reversed.last?.kind {
      reversed.removeLast()
      reversed.append(contentsOf: inner.reversed())
    }
    return reversed.reversed()
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
        warn(.unsatisfiable, "division by zero", at: operand.range, "the result is undefined")
      }
    }
    if let value = foldedIntegers(operation, operands, range) { return value }
    // Quotients go from left to right, without signs from the first operand that has none.
    if operation == .divide || operation == .remainder,
      let first = operands.firstIndex(where: \.isUnsigned), first > 1
    {
      let signed = integerArithmetic(operation, Array(operands[..<first]), range)
      guard !signed.type.isInvalid else { return invalid(range) }
      return integerArithmetic(operation, [signed] + operands[first...], range)
    }
    let isUnsigned = isUnsigned(operation, operands)
    let list = builder.list(operands.map(\.node))
    var result = make(
      .integer, .integerArithmetic(isUnsigned ? operation.unsigned : operation, list), range)
    result.isUnsigned = isUnsigned
    return result
  }

  /// What an integer constant stands for.
  private static func exact(_ checked: CheckedExpression) -> Int128 {
    guard case .integer(let value)? = checked.constant else { return 0 }
    return checked.isUnsigned ? Int128(UInt64(bitPattern: value)) : Int128(value)
  }

  private mutating func overflow(_ range: SourceRange) -> CheckedExpression {
    error(
      .invalidValue, "integer overflow", at: range,
      "the result does not fit in 64 bits (\(Int64.min) to \(UInt64.max))")
    return invalid(range)
  }

  private mutating func foldedIntegers(
    _ operation: IntegerOperator, _ operands: [CheckedExpression], _ range: SourceRange
  ) -> CheckedExpression? {
    guard operands.allSatisfy({ $0.constant != nil }) else { return nil }
    let isUnsigned = isUnsigned(operation, operands)
    var folded: CheckedExpression
    switch operation {
    case .add, .subtract, .multiply:
      guard
        let value = foldedExactly(operation, operands, isUnsigned)
          ?? (operation == .multiply ? foldedByYara(operands) : nil)
      else { return overflow(range) }
      folded = literal(.integer(value), range)
    case .divide, .remainder:
      var left = operands[0]
      for operand in operands.dropFirst() {
        let isUnsigned = left.isUnsigned || operand.isUnsigned
        guard case .integer(let a)? = left.constant, case .integer(let b)? = operand.constant,
          let value = Arithmetic.apply(isUnsigned ? operation.unsigned : operation, a, b, dialect)
        else { return nil }
        left = literal(.integer(value), range)
        left.isUnsigned = isUnsigned
      }
      return left
    default:
      var result: Int64?
      for operand in operands {
        guard case .integer(let value)? = operand.constant else { return nil }
        guard let left = result else {
          result = value
          continue
        }
        guard
          let next = Arithmetic.apply(
            isUnsigned ? operation.unsigned : operation, left, value, dialect)
        else { return nil }
        result = next
      }
      guard let result else { return nil }
      folded = literal(.integer(result), range)
    }
    folded.isUnsigned = isUnsigned
    return folded
  }

  /// As YARA-X: only the end of a chain must fit, into the type of the result.
  private func foldedExactly(
    _ operation: IntegerOperator, _ operands: [CheckedExpression], _ isUnsigned: Bool
  ) -> Int64? {
    var result = Self.exact(operands[0])
    for operand in operands.dropFirst() {
      let value = Self.exact(operand)
      let next =
        switch operation {
        case .add: result.addingReportingOverflow(value)
        case .subtract: result.subtractingReportingOverflow(value)
        default: result.multipliedReportingOverflow(by: value)
        }
      if next.overflow { return nil }
      result = next.partialValue
    }
    return isUnsigned
      ? UInt64(exactly: result).map { Int64(bitPattern: $0) } : Int64(exactly: result)
  }

  /// A product as YARA folds it: it does not see that the lowest number, as a left side, overflows.
  private func foldedByYara(_ operands: [CheckedExpression]) -> Int64? {
    var result: Int64?
    for operand in operands {
      guard !operand.isUnsigned, case .integer(let value)? = operand.constant else { return nil }
      guard let left = result else {
        result = value
        continue
      }
      let product = left.multipliedReportingOverflow(by: value)
      if product.overflow, left != .min { return nil }
      result = product.partialValue
    }
    return result
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
      if b.isUnsigned, b.constant == nil {
        let count = make(.integer, .saturatedFromUnsigned(b.node), b.range)
        return integerArithmetic(shift, [a, count], range)
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
      warnAboutBoolean(comparison, a, b, range)
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
        ByteView.with(y) { y in Arithmetic.relates(relation, x, y, dialect) }
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
}
