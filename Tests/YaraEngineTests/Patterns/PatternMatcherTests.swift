import Bytes
import Testing
import YaraSyntax

@testable import YaraEngine

/// Parses the declarations and adds them to a builder.
func compile(
  _ patterns: [String], dialect: Dialect = .yaraX
) -> (set: PatternSet, ids: [PatternID?], diagnostics: [Diagnostic]) {
  let lines = patterns.enumerated().map { "$p\($0.offset) = \($0.element)" }
  let text = "rule r { strings: \(lines.joined(separator: "\n")) condition: any of them }"
  var (tree, diagnostics) = Parser.parse(SourceText(id: SourceID(0), name: "test", text: text))
  var builder = PatternSetBuilder(dialect: dialect)
  var ids: [PatternID?] = []
  for case .rule(let rule) in tree.items {
    for pattern in rule.patterns { ids.append(builder.add(pattern, diagnostics: &diagnostics)) }
  }
  return (builder.build(), ids, diagnostics)
}

func matches(
  _ set: PatternSet, _ data: [UInt8], wanted: PatternSelection? = nil, memoryLimit: Int = .max
) -> [[PatternMatch]] {
  let table = MatchTable(patternCount: set.count)
  var matcher = PatternMatcher(set, memoryLimit: memoryLimit)
  ByteView.with(data) { view in
    let outcome = matcher.findMatches(
      in: view, wanted: wanted, into: table, deadline: .never, cancellation: nil)
    #expect(outcome == .complete)
  }
  #expect(table.isComplete)
  return (0..<set.count).map { table.all(of: PatternID(UInt32($0))) }
}

private func bytes(hex: String) -> [UInt8] {
  let digits = hex.utf8.map { $0 < 58 ? $0 - 48 : $0 - 87 }
  return stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
}

private func written(_ matches: [PatternMatch]) -> String {
  matches.map { match in
    "\(match.offset)+\(match.length)" + (match.xorKey.map { "^\($0)" } ?? "")
  }.joined(separator: " ")
}

@Suite struct PatternMatcherTests {
  @Test(arguments: PatternMatchTables.cases)
  func answersAsTheEngines(_ test: PatternCase) {
    let (set, ids, diagnostics) = compile([test.pattern])
    #expect(diagnostics.allSatisfy { $0.severity == .warning })
    #expect(ids.count == 1 && ids.first != .some(nil))
    #expect(written(matches(set, bytes(hex: test.data)).first ?? []) == test.matches)
  }

  @Test(arguments: PatternMatchTables.answersOfYARA)
  func answersAsYARAInItsDialect(_ test: PatternCase) {
    let (set, ids, _) = compile([test.pattern], dialect: .yara)
    #expect(ids.count == 1 && ids.first != .some(nil))
    let (other, _, _) = compile([test.pattern])
    let data = bytes(hex: test.data)
    #expect(written(matches(set, data).first ?? []) == test.matches)
    #expect(written(matches(other, data).first ?? []) != test.matches)
  }

  /// All patterns of the table at once: sharing atoms changes nothing.
  @Test func oneSetAnswersAsManySets() {
    let cases = PatternMatchTables.cases
    let (set, ids, _) = compile(cases.map(\.pattern))
    for (index, test) in cases.enumerated() {
      guard let id = ids[index] else {
        Issue.record("refused: \(test.pattern)")
        continue
      }
      let data = bytes(hex: test.data)
      #expect(written(matches(set, data)[id.index]) == test.matches, "\(test.pattern)")
      let only = matches(set, data, wanted: PatternSelection([id]))
      #expect(written(only[id.index]) == test.matches)
      #expect(only.enumerated().allSatisfy { $0.offset == id.index || $0.element.isEmpty })
    }
  }

  @Test(arguments: PatternMatchTables.refused)
  func refuses(_ pattern: String, _ code: String) {
    let (_, _, diagnostics) = compile([pattern])
    let errors = diagnostics.filter { $0.severity == .error }
    #expect(errors.map(\.code.rawValue) == [code], "\(pattern)")
    #expect(errors.allSatisfy { $0.range != nil })
  }

