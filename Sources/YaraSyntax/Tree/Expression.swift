/// A condition or a part of one, as written. Chains of one associative operator are flat
/// (`nary`), so that thousands of terms nest no deeper than two; all other nesting is bounded by
/// the parser (`tooDeep`), so that walking the tree may recurse.
public struct Expression: Sendable {
  public indirect enum Kind: Sendable {
    case boolean(Bool)
    case integer(Int64)
    case float(Double)
    /// Escapes resolved; any bytes.
    case text([UInt8])
    case regex(RegexLiteral)
    case filesize
    case entrypoint
    /// `$a`, `$a at X`, `$a in (X..Y)`; the reference of `$` alone is the loop's current pattern.
    case patternMatch(PatternReference, PatternAnchor?)
    /// `#a`, `#a in (X..Y)`.
    case patternCount(PatternReference, RangeExpression?)
    /// `@a`, `@a[i]`.
    case patternOffset(PatternReference, index: Expression?)
    /// `!a`, `!a[i]`.
    case patternLength(PatternReference, index: Expression?)
    /// A variable, module, external, rule or builtin function such as `uint32`: told apart later.
    case identifier(Identifier)
    case field(Expression, Identifier)
    case index(Expression, Expression)
    case call(Expression, [Expression])
    case unary(UnaryOperator, Expression)
    case binary(BinaryOperator, Expression, Expression)
    /// Two or more operands of one operator, left to right.
    case nary(NaryOperator, [Expression])
    case of(OfExpression)
    case forOf(ForOfExpression)
    case forIn(ForInExpression)
    case with([WithBinding], Expression)
    /// Stands where the text could not be understood; an error has been reported. Checks say no more.
    case invalid
  }

  public var kind: Kind
  public var range: SourceRange
  /// True where the expression stood in parentheses; printing and some warnings ask.
  public var isParenthesized: Bool
  public init(_ kind: Kind, _ range: SourceRange, isParenthesized: Bool = false) {
    self.kind = kind
    self.range = range
    self.isParenthesized = isParenthesized
  }
}

public enum UnaryOperator: String, Sendable, Hashable {
  case not
  case defined
  case minus = "-"
  case bitwiseNot = "~"
}

public enum BinaryOperator: String, Sendable, Hashable, CaseIterable {
  case equal = "=="
  case notEqual = "!="
  case less = "<"
  case lessOrEqual = "<="
  case greater = ">"
  case greaterOrEqual = ">="
  case contains, icontains, startswith, istartswith, endswith, iendswith, iequals, matches
  case shiftLeft = "<<"
  case shiftRight = ">>"
}

public enum NaryOperator: String, Sendable, Hashable, CaseIterable {
  case or, and
  case bitwiseOr = "|"
  case bitwiseXor = "^"
  case bitwiseAnd = "&"
  case add = "+"
  case subtract = "-"
  case multiply = "*"
  case divide = "\\"
  case remainder = "%"
}

/// `$a`, `#a`, `@a`, `!a` without their sigil: `a`; empty for the anonymous `$`, `#`, `@`, `!`.
public struct PatternReference: Sendable, Hashable {
  public var name: String
  public var range: SourceRange
  public init(name: String, range: SourceRange) {
    self.name = name
    self.range = range
  }
}

public enum PatternAnchor: Sendable {
  case at(Expression)
  case `in`(RangeExpression)
}

/// `(low..high)`, both inclusive.
public struct RangeExpression: Sendable {
  public var low: Expression
  public var high: Expression
  public var range: SourceRange
  public init(low: Expression, high: Expression, range: SourceRange) {
    self.low = low
    self.high = high
    self.range = range
  }
}

public enum Quantifier: Sendable {
  case none
  case all
  case any
  case count(Expression)
  /// `50%`, also `(expr)%`.
  case percentage(Expression)
}

public struct OfExpression: Sendable {
  public enum Items: Sendable {
    case them
    /// `($a, $b*)`.
    case patterns([PatternSetItem])
    /// `(rule_a, rule_b*)` and YARA-X's `(expr, expr)`. An item that is one bare identifier may
    /// name a rule or a Boolean variable; with a `*` it names rules.
    case tuple([TupleItem])
  }
  public var quantifier: Quantifier
  public var items: Items
  public var itemsRange: SourceRange
  public var anchor: PatternAnchor?
  public init(
    quantifier: Quantifier, items: Items, itemsRange: SourceRange, anchor: PatternAnchor?
  ) {
    self.quantifier = quantifier
    self.items = items
    self.itemsRange = itemsRange
    self.anchor = anchor
  }
}

public struct PatternSetItem: Sendable {
  /// Without `$`; `$a*` has name `a` and isWildcard; `$*` has an empty name and isWildcard.
  public var name: String
  public var isWildcard: Bool
  public var range: SourceRange
  public init(name: String, isWildcard: Bool, range: SourceRange) {
    self.name = name
    self.isWildcard = isWildcard
    self.range = range
  }
}

public enum TupleItem: Sendable {
  case expression(Expression)
  /// `rule_b*`; the identifier is the part before the star.
  case ruleWildcard(Identifier)
}

/// `for QUANTIFIER of SET : ( BODY )`.
public struct ForOfExpression: Sendable {
  public var quantifier: Quantifier
  /// `.them` or `.patterns`.
  public var items: OfExpression.Items
  public var itemsRange: SourceRange
  public var body: Expression
  public init(
    quantifier: Quantifier, items: OfExpression.Items, itemsRange: SourceRange, body: Expression
  ) {
    self.quantifier = quantifier
    self.items = items
    self.itemsRange = itemsRange
    self.body = body
  }
}

/// `for QUANTIFIER VARIABLES in ITERABLE : ( BODY )`.
public struct ForInExpression: Sendable {
  public enum Iterable: Sendable {
    case range(RangeExpression)
    /// `(1, 2, 3)`, also texts.
    case tuple([Expression])
    /// An array or a map of a module.
    case expression(Expression)
  }
  public var quantifier: Quantifier
  public var variables: [Identifier]
  public var iterable: Iterable
  public var body: Expression
  public init(
    quantifier: Quantifier, variables: [Identifier], iterable: Iterable, body: Expression
  ) {
    self.quantifier = quantifier
    self.variables = variables
    self.iterable = iterable
    self.body = body
  }
}

/// `with NAME = VALUE, ... : ( BODY )`.
public struct WithBinding: Sendable {
  public var identifier: Identifier
  public var value: Expression
  public init(identifier: Identifier, value: Expression) {
    self.identifier = identifier
    self.value = value
  }
}
