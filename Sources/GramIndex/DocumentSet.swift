/// A set of document numbers below a fixed limit, as bits.
///
/// Sets that meet in an operation have the same limit: that of one index.
public struct DocumentSet: Sendable, Hashable {
  /// Numbers run from 0 to `limit - 1`.
  public let limit: Int
  /// Bit `n % 64` of word `n / 64`; bits from `limit` on are 0.
  var words: [UInt64]

  /// No documents of `limit`.
  public init(limit: Int) {
    self.limit = Swift.max(0, limit)
    words = Array(repeating: 0, count: (self.limit + 63) / 64)
  }

  /// All documents of `limit`.
  public init(allOf limit: Int) {
    self.limit = Swift.max(0, limit)
    words = Array(repeating: ~0, count: (self.limit + 63) / 64)
    clearTail()
  }

  private mutating func clearTail() {
    let used = limit & 63
    if used > 0, let last = words.indices.last { words[last] &= (1 << UInt64(used)) - 1 }
  }

  /// From bits as they stand in a file, eight documents a byte; missing ones are 0.
  init(limit: Int, bytes: some Collection<UInt8>) {
    self.init(limit: limit)
    for (index, byte) in bytes.prefix((self.limit + 7) / 8).enumerated() {
      words[index >> 3] |= UInt64(byte) << UInt64((index & 7) * 8)
    }
    clearTail()
  }

  /// The bits as they stand in a file.
  var bytes: [UInt8] {
    (0..<(limit + 7) / 8).map { UInt8(truncatingIfNeeded: words[$0 >> 3] >> UInt64(($0 & 7) * 8)) }
  }

  public func contains(_ number: Int) -> Bool {
    number >= 0 && number < limit && words[number >> 6] & (1 << UInt64(number & 63)) != 0
  }

  /// `number` must lie below the limit.
  public mutating func insert(_ number: Int) {
    precondition(number >= 0 && number < limit, "a document number below the limit")
    words[number >> 6] |= 1 << UInt64(number & 63)
  }

  public mutating func remove(_ number: Int) {
    guard number >= 0, number < limit else { return }
    words[number >> 6] &= ~(1 << UInt64(number & 63))
  }

  public mutating func formUnion(_ other: DocumentSet) { combine(other) { $0 | $1 } }
  public mutating func formIntersection(_ other: DocumentSet) { combine(other) { $0 & $1 } }
  public mutating func subtract(_ other: DocumentSet) { combine(other) { $0 & ~$1 } }

  public func union(_ other: DocumentSet) -> DocumentSet {
    var result = self
    result.formUnion(other)
    return result
  }

  public func intersection(_ other: DocumentSet) -> DocumentSet {
    var result = self
    result.formIntersection(other)
    return result
  }

  public func subtracting(_ other: DocumentSet) -> DocumentSet {
    var result = self
    result.subtract(other)
    return result
  }

  @inline(__always)
  private mutating func combine(_ other: DocumentSet, _ operation: (UInt64, UInt64) -> UInt64) {
    precondition(limit == other.limit, "sets of one index")
    for index in words.indices { words[index] = operation(words[index], other.words[index]) }
  }

  public func isSubset(of other: DocumentSet) -> Bool {
    limit == other.limit && words.indices.allSatisfy { words[$0] & ~other.words[$0] == 0 }
  }

  /// How many documents; counts anew each time.
  public var count: Int { words.reduce(0) { $0 + $1.nonzeroBitCount } }
  public var isEmpty: Bool { words.allSatisfy { $0 == 0 } }
  public var isFull: Bool { count == limit }
}

extension DocumentSet: Sequence {
  /// Ascending.
  public struct Iterator: IteratorProtocol {
    let words: [UInt64]
    var index = 0
    var rest: UInt64

    public mutating func next() -> Int? {
      while rest == 0 {
        index += 1
        guard index < words.count else { return nil }
        rest = words[index]
      }
      let bit = rest.trailingZeroBitCount
      rest &= rest &- 1
      return index &* 64 &+ bit
    }
  }

  public func makeIterator() -> Iterator { Iterator(words: words, rest: words.first ?? 0) }
  public var underestimatedCount: Int { 0 }
}
