/// The literals by which YARA-X finds the matches of an expression, and where in it they stand.
///
/// A search looks for short literals of which every match holds one. Which ones an engine takes decides
/// whether a pattern is slow, and, since it reads from a literal to either side, which ends a match may
/// have: an expression is cut where its literals begin (`EngineCut`). The measure is YARA-X's: literals
/// of at most four bytes, classes multiplied out, at most 16,384 of them, taken where they are rarest.
struct EngineAtoms {
  private static let literalLength = 4
  private static let maximumLiterals = 16_384
  /// `[A-Za-z]{2,}` gives 2,704 literals of two bytes.
  private static let manyShortLiterals = 2_700
  /// What may still be spent, in literals looked at; what needs more has no answer.
  private(set) var work: Int

  init(work: Int) { self.work = work }

  /// Where literals stand in an expression.
  indirect enum Place {
    /// At its beginning.
    case start
    /// So many bytes into a literal.
    case offset(Int)
    /// In an item of a sequence.
    case item(Int, Place)
    /// In each branch of an alternation.
    case branches([Place])
    /// In a turn of a loop.
    case turn(Place)
  }

  /// The best literals of an expression.
  struct Choice {
    fileprivate(set) var place: Place
    fileprivate var lowest: Int
    private var shortest: Int
    private var average: Double
    fileprivate private(set) var count: Int
    private var inexact: Int
    private var isAllShort: Bool

    /// Whether searching for them slows a scan down.
    var isSlow: Bool { shortest < 2 || (shortest == 2 && isAllShort && count > manyShortLiterals) }

