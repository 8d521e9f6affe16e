/// What a pattern means, for hex patterns and regexes alike: a regular expression over bytes.
///
/// Enters from `RegexParser` and `HexTranslator`; leaves to the atom chooser, the automaton compiler
/// and the hunt planner. Of capture groups only `captured` is left; alternatives and repetitions keep their order
/// and greediness, because they decide how long a match is.
public indirect enum PatternNode: Hashable, Sendable {
  case empty
  /// One or more bytes in a row.
  case bytes([UInt8])
  /// One byte out of a set; an empty set never matches.
  case set(ByteSet)
  case look(Look)
  case concat([PatternNode])
  case alternation([PatternNode])
  /// nil `max` is unbounded.
  case repetition(PatternNode, min: Int, max: Int?, isGreedy: Bool)

  /// Conditions on a place between two bytes.
  public enum Look: UInt8, Hashable, Sendable {
    case start, end, wordBoundary, notWordBoundary, wordStart, wordEnd
    /// No word character before, or after.
    case wordStartHalf, wordEndHalf
    /// `(?m)` in patterns: lines end with LF, CR, CR LF or LF CR.
    case lineStart, lineEnd
    /// `(?m)` in conditions: lines end with LF, or under `(?R)` with CR LF, LF or CR.
    case lineStartLF, lineEndLF, lineStartCR, lineEndCR

    /// Whether the condition holds between two bytes, nil at the ends of the data.
    func holds(before: UInt8?, after: UInt8?) -> Bool {
      let wordBefore = before.map(ByteSet.word.contains) ?? false
      let wordAfter = after.map(ByteSet.word.contains) ?? false
      switch self {
      case .start: return before == nil
      case .end: return after == nil
      case .wordBoundary: return wordBefore != wordAfter
      case .notWordBoundary: return wordBefore == wordAfter
      case .wordStart: return !wordBefore && wordAfter
      case .wordEnd: return wordBefore && !wordAfter
      case .wordStartHalf: return !wordBefore
      case .wordEndHalf: return !wordAfter
      case .lineStart:
        return before == nil || (before == 0x0A && after != 0x0D) || (before == 0x0D && after != 0x0A)
      case .lineEnd:
        return after == nil || (after == 0x0A && before != 0x0D) || (after == 0x0D && before != 0x0A)
      case .lineStartLF: return before == nil || before == 0x0A
      case .lineEndLF: return after == nil || after == 0x0A
      case .lineStartCR: return before == nil || before == 0x0A || (before == 0x0D && after != 0x0A)
      case .lineEndCR: return after == nil || after == 0x0D || (after == 0x0A && before != 0x0D)
      }
    }

    /// Whether it asks for ends of lines.
    var asksForLines: Bool { rawValue >= Look.lineStart.rawValue }
  }
}

extension PatternNode {
  /// Joins, flattening nested sequences and merging neighbouring literals.
  static func sequence(_ items: [PatternNode]) -> PatternNode {
    var flat: [PatternNode] = []
    var literal: [UInt8] = []
    func flush() {
      if !literal.isEmpty { flat.append(.bytes(literal)) }
      literal = []
    }
    func append(_ item: PatternNode) {
      switch item {
      case .empty: break
      case .concat(let inner): inner.forEach(append)
      case .bytes(let more): literal += more
      case .set(let set):
        if let byte = set.single {
          literal.append(byte)
        } else {
          flush()
          flat.append(item)
        }
      default:
        flush()
        flat.append(item)
      }
    }
    items.forEach(append)
    flush()
    if flat.isEmpty { return .empty }
    return flat.count == 1 ? flat[0] : .concat(flat)
  }

  /// One of `branches`, in order of preference; single bytes and sets become one set, since their
  /// order makes no difference.
  static func choice(_ branches: [PatternNode]) -> PatternNode {
    if branches.count == 1 { return branches[0] }
    var union = ByteSet()
    for branch in branches {
      switch branch {
      case .bytes(let bytes) where bytes.count == 1: union.insert(bytes[0])
      case .set(let set): union = union.union(set)
      default: return .alternation(branches)
      }
    }
    return union.single.map { .bytes([$0]) } ?? .set(union)
  }

  /// Elements of a sequence; a single node is a sequence of one.
  var elements: [PatternNode] {
    switch self {
    case .concat(let items): items
    case .empty: []
    default: [self]
    }
  }

