internal import Bytes

/// Bits that eight neighbouring bytes of a file must have for a match to be possible around them: a
/// look that spares most runs of an automaton.
struct ByteMask: Sendable {
  private var mask: UInt64 = 0
  private var bits: UInt64 = 0

  static let length = 8

  /// - Parameter sets: what each byte may be, in the order of the file; at most eight.
  init(_ sets: some Sequence<ByteSet>) {
    for (index, set) in sets.enumerated() {
      guard let first = set.first, set != .all else { continue }
      let common = set.bytes.reduce(UInt8.max) { $0 & ~($1 ^ first) }
      mask |= UInt64(common) << UInt64(8 * index)
      bits |= UInt64(common & first) << UInt64(8 * index)
    }
  }

  /// Asks for nothing.
  init() {}

  /// - Parameter word: the bytes, the first one lowest.
  @inline(__always)
  func admits(_ word: UInt64) -> Bool { word & mask == bits }
}

/// What the bytes around the cut of an expression must look like.
struct CutNeighbourhood: Sendable {
  private var before = ByteMask()
  private var after = (ByteMask(), ByteMask())

  /// - Parameter stride: 2 where every other byte is zero.
  init(forward: AutomatonProgram, backward: AutomatonProgram?, stride: Int) {
    let ahead = Self.bytes(forward.firstSets(2 * ByteMask.length / stride), stride)
    after.0 = ByteMask(ahead.prefix(ByteMask.length))
    after.1 = ByteMask(ahead.dropFirst(ByteMask.length))
    guard let backward else { return }
    // What is read first lies last.
    let behind = Self.bytes(backward.firstSets(ByteMask.length / stride).reversed(), stride)
    before = ByteMask(Array(repeating: .all, count: ByteMask.length - behind.count) + behind)
  }

  /// Asks for nothing.
  init() {}

  private static func bytes(_ characters: [ByteSet], _ stride: Int) -> [ByteSet] {
    stride == 1 ? characters : characters.flatMap { [$0, ByteSet(0)] }
  }

  /// Whether a match may have its cut at `position`.
  @inline(__always)
  func admits(_ data: ByteView, _ position: Int) -> Bool {
    if let word = data.little(at: position, as: UInt64.self), !after.0.admits(word) { return false }
    if let word = data.little(at: position &+ 8, as: UInt64.self), !after.1.admits(word) { return false }
    if let word = data.little(at: position &- 8, as: UInt64.self), !before.admits(word) { return false }
    return true
  }
}
