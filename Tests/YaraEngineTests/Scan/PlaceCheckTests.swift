import Bytes
import Testing

@testable import YaraEngine

/// Patterns at places are answered before the search by the bytes that stand there, and never
/// otherwise than by the search.
@Suite struct PlaceCheckTests {
  static let patterns = [
    #""MZ""#, #""mz" nocase"#, #""MZ" wide"#, #""MZ" ascii wide"#, #""mz" wide nocase"#, #""MZ" fullword"#,
    #""MZ" xor"#, #""MZMZ" base64"#, "{ 4D 5A }", "{ 4D ?? 90 }", "{ 4? 5A }", "{ ~4D 5A }", "{ 4D [0-2] 90 }",
    "{ 4D 5A [2] 4D }", "{ ( 4D | 50 ) 5A }", "/MZ/", "/M[Zz]/", "/MZ.{2}/s", "/^MZ/", #"/MZ\b/"#, "/[M-P]Z/",
    "/MZ{2,3}/", "/(MZ){2}/", "/MZ/i wide", "/M.Z/ wide", #""MZMZMZMZMZMZMZMZMZMZMZMZMZMZMZMZMZMZMZ""#,
  ]
  static let files: [[UInt8]] = [
    [], Array("M".utf8), Array("MZ".utf8), Array("mz".utf8), Array("MZ\u{0}90".utf8), [0x4D, 0x5A, 0x90, 0x4D, 0x5A],
    [0x4D, 0, 0x5A, 0, 0x4D, 0x5A], Array("xMZ MZMZMZ".utf8), Array("PZ MZZ M\u{0}Z".utf8),
    Array(repeating: [0x4D, 0x5A], count: 30).flatMap { $0 }, Array("OZmZ\nMZ".utf8),
  ]
  static let places = [
    "at 0", "at 1", "at 2", "at 1000", "at filesize - 2", "in (0..3)", "in (1..100)", "in (0..filesize)",
  ]

  @Test(arguments: patterns, Dialect.allCases)
  func theEarlyAnswerIsFinal(_ pattern: String, _ dialect: Dialect) throws {
    var text = ""
    for (number, place) in Self.places.enumerated() {
      text += "rule p\(number) { strings: $a = \(pattern) condition: $a \(place) }\n"
      text += "rule n\(number) { strings: $a = \(pattern) condition: not $a \(place) }\n"
      text += "rule o\(number) { strings: $a = \(pattern) $b = \"Z\" condition: any of them \(place) }\n"
      text += "rule l\(number) { strings: $a = \(pattern) condition: for any of them : ( $ \(place) ) }\n"
    }
    let rules = try #require(Engine.compile(text, dialect).rules)
    let scanner = Scanner(rules)
    for file in Self.files {
      ByteView.with(file) { view in
        let early = scanner.earlyAnswers(view)
        let late = scanner.lateAnswers(view)
        for rule in rules.rules {
          guard let answer = early[rule.id.index] else { continue }
          #expect(answer == late[rule.id.index], "\(pattern), \(rule.identifier), \(dialect.rawValue), \(file)")
        }
      }
    }
  }

  private static func isSearched(_ condition: String, _ patterns: String, _ file: [UInt8], rules: Int = 1) -> Bool? {
    let text = (0..<rules).map { "rule r\($0) { strings: \(patterns) condition: \(condition) }" }
      .joined(separator: "\n")
    guard let rules = Engine.compile(text).rules else { return nil }
    return ByteView.with(file) { view in
      guard case .finished(let result) = Scanner(rules).scan(view) else { return nil }
      return result.wasSearched
    }
  }

  /// Alone and among so many rules that they are answered by guards.
  @Test(arguments: [1, 40])
  func whatBeginsOtherwiseIsNotSearched(_ rules: Int) {
    let patterns = #"$m = { 4C 00 00 00 01 14 } $s = "powershell""#
    let other = Array("MZ powershell".utf8)
    let link: [UInt8] = [0x4C, 0, 0, 0, 1, 0x14] + Array("powershell".utf8)
    #expect(Self.isSearched("$m at 0 and $s", patterns, other, rules: rules) == false)
    #expect(Self.isSearched("$m at 0 and $s", patterns, link, rules: rules) == true)
    #expect(Self.isSearched("$m in (0..64) and $s", patterns, other, rules: rules) == false)
    if rules == 1 {
      #expect(Self.isSearched("any of ($m) at 0 and $s", patterns, other) == false)
    }
  }

  /// A place behind the first bytes of a file that is fetched in stages.
  @Test(arguments: [5_000, 20_000])
  func placesBehindTheFirstBytesAreSeen(_ place: Int) throws {
    let text = """
      rule there { strings: $a = "needle" condition: $a at \(place) }
      rule elsewhere { strings: $a = "needle" condition: $a at \(place + 1) }
      rule near { strings: $a = "needle" condition: $a in (\(place - 9)..\(place)) }
      """
    let rules = try #require(Engine.compile(text).rules)
    var file = [UInt8](repeating: 0x2E, count: 50_000)
    file.replaceSubrange(place..<place + 6, with: Array("needle".utf8))
    ByteView.with(file) { view in
      let scanner = Scanner(rules)
      let outcome = scanner.scan(
        first: view.clamped(at: 0, length: 8_192), size: view.count
      ) { () -> ByteView in view }
      guard case .finished(let result) = outcome else {
        Issue.record("did not finish")
        return
      }
      #expect(result.matching.map { rules[$0].identifier } == ["there", "near"])
      let matches = rules[result.matching[0]].patterns.map { scanner.matches(of: $0.pattern) }
      #expect(matches.map { $0.map(\.offset) } == [[place]])
    }
  }
}
