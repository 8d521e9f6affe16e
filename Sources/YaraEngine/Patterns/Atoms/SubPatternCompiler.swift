internal import Bytes
internal import YaraSyntax

/// From patterns to sub-patterns, automata and atoms.
///
/// Text becomes literals (ascii, wide, each base64 phase; xor is one literal found by one atom a
/// key, or by `XorSearch`). Expressions that are a literal or an alternation of literals become literals; those with
/// a large gap become chains, as YARA-X splits them; the rest get automata around the atoms that
/// `AtomChooser` finds, or are searched without atoms.
struct SubPatternCompiler {
  enum Verdict { case fast, slow, tooLarge }

  let dialect: Dialect
  private(set) var layout = PatternSetLayout()
  private var programIndex: [PatternNode: Int32] = [:]
  private var literalIndex: [SearchLiteral: Int] = [:]

  init(dialect: Dialect) { self.dialect = dialect }

  private static let shortestPiece = 2
  /// What choosing atoms may still cost for all patterns, and what each has anyway.
  private var atomWork = 60_000_000
  private static let leastAtomWork = 5_000
  private static let maximumWeightOfPlans = 4_000_000
  /// Automaton instructions and searched literals of all patterns, 12 and some 100 bytes each.
  private static let maximumInstructions = 32_000_000
  private static let maximumOwners = 8_000_000
  private var instructionCount = 0
  private var ownerCount = 0

  /// No more patterns are taken in when this is true; each alone is bounded.
  var isFull: Bool {
    instructionCount > Self.maximumInstructions || ownerCount > Self.maximumOwners
  }

  mutating func add(_ pattern: Pattern, id: PatternID) -> Verdict {
    let before = Sizes(layout)
    let verdict: Verdict
    switch pattern.content {
    case .text(let bytes):
      addText(bytes, pattern, id)
      verdict = .fast
    case .regex(let node, let greediness):
      verdict = addExpression(node, greediness: greediness, pattern, id)
    case .hex(let node):
      verdict = addExpression(node, greediness: nil, pattern, id)
    }
    if verdict == .tooLarge {
      takeBack(to: before)
      return verdict
    }
    layout.patterns.append(pattern)
    return verdict
  }

  private struct Sizes {
    let subPatterns, programs, base64Phases, chains, rivals, fallbacks, pool: Int
    init(_ layout: PatternSetLayout) {
      subPatterns = layout.subPatterns.count
      programs = layout.programs.count
      base64Phases = layout.base64Phases.count
      chains = layout.chains.count
      rivals = layout.rivals.count
      fallbacks = layout.fallbacks.count
      pool = layout.pool.count
    }
  }

  /// Removes what a pattern that turned out too large has added.
  private mutating func takeBack(to sizes: Sizes) {
    layout.subPatterns.removeSubrange(sizes.subPatterns...)
    layout.programs.removeSubrange(sizes.programs...)
    layout.base64Phases.removeSubrange(sizes.base64Phases...)
    layout.chains.removeSubrange(sizes.chains...)
    layout.rivals.removeSubrange(sizes.rivals...)
    layout.fallbacks.removeSubrange(sizes.fallbacks...)
    layout.pool.removeSubrange(sizes.pool...)
    programIndex = programIndex.filter { Int($0.value) < sizes.programs }
    for index in layout.owners.indices {
      layout.owners[index].removeAll { Int($0.subPattern) >= sizes.subPatterns }
    }
  }

  // MARK: - Parts

  private mutating func addToPool(_ bytes: [UInt8], _ sub: inout SubPattern) {
    sub.literalStart = Int32(layout.pool.count)
    sub.literalCount = Int32(bytes.count)
    layout.pool += bytes
  }

  private mutating func append(_ sub: SubPattern) -> Int32 {
    layout.subPatterns.append(sub)
    return Int32(layout.subPatterns.count - 1)
  }

