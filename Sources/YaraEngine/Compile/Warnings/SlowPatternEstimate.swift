/// Says whether a pattern slows a scan down, as the warning `W701` has it.
///
/// A search looks for short literals of which every match holds one. A pattern is slow where one of
/// these has fewer than two bytes, or where there are thousands of them. The measure is YARA-X's, so
/// that a rule earns the warning in both engines or in neither: literals of at most four bytes,
/// classes multiplied out, at most 16,384 of them, taken where they are rarest.
struct SlowPatternEstimate {
  private static let literalLength = 4
  private static let maximumLiterals = 16_384
  /// `[A-Za-z]{2,}` gives 2,704 literals of two bytes.
  private static let manyShortLiterals = 2_700
  /// Bounds the work on a pattern; what needs more of it is left without a warning.
  private var budget = 4_000_000

  /// A beginning of matches, of at most `literalLength` bytes; not `isExact` where a match goes on
  /// after it. In one number, since there are thousands of them.
  private struct Prefix: Hashable {
    /// The bytes, the first one lowest.
    private var word: UInt32 = 0
    private var length: UInt16 = 0
    var isExact = true

    static let empty = Prefix()
    private init() {}

    init(_ byte: UInt8) {
      word = UInt32(byte)
      length = 1
    }

    init(_ bytes: some Collection<UInt8>) {
      for byte in bytes.prefix(SlowPatternEstimate.literalLength) {
        self = followed(by: Prefix(byte))
      }
      if bytes.count > SlowPatternEstimate.literalLength { isExact = false }
    }

    var count: Int { Int(length) }
    var isEmpty: Bool { length == 0 }

    var inexact: Prefix {
      var other = self
      other.isExact = false
      return other
    }

    /// As much of both as has room.
    func followed(by next: Prefix) -> Prefix {
      var both = Prefix()
      both.word = word | next.word << UInt32(8 * count)
      both.length = UInt16(min(count + next.count, SlowPatternEstimate.literalLength))
      both.isExact = next.isExact && count + next.count <= SlowPatternEstimate.literalLength
      return both
    }

    private func byte(_ index: Int) -> UInt8 { UInt8(truncatingIfNeeded: word >> UInt32(8 * index)) }

    /// How telling it is: rare bytes more than common ones, different ones more than equal.
    var quality: Int {
      guard !isEmpty else { return Int(Int32.min) }
      var total = 0
      var different = 0
      for index in 0..<count {
        let value = byte(index)
        switch value {
        case 0x20, 0x90, 0xCC, 0xFF: total += 12
        case 0: total += 6
        case 0x41...0x5A, 0x61...0x7A: total += 18
        default: total += 20
        }
        if !(0..<index).contains(where: { byte($0) == value }) { different += 1 }
      }
      guard different == 1 else { return total + 2 * different }
      return [0x00, 0x20, 0x90, 0xCC, 0xFF].contains(byte(0)) ? total - 5 : total + 2
    }

    func hash(into hasher: inout Hasher) {
      hasher.combine(UInt64(word) << 32 | UInt64(length) << 1 | (isExact ? 1 : 0))
    }
  }

  /// nil stands for "anything at all".
  private typealias Prefixes = [Prefix]?

  /// - Parameter work: what all patterns together may still cost; 0 ends in "no".
  static func isSlow(_ pattern: Pattern, work: inout Int) -> Bool {
    let node: PatternNode
    switch pattern.content {
    case .text: return false
    case .regex(let regex, _): node = regex
    case .hex(let hex): node = hex
    }
    // A literal, or a choice of literals, is found by itself whatever its length.
    let pieces = pieces(of: node)
    if pieces.count == 1, node.literalAlternatives != nil { return false }
    // So are bytes with some of their bits fixed.
    if pieces.count == 1, !pattern.isCaseless, !pattern.isWide, isMasked(node) { return false }
    for piece in pieces where work > 0 && !hasTellingLiteral(piece) {
      var estimate = SlowPatternEstimate()
      let given = min(work, estimate.budget)
      estimate.budget = given
      let best = estimate.best(piece)
      work -= given - max(0, estimate.budget)
      guard estimate.budget > 0 else { continue }
      if best?.isSlow ?? true { return true }
    }
    return false
  }

