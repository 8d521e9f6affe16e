import Foundation
import Testing
import YaraSyntax

@testable import YaraEngine

/// What the checker says about the rules in `Golden/NAME.yar` stands in `Golden/NAME.errors`.
/// `RETROHUNT_REWRITE_GOLDEN=1` writes the files anew, to be reviewed in the diff.
@Suite struct CheckerGoldenTests {
  static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden")

  static let names: [String] = {
    let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return files.filter { $0.hasSuffix(".yar") }.map { String($0.dropLast(4)) }.sorted()
  }()

  /// The modules that the golden files name as available, however many more there are.
  static let modules = ModuleRegistry([.math, .hash, .string, .time, .console])

  @Test func goldenFilesAreFound() { #expect(Self.names.count >= 5) }

  @Test(arguments: names)
  func diagnostics(_ name: String) throws {
    let source = try Data(contentsOf: Self.folder.appending(path: "\(name).yar"))
    let compilation = Engine.compile(String(decoding: source, as: UTF8.self), modules: Self.modules)
    let found = Self.report(compilation)
    let place = Self.folder.appending(path: "\(name).errors")
    if ProcessInfo.processInfo.environment["RETROHUNT_REWRITE_GOLDEN"] == "1" {
      try Data(found.utf8).write(to: place)
    }
    let expected = String(decoding: try Data(contentsOf: place), as: UTF8.self)
    #expect(found == expected)
    let hasErrors = compilation.diagnostics.contains { $0.severity == .error }
    #expect((compilation.rules == nil) == hasErrors)
  }

  /// For each diagnostic its code and message, its labels with the text they cover, its notes.
  static func report(_ compilation: Compilation) -> String {
    var lines: [String] = []
    for diagnostic in compilation.diagnostics {
      lines.append("\(diagnostic.code.rawValue) \(diagnostic.message)")
      for label in diagnostic.labels {
        let source = compilation.sources[Int(label.range.source.rawValue)]
        let place = source.position(of: label.range.start)
        let text = String(
          decoding: source.bytes[Int(label.range.start)..<Int(label.range.end)], as: UTF8.self)
        lines.append("  \(place.line):\(place.column) `\(text)`\(label.text.isEmpty ? "" : ": \(label.text)")")
      }
      for note in diagnostic.notes {
        // Which modules there are is told elsewhere (`ModuleNamesTests`).
        let end = note.hasPrefix("Available modules:") ? note.firstIndex(of: ":") : nil
        lines.append("  note: \(end.map { note[...$0] + " ..." } ?? note[...])")
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }
}