  @Test func anErrorPointsIntoTheRegex() {
    let (_, _, diagnostics) = compile([#"/ab[z-a]c/"#])
    let range = diagnostics.first?.range
    // `rule r { strings: $p0 = /ab[`: the range begins after the bracket.
    #expect(range.map { Int($0.start) } == 28)
    #expect(range.map { Int($0.end) } == 31)
  }

  @Test func warnsOfRedundant() {
    let codes = { (pattern: String) in compile([pattern]).diagnostics.map(\.code.rawValue) }
    #expect(codes("/abc/i nocase") == ["W603"])
    #expect(codes("{ 61 [1-2][1-2] 62 63 }") == ["W604"])
    #expect(codes("/foobar/") == [])
  }

  @Test func equalPatternsAreShared() {
    let (set, ids, _) = compile([#""abc""#, #""abc" ascii"#, #""abc" wide"#])
    #expect(set.count == 2)
    #expect(ids[0] == ids[1])
    #expect(ids[0] != ids[2])
  }

  @Test func knowsLengths() {
    let (set, ids, _) = compile([#""abc" ascii wide"#, "/ab+c{2,3}/", "{ 61 [2-4] 62 }"])
    let lengths = ids.compactMap { $0 }.map { id in
      [set.minimumLength(id), set.maximumLength(id) ?? -1]
    }
    #expect(lengths == [[3, 6], [4, -1], [4, 6]])
  }

  /// Literals across the borders of the blocks in which a large file is searched.
  @Test func findsAcrossBlocks() {
    let (set, _, _) = compile([#""needle in a haystack""#, "/need[l]e/", "{ 00 00 6E 65 }"])
    let size = (16 << 20) + 100
    var data = [UInt8](repeating: 0, count: size)
    let places = [0, (8 << 20) - 20, (8 << 20) - 7, (16 << 20) - 1, size - 20].enumerated()
      .filter { $0.offset != 2 }.map(\.element)
    for place in places {
      for (index, byte) in "needle in a haystack".utf8.enumerated() { data[place + index] = byte }
    }
    let found = matches(set, data)
    #expect(found[0].map(\.offset) == places)
    #expect(found[1].map(\.offset) == places)
    #expect(found[2].map(\.offset) == places.dropFirst().map { $0 - 2 })
  }

  @Test func stopsWhenTold() {
    let (set, _, _) = compile([#""abc""#])
    let table = MatchTable(patternCount: 1)
    let cancellation = Cancellation()
    cancellation.cancel()
    ByteView.with([1, 2, 3]) { view in
      var matcher = PatternMatcher(set)
      #expect(
        matcher.findMatches(
          in: view, wanted: nil, into: table, deadline: .never, cancellation: cancellation)
          == .cancelled)
      #expect(
        matcher.findMatches(
          in: view, wanted: nil, into: table, deadline: .after(.zero), cancellation: nil)
          == .timedOut)
    }
    #expect(!table.isComplete)
  }

  @Test func aMatcherIsReusedFromFileToFile() {
    let (set, _, _) = compile(["/ab.*cd/", "{ 61 62 [0-300] 63 64 }", "/[a-z]*xyz/"])
    var matcher = PatternMatcher(set)
    let table = MatchTable(patternCount: set.count)
    for data in ["ab  cd", "cd ab", "ab", "abcd xyz", "cd"] {
      table.reset()
      ByteView.with(Array(data.utf8)) { view in
        _ = matcher.findMatches(
          in: view, wanted: nil, into: table, deadline: .never, cancellation: nil)
      }
      let fresh = matches(set, Array(data.utf8))
      for index in 0..<set.count {
        #expect(table.all(of: PatternID(UInt32(index))) == fresh[index], "\(data)")
      }
    }
  }

  @Test func automataThatWereGivenUpAnswerAsBefore() {
    let cases = PatternMatchTables.cases
    let (set, _, _) = compile(cases.map(\.pattern) + [#"/x[^b]{1,40}\w.*b/"#, "/(aa?b?){20,60}c/"])
    let data = cases.flatMap { bytes(hex: $0.data) } + Array(String(repeating: "xaabaa ", count: 60).utf8)
    let expected = matches(set, data)
    // After every run, and now and then.
    for limit in [0, 20_000] {
      #expect(matches(set, data, memoryLimit: limit) == expected)
    }
  }

  /// Runs longer than the traced length, many overlapping: as many and as long as one by one.
  @Test func overlappingRunsAgreeWithSingleOnes() {
    let unit = Array((String(repeating: "abc", count: 40) + "xyz").utf8)
    let data = (0..<6).flatMap { _ in unit }
    for (pattern, isGreedy) in [("/abc.*xyz/", true), ("/abc.*?xyz/", false), ("/[a-c]*xyz/", true)] {
      let (set, _, _) = compile([pattern])
      let found = matches(set, data)[0]
      let reference = ReferenceMatcher(data: data)
      guard case .regex(let node, _) = set.pattern(PatternID(0)).content else { continue }
      var expected: [PatternMatch] = []
      for start in data.indices {
        let ends = reference.ends(node, start)
        guard let end = isGreedy ? ends.max() : ends.min() else { continue }
        expected.append(PatternMatch(offset: start, length: end - start))
      }
      #expect(found == expected, "\(pattern)")
    }
  }
}

@Suite struct PatternDifferentialTests {
  /// Random expressions on random data: matches begin exactly where the plain matcher says, and
  /// every length is one it knows.
  @Test(arguments: [1, 2, 3, 4] as [UInt64])
  func randomExpressions(_ seed: UInt64) {
    var random = Lehmer(state: seed &* 0x9E37_79B9_7F4A_7C15 | 1)
    for _ in 0..<150 {
      let text = "/" + random.expression(depth: 0) + "/"
      let (set, ids, _) = compile([text])
      guard ids.first ?? nil != nil,
        case .regex(let node, _) = set.pattern(PatternID(0)).content
      else { continue }
      let data = (0..<random.below(80)).map { _ in Array("abc 1".utf8)[random.below(5)] }
      let reference = ReferenceMatcher(data: data)
      let found = matches(set, data)[0]
      let starts = data.indices.filter { !reference.ends(node, $0).isEmpty }
      #expect(found.map(\.offset) == Array(starts), "seed \(seed): \(text) on \(data)")
      for match in found {
        #expect(reference.ends(node, match.offset).contains(match.offset + match.length))
      }
    }
  }

  /// The lazily made automaton and the plain simulation give the same preferred lengths.
  @Test(arguments: [5, 6] as [UInt64])
  func automataAgree(_ seed: UInt64) throws {
    var random = Lehmer(state: seed &* 0x9E37_79B9_7F4A_7C15 | 1)
    for _ in 0..<150 {
      let text = random.expression(depth: 0)
      guard
        let parsed = try? RegexParser.parse(
          Array(text.utf8), caseInsensitive: false, dotMatchesNewline: true, dialect: .yaraX,
          use: .condition),
        let program = AutomatonCompiler.compile(parsed.node, isBounded: true),
        let reversed = AutomatonCompiler.compile(parsed.node.reversed, isBounded: true)
      else { continue }
      let data = (0..<60).map { _ in Array("abc 1".utf8)[random.below(5)] }
      let forward = LazyAutomaton(program, .preferred, isBackward: false)
      let backward = LazyAutomaton(reversed, .exhaustive, isBackward: true)
      var pike = PikeMatcher()
      let trace = ForwardTrace()
      ByteView.with(data) { view in
        for place in 0...data.count {
          let expected = pike.preferredLength(
            program, view, at: place, .init(stride: 1, isBackward: false, limit: 4095))
          let length = forward.preferredLength(
            view, at: place, stride: 1, limit: 4095, trace: trace, file: 0)
          #expect(length == expected ?? -1, "seed \(seed): \(text) at \(place) of \(data)")
          var all: [Int] = []
          pike.run(
            reversed, view, at: place, .init(stride: 1, isBackward: true, limit: 4095),
            isExhaustive: true
          ) { all.append($0) }
          var lengths: [Int] = []
          backward.appendBackwardLengths(
            view, at: place, stride: 1, limit: 4095, to: &lengths, trace: nil)
          #expect(lengths == all, "seed \(seed): \(text) at \(place)")
        }
      }
    }
  }
}

@Suite struct ConditionRegexTests {
  @Test(arguments: [
    ("foo", "xfoox", true), ("^foo$", "foo", true), ("^foo$", "xfoo", false), ("^$", "", true),
    ("a.*b", "a--b", true), ("\\bfoo\\b", "xfoo", false), ("[0-9]+$", "ab12", true), ("a|", "", true),
    ("(?i)FOO", "foo", true), ("a+b.*?c", "aabxc", true), ("(?m)^foo", "bar\nfoo", true),
    ("(?m)^foo", "bar\rfoo", false), ("(?mR)^foo", "bar\rfoo", true), ("(?m)\\Afoo", "bar\nfoo", false),
    ("(?u)^...$", "🙈🙉🙊", true), ("(?u)^.(?-u)..$", "🙈🙉🙊", false), ("^...$", "🙈🙉🙊", false),
    ("([a-z]{2000}){1000}", "abc", false), ("a{9000}", String(repeating: "a", count: 8500), false),
    ("a{9000}", String(repeating: "a", count: 9000), true),
    // Counts of counts that are too many states to be counted out.
    ("abcd((efg){0,10000}){0,10000}", "abcd foobar", true), ("abcd((efg){0,10000}){0,10000}", "abc efg", false),
    ("x((ab){0,5000}c){0,5000}y", "xabababccy", true), ("x((ab){0,5000}c){0,5000}y", "xabab", false),
  ])
  func searches(_ pattern: String, _ text: String, _ expected: Bool) throws {
    var diagnostics: [Diagnostic] = []
    let literal = RegexLiteral(
      pattern: Array(pattern.utf8), caseInsensitive: false, dotMatchesNewline: false,
      range: SourceRange(source: SourceID(0), start: 0, end: pattern.utf8.count + 2))
    let regex = try #require(
      ConditionRegex.compile(literal, dialect: .yaraX, diagnostics: &diagnostics))
    #expect(ByteView.with(Array(text.utf8)) { regex.isMatch($0) } == expected)
    #expect(diagnostics.isEmpty)
  }
}
