internal import Bytes
internal import FileFormats
internal import YaraSyntax

/// Compiles rule texts to a `RuleSet`.
///
/// Sources are added one after the other, each into a namespace; an `include` adds its text in
/// its place. A name means what was defined before it in the same namespace. Errors never stop
/// the work: all are collected, and `build` gives a rule set only where there are none.
public struct RuleCompiler {
  private let options: CompilerOptions
  private let builder: ProgramBuilder
  private var patterns: PatternSetBuilder
  private var patternCount = 0
  private var sources: [SourceText] = []
  private var sourceBytes = 0
  private var includeCount = 0
  private var diagnostics: DiagnosticCollector
  /// What the estimates of slow patterns may still cost together.
  private var estimateWork = 50_000_000
  /// What the search for patterns that wildcards take in by accident may still cost, and that for
  /// patterns at fixed places.
  private var wildcardWork = 50_000_000
  private let suggestions = Suggestions()
  private let linter: RuleLinter?
  private var namespaces: [NamespaceScope] = []
  private var namespaceIndices: [String: Int] = [:]
  private let modules: ModuleRegistry
  private var rules: [Rule] = []
  private var digestStream = DigestStream(.sha256)
  private var hasReportedTooMany = false
  /// Whether the current source is compiled on a stack of its own, and whether one was.
  private var isOnDeepStack = false
  private var needsDeepStack = false

  public init(_ options: CompilerOptions) { self.init(options, modules: .standard) }

  init(_ options: CompilerOptions, modules: ModuleRegistry) {
    self.options = options
    self.modules = modules
    builder = ProgramBuilder(maximumSize: options.limits.conditionNodes)
    patterns = PatternSetBuilder(dialect: options.dialect)
    diagnostics = DiagnosticCollector(
      limit: options.limits.diagnostics, disabled: options.disabledWarnings)
    if options.disabledWarnings.contains(.slowPattern) { estimateWork = 0 }
    linter = options.lint.isEmpty ? nil : RuleLinter(options: options.lint)
    digestStream.update(Array(options.dialect.rawValue.utf8) + [0])
    for (name, value) in options.externals.sorted(by: { $0.key < $1.key }) {
      digestStream.update(Array("\(name)=\(value)".utf8) + [0])
    }
  }

  /// Compiles one text. `name` is what diagnostics call it.
  public mutating func add(name: String, bytes: [UInt8], namespace: String = "default") {
    let scope: NamespaceScope
    if let known = namespaceIndices[namespace] {
      scope = namespaces[known]
    } else {
      scope = NamespaceScope(name: namespace, index: namespaces.count)
      namespaceIndices[namespace] = namespaces.count
      namespaces.append(scope)
    }
    digestStream.update(Array("namespace \(namespace)".utf8) + [0])
    add(name: name, bytes: bytes, to: scope, within: [], from: nil)
  }

  public consuming func build() -> Compilation {
    let sorted = diagnostics.sorted
    func compilation(_ rules: RuleSet?) -> Compilation {
      Compilation(
        rules: rules, diagnostics: sorted, omittedErrors: diagnostics.omittedErrors,
        omittedWarnings: diagnostics.omittedWarnings, sources: sources)
    }
    guard !diagnostics.hasErrors else { return compilation(nil) }
    let digest = String(decoding: Digest.hexadecimal(digestStream.finished()), as: UTF8.self)
    let set = RuleSet(
      dialect: options.dialect, rules: rules, namespaces: namespaces.map(\.name),
      program: builder.program, patterns: patterns.build(), warnings: sorted, digest: digest,
      needsDeepStack: needsDeepStack)
    return compilation(set)
  }

  // MARK: - Diagnostics

  private mutating func report(_ diagnostic: Diagnostic) { diagnostics.report(diagnostic) }

  private mutating func report(_ found: [Diagnostic]) {
    for diagnostic in found { diagnostics.report(diagnostic) }
  }

  // MARK: - Sources

