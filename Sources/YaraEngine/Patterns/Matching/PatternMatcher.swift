public import Bytes

public enum PatternSearchOutcome: Sendable, Hashable {
  case complete, timedOut, cancelled
}

/// Finds the matches of a `PatternSet` in one file after the other. One per thread; owns all memory
/// that matching needs, as a value with one owner, so that no access is checked at run time.
///
/// One pass of the literal kernel over the file finds atoms; at each, the sub-patterns that wait for
/// it are verified. Then sub-patterns without atoms are run over the file, and chains joined.
/// Time limits are looked at once per batch of hits and per some thousand steps otherwise.
public struct PatternMatcher: ~Copyable {
  let set: PatternSet
  private let scratch = LiteralScratch()
  private var automata: AutomatonPool
  private var starts: [UInt64] = []
  private var intervals: [Range<Int>] = []
  private var lengths: [Int] = []
  private var resolvers: [ChainResolver]
  /// Whether pieces of chains are found in the order of the file.
  private var isOrdered = true
  private var activeChains: [Int32] = []
  /// Numbers the files, so that what automata remember of one is not used for the next.
  private var fileNumber = 0
  private let forwardTrace = ForwardTrace()
  private var deferred: [Int32: [DeferredHit]] = [:]
  private struct DeferredHit {
    var position: Int
    var end: Int
  }
  /// Hits kept of one sub-pattern before they are verified, and of all together.
  private static let deferredLimit = 1 << 18
  private static let deferredLimitOfAll = 1 << 22
  /// Matches of one sub-pattern collected before they are put among the others.
  private static let foundLimit = 1 << 16
  private var deferredCount = 0
  /// Pieces of chains found in a file, of all chains together.
  private var places = 0
  private var deadline = Deadline.never
  private static let maximumPlaces = 16_000_000
  /// The pattern that was being searched for by itself when the time was up.
  private(set) var stoppedAt: PatternID?
  /// Steps of automata since time limits were last looked at.
  private var work = 0
  private static let workLimit = 4 << 20

  /// The last position at which each expression was verified: several of its atoms may be found
  /// there. Positions of all files count on, so that none is met again in the next file.
  private let lastPosition: NumberList
  private var lastBase = 0
  private var lastLength = 0

  /// - Parameter memoryLimit: of automata, in bytes, about.
  public init(_ set: PatternSet, memoryLimit: Int = 128 << 20) {
    self.set = set
    automata = AutomatonPool(count: set.programs.count, limit: memoryLimit)
    resolvers = Array(repeating: ChainResolver(), count: set.chains.count)
    lastPosition = NumberList(repeating: -1, count: set.subPatterns.count)
  }

  /// Finds all matches of the wanted patterns (nil: of all) in `data`.
  /// - Parameters:
  ///   - table: matches are added; `isComplete` is set where the search came to its end.
  ///   - cancellation: looked at as often as the deadline.
  public mutating func findMatches(
    in data: ByteView, wanted: PatternSelection?, into table: MatchTable, deadline: Deadline,
    cancellation: Cancellation?
  ) -> PatternSearchOutcome {
    findMatches(
      in: data, choice: wanted.map { set.choice(for: $0) }, wanted: wanted, into: table,
      deadline: deadline, cancellation: cancellation)
  }

