internal import Bytes
internal import FileFormats
public import YaraSyntax

/// A pattern of a rule, in order of declaration.
public struct RulePattern: Sendable, Hashable {
  /// With its `$`; just `$` where it has no name.
  public let identifier: String
  public let pattern: PatternID
  public let isPrivate: Bool
  /// The only place where its matches are listed: the condition asks about no other. As in YARA and
  /// YARA-X this is so for patterns that are one literal.
  public let listedPlace: Int?
  /// Of its name in the declaration.
  public let range: SourceRange
}

/// A rule that compiled.
public struct Rule: Sendable {
  public let id: RuleID
  public let identifier: String
  public let namespace: String
  /// Index among the rule set's namespaces.
  public let namespaceIndex: Int
  public let tags: [String]
  public let meta: [MetaEntry]
  public let isPrivate: Bool
  public let isGlobal: Bool
  public let patterns: [RulePattern]
  /// A Boolean node of the rule set's program.
  public let condition: NodeID
  /// The rules whose results the condition uses; all come before this one.
  public let dependencies: [RuleID]
  /// Whether evaluating the condition writes to the console.
  public let hasEffects: Bool
  public let range: SourceRange
}

/// Compiled rules: everything a scanner and a planner need, unchanging.
public final class RuleSet: Sendable {
  public let dialect: Dialect
  /// In order of definition; a rule's id is its index.
  public let rules: [Rule]
  public let namespaces: [String]
  /// The global rules of each namespace: unless they all match, no rule of it does.
  public let globals: [[RuleID]]
  public let program: ConditionProgram
  public let patterns: PatternSet
  public let warnings: [Diagnostic]
  /// SHA-256 over dialect, externals and sources, in hexadecimal digits: equal digests are equal
  /// rule sets.
  public let digest: String
  /// Whether conditions nest so deep that walks over them need a `DeepStack`.
  public let needsDeepStack: Bool
  /// By pattern: how its matches begin, for those that conditions ask for at places; nil for others.
  let prefixes: [[PatternPrefix]?]
  /// nil for few rules.
  let guards: RuleGuards?
  let keys: RuleKeys
  /// Whether other patterns are left for files with a key; else all are searched for at once.
  let searchesKeysFirst: Bool

  init(
    dialect: Dialect, rules: [Rule], namespaces: [String], program: ConditionProgram,
    patterns: PatternSet, warnings: [Diagnostic], digest: String,
    needsDeepStack: Bool
  ) {
    self.dialect = dialect
    self.rules = rules
    self.namespaces = namespaces
    var globals = Array(repeating: [RuleID](), count: namespaces.count)
    for rule in rules where rule.isGlobal { globals[rule.namespaceIndex].append(rule.id) }
    self.globals = globals
    self.program = program
    self.patterns = patterns
    self.warnings = warnings
    self.digest = digest
    self.needsDeepStack = needsDeepStack
    prefixes = PlaceCheck.prefixes(program, patterns)
    guards = RuleGuards(rules, program, prefixes)
    keys = RuleKeys(rules, program, costs: patterns.searchCosts)
    searchesKeysFirst = patterns.pays(base: keys.base)
    patterns.prepare(base: searchesKeysFirst ? keys.base : .all(count: patterns.count))
  }

  public subscript(_ id: RuleID) -> Rule { rules[id.index] }
}

/// What became of a compilation.
public struct Compilation: Sendable {
  /// nil where there are errors.
  public let rules: RuleSet?
  /// By source and place; errors and warnings.
  public let diagnostics: [Diagnostic]
  /// Those beyond the limit, which are not among `diagnostics`.
  public let omittedErrors: Int
  public let omittedWarnings: Int
  /// All texts, includes among them; a diagnostic's source id is an index here.
  public let sources: [SourceText]
}