  /// - Parameters:
  ///   - before: bytes that stand before the atom wherever there is a match, and
  ///   - after: behind it; as far as they are known.
  private mutating func addAtom(
    _ bytes: [UInt8], before: ArraySlice<UInt8> = [], after: ArraySlice<UInt8> = [], isCaseless: Bool,
    anchor: Int, of sub: Int32
  ) {
    let folds = isCaseless && bytes.contains(where: ByteSet.letters.contains)
    func folded(_ bytes: some Collection<UInt8>) -> [UInt8] {
      folds ? bytes.map { ByteSet.upper.contains($0) ? $0 | 0x20 : $0 } : Array(bytes)
    }
    var near = (before.suffix(Self.knownAround), after.prefix(Self.knownAround))
    // The literal is compared as it is, and so are these.
    if isCaseless, !folds {
      near.0 = near.0[(near.0.lastIndex(where: ByteSet.letters.contains).map { $0 + 1 } ?? near.0.startIndex)...]
      near.1 = near.1.prefix { !ByteSet.letters.contains($0) }
    }
    var literal = SearchLiteral(bytes: folded(bytes), isCaseless: folds)
    let owner = AtomOwner(subPattern: sub, anchor: Int32(anchor))
    ownerCount += 1
    if let index = literalIndex[literal] {
      layout.owners[index].append(owner)
      layout.literals[index].keepAround(before: folded(near.0), after: folded(near.1))
    } else {
      literalIndex[literal] = layout.literals.count
      literal.before = folded(near.0)
      literal.after = folded(near.1)
      layout.literals.append(literal)
      layout.owners.append([owner])
    }
  }

  /// Bytes kept on each side of an atom: with it as many as finding it faster takes.
  private static let knownAround = 24

  /// nil where it would be too large.
  private mutating func program(_ node: PatternNode) -> Int32? {
    if let index = programIndex[node] { return index }
    guard let program = AutomatonCompiler.compile(node, isBounded: true) else {
      // Where many are too large, finding that out is what costs.
      instructionCount += AutomatonCompiler.maximumSize
      return nil
    }
    layout.programs.append(program)
    instructionCount += program.instructions.count
    let index = Int32(layout.programs.count - 1)
    programIndex[node] = index
    return index
  }

  // MARK: - Text

  private mutating func addText(_ bytes: [UInt8], _ pattern: Pattern, _ id: PatternID) {
    var forms: [(bytes: [UInt8], isWide: Bool)] = []
    if pattern.isWide { forms.append((Wide.interleaved(bytes), true)) }
    if pattern.isAscii { forms.append((bytes, false)) }
    for form in forms {
      if !pattern.base64.isEmpty {
        for encoding in pattern.base64 {
          // YARA-X decodes what stands around; it refuses texts of less than three bytes, and alphabets
          // in which a byte stands twice.
          let isDecoded = dialect == .yaraX && bytes.count > 2 && Set(encoding.alphabet).count == 64
          addBase64(form.bytes, encoding, id, isDecoded: isDecoded)
        }
        continue
      }
      var sub = SubPattern(pattern: id, kind: pattern.xorKeys == nil ? .literal : .xor)
      sub.isWide = form.isWide
      sub.fullwordLeft = pattern.isFullword
      sub.fullwordRight = pattern.isFullword
      if let keys = pattern.xorKeys {
        sub.decodesNeighbours = dialect == .yaraX
        // A wide and a plain form at one offset: the one byte of the plain form is found first.
        sub.replacement = bytes.count > 1 ? .keepLonger : form.isWide ? .keepFirst : .replace
        sub.lowKey = keys.lowerBound
        sub.highKey = keys.upperBound
        addToPool(form.bytes, &sub)
        let index = append(sub)
        if form.bytes.count >= XorSearch.shortestForm {
          layout.xorForms.append(index)
        } else {
          addXorAtoms(of: index)
        }
      } else {
        sub.isCaseless = pattern.isCaseless
        // YARA lists the plain form of `"a" ascii wide`, YARA-X the longer one.
        if dialect == .yaraX { sub.replacement = .keepLonger }
        _ = addLiteral(form.bytes, &sub)
      }
    }
  }

