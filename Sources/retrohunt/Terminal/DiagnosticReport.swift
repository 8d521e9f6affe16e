internal import Foundation
internal import YaraEngine
internal import YaraSyntax

/// What the compiler said, for people (standard error, source line and caret) or programs.
struct DiagnosticReport {
  private let diagnostics: [Diagnostic]
  private let omittedErrors: Int
  private let omittedWarnings: Int
  private let renderer: DiagnosticRenderer

  init(_ compilation: Compilation, output: OutputOptions) {
    diagnostics = compilation.diagnostics
    omittedErrors = compilation.omittedErrors
    omittedWarnings = compilation.omittedWarnings
    renderer = DiagnosticRenderer(sources: compilation.sources, color: output.usesColor)
  }

  var errorCount: Int { diagnostics.count { $0.severity == .error } + omittedErrors }
  var warningCount: Int { diagnostics.count { $0.severity == .warning } + omittedWarnings }

  func printToError(warnings: Bool) {
    for diagnostic in diagnostics where warnings || diagnostic.severity == .error {
      Terminal.write(renderer.render(diagnostic) + "\n")
    }
    if omittedErrors > 0 { Terminal.note("... and \(omittedErrors) more errors") }
    if omittedWarnings > 0, warnings { Terminal.note("... and \(omittedWarnings) more warnings") }
  }

  /// The diagnostics as JSON objects, in the order reported.
  func json() throws -> [String] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return try diagnostics.map {
      String(decoding: try encoder.encode(renderer.record($0)), as: UTF8.self)
    }
  }
}
