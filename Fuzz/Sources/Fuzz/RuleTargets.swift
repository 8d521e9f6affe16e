import Bytes

@testable import YaraEngine
@testable import YaraSyntax

extension FuzzTarget {
  static let ruleTargets = [
    FuzzTarget(
      name: "rules", summary: "rule text: parse, compile, report, print and parse again",
      seeds: { RuleSeeds.texts.map { [UInt8]($0) } }, dictionary: RuleSeeds.words,
      run: { RuleTarget.compile($0) }),
    FuzzTarget(
      name: "scan", summary: "rule text, NUL, data: compile and scan, whole and rule by rule",
      seeds: { RuleSeeds.texts.map { [UInt8]($0) + [0] + RuleSeeds.data } },
      dictionary: RuleSeeds.words,
      run: {
        let (rules, data) = $0.halves
        RuleTarget.scan(rules, data)
      }),
    FuzzTarget(
      name: "regex", summary: "a byte of flags, a regex, NUL, data: both ways to search agree",
      seeds: { RuleSeeds.regexes.map { [0] + [UInt8]($0) + [0] + RuleSeeds.data } },
      dictionary: RuleSeeds.regexWords,
      run: { RuleTarget.regex($0) }),
    FuzzTarget(
      name: "hex", summary: "the inside of a hex pattern, NUL, data",
      seeds: { RuleSeeds.hexes.map { [UInt8]($0) + [0] + RuleSeeds.data } },
      dictionary: RuleSeeds.hexWords,
      run: {
        let (pattern, data) = $0.halves
        let text = pattern.filter { $0 != UInt8(ascii: "}") }
        RuleTarget.scan(
          [UInt8]("rule r { strings: $a = {") + text + [UInt8]("} condition: $a }"), data)
      }),
  ]
}

/// The laws that rule texts and scans must keep.
enum RuleTarget {
  /// Small bounds, so that an input cannot be slow because it is big.
  static func options(_ dialect: Dialect, _ text: [UInt8]) -> CompilerOptions {
    var limits = CompilerLimits()
    limits.sourceBytes = 1 << 20
    limits.includes = 8
    limits.conditionNodes = 1 << 16
    return CompilerOptions(
      dialect: dialect,
      externals: ["ext_int": .integer(7), "ext_bool": .boolean(true), "ext_text": .text([0x61])],
      includes: { path, _ in
        path.hasPrefix("self")
          ? .success(IncludedSource(name: path, bytes: text)) : .failure(IncludeFailure("absent"))
      }, limits: limits)
  }

  static func compiled(_ text: [UInt8], _ dialect: Dialect) -> Compilation {
    var compiler = RuleCompiler(options(dialect, text))
    compiler.add(name: "fuzz", bytes: text)
    return compiler.build()
  }

  static func compile(_ text: [UInt8]) {
    let source = SourceText(id: SourceID(0), name: "fuzz", bytes: text)
    let (tree, diagnostics) = Parser.parse(source)
    let isClean = !diagnostics.contains { $0.severity == .error }
    var printed: [UInt8]?
    if isClean, InvalidUTF8.isClean(text) {
      let again = [UInt8](TreePrinter.print(tree))
      let (second, complaints) = Parser.parse(
        SourceText(id: SourceID(0), name: "again", bytes: again))
      FuzzTarget.require(
        !complaints.contains { $0.severity == .error }, "printed text does not parse")
      FuzzTarget.require(
        TreeDump.dump(tree) == TreeDump.dump(second), "printed text has another tree")
      printed = again
    }
    for dialect in Dialect.allCases {
      let compilation = compiled(text, dialect)
      let renderer = DiagnosticRenderer(sources: compilation.sources, color: false)
      for diagnostic in compilation.diagnostics.prefix(20) {
        FuzzTarget.use(renderer.render(diagnostic))
        FuzzTarget.use(renderer.record(diagnostic))
      }
      FuzzTarget.require(
        (compilation.rules == nil) == compilation.diagnostics.contains { $0.severity == .error },
        "rules with errors, or none without")
      if let rules = compilation.rules {
        FuzzTarget.require(isClean, "rules of a text that does not parse")
        if let printed, rules.warnings.count < 500 {
          let other = compiled(printed, dialect)
          FuzzTarget.require(
            other.rules?.rules.map(\.identifier) == rules.rules.map(\.identifier),
            "printed text compiles otherwise")
        }
      }
    }
  }

