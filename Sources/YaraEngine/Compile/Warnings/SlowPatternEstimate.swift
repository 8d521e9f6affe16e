/// Says whether a pattern slows a scan down, as the warning `W701` has it.
///
/// A pattern is slow where one of the literals that it is searched by has fewer than two bytes, or where
/// there are thousands of two. The measure is YARA-X's, so that a rule earns the warning in both engines
/// or in neither.
enum SlowPatternEstimate {
  /// Bounds the work on a piece; what needs more of it is left without a warning.
  private static let workOfPiece = 4_000_000

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
    for piece in pieces where work > 0 && !EngineAtoms.hasTellingLiteral(piece) {
      let given = min(work, workOfPiece)
      var atoms = EngineAtoms(work: given)
      let best = atoms.best(piece)
      work -= given - max(0, atoms.work)
      guard atoms.work > 0 else { continue }
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

  // MARK: - Pieces

  private static let largeGap = PatternNode.longestGap

  /// The parts between gaps of more than 200 bytes of any value that have two bytes on both sides.
  private static func pieces(of node: PatternNode) -> [PatternNode] {
    guard case .concat(let items) = node else { return [node] }
    var pieces: [[PatternNode]] = []
    var current = GrowingSequence()
    var gap: PatternNode = .empty
    for item in items {
      if let jump = item.anyByteGap, (jump.max ?? .max) > largeGap, current.isAtLeast(2) {
        pieces.append(current.items)
        current = GrowingSequence()
        gap = item
      } else {
        current.append(item)
      }
    }
    if !current.items.isEmpty {
      if current.isAtLeast(2) || pieces.isEmpty {
        pieces.append(current.items)
      } else {
        pieces[pieces.count - 1] += [gap] + current.items
      }
    }
    return pieces.map { .sequence($0) }
  }
}
