public import GramIndex
public import YaraEngine

/// What one rule asks of the index.
public struct RulePlan: Sendable {
  public let rule: RuleID
  /// Holds every document that the rule may match, over content and facts.
  public let query: IndexQuery
  /// The same with facts, columns and headers taken for true: what content alone prunes.
  public let gramsOnly: IndexQuery
  /// Nodes of the query.
  let size: Int
  /// Estimated bits of evidence: the query lets through about one in 2^n other documents.
  public let bits: Double
  /// The part on which `bits` hangs; nil where the rule can match nothing.
  public let weakness: PlanWeakness?
  /// The parts of the condition that facts decide or narrow, in the order they are met; at most 64.
  public let factNodes: [NodeID]

  public var mustScanEverything: Bool { query == .everything }

  /// What is asked of an index: of facts only where it has those this code tells.
  func query(for index: IndexFile) -> IndexQuery {
    index.factsVersion == FactSchema.version ? query : gramsOnly
  }
}

/// From checked rules to what each asks of an index.
///
/// What enters: a rule set. What leaves: a plan for each rule that is reported, with the rules it
/// names and the global ones in it. The law: a rule that matches a file has a query that holds for
/// the file; what is not understood asks for everything. The size of a plan and the work on it are
/// bounded whatever the rules.
public struct HuntQueries: Sendable {
  /// In order of definition, without the private ones.
  public let rules: [RulePlan]
  /// By rule: where its plan is in `rules`.
  private let places: [Int]

  public init(_ set: RuleSet) {
    var walk = ConditionQuery(set)
    for rule in set.rules { walk.answer(rule) }
    rules = set.rules.filter { !$0.isPrivate }.map { rule in
      let term = walk.matching(rule)
      return RulePlan(
        rule: rule.id, query: term.query, gramsOnly: term.query.gramsOnly, size: term.size, bits: term.bits,
        weakness: term.isNothing ? nil : term.weakness, factNodes: walk.factNodes[rule.id.index])
    }
    var places = Array(repeating: 0, count: set.rules.count)
    for (place, plan) in rules.enumerated() { places[plan.rule.index] = place }
    self.places = places
  }

  /// The plan of a rule that is reported.
  subscript(_ rule: RuleID) -> RulePlan { rules[places[rule.index]] }
}
