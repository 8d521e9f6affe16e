import Bytes
import Testing
import YaraSyntax

@testable import YaraEngine

/// The bounds of `Documentation/Limits.md`: each ends what it bounds, and says so.
@Suite struct BoundTests {
  private static func outcome(
    _ text: String, _ data: [UInt8], seconds: Int = 1, externals: [String: ExternalValue] = [:]
  ) throws -> (ScanOutcome, RuleSet) {
    // Apart, as what stands inside of the macro is described, however long it is.
    let compiled = Engine.compile(text, externals: externals).rules
    let rules = try #require(compiled)
    let options = ScanOptions(fileTimeLimit: .milliseconds(seconds * 200))
    return (ByteView.with(data) { Scanner(rules, options: options).scan($0) }, rules)
  }

  // MARK: - Time

  /// Conditions that would run for hours, each in another place that looks at the clock.
  static let endless: [(name: String, rule: String)] = [
    ("loops", "rule slow { condition: for all i in (0..1000000) : (for all j in (0..1000000) : (i + j >= 0)) }"),
    ("a range as long as numbers go", "rule slow { condition: for all i in (0..9223372036854775806) : (i >= 0) }"),
    (
      "functions over the file",
      "rule slow { condition: for any i in (0..10000000) : (hash.md5(i % 7, filesize) == \"00000000000000000000000000000000\") }"
    ),
    (
      "a regex over a long text",
      "rule slow { condition: \"\(String(repeating: "a", count: 200_000))\" matches /((a?){1,300}){1,50}b/ }"
    ),
  ]

  @Test(arguments: endless.map(\.name)) func timeEndsConditionsAndNamesTheRule(_ name: String) throws {
    let rule = try #require(Self.endless.first { $0.name == name }?.rule)
    let (outcome, rules) = try Self.outcome(
      "import \"hash\" rule first { condition: filesize > 0 } \(rule)",
      [UInt8](repeating: 0, count: 1 << 20))
    guard case .timedOut(at: .condition(let id)) = outcome else {
      Issue.record("\(outcome)")
      return
    }
    #expect(rules[id].identifier == "slow")
  }

  @Test func timeEndsManyCallsWithoutALoop() throws {
    let calls = (0..<2000).map { "hash.sha256(\($0), filesize - \($0)) == \"x\"" }.joined(separator: " or ")
    let (outcome, _) = try Self.outcome(
      "import \"hash\" rule slow { condition: \(calls) }", [UInt8](repeating: 0, count: 4 << 20))
    guard case .timedOut = outcome else {
      Issue.record("\(outcome)")
      return
    }
  }

  /// Fewer turns than the clock was once looked at, each of them long.
  @Test(arguments: ["contains", "icontains", "iequals"]) func timeEndsLoopsOverLongTexts(_ relation: String) throws {
    let long = [UInt8](repeating: 0x61, count: 16 << 20)
    let (outcome, _) = try Self.outcome(
      "rule slow { condition: for any i in (1..1000) : (with x = i : (text \(relation) other and x > 0)) }", [1],
      externals: ["text": .text(long), "other": .text(relation == "iequals" ? long.dropLast() + [0x62] : [0x7A, 0x7A])])
    guard case .timedOut(at: .condition) = outcome else {
      Issue.record("\(outcome)")
      return
    }
  }

  @Test func timeEndsTheSearchForAPatternAndNamesIt() throws {
    let strings = (1...60).map { "$a\($0) = /[^\\x01]{1,\($0)}[^\\x02]{\($0),}/" }.joined(separator: " ")
    let (outcome, rules) = try Self.outcome(
      "rule slow { strings: \(strings) condition: any of them }",
      [UInt8](repeating: 0x61, count: 8 << 20))
    guard case .timedOut(let stage) = outcome else {
      Issue.record("\(outcome)")
      return
    }
    if case .pattern(let pattern) = stage {
      #expect(rules.rules[0].patterns.contains { $0.pattern == pattern })
    }
  }

