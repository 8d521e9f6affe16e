/// What the conditions of a large rule set have in common, so that a file does not cost an
/// evaluation a rule.
///
/// The idea: thousands of rules ask the same few questions of a file before they ask for patterns:
/// its size, its first bytes. Each such question, a *guard*, is put once a file, and what the
/// answers together make of all rules is remembered (`EarlyVerdict`). After the search only rules with
/// a key found (`RuleKeys`) are looked at.
///
/// All walks go over the arena in its order, children before parents: nothing recurses.
struct RuleGuards: Sendable {
  /// Booleans that ask for nothing but the file's size, numbers in it and patterns at fixed places; no
  /// two alike.
  private(set) var guards: [NodeID] = []
  /// Nodes that stand for a guard, and which.
  private var guardNodes: [(node: Int32, guardIndex: Int32)] = []
  /// What joins guards to conditions: `and`, `or`, `not`, names of rules; in the arena's order.
  private var structure: [NodeID] = []
  /// By rule: whether the guards tell all that can be known of it before the search.
  private(set) var isSimple: [Bool] = []

  /// With fewer rules evaluating each is cheaper.
  static let fewestRules = 24
  /// With more guards their answers are never the same for two files.
  private static let maximumGuards = 2048

  /// nil where evaluating each rule is the better way.
  init?(_ rules: [Rule], _ program: ConditionProgram, _ prefixes: [[PatternPrefix]?]) {
    guard rules.count >= Self.fewestRules else { return nil }
    var analysis = ConditionAnalysis(program, rules, prefixes)
    analysis.run()
    isSimple = rules.map { !$0.hasEffects && analysis.isSimple($0.condition) }
    structure = analysis.structure
    var indices: [NodeID: Int32] = [:]
    for node in analysis.guardNodes {
      let first = analysis.canonical(node)
      let index: Int32
      if let known = indices[first] {
        index = known
      } else {
        index = Int32(clamping: guards.count)
        indices[first] = index
        guards.append(first)
      }
      guardNodes.append((Int32(clamping: node.index), index))
    }
    guard guards.count <= Self.maximumGuards else { return nil }
  }

  /// What the guards' answers make of each rule; unknown where they do not decide.
  /// - Parameters:
  ///   - answers: of each guard.
  ///   - conditions: of each rule.
  ///   - values: scratch, one a node, unknown everywhere but where this function writes.
  func verdicts(
    _ answers: [Truth], _ conditions: [Evaluator.Entry], _ program: ConditionProgram,
    _ values: inout [Truth]
  ) -> [Truth] {
    for (node, index) in guardNodes { values[Int(node)] = answers[Int(index)] }
    for id in structure {
      let value: Truth
      switch program.nodes[id.index] {
      case .boolean(let constant): value = Truth(constant)
      case .not(let operand):
        switch values[operand.index] {
        case .isTrue: value = .isFalse
        case .isFalse: value = .isTrue
        case .undefined: value = .undefined
        case .unknown: value = .unknown
        }
      case .and(let list): value = Self.joined(program, list, values, stop: .isFalse, otherwise: .isTrue)
      case .or(let list): value = Self.joined(program, list, values, stop: .isTrue, otherwise: .isFalse)
      case .rule(let rule):
        value = values[conditions[rule.index].condition.index].decided
      default: value = .unknown
      }
      values[id.index] = value
    }
    return conditions.map { $0.hasEffects ? .unknown : values[$0.condition.index].decided }
  }

  private static func joined(
    _ program: ConditionProgram, _ list: NodeList, _ values: [Truth], stop: Truth, otherwise: Truth
  ) -> Truth {
    var isUnknown = false
    for child in program.children(list) {
      let value = values[child.index].decided
      if value == stop { return stop }
      if value == .unknown { isUnknown = true }
    }
    return isUnknown ? .unknown : otherwise
  }
}

/// What the guards' answers say of all rules: computed once for all files with these answers.
final class EarlyVerdict {
  /// Of the guards.
  let key: [Truth]
  /// By rule.
  let answers: [Truth]
  /// Undecided, and nothing more is known of them before the search.
  let undecided: [RuleID]
  /// Undecided by the guards, to be evaluated: modules or computed places may decide them.
  let open: [RuleID]
  let trueRules: [RuleID]
  /// Undecided ones that may be true without any match.
  let unbound: [RuleID]
  /// The patterns of `undecided`, once that was asked.
  var wanted: WantedPatterns?
  /// How these are searched for together with those of open rules.
  let plans = PlansOfWaiting()

  init(
    key: [Truth], answers: [Truth], undecided: [RuleID], open: [RuleID], trueRules: [RuleID],
    unbound: [RuleID]
  ) {
    self.key = key
    self.answers = answers
    self.undecided = undecided
    self.open = open
    self.trueRules = trueRules
    self.unbound = unbound
  }
}
