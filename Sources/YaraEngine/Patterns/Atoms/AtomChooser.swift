internal import Bytes

/// Where to cut an expression and which literals then begin its second part: every match holds one
/// of them exactly at the cut. Without literals the file is searched for `after` itself.
struct AtomPlan: Sendable {
  /// The elements before the cut, read backwards from it.
  var before: [PatternNode]
  /// The elements from the cut on, read forwards; their matches all begin with one of `literals`.
  var after: [PatternNode]
  var literals: [[UInt8]] = []
  /// Estimated nanoseconds per byte of file for finding and verifying; orders plans.
  var cost = Double.infinity
  /// Expected hits per byte.
  var rate = 1.0
  /// Whether a match found by this plan is read again from its beginning, which alone decides its end.
  var endsFromBeginning = false

  /// Whether a match is cut at one place only.
  fileprivate var isFixed: Bool { EngineCut(before: before, after: after).isFixed }
}

/// Chooses the atoms of an expression.
///
/// The expression is a sequence of elements; for each place between two elements, and within
/// literals, the literals that can follow are listed (alternatives and small classes multiplied
/// out, within limits), and the place with the lowest expected cost is taken. Where every place is
/// poor, an alternation is multiplied out into several expressions.
///
/// Multiplying out is what hostile patterns are made for: the work on a pattern is bounded, and when
/// the bound is reached the best plan so far stands, which is as correct as any.
struct AtomChooser {
  /// Letters stand for both cases: a set of a letter's two cases counts as one byte.
  var isCaseless: Bool
  /// Whether a match whose preferred end does not count may have others that do.
  var isFullword: Bool
  /// Whether of the matches that begin at one place the longest is listed, not the first.
  var keepsLonger: Bool
  /// Whether it is a piece of a chain.
  var isPiece: Bool
  /// Whether a lazy expression may end after any turn of a loop.
  var takesLoopsApart: Bool
  var dialect: Dialect
  /// What may still be spent, in elements and literals looked at.
  private(set) var work: Int

  init(
    isCaseless: Bool, isFullword: Bool = false, keepsLonger: Bool = false, isPiece: Bool = false,
    takesLoopsApart: Bool = false, dialect: Dialect = .yaraX, work: Int
  ) {
    self.isCaseless = isCaseless
    self.isFullword = isFullword
    self.keepsLonger = keepsLonger
    self.isPiece = isPiece
    self.takesLoopsApart = takesLoopsApart
    self.dialect = dialect
    self.work = work
  }

  static let maximumWork = 400_000

  /// Bytes of an atom; longer gains nothing, the search kernel compares 8 at once.
  private static let maximumLength = 8
  private static let maximumLiterals = 128
  private static let verifyNanoseconds = 40.0
  /// A plan of this cost is not worth improving by multiplying out.
  private static let goodCost = 0.1
  /// Beyond this many hits per byte, running the automaton over the whole file is cheaper.
  static let worstRate = 1.0 / 24
  /// Plans whose matches together are those of `node`. Where no literals are good enough, a plan has
  /// none.
  mutating func plans(for node: PatternNode) -> [AtomPlan] {
    let branches = branches(of: node)
    if branches.count > 1, !node.isSimple, let plans = plansOfYaraX(for: node) { return plans }
    return branches.flatMap { plansOfYaraX(for: $0) ?? plans(forBranch: $0) }
  }

  /// The plans that give each match the ends that YARA-X gives it; nil where any plan does, or where
  /// telling costs too much.
  private mutating func plansOfYaraX(for node: PatternNode) -> [AtomPlan]? {
    guard dialect == .yaraX, !isPiece, isFullword || node.hasAlternation, node.hasVaryingLength
    else { return nil }
    // Simple patterns have a machine of their own there, and are read as YARA reads them.
    if node.isSimple { return isFullword ? nil : plansByBeginning(of: node) }
    var share = work / 2
    work -= share
    let found = EngineCut.all(of: node.withCommonBeginningsApart, work: &share)
    work += share
    guard let (cuts, literals) = found, cuts.count + literals.count <= Self.maximumBranches else { return nil }
    if cuts.count == 1, cuts[0].isFixed {
      let whole = plansByBeginning(of: node)
      guard keepsLonger, !isFullword else { return whole }
      let others = literals.map { plan(of: EngineCut(before: [], after: [.bytes($0)])) }
      return others.allSatisfy(isGood) ? whole + others : whole
    }
    let plans = cuts.map { plan(of: $0) }
    // Lengths are not worth a run over the whole file, words are.
    return isFullword || plans.allSatisfy(isGood) ? plans : nil
  }