  @Test func longTextsThatNearlyMatchTakeLinearTime() throws {
    let long = String(repeating: "a", count: 400_000)
    let part = String(repeating: "A", count: 200_000)
    #expect(Engine.holds("\"\(long)\" icontains \"\(part)b\"") == false)
    #expect(Engine.holds("\"\(long)b\" icontains \"\(part)B\"") == true)
    #expect(Engine.holds("\"\(long)\" contains \"\(part)\"") == false)
    #expect(Engine.holds("\"x\(part)y\" contains \"\(part)y\"") == true)
    // Beyond ASCII, letter by letter.
    let accents = String(repeating: "é", count: 100_000)
    #expect(Engine.holds("\"\(accents)\(accents)\" icontains \"\(accents)b\"") == false)
    #expect(Engine.holds("\"\(accents)É\(accents)x\" icontains \"ÉÉ\(accents)X\"") == true)
  }

  // MARK: - Patterns and regexes that multiply

  /// Each was exponential, or took seconds and gigabytes, for some kilobytes of text.
  static let multiplying: [(name: String, rule: String, code: DiagnosticCode?)] = [
    ("counts of counts", pattern("/x" + String(repeating: "(", count: 16) + "a*" + String(repeating: "){3}", count: 16) + "yz/"), .tooLarge),
    ("quantifiers of quantifiers", pattern("/xa" + String(repeating: "*", count: 20_000) + "/"), .tooDeep),
    ("and in conditions", "rule r { condition: \"x\" matches /xa\(String(repeating: "*", count: 100_000))/ }", .tooDeep),
    ("Unicode classes", pattern("/(?u)x" + String(repeating: "\\w", count: 20_000) + "/"), .tooLarge),
    ("of either case", pattern("/(?iu)x" + String(repeating: "\\w", count: 20_000) + "/"), .tooLarge),
    ("Unicode properties", pattern("/(?u)xyz[" + String(repeating: "\\pL", count: 2_000) + "]/"), nil),
    ("long classes", pattern("/(?u)xyz[" + (0..<20_000).map { "\\u{\(String(0x4E00 + $0, radix: 16))}" }.joined() + "]/"), nil),
    ("a long literal", pattern("/" + String(repeating: "ab", count: 100_000) + "/"), nil),
    ("gaps that part nothing", pattern("{ 41 " + String(repeating: "[300-400] 41 ", count: 3_000) + "}"), nil),
    ("short xor texts", "rule r { strings: " + (0..<2_000).map { "$a\($0) = \"\(String(4096 + $0, radix: 16).suffix(3))\" xor" }.joined(separator: " ") + " condition: any of them }", nil),
    (
      "large regexes of conditions",
      "rule r { condition: " + (0..<600).map { "\"x\" matches /a{\($0),}(b{1,300}){1,100}/" }.joined(separator: " or ") + " }", .tooMany
    ),
  ]

  private static func pattern(_ text: String) -> String { "rule r { strings: $a = \(text) condition: $a }" }

  @Test(arguments: multiplying.map(\.name)) func whatMultipliesIsBounded(_ name: String) throws {
    let test = try #require(Self.multiplying.first { $0.name == name })
    let result = Engine.compile(test.rule)
    let codes = Set(result.diagnostics.filter { $0.severity == .error }.map(\.code))
    #expect(codes == (test.code.map { [$0] } ?? []))
    #expect((result.rules == nil) == (test.code != nil))
  }

  @Test func timeEndsLoopsOverLongSets() throws {
    let strings = (0..<20_000).map { "$a\($0) = \"text \($0)\"" }.joined(separator: " ")
    let all = (0..<100).map { _ in "none of ($a*)" }.joined(separator: " and ")
    let (outcome, _) = try Self.outcome(
      "rule slow { strings: \(strings) condition: for all i in (1..1000) : (i > 0 and \(all)) }", [1])
    guard case .timedOut(at: .condition) = outcome else {
      Issue.record("\(outcome)")
      return
    }
  }

  // MARK: - Memory of a scan