  /// One atom a key.
  private mutating func addXorAtoms(of index: Int32) {
    let sub = layout.subPatterns[Int(index)]
    let start = Int(sub.literalStart)
    let text = Array(layout.pool[start..<start + Int(sub.literalCount)])
    for key in sub.lowKey...sub.highKey {
      let changed = text.map { $0 ^ key }
      let window = AtomChooser.window(of: changed, isCaseless: false)
      addAtom(
        Array(changed[window]), before: changed[..<window.lowerBound], after: changed[window.upperBound...],
        isCaseless: false, anchor: window.upperBound, of: index)
    }
  }

  /// Everything, once all patterns are there: few xor forms get an atom a key, many are left to
  /// `XorSearch`.
  mutating func finish() -> PatternSetLayout {
    if layout.xorForms.count <= XorSearch.worthwhile {
      for index in layout.xorForms { addXorAtoms(of: index) }
      layout.xorForms = []
    }
    return layout
  }

  private mutating func addLiteral(_ bytes: [UInt8], _ sub: inout SubPattern) -> Int32 {
    let window = AtomChooser.window(of: bytes, isCaseless: sub.isCaseless)
    sub.isAtomProof = window.count == bytes.count
    addToPool(bytes, &sub)
    let index = append(sub)
    addAtom(
      Array(bytes[window]), before: bytes[..<window.lowerBound], after: bytes[window.upperBound...],
      isCaseless: sub.isCaseless, anchor: window.upperBound, of: index)
    return index
  }

  private mutating func addBase64(
    _ text: [UInt8], _ encoding: Pattern.Base64, _ id: PatternID, isDecoded: Bool
  ) {
    let phases = (0..<3).map { Base64Phase(text, phase: $0, alphabet: encoding.alphabet) }
    for encoded in phases {
      // Trailing characters that hold fewer than six bits of the text were never made.
      guard !encoded.literal.isEmpty else { continue }
      let bytes = encoding.isWide ? Wide.interleaved(encoded.literal) : encoded.literal
      var sub = SubPattern(pattern: id, kind: isDecoded ? .base64 : .literal)
      sub.isWide = encoding.isWide
      // Of phases that begin at one place, as those of equal bytes do, YARA takes the longest where none
      // is found by less than four characters.
      if !isDecoded, phases.allSatisfy({ $0.literal.count > 3 }) { sub.replacement = .keepLonger }
      sub.base64 = Int32(layout.base64Phases.count)
      layout.base64Phases.append(encoded)
      _ = addLiteral(bytes, &sub)
    }
  }

  // MARK: - Expressions

  private mutating func addExpression(
    _ node: PatternNode, greediness: Bool?, _ pattern: Pattern, _ id: PatternID
  ) -> Verdict {
    let isGreedy = greediness == true
    // Nothing can match: no sub-pattern.
    guard node.minimumLength != nil else { return .fast }
    var isHex = false
    if case .hex = pattern.content { isHex = true }
    var pieces = split(node, isHex: isHex)
    if pieces.count == 1, let literals = node.literalAlternatives {
      addAlternation(literals, pattern, id)
      return .fast
    }
    // Nothing longer than both directions' limits is read, unless it is a plain literal.
    for index in pieces.indices {
      if case .bytes = pieces[index].node { continue }
      if pieces[index].node.minimumLength ?? .max > 2 * SubPattern.scanLimitOfSimple {
        return .fast
      }
      pieces[index].node = pieces[index].node.bounded(
        weight: AutomatonCompiler.maximumSize / 2, longest: 2 * SubPattern.scanLimitOfSimple)
      // What else is done with it may cost as much as it would with its turns written out.
      if pieces[index].node.weight > 2 * AutomatonCompiler.maximumSize { return .tooLarge }
    }
    var verdict = Verdict.fast
    for isWide in [false, true] where isWide ? pattern.isWide : pattern.isAscii {
      var chain: Int32 = -1
      if pieces.count > 1 {
        chain = Int32(layout.chains.count)
        layout.chains.append(
          PatternChain(
            pattern: id, pieceCount: pieces.count,
            gaps: pieces.dropFirst().map { ($0.low, $0.high) }, isGreedy: isGreedy))
      }
      for (number, piece) in pieces.enumerated() {
        var sub = SubPattern(pattern: id, kind: .expression)
        sub.stride = isWide ? 2 : 1
        sub.isWide = isWide
        sub.isCaseless = pattern.isCaseless
        sub.fullwordLeft = pattern.isFullword && number == 0
        sub.fullwordRight = pattern.isFullword && number == pieces.count - 1
        // In both engines a greedy wide match takes the place of an ascii one, even a longer one.
        sub.replacement =
          !isGreedy ? .keepFirst : isWide && pattern.isAscii ? .replace : .keepLonger
        sub.chain = chain
        sub.piece = Int32(number)
        if case .bytes(let bytes) = piece.node {
          sub.kind = .literal
          _ = addLiteral(isWide ? Wide.interleaved(bytes) : bytes, &sub)
          continue
        }
        switch dialect {
        case .yaraX:
          sub.limit = piece.node.isSimple ? SubPattern.scanLimitOfSimple : SubPattern.scanLimit
        case .yara:
          sub.limit = SubPattern.scanLimitOfYARA / sub.stride
        }
        switch addPiece(piece.node, sub, isLazy: greediness == false) {
        case .fast: break
        case .slow: verdict = .slow
        case .tooLarge: return .tooLarge
        }
      }
    }
    return verdict
  }

