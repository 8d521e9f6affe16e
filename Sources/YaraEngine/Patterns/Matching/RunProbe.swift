internal import Bytes

/// Finds where an expression without a literal may begin at all: every match has `count` characters in
/// a row of a few values (`[0-9a-f]{64}`), and by looking at every `count`th one most of a file is left
/// out.
///
/// Out: intervals of places; no match begins outside of them. The whole costs at most two looks a byte.
struct RunProbe: Sendable {
  /// What the characters of the run may be.
  let members: ByteSet
  let count: Int
  /// Characters between a match's beginning and its run, at most.
  let reach: Int
  /// Characters of a match, at most.
  let longest: Int

  /// A run must tell so many bits, or stretches with one are everywhere.
  private static let fewestBits = 24.0
  private static let mostElements = 64

  /// nil where no run of the expression tells enough.
  /// - Parameter limit: characters; no match is longer.
  init?(_ node: PatternNode, limit: Int) {
    let elements = node.elements
    guard elements.count <= Self.mostElements else { return nil }
    let sets = elements.map(\.alphabet)
    let lengths = elements.map { $0.minimumLength ?? 0 }
    var best: (bits: Double, set: ByteSet, count: Int, first: Int)?
    for first in elements.indices {
      var set = ByteSet()
      var count = 0
      for last in first..<elements.count {
        set = set.union(sets[last])
        count = saturatingSum(count, lengths[last])
        let members = set.count
        guard members < 256 else { break }
        let bits = Double(min(count, limit)) * (8 - Double(max(members, 1)).log2)
        if bits > best?.bits ?? 0 { best = (bits, set, count, first) }
      }
    }
    guard let best, best.bits >= Self.fewestBits, best.count >= 2, best.count <= limit else {
      return nil
    }
    members = best.set
    count = best.count
    let before = PatternNode.sequence(Array(elements[..<best.first])).maximumLength
    reach = min(limit, before ?? limit)
    longest = min(limit, node.maximumLength ?? limit)
  }

  /// Appends the intervals of places in `from..<to` where a match may begin, ascending and apart.
  func intervals(
    in data: ByteView, from: Int, to: Int, stride: Int, into result: inout [Range<Int>]
  ) {
    result.removeAll(keepingCapacity: true)
    for phase in 0..<stride {
      probe(data, from: from + phase, to: to, stride: stride, into: &result)
    }
    if stride > 1 { result.sort { $0.lowerBound < $1.lowerBound } }
    // What is read again behind an interval is as long as a match: closer ones are one.
    let apart = (longest + 1) * stride
    var joined = 0
    for index in result.indices.dropFirst() {
      if result[index].lowerBound - result[joined].upperBound < apart {
        let end = max(result[joined].upperBound, result[index].upperBound)
        result[joined] = result[joined].lowerBound..<end
      } else {
        joined += 1
        result[joined] = result[index]
      }
    }
    if result.count > joined + 1 { result.removeSubrange((joined + 1)...) }
  }

  /// For the characters at `from`, `from + stride`, ...
  private func probe(
    _ data: ByteView, from: Int, to: Int, stride: Int, into result: inout [Range<Int>]
  ) {
    let step = count * stride
    let end = min(data.count, to + (reach + count) * stride)
    // A run that begins behind the last one found has its last character here or later.
    var place = from + step - stride
    while place < end {
      guard isMember(data, place, stride) else {
        place += step
        continue
      }
      var start = place
      while start - stride >= from, isMember(data, start - stride, stride) { start -= stride }
      var behind = place + stride
      while behind < end, isMember(data, behind, stride) { behind += stride }
      if behind - start >= step {
        let first = max(from, start - reach * stride)
        // Any place up to the last run's beginning, characters of the other phase among them.
        let last = min(to, behind - step + stride)
        if first < last { result.append(first..<last) }
      }
      place = behind + step
    }
  }

  @inline(__always)
  private func isMember(_ data: ByteView, _ place: Int, _ stride: Int) -> Bool {
    guard let byte = data.byte(at: place), members.contains(byte) else { return false }
    return stride == 1 || data.byte(at: place &+ 1) == 0
  }
}

extension PatternNode {
  /// All that a byte of a match may be.
  fileprivate var alphabet: ByteSet {
    switch self {
    case .empty, .look: ByteSet()
    case .bytes(let bytes): ByteSet(bytes)
    case .set(let set): set
    case .concat(let items), .alternation(let items):
      items.reduce(ByteSet()) { $0.union($1.alphabet) }
    case .repetition(let sub, _, _, _): sub.alphabet
    }
  }
}

extension Double {
  /// To a quarter of a bit, which is all that is asked here.
  fileprivate var log2: Double {
    var value = self
    var result = 0.0
    while value >= 2 {
      value /= 2
      result += 1
    }
    return result + (value - 1)
  }
}
