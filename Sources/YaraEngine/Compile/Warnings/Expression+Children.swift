internal import YaraSyntax

extension Expression {
  /// Calls `body` with the expressions right below this one, in the order of the text. The tree is
  /// no deeper than the parser allows, so a walk may recurse.
  func forEachChild(_ body: (Expression) -> Void) {
    switch kind {
    case .boolean, .integer, .float, .text, .regex, .filesize, .entrypoint, .identifier, .invalid:
      break
    case .patternMatch(_, let anchor): anchor?.forEachChild(body)
    case .patternCount(_, let range):
      if let range { range.forEachChild(body) }
    case .patternOffset(_, let index), .patternLength(_, let index):
      if let index { body(index) }
    case .field(let base, _): body(base)
    case .index(let base, let index):
      body(base)
      body(index)
    case .call(let function, let arguments):
      body(function)
      arguments.forEach(body)
    case .unary(_, let operand): body(operand)
    case .binary(_, let left, let right):
      body(left)
      body(right)
    case .nary(_, let operands): operands.forEach(body)
    case .of(let of):
      of.quantifier.forEachChild(body)
      of.items.forEachChild(body)
      of.anchor?.forEachChild(body)
    case .forOf(let loop):
      loop.quantifier.forEachChild(body)
      body(loop.body)
    case .forIn(let loop):
      loop.quantifier.forEachChild(body)
      switch loop.iterable {
      case .range(let range): range.forEachChild(body)
      case .tuple(let items): items.forEach(body)
      case .expression(let expression): body(expression)
      }
      body(loop.body)
    case .with(let bindings, let inner):
      bindings.forEach { body($0.value) }
      body(inner)
    }
  }
}

extension RangeExpression {
  fileprivate func forEachChild(_ body: (Expression) -> Void) {
    body(low)
    body(high)
  }
}

extension PatternAnchor {
  fileprivate func forEachChild(_ body: (Expression) -> Void) {
    switch self {
    case .at(let offset): body(offset)
    case .in(let range): range.forEachChild(body)
    }
  }
}

extension Quantifier {
  fileprivate func forEachChild(_ body: (Expression) -> Void) {
    switch self {
    case .none, .all, .any: break
    case .count(let expression), .percentage(let expression): body(expression)
    }
  }
}

extension OfExpression.Items {
  fileprivate func forEachChild(_ body: (Expression) -> Void) {
    guard case .tuple(let items) = self else { return }
    for case .expression(let expression) in items { body(expression) }
  }
}
