import Foundation
import Testing

@testable import YaraEngine

/// Every field and function of the engines' modules is in our tables, with its type; and the table
/// of `Documentation/Compatibility.md` says how many there are.
@Suite struct ModuleNamesTests {
  /// Modules of YARA-X that its builds leave out unless asked, and we too.
  static let leftOut: Set<String> = ["msi", "olecf", "vba"]

  /// Our names of a module in the form of `ModuleNamesTables`, with the letter of each type.
  static func ours(_ module: String, _ dialect: Dialect) -> [String: String] {
    guard let definition = ModuleRegistry.standard.module(module) else { return [:] }
    var found: [String: String] = [:]
    walk(definition.root(in: dialect), "", depth: 0, into: &found)
    return found
  }

  private static func walk(
    _ type: StructureType, _ path: String, depth: Int, into found: inout [String: String]
  ) {
    guard depth < 12 else { return }
    for field in type.fields { add(field.kind, path + field.name, depth: depth, into: &found) }
  }

  private static func add(
    _ kind: FieldKind, _ path: String, depth: Int, into found: inout [String: String]
  ) {
    switch kind {
    case .constant(.integer), .integer: found[path] = "i"
    case .constant(.float), .float: found[path] = "f"
    case .constant(.boolean), .boolean: found[path] = "b"
    case .constant(.text), .text: found[path] = "t"
    case .structure(let type, _):
      found[path] = ""
      walk(type, path + ".", depth: depth + 1, into: &found)
    case .array(let array): add(array.element, path + "[]", depth: depth, into: &found)
    case .map(let map): add(map.value, path + "{}", depth: depth, into: &found)
    case .function(let overloads):
      for overload in overloads {
        found[path + "(" + overload.parameters.map(\.rawValue).joined(separator: ",") + ")"] = ""
      }
    }
  }

  /// The engine's names with their letters.
  static func theirs(_ names: String) -> [(name: String, letter: String)] {
    names.split(separator: "\n").flatMap { line in
      let words = line.split(separator: " ")
      return words.dropFirst().map { word in
        let parts = word.split(separator: ":")
        let name = words[0] == "-" ? String(parts[0]) : "\(words[0]).\(parts[0])"
        return (name, parts.count > 1 ? String(parts[1]) : "")
      }
    }
  }

  /// Integers stand for Booleans in YARA.
  private static func agree(_ letter: String, _ ours: String) -> Bool {
    letter == ours || (letter == "i" && ours == "b")
  }

  private static let engines: [(Dialect, [(module: String, names: String)])] = [
    (.yaraX, ModuleNamesTables.yaraX), (.yara, ModuleNamesTables.yara),
  ]

  @Test func noNameIsMissing() {
    for (dialect, modules) in Self.engines {
      for (module, names) in modules where !Self.leftOut.contains(module) {
        let ours = Self.ours(module, dialect)
        let missing = Self.theirs(names).filter { name, letter in
          ours[name].map { !Self.agree(letter, $0) } ?? true
        }
        let some = missing.prefix(10).map { "\($0.name):\($0.letter)" }
        #expect(some == [], "\(dialect) \(module): \(missing.count) names are missing")
      }
    }
    for module in Self.leftOut { #expect(ModuleRegistry.standard.module(module) == nil) }
  }

  @Test func namesAreReadAsWritten() {
    let names = Self.theirs("- a:i f(text)\nb[] c:t d{}:t")
    #expect(names.map(\.name) == ["a", "f(text)", "b[].c", "b[].d{}"])
    #expect(names.map(\.letter) == ["i", "", "t", "t"])
    #expect(Self.ours("hash", .yaraX)["md5(text)"] == "")
    #expect(Self.ours("zip", .yaraX)["entries[].file_path"] == "t")
    #expect(Self.ours("vt", .yaraX)["metadata.signatures{}"] == "t")
    #expect(ModuleNamesTables.yaraX.count == 19 && ModuleNamesTables.yara.count == 12)
  }

  /// Fields and functions of an engine's module, all of them and those in our tables.
  private static func cells(_ module: String, _ dialect: Dialect) -> [String] {
    guard let names = engines.first(where: { $0.0 == dialect })?.1.first(where: { $0.module == module })?.names
    else { return ["", ""] }
    let ours = ours(module, dialect)
    let all = theirs(names)
    let here = all.filter { name, letter in ours[name].map { agree(letter, $0) } ?? false }
    return [all, here].map { list in
      let functions = list.count { $0.name.hasSuffix(")") }
      return "\(list.count - functions) / \(functions)"
    }
  }

  static var table: [String] {
    let modules = Set(engines.flatMap { $0.1.map(\.module) }).subtracting(leftOut)
    return modules.sorted().map { module in
      "| `\(module)` | \((cells(module, .yaraX) + cells(module, .yara)).joined(separator: " | ")) |"
    }
  }

  @Test func theTableOfTheDocumentationIsTrue() throws {
    var root = URL(filePath: #filePath).resolvingSymlinksInPath()
    for _ in 0..<4 { root.deleteLastPathComponent() }
    let document = try String(
      contentsOf: root.appending(path: "Documentation/Compatibility.md"), encoding: .utf8)
    let found = document.split(separator: "\n").filter { line in
      line.hasPrefix("| `") && line.contains(" / ") && line.split(separator: "|").count == 5
    }
    #expect(
      found.map(String.init) == Self.table,
      "the table should be:\n\(Self.table.joined(separator: "\n"))")
  }
}