    fileprivate init?(_ prefixes: [Prefix], at place: Place = .start) {
      guard !prefixes.isEmpty, !prefixes.contains(where: \.isEmpty) else { return nil }
      self.place = place
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
    fileprivate mutating func join(_ other: Choice) {
      average =
        (average * Double(count) + other.average * Double(other.count)) / Double(count + other.count)
      lowest = min(lowest, other.lowest)
      isAllShort = isAllShort && other.isAllShort
      shortest = min(shortest, other.shortest)
      count += other.count
      inexact += other.inexact
    }

    /// Those of a part are never whole matches.
    fileprivate var ofPart: Choice {
      var other = self
      other.inexact = count
      return other
    }

    fileprivate func isBetter(than other: Choice) -> Bool {
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

  /// A beginning of matches, of at most `literalLength` bytes; not `isExact` where a match goes on
  /// after it. In one number, since there are thousands of them.
  fileprivate struct Prefix: Hashable {
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
      for byte in bytes.prefix(EngineAtoms.literalLength) {
        self = followed(by: Prefix(byte))
      }
      if bytes.count > EngineAtoms.literalLength { isExact = false }
    }

    var count: Int { Int(length) }
    var isEmpty: Bool { length == 0 }

    var inexact: Prefix {
      var other = self
      other.isExact = false
      return other
    }

    /// Its first bytes, as a beginning of a longer match.
    func first(_ length: Int) -> Prefix {
      var other = inexact
      other.word = length == 0 ? 0 : word & UInt32.max >> UInt32(32 - 8 * length)
      other.length = UInt16(length)
      return other
    }

    /// As much of both as has room.
    func followed(by next: Prefix) -> Prefix {
      var both = Prefix()
      both.word = word | next.word << UInt32(8 * count)
      both.length = UInt16(min(count + next.count, EngineAtoms.literalLength))
      both.isExact = next.isExact && count + next.count <= EngineAtoms.literalLength
      return both
    }

    private func byte(_ index: Int) -> UInt8 { UInt8(truncatingIfNeeded: word >> UInt32(8 * index)) }
    var last: UInt8 { byte(count - 1) }

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

  /// Whether two fixed bytes stand in a row that beat any single byte, as in most patterns.
  static func hasTellingLiteral(_ node: PatternNode) -> Bool {
    node.elements.contains { element in
      guard case .bytes(let bytes) = element, bytes.count >= 2 else { return false }
      return zip(bytes, bytes.dropFirst()).contains { Prefix([$0, $1]).quality > 22 }
    }
  }

  // MARK: - The best literals

  /// The best literals of a node and of all that every match of it holds; nil where it has none. Not to
  /// be relied on once `work` is used up.
  mutating func best(_ node: PatternNode, depth: Int = 0) -> Choice? {
    guard depth < 200, work > 0 else { return nil }
    var best: Choice?
    func consider(_ choice: Choice?) {
      guard let choice else { return }
      let counted = depth > 0 ? choice.ofPart : choice
      if best.map({ counted.isBetter(than: $0) }) ?? true { best = counted }
    }
    switch node {
    case .empty, .look: return nil
    case .bytes(let bytes): return bestWindow(bytes)
    case .set: consider(choice(prefixes(node)))
    case .concat(let items):
      for (index, item) in items.enumerated() {
        var inner = self.best(item, depth: depth + 1)
        if let place = inner?.place { inner?.place = .item(index, place) }
        consider(inner)
      }
      consider(bestOfSequence(items))
    case .alternation(let branches):
      var joined: Choice?
      var places: [Place] = []
      for branch in branches {
        guard let choice = self.best(branch, depth: depth + 1) else {
          joined = nil
          break
        }
        places.append(choice.place)
        joined?.join(choice)
        if joined == nil { joined = choice }
      }
      joined?.place = .branches(places)
      if let joined, joined.count <= Self.maximumLiterals { consider(joined) }
      if let whole = prefixes(node) { consider(choice(withoutExtensions(whole))) }
    case .repetition(let sub, let min, _, _):
      guard min > 0 else { return nil }
      var inner = self.best(sub, depth: depth + 1)
      if let place = inner?.place { inner?.place = .turn(place) }
      consider(inner)
      consider(choice(prefixes(node)))
    }
    return best
  }

  /// Whether a branch behind the first is a literal to the end: where one is found, that is a match, whichever
  /// branch is preferred there. Literals that go on from another one's are not searched for.
  mutating func findsLaterBranchesWhole(_ branches: [PatternNode]) -> Bool {
    var all: [Prefix] = []
    var later: [Prefix] = []
    for (index, branch) in branches.enumerated() {
      guard let found = prefixes(branch) else { return false }
      all += found
      if index > 0 { later += found }
    }
    let kept = Set(withoutExtensions(all))
    return later.contains { $0.isExact && !$0.isEmpty && kept.contains($0) }
  }

  private mutating func bestWindow(_ bytes: [UInt8]) -> Choice? {
    var best: Choice?
    for start in 0...max(0, min(bytes.count, 32_768) - Self.literalLength) {
      work -= 1
      let window = Prefix(bytes[start..<min(bytes.count, start + Self.literalLength)])
      let choice = Choice([window], at: start == 0 ? .start : .offset(start))
      if let choice, best.map({ choice.lowest > $0.lowest }) ?? true { best = choice }
    }
    return best
  }

  /// The best of what a sequence may begin with from one of its items on.
  private mutating func bestOfSequence(_ items: [PatternNode]) -> Choice? {
    var best: Choice?
    let all = items.map { prefixes($0) }
    for index in all.indices where work > 0 {
      guard var found = joined(all[index...]) else { continue }
      if index > 0 { found = found.map(\.inexact) }
      guard let choice = choice(found, at: index == 0 ? .start : .item(index, .start)) else { continue }
      if best.map({ choice.isBetter(than: $0) }) ?? true { best = choice }
    }
    return best
  }

  /// What a sequence begins with, as far as it is worth it; nil where that is anything.
  private mutating func joined(_ items: ArraySlice<Prefixes>) -> Prefixes {
    guard let first = items.first, let first, !first.isEmpty,
      first.count != 256 || first.contains(where: { $0.count > 1 })
    else { return nil }
    var result = [Prefix.empty]
    var shortest = 0
    var added = 0
    for item in items {
      guard let item, let least = item.map(\.count).min(),
        saturatingProduct(result.count, item.count) <= Self.maximumLiterals
      else { break }
      result = crossed(result, item)
      added += 1
      shortest += least
      if shortest >= Self.literalLength || !result.contains(where: \.isExact) { break }
    }
    return added < items.count ? result.map(\.inexact) : result
  }

  private mutating func choice(_ prefixes: Prefixes, at place: Place = .start) -> Choice? {
    prefixes.flatMap { Choice(withoutAnyByte($0), at: place) }
  }

  /// Of literals that go on with every byte there is, what they have in common.
  private mutating func withoutAnyByte(_ prefixes: [Prefix]) -> [Prefix] {
    guard prefixes.count >= 256 else { return prefixes }
    work -= prefixes.count
    var ends: [Prefix: ByteSet] = [:]
    for prefix in prefixes where !prefix.isEmpty {
      ends[prefix.first(prefix.count - 1), default: ByteSet()].insert(prefix.last)
    }
    guard ends.values.contains(.all) else { return prefixes }
    var seen: Set<Prefix> = []
    return prefixes.compactMap { prefix in
      guard !prefix.isEmpty else { return prefix }
      let first = prefix.first(prefix.count - 1)
      guard ends[first] == .all else { return prefix }
      return seen.insert(first).inserted ? first : nil
    }
  }

  /// Each once, and without those that begin with another one, at whose places they are found anyway. Of
  /// two that are both whole matches neither is left out.
  private mutating func withoutExtensions(_ prefixes: [Prefix]) -> [Prefix] {
    work -= prefixes.count * 4
    let inexact = Set(prefixes.lazy.filter { !$0.isExact })
    let all = inexact.union(prefixes.lazy.map(\.inexact))
    var seen: Set<Prefix> = []
    return prefixes.compactMap { prefix in
      let isExtension = (0..<prefix.count).contains { length in
        let first = prefix.first(length)
        return inexact.contains(first) || !prefix.isExact && all.contains(first)
      }
      guard !isExtension, seen.insert(prefix.inexact).inserted else { return nil }
      return inexact.contains(prefix.inexact) ? prefix.inexact : prefix
    }
  }

  // MARK: - Beginnings of matches

  private mutating func prefixes(_ node: PatternNode, depth: Int = 0) -> Prefixes {
    guard depth < 200, work > 0 else { return nil }
    switch node {
    case .empty, .look: return [.empty]
    case .bytes(let bytes): return [Prefix(bytes)]
    case .set(let set):
      work -= 256
      return set.bytes.map { Prefix($0) }
    case .concat(let items):
      var result: Prefixes = [.empty]
      for item in items {
        guard let current = result, current.contains(where: \.isExact) else { break }
        result = cross(current, prefixes(item, depth: depth + 1))
      }
      return result
    case .alternation(let branches):
      var all: [Prefix] = []
      for branch in branches {
        guard let more = prefixes(branch, depth: depth + 1) else { return nil }
        work -= more.count
        for prefix in more { Self.append(prefix, to: &all) }
        if all.count > Self.maximumLiterals { return nil }
      }
      return all
    case .repetition(let sub, let min, let max, let isGreedy):
      guard let once = prefixes(sub, depth: depth + 1) else { return nil }
      if min == 0 {
        let some = max == 1 ? once : once.map(\.inexact)
        let all = isGreedy ? some + [.empty] : [.empty] + some
        work -= all.count
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
    guard let second, saturatingProduct(first.count, second.count) <= Self.maximumLiterals else {
      // Whatever follows: the beginnings stand, unless one of them is empty.
      if first.contains(where: \.isEmpty) { return nil }
      return first.map(\.inexact)
    }
    return crossed(first, second)
  }

  private mutating func crossed(_ first: [Prefix], _ second: [Prefix]) -> [Prefix] {
    var result: [Prefix] = []
    for prefix in first {
      if prefix.isExact {
        for next in second { Self.append(prefix.followed(by: next), to: &result) }
      } else {
        Self.append(prefix, to: &result)
      }
    }
    work -= result.count * 4
    return result
  }

  /// Equal neighbours become one.
  private static func append(_ prefix: Prefix, to prefixes: inout [Prefix]) {
    guard let last = prefixes.last, last.inexact == prefix.inexact else { return prefixes.append(prefix) }
    if last.isExact != prefix.isExact { prefixes[prefixes.count - 1] = prefix.inexact }
  }
}
