internal import Bytes
internal import YaraSyntax

/// Turns one rule's condition into nodes: resolves names, settles types, folds constants, and says
/// what is wrong or suspicious, each with its place.
///
/// After an error the check goes on; an expression that is wrong counts as `invalid`, about which
/// nothing more is said. Recursion follows the tree, whose depth the parser bounds.
///
/// Typing rules: YARA-X's, and what YARA alone accepts where that has a meaning
/// (`Documentation/Compatibility.md`).
struct ConditionChecker {
  /// A pattern of the rule; `id` is nil where its declaration is in error.
  struct PatternEntry {
    let name: String
    let id: PatternID?
    let range: SourceRange
    var isUsed = false
    /// The one place that every use asks about with `at`.
    var place: Place?
  }

  enum Place: Equatable {
    case at(Int64)
    case anywhere
  }

  struct Variable {
    let name: String
    let type: CheckedType
    let node: NodeID
    let range: SourceRange
    var isUnsigned = false
    var isUsed = false
  }

  let builder: ProgramBuilder
  let dialect: Dialect
  let externals: [String: ExternalValue]
  let namespace: NamespaceScope
  let modules: ModuleRegistry
  /// The rule's own identifier, which YARA lets a condition name.
  let ruleName: String
  /// True where the rule's text has syntax errors, names patterns that do not exist or has sets that
  /// are too large: then nothing can be said about unused ones.
  var isIncomplete: Bool
  let suggestions: Suggestions

  var patterns: [PatternEntry]
  /// Index by name; anonymous patterns are found by their place only.
  let patternIndices: [String: Int]
  var diagnostics: [Diagnostic] = []
  var variables = VariableStack()
  /// What sets name, found once: a condition may ask for the same ones thousands of times.
  var foundSets = FoundSets()
  var liveSlots = ConditionProgram.SlotCounts()
  /// The variables that hold the current pattern of the `for ... of` loops around.
  var patternSlots: [Slot] = []
  private(set) var dependencies: Set<RuleID> = []
  var hasEffects = false
  /// The fields asked for that are undefined for every file here, in order, with who knows them.
  private var unknowable: [(path: String, owner: String, range: SourceRange)] = []
  var iterations: Int64 = 1
  let ignoredModules: Set<String>
  /// The ignored module that the condition needs, over other rules or directly.
  var neededIgnoredModule: String?

  init(
    builder: ProgramBuilder, dialect: Dialect, externals: [String: ExternalValue],
    namespace: NamespaceScope, modules: ModuleRegistry, ruleName: String,
    isIncomplete: Bool, suggestions: Suggestions, ignoredModules: Set<String> = [],
    patterns: [PatternEntry]
  ) {
    self.ignoredModules = ignoredModules
    self.builder = builder
    self.dialect = dialect
    self.externals = externals
    self.namespace = namespace
    self.modules = modules
    self.ruleName = ruleName
    self.isIncomplete = isIncomplete
    self.suggestions = suggestions
    self.patterns = patterns
    patternIndices = Dictionary(
      patterns.enumerated().map { ($0.element.name, $0.offset) }, uniquingKeysWith: { first, _ in first })
  }

  private mutating func reportUnusedPatterns() {
    for pattern in patterns where !pattern.isUsed && !pattern.name.hasPrefix("$_") {
      error(
        .unusedPattern, "unused pattern `\(pattern.name)`", at: pattern.range,
        "the condition does not use this pattern",
        notes: ["Patterns whose name begins with `_` may stay unused."])
    }
  }

  /// Remembers a field that is undefined here; of a field and what is asked of it the latter.
  mutating func remember(unknowable path: String, knownTo owner: String, at range: SourceRange) {
    if let last = unknowable.last, path.hasPrefix(last.path) { unknowable.removeLast() }
    if !unknowable.contains(where: { $0.path == path }) { unknowable.append((path, owner, range)) }
  }

  private mutating func reportUnknowable() {
    guard let first = unknowable.first else { return }
    let shown = unknowable.prefix(5).map { "`\($0.path)`" }.joined(separator: ", ")
    let rest = unknowable.count - 5
    warn(
      .undefinedHere, "this rule asks for what only \(first.owner) knows", at: first.range,
      "undefined here, for every file",
      notes: ["Undefined: \(shown)\(rest > 0 ? " and \(rest) more" : "")."])
  }

  mutating func depend(on rule: RuleID) { dependencies.insert(rule) }

  /// The condition's Boolean node.
  mutating func checkCondition(_ condition: Expression) -> NodeID {
    let checked = boolean(condition)
    if case .boolean(let value)? = checked.constant {
      warn(
        .constantCondition, "condition is always \(value)", at: condition.range,
        "this does not depend on the file",
        notes: ["Rule `\(ruleName)` \(value ? "matches every file" : "never matches")."])
    }
    if !isIncomplete { reportUnusedPatterns() }
    reportUnknowable()
    builder.needsSlots(liveSlots)
    return checked.node
  }

  // MARK: - Reporting

  mutating func error(
    _ code: DiagnosticCode, _ message: String, at range: SourceRange, _ label: String = "",
    notes: [String] = [], fixes: [Diagnostic.Fix] = []
  ) {
    diagnostics.append(Diagnostic(code, message, at: range, label, notes: notes, fixes: fixes))
  }

  mutating func warn(
    _ code: DiagnosticCode, _ message: String, at range: SourceRange, _ label: String = "",
    notes: [String] = [], fixes: [Diagnostic.Fix] = []
  ) {
    diagnostics.append(Diagnostic(code, message, at: range, label, notes: notes, fixes: fixes))
  }

  func invalid(_ range: SourceRange) -> CheckedExpression {
    CheckedExpression(type: .invalid, node: builder.add(.invalid, range), range: range)
  }