  /// Plans for matches that end where they do when read from their beginning.
  private mutating func plansByBeginning(of node: PatternNode) -> [AtomPlan] {
    guard var found = plans(for: flattened(node.elements), depth: 0), found.allSatisfy(isGood) else {
      return [AtomPlan(before: [], after: node.elements)]
    }
    if found.count > 1 || !found[0].isFixed {
      for index in found.indices { found[index].endsFromBeginning = true }
    }
    return found
  }

  private mutating func plan(of cut: EngineCut) -> AtomPlan {
    let after = PatternNode.sequence(cut.after).elements
    var plan = AtomPlan(
      before: PatternNode.sequence(cut.before).elements, after: after)
    if let (literals, rate) = prefixes(flattened(after).prefix(24)), rate <= Self.worstRate {
      plan.literals = literals
      plan.rate = rate
      plan.cost = rate * Self.verifyNanoseconds
    }
    return plan
  }

  private func isGood(_ plan: AtomPlan) -> Bool { plan.rate <= Self.worstRate && !plan.literals.isEmpty }

  /// What the engines begin at in places of its own: the branches of an alternation that is the whole
  /// expression, where each of them has a byte to begin at and the order of finding hardly counts.
  /// For `fullword` also those of one in a sequence that has no byte to begin at elsewhere: each
  /// branch then has an end of its own that may be a word's.
  private func branches(of node: PatternNode) -> [PatternNode] {
    guard keepsLonger || isFullword else { return [node] }
    switch node {
    case .alternation(let branches):
      return separated(branches) ?? [node]
    case .concat(let items) where isFullword:
      guard let index = items.firstIndex(where: { $0.hasFixedByte(isCaseless: isCaseless) }),
        case .alternation(let branches) = items[index],
        !items[(index + 1)...].contains(where: { $0.hasFixedByte(isCaseless: isCaseless) })
      else { return [node] }
      let all = branches.map { branch in
        PatternNode.sequence(items[..<index] + [branch] + items[(index + 1)...])
      }
      return separated(all) ?? [node]
    default:
      return [node]
    }
  }

  /// nil where one has no byte to begin at, or where they are too many.
  private func separated(_ branches: [PatternNode]) -> [PatternNode]? {
    guard branches.count <= Self.maximumBranches,
      branches.allSatisfy({ $0.hasFixedByte(isCaseless: isCaseless) })
    else { return nil }
    let all = branches.flatMap { self.branches(of: $0) }
    return all.count <= Self.maximumBranches ? all : nil
  }

  private static let maximumBranches = 64

  private mutating func plans(forBranch node: PatternNode) -> [AtomPlan] {
    let (lead, rest) = takesLoopsApart ? loopTakenApart(node.elements) : ([], node.elements)
    guard var found = plans(for: flattened(rest), depth: 0),
      found.allSatisfy(isGood)
    else { return [planWithoutAtoms(for: node)] }
    for index in found.indices {
      found[index].before = lead + found[index].before
      takeLoopApart(in: &found[index])
    }
    return found
  }

  /// The whole, or from the literal on that both engines begin at, but that is found too often to be
  /// searched for, where that makes a difference.
  mutating func planWithoutAtoms(for node: PatternNode) -> AtomPlan {
    var plan = AtomPlan(before: [], after: node.elements)
    if !isPiece, let cut = bestCut(flattened(node.elements)), cut.literals.count == 1 {
      let before = PatternNode.sequence(cut.before)
      if before.hasVaryingLength, isFullword || before.hasAlternation {
        plan.before = cut.before
        plan.after = cut.after
      }
    }
    takeLoopApart(in: &plan)
    return plan
  }