  private static func isMasked(_ node: PatternNode) -> Bool {
    node.elements.allSatisfy { element in
      switch element {
      case .bytes: true
      case .set(let set): set.isMask
      case .repetition(.set(let set), let min, let max, _):
        set == .all && max == min && min <= largeGap
      default: false
      }
    }
  }

  /// Most patterns hold two fixed bytes in a row that beat any single byte.
  private static func hasTellingLiteral(_ node: PatternNode) -> Bool {
    node.elements.contains { element in
      guard case .bytes(let bytes) = element, bytes.count >= 2 else { return false }
      return zip(bytes, bytes.dropFirst()).contains { Prefix([$0, $1]).quality > 22 }
    }
  }

  // MARK: - Pieces

  private static let largeGap = PatternNode.longestGap

  /// The parts between gaps of more than 200 bytes of any value.
  private static func pieces(of node: PatternNode) -> [PatternNode] {
    guard case .concat(let items) = node else { return [node] }
    var pieces: [PatternNode] = []
    var current: [PatternNode] = []
    for item in items {
      if let gap = item.anyByteGap, (gap.max ?? .max) > largeGap, !current.isEmpty,
        PatternNode.sequence(current).minimumLength ?? 0 >= 2
      {
        pieces.append(.sequence(current))
        current = []
      } else {
        current.append(item)
      }
    }
    if !current.isEmpty { pieces.append(.sequence(current)) }
    return pieces.isEmpty ? [node] : pieces
  }

  // MARK: - The best literals

  private struct Choice {
    var lowest: Int
    var shortest: Int
    var average: Double
    var count: Int
    var inexact: Int

    var isSlow: Bool {
      shortest < 2 || (shortest == 2 && isAllShort && count > manyShortLiterals)
    }
    var isAllShort: Bool

    init?(_ prefixes: [Prefix]) {
      guard !prefixes.isEmpty else { return nil }
      var sum = 0
      var longest = 0
      lowest = Int.max
      shortest = Int.max
      inexact = 0
      for prefix in prefixes {
        let quality = prefix.quality
        sum += quality
        lowest = min(lowest, quality)
        shortest = min(shortest, prefix.count)
        longest = max(longest, prefix.count)
        if !prefix.isExact { inexact += 1 }
      }
      count = prefixes.count
      average = Double(sum) / Double(count)
      isAllShort = longest == 2
    }

    /// Both alternatives' literals are searched for.
    mutating func join(_ other: Choice) {
      average =
        (average * Double(count) + other.average * Double(other.count)) / Double(count + other.count)
      lowest = min(lowest, other.lowest)
      isAllShort = isAllShort && other.isAllShort
      shortest = min(shortest, other.shortest)
      count += other.count
      inexact += other.inexact
    }

    func isBetter(than other: Choice) -> Bool {
      if abs(shortest - other.shortest) == 1 {
        // The same literals with one more byte of any value.
        if count * 256 == other.count, average * 2 >= other.average { return true }
        if other.count * 256 == count, other.average * 2 >= average { return false }
      }
      if lowest != other.lowest { return lowest > other.lowest }
      if shortest != other.shortest { return shortest > other.shortest }
      if abs(average - other.average) > 15 { return average > other.average }
      if inexact != other.inexact { return inexact < other.inexact }
      return count < other.count
    }
  }