  /// Reports a wrong type unless an error was reported for the expression already.
  mutating func wrongType(_ found: CheckedExpression, expected: String) {
    guard !found.type.isInvalid else { return }
    error(
      .wrongType, "wrong type", at: found.range, "expected \(expected), this is \(found.type.name)")
  }

  // MARK: - Building

  func make(_ type: ValueType, _ node: ConditionNode, _ range: SourceRange) -> CheckedExpression {
    CheckedExpression(type: CheckedType(type), node: builder.add(node, range), range: range)
  }

  func literal(_ value: ConstantValue, _ range: SourceRange) -> CheckedExpression {
    var checked =
      switch value {
      case .boolean(let value): make(.boolean, .boolean(value), range)
      case .integer(let value): make(.integer, .integer(value), range)
      case .float(let value): make(.float, .float(value), range)
      case .text(let bytes): make(.text, .text(builder.text(bytes)), range)
      }
    checked.constant = value
    return checked
  }

  // MARK: - Expressions

  mutating func check(_ expression: Expression) -> CheckedExpression {
    let range = expression.range
    switch expression.kind {
    case .boolean(let value): return literal(.boolean(value), range)
    case .integer(let value):
      // A literal has no sign, so a negative one stands for 2^63 and more.
      var checked = literal(.integer(value), range)
      checked.isUnsigned = value < 0
      return checked
    case .float(let value): return literal(.float(value), range)
    case .text(let bytes): return literal(.text(bytes), range)
    case .regex(let regex):
      guard builder.takes(members: 1, among: 0) else {
        error(.tooMany, "the conditions are too large", at: range)
        return invalid(range)
      }
      guard let compiled = ConditionRegex.compile(regex, dialect: dialect, diagnostics: &diagnostics)
      else { return invalid(range) }
      return CheckedExpression(
        type: .regex(builder.regex(compiled)), node: NodeID.none, range: range)
    case .filesize: return make(.integer, .filesize, range)
    case .entrypoint:
      warn(
        .deprecated, "`entrypoint` is deprecated", at: range, "offset of the entry point",
        notes: ["Use `pe.entry_point`, `elf.entry_point` or `macho.entry_point`."])
      return make(.integer, .entrypoint, range)
    case .patternMatch(let reference, let anchor):
      return patternMatch(reference, anchor, range)
    case .patternCount(let reference, let bounds): return patternCount(reference, bounds, range)
    case .patternOffset(let reference, let index):
      return patternPlace(reference, index, range) { .patternOffset($0, $1) }
    case .patternLength(let reference, let index):
      return patternPlace(reference, index, range) { .patternLength($0, $1) }
    case .identifier(let identifier): return self.identifier(identifier)
    case .field(let base, let name): return field(base, name, range)
    case .index(let base, let index): return self.index(base, index, range)
    case .call(let callee, let arguments): return call(callee, arguments, range)
    case .unary(let operation, let operand): return unary(operation, operand, range)
    case .binary(let operation, let left, let right): return binary(operation, left, right, range)
    case .nary(let operation, let operands):
      switch operation {
      case .and: return conjunction(operands, range, isAnd: true)
      case .or: return conjunction(operands, range, isAnd: false)
      default: return arithmetic(operation, operands, range)
      }
    case .of(let of): return selection(of, range)
    case .forOf(let loop): return forOf(loop, range)
    case .forIn(let loop): return forIn(loop, range)
    case .with(let bindings, let body): return with(bindings, body, range)
    case .invalid: return invalid(range)
    }
  }

  /// An expression where a Boolean is wanted; other plain values are tested against "nothing".
  mutating func boolean(_ expression: Expression) -> CheckedExpression {
    let checked = check(expression)
    // YARA takes a regular expression as written for true; no engine takes a variable's so.
    if case .regex = expression.kind, checked.type.isRegex {
      warn(
        .nonBooleanCondition, "condition is not a Boolean", at: checked.range,
        "this is a regular expression",
        notes: ["As in YARA, it is true. Write `... matches` before it."])
      return literal(.boolean(true), checked.range)
    }
    return asBoolean(checked)
  }

  mutating func asBoolean(_ checked: CheckedExpression) -> CheckedExpression {
    guard let type = checked.type.valueType else {
      if case .function = checked.type {
        error(
          .wrongType, "wrong type", at: checked.range,
          "expected a Boolean, this is a function", notes: ["Write `(...)` after it to call it."])
      } else {
        wrongType(checked, expected: "a Boolean")
      }
      return invalid(checked.range)
    }
    guard type != .boolean else { return checked }
    let truth: String =
      switch type {
      case .integer: "Integers other than 0 are true."
      case .float: "Floats other than 0.0 are true."
      default: "Texts other than the empty one are true."
      }
    // In YARA the answers of modules are numbers, and `pe.is_pe` the usual way to ask.
    if dialect != .yara || type != .integer {
      warn(
        .nonBooleanCondition, "condition is not a Boolean", at: checked.range,
        "this is \(checked.type.name)", notes: [truth])
    }
    if let constant = checked.constant {
      let value =
        switch constant {
        case .boolean(let value): value
        case .integer(let value): value != 0
        case .float(let value): Arithmetic.isTrue(value, dialect)
        case .text(let bytes): !bytes.isEmpty
        }
      return literal(.boolean(value), checked.range)
    }
    return make(.boolean, .truth(type, checked.node), checked.range)
  }

  /// An expression where an integer is wanted.
  mutating func integer(_ expression: Expression, _ purpose: String) -> CheckedExpression {
    let checked = flagAsInteger(check(expression))
    guard checked.type.isInteger else {
      wrongType(checked, expected: "an integer \(purpose)")
      return invalid(checked.range)
    }
    return checked
  }
}
