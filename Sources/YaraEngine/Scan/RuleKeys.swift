/// For each rule a few patterns, its *keys*, of which at least one must match for it to be true: the
/// cheapest such set. Only these are searched for in every file; the others where a key was found.
///
/// Of `all of them` one pattern is enough, of `8 of ($s*)` with ten patterns three; of what `or`
/// joins every side needs its own. What is dear to search for (short texts, expressions without
/// literals) is left for the few files that have a key.
///
/// The walk goes over the arena in its order, children before parents: nothing recurses.
struct RuleKeys: Sendable {
  /// By rule; nil where it may be true without any match.
  let keys: [[PatternID]?]
  /// Rules with key i are `owners[starts[i]..<starts[i + 1]]`.
  let starts: [Int32]
  let owners: [RuleID]
  /// The keys of all rules, and all patterns of those without.
  let base: PatternSelection

  /// - Parameter costs: of searching for a pattern, in nanoseconds a byte.
  init(_ rules: [Rule], _ program: ConditionProgram, costs: [Double]) {
    var finder = KeyFinder(program, rules, costs)
    finder.run()
    keys = rules.map { $0.hasEffects ? nil : finder.keys(of: $0.condition) }
    var counts = [Int32](repeating: 0, count: costs.count + 1)
    for list in keys { for key in list ?? [] { counts[key.index + 1] += 1 } }
    for index in costs.indices { counts[index + 1] += counts[index] }
    starts = counts
    var owners = Array(repeating: RuleID(0), count: Int(counts[costs.count]))
    var base = PatternSelection()
    for (rule, list) in zip(rules, keys) {
      if list == nil { for pattern in rule.patterns { base.insert(pattern.pattern) } }
      for key in list ?? [] {
        owners[Int(counts[key.index])] = rule.id
        counts[key.index] += 1
        base.insert(key)
      }
    }
    self.owners = owners
    self.base = base
  }
}

/// Finds the keys of conditions.
private struct KeyFinder {
  private let program: ConditionProgram
  private let rules: [Rule]
  private let costs: [Double]
  /// By node.
  private var found: [[PatternID]?]
  /// A condition with more keys is taken for one without.
  private static let maximumKeys = 4096
  /// What may still be listed for all conditions together; beyond it they are taken for ones without
  /// keys, which is as correct.
  private var room = 8_000_000

  init(_ program: ConditionProgram, _ rules: [Rule], _ costs: [Double]) {
    self.program = program
    self.rules = rules
    self.costs = costs
    found = Array(repeating: nil, count: program.nodes.count)
  }

  mutating func run() {
    for index in program.nodes.indices where room > 0 {
      room -= width(program.nodes[index])
      guard let keys = keys(program.nodes[index]), keys.count <= Self.maximumKeys else { continue }
      room -= keys.count
      found[index] = keys
    }
  }

  /// How many members are looked at to find a node's keys.
  private func width(_ node: ConditionNode) -> Int {
    switch node {
    case .of(let index):
      switch program.selections[Int(index)].items {
      case .patterns(let list), .patternsAt(let list, _), .patternsIn(let list, _, _): Int(list.count)
      case .conditions: 0
      }
    case .loop(let index):
      if case .patterns(let list, _) = program.loops[Int(index)].items { Int(list.count) } else { 0 }
    default: 0
    }
  }

  func keys(of id: NodeID) -> [PatternID]? {
    // What a loop goes over is not known outside of it.
    found[id.index].flatMap { $0.contains(where: isVariable) ? nil : $0 }
  }

  /// Stands for the pattern that a loop is at.
  private func variable(_ slot: Slot) -> PatternID { PatternID(UInt32.max - slot.rawValue) }
  private func isVariable(_ pattern: PatternID) -> Bool { pattern.index >= costs.count }
  private func cost(_ pattern: PatternID) -> Double { isVariable(pattern) ? 0 : costs[pattern.index] }
  private func cost(_ keys: [PatternID]) -> Double { keys.reduce(0) { $0 + cost($1) } }

  private func key(_ operand: PatternOperand) -> [PatternID] {
    switch operand {
    case .pattern(let id): [id]
    case .loop(let slot): [variable(slot)]
    }
  }

  private func cheapest(_ lists: [[PatternID]]) -> [PatternID]? {
    lists.min { cost($0) < cost($1) }
  }

  private func union(_ lists: [[PatternID]]) -> [PatternID] {
    if lists.count == 1 { return lists[0] }
    var seen: Set<PatternID> = []
    var result: [PatternID] = []
    for list in lists { for key in list where seen.insert(key).inserted { result.append(key) } }
    return result
  }

