/// What the conditions of a large rule set have in common, so that a file does not cost an
/// evaluation a rule.
///
/// The idea: thousands of rules ask the same few questions of a file before they ask for patterns:
/// its size, its first bytes. Each such question, a *guard*, is put once a file, and what the
/// answers together make of all rules is remembered (`EarlyVerdict`). After the search, a rule that
/// cannot be true without a match of its patterns is looked at only where there is one.
///
/// All walks go over the arena in its order, children before parents: nothing recurses.
struct RuleGuards: Sendable {
  /// Booleans that ask for nothing but the file's size and numbers in it; no two alike.
  private(set) var guards: [NodeID] = []
  /// Nodes that stand for a guard, and which.
  private var guardNodes: [(node: Int32, guardIndex: Int32)] = []
  /// What joins guards to conditions: `and`, `or`, `not`, names of rules; in the arena's order.
  private var structure: [NodeID] = []
  /// By rule: whether the guards tell all that can be known of it before the search.
  private(set) var isSimple: [Bool] = []
  /// By rule: whether it is false unless one of its patterns matches.
  private(set) var needsMatch: [Bool] = []
  /// Rules of pattern i are `owners[starts[i]..<starts[i + 1]]`.
  private(set) var starts: [Int32] = []
  private(set) var owners: [RuleID] = []

  /// With fewer rules evaluating each is cheaper.
  static let fewestRules = 24
  /// With more guards their answers are never the same for two files.
  private static let maximumGuards = 2048

  /// nil where evaluating each rule is the better way.
  init?(_ rules: [Rule], _ program: ConditionProgram, patternCount: Int) {
    guard rules.count >= Self.fewestRules else { return nil }
    var analysis = ConditionAnalysis(program, rules)
    analysis.run()
    isSimple = rules.map { !$0.hasEffects && analysis.isSimple($0.condition) }
    needsMatch = rules.map { !$0.hasEffects && analysis.isFalseWithoutMatches($0.condition) }
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
    var counts = [Int32](repeating: 0, count: patternCount + 1)
    for rule in rules { for pattern in rule.patterns { counts[pattern.pattern.index + 1] += 1 } }
    for index in 0..<patternCount { counts[index + 1] += counts[index] }
    starts = counts
    owners = Array(repeating: RuleID(0), count: Int(counts[patternCount]))
    for rule in rules {
      for pattern in rule.patterns {
        owners[Int(counts[pattern.pattern.index])] = rule.id
        counts[pattern.pattern.index] += 1
      }
    }
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
  /// Of `undecided`, and of the matching rules where their matches are reported.
  let wanted: PatternSelection
  /// Undecided ones that may be true without any match.
  let unbound: [RuleID]
  /// How `wanted` is searched for.
  var search: AtomChoice?

  init(
    key: [Truth], answers: [Truth], undecided: [RuleID], open: [RuleID], trueRules: [RuleID],
    wanted: PatternSelection, unbound: [RuleID]
  ) {
    self.key = key
    self.answers = answers
    self.undecided = undecided
    self.open = open
    self.trueRules = trueRules
    self.wanted = wanted
    self.unbound = unbound
  }
}
