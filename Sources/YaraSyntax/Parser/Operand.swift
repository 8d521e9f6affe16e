/// An expression while its surroundings are being parsed.
struct Operand {
  /// What may be done with it. Both engines keep values (numbers, texts) and Booleans apart in
  /// their grammars: `(1 == 2) == 3` and `true == true` are errors of syntax there and here.
  enum Role: UInt8 {
    case value
    /// An unparenthesised comparison: may be compared on (`1 < 2 == 1`, YARA-X), nothing else.
    case comparison
    case boolean
    /// Stands for broken text: fits everywhere.
    case invalid
  }

  var expression: Expression
  var role: Role
  /// Of the tree below, a leaf is 1.
  var height: Int

  init(_ kind: Expression.Kind, _ range: SourceRange, _ role: Role, height: Int = 1) {
    expression = Expression(kind, range)
    self.role = role
    self.height = height
  }

  var range: SourceRange { expression.range }
}

/// What an infix operator binds and builds. Levels rise with binding strength:
/// 1 `or`, 2 `and`, (3 `not`, `defined`), 4 `==` `!=` `contains` ... `matches`, 5 `<` `<=` `>` `>=`,
/// 6 `|`, 7 `^`, 8 `&`, 9 `<<` `>>`, 10 `+` `-`, 11 `*` `\` `%`.
struct InfixOperator {
  enum Shape {
    case nary(NaryOperator)
    case binary(BinaryOperator)
  }
  let level: Int
  let shape: Shape

  static let equality = 4
  static let relation = 5
  /// The weakest operator between values.
  static let value = 6
  static let product = 11

  init?(_ kind: TokenKind) {
    switch kind {
    case .or: (level, shape) = (1, .nary(.or))
    case .and: (level, shape) = (2, .nary(.and))
    case .equal: (level, shape) = (Self.equality, .binary(.equal))
    case .notEqual: (level, shape) = (Self.equality, .binary(.notEqual))
    case .contains: (level, shape) = (Self.equality, .binary(.contains))
    case .icontains: (level, shape) = (Self.equality, .binary(.icontains))
    case .startswith: (level, shape) = (Self.equality, .binary(.startswith))
    case .istartswith: (level, shape) = (Self.equality, .binary(.istartswith))
    case .endswith: (level, shape) = (Self.equality, .binary(.endswith))
    case .iendswith: (level, shape) = (Self.equality, .binary(.iendswith))
    case .iequals: (level, shape) = (Self.equality, .binary(.iequals))
    case .matches: (level, shape) = (Self.equality, .binary(.matches))
    case .less: (level, shape) = (Self.relation, .binary(.less))
    case .lessOrEqual: (level, shape) = (Self.relation, .binary(.lessOrEqual))
    case .greater: (level, shape) = (Self.relation, .binary(.greater))
    case .greaterOrEqual: (level, shape) = (Self.relation, .binary(.greaterOrEqual))
    case .pipe: (level, shape) = (6, .nary(.bitwiseOr))
    case .caret: (level, shape) = (7, .nary(.bitwiseXor))
    case .ampersand: (level, shape) = (8, .nary(.bitwiseAnd))
    case .shiftLeft: (level, shape) = (9, .binary(.shiftLeft))
    case .shiftRight: (level, shape) = (9, .binary(.shiftRight))
    case .plus: (level, shape) = (10, .nary(.add))
    case .minus: (level, shape) = (10, .nary(.subtract))
    case .star: (level, shape) = (Self.product, .nary(.multiply))
    case .backslash: (level, shape) = (Self.product, .nary(.divide))
    case .percent: (level, shape) = (Self.product, .nary(.remainder))
    default: return nil
    }
  }
}
