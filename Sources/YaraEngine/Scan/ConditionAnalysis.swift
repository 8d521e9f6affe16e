/// One pass over a program's nodes for `RuleGuards`: which Booleans are guards, and which of
/// them ask the same.
struct ConditionAnalysis {
  private let program: ConditionProgram
  private let rules: [Rule]
  private let prefixes: [[PatternPrefix]?]
  /// By node, whether it asks for nothing but the file's size, numbers in it and patterns at fixed places.
  private var isPlain: [Bool]
  /// By plain node, the first that asks the same.
  private var firsts: [NodeID]
  private var known: [Question: NodeID] = [:]
  /// By node, whether before the search nothing is known of it but through guards.
  private var simple: [Bool]
  private(set) var guardNodes: [NodeID] = []
  private(set) var structure: [NodeID] = []

  /// A plain node with its operands replaced by the first ones that ask the same.
  private struct Question: Hashable {
    let node: ConditionNode
    let operands: [NodeID]
  }

  init(_ program: ConditionProgram, _ rules: [Rule], _ prefixes: [[PatternPrefix]?]) {
    self.program = program
    self.rules = rules
    self.prefixes = prefixes
    isPlain = Array(repeating: false, count: program.nodes.count)
    firsts = program.nodes.indices.map { NodeID(UInt32(clamping: $0)) }
    simple = Array(repeating: false, count: program.nodes.count)
  }

  func canonical(_ id: NodeID) -> NodeID { firsts[id.index] }
  func isSimple(_ id: NodeID) -> Bool { simple[id.index] }

  mutating func run() {
    for index in program.nodes.indices {
      let id = NodeID(UInt32(clamping: index))
      if let (node, operands) = plain(program.nodes[index]) {
        isPlain[index] = true
        simple[index] = true
        let question = Question(node: node, operands: operands.map { firsts[$0.index] })
        if let first = known[question] { firsts[index] = first } else { known[question] = id }
      } else {
        simple[index] = isSimple(program.nodes[index])
      }
    }
    collect()
  }

  /// The node without its operands, and these, where it is plain.
  private func plain(_ node: ConditionNode) -> (ConditionNode, [NodeID])? {
    let none = NodeID.none
    let empty = NodeList(start: 0, count: 0)
    let result: (ConditionNode, [NodeID])
    switch node {
    case .boolean, .integer, .filesize: return (node, [])
    case .not(let a): result = (.not(none), [a])
    case .and(let list): result = (.and(empty), Array(program.children(list)))
    case .or(let list): result = (.or(empty), Array(program.children(list)))
    case .compareIntegers(let comparison, let a, let b):
      result = (.compareIntegers(comparison, none, none), [a, b])
    case .compareUnsigned(let comparison, let a, let b, let unsigned):
      result = (.compareUnsigned(comparison, none, none, unsigned), [a, b])
    case .truth(let type, let a): result = (.truth(type, none), [a])
    case .defined(let type, let a): result = (.defined(type, none), [a])
    case .fileInteger(let number, let a): result = (.fileInteger(number, none), [a])
    case .patternAt(.pattern(let pattern), let a):
      guard prefixes[pattern.index] != nil, isConstant(a) else { return nil }
      result = (.patternAt(.pattern(pattern), none), [a])
    case .patternIn(.pattern(let pattern), let low, let high):
      guard prefixes[pattern.index] != nil, let first = constant(low), let last = constant(high),
        last.subtractingReportingOverflow(first).partialValue < PlaceCheck.mostPlaces
      else { return nil }
      result = (.patternIn(.pattern(pattern), none, none), [low, high])
    case .negate(let a): result = (.negate(none), [a])
    case .bitwiseNot(let a): result = (.bitwiseNot(none), [a])
    case .integerArithmetic(let operation, let list):
      result = (.integerArithmetic(operation, empty), Array(program.children(list)))
    case .signedFromUnsigned(let a): result = (.signedFromUnsigned(none), [a])
    case .saturatedFromUnsigned(let a): result = (.saturatedFromUnsigned(none), [a])
    default: return nil
    }
    guard result.1.allSatisfy({ $0 != none && isPlain[$0.index] }) else { return nil }
    return result
  }

  /// Of a node that is not plain.
  private func isSimple(_ node: ConditionNode) -> Bool {
    switch node {
    case .not(let operand): simple[operand.index]
    case .and(let list), .or(let list): program.children(list).allSatisfy { simple[$0.index] }
    case .rule(let rule):
      !rules[rule.index].hasEffects && simple[rules[rule.index].condition.index]
    case .pattern(.pattern): true
    case .patternAt(.pattern, let offset): isConstant(offset)
    case .patternIn(.pattern, let low, let high): isConstant(low) && isConstant(high)
    case .compareIntegers(_, let a, let b):
      (isCount(a) && isConstant(b)) || (isCount(b) && isConstant(a))
    case .of(let index):
      switch program.selections[Int(index)].items {
      case .patterns: isConstant(program.selections[Int(index)].quantifier)
      case .patternsAt(_, let offset):
        isConstant(program.selections[Int(index)].quantifier) && isConstant(offset)
      case .patternsIn(_, let low, let high):
        isConstant(program.selections[Int(index)].quantifier) && isConstant(low) && isConstant(high)
      case .conditions: false
      }
    default: false
    }
  }

  private func isConstant(_ id: NodeID) -> Bool { constant(id) != nil }

  private func constant(_ id: NodeID) -> Int64? {
    guard id != NodeID.none, case .integer(let value) = program.nodes[id.index] else { return nil }
    return value
  }

  private func isCount(_ id: NodeID) -> Bool {
    if case .patternCount(.pattern) = program.nodes[id.index] { return true }
    return false
  }

  private func isConstant(_ quantifier: QuantifierNode) -> Bool {
    switch quantifier {
    case .none, .all, .any: true
    case .count(let node), .atLeast(let node), .percentage(let node): isConstant(node)
    }
  }

  // MARK: - Guards

  /// From each condition down to its guards, by a list of what is still to be visited.
  private mutating func collect() {
    var seen = Array(repeating: false, count: program.nodes.count)
    var open = rules.map(\.condition)
    while let id = open.popLast() {
      guard !seen[id.index] else { continue }
      seen[id.index] = true
      if isPlain[id.index] {
        guardNodes.append(id)
        continue
      }
      switch program.nodes[id.index] {
      case .not(let operand):
        structure.append(id)
        open.append(operand)
      case .and(let list), .or(let list):
        structure.append(id)
        open += program.children(list)
      case .rule: structure.append(id)
      default: break
      }
    }
    structure.sort { $0.rawValue < $1.rawValue }
  }
}
