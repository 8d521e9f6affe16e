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
    private var inexact: Int
    private var isAllShort: Bool
    private var literals: [Prefix]
    fileprivate var count: Int { literals.count }

    /// What is searched for.
    var texts: [[UInt8]] { literals.map(\.bytes) }

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
      literals = prefixes
      average = Double(sum) / Double(prefixes.count)
      isAllShort = longest == 2
    }

    /// Literals that are matches by themselves where they are found, and go on from another one that is
    /// searched for: reading on from that one may prefer to end elsewhere.
    var wholeMatches: [[UInt8]] {
      guard inexact < count else { return [] }
      let all = Set(literals.lazy.map(\.inexact))
      return literals.compactMap { literal in
        guard literal.isExact, (1..<literal.count).contains(where: { all.contains(literal.first($0)) })
        else { return nil }
        return literal.bytes
      }
    }

    fileprivate mutating func wrap(_ outer: (Place) -> Place) { place = outer(place) }

    /// Both alternatives' literals are searched for.
    fileprivate mutating func join(_ other: Choice) {
      average =
        (average * Double(count) + other.average * Double(other.count)) / Double(count + other.count)
      lowest = min(lowest, other.lowest)
      isAllShort = isAllShort && other.isAllShort
      shortest = min(shortest, other.shortest)
      inexact += other.inexact
      literals += other.literals
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
    var bytes: [UInt8] { (0..<count).map(byte) }
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

    /// Orders by bytes, a literal before what goes on from it, and inexact before exact.
    var order: UInt64 { UInt64(word.byteSwapped) << 32 | UInt64(length) << 1 | (isExact ? 1 : 0) }

    func begins(with other: Prefix) -> Bool { count >= other.count && first(other.count) == other.inexact }
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
  mutating func best(_ node: PatternNode) -> Choice? {
    var best: Choice?
    consider(node, areWhole: !node.hasLook, depth: 0, best: &best)
    return best
  }

  /// Puts the literals of a node, part after part, in the place of the best ones found so far, where they are
  /// better.
  /// - Parameter areWhole: whether an exact literal of the node is a match of the whole expression.
  /// - Returns: whether the best ones are of this node now.
  @discardableResult
  private mutating func consider(
    _ node: PatternNode, areWhole: Bool, depth: Int, best: inout Choice?
  ) -> Bool {
    guard depth < 200, work > 0 else { return false }
    var isNew = false
    func offer(_ choice: Choice?) {
      guard let choice else { return }
      let counted = areWhole ? choice : choice.ofPart
      guard best.map({ counted.isBetter(than: $0) }) ?? true else { return }
      best = counted
      isNew = true
    }
    switch node {
    case .empty, .look: break
    case .bytes(let bytes): offer(bestWindow(bytes))
    case .set: offer(choice(prefixes(node)))
    case .concat(let items):
      for (index, item) in items.enumerated()
      where consider(item, areWhole: false, depth: depth + 1, best: &best) {
        best?.wrap { .item(index, $0) }
        isNew = true
      }
      offer(bestOfSequence(items))
    case .alternation(let branches):
      offer(bestOfBranches(branches, depth: depth))
      offer(choice(prefixes(node)))
    case .repetition(let sub, let min, _, _):
      guard min > 0 else { break }
      if consider(sub, areWhole: false, depth: depth + 1, best: &best) {
        best?.wrap { .turn($0) }
        isNew = true
      }
      offer(choice(prefixes(node)))
    }
    return isNew
  }

  /// The best literals of each branch; nil where one has none.
  private mutating func bestOfBranches(_ branches: [PatternNode], depth: Int) -> Choice? {
    var joined: Choice?
    var places: [Place] = []
    for branch in branches {
      var own: Choice?
      consider(branch, areWhole: false, depth: depth + 1, best: &own)
      guard let own else { return nil }
      places.append(own.place)
      joined?.join(own)
      if joined == nil { joined = own }
    }
    joined?.place = .branches(places)
    return joined.flatMap { $0.count <= Self.maximumLiterals ? $0 : nil }
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
    // What may be left out at the end tells nothing.
    let last = all.lastIndex { !($0?.contains(where: \.isEmpty) ?? false) } ?? 0
    for index in all.indices where work > 0 {
      guard var found = joined(all[index...max(index, last)]) else { continue }
      if index > 0 || last < all.count - 1 { found = found.map(\.inexact) }
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
    prefixes.flatMap { Choice(searchedFor($0), at: place) }
  }

  /// What is searched for instead of literals: in order, each once, without those that go on from the one
  /// before them, which need not be looked for, though not without those that go on from an earlier one.
  private mutating func searchedFor(_ prefixes: [Prefix]) -> [Prefix] {
    guard prefixes.count > 1 else { return prefixes }
    work -= prefixes.count * 4
    var result: [Prefix] = []
    var previous: Prefix?
    for prefix in withoutAnyByte(prefixes).sorted(by: { $0.order < $1.order }) {
      defer { previous = prefix }
      if let last = previous, prefix.begins(with: last) {
        if result[result.count - 1].inexact == last.inexact, last != prefix {
          result[result.count - 1] = last.inexact
        }
      } else {
        result.append(prefix)
      }
    }
    return result
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
    return prefixes.map { prefix in
      guard !prefix.isEmpty else { return prefix }
      let first = prefix.first(prefix.count - 1)
      return ends[first] == .all ? first : prefix
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