  /// As above.
  /// - Parameters:
  ///   - choice: how the wanted patterns are searched for; it may be for more of them.
  mutating func findMatches(
    in data: ByteView, choice: AtomChoice?, wanted: PatternSelection?,
    into table: MatchTable, deadline: Deadline, cancellation: Cancellation?
  ) -> PatternSearchOutcome {
    var outcome = PatternSearchOutcome.complete
    func mayContinue() -> Bool {
      if let cancellation, cancellation.isCancelled { outcome = .cancelled }
      if deadline.isPast { outcome = .timedOut }
      return outcome == .complete
    }
    lastBase = saturatingSum(lastBase, lastLength)
    lastLength = data.count &+ 1
    fileNumber &+= 1
    work = 0
    stoppedAt = nil
    self.deadline = deadline
    deferredCount = 0
    places = 0
    deferred.removeAll(keepingCapacity: true)
    guard mayContinue() else { return outcome }
    var isUnsearched = false
    // Pieces without atoms are found after those with.
    isOrdered = set.fallbacks.isEmpty
    if let databases = choice.map({ $0.atoms(of: set, length: data.count) }) ?? set.atoms(for: nil) {
      for first in databases {
        var atoms = first
        var from = 0
        var switches = 0
        var vainLimit = max(Self.leastVain, atoms.owners.count)
        search: while outcome == .complete {
          // All pieces of a chain are in one database.
          isOrdered = set.fallbacks.isEmpty && atoms.database.isOrdered
          var vain = switches < Self.maximumSwitches && atoms.database.isOrdered ? 0 : Int.min
          var next = -1
          do {
            let isDone = try atoms.database.search(data, from: from, scratch: scratch) { hits in
              let base = lastBase
              for index in hits.indices {
                switch verify(hits[index], atoms, data, wanted, table, base) {
                case .vain:
                  vain &+= 1
                  if vain > vainLimit {
                    // What ends nearby is looked at again, which changes nothing: others may end at
                    // the same place, and the kernel may be a few bytes out of order.
                    next = max(0, hits[index].end &- Self.overlap)
                    return false
                  }
                case .usual: break
                case .much:
                  if work > Self.workLimit {
                    work = 0
                    if !mayContinue() { return false }
                  }
                }
              }
              return mayContinue()
            }
            guard !isDone, next >= 0 else { break search }
          } catch {
            // The kernel is out of memory: every sub-pattern is searched the slow way.
            isUnsearched = true
            break search
          }
          from = next
          let open = openPatterns(of: atoms, wanted, table)
          if open.isEmpty { break search }
          if let smaller = set.choice(for: open).ownAtoms(of: set, afterVain: vainLimit) {
            atoms = smaller
            vainLimit = max(Self.leastVain, atoms.owners.count)
            switches += 1
          } else {
            vainLimit *= 2
          }
        }
      }
    } else {
      isUnsearched = true
    }
    isOrdered = set.fallbacks.isEmpty
    guard outcome == .complete else { return finish(table, outcome) }
    if !isUnsearched, let search = set.xorSearch,
      wanted.map({ wanted in
        search.forms.contains { wanted.contains(set.subPatterns[Int($0)].pattern) }
      }) ?? true
    {
      let isDone = search.forEachCandidate(in: data, mayContinue: mayContinue) { form, position in
        let sub = set.subPatterns[Int(form)]
        if let wanted, !wanted.contains(sub.pattern) { return }
        if table.isClosed(sub.pattern) { return }
        verifyXor(sub, data, position, table)
      }
      guard isDone else { return finish(table, outcome) }
    }
    let slow = isUnsearched ? set.subPatterns.indices.map(Int32.init) : set.fallbacks
    for index in slow {
      let sub = set.subPatterns[Int(index)]
      if let wanted, !wanted.contains(sub.pattern) { continue }
      guard searchWithoutAtoms(index, sub, data, table, mayContinue) else {
        stoppedAt = sub.pattern
        return finish(table, outcome)
      }
    }
    for (index, hits) in deferred.sorted(by: { $0.key < $1.key }) {
      guard verifyDeferred(index, hits, data, table, mayContinue) else {
        stoppedAt = set.subPatterns[Int(index)].pattern
        return finish(table, outcome)
      }
    }
    for chain in activeChains {
      let matches = resolvers[Int(chain)].resolve(set.chains[Int(chain)])
      let plan = set.chains[Int(chain)]
      for match in matches {
        table.add(
          plan.pattern, offset: match.start, length: match.end - match.start,
          replacement: plan.isGreedy ? .keepLonger : .keepFirst)
      }
      if resolvers[Int(chain)].isTruncated { table.marksTruncated(plan.pattern) }
    }
    return finish(table, .complete)
  }

  private mutating func finish(
    _ table: MatchTable, _ outcome: PatternSearchOutcome
  ) -> PatternSearchOutcome {
    for chain in activeChains { resolvers[Int(chain)].finish() }
    activeChains.removeAll(keepingCapacity: true)
    if outcome == .complete { table.isComplete = true }
    return outcome
  }

  // MARK: - At a hit

  /// Hits of literals that nobody waits for, after which it is asked whether the search should go on
  /// without these.
  private static let leastVain = 1024
  private static let maximumSwitches = 4
  private static let overlap = 256

  private enum HitWork {
    /// Nobody waits for the literal.
    case vain
    /// Nothing that takes long.
    case usual
    case much
  }

