import Foundation
import Testing
import YaraSyntax

@Suite struct RenderingTests {
  private let source = SourceText("rule a {\n\tcondition: \"grüße\" and }\n")

  private func diagnostic() throws -> (Diagnostic, DiagnosticRenderer) {
    let diagnostics = Parser.parse(source).diagnostics
    return (try #require(diagnostics.first), DiagnosticRenderer(sources: [source], color: false))
  }

  @Test func marksStandBelowWhatTheyMark() {
    let start = source.bytes.firstIndex(of: UInt8(ascii: "g")) ?? 0
    let diagnostic = Diagnostic(
      .unknownIdentifier, "unknown identifier",
      labels: [
        .init(SourceRange(source: SourceID(0), start: start, end: start + 7), "not declared"),
        .init(SourceRange(source: SourceID(0), start: 5, end: 6), "in this rule"),
      ], notes: ["A note."])
    let rendered = DiagnosticRenderer(sources: [source], color: false).render(diagnostic)
    #expect(
      rendered == """
        error: rules.yar:2:14: unknown identifier [E305]
          |
        2 |   condition: "grüße" and }
          |               ^^^^^ not declared
        1 | rule a {
          |      - in this rule
          = note: A note.
        """)
  }

  @Test func theFirstLineStandsAlone() throws {
    let (diagnostic, renderer) = try diagnostic()
    let line = "error: rules.yar:2:25: "
    #expect(renderer.renderLine(diagnostic).hasPrefix(line))
    #expect(renderer.render(diagnostic).hasPrefix(renderer.renderLine(diagnostic) + "\n"))
  }

  @Test func colourOnlyAdds() throws {
    let (diagnostic, plain) = try diagnostic()
    let coloured = DiagnosticRenderer(sources: [source], color: true).render(diagnostic)
    #expect(coloured.contains("\u{1B}[1;31m"))
    #expect(coloured.replacing(/\u{1B}\[[0-9;]*m/, with: "") == plain.render(diagnostic))
  }

  @Test func recordsAreSnakeCaseJSON() throws {
    let (diagnostic, renderer) = try diagnostic()
    let data = try JSONEncoder().encode(renderer.record(diagnostic))
    let object = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    #expect(object["code"] as? String == "E201")
    #expect(object["severity"] as? String == "error")
    #expect(object["file"] as? String == "rules.yar")
    #expect(object["line"] as? Int == 2)
    #expect(object["column"] as? Int == 25)
    #expect(object["end_line"] as? Int == 2)
    #expect(object["end_column"] as? Int == 26)
    #expect((object["labels"] as? [[String: Any]])?.count == 1)
    let back = try JSONDecoder().decode(DiagnosticRecord.self, from: data)
    #expect(back == renderer.record(diagnostic))
  }

