internal import YaraSyntax

/// What the sets of one condition mean, found once: a condition may ask for the same ones thousands
/// of times.
struct FoundSets {
  struct Patterns {
    /// Places among the rule's patterns, ascending.
    let indices: [Int]
    /// nil where one of them is in error, or there is none.
    let entry: ConditionChecker.PatternSetEntry?
  }

  /// By the set's member as written: `$a*`; `$*` for `them`, `$` for the anonymous ones.
  private var patterns: [String: Patterns] = [:]
  /// By what stands before the star.
  private var rules: [String: [RuleID]] = [:]
  /// Members that may still be kept; what is not kept is found again, at its cost.
  private var room = 2_000_000

  func patterns(_ item: String) -> Patterns? { patterns[item] }
  func rules(_ prefix: String) -> [RuleID]? { rules[prefix] }

  mutating func keep(_ found: Patterns, for item: String) {
    guard takes(found.indices.count) else { return }
    patterns[item] = found
  }

  mutating func keep(_ found: [RuleID], for prefix: String) {
    guard takes(found.count) else { return }
    rules[prefix] = found
  }

  private mutating func takes(_ members: Int) -> Bool {
    guard members < room else { return false }
    room -= members + 1
    return true
  }
}

// The members of sets.
extension ConditionChecker {
  /// The patterns that one item of a set names, marked as used; nil where too much was compared
  /// already.
  mutating func foundPatterns(_ name: String, isWildcard: Bool) -> FoundSets.Patterns? {
    let item = isWildcard ? name + "*" : name
    if let known = foundSets.patterns(item) { return known }
    guard builder.takes(members: 0, among: patterns.count) else { return nil }
    let indices = patterns.indices.filter {
      isWildcard ? patterns[$0].name.hasPrefix(name) : patterns[$0].name == name
    }
    let found = FoundSets.Patterns(indices: indices, entry: entry(indices))
    foundSets.keep(found, for: item)
    return found
  }

  /// The set of these patterns, which count as used; nil where one of them is in error.
  mutating func entry(_ indices: [Int]) -> PatternSetEntry? {
    for index in indices {
      patterns[index].isUsed = true
      patterns[index].place = .anywhere
    }
    let ids = indices.compactMap { patterns[$0].id }
    guard ids.count == indices.count, let first = indices.first else { return nil }
    return PatternSetEntry(
      ids: ids, isConsecutive: indices.elementsEqual(first..<first + indices.count))
  }

  /// The rules so far whose names begin like this; nil where too much was compared already.
  mutating func foundRules(_ prefix: String) -> [RuleID]? {
    if let known = foundSets.rules(prefix) { return known }
    guard builder.takes(members: 0, among: namespace.ruleNames.count) else { return nil }
    let found = namespace.ruleNames.filter { $0.name.hasPrefix(prefix) }.map(\.id)
    foundSets.keep(found, for: prefix)
    return found
  }

  mutating func tooManyMembers(at range: SourceRange) {
    // What the set would have used is not unused.
    isIncomplete = true
    error(.tooMany, "the set has too many members", at: range)
  }
}
