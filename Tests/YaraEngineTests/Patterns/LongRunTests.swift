import Bytes
import Testing
import YaraSyntax

@testable import YaraEngine

/// Runs over long stretches that match for long: their answers, and their work.
@Suite struct LongRunTests {
  private static func program(_ text: String) throws -> AutomatonProgram {
    let parsed = try RegexParser.parse(
      Array(text.utf8), caseInsensitive: false, dotMatchesNewline: true, dialect: .yaraX,
      use: .pattern)
    return try #require(AutomatonCompiler.compile(parsed.node, isBounded: true))
  }

  /// Steps of all runs together, for runs that begin everywhere.
  private static func work(_ text: String, _ data: [UInt8], limit: Int) throws -> Int {
    let automaton = LazyAutomaton(try program(text), .preferred, isBackward: false)
    let trace = ForwardTrace()
    ByteView.with(data) { view in
      for place in data.indices {
        _ = automaton.preferredLength(
          view, at: place, stride: 1, limit: limit, trace: trace, file: 1)
      }
    }
    return automaton.work
  }

  @Test(arguments: [
    ("(a|aa)+b", "a"), ("(x+x+)+y", "x"), ("(ab|ba)+$", "ab"), ("a.*b", "a"), ("(aab?|ab?)*c", "aab"),
  ])
  func workGrowsWithTheDataNotWithItsSquare(_ text: String, _ unit: String) throws {
    let data = Array(String(repeating: unit, count: 6_000).utf8)
    #expect(try Self.work(text, data, limit: 4095) < 100 * data.count)
  }

  /// Against the plain simulation, with begins that go back a little as atoms of several lengths
  /// make them, and a limit that cuts.
  @Test(arguments: [
    ("(a|aa)+b", "aaaaaaab"), ("(a|aa)*?b|a{3}", "aaab"), ("(ab|ba)+$", "ab"), ("a.*b", "aaxb"),
    ("(a|ab|b){1,40}c?", "abbac"), ("(x+x+)+y", "xxxxxy"), ("a[^b]{1,50}[^c]{1,50}d", "aaxaad"),
    ("(a.{0,20}){3}z", "aaz"), ("a+?b*", "ab"), (#"\w+\b.*c"#, "ab c"),
  ], [60, 4095])
  func sharedWaysGiveWhatEveryRunFinds(_ pair: (String, String), _ limit: Int) throws {
    let program = try Self.program(pair.0)
    var random = Lehmer(state: 0x2545_F491_4F6C_DD1D)
    var data: [UInt8] = []
    let unit = Array(pair.1.utf8)
    while data.count < 500 {
      for _ in 0...random.below(30) { data += unit.dropLast(random.below(3) == 0 ? 1 : 0) }
      data.append(Array("zbc x".utf8)[random.below(5)])
    }
    let automaton = LazyAutomaton(program, .preferred, isBackward: false)
    let trace = ForwardTrace()
    var pike = PikeMatcher()
    ByteView.with(data) { view in
      for step in 0..<data.count {
        let place = max(0, step - random.below(3) * 4)
        let reading = PikeMatcher.Reading(stride: 1, isBackward: false, limit: limit)
        let expected = pike.preferredLength(program, view, at: place, reading) ?? -1
        let length = automaton.preferredLength(
          view, at: place, stride: 1, limit: limit, trace: trace, file: 1)
        #expect(length == expected, "\(pair.0) at \(place)")
      }
    }
  }

  /// A start that the last hit is too far from belongs to a hit before that, on whose way the last
  /// one's run ended.
  @Test(arguments: Dialect.allCases)
  func everyStartWithinReachOfAHitIsFound(_ dialect: Dialect) throws {
    let reach = dialect == .yara ? SubPattern.scanLimitOfYARA : SubPattern.scanLimitOfSimple
    var random = Lehmer(state: 0x1234_5678_9ABC_DEF1)
    for pattern in ["/a.*bb/", "/a.*?bb/", "/a[^c]*bb/"] {
      for _ in 0..<20 {
        var data: [UInt8] = []
        for _ in 0..<8 {
          data += [UInt8](repeating: 0x78, count: random.below(reach))
          data += Array((random.below(2) == 0 ? "a" : "bb").utf8)
        }
        let hits = data.indices.dropLast().filter { data[$0] == 0x62 && data[$0 + 1] == 0x62 }
        // The general machine of YARA-X sees one byte less.
        let limit = pattern.contains("[") && dialect == .yaraX ? SubPattern.scanLimit : reach
        var expected: [String] = []
        for start in data.indices where data[start] == 0x61 {
          let near = hits.filter { $0 > start && $0 - start <= limit }
          guard let end = pattern.contains("?") ? near.first : near.last else { continue }
          expected.append("\(start)+\(end + 2 - start)")
        }
        let (set, _, _) = compile([pattern], dialect: dialect)
        let found = matches(set, data)[0].map { "\($0.offset)+\($0.length)" }
        #expect(found == expected, "\(pattern)")
      }
    }
  }

  @Test func atomsAreChosenWithinABudget() {
    let patterns = [
      "/(?u)[^a]{20}b/", "/" + String(repeating: "(a|b)?", count: 60) + "cd/",
      "{ 61 " + String(repeating: "(62 | 63) ", count: 200) + "}",
    ]
    let (set, ids, _) = compile(patterns)
    #expect(ids.compactMap { $0 }.count == patterns.count)
    let data = [0x61] + (0..<200).map { UInt8(0x62 + $0 % 2) } + Array("cd".utf8)
    #expect(matches(set, data)[2] == [PatternMatch(offset: 0, length: 201)])
  }
}

/// A small generator with a printed seed.
struct Lehmer {
  var state: UInt64

  mutating func below(_ limit: Int) -> Int {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Int(state >> 33) % max(1, limit)
  }

  mutating func expression(depth: Int) -> String {
    var text = ""
    for _ in 0...below(3) {
      var atom: String
      switch below(10) {
      case 0...4: atom = String("abc1".dropFirst(below(4)).prefix(1 + below(2)))
      case 5: atom = "."
      case 6: atom = ["[ab]", "[^a]", "\\w", "\\d", "\\s"][below(5)]
      case 7: atom = ["\\b", "\\B", "^", "$"][below(4)]
      default: atom = depth < 2 ? "(" + expression(depth: depth + 1) + ")" : "c"
      }
      if below(3) == 0 { atom += ["*", "+", "?", "{1,3}", "{2}", "{0,2}"][below(6)] }
      text += atom
    }
    if below(4) == 0 { text += "|" + (depth < 2 ? expression(depth: depth + 1) : "ab") }
    return text
  }
}