  @Test func ruleTextCannotCommandTheTerminal() {
    let hostile = SourceText("rule a { condition: \u{1B}[2J\u{202E}\u{7} }")
    for diagnostic in Parser.parse(hostile).diagnostics {
      let text = DiagnosticRenderer(sources: [hostile], color: false).render(diagnostic)
      #expect(
        !text.unicodeScalars.contains { ($0.value < 0x20 && $0 != "\n") || $0.value == 0x202E })
    }
  }

  @Test func longLinesAreCut() throws {
    let long = SourceText(
      "rule a { condition: " + String(repeating: "true and ", count: 10_000) + "}")
    let diagnostic = try #require(Parser.parse(long).diagnostics.first)
    let text = DiagnosticRenderer(sources: [long], color: false).render(diagnostic)
    #expect(text.count < 500)
    #expect(text.contains("and }\n"))
  }

  @Test func otherFilesAreNamed() {
    let first = SourceText(id: SourceID(0), name: "one.yar", text: "rule a {}")
    let second = SourceText(id: SourceID(1), name: "two.yar", text: "rule a {}")
    let diagnostic = Diagnostic(
      .duplicateRule, "duplicate rule `a`",
      labels: [
        .init(SourceRange(source: SourceID(1), start: 5, end: 6), "again"),
        .init(SourceRange(source: SourceID(0), start: 5, end: 6), "first"),
      ])
    let text = DiagnosticRenderer(sources: [first, second], color: false).render(diagnostic)
    #expect(
      text == """
        error: two.yar:1:6: duplicate rule `a` [E301]
          |
        1 | rule a {}
          |      ^ again
          : one.yar
        1 | rule a {}
          |      - first
        """)
  }

  @Test func diagnosticsWithoutAPlaceAreRendered() {
    let diagnostic = Diagnostic(.tooLarge, "the rules are too large", labels: [])
    let renderer = DiagnosticRenderer(sources: [], color: false)
    #expect(renderer.render(diagnostic) == "error: the rules are too large [E502]")
    #expect(renderer.record(diagnostic).line == nil)
  }

  @Test func fixesAreShownAsHelp() {
    let source = SourceText("rule a { strings: $a = /x/i nocase condition: 0 of them }")
    func rendered(_ start: Int, _ end: Int, _ text: String) -> String? {
      let range = SourceRange(source: SourceID(0), start: start, end: end)
      let diagnostic = Diagnostic(
        .redundantModifier, "redundant", at: range, fixes: [Diagnostic.Fix(range, text)])
      return DiagnosticRenderer(sources: [source], color: false).render(diagnostic)
        .split(separator: "\n").map(String.init).first { $0.contains("help:") }
    }
    #expect(rendered(28, 34, "") == "  = help: remove `nocase`")
    #expect(rendered(46, 47, "none") == "  = help: write `none` instead of `0`")
    #expect(rendered(46, 46, "none ") == "  = help: write `none ` here")
    // What would flood the screen is left to JSON.
    #expect(rendered(46, 47, String(repeating: "x", count: 1000)) == nil)
    #expect(rendered(46, 47, "\u{1b}[2J")?.contains("\u{1b}") == false)
  }

  @Test func theWayThroughIncludesIsShown() throws {
    let main = SourceText(id: SourceID(0), name: "main.yar", text: "\ninclude \"a.yar\"")
    let first = SourceText(
      id: SourceID(1), name: "a.yar", bytes: Array("  include \"b.yar\"".utf8),
      includedFrom: SourceRange(source: SourceID(0), start: 1, end: 16))
    let second = SourceText(
      id: SourceID(2), name: "b.yar", bytes: Array("rule a {}".utf8),
      includedFrom: SourceRange(source: SourceID(1), start: 2, end: 17))
    let renderer = DiagnosticRenderer(sources: [main, first, second], color: false)
    let diagnostic = Diagnostic(
      .missingCondition, "no condition", at: SourceRange(source: SourceID(2), start: 8, end: 9))
    let lines = renderer.render(diagnostic).split(separator: "\n").map(String.init)
    #expect(
      lines.suffix(2) == [
        "  = note: included from a.yar:1:3", "  = note: included from main.yar:2:1",
      ])
    let record = renderer.record(diagnostic)
    #expect(record.includedFrom.map(\.file) == ["a.yar", "main.yar"])
    #expect(record.includedFrom.map(\.line) == [1, 2])
    #expect(record.name == "missing_condition")
  }

  /// What is misspelt, and the word that is suggested in its place.
  static let misspelt: [(text: String, word: String, suggested: String)] = [
    ("rulle a { condition: true }", "rulle", "rule"),
    ("imprt \"pe\" rule a { condition: true }", "imprt", "import"),
    ("rule a { conditon: true }", "conditon", "condition"),
    ("rule a { string: $a = \"x\" condition: $a }", "string", "strings"),
    ("rule a { strings: $a = \"x\" conditoin: $a }", "conditoin", "condition"),
    ("rule a { meta: b = 1 conditions: true }", "conditions", "condition"),
    ("rule a { strings: $a = \"x\" fulword condition: $a }", "fulword", "fullword"),
    ("rule a { strings: $a = \"x\" Wide condition: $a }", "Wide", "wide"),
    ("rule a { condition: filesize > 1 adn true }", "adn", "and"),
    ("rule a { condition: \"a\" contians \"b\" }", "contians", "contains"),
  ]

  @Test(arguments: misspelt)
  func whatWasMeantIsSuggested(_ given: (text: String, word: String, suggested: String)) throws {
    let diagnostic = try #require(Parser.parse(SourceText(given.text)).diagnostics.first)
    #expect(diagnostic.fixes.map(\.text) == [given.suggested])
    let fix = try #require(diagnostic.fixes.first)
    #expect(
      String(decoding: Array(given.text.utf8)[Int(fix.range.start)..<Int(fix.range.end)], as: UTF8.self)
        == given.word)
    #expect(diagnostic.notes.contains { $0.contains("`\(given.suggested)`") })
  }

  @Test func otherWordsAreNotGuessedAt() {
    for text in ["banana a { condition: true }", "rule a { condition: true xyzzy true }"] {
      #expect(Parser.parse(SourceText(text)).diagnostics.first?.fixes == [])
    }
    #expect(Spelling.nearest(to: "ab", in: ["xy", "b"]) == "b")
    #expect(Spelling.nearest(to: "ab", in: ["xy"]) == nil)
    #expect(Spelling.nearest(to: "flie", in: ["file", "fly"]) == "file")
    #expect(Spelling.nearest(to: String(repeating: "a", count: 100), in: ["a"]) == nil)
  }
}