  private mutating func add(
    name: String, bytes: [UInt8], to scope: NamespaceScope, within stack: [String],
    from include: SourceRange?
  ) {
    let source = SourceText(
      id: SourceID(UInt32(clamping: sources.count)), name: name, bytes: bytes,
      includedFrom: include)
    sourceBytes += bytes.count
    guard sourceBytes <= options.limits.sourceBytes else {
      // An empty text stands for it, so that its memory can go.
      sources.append(SourceText(id: source.id, name: name, bytes: [], includedFrom: include))
      report(
        Diagnostic(
          .tooLarge, "rules are too large",
          at: include ?? SourceRange(source: source.id, start: 0, end: 0),
          "all sources together may have \(options.limits.sourceBytes) bytes"))
      return
    }
    sources.append(source)
    digestStream.update(Array("\(bytes.count) ".utf8))
    digestStream.update(bytes)
    let (tree, found) = Parser.parse(
      source, depthLimit: isOnDeepStack ? Parser.greatestDepth : Parser.usualDepth)
    guard isOnDeepStack || !found.contains(where: { $0.code == .tooDeep }) else {
      return addDeep(source, to: scope, within: stack, tree, found)
    }
    add(tree, found, of: source, to: scope, within: stack)
  }

  /// Once more, with a stack that holds what YARA accepts. From here on the answers need one too.
  private mutating func addDeep(
    _ source: SourceText, to scope: NamespaceScope, within stack: [String], _ shallow: RuleTree,
    _ found: [Diagnostic]
  ) {
    isOnDeepStack = true
    let ran = DeepStack.run {
      let (tree, found) = Parser.parse(source, depthLimit: Parser.greatestDepth)
      add(tree, found, of: source, to: scope, within: stack)
    }
    isOnDeepStack = false
    if ran { needsDeepStack = true } else { add(shallow, found, of: source, to: scope, within: stack) }
  }

  private mutating func add(
    _ tree: RuleTree, _ found: [Diagnostic], of source: SourceText, to scope: NamespaceScope,
    within stack: [String]
  ) {
    diagnostics.add(tree.suppressions, source.id)
    report(found)
    let errors = found.filter { $0.severity == .error }.compactMap(\.range?.start).sorted()
    for item in tree.items {
      switch item {
      case .importModule(let declaration): importModule(declaration, to: scope)
      case .include(let declaration):
        self.include(declaration, in: source, to: scope, within: stack + [source.name])
      case .rule(let declaration): rule(declaration, in: scope, syntaxErrors: errors)
      }
    }
  }

  /// An import holds for the rest of the namespace, as an include is part of its includer's text.
  private mutating func importModule(_ declaration: ImportDeclaration, to scope: NamespaceScope) {
    let name = declaration.module
    if let earlier = scope.imports[name] {
      // Texts that are added together each import what they need.
      guard earlier.range.source == declaration.range.source else { return }
      report(
        Diagnostic(
          .duplicateImport, "module `\(name)` is imported twice",
          labels: [
            Diagnostic.Label(declaration.range, "again here"),
            Diagnostic.Label(earlier.range, "first here"),
          ]))
      return
    }
    if options.ignoredModules.contains(name) {
      report(
        Diagnostic(
          .ignoredModule, "module `\(name)` is ignored", at: declaration.range,
          notes: ["Rules that use it are left out."]))
    } else if let definition = modules.module(name) {
      if let reason = definition.whyUnusable?() {
        report(
          Diagnostic(
            .moduleNotAvailable, "module `\(name)` cannot be used", at: declaration.range, reason))
      }
      scope.imports[name] = NamespaceScope.Import(definition: definition, range: declaration.range)
    } else if ModuleRegistry.knownElsewhere.contains(name) {
      report(
        Diagnostic(
          .moduleNotAvailable, "module `\(name)` is not available", at: declaration.range,
          "this engine does not have it",
          notes: [availableModules]))
    } else {
      report(
        Diagnostic(
          .unknownModule, "unknown module `\(name)`", at: declaration.range, "no such module",
          notes: (suggestions.nearest(to: name, in: modules.names).map { ["Did you mean `\($0)`?"] } ?? [])
            + [availableModules]))
    }
  }

  private var availableModules: String {
    "Available modules: \(modules.names.joined(separator: ", "))."
  }