  static func scan(_ text: [UInt8], _ data: [UInt8]) {
    for dialect in Dialect.allCases {
      guard let rules = compiled(text, dialect).rules else { continue }
      ByteView.with(data) { scan(rules, $0) }
    }
  }

  private static func scan(_ rules: RuleSet, _ data: ByteView) {
    let limit = Duration.milliseconds(400)
    let scanner = Scanner(rules, options: ScanOptions(fileTimeLimit: limit))
    guard case .finished(let whole) = scanner.scan(data) else { return }
    for pattern in rules.rules.flatMap(\.patterns) {
      var last = -1
      for match in scanner.matches(of: pattern.pattern) {
        FuzzTarget.require(
          match.offset >= last && match.length >= 0
            && match.offset + match.length <= data.count, "a match outside of the data")
        last = match.offset
      }
    }
    let early = scanner.earlyAnswers(data)
    let late = scanner.lateAnswers(data)
    for (index, answer) in early.enumerated() {
      FuzzTarget.require(answer == nil || answer == late[index], "an early answer is wrong")
    }
    let plain = Scanner(rules, options: ScanOptions(fileTimeLimit: limit, reportsMatches: false))
    if case .finished(let other) = plain.scan(data) {
      FuzzTarget.require(other.matching == whole.matching, "without matches the rules differ")
    }
    for rule in rules.rules.prefix(8) {
      let only = RuleSelection([rule.id], of: rules)
      guard case .finished(let alone) = scanner.scan(data, only: only) else { continue }
      FuzzTarget.require(
        alone.matching == whole.matching.filter { $0 == rule.id }, "a rule alone differs")
    }
  }

  /// A pattern's regex and the same regex in a condition are searched for by different machines.
  static func regex(_ input: [UInt8]) {
    guard let flags = input.first else { return }
    let (raw, data) = Array(input.dropFirst()).halves
    guard !raw.isEmpty, data.count < 4096 else { return }
    var body: [UInt8] = []
    var isEscaped = false
    for byte in raw where byte != 0x0A && byte != 0x0D {
      if byte == UInt8(ascii: "/"), !isEscaped { body.append(UInt8(ascii: "\\")) }
      body.append(byte)
      isEscaped = byte == UInt8(ascii: "\\") && !isEscaped
    }
    if isEscaped { body.append(UInt8(ascii: "\\")) }
    var literal = [UInt8]("/") + body + [UInt8]("/")
    if flags & 1 != 0 { literal += [UInt8]("i") }
    if flags & 2 != 0 { literal += [UInt8]("s") }
    let modifiers = flags & 4 != 0 ? " wide" : flags & 8 != 0 ? " ascii wide fullword" : ""
    scan(
      [UInt8]("rule r { strings: $a = ") + literal
        + [UInt8]("\(modifiers) condition: $a or #a > 1 }"), data)
    guard modifiers.isEmpty else { return }
    for dialect in Dialect.allCases {
      let text = [UInt8]("rule p { strings: $a = ") + literal + [UInt8](" condition: $a }")
      guard let rules = compiled(text, dialect).rules,
        case .rule(let rule)? = Parser.parse(
          SourceText(id: SourceID(0), name: "fuzz", bytes: text)
        ).tree.items.first,
        case .regex(let parsed)? = rule.patterns.first?.value
      else { continue }
      var diagnostics: [Diagnostic] = []
      // A pattern that mixes greedy and lazy is read by the other engine's grammar where that does not:
      // in `x+{0,1+?` the brace is a character of its own for one of them only.
      let conditions = Dialect.allCases.compactMap {
        ConditionRegex.compile(parsed, dialect: $0, diagnostics: &diagnostics)
      }
      guard conditions.count == Dialect.allCases.count else { continue }
      ByteView.with(data) { view in
        let scanner = Scanner(rules, options: ScanOptions(fileTimeLimit: .milliseconds(400)))
        guard case .finished(let result) = scanner.scan(view) else { return }
        if !result.matching.isEmpty {
          FuzzTarget.require(
            conditions.contains { $0.isMatch(view) }, "found as a pattern, not in a condition")
        }
      }
    }
  }
}
