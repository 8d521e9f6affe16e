import Foundation
import YaraSyntax

/// The files `Golden/Name.yar`, each with what the parser must make of it: `Name.tree` and, where
/// there is something to say, `Name.errors`. `RETROHUNT_REWRITE_GOLDEN=1` writes them anew.
enum GoldenFiles {
  static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden")

  static let isRewriting =
    ProcessInfo.processInfo.environment["RETROHUNT_REWRITE_GOLDEN"] == "1"

  static let names: [String] = {
    let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return files.filter { $0.hasSuffix(".yar") }.map { String($0.dropLast(4)) }.sorted()
  }()

  static func source(_ name: String) throws -> SourceText {
    let data = try Data(contentsOf: folder.appending(path: "\(name).yar"))
    return SourceText(id: SourceID(0), name: "\(name).yar", bytes: Array(data))
  }

  /// What is recorded, an empty text where there is no file.
  static func recorded(_ file: String) -> String {
    (try? String(contentsOf: folder.appending(path: file), encoding: .utf8)) ?? ""
  }

  static func write(_ text: String, to file: String) throws {
    let place = folder.appending(path: file)
    if text.isEmpty {
      try? FileManager.default.removeItem(at: place)
    } else {
      try text.write(to: place, atomically: true, encoding: .utf8)
    }
  }
}

extension SourceText {
  init(_ text: String) { self.init(id: SourceID(0), name: "rules.yar", text: text) }
}

func errors(_ diagnostics: [Diagnostic]) -> [Diagnostic] {
  diagnostics.filter { $0.severity == .error }
}