  private mutating func include(
    _ declaration: IncludeDeclaration, in source: SourceText, to scope: NamespaceScope,
    within stack: [String]
  ) {
    let (path, range) = (declaration.path, declaration.range)
    guard let resolver = options.includes else {
      report(
        Diagnostic(
          .includeNotAllowed, "`include` is not allowed here", at: range,
          notes: ["Put all rules into one text."]))
      return
    }
    guard stack.count <= options.limits.includeDepth else {
      report(
        Diagnostic(
          .tooDeep, "includes are nested too deeply", at: range,
          "\(options.limits.includeDepth) levels at most"))
      return
    }
    includeCount += 1
    guard includeCount <= options.limits.includes else {
      if includeCount == options.limits.includes + 1 {
        report(
          Diagnostic(.tooMany, "too many includes", at: range, "\(options.limits.includes) at most"))
      }
      return
    }
    switch resolver(path, source.name) {
    case .failure(let failure):
      report(
        Diagnostic(.includeNotFound, "cannot include `\(path)`", at: range, failure.reason))
    case .success(let included):
      guard !stack.contains(included.name) else {
        report(
          Diagnostic(
            .includeCycle, "`\(path)` includes itself", at: range,
            (stack + [included.name]).joined(separator: " > ")))
        return
      }
      add(name: included.name, bytes: included.bytes, to: scope, within: stack, from: range)
    }
  }

  // MARK: - Rules

  /// - Parameter syntaxErrors: where the parser found errors in the rule's source, ascending.
  private mutating func rule(
    _ declaration: RuleDeclaration, in scope: NamespaceScope, syntaxErrors: [UInt32]
  ) {
    guard rules.count < options.limits.rules, !builder.isFull else {
      if !hasReportedTooMany {
        hasReportedTooMany = true
        report(
          Diagnostic(
            .tooMany, "too many rules", at: declaration.identifier.range,
            builder.isFull
              ? "the conditions before this rule are too large together"
              : "\(options.limits.rules) at most"))
      }
      return
    }
    checkIdentifier(declaration, in: scope)
    checkTags(declaration)
    let entries = patternEntries(declaration)
    var checker = ConditionChecker(
      builder: builder, dialect: options.dialect, externals: options.externals, namespace: scope,
      modules: modules, ruleName: declaration.identifier.name,
      isIncomplete: Self.contains(syntaxErrors, declaration.range),
      suggestions: suggestions,
      ignoredModules: options.ignoredModules,
      patterns: entries.map {
        ConditionChecker.PatternEntry(name: $0.name, id: $0.id, range: $0.range)
      })
    let condition = checker.checkCondition(declaration.condition)
    report(checker.diagnostics)
    reportWarnings(declaration, entries)
    if let module = checker.neededIgnoredModule {
      scope.ignoredRules[declaration.identifier.name] = module
      return
    }
    let id = RuleID(UInt32(clamping: rules.count))
    rules.append(
      Rule(
        id: id, identifier: declaration.identifier.name, namespace: scope.name,
        namespaceIndex: scope.index, tags: declaration.tags.map(\.name), meta: declaration.meta,
        isPrivate: declaration.isPrivate, isGlobal: declaration.isGlobal,
        patterns: zip(entries, checker.patterns).compactMap { entry, checked in
          entry.id.map {
            RulePattern(
              identifier: entry.name, pattern: $0, isPrivate: entry.isPrivate,
              listedPlace: listedPlace(of: patterns.pattern($0), entry.declaration, checked.place),
              range: entry.range)
          }
        }, condition: condition, dependencies: checker.dependencies.sorted(),
        hasEffects: checker.hasEffects, range: declaration.range))
    scope.ruleNames.append((declaration.identifier.name, id))
    if scope.rules[declaration.identifier.name] == nil {
      scope.rules[declaration.identifier.name] = (
        id, declaration.identifier.range, declaration.isGlobal
      )
    }
  }

  private func listedPlace(
    of pattern: Pattern, _ declaration: PatternDeclaration, _ place: ConditionChecker.Place?
  ) -> Int? {
    guard case .at(let offset)? = place, pattern.isOneLiteral(options.dialect) else { return nil }
    // What is a literal only when groups and classes are seen through is none for YARA, and for
    // YARA-X none that says `nocase`, needless or not.
    if case .regex(let literal) = declaration.value,
      literal.pattern.contains(where: { $0 == 0x28 || $0 == 0x5B })
    {
      return nil
    }
    if options.dialect == .yaraX, declaration.modifiers.contains(where: { $0.kind == .nocase }) {
      return nil
    }
    return Int(offset)
  }

