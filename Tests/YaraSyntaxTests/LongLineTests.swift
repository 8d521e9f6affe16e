import Testing

@testable import YaraSyntax

/// Places on lines that are as long as the text.
@Suite struct LongLineTests {
  @Test func columnsCountCharactersHoweverLongTheLine() {
    let line = String(repeating: "é€😀a", count: 1_500)
    let source = SourceText("\(line)\n\n\(line)\nend")
    let bytes = source.bytes
    var offsets = Array(stride(from: 0, to: bytes.count, by: 1_997))
    for block in stride(from: 4096, to: bytes.count, by: 4096) { offsets += block - 3...block + 3 }
    offsets += bytes.count - 3...bytes.count
    for offset in offsets {
      let before = bytes[..<min(offset, bytes.count)]
      let start = before.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
      let position = source.position(of: UInt32(offset))
      #expect(position.line == before.count { $0 == 0x0A } + 1)
      #expect(position.column == before[start...].count { $0 & 0xC0 != 0x80 } + 1, "\(offset)")
    }
    let end = source.position(of: .max)
    #expect(end.line == 4 && end.column == 4)
    // A text that ends where a block does.
    let full = SourceText(String(repeating: "x", count: 8192))
    #expect(full.position(of: 8192).column == 8193)
    #expect(SourceText("").position(of: 7).column == 1)
  }

  @Test func commentsSilenceWhatStandsBeforeThemOnTheLine() {
    let text = """
      rule a { condition:
       filesize > 1 /* suppress: slow_pattern */ or true // suppress: text_as_hex
       // suppress: duplicate_import

       or filesize > 2 or
       filesize > 3
       /* suppress: deprecated
       */ or false
      } // suppress: duplicate_rule
      // suppress: nothing
      """
    let source = SourceText(text)
    let silenced = Parser.parse(source).tree.suppressions.map {
      String(decoding: source.bytes[Int($0.range.start)..<Int($0.range.end)], as: UTF8.self)
    }
    #expect(
      silenced == [
        "filesize > 1", "filesize > 1 /* suppress: slow_pattern */ or true", "or filesize > 2 or",
        "or false", "}",
      ])
  }

  @Test func hostileLineEndsAreCut() {
    let long = SourceText("rule a { condition: }" + String(repeating: "\r", count: 20_000))
    let renderer = DiagnosticRenderer(sources: [long], color: false)
    let rendered = Parser.parse(long).diagnostics.map(renderer.render)
    #expect(!rendered.isEmpty)
    #expect(rendered.allSatisfy { $0.unicodeScalars.count < 500 })
  }

  @Test func editsAreCountedWhereverTheyAre() {
    for near in ["cdefgh", "abcdef", "abcdefghij", "xyabcdefgh", "bacdefhg", "abcxdeyfgh", "abdcefg"] {
      #expect(Spelling.nearest(to: "abcdefgh", in: [near]) == near)
    }
    for far in ["badcfegh", "defgh", "bcdefghxy", "abxyzfgh", "hgfedcba"] {
      #expect(Spelling.nearest(to: "abcdefgh", in: [far]) == nil)
    }
    let many = (0..<Spelling.longestList).map { "name\($0)" }
    #expect(Spelling.nearest(to: "name1x", in: many) == "name1")
    #expect(Spelling.nearest(to: "name1x", in: many + ["other"]) == nil)
  }
}
