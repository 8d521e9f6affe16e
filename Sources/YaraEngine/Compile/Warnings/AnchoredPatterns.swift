internal import YaraSyntax

/// Which patterns of a rule are asked for at one fixed offset only (`$a at 0`): for those a common
/// or short literal costs nothing, since it need not be searched for. This is YARA-X's view, for
/// its warnings; `RulePattern.listedPlace` is stricter, so that both engines agree with it.
struct AnchoredPatterns {
  private enum Use: Equatable {
    case at(Int64)
    case anywhere
  }
  /// By name with its `$`; absent where the condition does not use the pattern.
  private var uses: [String: Use] = [:]
  private let names: [String]
  /// Patterns that must stand at a place whatever else holds: `$a at 0 and ...`.
  private var required: Set<String> = []

  init(_ rule: RuleDeclaration) {
    names = rule.patterns.map(\.identifier.name)
    findRequired(rule.condition)
    walk(rule.condition)
  }

  private mutating func findRequired(_ expression: Expression) {
    switch expression.kind {
    case .nary(.and, let operands): for operand in operands { findRequired(operand) }
    case .patternMatch(let reference, let anchor) where !reference.name.isEmpty:
      if case .at = Self.use(anchor) { required.insert("$" + reference.name) }
    default: break
    }
  }

  func isAnchored(_ name: String) -> Bool {
    if case .at = uses[name] { return true }
    return false
  }

  private mutating func use(_ name: String, _ use: Use) {
    if let known = uses[name], known != use { uses[name] = .anywhere } else { uses[name] = use }
  }

  private mutating func walk(_ expression: Expression) {
    switch expression.kind {
    case .patternMatch(let reference, let anchor):
      let name = "$" + reference.name
      if anchor != nil || !required.contains(name) { use(name, Self.use(anchor)) }
    case .patternCount(let reference, _), .patternOffset(let reference, _),
      .patternLength(let reference, _):
      use("$" + reference.name, .anywhere)
    case .of(let of):
      let use = Self.use(of.anchor)
      for name in members(of.items) where of.anchor != nil || !required.contains(name) {
        self.use(name, use)
      }
    case .forOf(let of): for name in members(of.items) { use(name, .anywhere) }
    default: break
    }
    var children: [Expression] = []
    expression.forEachChild { children.append($0) }
    for child in children { walk(child) }
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