  private mutating func reportWarnings(_ declaration: RuleDeclaration, _ entries: [Entry]) {
    var warnings = PatternWarnings(declaration)
    warnings.check(
      entries.compactMap { entry in
        entry.id.map { PatternWarnings.Entry(entry.declaration, $0, patterns.pattern($0)) }
      }, work: &estimateWork, wildcardWork: &wildcardWork)
    report(warnings.diagnostics)
    report(UnintendedPatterns(declaration, work: &wildcardWork).diagnostics)
    if let linter { report(linter.check(declaration)) }
  }

  /// Whether one of the ascending places lies in the range.
  private static func contains(_ places: [UInt32], _ range: SourceRange) -> Bool {
    var low = 0
    var high = places.count
    while low < high {
      let middle = (low + high) / 2
      if places[middle] < range.start { low = middle + 1 } else { high = middle }
    }
    return low < places.count && places[low] <= range.end
  }

  private mutating func checkIdentifier(_ declaration: RuleDeclaration, in scope: NamespaceScope) {
    let (name, range) = (declaration.identifier.name, declaration.identifier.range)
    if let earlier = scope.rules[name] {
      report(
        Diagnostic(
          .duplicateRule, "duplicate rule `\(name)`",
          labels: [
            Diagnostic.Label(range, "again here"), Diagnostic.Label(earlier.range, "first here"),
          ]))
    } else if let number = FileNumber.functions[name], number.bytes < 8, !number.isFloat {
      report(
        Diagnostic(
          .reservedWord, "`\(name)` is a function and cannot be the name of a rule", at: range))
    } else if options.externals[name] != nil {
      report(
        Diagnostic(
          .duplicateRule, "rule `\(name)` has the name of an external variable", at: range))
    } else if scope.imports[name] != nil {
      report(
        Diagnostic(
          .ambiguousExpression, "rule `\(name)` has the name of an imported module", at: range,
          "conditions that use the name mean the module"))
    }
    if let wildcard = scope.usedWildcard(matching: name) {
      report(
        Diagnostic(
          .lateRule, "rule `\(name)` matches a rule set used before it",
          labels: [
            Diagnostic.Label(range, "defined here"),
            Diagnostic.Label(wildcard, "the set was used here"),
          ], notes: ["Define all rules of a set before the first rule that uses it."]))
    }
  }

  private mutating func checkTags(_ declaration: RuleDeclaration) {
    var seen: [String: SourceRange] = [:]
    for tag in declaration.tags {
      if let first = seen[tag.name] {
        report(
          Diagnostic(
            .duplicateTag, "duplicate tag `\(tag.name)`",
            labels: [Diagnostic.Label(tag.range, "again here"), Diagnostic.Label(first, "first here")]))
      } else {
        seen[tag.name] = tag.range
      }
    }
  }

  private typealias Entry = (
    name: String, id: PatternID?, declaration: PatternDeclaration, range: SourceRange,
    isPrivate: Bool
  )

  private mutating func patternEntries(_ declaration: RuleDeclaration) -> [Entry] {
    var entries: [Entry] = []
    var seen: [String: SourceRange] = [:]
    for pattern in declaration.patterns {
      let (name, range) = (pattern.identifier.name, pattern.identifier.range)
      guard entries.count < options.limits.patternsPerRule, patternCount < options.limits.patterns,
        !patterns.isFull
      else {
        report(
          Diagnostic(
            .tooMany, "too many patterns", at: range,
            patterns.isFull
              ? "the patterns before this one are too large together"
              : "a rule may have \(options.limits.patternsPerRule), all rules \(options.limits.patterns)"))
        break
      }
      patternCount += 1
      if !pattern.isAnonymous, let first = seen[name] {
        report(
          Diagnostic(
            .duplicatePattern, "duplicate pattern `\(name)`",
            labels: [Diagnostic.Label(range, "again here"), Diagnostic.Label(first, "first here")]))
        continue
      }
      seen[name] = range
      var found: [Diagnostic] = []
      let id = patterns.add(pattern, diagnostics: &found)
      report(found)
      entries.append((name, id, pattern, range, pattern.modifiers.contains { $0.kind == .isPrivate }))
    }
    return entries
  }
}