  /// The patterns with atoms in a database that are still waited for.
  private func openPatterns(
    of atoms: AtomDatabase, _ wanted: PatternSelection?, _ table: MatchTable
  ) -> PatternSelection {
    var open = PatternSelection()
    for owner in atoms.owners {
      let pattern = set.subPatterns[Int(owner.subPattern)].pattern
      if wanted?.contains(pattern) ?? true, !table.isClosed(pattern) { open.insert(pattern) }
    }
    return open
  }

  @inline(__always)
  private mutating func verify(
    _ hit: LiteralHit, _ atoms: AtomDatabase, _ data: ByteView, _ wanted: PatternSelection?,
    _ table: MatchTable, _ base: Int
  ) -> HitWork {
    let literal = hit.literal
    let first = Int(atoms.starts[literal])
    let end = Int(atoms.starts[literal + 1])
    var result = HitWork.vain
    var isMuch = false
    if end - first > 4 {
      // Thousands of patterns may wait for one literal.
      work &+= end &- first
      isMuch = true
    }
    for slot in first..<end {
      let owner = atoms.owners[slot]
      let sub = set.subPatterns[Int(owner.subPattern)]
      // As YARA-X: what has reached the limit is not looked at any more.
      if table.isClosed(sub.pattern) { continue }
      if let wanted, !wanted.contains(sub.pattern) { continue }
      result = .usual
      let position = hit.end &- Int(owner.anchor)
      guard position >= 0 else { continue }
      switch sub.kind {
      case .literal:
        if sub.isPlainProof {
          table.add(
            sub.pattern, offset: position, length: Int(sub.literalCount),
            replacement: sub.replacement)
        } else {
          verifyLiteral(sub, data, position, table)
        }
      case .xor: verifyXor(sub, data, position, table)
      case .base64: verifyBase64(sub, data, position, table)
      case .expression:
        if lastPosition[Int(owner.subPattern)] == base &+ position { continue }
        lastPosition[Int(owner.subPattern)] = base &+ position
        verifyExpression(owner.subPattern, sub, data, position, table)
        isMuch = true
      }
    }
    return isMuch ? .much : result
  }

  private func matchesLiteral(_ sub: SubPattern, _ data: ByteView, _ position: Int) -> Bool {
    let start = Int(sub.literalStart)
    let count = Int(sub.literalCount)
    if sub.isCaseless {
      return LiteralVerifier.matchesCaseless(set.pool, start: start, count: count, data, at: position)
    }
    return LiteralVerifier.matches(set.pool, start: start, count: count, data, at: position)
  }

  private mutating func verifyLiteral(
    _ sub: SubPattern, _ data: ByteView, _ position: Int, _ table: MatchTable
  ) {
    if !sub.isAtomProof, !matchesLiteral(sub, data, position) { return }
    let end = position &+ Int(sub.literalCount)
    guard sub.isFullword(data, position, end, key: 0) else { return }
    if sub.rivals >= 0 {
      for index in set.rivals[Int(sub.rivals)] {
        let rival = set.subPatterns[Int(index)]
        if matchesLiteral(rival, data, position),
          rival.isFullword(data, position, position + Int(rival.literalCount), key: 0)
        {
          return
        }
      }
    }
    report(sub, position, end, table)
  }

  private func verifyXor(
    _ sub: SubPattern, _ data: ByteView, _ position: Int, _ table: MatchTable
  ) {
    guard
      let key = LiteralVerifier.xorKey(
        set.pool, start: Int(sub.literalStart), count: Int(sub.literalCount), data, at: position),
      key >= sub.lowKey, key <= sub.highKey
    else { return }
    let end = position &+ Int(sub.literalCount)
    guard sub.isFullword(data, position, end, key: sub.decodesNeighbours ? key : 0) else { return }
    table.add(
      sub.pattern, offset: position, length: Int(sub.literalCount), xorKey: key,
      replacement: sub.replacement)
  }

  private mutating func verifyBase64(
    _ sub: SubPattern, _ data: ByteView, _ position: Int, _ table: MatchTable
  ) {
    guard sub.isAtomProof || matchesLiteral(sub, data, position) else { return }
    guard set.base64Phases[Int(sub.base64)].matches(data, at: position, isWide: sub.isWide) else {
      return
    }
    report(sub, position, position &+ Int(sub.literalCount), table)
  }