  @Test func allPatternsTogetherKeepABoundedNumberOfMatches() {
    let table = MatchTable(patternCount: 12)
    let each = MatchTable.maximumMatchesPerPattern
    for pattern in 0..<12 {
      for offset in 0..<each + 1 { table.add(PatternID(UInt32(pattern)), offset: offset, length: 1) }
    }
    let counts = (0..<12).map { table.count(of: PatternID(UInt32($0))) }
    // Whether a pattern matches stays known.
    #expect(counts.allSatisfy { $0 >= 1 })
    #expect(counts.reduce(0, +) <= MatchTable.maximumMatches + 12)
    #expect((0..<12).allSatisfy { table.isTruncated(PatternID(UInt32($0))) })
    table.reset()
    #expect((0..<12).allSatisfy { !table.isTruncated(PatternID(UInt32($0))) })
    table.add(PatternID(0), offset: 1, length: 1)
    #expect(table.count(of: PatternID(0)) == 1)
  }

  @Test func aTableOfManyPatternsDoesNotKeepWhatEachOfThemNeededOnce() {
    let patterns = 3_000
    let table = MatchTable(patternCount: patterns)
    for pattern in 0..<patterns {
      for offset in 0..<1_000 { table.add(PatternID(UInt32(pattern)), offset: offset, length: 1) }
      #expect(table.count(of: PatternID(UInt32(pattern))) == 1_000)
      table.reset()
    }
    #expect(table.capacity <= MatchTable.mostCapacity + patterns * MatchTable.smallCapacity)
  }

  @Test func automataCountTheirMemoryAndGiveItBack() throws {
    let memory = AutomatonMemory()
    do {
      let parsed = try RegexParser.parse(
        Array("a[^b]{1,50}[^c]{1,50}d".utf8), caseInsensitive: false, dotMatchesNewline: true,
        dialect: .yaraX, use: .pattern)
      let program = try #require(AutomatonCompiler.compile(parsed.node, isBounded: true))
      let automaton = LazyAutomaton(program, .preferred, isBackward: false, memory)
      let before = memory.used
      #expect(before > 0)
      let data = Array(String(repeating: "axxcaaxc", count: 50).utf8)
      let ways = ForwardTrace()
      ByteView.with(data) { view in
        for place in data.indices {
          _ = automaton.preferredLength(view, at: place, stride: 1, limit: 4096, trace: ways, file: 1)
        }
      }
      #expect(memory.used > 2 * before)
      let trace = BackwardTrace(memory)
      #expect(trace.file == -1)
    }
    #expect(memory.used == 0)
  }

  @Test func whatWasDroppedOfOneFileIsForgottenWithIt() {
    let table = MatchTable(patternCount: 1)
    table.marksTruncated(PatternID(0))
    #expect(table.touched == [PatternID(0)])
    table.add(PatternID(0), offset: 3, length: 1)
    #expect(table.touched == [PatternID(0)])
    table.reset()
    #expect(!table.isTruncated(PatternID(0)))
    #expect(table.touched.isEmpty)
  }

  @Test func theConsoleKeepsABoundedNumberOfBytes() throws {
    let line = String(repeating: "x", count: 100_000)
    let (outcome, _) = try Self.outcome(
      "import \"console\" rule a { condition: for all i in (0..1000) : (console.log(\"\(line)\")) }",
      [1, 2, 3], seconds: 300)
    guard case .finished(let result) = outcome else {
      Issue.record("\(outcome)")
      return
    }
    #expect(result.cuts == [.console])
    #expect(result.console.count == ConsoleOutput.maximumBytes / 100_000)
  }

  /// Descriptors that share one list of functions: there are more than are read.
  @Test func whatAModuleDoesNotReadIsReported() throws {
    let file = PEBuilder.sharedThunks(descriptors: 100).built()
    for (condition, cuts) in [
      ("pe.number_of_imported_functions > 100", [ScanCut.moduleLimit("pe")]), ("pe.is_pe", []),
    ] {
      let (outcome, _) = try Self.outcome(
        "import \"pe\" rule a { condition: \(condition) }", file, seconds: 300)
      guard case .finished(let result) = outcome else {
        Issue.record("\(outcome)")
        continue
      }
      #expect(result.matching.count == 1)
      #expect(result.cuts == cuts)
    }
  }

  // MARK: - Compilation