  /// Shortest match in bytes; nil where nothing can match.
  public var minimumLength: Int? {
    switch self {
    case .empty, .look: return 0
    case .bytes(let bytes): return bytes.count
    case .set(let set): return set.isEmpty ? nil : 1
    case .concat(let items):
      var total = 0
      for item in items {
        guard let length = item.minimumLength else { return nil }
        total = saturatingSum(total, length)
      }
      return total
    case .alternation(let branches): return branches.compactMap(\.minimumLength).min()
    case .repetition(let sub, let min, _, _):
      if min == 0 { return 0 }
      return sub.minimumLength.map { saturatingProduct($0, min) }
    }
  }

  /// Longest match in bytes; nil where there is no bound.
  public var maximumLength: Int? {
    switch self {
    case .empty, .look: return 0
    case .bytes(let bytes): return bytes.count
    case .set: return 1
    case .concat(let items):
      var total = 0
      for item in items {
        guard let length = item.maximumLength else { return nil }
        total = saturatingSum(total, length)
      }
      return total
    case .alternation(let branches):
      var longest = 0
      for branch in branches {
        guard let length = branch.maximumLength else { return nil }
        longest = Swift.max(longest, length)
      }
      return longest
    case .repetition(let sub, _, let max, _):
      guard let length = sub.maximumLength else { return max == 0 ? 0 : nil }
      if length == 0 { return 0 }
      return max.map { saturatingProduct($0, length) }
    }
  }

  /// The same backwards: matches exactly the reversed byte sequences.
  var reversed: PatternNode {
    switch self {
    case .empty, .set, .look: self
    case .bytes(let bytes): .bytes(bytes.reversed())
    case .concat(let items): .concat(items.reversed().map(\.reversed))
    case .alternation(let branches): .alternation(branches.map(\.reversed))
    case .repetition(let sub, let min, let max, let greedy):
      .repetition(sub.reversed, min: min, max: max, isGreedy: greedy)
    }
  }

  var hasLook: Bool {
    switch self {
    case .look: true
    case .empty, .set, .bytes: false
    case .concat(let items): items.contains(where: \.hasLook)
    case .alternation(let branches): branches.contains(where: \.hasLook)
    case .repetition(let sub, _, _, _): sub.hasLook
    }
  }

  var hasAlternation: Bool {
    switch self {
    case .alternation: true
    case .empty, .set, .bytes, .look: false
    case .concat(let items): items.contains(where: \.hasAlternation)
    case .repetition(let sub, _, _, _): sub.hasAlternation
    }
  }

  /// Is this `[low-high]`, `.*` with every byte allowed: a gap that any bytes fill?
  var anyByteGap: (min: Int, max: Int?, isGreedy: Bool)? {
    if case .repetition(.set(let set), let min, let max, let greedy) = self, set == .all {
      return (min, max, greedy)
    }
    return nil
  }

  /// Gaps longer than this are not run through by an automaton, as in YARA-X.
  static let longestGap = 200

  /// The same without a long gap at its end. YARA-X takes an expression apart there and finds nothing
  /// behind the gap to search for: a match ends before it, however many bytes it asks for.
  var withoutLastGap: PatternNode {
    func isLong(_ item: PatternNode) -> Bool {
      item.anyByteGap.map { $0.max ?? .max > Self.longestGap } ?? false
    }
    // YARA-X refuses a gap at the beginning, so YARA's reading holds.
    guard case .concat(let items) = self, let last = items.last, isLong(last), !isLong(items[0]) else {
      return self
    }
    // Gaps are taken apart where two bytes stand before them, those since the last one.
    var piece = GrowingSequence()
    for item in items.dropLast() {
      if isLong(item), piece.isAtLeast(2) { piece = GrowingSequence() } else { piece.append(item) }
    }
    return piece.isAtLeast(2) ? .sequence(Array(items.dropLast())) : self
  }