  private mutating func verifyExpression(
    _ index: Int32, _ sub: SubPattern, _ data: ByteView, _ position: Int, _ table: MatchTable
  ) {
    guard sub.neighbourhood.admits(data, position) else { return }
    let forward = forwardLength(sub.forward, sub, data, position)
    guard forward >= 0 else { return }
    let end = position &+ forward
    if sub.whole < 0, sub.fullwordRight, !sub.isFullwordRight(data, end, key: 0) { return }
    guard sub.backward >= 0 else {
      if sub.fullwordLeft, !sub.isFullwordLeft(data, position, key: 0) { return }
      guard let end = self.end(sub, data, from: position, found: end) else { return }
      report(sub, position, end, table)
      return
    }
    if sub.defersBackward {
      deferred[index, default: []].append(DeferredHit(position: position, end: end))
      deferredCount += 1
      if deferredCount >= Self.deferredLimitOfAll
        || deferred[index, default: []].count >= Self.deferredLimit
      {
        let hits = deferred.updateValue([], forKey: index) ?? []
        deferredCount -= hits.count
        // Who asked for this hit asks again whether to go on.
        work = Self.workLimit + 1
        _ = verifyDeferred(index, hits, data, table) { [deadline] in !deadline.isPast }
        work = Self.workLimit + 1
      }
      return
    }
    lengths.removeAll(keepingCapacity: true)
    appendBackwardLengths(index, sub, data, position)
    // From the first start to the last, so that the table grows at its end.
    for length in lengths.reversed() {
      let start = position &- length
      if sub.fullwordLeft, !sub.isFullwordLeft(data, start, key: 0) { continue }
      guard let end = self.end(sub, data, from: start, found: end) else { continue }
      report(sub, start, end, table)
    }
  }

  /// Verifies hits backwards from the last to the first: a start that is reached again has its
  /// longest match already.
  /// - Returns: false where it was told to stop.
  private mutating func verifyDeferred(
    _ index: Int32, _ hits: [DeferredHit], _ data: ByteView, _ table: MatchTable,
    _ mayContinue: () -> Bool
  ) -> Bool {
    let sub = set.subPatterns[Int(index)]
    var found: [PatternMatch] = []
    func flush() {
      found.sort { $0.offset != $1.offset ? $0.offset < $1.offset : $0.length > $1.length }
      // Where its last hit is decides which of a wide and a plain match counts, so the longer one does.
      table.merge(found, of: sub.pattern, replacement: sub.replacement == .replace ? .keepLonger : sub.replacement)
      found.removeAll(keepingCapacity: true)
    }
    // Apart from what the pass noted: here runs go down.
    fileNumber &+= 1
    for hit in hits.reversed() {
      lengths.removeAll(keepingCapacity: true)
      appendBackwardLengths(index, sub, data, hit.position)
      for length in lengths {
        let start = hit.position &- length
        if sub.fullwordLeft, !sub.isFullwordLeft(data, start, key: 0) { continue }
        guard let end = self.end(sub, data, from: start, found: hit.end) else { continue }
        found.append(PatternMatch(offset: start, length: end &- start))
      }
      if found.count >= Self.foundLimit {
        flush()
        guard mayContinue() else { return false }
      }
      if work > Self.workLimit {
        work = 0
        guard mayContinue() else { return false }
      }
    }
    flush()
    return true
  }

  /// Where the match that begins at `start` ends, of which an end was found; nil where that end does not
  /// count.
  @inline(__always)
  private mutating func end(_ sub: SubPattern, _ data: ByteView, from start: Int, found: Int) -> Int? {
    guard sub.whole >= 0 else { return found }
    let length = forwardLength(sub.whole, sub, data, start)
    // One that is longer than may be read ends where it was found.
    let end = length < 0 ? found : start &+ length
    return sub.fullwordRight && !sub.isFullwordRight(data, end, key: 0) ? nil : end
  }

  /// Length in bytes of the preferred match of a program from `position` on, or -1.
  private mutating func forwardLength(
    _ program: Int32, _ sub: SubPattern, _ data: ByteView, _ position: Int
  ) -> Int {
    let automaton = automata.forward(program, of: set)
    let length = automaton.preferredLength(
      data, at: position, stride: sub.stride, limit: sub.limit, trace: forwardTrace, file: fileNumber)
    work &+= automaton.work
    automaton.work = 0
    automata.keepLimit()
    return length
  }

  private mutating func appendBackwardLengths(
    _ subIndex: Int32, _ sub: SubPattern, _ data: ByteView, _ position: Int
  ) {
    let automaton = automata.backward(sub.backward, of: set)
    let trace = sub.tracesBackward ? automata.trace(of: subIndex, file: fileNumber) : nil
    automaton.appendBackwardLengths(
      data, at: position, stride: sub.stride, limit: sub.limit, to: &lengths, trace: trace)
    work &+= automaton.work
    automaton.work = 0
    automata.keepLimit()
  }

