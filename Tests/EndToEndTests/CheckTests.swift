import Foundation
import Testing

@Suite struct CheckTests {
  let scratch: Scratch
  init() throws { scratch = try Scratch() }

  private func check(_ options: [String] = [], _ text: String) throws -> Program.Outcome {
    try scratch.write("r.yar", text)
    return try Program.run(["check"] + options + ["r.yar"], folder: scratch.folder)
  }

  @Test func goodRulesExitWithZero() throws {
    let outcome = try check([], "rule a { condition: true }\nrule b { condition: a }")
    #expect(outcome.status == 0)
    #expect(outcome.errors.contains("error") == false)
  }

  @Test func everyErrorOfAFileIsToldWithItsPlace() throws {
    let outcome = try check(
      [],
      """
      rule one { condition: $missing }
      rule two { strings: $a = /a(b/ condition: $a }
      rule three { condition: nosuch == 1 }
      rule one { condition: true }
      """)
    #expect(outcome.status == 1)
    #expect(outcome.output == "")
    let places = outcome.errors.split(separator: "\n").filter { $0.hasPrefix("error: ") }
      .compactMap { $0.firstMatch(of: #/^error: r\.yar:(\d+):(\d+): /#).map { "\($0.1)" } }
    #expect(places == ["1", "2", "3", "4"], "\(outcome.errors)")
    #expect(outcome.errors.contains("^"), "the place is marked under its line")
    #expect(outcome.errors.contains("rule two { strings: $a = /a(b/"))
  }

  @Test func diagnosticsAsJSON() throws {
    let outcome = try check(["--json"], "rule a { condition: $x }\nrule b { condition: 1 }")
    #expect(outcome.status == 1)
    let object = try #require(try outcome.objects().first)
    #expect(object["ok"] as? Bool == false)
    let diagnostics = try #require(object["diagnostics"] as? [[String: Any]])
    let first = try #require(diagnostics.first)
    #expect(first["code"] as? String == "E304")
    #expect(first["severity"] as? String == "error")
    #expect(first["line"] as? Int == 1)
    #expect(first["column"] as? Int == 21)
    #expect(diagnostics.contains { $0["severity"] as? String == "warning" && $0["line"] as? Int == 2 })
  }

  @Test func plansAreExplained() throws {
    let text = "rule a { strings: $x = \"a secret word\" condition: $x }\nrule b { condition: true }"
    let plain = try check(["--explain"], text)
    #expect(plain.status == 0)
    #expect(plain.output.contains("\"a secret word\""))
    #expect(plain.output.contains("every file must be scanned"))
    let object = try #require(try check(["--explain", "--json"], text).objects().first)
    let plans = try #require(object["plans"] as? [[String: Any]])
    #expect(plans.map { $0["scans_everything"] as? Bool } == [false, true])
    // Without the flag nothing of it is said.
    #expect(try check(["--json"], text).objects().first?["plans"] == nil)
  }

  @Test func warningsDoNotRefuse() throws {
    let outcome = try check([], "import \"math\"\nimport \"math\"\nrule a { condition: math.abs(-1) == 1 }")
    #expect(outcome.status == 0)
    #expect(outcome.errors.contains("warning: r.yar:2:"))
  }

  @Test func aSlowPatternIsWarnedOfAndRuns() throws {
    let text = "rule slow { strings: $a = /.*x/ condition: $a }"
    let outcome = try check(["--json"], text)
    #expect(outcome.status == 0)
    let diagnostics = try #require(try outcome.objects().first?["diagnostics"] as? [[String: Any]])
    #expect(diagnostics.contains { ($0["code"] as? String)?.hasPrefix("W7") == true })
    try scratch.write("data", "abcx")
    #expect(try Program.run(["scan", "r.yar", "data"], folder: scratch.folder).lines == ["slow data"])
  }

  @Test func coloursOnlyWhenAskedOrOnATerminal() throws {
    let text = "rule a { condition: $x }"
    #expect(try !check([], text).errors.contains("\u{1b}["))
    #expect(try check(["--color", "always"], text).errors.contains("\u{1b}["))
    #expect(try !check(["--color", "never"], text).errors.contains("\u{1b}["))
  }

  @Test func rulesFromStandardInput() throws {
    let outcome = try Program.run(["check", "-"], input: Array("rule a { condition: tru }".utf8))
    #expect(outcome.status == 1)
    #expect(outcome.errors.contains(":1:21: "))
  }

  @Test func includesThatFailAreToldAtTheirPlace() throws {
    let outcome = try check([], "\n  include \"nosuch.yar\"\nrule a { condition: true }")
    #expect(outcome.status == 1)
    #expect(outcome.errors.contains("r.yar:2:"))
    #expect(outcome.errors.contains("nosuch.yar"))
  }

  /// Texts made to break a compiler: each ends, with 0 or 1, without a crash.
  static let hostile: [(name: String, text: String)] = [
    ("empty", ""),
    ("bytes that are not text", String(decoding: noise(seed: 3, count: 20_000), as: UTF8.self)),
    ("deep parentheses", "rule a { condition: " + String(repeating: "(", count: 200_000) + "true"),
    ("balanced deep parentheses",
      "rule a { condition: " + String(repeating: "(", count: 50_000) + "true"
        + String(repeating: ")", count: 50_000) + " }"),
    ("deep not", "rule a { condition: " + String(repeating: "not ", count: 100_000) + "true }"),
    ("deep regex", "rule a { strings: $a = /" + String(repeating: "(", count: 50_000) + "a" + String(repeating: ")", count: 50_000) + "/ condition: $a }"),
    ("repetitions of repetitions", "rule a { strings: $a = /((((a{1,1000}){1,1000}){1,1000}){1,1000})/ condition: $a }"),
    ("deep hex alternatives", "rule a { strings: $a = { 01 " + String(repeating: "( 02 | ", count: 20_000) + "03" + String(repeating: " )", count: 20_000) + " } condition: $a }"),
    ("a megabyte of strings",
      "rule a { strings:\n" + (0..<20_000).map { "$a\($0) = \"string number \($0) of many\"\n" }.joined()
        + "condition: any of them }"),
    ("ten thousand terms", "rule a { condition: " + (0..<10_000).map { "filesize == \($0)" }.joined(separator: " or ") + " }"),
    ("a long chain of rules", (0..<3000).map { "rule r\($0) { condition: \($0 == 0 ? "true" : "r\($0 - 1)") }\n" }.joined()),
    ("huge numbers", "rule a { condition: 99999999999999999999999 == 0xFFFFFFFFFFFFFFFFFF }"),
    ("nested loops", "rule a { condition: " + (0..<40).map { "for all i\($0) in (1..2) : ( " }.joined() + "true" + String(repeating: " )", count: 40) + " }"),
    ("an include of itself", "include \"r.yar\""),
    ("no end", "rule a { strings: $a = \"abc"),
    ("a comment without end", "/* rule a { condition: true }"),
  ]

  @Test(arguments: hostile.map(\.name)) func hostileTextEnds(_ name: String) throws {
    let text = try #require(Self.hostile.first { $0.name == name }?.text)
    let outcome = try check(["-q"], text)
    #expect(outcome.signal == nil, "\(name)")
    #expect(outcome.status == 0 || outcome.status == 1, "\(name)")
    // A text too large to look at helps nobody.
    #expect(outcome.errors.utf8.count < 2 << 20, "\(name): \(outcome.errors.utf8.count) bytes of errors")
  }
}