  /// Of `count` members so many must be true; nil where none must.
  private func number(_ quantifier: QuantifierNode, of count: Int) -> Int? {
    switch quantifier {
    case .none: return nil
    case .any: return 1
    case .all: return count
    case .count(let node), .atLeast(let node):
      guard let value = constant(node), value > 0 else { return nil }
      return Int(min(value, Int64(count)))
    case .percentage(let node):
      guard let value = constant(node), value > 0 else { return nil }
      // Rounded down: a key too many does no harm.
      return max(1, Int(Double(count) * Double(min(value, 100)) / 100))
    }
  }

  private func constant(_ id: NodeID) -> Int64? {
    guard id != NodeID.none, case .integer(let value) = program.nodes[id.index] else { return nil }
    return value
  }

  /// Of members with these keys so many must be true: all but one less than that are enough.
  private func selected(_ lists: [[PatternID]?], _ wanted: Int?) -> [PatternID]? {
    guard let wanted, !lists.isEmpty else { return nil }
    let needed = max(1, lists.count - wanted + 1)
    let known = lists.compactMap { $0 }.map { (keys: $0, cost: cost($0)) }
    guard known.count >= needed else { return nil }
    return union(known.sorted { $0.cost < $1.cost }.prefix(needed).map(\.keys))
  }

  private func keys(_ node: ConditionNode) -> [PatternID]? {
    switch node {
    case .boolean(false): return []
    case .and(let list): return cheapest(program.children(list).compactMap { found[$0.index] })
    case .or(let list):
      let lists = program.children(list).map { found[$0.index] }
      return selected(lists, 1)
    case .rule(let rule):
      return rules[rule.index].hasEffects ? nil : found[rules[rule.index].condition.index]
    case .pattern(let operand), .patternAt(let operand, _), .patternIn(let operand, _, _):
      return key(operand)
    case .compareIntegers(let comparison, let a, let b): return comparisonKeys(comparison, a, b)
    case .truth(.integer, let operand): return numberKey(operand)
    case .with(let list):
      return list.count > 0 ? found[program.children[Int(list.start + list.count) - 1].index] : nil
    case .of(let index):
      let selection = program.selections[Int(index)]
      switch selection.items {
      case .patterns(let list), .patternsAt(let list, _), .patternsIn(let list, _, _):
        let lists = program.patterns(list).map { [$0] }
        return selected(lists, number(selection.quantifier, of: lists.count))
      case .conditions(let list):
        let lists = program.children(list).map { found[$0.index] }
        return selected(lists, number(selection.quantifier, of: lists.count))
      }
    case .loop(let index): return loopKeys(program.loops[Int(index)])
    default: return nil
    }
  }

  private func loopKeys(_ loop: LoopNode) -> [PatternID]? {
    // Without items a loop is false.
    guard let one = number(loop.quantifier, of: 1), one == 1 else { return nil }
    let body = found[loop.body.index]
    switch loop.items {
    case .patterns(let list, let slot):
      guard let body else { return nil }
      let variable = variable(slot)
      guard body.contains(variable) else { return body }
      guard body == [variable] else { return nil }
      let lists = program.patterns(list).map { [$0] }
      return selected(lists, number(loop.quantifier, of: lists.count))
    case .range(let low, let high, _):
      var lists = body.map { [$0] } ?? []
      // As in `for any i in (1..#a)`: without a match there is nothing to go over.
      if let low = constant(low), low > 0, case .patternCount(let operand) = program.nodes[high.index] {
        lists.append(key(operand))
      }
      return cheapest(lists)
    default: return body
    }
  }

  /// The pattern without a match of which a number is 0 or undefined.
  private func numberKey(_ id: NodeID) -> [PatternID]? {
    switch program.nodes[id.index] {
    case .patternCount(let operand), .patternCountIn(let operand, _, _),
      .patternOffset(let operand, _), .patternLength(let operand, _):
      key(operand)
    default: nil
    }
  }

  private func comparisonKeys(_ comparison: Comparison, _ a: NodeID, _ b: NodeID) -> [PatternID]? {
    var lists: [[PatternID]] = []
    for (number, comparison, other) in [(a, comparison, b), (b, comparison.mirrored, a)] {
      guard let key = numberKey(number) else { continue }
      switch program.nodes[number.index] {
      // Undefined without a match, and so the comparison.
      case .patternOffset, .patternLength: lists.append(key)
      default: if let value = constant(other), !comparison.holds(0, value) { lists.append(key) }
      }
    }
    return cheapest(lists)
  }
}