  private func takeLoopApart(in plan: inout AtomPlan) {
    guard takesLoopsApart else { return }
    let (turns, after) = loopTakenApart(plan.after)
    plan.before += turns
    plan.after = after
  }

  /// Of elements that begin with a lazy loop: the loop but for its last turn, and what is left with
  /// that turn. Both engines find atoms in every turn and read the turns before backwards, so that a
  /// word may end where the shortest match does not.
  private func loopTakenApart(_ elements: [PatternNode]) -> ([PatternNode], [PatternNode]) {
    guard case .repetition(let sub, min: 1, let max, isGreedy: false)? = elements.first,
      max == nil || dialect == .yaraX, sub.minimumLength ?? 0 > 0
    else { return ([], elements) }
    return (
      [.repetition(sub, min: 0, max: max.map { $0 - 1 }, isGreedy: false)],
      PatternNode.sequence([sub] + elements.dropFirst()).elements
    )
  }

  private mutating func plans(for elements: [PatternNode], depth: Int) -> [AtomPlan]? {
    work -= elements.count
    // Kept whole where that is good enough: then the order of alternatives decides about lengths.
    let best = bestCut(elements)
    if let best, best.cost <= Self.goodCost { return [best] }
    if work <= 0 { return best.map { [$0] } }
    if elements.count == 1, case .alternation(let branches) = elements[0], branches.count <= 64,
      depth < 4
    {
      var all: [AtomPlan] = []
      for branch in branches {
        guard let plans = plans(for: flattened(branch.elements), depth: depth + 1) else {
          return best.map { [$0] }
        }
        all += plans
      }
      let cost = all.reduce(0) { $0 + $1.cost }
      return cost < (best?.cost ?? .infinity) / 2 ? all : best.map { [$0] }
    }
    if depth < 3 {
      for (index, element) in elements.enumerated() {
        guard case .alternation(let branches) = element, branches.count <= 16 else { continue }
        if work <= 0 { break }
        var all: [AtomPlan] = []
        var isComplete = true
        for branch in branches {
          let single = Array(elements[..<index]) + branch.elements + Array(elements[(index + 1)...])
          guard let plans = plans(for: flattened(single), depth: depth + 1) else {
            isComplete = false
            break
          }
          all += plans
        }
        let cost = all.reduce(0) { $0 + $1.cost }
        if isComplete, cost < (best?.cost ?? .infinity) / 2 { return all }
      }
    }
    return best.map { [$0] }
  }

  /// Takes the first and last turns of repeated groups apart, so that cuts can be made inside them.
  /// Nested ones multiply; what the work does not suffice for stays as it is.
  private mutating func flattened(_ elements: [PatternNode]) -> [PatternNode] {
    var items: [PatternNode] = []
    for element in elements {
      if case .repetition(let sub, let min, let max, let greedy) = element, min > 0,
        !Self.isSingle(sub), work > 0
      {
        work -= 1
        // As `lastTurnsApart`: the loop stands before the last turn.
        if dialect == .yaraX, max == nil, min > 1, sub.hasVaryingLength {
          let first = Swift.min(sub.minimumLength == 0 ? min - 2 : min - 1, 2)
          for _ in 0..<first { items += flattened(sub.elements) }
          items.append(.repetition(sub, min: min - 1 - first, max: nil, isGreedy: greedy))
          items += flattened(sub.elements)
          continue
        }
        // After a turn of no bytes a loop prefers its way out to what else its own turn may be, so the
        // last turn asked for stays with it.
        let isOwn =
          sub.minimumLength == 0 && max != min
          && max ?? .max > AutomatonCompiler.repetitionLimit / 2
        let first = Swift.min(isOwn ? min - 1 : min, 2)
        // Of a fixed number of turns the last one can be taken off too: no choice is moved.
        let last = max == min && min > 2 ? 1 : 0
        let turns = first + last
        for _ in 0..<first { items += flattened(sub.elements) }
        if max != turns {
          items.append(
            .repetition(sub, min: min - turns, max: max.map { $0 - turns }, isGreedy: greedy))
        }
        if last > 0 { items += flattened(sub.elements) }
      } else {
        items.append(element)
      }
    }
    return PatternNode.sequence(items).elements
  }