  /// The best literals of a node and of all that every match of it holds.
  private mutating func best(_ node: PatternNode, depth: Int = 0) -> Choice? {
    guard depth < 200, budget > 0 else { return nil }
    var best: Choice?
    func consider(_ choice: Choice?) {
      guard let choice else { return }
      if best.map({ choice.isBetter(than: $0) }) ?? true { best = choice }
    }
    switch node {
    case .empty, .look: return nil
    case .bytes(let bytes): return bestWindow(bytes)
    case .set: consider(prefixes(node).flatMap { Choice($0) })
    case .concat(let items):
      for item in items { consider(self.best(item, depth: depth + 1)) }
      for index in items.indices {
        guard budget > 0 else { return nil }
        if let found = prefixes(items[index...].prefix(32)) { consider(Choice(found)) }
      }
    case .alternation(let branches):
      consider(prefixes(node).flatMap { Choice($0) })
      var joined: Choice?
      for branch in branches {
        guard let choice = self.best(branch, depth: depth + 1) else {
          joined = nil
          break
        }
        joined?.join(choice)
        if joined == nil { joined = choice }
      }
      if let joined, joined.count <= Self.maximumLiterals { consider(joined) }
    case .repetition(let sub, let min, _, _):
      guard min > 0 else { return nil }
      consider(self.best(sub, depth: depth + 1))
      consider(prefixes(node).flatMap { Choice($0) })
    }
    return best
  }

  private mutating func bestWindow(_ bytes: [UInt8]) -> Choice? {
    var best: Choice?
    for start in 0...max(0, min(bytes.count, 32_768) - Self.literalLength) {
      budget -= 1
      let choice = Choice([Prefix(bytes[start..<min(bytes.count, start + Self.literalLength)])])
      if let choice, best.map({ choice.lowest > $0.lowest }) ?? true { best = choice }
    }
    return best
  }

  // MARK: - Beginnings of matches

  private mutating func prefixes(_ items: ArraySlice<PatternNode>) -> Prefixes {
    var result: Prefixes = [.empty]
    for item in items {
      guard let current = result, current.contains(where: \.isExact) else { break }
      result = cross(current, prefixes(item))
    }
    return result
  }

  private mutating func prefixes(_ node: PatternNode, depth: Int = 0) -> Prefixes {
    guard depth < 200, budget > 0 else { return nil }
    switch node {
    case .empty, .look: return [.empty]
    case .bytes(let bytes): return [Prefix(bytes)]
    case .set(let set):
      budget -= 256
      return set.bytes.map { Prefix($0) }
    case .concat(let items): return prefixes(items[...])
    case .alternation(let branches):
      var all: [Prefix] = []
      var seen: Set<Prefix> = []
      for branch in branches {
        guard let more = prefixes(branch, depth: depth + 1) else { return nil }
        budget -= more.count
        for prefix in more where seen.insert(prefix).inserted { all.append(prefix) }
        if all.count > Self.maximumLiterals { return nil }
      }
      return all
    case .repetition(let sub, let min, let max, _):
      guard let once = prefixes(sub, depth: depth + 1) else { return nil }
      if min == 0 {
        let some = max == 1 ? once : once.map(\.inexact)
        let all = Self.distinct(some + [.empty])
        budget -= all.count
        return all.count <= Self.maximumLiterals ? all : nil
      }
      var result: Prefixes = [.empty]
      for _ in 0..<Swift.min(min, Self.literalLength) {
        guard let current = result, current.contains(where: \.isExact) else { break }
        result = cross(current, once)
      }
      if max == min, min <= Self.literalLength { return result }
      return result.map { $0.map(\.inexact) }
    }
  }

  /// Each of the one followed by each of the other.
  private mutating func cross(_ first: [Prefix], _ second: Prefixes) -> Prefixes {
    let open = first.count { $0.isExact }
    guard let second, first.count - open + open * second.count <= Self.maximumLiterals else {
      // Whatever follows: the beginnings stand, unless one of them is empty.
      if first.contains(where: \.isEmpty) { return nil }
      return first.map(\.inexact)
    }
    var result: [Prefix] = []
    result.reserveCapacity(first.count - open + open * second.count)
    for prefix in first {
      guard prefix.isExact else {
        result.append(prefix)
        continue
      }
      for next in second { result.append(prefix.followed(by: next)) }
    }
    budget -= result.count * 4
    return Self.distinct(result)
  }

  /// Each once.
  private static func distinct(_ prefixes: [Prefix]) -> [Prefix] {
    var seen: Set<Prefix> = []
    seen.reserveCapacity(prefixes.count)
    return prefixes.filter { seen.insert($0).inserted }
  }
}
