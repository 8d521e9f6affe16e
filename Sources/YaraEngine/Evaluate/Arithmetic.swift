internal import Bytes

/// What the operators mean, for the evaluator and for the folding of constants alike.
enum Arithmetic {
  /// 64 bits, wrapping; nil is undefined: division by zero and, except for YARA-X's remainder, of
  /// the smallest integer by -1. Shifts by 64 and more give 0; by a negative number YARA has no
  /// answer, and YARA-X takes the number's low six bits.
  @inline(__always)
  static func apply(_ operation: IntegerOperator, _ a: Int64, _ b: Int64, _ dialect: Dialect)
    -> Int64?
  {
    switch operation {
    case .add: return a &+ b
    case .subtract: return a &- b
    case .multiply: return a &* b
    case .divide:
      if b == 0 || (b == -1 && a == Int64.min) { return nil }
      return a / b
    case .remainder:
      if b == 0 { return nil }
      if b == -1 { return a == Int64.min && dialect == .yara ? nil : 0 }
      return a % b
    case .bitwiseAnd: return a & b
    case .bitwiseOr: return a | b
    case .bitwiseXor: return a ^ b
    case .shiftLeft:
      if b >= 64 { return 0 }
      if b < 0, dialect == .yara { return nil }
      return a &<< b
    case .shiftRight:
      if b >= 64 { return 0 }
      if b < 0, dialect == .yara { return nil }
      return a &>> b
    case .unsignedDivide:
      if b == 0 { return nil }
      return Int64(bitPattern: UInt64(bitPattern: a) / UInt64(bitPattern: b))
    case .unsignedRemainder:
      if b == 0 { return nil }
      return Int64(bitPattern: UInt64(bitPattern: a) % UInt64(bitPattern: b))
    case .unsignedShiftRight:
      if b >= 64 { return 0 }
      if b < 0, dialect == .yara { return nil }
      return Int64(bitPattern: UInt64(bitPattern: a) &>> UInt64(bitPattern: b))
    }
  }

  /// Compares numbers of which some have no sign, by what they stand for.
  @inline(__always)
  static func compare(_ comparison: Comparison, _ a: Int64, _ b: Int64, _ unsigned: Unsigned) -> Bool {
    // A negative number is below all numbers without a sign.
    if unsigned == .right, a < 0 { return compare(comparison, 0, 1) }
    if unsigned == .left, b < 0 { return compare(comparison, 1, 0) }
    return compare(comparison, UInt64(bitPattern: a), UInt64(bitPattern: b))
  }

  @inline(__always)
  static func apply(_ operation: FloatOperator, _ a: Double, _ b: Double) -> Double {
    switch operation {
    case .add: a + b
    case .subtract: a - b
    case .multiply: a * b
    case .divide: a / b
    }
  }

  @inline(__always)
  static func compare<T: Comparable>(_ comparison: Comparison, _ a: T, _ b: T) -> Bool {
    switch comparison {
    case .equal: a == b
    case .notEqual: a != b
    case .less: a < b
    case .lessOrEqual: a <= b
    case .greater: a > b
    case .greaterOrEqual: a >= b
    }
  }

  /// Whether a float stands for true. YARA looks at its bits, of which -0.0 has one.
  @inline(__always)
  static func isTrue(_ value: Double, _ dialect: Dialect) -> Bool {
    dialect == .yara ? value.bitPattern != 0 : value != 0
  }

  /// YARA takes floats closer than the machine epsilon for equal.
  @inline(__always)
  static func compareFloats(_ comparison: Comparison, _ a: Double, _ b: Double, _ dialect: Dialect)
    -> Bool
  {
    if dialect == .yara {
      if comparison == .equal { return (a - b).magnitude < Double.ulpOfOne }
      if comparison == .notEqual { return (a - b).magnitude >= Double.ulpOfOne }
    }
    return compare(comparison, a, b)
  }

  static func compareTexts(
    _ comparison: Comparison, _ a: ByteView, _ b: ByteView, _ dialect: Dialect
  ) -> Bool {
    if comparison == .equal || comparison == .notEqual {
      return (a.count == b.count && order(a, b, dialect) == 0) == (comparison == .equal)
    }
    return compare(comparison, order(a, b, dialect), 0)
  }

  /// Negative where `a` comes before `b`: byte by byte, a prefix first. YARA's bytes have a sign.
  private static func order(_ a: ByteView, _ b: ByteView, _ dialect: Dialect) -> Int {
    for offset in 0..<min(a.count, b.count) where a[offset] != b[offset] {
      return dialect == .yara
        ? Int(Int8(bitPattern: a[offset])) - Int(Int8(bitPattern: b[offset]))
        : Int(a[offset]) - Int(b[offset])
    }
    return a.count - b.count
  }

  /// The `i...` relations fold the case of ASCII letters; YARA-X folds that of all letters.
  static func relates(
    _ relation: TextRelation, _ a: ByteView, _ b: ByteView, _ dialect: Dialect
  ) -> Bool {
    if dialect == .yaraX, relation.foldsCase, !(LowercaseText.isASCII(a) && LowercaseText.isASCII(b)) {
      return LowercaseText(a).relates(relation, LowercaseText(b))
    }
    return switch relation {
    case .contains: contains(a, b, folded: false)
    case .icontains: contains(a, b, folded: true)
    case .startswith: a.count >= b.count && isEqual(a, 0, b, folded: false)
    case .istartswith: a.count >= b.count && isEqual(a, 0, b, folded: true)
    case .endswith: a.count >= b.count && isEqual(a, a.count - b.count, b, folded: false)
    case .iendswith: a.count >= b.count && isEqual(a, a.count - b.count, b, folded: true)
    case .iequals: a.count == b.count && isEqual(a, 0, b, folded: true)
    }
  }

  private static func contains(_ a: ByteView, _ b: ByteView, folded: Bool) -> Bool {
    guard b.count > 0 else { return true }
    guard a.count >= b.count else { return false }
    if b.count > RollingSearch.longestComparedPlainly {
      return RollingSearch.contains(
        a.count, { UInt32(folded ? lower(a[$0]) : a[$0]) }, b.count, { UInt32(folded ? lower(b[$0]) : b[$0]) })
    }
    let first = folded ? lower(b[0]) : b[0]
    for start in 0...(a.count - b.count) {
      let byte = folded ? lower(a[start]) : a[start]
      if byte == first, isEqual(a, start, b, folded: folded) { return true }
    }
    return false
  }

  @inline(__always)
  private static func isEqual(_ a: ByteView, _ start: Int, _ b: ByteView, folded: Bool) -> Bool {
    for offset in 0..<b.count {
      let (x, y) = (a[start + offset], b[offset])
      if x != y, !folded || lower(x) != lower(y) { return false }
    }
    return true
  }

  @inline(__always)
  private static func lower(_ byte: UInt8) -> UInt8 {
    byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte
  }
}
