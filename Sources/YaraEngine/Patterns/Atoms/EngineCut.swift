/// Where YARA-X cuts an expression in two: at a literal that it searches for. It reads the first part
/// backwards from there, to every place at which a match may begin, and the second forwards, to the one
/// end that is preferred. What stands before the cut so has no say about the end, and a match that
/// begins at one place has an end for each of the places at which a literal of its stands: of greedy
/// expressions the longest counts, and for `fullword` any that ends a word.
struct EngineCut {
  /// Read backwards.
  var before: [PatternNode]
  /// Read forwards.
  var after: [PatternNode]

  /// Whether the beginning of a match decides where it is cut.
  var isFixed: Bool { !PatternNode.sequence(before).hasVaryingLength }

  /// All cuts of an expression, and the literals that are matches wherever they stand, whatever is read from
  /// there; nil where telling them costs more than `work`, which is counted down.
  static func all(
    of node: PatternNode, work: inout Int
  ) -> (cuts: [EngineCut], literals: [[UInt8]])? {
    var atoms = EngineAtoms(work: work)
    let best = atoms.best(node)
    work = max(0, atoms.work)
    guard work > 0 else { return nil }
    // Without a literal it is read from every place on.
    guard let best else { return ([EngineCut(before: [], after: [node])], []) }
    return (cuts(of: node, at: best.place), best.wholeMatches)
  }

  private static func cuts(of node: PatternNode, at place: EngineAtoms.Place) -> [EngineCut] {
    switch (place, node) {
    case (.offset(let offset), .bytes(let bytes)):
      return [
        EngineCut(before: [.bytes(Array(bytes[..<offset]))], after: [.bytes(Array(bytes[offset...]))])
      ]
    case (.item(let index, let inner), .concat(let items)):
      return cuts(of: items[index], at: inner).map { cut in
        EngineCut(before: items[..<index] + cut.before, after: cut.after + items[(index + 1)...])
      }
    case (.branches(let places), .alternation(let branches)):
      return zip(branches, places).flatMap { cuts(of: $0, at: $1) }
    case (.turn(let inner), .repetition(let sub, let min, let max, let isGreedy)):
      return turns(of: sub, at: inner, min: min, max: max, isGreedy: isGreedy)
    default:
      return [EngineCut(before: [], after: [node])]
    }
  }

  /// Every turn of `x+` holds a literal. Counted loops are cut at their first turn, so that the count
  /// holds.
  private static func turns(
    of sub: PatternNode, at place: EngineAtoms.Place, min: Int, max: Int?, isGreedy: Bool
  ) -> [EngineCut] {
    let inner = cuts(of: sub, at: place)
    func loop(_ low: Int, _ high: Int?) -> [PatternNode] {
      high == 0 ? [] : [.repetition(sub, min: low, max: high, isGreedy: isGreedy)]
    }
    let others = max.map { $0 - 1 }
    // A lazy loop may end after any of its turns: those before the last one are read backwards.
    if !isGreedy, min == 1 {
      return inner.map { EngineCut(before: loop(0, others) + $0.before, after: $0.after) }
    }
    // The turns of a greedy loop that are all of one length end where they end, whichever is looked at.
    let isEven = inner.count == 1 && !sub.hasVaryingLength
    let before = min == 1 && max == nil && !isEven ? loop(0, nil) : []
    // Of `x{2,}` the last turn stands behind the loop (`lastTurnsApart`).
    let rest = min == 2 && max == nil ? loop(0, nil) + [sub] : loop(Swift.max(0, min - 1), others)
    return inner.map { EngineCut(before: before + $0.before, after: $0.after + rest) }
  }
}