  @inline(__always)
  private mutating func report(_ sub: SubPattern, _ start: Int, _ end: Int, _ table: MatchTable) {
    if sub.chain >= 0 {
      let chain = Int(sub.chain)
      if !resolvers[chain].isActive {
        resolvers[chain].start(pieceCount: set.chains[chain].pieceCount)
        activeChains.append(sub.chain)
      }
      places &+= 1
      guard places <= Self.maximumPlaces else {
        table.marksTruncated(sub.pattern)
        return
      }
      resolvers[chain].add(
        piece: Int(sub.piece), start: start, end: end, chain: set.chains[chain],
        isOrdered: isOrdered)
      return
    }
    table.add(
      sub.pattern, offset: start, length: end &- start, replacement: sub.replacement)
  }

  // MARK: - Without atoms

  /// Bytes searched backwards at a time.
  private static let segment = 1 << 20

  /// - Returns: false where it was told to stop.
  private mutating func searchWithoutAtoms(
    _ index: Int32, _ sub: SubPattern, _ data: ByteView, _ table: MatchTable,
    _ mayContinue: () -> Bool
  ) -> Bool {
    var from = 0
    while from < data.count, !table.isClosed(sub.pattern) {
      let to = min(data.count, from + Self.segment)
      if sub.kind == .expression, sub.finder >= 0 {
        if sub.probe >= 0 {
          set.probes[Int(sub.probe)].intervals(
            in: data, from: from, to: to, stride: sub.stride, into: &intervals)
        } else {
          intervals = [from..<to]
        }
        for interval in intervals {
          guard verifyStarts(index, sub, data, in: interval, table, mayContinue) else { return false }
        }
      } else {
        for position in from..<to {
          switch sub.kind {
          case .literal: if matchesLiteral(sub, data, position) { verifyLiteral(sub, data, position, table) }
          case .xor: verifyXor(sub, data, position, table)
          case .base64: verifyBase64(sub, data, position, table)
          case .expression: verifyExpression(index, sub, data, position, table)
          }
          if position % 4096 == 0, !mayContinue() { return false }
        }
      }
      guard mayContinue() else { return false }
      from = to
    }
    return true
  }

  /// - Returns: false where it was told to stop.
  private mutating func verifyStarts(
    _ index: Int32, _ sub: SubPattern, _ data: ByteView, in interval: Range<Int>,
    _ table: MatchTable, _ mayContinue: () -> Bool
  ) -> Bool {
    let from = interval.lowerBound
    findStarts(sub, data, from, interval.upperBound)
    for word in 0..<((interval.count + 63) / 64) where starts[word] != 0 {
      var bits = starts[word]
      while bits != 0 {
        let start = from + word * 64 + bits.trailingZeroBitCount
        for member in index...(index + sub.followers) {
          verifyStart(member, set.subPatterns[Int(member)], data, start, table)
        }
        bits &= bits - 1
      }
      if work > Self.workLimit {
        work = 0
        if !mayContinue() { return false }
      }
    }
    return true
  }

  private mutating func findStarts(_ sub: SubPattern, _ data: ByteView, _ from: Int, _ to: Int) {
    starts.removeAll(keepingCapacity: true)
    starts.append(contentsOf: repeatElement(0, count: (to - from + 63) / 64))
    let finder = automata.startFinder(sub.finder, of: set)
    let longest = sub.probe >= 0 ? set.probes[Int(sub.probe)].longest : sub.limit
    let reading = min(data.count, to + longest * sub.stride)
    finder.markStarts(data, from: from, to: to, reading: reading, stride: sub.stride, in: &starts)
    automata.keepLimit()
  }

  /// Verifies an expression that is read from its start.
  private mutating func verifyStart(
    _ index: Int32, _ sub: SubPattern, _ data: ByteView, _ start: Int, _ table: MatchTable
  ) {
    if sub.backward >= 0 { return verifyExpression(index, sub, data, start, table) }
    if sub.fullwordLeft, !sub.isFullwordLeft(data, start, key: 0) { return }
    let length = forwardLength(sub.forward, sub, data, start)
    guard length >= 0 else { return }
    let end = start &+ length
    if sub.fullwordRight, !sub.isFullwordRight(data, end, key: 0) { return }
    report(sub, start, end, table)
  }
}
