/// Conditions on one line. Parentheses stand where the tree says they stood, and where the tree
/// could not be read back without them.
extension SyntaxWriter {
  private enum Level {
    static let any = 1
    static let not = 3
    static let comparison = 4
    static let value = 6
    static let product = 11
    static let prefix = 12
    static let primary = 13
  }

  mutating func write(_ expression: Expression) { write(expression, Level.any) }

  /// - Parameter level: how tightly the place binds; what binds weaker gets parentheses.
  private mutating func write(_ expression: Expression, _ level: Int) {
    let needsParentheses = expression.isParenthesized || bindingLevel(of: expression) < level
    if needsParentheses { write("(") }
    writeBare(expression)
    if needsParentheses { write(")") }
  }

  private func bindingLevel(of expression: Expression) -> Int {
    switch expression.kind {
    case .nary(let operation, _): level(of: operation)
    case .binary(let operation, _, _): level(of: operation)
    case .unary(.not, _), .unary(.defined, _): Level.not
    case .unary: Level.prefix
    case .of, .forOf, .forIn, .with, .boolean, .patternMatch: Level.comparison
    default: Level.primary
    }
  }

  private func level(of operation: NaryOperator) -> Int {
    switch operation {
    case .or: 1
    case .and: 2
    case .bitwiseOr: 6
    case .bitwiseXor: 7
    case .bitwiseAnd: 8
    case .add, .subtract: 10
    case .multiply, .divide, .remainder: Level.product
    }
  }

  private func level(of operation: BinaryOperator) -> Int {
    switch operation {
    case .less, .lessOrEqual, .greater, .greaterOrEqual: 5
    case .shiftLeft, .shiftRight: 9
    default: Level.comparison
    }
  }

  private mutating func writeBare(_ expression: Expression) {
    switch expression.kind {
    case .boolean(let value): write(value ? "true" : "false")
    case .integer(let value): writeInteger(value)
    case .float(let value): writeFloat(value)
    case .text(let content): writeText(content)
    case .regex(let regex): writeRegex(regex)
    case .filesize: write("filesize")
    case .entrypoint: write("entrypoint")
    case .identifier(let identifier): write(identifier.name)
    case .invalid: write("invalid")
    case .patternMatch, .patternCount, .patternOffset, .patternLength: writePattern(expression.kind)
    case .field(let base, let field):
      write(base, Level.primary)
      write(".\(field.name)")
    case .index(let base, let index):
      write(base, Level.primary)
      write("[")
      write(index, Level.value)
      write("]")
    case .call(let function, let arguments):
      write(function, Level.primary)
      write("(")
      writeList(arguments) { $0.write($1) }
      write(")")
    case .unary, .binary, .nary: writeOperation(expression.kind)
    case .of, .forOf, .forIn, .with: writeLoop(expression.kind)
    }
  }

  private mutating func writePattern(_ kind: Expression.Kind) {
    switch kind {
    case .patternMatch(let reference, let anchor):
      write("$\(reference.name)")
      write(anchor)
    case .patternCount(let reference, let range):
      write("#\(reference.name)")
      if let range {
        write(" in ")
        write(range)
      }
    case .patternOffset(let reference, let index):
      write("@\(reference.name)")
      writeIndex(index)
    case .patternLength(let reference, let index):
      write("!\(reference.name)")
      writeIndex(index)
    default: break
    }
  }

  private mutating func writeIndex(_ index: Expression?) {
    guard let index else { return }
    write("[")
    write(index, Level.value)
    write("]")
  }

  private mutating func write(_ anchor: PatternAnchor?) {
    switch anchor {
    case .at(let place):
      write(" at ")
      write(place, Level.value)
    case .in(let range):
      write(" in ")
      write(range)
    case nil: break
    }
  }

  private mutating func write(_ range: RangeExpression) {
    write("(")
    write(range.low, Level.value)
    write("..")
    write(range.high, Level.value)
    write(")")
  }

  private mutating func writeOperation(_ kind: Expression.Kind) {
    switch kind {
    case .unary(let sign, let operand):
      switch sign {
      case .not, .defined:
        write("\(sign.rawValue) ")
        write(operand, Level.not)
      case .minus, .bitwiseNot:
        write(sign.rawValue)
        write(operand, Level.prefix)
      }
    case .binary(let operation, let left, let right):
      let level = level(of: operation)
      write(left, level)
      write(" \(operation.rawValue) ")
      write(right, level + 1)
    case .nary(let operation, let operands):
      let level = level(of: operation)
      for (index, operand) in operands.enumerated() {
        if index > 0 { write(" \(operation.rawValue) ") }
        // A first operand of the same level was read before this chain began, unless it has the
        // same sign: then it would have been part of it.
        var isOther = false
        if index == 0, case .nary(let inner, _) = operand.kind { isOther = inner != operation }
        if index == 0, case .binary = operand.kind { isOther = true }
        // A `not` ends before `and`, and a Boolean's own words are no operators.
        write(operand, isOther ? level : level + 1)
      }
    default: break
    }
  }

  // MARK: - Loops

  private mutating func writeLoop(_ kind: Expression.Kind) {
    switch kind {
    case .of(let of):
      write(of.quantifier)
      write(" of ")
      write(of.items)
      write(of.anchor)
    case .forOf(let loop):
      write("for ")
      write(loop.quantifier)
      write(" of ")
      write(loop.items)
      writeBody(loop.body)
    case .forIn(let loop):
      write("for ")
      write(loop.quantifier)
      write(" \(loop.variables.map(\.name).joined(separator: ", ")) in ")
      switch loop.iterable {
      case .range(let range): write(range)
      case .tuple(let items):
        write("(")
        writeList(items) { $0.write($1, Level.value) }
        write(")")
      case .expression(let value): write(value, Level.value)
      }
      writeBody(loop.body)
    case .with(let bindings, let body):
      write("with ")
      writeList(bindings) { writer, binding in
        writer.write("\(binding.identifier.name) = ")
        writer.write(binding.value, Level.value)
      }
      writeBody(body)
    default: break
    }
  }

  private mutating func writeBody(_ body: Expression) {
    write(" : (")
    write(body)
    write(")")
  }

  private mutating func write(_ quantifier: Quantifier) {
    switch quantifier {
    case .none: write("none")
    case .all: write("all")
    case .any: write("any")
    case .count(let value): write(value, Level.value)
    case .percentage(let value):
      write(value, Level.product)
      write("%")
    }
  }

  private mutating func write(_ items: OfExpression.Items) {
    switch items {
    case .them: write("them")
    case .patterns(let patterns):
      write("(")
      writeList(patterns) { $0.write("$\($1.name)\($1.isWildcard ? "*" : "")") }
      write(")")
    case .tuple(let tuple):
      write("(")
      writeList(tuple) { writer, item in
        switch item {
        case .expression(let expression): writer.write(expression)
        case .ruleWildcard(let prefix): writer.write("\(prefix.name)*")
        }
      }
      write(")")
    }
  }
}
