public import ArgumentParser
internal import Bytes
internal import Foundation
public import YaraEngine
internal import YaraSyntax

/// What every command that compiles rules takes.
struct RuleOptions: ParsableArguments {
  @Option(
    name: [.customShort("d"), .customLong("define")],
    help: ArgumentHelp(
      "An external variable. Integers, floats, true and false are taken as such, all else as text.",
      valueName: "name=value"))
  var definitions: [String] = []

  @Option(name: .long, help: "Whose answer counts where they differ: yara-x or yara.")
  var dialect: Dialect = .yaraX

  func externals() throws -> [String: ExternalValue] {
    var result: [String: ExternalValue] = [:]
    for definition in definitions {
      guard let sign = definition.firstIndex(of: "="), sign != definition.startIndex else {
        throw CommandFailure.wrongInput(
          "-d \(definition): an external variable is given as NAME=VALUE")
      }
      let name = String(definition[..<sign])
      let value = String(definition[definition.index(after: sign)...])
      result[name] = ExternalValue(inferring: value)
    }
    return result
  }

  /// Compiles rule files and reports what the compiler has to say.
  /// - Throws: `CommandFailure.reported` where there are errors; nothing is compiled then.
  func compile(_ paths: [String], output: OutputOptions) throws -> RuleSet {
    let compilation = try compilation(of: paths)
    DiagnosticReport(compilation, output: output).printToError(warnings: !output.quiet)
    guard let rules = compilation.rules else { throw CommandFailure.reported }
    return rules
  }

  func compilation(of paths: [String]) throws -> Compilation {
    var compiler = RuleCompiler(
      CompilerOptions(dialect: dialect, externals: try externals(), includes: Self.openInclude))
    let buffer = ByteBuffer()
    for path in paths {
      do {
        if path == "-" {
          try FileReading.readStandardInput(into: buffer, limit: Self.ruleFileLimit)
        } else {
          try FileReading.read(path: path, into: buffer, limit: Self.ruleFileLimit)
        }
      } catch {
        throw CommandFailure.wrongInput("\(Terminal.printable(path)): \(error.reason)")
      }
      compiler.add(name: path == "-" ? "<stdin>" : path, bytes: buffer.view.array)
    }
    return compiler.build()
  }

  /// A rule text above this is a mistake (a sample given as rules, say).
  static let ruleFileLimit = 256 << 20

  /// Includes are looked up beside the file that includes them, as YARA does.
  private static func openInclude(
    path: String, from file: String
  ) -> Result<IncludedSource, IncludeFailure> {
    let folder = (file as NSString).deletingLastPathComponent
    let full =
      path.hasPrefix("/") || folder.isEmpty ? path : (folder as NSString).appendingPathComponent(path)
    let buffer = ByteBuffer()
    do {
      try FileReading.read(path: full, into: buffer, limit: ruleFileLimit)
      return .success(IncludedSource(name: full, bytes: buffer.view.array))
    } catch {
      return .failure(IncludeFailure(error.reason))
    }
  }
}

extension Dialect: ExpressibleByArgument {}
