/// A set of patterns of one `PatternSet`: which ones matter for the rules still undecided, which
/// ones a document may hold. One bit each; as cheap to copy as an array.
public struct PatternSelection: Hashable, Sendable {
  @usableFromInline var words: [UInt64]

  /// The empty selection.
  public init() { words = [] }

  public init(_ patterns: some Sequence<PatternID>) {
    words = []
    for pattern in patterns { insert(pattern) }
  }

  /// All patterns of a set of `count`.
  public static func all(count: Int) -> PatternSelection {
    var selection = PatternSelection()
    selection.words = Array(repeating: .max, count: count / 64)
    if count % 64 > 0 { selection.words.append((1 << UInt64(count % 64)) - 1) }
    return selection
  }

  @inlinable
  public func contains(_ pattern: PatternID) -> Bool {
    let word = pattern.index >> 6
    return word < words.count && words[word] & (1 &<< UInt64(pattern.index & 63)) != 0
  }

  public mutating func insert(_ pattern: PatternID) {
    let word = pattern.index >> 6
    if word >= words.count {
      words.append(contentsOf: repeatElement(0, count: word + 1 - words.count))
    }
    words[word] |= 1 &<< UInt64(pattern.index & 63)
  }

  public mutating func remove(_ pattern: PatternID) {
    let word = pattern.index >> 6
    guard word < words.count else { return }
    words[word] &= ~(1 &<< UInt64(pattern.index & 63))
    trim()
  }

  public mutating func formUnion(_ other: PatternSelection) {
    if other.words.count > words.count {
      words.append(contentsOf: repeatElement(0, count: other.words.count - words.count))
    }
    for index in other.words.indices { words[index] |= other.words[index] }
  }

  public mutating func subtract(_ other: PatternSelection) {
    for index in 0..<min(words.count, other.words.count) { words[index] &= ~other.words[index] }
    trim()
  }

  /// Whether the two have a pattern in common.
  func meets(_ other: PatternSelection) -> Bool {
    zip(words, other.words).contains { $0 & $1 != 0 }
  }

  /// Whether all of these are among the others.
  func isPart(of other: PatternSelection) -> Bool {
    words.indices.allSatisfy { index in
      words[index] & ~(index < other.words.count ? other.words[index] : 0) == 0
    }
  }

  /// Equal sets have equal words: no zero words at the end.
  private mutating func trim() {
    while let last = words.last, last == 0 { words.removeLast() }
  }

  public var isEmpty: Bool { words.allSatisfy { $0 == 0 } }
  public var count: Int { words.reduce(0) { $0 + $1.nonzeroBitCount } }

  /// In rising order.
  public var patterns: [PatternID] {
    var list: [PatternID] = []
    for (index, word) in words.enumerated() {
      var rest = word
      while rest != 0 {
        list.append(PatternID(UInt32(index * 64 + rest.trailingZeroBitCount)))
        rest &= rest - 1
      }
    }
    return list
  }
}