  private func isGreedy(_ sub: SubPattern) -> Bool { sub.replacement != .keepFirst }

  private mutating func addPiece(
    _ parsed: PatternNode, _ base: SubPattern, isLazy: Bool
  ) -> Verdict {
    let node = parsed.uncaptured
    let work = max(Self.leastAtomWork, min(AtomChooser.maximumWork, atomWork))
    var chooser = AtomChooser(
      isCaseless: base.isCaseless, isFullword: base.fullwordRight,
      keepsLonger: isGreedy(base), isPiece: base.chain >= 0,
      takesLoopsApart: isLazy && base.fullwordRight && base.chain < 0, dialect: dialect, work: work)
    var plans = chooser.plans(for: node)
    atomWork = max(0, atomWork - (work - chooser.work))
    // Each plan has automata of its own.
    if plans.count > 1, saturatingProduct(plans.count, node.weight) > Self.maximumWeightOfPlans {
      plans = [chooser.planWithoutAtoms(for: node)]
    }
    var base = base
    // YARA begins at any byte that is fixed, even where too few are to search for them here.
    base.hasPlainNeighbours =
      dialect == .yara && plans.allSatisfy(\.literals.isEmpty)
      && !parsed.hasFixedByte(isCaseless: base.isCaseless)
    var isSlow = false
    for plan in plans where !plan.literals.isEmpty {
      guard var sub = subPattern(plan, base) else { return .tooLarge }
      if plan.endsFromBeginning {
        guard let whole = program(asRead(node)) else { return .tooLarge }
        sub.whole = whole
      }
      let index = append(sub)
      let (before, after) = plan.bytesAround
      for literal in plan.literals {
        if literal.count < 2 { isSlow = true }
        if base.stride == 2 {
          let wide = Array(Wide.interleaved(literal).prefix(11))
          // A zero at the end says little and a literal may not begin with one.
          addAtom(wide, isCaseless: base.isCaseless, anchor: wide.count, of: index)
        } else {
          addAtom(
            literal, before: before[...], after: after.dropFirst(literal.count), isCaseless: base.isCaseless,
            anchor: literal.count, of: index)
        }
      }
    }
    let rest = plans.filter(\.literals.isEmpty)
    guard !rest.isEmpty else { return isSlow ? .slow : .fast }
    return addWithoutAtoms(rest, base)
  }

  private func asRead(_ node: PatternNode) -> PatternNode { dialect == .yaraX ? node.lastTurnsApart : node }

