internal import YaraSyntax

/// Which patterns of a rule are asked for at one fixed offset only (`$a at 0`): for those a common
/// or short literal costs nothing, since it need not be searched for.
struct AnchoredPatterns {
  private enum Use: Equatable {
    case at(Int64)
    case anywhere
  }
  /// By name with its `$`; absent where the condition does not use the pattern.
  private var uses: [String: Use] = [:]
  /// Patterns of loops that the body asks for in ways of its own.
  private let names: [String]

  init(_ rule: RuleDeclaration) {
    names = rule.patterns.map(\.identifier.name)
    walk(rule.condition, loop: [])
  }

  func isAnchored(_ name: String) -> Bool {
    if case .at = uses[name] { return true }
    return false
  }

  private mutating func use(_ name: String, _ use: Use) {
    if let known = uses[name], known != use { uses[name] = .anywhere } else { uses[name] = use }
  }

  /// - Parameter loop: the patterns that `$` stands for.
  private mutating func walk(_ expression: Expression, loop: [String]) {
    switch expression.kind {
    case .patternMatch(let reference, let anchor):
      let use = Self.use(anchor)
      for name in reference.name.isEmpty ? loop : ["$" + reference.name] { self.use(name, use) }
    case .patternCount(let reference, _), .patternOffset(let reference, _),
      .patternLength(let reference, _):
      for name in reference.name.isEmpty ? loop : ["$" + reference.name] { use(name, .anywhere) }
    case .of(let of):
      let use = Self.use(of.anchor)
      for name in members(of.items) { self.use(name, use) }
    case .forOf(let of):
      walk(of.body, loop: members(of.items))
      return
    default: break
    }
    var children: [Expression] = []
    expression.forEachChild { children.append($0) }
    for child in children { walk(child, loop: loop) }
  }

  private static func use(_ anchor: PatternAnchor?) -> Use {
    guard case .at(let offset)? = anchor, case .integer(let value) = offset.kind else {
      return .anywhere
    }
    return .at(value)
  }

  private func members(_ items: OfExpression.Items) -> [String] {
    switch items {
    case .them: names
    case .patterns(let set):
      set.flatMap { item -> [String] in
        let wanted = "$" + item.name
        return item.isWildcard ? names.filter { $0.hasPrefix(wanted) } : [wanted]
      }
    case .tuple: []
    }
  }
}