  /// What a capture group makes of its inside. The engines take an expression apart at long gaps of
  /// the outermost sequence only, so one in a group is no `anyByteGap`: its bytes stand as an
  /// alternation of one.
  var captured: PatternNode {
    switch self {
    case .set(let set) where set == .all: return .alternation([self])
    case .repetition(.set(let set), let min, let max, let isGreedy)
    where set == .all && max ?? .max > Self.longestGap:
      return .repetition(.alternation([.set(set)]), min: min, max: max, isGreedy: isGreedy)
    case .concat(let items):
      return .concat(items.map { if case .repetition = $0 { $0.captured } else { $0 } })
    default: return self
    }
  }

  /// The same without alternations of one: what `captured` and the parser of choices of bytes left.
  var uncaptured: PatternNode {
    switch self {
    case .empty, .bytes, .set, .look: return self
    case .concat(let items): return .sequence(items.map(\.uncaptured))
    case .alternation(let branches): return .choice(branches.map(\.uncaptured))
    case .repetition(let sub, let min, let max, let isGreedy):
      return .repetition(sub.uncaptured, min: min, max: max, isGreedy: isGreedy)
    }
  }

  /// Whether its matches may differ in length.
  var hasVaryingLength: Bool { minimumLength != maximumLength }

  /// The same with what all branches of an alternation begin with in front of it, as YARA-X has it:
  /// `.(ab|c+)` for `.ab|.c+`.
  var withCommonBeginningsApart: PatternNode {
    switch self {
    case .empty, .bytes, .set, .look: return self
    case .concat(let items): return .sequence(items.map(\.withCommonBeginningsApart))
    case .repetition(let sub, let min, let max, let isGreedy):
      return .repetition(sub.withCommonBeginningsApart, min: min, max: max, isGreedy: isGreedy)
    case .alternation(let all):
      let branches = all.map(\.withCommonBeginningsApart)
      guard case .concat(var common)? = branches.first else { return .alternation(branches) }
      for branch in branches.dropFirst() {
        guard case .concat(let items) = branch else { return .alternation(branches) }
        common = zip(common, items).prefix { $0 == $1 }.map(\.0)
      }
      guard !common.isEmpty else { return .alternation(branches) }
      let rests = branches.map { PatternNode.sequence(Array($0.elements.dropFirst(common.count))) }
      return .sequence(common + [.choice(rests)])
    }
  }

  /// The same as YARA-X reads it: of `x{2,}` the last turn stands behind the loop, so that it is made
  /// longer before another turn is taken.
  var lastTurnsApart: PatternNode {
    switch self {
    case .empty, .bytes, .set, .look: return self
    case .concat(let items): return .sequence(items.map(\.lastTurnsApart))
    case .alternation(let branches): return .alternation(branches.map(\.lastTurnsApart))
    case .repetition(let sub, let min, let max, let isGreedy):
      let turn = sub.lastTurnsApart
      guard min > 1, max == nil, sub.hasVaryingLength else {
        return .repetition(turn, min: min, max: max, isGreedy: isGreedy)
      }
      return .sequence([.repetition(turn, min: min - 1, max: nil, isGreedy: isGreedy), turn])
    }
  }

  /// The literals of a literal or of an alternation of literals.
  var literalAlternatives: [[UInt8]]? {
    switch self {
    case .bytes(let bytes): return [bytes]
    case .alternation(let branches):
      var literals: [[UInt8]] = []
      for branch in branches {
        guard case .bytes(let bytes) = branch else { return nil }
        literals.append(bytes)
      }
      return literals
    default: return nil
    }
  }

  /// Rough number of automaton states this needs, for limits; saturates.
  var weight: Int { weight(repetitionLimit: AutomatonCompiler.repetitionLimit) }

  /// - Parameter repetitionLimit: turns that the automaton counts out; longer counts are a loop.
  private func weight(repetitionLimit limit: Int) -> Int {
    switch self {
    case .empty, .look: return 1
    case .bytes(let bytes): return bytes.count
    case .set: return 1
    case .concat(let items), .alternation(let items):
      return items.reduce(1) { saturatingSum($0, $1.weight(repetitionLimit: limit)) }
    case .repetition(let sub, let min, let max, _):
      let turns = max.map { $0 <= limit / 2 || $0 == min ? $0 : min + 1 } ?? (min + 1)
      return saturatingProduct(
        saturatingSum(sub.weight(repetitionLimit: limit), 1), Swift.min(Swift.max(turns, 1), limit))
    }
  }

  /// Whether the matcher runs it as it is, without taking counts for unbounded.
  public var isMatchedAsWritten: Bool { weight <= AutomatonCompiler.maximumSize / 2 }

