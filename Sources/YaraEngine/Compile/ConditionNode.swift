/// Names a node of a `ConditionProgram`.
public struct NodeID: Hashable, Sendable {
  public let rawValue: UInt32
  @inlinable init(_ rawValue: UInt32) { self.rawValue = rawValue }
  /// Stands for "not given", such as the index of `@a`.
  public static let none = NodeID(UInt32.max)
  @inlinable public var index: Int { Int(rawValue) }
}

/// A run of `ConditionProgram.children`.
public struct NodeList: Hashable, Sendable {
  public let start: UInt32
  public let count: UInt32
}

/// A run of `ConditionProgram.patternLists`.
public struct PatternList: Hashable, Sendable {
  public let start: UInt32
  public let count: UInt32
}

/// Numbers a variable among those of its type; the evaluator keeps one array a type.
public struct Slot: Hashable, Sendable {
  public let rawValue: UInt32
  var index: Int { Int(rawValue) }
}

/// A pattern by name, or the one a `for ... of` loop is at.
public enum PatternOperand: Hashable, Sendable {
  case pattern(PatternID)
  case loop(Slot)
}

public enum ValueType: String, Hashable, Sendable {
  case boolean, integer, float, text
}

public enum TextRelation: String, Hashable, Sendable {
  case contains, icontains, startswith, istartswith, endswith, iendswith, iequals
}

public enum IntegerOperator: String, Hashable, Sendable {
  case add = "+"
  case subtract = "-"
  case multiply = "*"
  case divide = "\\"
  case remainder = "%"
  case bitwiseAnd = "&"
  case bitwiseOr = "|"
  case bitwiseXor = "^"
  case shiftLeft = "<<"
  case shiftRight = ">>"
  // Of numbers without a sign, 0 to 2^64 - 1; the others are the same for both.
  case unsignedDivide = "\\ unsigned"
  case unsignedRemainder = "% unsigned"
  case unsignedShiftRight = ">> unsigned"
}

/// Which sides of a comparison are numbers without a sign, kept as the same 64 bits.
public enum Unsigned: Hashable, Sendable {
  case left, right, both
}

public enum FloatOperator: String, Hashable, Sendable {
  case add = "+"
  case subtract = "-"
  case multiply = "*"
  case divide = "\\"
}

/// A number read from the file: `uint16be(0)`.
public struct FileNumber: Hashable, Sendable {
  /// 1, 2, 4 or 8.
  public let bytes: UInt8
  public let isSigned: Bool
  public let isBigEndian: Bool
  /// Only with 4 or 8 bytes.
  public let isFloat: Bool
}

public enum QuantifierNode: Hashable, Sendable {
  case none, all, any
  /// An integer; 0 is `none`.
  case count(NodeID)
  /// An integer, of a selection only: this many or more, so that 0 is always true.
  case atLeast(NodeID)
  /// An integer, of a hundred.
  case percentage(NodeID)
}

/// A node of a checked condition: names resolved, types settled, constants folded. The operands'
/// types are fixed by the case. Trivial values all, so that the arena is one flat array.
///
/// Every expression may be undefined (`Documentation/Compatibility.md`); `and`, `or`, loops and the
/// condition as a whole take undefined for false, everything else passes it on.
public enum ConditionNode: Hashable, Sendable {
  // Booleans.
  case boolean(Bool)
  case booleanVariable(Slot)
  case not(NodeID)
  case and(NodeList)
  case or(NodeList)
  case defined(ValueType, NodeID)
  /// Not 0, not 0.0, not the empty text.
  case truth(ValueType, NodeID)
  case compareIntegers(Comparison, NodeID, NodeID)
  case compareUnsigned(Comparison, NodeID, NodeID, Unsigned)
  case compareFloats(Comparison, NodeID, NodeID)
  case compareTexts(Comparison, NodeID, NodeID)
  case textRelation(TextRelation, NodeID, NodeID)
  /// Index into `regexes`.
  case matches(NodeID, UInt32)
  case rule(RuleID)
  case pattern(PatternOperand)
  case patternAt(PatternOperand, NodeID)
  /// Both bounds inclusive.
  case patternIn(PatternOperand, NodeID, NodeID)
  /// Index into `selections`.
  case of(UInt32)
  /// Index into `loops`.
  case loop(UInt32)
  /// Bindings (`bind...`), then the body as the last child.
  case with(NodeList)

