internal import YaraSyntax

/// Which patterns of a rule are asked for at one fixed offset only (`$a at 0`): for those a common
/// or short literal costs nothing, since it need not be searched for. This is YARA-X's view, for
/// its warnings; `RulePattern.listedPlace` is stricter, so that both engines agree with it.
struct AnchoredPatterns {
  private enum Use: Hashable {
    case at(Int64)
    case anywhere
  }
  /// By name with its `$`; absent where the condition does not use the pattern.
  private var uses: [String: Use] = [:]
  private let names: [String]
  /// Patterns that must stand at a place whatever else holds: `$a at 0 and ...`.
  private var required: Set<String> = []
  /// The sets that have been taken in, as the beginnings of their members' names.
  private var seen: Set<Asked> = []
  /// Those that were asked for at a place.
  private var anchored: Set<String> = []
  /// Those of which every member is asked for anywhere, so that nothing more can come of them.
  private var settled: Set<String> = []
  /// Names that may still be compared with wildcards.
  private var work: Int
  private var isTooLarge = false

  /// One way to ask for all patterns whose names begin alike.
  private struct Asked: Hashable {
    let prefix: String
    let use: Use
    let isAnchored: Bool
  }

  /// - Parameter work: names that may still be compared with wildcards; shared by all rules.
  ///   Where they do not suffice every pattern counts as anchored, so that no warning is wrong.
  init(_ rule: RuleDeclaration, work: inout Int) {
    names = rule.patterns.map(\.identifier.name)
    self.work = work
    findRequired(rule.condition)
    walk(rule.condition)
    work = self.work
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
    if isTooLarge { return true }
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
      use(of.items, Self.use(of.anchor), isAnchored: of.anchor != nil)
    case .forOf(let of): use(of.items, .anywhere, isAnchored: true)
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

  /// - Parameter isAnchored: false where patterns that must stand at a place anyway are left out.
  private mutating func use(_ items: OfExpression.Items, _ use: Use, isAnchored: Bool) {
    switch items {
    case .them: self.use(Asked(prefix: "$", use: use, isAnchored: isAnchored))
    case .patterns(let set):
      for item in set {
        let name = "$" + item.name
        if item.isWildcard {
          self.use(Asked(prefix: name, use: use, isAnchored: isAnchored))
        } else if isAnchored || !required.contains(name) {
          self.use(name, use)
        }
      }
    case .tuple: break
    }
  }

  private mutating func use(_ asked: Asked) {
    guard !isTooLarge, !settled.contains(asked.prefix), seen.insert(asked).inserted else { return }
    guard work >= names.count else {
      isTooLarge = true
      return
    }
    work -= names.count
    for name in names
    where name.hasPrefix(asked.prefix) && (asked.isAnchored || !required.contains(name)) {
      use(name, asked.use)
    }
    guard asked.isAnchored else { return }
    // Asked for at a second place, all of them are asked for anywhere.
    if asked.use == .anywhere || !anchored.insert(asked.prefix).inserted {
      settled.insert(asked.prefix)
    }
  }
}
