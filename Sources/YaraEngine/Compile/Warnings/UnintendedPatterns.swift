internal import YaraSyntax

/// Finds patterns that a wildcard takes in by accident:
///
///     $start and any of ($s*)          `$start` alone satisfies both sides
///
/// The condition is taken apart into the combinations of terms that must all hold (each `or` doubles
/// them); within one of these a pattern that is named beside a wildcard that also means it, or that
/// two wildcards mean, one of them narrower, is worth a warning. Conditions with too many
/// combinations are left alone.
struct UnintendedPatterns {
  private static let maximumBranches = 256
  /// Names that wildcards mean, in all branches of one rule.
  private static let maximumWork = 1_000_000
  /// A warning takes as long, and as much memory, as many names that are fine.
  private static let costOfReport = 20

  private struct Term {
    let name: String
    let range: SourceRange
    /// An index into `terms` of its own kind is all a branch keeps.
    let isWildcard: Bool
  }

  private var terms: [Term] = []
  private var isTooLarge = false
  /// Terms that were added to branches, in all.
  private var extended = 0
  private(set) var diagnostics: [Diagnostic] = []

  /// - Parameter work: what this may still cost; shared by all rules.
  init(_ rule: RuleDeclaration, work: inout Int) {
    guard work > 0, Self.hasWildcard(rule.condition) else { return }
    var branches: [[Int]] = [[]]
    extend(&branches, by: rule.condition)
    work -= extended
    guard !isTooLarge, work > 0 else { return }
    search(branches, rule.patterns.map(\.identifier.name), &work)
  }

  private mutating func search(_ branches: [[Int]], _ names: [String], _ work: inout Int) {
    /// Of each wildcard the names it means.
    var members: [String: [String]] = [:]
    var reported: Set<String> = []
    var left = Self.maximumWork
    for branch in branches {
      work -= branch.count
      let wildcards = branch.map { terms[$0] }.filter(\.isWildcard)
      guard !wildcards.isEmpty else { continue }
      var explicit: [String: SourceRange] = [:]
      for index in branch where !terms[index].isWildcard {
        if explicit[terms[index].name] == nil { explicit[terms[index].name] = terms[index].range }
      }
      for wildcard in wildcards {
        if members[wildcard.name] == nil {
          work -= names.count
          guard work > 0 else { return }
          members[wildcard.name] = names.filter { $0.hasPrefix(wildcard.name) }
        }
        for name in members[wildcard.name] ?? [] {
          let cost = 1 + (explicit[name] == nil ? wildcards.count : 0)
          left -= cost
          work -= cost
          guard left > 0, work > 0 else { return }
          let before = diagnostics.count
          if let place = explicit[name] {
            report(name, wildcard, place, "`\(name)` is named here", &reported)
          } else if let narrower = wildcards.first(where: {
            $0.name.utf8.count > wildcard.name.utf8.count && name.hasPrefix($0.name)
          }) {
            report(
              name, wildcard, narrower.range, "`\(narrower.name)*` means `\(name)` too", &reported)
          }
          if diagnostics.count > before { left -= Self.costOfReport }
        }
      }
    }
  }

  private mutating func report(
    _ name: String, _ wildcard: Term, _ other: SourceRange, _ text: String,
    _ reported: inout Set<String>
  ) {
    let wide = Diagnostic.Label(wildcard.range, "`\(wildcard.name)*` means `\(name)` too")
    let labels =
      wildcard.range.start < other.start
      ? [wide, Diagnostic.Label(other, text)] : [Diagnostic.Label(other, text), wide]
    guard reported.insert("\(name) \(labels[0].range.start)").inserted else { return }
    diagnostics.append(
      Diagnostic(
        .unintendedPattern, "`\(name)` is asked for twice, once by `\(wildcard.name)*`",
        labels: labels,
        notes: ["Where it is found it satisfies both; choose names that the wildcard does not take in."]))
  }

  // MARK: - Combinations

  private static func hasWildcard(_ expression: Expression) -> Bool {
    switch expression.kind {
    case .of(let of): if hasWildcard(of.items) { return true }
    case .forOf(let loop): if hasWildcard(loop.items) { return true }
    default: break
    }
    var found = false
    expression.forEachChild { if !found { found = hasWildcard($0) } }
    return found
  }

  private static func hasWildcard(_ items: OfExpression.Items) -> Bool {
    guard case .patterns(let set) = items else { return false }
    return set.contains(where: \.isWildcard)
  }

  /// Adds what the expression asks for to each branch; branches hold indices into `terms`. They are
  /// extended where they are, since each may be long.
  private mutating func extend(_ branches: inout [[Int]], by expression: Expression) {
    guard !isTooLarge else { return }
    if case .nary(.or, let operands) = expression.kind {
      let start = branches
      let size = Self.size(start)
      var total = 0
      branches = []
      for operand in operands {
        var taken = start
        extended += size
        extend(&taken, by: operand)
        branches += taken
        total += Self.size(taken)
        if branches.count > Self.maximumBranches || total > Self.maximumWork { isTooLarge = true }
        if isTooLarge { return }
      }
      return
    }
    let added = add(expression)
    if !added.isEmpty {
      for index in branches.indices { branches[index] += added }
      extended += branches.count * added.count
      if Self.size(branches) > Self.maximumWork { isTooLarge = true }
    }
    var children: [Expression] = []
    expression.forEachChild { children.append($0) }
    for child in children { extend(&branches, by: child) }
  }

  private static func size(_ branches: [[Int]]) -> Int { branches.reduce(0) { $0 + $1.count } }

  /// The terms that an expression itself is.
  private mutating func add(_ expression: Expression) -> Range<Int> {
    let start = terms.count
    switch expression.kind {
    case .patternMatch(let reference, _) where !reference.name.isEmpty:
      terms.append(Term(name: "$" + reference.name, range: reference.range, isWildcard: false))
    case .of(let of): add(of.items)
    case .forOf(let loop): add(loop.items)
    default: break
    }
    return start..<terms.count
  }

  private mutating func add(_ items: OfExpression.Items) {
    guard case .patterns(let set) = items else { return }
    for item in set {
      terms.append(Term(name: "$" + item.name, range: item.range, isWildcard: item.isWildcard))
    }
  }
}
