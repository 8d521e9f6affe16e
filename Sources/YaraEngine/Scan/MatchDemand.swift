/// How many matches of each pattern the conditions can tell apart: of a pattern that is only asked
/// whether it is there the first is enough, of one that must be there more than five times the
/// sixth. What is beyond need not be verified where matches are not reported.
enum MatchDemand {
  /// By pattern; `Int.max` where places, lengths or exact numbers matter.
  static func counts(_ program: ConditionProgram, _ patternCount: Int) -> [Int] {
    var counts = Array(repeating: 1, count: patternCount)
    func demand(_ operand: PatternOperand, _ count: Int) {
      // What a loop goes over is demanded where the loop is.
      guard case .pattern(let id) = operand else { return }
      counts[id.index] = max(counts[id.index], count)
    }
    func demandAll(_ list: PatternList) {
      for id in program.patterns(list) { counts[id.index] = .max }
    }
    // Counts that stand in a comparison with a constant; children precede their parents.
    var compared: [NodeID: Int] = [:]
    for node in program.nodes {
      guard case .compareIntegers(_, let a, let b) = node else { continue }
      for (count, other) in [(a, b), (b, a)] {
        guard case .patternCount = program.nodes[count.index],
          case .integer(let value) = program.nodes[other.index]
        else { continue }
        let enough = value < 0 ? 1 : value >= Int64(Int.max) ? Int.max : Int(value) + 1
        compared[count] = max(compared[count] ?? 0, enough)
      }
    }
    for (index, node) in program.nodes.enumerated() {
      switch node {
      case .patternCount(let operand):
        demand(operand, compared[NodeID(UInt32(clamping: index))] ?? .max)
      case .patternAt(let operand, _), .patternIn(let operand, _, _),
        .patternCountIn(let operand, _, _), .patternOffset(let operand, _),
        .patternLength(let operand, _):
        demand(operand, .max)
      case .of(let selection):
        switch program.selections[Int(selection)].items {
        case .patternsAt(let list, _), .patternsIn(let list, _, _): demandAll(list)
        case .patterns, .conditions: break
        }
      case .loop(let loop):
        if case .patterns(let list, _) = program.loops[Int(loop)].items { demandAll(list) }
      default: break
      }
    }
    return counts
  }
}