  /// Whether it asks what stands beside a match or inside of it between two bytes.
  public var looksAround: Bool {
    switch self {
    case .look: true
    case .empty, .bytes, .set: false
    case .concat(let items), .alternation(let items): items.contains(where: \.looksAround)
    case .repetition(let sub, _, _, _): sub.looksAround
    }
  }

  /// The same, or where its automaton would be larger than `limit`, one that takes the largest of
  /// its repetitions as unbounded: nested counts that both engines take without counting either.
  /// - Parameters:
  ///   - longest: no match is longer, so what needs more bytes never matches.
  ///   - repetitionLimit: that of the automaton which is to be made of it.
  func bounded(
    weight limit: Int, longest: Int, repetitionLimit: Int = AutomatonCompiler.repetitionLimit
  ) -> PatternNode {
    guard weight(repetitionLimit: repetitionLimit) > limit else { return self }
    var node = withoutLonger(than: longest)
    var largest = 4096
    while node.weight(repetitionLimit: repetitionLimit) > limit, largest > 0 {
      node = node.unbounded(from: largest)
      largest /= 2
    }
    return node
  }

  /// The same without what only matches more than `longest` bytes.
  private func withoutLonger(than longest: Int) -> PatternNode {
    let never = PatternNode.set(ByteSet())
    switch self {
    case .empty, .bytes, .set, .look: return self
    case .concat(let items):
      let rest = items.map { $0.withoutLonger(than: longest) }
      return rest.contains(never) ? never : .concat(rest)
    case .alternation(let branches):
      let rest = branches.map { $0.withoutLonger(than: longest) }.filter { $0 != never }
      return rest.isEmpty ? never : PatternNode.choice(rest)
    case .repetition(let sub, let min, let max, let isGreedy):
      let rest = sub.withoutLonger(than: longest)
      if rest == never { return min == 0 ? .empty : never }
      if saturatingProduct(rest.minimumLength ?? 0, min) > longest { return never }
      return .repetition(rest, min: min, max: max, isGreedy: isGreedy)
    }
  }

  /// Whether a count of counts asks for more turns than YARA-X takes.
  var nestsHugeCounts: Bool { leastTurns > Int(UInt32.max) }

  /// The turns that the deepest nest of counts asks for at least.
  private var leastTurns: Int {
    switch self {
    case .empty, .bytes, .set, .look: return 1
    case .concat(let items), .alternation(let items):
      return items.map(\.leastTurns).max() ?? 1
    case .repetition(let sub, let min, _, _):
      return saturatingProduct(sub.leastTurns, Swift.max(min, 1))
    }
  }

  private func unbounded(from largest: Int) -> PatternNode {
    switch self {
    case .empty, .bytes, .set, .look: return self
    case .concat(let items): return .concat(items.map { $0.unbounded(from: largest) })
    case .alternation(let items): return .alternation(items.map { $0.unbounded(from: largest) })
    case .repetition(let sub, let min, let max, let isGreedy):
      let isLarge = max.map { $0 - min >= largest } ?? false
      return .repetition(
        sub.unbounded(from: largest), min: min, max: isLarge ? nil : max, isGreedy: isGreedy)
    }
  }
}

/// A sequence that items are added to, and its shortest match so far: asked for after each item, that of
/// the whole sequence would take the square of its length.
struct GrowingSequence {
  private(set) var items: [PatternNode] = []
  /// nil where nothing can match.
  private var length: Int? = 0

  mutating func append(_ item: PatternNode) {
    items.append(item)
    length = length.flatMap { length in item.minimumLength.map { saturatingSum(length, $0) } }
  }

  /// Whether it can match, and its shortest match has so many bytes.
  func isAtLeast(_ bytes: Int) -> Bool { length ?? 0 >= bytes }
}

/// For lengths, which are not negative: Int.max instead of overflow.
func saturatingSum(_ a: Int, _ b: Int) -> Int {
  let (sum, overflow) = a.addingReportingOverflow(b)
  return overflow ? Int.max : sum
}

func saturatingProduct(_ a: Int, _ b: Int) -> Int {
  let (product, overflow) = a.multipliedReportingOverflow(by: b)
  return overflow ? Int.max : product
}
