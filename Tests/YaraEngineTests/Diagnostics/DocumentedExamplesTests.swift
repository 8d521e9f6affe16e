import Foundation
import Testing
import YaraSyntax

@testable import YaraEngine

/// Every code has one example in `Documentation/Diagnostics.md`, and the example gives the code.
@Suite struct DocumentedExamplesTests {
  struct Example: CustomTestStringConvertible {
    let code: String
    let text: String
    var testDescription: String { code }
  }

  static let page: String = {
    var folder = URL(filePath: #filePath)
    for _ in 0..<4 { folder.deleteLastPathComponent() }
    let file = folder.appending(path: "Documentation/Diagnostics.md")
    return (try? String(contentsOf: file, encoding: .utf8)) ?? ""
  }()

  static let examples: [Example] = page.matches(
    of: /(?m)^### `([EW]\d{3})`\n(?:[^\n`]+(?:`[^`\n]*`[^\n`]*)*\n)?```yara\n((?s:.*?))\n```$/
  ).map { Example(code: String($0.1), text: String($0.2)) }

  @Test func everyCodeHasOneExample() {
    #expect(Self.examples.map(\.code) == DiagnosticCode.allCases.map(\.rawValue).sorted())
  }

  @Test(arguments: examples) func theExampleGivesItsCode(_ example: Example) {
    var options = CompilerOptions()
    options.ignoredModules = ["acme"]
    switch example.code {
    case "E503": options.limits.rules = 2
    case "E316": options.includes = nil
    default:
      options.includes = { path, _ in
        path == "self.yar"
          ? .success(IncludedSource(name: path, bytes: Array(example.text.utf8)))
          : .failure(IncludeFailure("no such file"))
      }
    }
    if example.code.hasPrefix("W8") {
      var found: [Diagnostic] = []
      options.lint.ruleName =
        example.code == "W801" ? ConditionRegex.compile(text: "^APT_", diagnostics: &found) : nil
      if example.code == "W802" { options.lint.allowedTags = ["malware"] }
      if example.code == "W803" { options.lint.requiredMetadata = [("author", nil)] }
      if example.code == "W804" { options.lint.requiredMetadata = [("author", .text)] }
    }
    var compiler = RuleCompiler(options)
    compiler.add(name: "self.yar", bytes: Self.bytes(example.text))
    let compilation = compiler.build()
    let codes = Engine.codes(compilation)
    #expect(codes.contains(example.code), "gives \(codes)")
    // An example of a warning shows rules that are good otherwise.
    if example.code.hasPrefix("W") {
      #expect(compilation.rules != nil, "gives \(codes)")
      #expect(Set(codes).subtracting([example.code, "W605"]).isEmpty, "gives \(codes)")
    }
  }

  /// `\xFF` in an example is that byte.
  private static func bytes(_ text: String) -> [UInt8] {
    let parts = text.components(separatedBy: "\\xFF").map { Array($0.utf8) }
    return Array(parts.joined(separator: [0xFF]))
  }
}