  private static func isSingle(_ node: PatternNode) -> Bool {
    switch node {
    case .set: true
    case .bytes(let bytes): bytes.count == 1
    default: false
    }
  }

  // MARK: - Cuts

  private mutating func bestCut(_ elements: [PatternNode]) -> AtomPlan? {
    var best: (index: Int, offset: Int, literals: [[UInt8]], rate: Double, cost: Double)?
    var tried = 0
    for index in elements.indices where tried < 2000 && (work > 0 || best == nil) {
      let offsets: Int
      if case .bytes(let bytes) = elements[index] {
        offsets = min(bytes.count, 256)
      } else {
        offsets = 1
      }
      for offset in 0..<offsets {
        tried += 1
        // The first cut is tried whatever it costs.
        if work <= 0, tried > 1 { break }
        var after = Array(elements[index...].prefix(24))
        if offset > 0, case .bytes(let bytes) = elements[index] {
          after[0] = .bytes(Array(bytes[offset...].prefix(Self.maximumLength)))
        }
        guard let (literals, rate) = prefixes(after[...]) else { continue }
        var cost = rate * Self.verifyNanoseconds + Double(literals.count) * 0.0005
        // Such literals are dearer to compile and may need a second pass.
        if literals.contains(where: { $0[0] == 0 }) { cost += 0.02 }
        // What may be left out is no place to begin at for the engines.
        if elements[index].minimumLength == 0 { cost *= 1.2 }
        // Verifying backwards costs a little; prefer the first of equals.
        if let best, cost >= best.cost * 0.9 { continue }
        best = (index, offset, literals, rate, cost)
      }
    }
    guard let best else { return nil }
    var before = Array(elements[..<best.index])
    var after = Array(elements[best.index...])
    if best.offset > 0, case .bytes(let bytes) = elements[best.index] {
      before.append(.bytes(Array(bytes[..<best.offset])))
      after[0] = .bytes(Array(bytes[best.offset...]))
    }
    return AtomPlan(
      before: before, after: after, literals: best.literals, cost: best.cost, rate: best.rate)
  }

  // MARK: - Prefixes

  private struct Prefix: Hashable {
    var bytes: [UInt8]
    /// Nothing may be appended any more.
    var isClosed: Bool
  }

  /// The literals with which a match of `elements` begins, with the expected hits per byte; nil
  /// where some match begins with anything.
  private mutating func prefixes(_ elements: ArraySlice<PatternNode>) -> ([[UInt8]], Double)? {
    var current = [Prefix(bytes: [], isClosed: false)]
    var best: ([[UInt8]], Double)?
    var bestCost = Double.infinity
    func consider() {
      let literals = Self.withoutExtensions(current.map(\.bytes))
      guard !literals.isEmpty, !literals.contains([]) else { return }
      let rate = literals.reduce(0) { $0 + LiteralRarity.rate($1[...], isCaseless: isCaseless) }
      let cost = rate * Self.verifyNanoseconds + Double(literals.count) * 0.0005
      if cost < bestCost {
        bestCost = cost
        best = (literals, rate)
      }
    }
    for element in elements {
      work -= 4 + current.count
      guard let next = extended(current, by: element, depth: 0) else { break }
      current = next
      consider()
      if current.allSatisfy({ $0.isClosed || $0.bytes.count >= Self.maximumLength }) { break }
    }
    return best
  }

  /// Without those that begin with another one, at whose hits they stand anyway.
  private static func withoutExtensions(_ literals: [[UInt8]]) -> [[UInt8]] {
    var kept: [[UInt8]] = []
    for literal in literals.sorted(by: { $0.lexicographicallyPrecedes($1) }) {
      if let last = kept.last, literal.starts(with: last) { continue }
      kept.append(literal)
    }
    return kept
  }