  // Integers.
  case integer(Int64)
  case integerVariable(Slot)
  case filesize
  case entrypoint
  case patternCount(PatternOperand)
  case patternCountIn(PatternOperand, NodeID, NodeID)
  /// The index from 1; `NodeID.none` is 1.
  case patternOffset(PatternOperand, NodeID)
  case patternLength(PatternOperand, NodeID)
  case negate(NodeID)
  case bitwiseNot(NodeID)
  /// Left to right.
  case integerArithmetic(IntegerOperator, NodeList)
  case integerFromBoolean(NodeID)
  /// Of a number without a sign; undefined above 2^63 - 1.
  case signedFromUnsigned(NodeID)
  /// Of a number without a sign; 2^63 - 1 above that.
  case saturatedFromUnsigned(NodeID)
  case fileInteger(FileNumber, NodeID)
  /// In bytes.
  case textLength(NodeID)
  /// Of an array or a map, with the handle of its owner.
  case elementCount(FieldID, NodeID)

  // Floats.
  case float(Double)
  case floatVariable(Slot)
  case floatFromInteger(NodeID)
  case floatFromUnsigned(NodeID)
  case floatNegate(NodeID)
  case floatArithmetic(FloatOperator, NodeList)
  case fileFloat(FileNumber, NodeID)

  // Texts.
  /// Index into `texts`.
  case text(UInt32)
  case textVariable(Slot)

  // Modules. A handle names a structure in the state of the field's module.
  case root
  case handleVariable(Slot)
  /// A field's value, of the type that `fields` tells, read with the handle of the node.
  case field(FieldID, NodeID)
  /// The handle of an array's element: field of the array, owner, index.
  case element(FieldID, NodeID, NodeID)
  /// The handle of a map's entry: field of the map, owner, key.
  case entry(FieldID, NodeID, NodeID)
  /// Index into `calls`.
  case call(UInt32)

  /// Gives a variable of `with` its value.
  case bind(BindingType, Slot, NodeID)

  /// Stands where an error was reported; never in a program that is run.
  case invalid
}

public enum BindingType: Hashable, Sendable {
  case value(ValueType)
  case handle
}

/// Numbers a module's field in `ConditionProgram.fields`.
public struct FieldID: Hashable, Sendable {
  public let rawValue: UInt32
  var index: Int { Int(rawValue) }
}

/// `N of ...`: no variables, no body.
public struct SelectionNode: Hashable, Sendable {
  public enum Items: Hashable, Sendable {
    case patterns(PatternList)
    case patternsAt(PatternList, NodeID)
    case patternsIn(PatternList, NodeID, NodeID)
    /// Booleans; rules among them.
    case conditions(NodeList)
  }
  public let quantifier: QuantifierNode
  public let items: Items
}

/// `for N ... : (body)`.
public struct LoopNode: Hashable, Sendable {
  public enum Items: Hashable, Sendable {
    case patterns(PatternList, Slot)
    /// Both bounds inclusive.
    case range(NodeID, NodeID, Slot)
    case values(ValueType, NodeList, Slot)
    /// The array, its owner's handle, and the variable for an element.
    case array(FieldID, NodeID, BindingType, Slot)
    /// The map, its owner's handle, the variables for key and value.
    case map(FieldID, NodeID, ValueType, Slot, BindingType, Slot)
  }
  public let quantifier: QuantifierNode
  public let items: Items
  public let body: NodeID
}
