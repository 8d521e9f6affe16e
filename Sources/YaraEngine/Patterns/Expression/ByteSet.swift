/// A set of byte values: what one position of a pattern may be.
public struct ByteSet: Hashable, Sendable {
  /// Bit b of word w stands for byte 64 w + b.
  public private(set) var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)

  public static func == (a: Self, b: Self) -> Bool { a.words == b.words }
  public func hash(into hasher: inout Hasher) {
    hasher.combine(words.0)
    hasher.combine(words.1)
    hasher.combine(words.2)
    hasher.combine(words.3)
  }

  public init() {}
  public init(_ byte: UInt8) { insert(byte) }
  public init(_ range: ClosedRange<UInt8>) { insert(range) }
  public init(_ bytes: some Sequence<UInt8>) { for byte in bytes { insert(byte) } }

  public static let all = ByteSet(0...255)
  public static let allButNewline: ByteSet = {
    var set = all
    set.remove(0x0A)
    return set
  }()
  static let digits = ByteSet(0x30...0x39)
  static let upper = ByteSet(0x41...0x5A)
  static let lower = ByteSet(0x61...0x7A)
  static let letters = upper.union(lower)
  static let alphanumeric = letters.union(digits)
  static let word = alphanumeric.union(ByteSet(0x5F))
  /// Space and 09 to 0D.
  static let space = ByteSet(0x09...0x0D).union(ByteSet(0x20))

  public func contains(_ byte: UInt8) -> Bool {
    let bit = UInt64(1) &<< UInt64(byte & 63)
    switch byte >> 6 {
    case 0: return words.0 & bit != 0
    case 1: return words.1 & bit != 0
    case 2: return words.2 & bit != 0
    default: return words.3 & bit != 0
    }
  }

  public mutating func insert(_ byte: UInt8) {
    let bit = UInt64(1) &<< UInt64(byte & 63)
    switch byte >> 6 {
    case 0: words.0 |= bit
    case 1: words.1 |= bit
    case 2: words.2 |= bit
    default: words.3 |= bit
    }
  }

  public mutating func insert(_ range: ClosedRange<UInt8>) { for byte in range { insert(byte) } }

  public mutating func remove(_ byte: UInt8) { self = intersection(ByteSet(byte).inverted) }

  public func union(_ o: ByteSet) -> ByteSet {
    var r = self
    r.words = (
      words.0 | o.words.0, words.1 | o.words.1, words.2 | o.words.2, words.3 | o.words.3
    )
    return r
  }

  public func intersection(_ o: ByteSet) -> ByteSet {
    var r = self
    r.words = (
      words.0 & o.words.0, words.1 & o.words.1, words.2 & o.words.2, words.3 & o.words.3
    )
    return r
  }

  public func symmetricDifference(_ o: ByteSet) -> ByteSet {
    union(o).intersection(intersection(o).inverted)
  }

  public var inverted: ByteSet {
    var r = self
    r.words = (~words.0, ~words.1, ~words.2, ~words.3)
    return r
  }

  public var count: Int {
    words.0.nonzeroBitCount + words.1.nonzeroBitCount + words.2.nonzeroBitCount
      + words.3.nonzeroBitCount
  }
  public var isEmpty: Bool { count == 0 }

  /// The members in rising order.
  public var bytes: [UInt8] {
    var members: [UInt8] = []
    members.reserveCapacity(count)
    for (index, word) in [words.0, words.1, words.2, words.3].enumerated() {
      var bits = word
      while bits != 0 {
        members.append(UInt8(64 * index + bits.trailingZeroBitCount))
        bits &= bits - 1
      }
    }
    return members
  }

  /// The only member, or nil where there is not exactly one.
  public var single: UInt8? { count == 1 ? first : nil }

  /// The smallest member.
  var first: UInt8? {
    if words.0 != 0 { return UInt8(words.0.trailingZeroBitCount) }
    if words.1 != 0 { return UInt8(64 + words.1.trailingZeroBitCount) }
    if words.2 != 0 { return UInt8(128 + words.2.trailingZeroBitCount) }
    return words.3 == 0 ? nil : UInt8(192 + words.3.trailingZeroBitCount)
  }

  /// With the other case of every ASCII letter in it.
  public var caseFolded: ByteSet {
    // All letters are in one word, the small ones 32 bits above the others.
    var r = self
    r.words.1 |= (words.1 & Self.upper.words.1) << 32 | (words.1 & Self.lower.words.1) >> 32
    return r
  }
}
