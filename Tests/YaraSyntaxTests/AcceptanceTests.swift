import Foundation
import Testing
import YaraSyntax

/// Some hundred snippets with the recorded answers of YARA 4.5 and YARA-X (`ask-oracles.py` asks
/// them) and ours. The dialect is the union of both.
@Suite struct AcceptanceTests {
  struct Entry: Codable {
    var text: String?
    var hex: String?
    /// Did it compile there? Nil where the engine cannot be asked.
    var yara: Bool?
    var yarax: Bool?
    /// The codes of our diagnostics.
    var codes: [String]

    var bytes: [UInt8] {
      if let text { return Array(text.utf8) }
      let digits = Array((hex ?? "").utf8)
      return stride(from: 0, to: digits.count - 1, by: 2).compactMap {
        UInt8(String(decoding: digits[$0...$0 + 1], as: UTF8.self), radix: 16)
      }
    }
  }

  private static func entries() throws -> [Entry] {
    try JSONDecoder().decode(
      [Entry].self, from: Data(contentsOf: GoldenFiles.folder.appending(path: "Acceptance.json")))
  }

  @Test func whatEitherEngineAcceptsWeAccept() throws {
    var entries = try Self.entries()
    #expect(entries.count > 300)
    for index in entries.indices {
      let entry = entries[index]
      let source = SourceText(id: SourceID(0), name: "snippet.yar", bytes: entry.bytes)
      let (_, diagnostics) = Parser.parse(source)
      let shown = String(decoding: entry.bytes, as: UTF8.self)
      if entry.yara == true || entry.yarax == true {
        #expect(errors(diagnostics).isEmpty, "\(shown)")
      }
      if !GoldenFiles.isRewriting {
        #expect(diagnostics.map(\.code.rawValue) == entry.codes, "\(shown)")
      }
      entries[index].codes = diagnostics.map(\.code.rawValue)
    }
    if GoldenFiles.isRewriting {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      let lines = try entries.map { String(decoding: try encoder.encode($0), as: UTF8.self) }
      try GoldenFiles.write("[\n" + lines.joined(separator: ",\n") + "\n]\n", to: "Acceptance.json")
    }
  }

  @Test func acceptedSnippetsSurvivePrinting() throws {
    for entry in try Self.entries() {
      let source = SourceText(id: SourceID(0), name: "snippet.yar", bytes: entry.bytes)
      let (tree, diagnostics) = Parser.parse(source)
      guard errors(diagnostics).isEmpty, entry.text != nil else { continue }
      let text = TreePrinter.print(tree)
      let (again, complaints) = Parser.parse(SourceText(text))
      #expect(errors(complaints).isEmpty, "\(text)")
      #expect(TreeDump.dump(again) == TreeDump.dump(tree), "\(text)")
    }
  }
}