  /// nil where the result would be too many.
  private mutating func extended(
    _ prefixes: [Prefix], by node: PatternNode, depth: Int
  ) -> [Prefix]? {
    guard depth < 16 else { return nil }
    work -= 1 + prefixes.count
    switch node {
    case .empty, .look: return prefixes
    case .bytes(let bytes):
      return prefixes.map { prefix in
        guard !prefix.isClosed else { return prefix }
        var prefix = prefix
        prefix.bytes += bytes.prefix(Self.maximumLength - prefix.bytes.count)
        prefix.isClosed = prefix.bytes.count >= Self.maximumLength
        return prefix
      }
    case .set(let set):
      var members = set.bytes
      if isCaseless {
        members = members.filter { byte in
          !(ByteSet.upper.contains(byte) && set.contains(byte | 0x20))
        }
      }
      let open = prefixes.count { !$0.isClosed }
      guard open > 0 else { return prefixes }
      guard members.count <= 64,
        prefixes.count - open + open * members.count <= Self.maximumLiterals
      else { return nil }
      var result: [Prefix] = []
      for prefix in prefixes {
        if prefix.isClosed {
          result.append(prefix)
        } else {
          for byte in members {
            result.append(
              Prefix(
                bytes: prefix.bytes + [byte],
                isClosed: prefix.bytes.count + 1 >= Self.maximumLength))
          }
        }
      }
      return result
    case .concat(let items):
      var current = prefixes
      for item in items {
        guard let next = extended(current, by: item, depth: depth + 1) else {
          // What is known so far still holds.
          return current.map { Prefix(bytes: $0.bytes, isClosed: true) }
        }
        current = next
      }
      return current
    case .alternation(let branches):
      var result: [Prefix] = prefixes.filter(\.isClosed)
      let open = prefixes.filter { !$0.isClosed }
      for branch in branches {
        guard let next = extended(open, by: branch, depth: depth + 1) else { return nil }
        result += next
        if result.count > Self.maximumLiterals { return nil }
      }
      return Array(Set(result))
    case .repetition(let sub, let min, let max, _):
      var current = prefixes
      for _ in 0..<Swift.min(min, Self.maximumLength) {
        guard let next = extended(current, by: sub, depth: depth + 1) else {
          return current == prefixes ? nil : current.map { Prefix(bytes: $0.bytes, isClosed: true) }
        }
        current = next
      }
      if max == min { return current }
      // Optional turns: either one more, and then anything, or what follows.
      guard let more = extended(current.filter { !$0.isClosed }, by: sub, depth: depth + 1) else {
        return min == 0 ? nil : current.map { Prefix(bytes: $0.bytes, isClosed: true) }
      }
      let result = current + more.map { Prefix(bytes: $0.bytes, isClosed: true) }
      return result.count > Self.maximumLiterals ? nil : result
    }
  }

  /// The best window of a plain literal: its offset and length.
  static func window(of bytes: [UInt8], isCaseless: Bool) -> Range<Int> {
    var best = 0..<min(bytes.count, maximumLength)
    var bestCost = Double.infinity
    for start in bytes.indices.prefix(4096) {
      let end = min(bytes.count, start + maximumLength)
      if start > 0, end - start < min(bytes.count, 4) { break }
      var cost =
        LiteralRarity.rate(bytes[start..<end], isCaseless: isCaseless) * verifyNanoseconds
      if bytes[start] == 0 { cost += 0.02 }
      if cost < bestCost * 0.9 {
        bestCost = cost
        best = start..<end
      }
    }
    return best
  }

  /// Roughly the four bytes that YARA-X would search for in a literal: the order in which its
  /// atoms end decides which of two literals that match at one offset it reports.
  static func engineWindow(of bytes: [UInt8]) -> Range<Int> {
    0..<min(bytes.count, 4)
  }
}
