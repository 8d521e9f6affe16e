import Bytes
import Foundation
import Testing

@testable import YaraEngine

/// Rule sets large enough for guards and keys answer as a search for everything would, whatever
/// files came before and however the file is fetched.
@Suite struct ManyRulesTests {
  private static let files: [[UInt8]] = {
    var long = [UInt8](repeating: 7, count: 20_000)
    long.replaceSubrange(15_000..<15_006, with: Array("abcabc".utf8))
    long.replaceSubrange(0..<4, with: [1, 2, 3, 4])
    return EarlyAnswersTests.files + [long, [UInt8](repeating: 0x61, count: 9_000)]
  }()

  @Test(arguments: Dialect.allCases)
  func theyAnswerAsAfterASearchForEverything(_ dialect: Dialect) throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("ManyRulesTests-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    for (number, file) in Self.files.enumerated() {
      try Data(file).write(to: folder.appendingPathComponent("\(number)"))
    }
    var matching = 0
    var sets = 0
    for seed in UInt64(1)...40 {
      var random = RandomCondition(seed: seed)
      var text = RandomCondition.imports
      for index in 0..<30 {
        // Short conditions as well: only they are guards and keys alone.
        let depth = index % 3 == 0 ? 4 : 1
        let head = index % 4 == 0 ? "filesize < \(index * 400) and " : ""
        text +=
          "\n\(index == 29 && seed % 7 == 0 ? "global " : "")rule r\(index) { strings: "
          + "\(RandomCondition.patterns) condition: \(head)(\(random.boolean(depth))) "
          + "or (false and any of them) }"
        random.rules.append("r\(index)")
      }
      guard let rules = Engine.compile(text, dialect).rules else { continue }
      sets += 1
      #expect(rules.guards != nil)
      let oracle = Scanner(rules)
      let expected = Self.files.map { file -> [RuleID] in
        let late = ByteView.with(file) { oracle.lateAnswers($0) }
        let isSilenced = zip(rules.rules, late).contains { $0.isGlobal && !$1 }
        return isSilenced ? [] : rules.rules.map(\.id).filter { late[$0.index] }
      }
      for reports in [false, true] {
        let scanner = Scanner(rules, options: ScanOptions(reportsMatches: reports))
        // Twice: the second time everything is remembered.
        for _ in 0..<2 {
          for (number, file) in Self.files.enumerated() {
            let found = ByteView.with(file) { view -> [RuleID]? in
              if case .finished(let result) = scanner.scan(view) { result.matching } else { nil }
            }
            #expect(found == expected[number], "seed \(seed), file \(number), \(dialect):\n\(text)")
            matching += found?.count ?? 0
          }
        }
        let contents = FileContents()
        var walk = FolderWalk([folder.path])
        var number = 0
        while let entry = walk.next() {
          try contents.start(entry)
          let outcome = try scanner.scan(contents)
          contents.close()
          if case .finished(let result) = outcome {
            #expect(result.matching == expected[number], "seed \(seed), fetched file \(number)")
          } else {
            Issue.record("seed \(seed) did not finish")
          }
          number += 1
        }
        #expect(number == Self.files.count)
      }
    }
    #expect(sets >= 15)
    #expect(matching > 1000)
  }

  @Test(arguments: [
    ("all of them", 1), ("any of them", 4), ("3 of them", 2), ("2 of ($a, $b)", 1),
    ("$a and $b", 1), ("$a or $b", 2), ("not $a", -1), ("none of them", -1), ("0 of them", -1),
    ("#a > 0", 1), ("#a >= 0", -1), ("#a == 0", -1), ("#a != 5", -1), ("#a <= 9", -1), ("#a != 0", 1),
    ("0 < #a", 1), ("0 <= #a", -1), ("0 == #a", -1), ("5 != #a", -1), ("9 >= #a", -1), ("9 > #a", -1),
    ("0 != #a", 1), ("2 <= #a", 1), ("5 == #a", 1), ("9 >= #a in (0..9)", -1), ("@a == 3", 1), ("3 >= @a", 1),
    ("$a at 0 and filesize > 3", 1),
    ("filesize > 3", -1), ("filesize > 3 or $a", -1), ("for all of them : ($ at 3)", 1),
    ("for any of ($a, $b) : (# > 2)", 2), ("for any of them : (# == 0)", -1),
    ("for any i in (1..#a) : (@b[i] > 3)", 1), ("for any i in (0..#a) : (i == 0)", -1),
    ("for any of ($a, $b) : ($ or $c)", -1), ("50% of them", 3), ("$a and not $b", 1),
  ])
  func aRuleNeedsOneOfItsKeys(_ condition: String, _ count: Int) throws {
    let text =
      "rule r { strings: $a = \"abcd\" $b = \"efgh\" $c = \"ijkl\" $d = \"mnop\" condition: "
      + "(\(condition)) or (false and any of them) }"
    let rules = try #require(Engine.compile(text, .yaraX).rules)
    #expect((rules.keys.keys[0]?.count ?? -1) == count)
  }

  /// What is left for a second search is found all the same, and not looked for without a key.
  @Test func poorPatternsAreLeftForFilesWithAKey() throws {
    let text =
      "rule r { strings: $rare = \"quite a rare text\" $poor = /[a-z]+[0-9]/ condition: all of them }"
    let rules = try #require(Engine.compile(text, .yaraX).rules)
    #expect(rules.searchesKeysFirst)
    #expect(rules.keys.keys[0] == [rules.rules[0].patterns[0].pattern])
    let scanner = Scanner(rules)
    #expect(ScannerTests.names(scanner, "abc1 abc2") == [])
    #expect(scanner.matches(of: rules.rules[0].patterns[1].pattern) == [])
    #expect(ScannerTests.names(scanner, "abc1 quite a rare text") == ["r"])
    #expect(scanner.matches(of: rules.rules[0].patterns[1].pattern).count == 3)
  }

  /// Of few rules with a key the other patterns are searched for one rule after the other, once that
  /// pays, of many together: the matches are the same, those of shared patterns too.
  @Test(arguments: [1, 3, 5, 7])
  func restsOfRulesAreSearchedForApart(_ keys: Int) throws {
    let text = (0..<8).map {
      """
      rule r\($0) {
        strings: $rare = "quite rare text \($0)" $poor = /[a-z]+[0-9]/ $own = "ee\($0)" $shared = "aab"
        condition: #shared > 10 and all of them
      }
      """
    }.joined(separator: "\n")
    let rules = try #require(Engine.compile(text, .yaraX).rules)
    #expect(rules.searchesKeysFirst)
    var data = [UInt8](repeating: UInt8(ascii: "."), count: 600_000)
    func put(_ text: String, _ place: Int) {
      data.replaceSubrange(place..<place + text.utf8.count, with: Array(text.utf8))
    }
    for number in 0..<keys {
      put("quite rare text \(number)", number * 1_000)
      put("xee\(number)", 500_000 + number * 10)
    }
    for number in 0..<20 { put("aab", 100_000 + 7 * number) }
    let scanner = Scanner(rules)
    var answers: Set<[[Int]]> = []
    try ByteView.with(data) { view in
      #expect(scanner.lateAnswers(view).filter { $0 }.count == keys)
      for _ in 0..<8 {
        guard case .finished(let result) = scanner.scan(view) else {
          Issue.record("did not finish")
          return
        }
        #expect(result.matching.count == keys)
        answers.insert(
          rules[try #require(result.matching.last)].patterns.map {
            scanner.matches(of: $0.pattern).map(\.offset)
          })
      }
    }
    #expect(answers.count == 1)
    #expect(answers.first.map { $0[3].count } == 20)
  }

  /// Millions of hits that change nothing any more are not waited out, and nothing is lost behind them.
  @Test func literalsThatNobodyWaitsForAreLeftOut() throws {
    let text =
      "rule r { strings: $a = \"aa\" $b = \"needle\" $c = { 6E 65 [2-4] 6C 65 } condition: #a == 1 or (#b == 3 and #c == 3) }"
    let rules = try #require(Engine.compile(text, .yaraX).rules)
    var data = [UInt8](repeating: UInt8(ascii: "a"), count: 600_000)
    for place in [10, 300_000, 599_994] {
      data.replaceSubrange(place..<place + 6, with: Array("needle".utf8))
    }
    for reports in [false, true] {
      let scanner = Scanner(rules, options: ScanOptions(reportsMatches: reports))
      for _ in 0..<2 {
        let found = ByteView.with(data) { view -> Int? in
          if case .finished(let result) = scanner.scan(view) { result.matching.count } else { nil }
        }
        #expect(found == 1)
        #expect(scanner.matches(of: rules.rules[0].patterns[1].pattern).map(\.offset) == [10, 300_000, 599_994])
        #expect(scanner.matches(of: rules.rules[0].patterns[2].pattern).map(\.offset) == [10, 300_000, 599_994])
      }
    }
  }

  /// Against a plain list, with repeated and disordered places.
  @Test func theMatchTableKeepsItsLaw() {
    var state: UInt64 = 88_172_645_463_325_252
    func random(_ bound: Int) -> Int {
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      return Int(state % UInt64(bound))
    }
    let table = MatchTable(patternCount: 2)
    for _ in 0..<40 {
      table.reset()
      var plain: [Int: PatternMatch] = [:]
      for step in 0..<random(300) {
        let offset = random(3) == 0 ? random(200) : step * 2
        let match = PatternMatch(
          offset: offset, length: random(50) + 1, xorKey: random(2) == 0 ? nil : UInt8(random(256)))
        let replacement: MatchTable.Replacement = [.keepFirst, .keepLonger, .replace][random(3)]
        table.add(
          PatternID(1), offset: offset, length: match.length, xorKey: match.xorKey,
          replacement: replacement)
        switch (plain[offset], replacement) {
        case (nil, _), (_, .replace): plain[offset] = match
        case (let old?, .keepLonger): if match.length > old.length { plain[offset] = match }
        default: break
        }
      }
      let expected = plain.values.sorted { $0.offset < $1.offset }
      #expect(table.all(of: PatternID(1)) == expected)
      #expect(table.count(of: PatternID(1)) == expected.count)
      #expect(table.count(of: PatternID(1), from: 20, through: 90) == expected.count { 20...90 ~= $0.offset })
      for offset in 0..<220 {
        #expect(table.hasMatch(of: PatternID(1), at: offset) == (plain[offset] != nil))
      }
      #expect(table.touched == (expected.isEmpty ? [] : [PatternID(1)]))
    }
  }
}
