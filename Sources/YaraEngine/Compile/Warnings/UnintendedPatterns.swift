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
  /// Names compared with wildcards in one rule.
  private static let maximumWork = 1_000_000

  private struct Term {
    let name: String
    let range: SourceRange
    /// An index into `terms` of its own kind is all a branch keeps.
    let isWildcard: Bool
  }

  private var terms: [Term] = []
  private var isTooLarge = false
  private(set) var diagnostics: [Diagnostic] = []

  init(_ rule: RuleDeclaration) {
    guard Self.hasWildcard(rule.condition) else { return }
    let branches = branches(rule.condition, from: [[]])
    guard !isTooLarge else { return }
    let names = rule.patterns.map(\.identifier.name)
    var reported: Set<String> = []
    var work = 0
    for branch in branches {
      let wildcards = branch.map { terms[$0] }.filter(\.isWildcard)
      guard !wildcards.isEmpty else { continue }
      var explicit: [String: SourceRange] = [:]
      for index in branch where !terms[index].isWildcard {
        if explicit[terms[index].name] == nil { explicit[terms[index].name] = terms[index].range }
      }
      for wildcard in wildcards {
        for name in names where name.hasPrefix(wildcard.name) {
          work += 1 + (explicit[name] == nil ? wildcards.count : 0)
          guard work < Self.maximumWork else { return }
          if let place = explicit[name] {
            report(name, wildcard, place, "`\(name)` is named here", &reported)
          } else if let narrower = wildcards.first(where: {
            $0.name.utf8.count > wildcard.name.utf8.count && name.hasPrefix($0.name)
          }) {
            report(
              name, wildcard, narrower.range, "`\(narrower.name)*` means `\(name)` too", &reported)
          }
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

  /// Each branch holds indices into `terms`.
  private mutating func branches(_ expression: Expression, from start: [[Int]]) -> [[Int]] {
    guard !isTooLarge else { return [] }
    if case .nary(.or, let operands) = expression.kind {
      var result: [[Int]] = []
      for operand in operands {
        result += branches(operand, from: start)
        if result.count > Self.maximumBranches { isTooLarge = true }
        if isTooLarge { return [] }
      }
      return result
    }
    var result = start
    let added = add(expression)
    if !added.isEmpty { for index in result.indices { result[index] += added } }
    var children: [Expression] = []
    expression.forEachChild { children.append($0) }
    for child in children { result = branches(child, from: result) }
    if result.reduce(0, { $0 + $1.count }) > Self.maximumWork { isTooLarge = true }
    return result
  }

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
