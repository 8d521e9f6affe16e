internal import YaraEngine

/// Selections of a rule set, each made once: many documents of a segment are wanted by the same
/// rules.
struct RuleSelections {
  private let rules: RuleSet
  private var known: [[RuleID]: RuleSelection] = [:]
  /// Selections kept, and the rules in all of them together.
  private static let limit = 1024
  private static let ruleLimit = 100_000
  private var ruleCount = 0

  init(_ rules: RuleSet) { self.rules = rules }

  /// Nil stands for all rules: where most are wanted, leaving out the others saves nothing.
  mutating func selection(of wanted: [RuleID]) -> RuleSelection? {
    if wanted.count * 4 > rules.rules.count * 3 { return nil }
    if let found = known[wanted] { return found }
    if known.count >= Self.limit || ruleCount > Self.ruleLimit {
      known.removeAll(keepingCapacity: true)
      ruleCount = 0
    }
    ruleCount += wanted.count
    let selection = RuleSelection(wanted, of: rules)
    known[wanted] = selection
    return selection
  }
}
