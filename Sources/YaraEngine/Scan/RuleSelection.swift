/// Some rules of a rule set, with all that their answers depend on: the rules they name, the
/// global rules of their namespaces, and so on. Compute it once for many files.
public final class RuleSelection: Sendable {
  /// The rules asked for, in order of definition, without the private ones.
  public let reported: [RuleID]
  /// These and what they depend on, in order of definition, so that a rule comes after its own
  /// dependencies.
  public let evaluated: [RuleID]
  /// The namespaces of the evaluated rules.
  let namespaces: [Int]
  /// The patterns of the evaluated rules.
  let patterns: PatternSelection
  /// Whether these are all patterns of the rule set.
  let hasAllPatterns: Bool

  public init(_ ids: some Sequence<RuleID>, of set: RuleSet) {
    let wanted = Set(ids.filter { $0.index < set.rules.count })
    reported = wanted.filter { !set[$0].isPrivate }.sorted()
    var seen = wanted
    var open = Array(wanted)
    func need(_ id: RuleID) {
      if seen.insert(id).inserted { open.append(id) }
    }
    while let id = open.popLast() {
      for dependency in set[id].dependencies { need(dependency) }
      for global in set.globals[set[id].namespaceIndex] { need(global) }
    }
    evaluated = seen.sorted()
    namespaces = Set(evaluated.map { set[$0].namespaceIndex }).sorted()
    var patterns = PatternSelection()
    for id in evaluated {
      for pattern in set[id].patterns { patterns.insert(pattern.pattern) }
    }
    self.patterns = patterns
    hasAllPatterns = patterns.count == set.patterns.count
  }

  /// All rules.
  public convenience init(allOf set: RuleSet) { self.init(set.rules.map(\.id), of: set) }
}