  /// The automata of a plan; nil where they are too large.
  private mutating func subPattern(_ plan: AtomPlan, _ base: SubPattern) -> SubPattern? {
    var sub = base
    guard let forward = program(asRead(.sequence(plan.after))) else { return nil }
    sub.forward = forward
    if !plan.before.isEmpty {
      let before = PatternNode.sequence(plan.before)
      guard let backward = program(before.reversed) else { return nil }
      sub.backward = backward
      // Pieces of chains need all their places and all their ends.
      if base.chain < 0, before.maximumLength ?? .max > 64 {
        sub.defersBackward = isGreedy(base)
        sub.tracesBackward = true
      }
    }
    sub.neighbourhood = CutNeighbourhood(
      forward: layout.programs[Int(forward)],
      backward: sub.backward < 0 ? nil : layout.programs[Int(sub.backward)], stride: sub.stride)
    return sub
  }

  /// One search for the places of all of these, then each is verified there for itself.
  private mutating func addWithoutAtoms(_ plans: [AtomPlan], _ base: SubPattern) -> Verdict {
    let first = layout.subPatterns.count
    for plan in plans {
      guard let sub = subPattern(plan, base) else { return .tooLarge }
      _ = append(sub)
    }
    let node = PatternNode.choice(plans.map { .sequence($0.after) })
    guard let finder = program(node.reversed) else { return .tooLarge }
    layout.subPatterns[first].finder = finder
    layout.subPatterns[first].followers = Int32(plans.count - 1)
    if let probe = RunProbe(node, limit: base.limit) {
      layout.subPatterns[first].probe = Int32(layout.probes.count)
      layout.probes.append(probe)
    }
    layout.fallbacks.append(Int32(first))
    return .slow
  }

  /// An alternation of literals: each is a literal of its own, and where two match at one offset the
  /// one that YARA-X finds first wins.
  private mutating func addAlternation(
    _ literals: [[UInt8]], _ pattern: Pattern, _ id: PatternID
  ) {
    var added: [(index: Int32, bytes: [UInt8], order: Int)] = []
    for literal in literals where !literal.isEmpty {
      for isWide in [false, true] where isWide ? pattern.isWide : pattern.isAscii {
        let bytes = isWide ? Wide.interleaved(literal) : literal
        var sub = SubPattern(pattern: id, kind: .literal)
        sub.isWide = isWide
        sub.fullwordLeft = pattern.isFullword
        sub.fullwordRight = pattern.isFullword
        let window = AtomChooser.engineWindow(of: bytes)
        added.append((addLiteral(bytes, &sub), bytes, window.upperBound))
      }
    }
    guard added.count <= 256 else { return }
    for one in added {
      let rivals = added.filter { other in
        other.index != one.index && (other.order, other.index) < (one.order, one.index)
          && (other.bytes.starts(with: one.bytes) || one.bytes.starts(with: other.bytes))
      }
      guard !rivals.isEmpty else { continue }
      layout.subPatterns[Int(one.index)].rivals = Int32(layout.rivals.count)
      layout.rivals.append(rivals.map(\.index))
    }
  }

  // MARK: - Chains

  private struct Piece {
    var node: PatternNode
    /// The gap before it.
    var low = 0
    var high: Int?
  }

  /// Splits at gaps of any bytes that may be longer than 200. YARA-X wants two bytes on both sides;
  /// YARA splits hex patterns wherever something stands there, and expressions at lazy counts only.
  private func split(_ node: PatternNode, isHex: Bool) -> [Piece] {
    guard case .concat(let items) = node else { return [Piece(node: node)] }
    let shortest = dialect == .yara && isHex ? 1 : Self.shortestPiece
    var pieces: [Piece] = []
    var current = GrowingSequence()
    var low = 0
    var high: Int?
    var gap: PatternNode = .empty
    for item in items {
      if let jump = item.anyByteGap, !current.items.isEmpty,
        (jump.max ?? Int(UInt32.max)) > PatternNode.longestGap,
        dialect == .yaraX || isHex || (jump.max != nil && !jump.isGreedy),
        current.isAtLeast(shortest)
      {
        pieces.append(Piece(node: .sequence(current.items), low: low, high: high))
        low = jump.min
        high = jump.max
        gap = item
        current = GrowingSequence()
      } else {
        current.append(item)
      }
    }
    if current.items.isEmpty || pieces.isEmpty { return [Piece(node: node)] }
    let last = PatternNode.sequence(current.items)
    if current.isAtLeast(shortest) {
      pieces.append(Piece(node: last, low: low, high: high))
    } else {
      pieces[pieces.count - 1].node = .sequence([pieces[pieces.count - 1].node, gap, last])
    }
    return pieces
  }
}