  static let bombs: [(name: String, strings: String)] = [
    (
      "alternatives times alternatives",
      "$a = { "
        + String(repeating: "( " + (0..<16).map { "0\(String($0, radix: 16)) ??" }.joined(separator: " | ") + " ) ?? ", count: 12)
        + "01 }"
    ),
    ("thousands of poor alternatives", "$a = { \(String(repeating: "( 0? | 1? | 2? ?? ) ?? ", count: 3000)) 01 }"),
    (
      "nested alternatives",
      "$a = /\(String(repeating: "(([a-f]|g.)(h|[i-k].)|[l-p]{2}|q.r)", count: 60))/"
    ),
    ("classes of classes", "$a = /\(String(repeating: "[0-9a-f][g-z]?", count: 2000))/"),
    ("repetitions of repetitions", "$a = /((((x?){1,50}y?){1,50}z?){1,20})w/"),
  ]

  /// They end, one way or the other, and what compiles finds what it should.
  @Test(arguments: bombs.map(\.name)) func patternsThatExplodeEnd(_ name: String) throws {
    let strings = try #require(Self.bombs.first { $0.name == name }?.strings)
    let compilation = Engine.compile("rule a { strings: \(strings) condition: any of them }")
    #expect(compilation.rules != nil || Engine.codes(compilation).contains("E502"))
  }

  @Test func theWorkOnAtomsIsBounded() {
    let poor = PatternNode.sequence(
      (0..<400).flatMap { _ -> [PatternNode] in
        [.alternation([.bytes([1, 2]), .set(ByteSet(UInt8(3)).inverted)]), .set(.all)]
      })
    var chooser = AtomChooser(isCaseless: false, work: 10_000)
    _ = chooser.plans(for: poor)
    // What is under way when the bound is reached is finished.
    #expect(chooser.work > -200_000)
  }

  @Test func estimatesOfSlowPatternsAreBounded() {
    var work = 50_000
    let poor = PatternNode.sequence(
      (0..<2000).map { _ in .set(ByteSet(UInt8(0)).inverted) } + [.empty])
    for _ in 0..<100 { _ = SlowPatternEstimate.isSlow(Pattern(.regex(poor, greediness: nil)), work: &work) }
    #expect(work > -4_000_000)
  }

  @Test func conditionsWithTooManyCombinationsAreLeftAlone() {
    let term = "($a1 or $a2 or any of ($a*) or $b)"
    let text = """
      rule a { strings: $a1 = "abc1" $a2 = "abc2" $b = "bcd"
      condition: \(Array(repeating: term, count: 60).joined(separator: " and ")) }
      """
    #expect(Engine.codes(Engine.compile(text)) == [])
  }

  @Test func limitsAreNotBelowThoseOfYaraAndYaraX() {
    let limits = CompilerLimits()
    #expect(limits.patternsPerRule >= 100_000)
    #expect(limits.includeDepth >= 16)
    #expect(MatchTable.maximumMatchesPerPattern >= 1_000_000)
    let groups = String(repeating: "(", count: 240) + "abc" + String(repeating: ")", count: 240)
    #expect(Engine.codes(Engine.compile("rule a { strings: $a = /\(groups)/ condition: $a }")) == [])
  }

  @Test func tooManyOfEachKindIsAnError() {
    func codes(_ text: String, _ change: (inout CompilerLimits) -> Void) -> [String] {
      var limits = CompilerLimits()
      change(&limits)
      return Engine.codes(Engine.compile(text, limits: limits)).filter { $0.hasPrefix("E") }
    }
    let two = "rule a { strings: $a = \"abc\" $b = \"bcd\" condition: any of them }"
    #expect(codes(two) { $0.patternsPerRule = 1 } == ["E503"])
    #expect(codes(two) { $0.patterns = 1 } == ["E503"])
    #expect(codes(two + " rule b { condition: true }") { $0.rules = 1 } == ["E503"])
    #expect(codes(two) { $0.sourceBytes = 10 } == ["E502"])
    #expect(codes(two + " rule b { condition: true }") { $0.conditionNodes = 2 } == ["E503"])
  }
}
