import Foundation

/// The project as files: what the house tests read. Nothing here builds or runs anything.
struct Project {
  static let root = URL(filePath: #filePath).resolvingSymlinksInPath()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  static func text(_ path: String) throws -> String {
    try String(contentsOf: root.appending(path: path), encoding: .utf8)
  }

  static func exists(_ path: String) -> Bool {
    FileManager.default.fileExists(atPath: root.appending(path: path).path)
  }

  /// Paths below `folder`, relative to the root, sorted; build folders and hidden ones left out.
  static func files(under folder: String, ending suffix: String = "") -> [String] {
    let start = root.appending(path: folder).path
    guard let walk = FileManager.default.enumerator(atPath: start) else { return [] }
    var found: [String] = []
    for case let name as String in walk {
      if name.split(separator: "/").contains(where: { $0.hasPrefix(".") }) { continue }
      var isFolder: ObjCBool = false
      let path = start + "/" + name
      guard unsafe FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), !isFolder.boolValue,
        name.hasSuffix(suffix)
      else { continue }
      found.append(folder + "/" + name)
    }
    return found.sorted()
  }

  static func folders(in folder: String) -> [String] {
    let start = root.appending(path: folder)
    let names = (try? FileManager.default.contentsOfDirectory(atPath: start.path)) ?? []
    return names.filter { name in
      var isFolder: ObjCBool = false
      let path = start.appending(path: name).path
      return unsafe FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
        && isFolder.boolValue && !name.hasPrefix(".")
    }.sorted()
  }

  /// All Swift files of the product and its tests.
  static let sources: [SourceFile] = load("Sources")
  static let tests: [SourceFile] = load("Tests")

  private static func load(_ folder: String) -> [SourceFile] {
    files(under: folder, ending: ".swift").compactMap { path in
      (try? text(path)).map { SourceFile(path: path, text: $0) }
    }
  }
}

/// One Swift file, with what the tests ask of it.
struct SourceFile {
  let path: String
  let text: String
  /// The text with comments and the insides of string literals blanked, lines kept.
  let code: String
  /// The folder below Sources or Tests: the target's name.
  let target: String
  let name: String
  let lineCount: Int
  /// Modules named by `import` lines.
  let imports: [String]

  init(path: String, text: String) {
    self.path = path
    self.text = text
    code = SourceFile.blanked(text)
    let parts = path.split(separator: "/")
    target = parts.count > 1 ? String(parts[1]) : ""
    name = parts.last.map(String.init) ?? path
    lineCount = text.split(separator: "\n", omittingEmptySubsequences: false).count
    imports = code.split(separator: "\n").compactMap(SourceFile.importedModule)
  }

  /// `@testable internal import struct A.B` gives `A`.
  private static func importedModule(_ line: Substring) -> String? {
    var words = line.split(whereSeparator: { $0 == " " || $0 == "\t" })
    while let first = words.first,
      first.hasPrefix("@") || ["public", "internal", "package", "private", "fileprivate"].contains(first)
    {
      words.removeFirst()
    }
    guard words.first == "import", words.count >= 2 else { return nil }
    words.removeFirst()
    let kinds: Set<Substring> = ["struct", "class", "enum", "protocol", "typealias", "func", "var", "let"]
    if let kind = words.first, kinds.contains(kind), words.count >= 2 { words.removeFirst() }
    return words.first?.split(separator: ".").first.map(String.init)
  }

  /// Good enough for the style used here: `//`, nested `/* */`, `"..."`, `"""..."""` and the raw
  /// forms of both. What is interpolated counts as string.
  static func blanked(_ text: String) -> String {
    let bytes = Array(text.utf8)
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    var index = 0
    func has(_ pattern: String, at place: Int) -> Bool {
      let wanted = Array(pattern.utf8)
      return place + wanted.count <= bytes.count && Array(bytes[place..<place + wanted.count]) == wanted
    }
    func blank(_ byte: UInt8) { result.append(byte == 0x0A ? 0x0A : 0x20) }
    while index < bytes.count {
      if has("//", at: index) {
        while index < bytes.count, bytes[index] != 0x0A {
          blank(bytes[index])
          index += 1
        }
      } else if has("/*", at: index) {
        var depth = 0
        repeat {
          if has("/*", at: index) {
            depth += 1
            result.append(contentsOf: [0x20, 0x20])
            index += 2
          } else if has("*/", at: index) {
            depth -= 1
            result.append(contentsOf: [0x20, 0x20])
            index += 2
          } else {
            blank(bytes[index])
            index += 1
          }
        } while depth > 0 && index < bytes.count
      } else if bytes[index] == UInt8(ascii: "\"") || has("#\"", at: index) || has("##\"", at: index) {
        var hashes = 0
        while bytes[index] == UInt8(ascii: "#") {
          hashes += 1
          result.append(0x20)
          index += 1
        }
        let raw = String(repeating: "#", count: hashes)
        let quote = has("\"\"\"", at: index) ? "\"\"\"" : "\""
        let closing = quote + raw
        for byte in quote.utf8 { result.append(byte) }
        index += quote.utf8.count
        while index < bytes.count, !has(closing, at: index) {
          if hashes == 0, bytes[index] == UInt8(ascii: "\\"), index + 1 < bytes.count {
            result.append(0x20)
            index += 1
          }
          blank(bytes[index])
          index += 1
        }
        for byte in closing.utf8 where index < bytes.count {
          result.append(byte == UInt8(ascii: "#") ? 0x20 : byte)
          index += 1
        }
      } else {
        result.append(bytes[index])
        index += 1
      }
    }
    return String(decoding: result, as: UTF8.self)
  }

  /// Lines (from 1) of the code that hold a match.
  func lines(matching pattern: some RegexComponent) -> [Int] {
    code.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
      .filter { $0.element.firstMatch(of: pattern) != nil }.map { $0.offset + 1 }
  }
}