extension SearchLiteral {
  /// Of what is known around it for one owner, only what holds for another as well.
  fileprivate mutating func keepAround(before others: [UInt8], after othersAfter: [UInt8]) {
    var same = 0
    while same < min(before.count, others.count),
      before[before.count - 1 - same] == others[others.count - 1 - same]
    {
      same += 1
    }
    if same < before.count { before = before.suffix(same) }
    same = zip(after, othersAfter).prefix { $0 == $1 }.count
    if same < after.count { after = Array(after.prefix(same)) }
  }
}

extension AtomPlan {
  /// Bytes that stand right before the cut in every match, and those from the cut on, which begin with the
  /// one literal. None where there are several.
  fileprivate var bytesAround: (before: [UInt8], fromCut: [UInt8]) {
    var known: [UInt8] = []
    if case .bytes(let bytes)? = before.last { known = bytes }
    var fromCut: [UInt8] = []
    for element in after {
      guard case .bytes(let bytes) = element else { break }
      fromCut += bytes
    }
    guard literals.count == 1, fromCut.starts(with: literals[0]) else { return (known, []) }
    return (known, fromCut)
  }
}

extension PatternNode {
  /// Whether every match has a byte of one value somewhere; without regard to case a letter is one.
  func hasFixedByte(isCaseless: Bool) -> Bool {
    switch self {
    case .empty, .look: false
    case .bytes: true
    case .set(let set):
      isCaseless
        && set.bytes.first.map { ByteSet.upper.contains($0) && set == ByteSet([$0, $0 | 0x20]) } ?? false
    case .concat(let items): items.contains { $0.hasFixedByte(isCaseless: isCaseless) }
    case .alternation(let branches):
      // An alternation of one set is a choice of bytes.
      if branches.count == 1, case .set(let set) = branches[0] {
        set != .all
      } else {
        branches.allSatisfy { $0.hasFixedByte(isCaseless: isCaseless) }
      }
    case .repetition(let sub, let min, _, _): min > 0 && sub.hasFixedByte(isCaseless: isCaseless)
    }
  }

  /// Made of bytes, masked bytes, gaps and alternatives of these only, with two bytes to find it by,
  /// and not open at its end: YARA-X runs such patterns on another machine, whose scan limit is
  /// larger by one.
  var isSimple: Bool {
    if case .repetition? = elements.last { return false }
    guard longestMaskedRun > 1 else { return false }
    return elements.allSatisfy { element in
      switch element {
      case .bytes: true
      case .set(let set): set.isMask
      case .alternation(let branches):
        branches.allSatisfy { branch in
          branch.elements.allSatisfy {
            switch $0 {
            case .bytes: true
            case .set(let set): set.isMask
            default: false
            }
          }
        }
      case .repetition(.set(let set), _, _, _): set == .all || set == .allButNewline
      default: false
      }
    }
  }
}

extension PatternNode {
  /// How many bytes of one value, or some of it, stand in a row at most.
  private var longestMaskedRun: Int {
    var longest = 0
    var run = 0
    for element in elements {
      switch element {
      case .bytes(let bytes): run += bytes.count
      case .set(let set) where set != .all: run += 1
      case .alternation: run = element.minimumLength ?? 0
      default: run = 0
      }
      longest = max(longest, run)
    }
    return longest
  }
}

extension ByteSet {
  /// Is this all bytes that agree with a value in some bits?
  var isMask: Bool {
    let members = bytes
    guard let first = members.first else { return false }
    let free = members.reduce(UInt8(0)) { $0 | ($1 ^ first) }
    return members.count == 1 << free.nonzeroBitCount
  }
}
