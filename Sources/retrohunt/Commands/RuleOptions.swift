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

  @Flag(
    name: [.customShort("w"), .customLong("no-warnings")], help: "Do not print warnings.")
  var noWarnings = false

  @Option(
    name: .customLong("disable-warning"),
    help: ArgumentHelp(
      "Leave out a warning: its code, its name or YARA-X's name for it. May be given again.",
      valueName: "name"))
  var disabledWarnings: [String] = []

  @Flag(name: .customLong("fail-on-warnings"), help: "Take warnings for errors.")
  var failsOnWarnings = false

  @Option(
    name: .customLong("ignore-module"),
    help: ArgumentHelp(
      "Leave out the rules that use this module. May be given again.", valueName: "module"))
  var ignoredModules: [String] = []

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

  private func disabled() throws -> Set<DiagnosticCode> {
    var result: Set<DiagnosticCode> = []
    for name in disabledWarnings.flatMap({ $0.split(separator: ",") }) {
      let codes = DiagnosticCode.warnings(named: String(name))
      guard !codes.isEmpty else {
        throw CommandFailure.wrongInput(
          "--disable-warning \(name): no warning has this name; Documentation/Diagnostics.md lists them"
        )
      }
      result.formUnion(codes)
    }
    return result
  }

  /// Compiles rule files and reports what the compiler has to say.
  /// - Parameter includes: false refuses `include`, as the API does: a hunt is one text.
  /// - Throws: `CommandFailure.reported` where there are errors; nothing is compiled then.
  func compile(
    _ paths: [String], output: OutputOptions, includes: Bool = true
  ) throws -> (rules: RuleSet, sources: [SourceText]) {
    let compilation = try compilation(of: paths, includes: includes)
    let report = DiagnosticReport(compilation, output: output)
    report.printToError(warnings: failsOnWarnings || !(output.quiet || noWarnings))
    guard let rules = compilation.rules else { throw CommandFailure.reported }
    if failsOnWarnings, report.warningCount > 0 {
      throw CommandFailure.wrongInput("warnings are taken for errors (--fail-on-warnings)")
    }
    return (rules, compilation.sources)
  }

  /// - Parameter lint: what the user wants of rules beyond the language.
  func compilation(
    of paths: [String], includes: Bool = true, lint: LintOptions = LintOptions()
  ) throws -> Compilation {
    var options = CompilerOptions(
      dialect: dialect, externals: try externals(), includes: includes ? Self.openInclude : nil)
    options.disabledWarnings = try disabled()
    options.ignoredModules = Set(ignoredModules.flatMap { $0.split(separator: ",").map(String.init) })
    options.lint = lint
    var compiler = RuleCompiler(options)
    for argument in paths {
      let (namespace, path) = Self.namespaceAndPath(argument)
      let bytes = try InputFile.read(path, allowsDash: true)
      if bytes.starts(with: "YARA".utf8), bytes.prefix(64).contains(where: { $0 < 9 || $0 > 126 }) {
        throw CommandFailure.wrongInput(
          "\(Terminal.printable(path)): these are compiled rules; give the rules as text")
      }
      compiler.add(name: path == "-" ? "<stdin>" : path, bytes: bytes, namespace: namespace)
    }
    return compiler.build()
  }

  /// `name:path` puts the rules of a file into a namespace, as with `yara`; a file that has such a
  /// name is taken as it is.
  private static func namespaceAndPath(_ argument: String) -> (namespace: String, path: String) {
    guard let colon = argument.firstIndex(of: ":"), colon != argument.startIndex,
      argument[..<colon].utf8.allSatisfy({
        ($0 | 0x20) &- 0x61 < 26 || $0 &- 0x30 < 10 || $0 == 0x5F
      }), !FileManager.default.fileExists(atPath: argument)
    else { return ("default", argument) }
    return (String(argument[..<colon]), String(argument[argument.index(after: colon)...]))
  }

  /// Includes are looked up beside the file that includes them, as YARA does.
  private static func openInclude(
    path: String, from file: String
  ) -> Result<IncludedSource, IncludeFailure> {
    let folder = (file as NSString).deletingLastPathComponent
    let full =
      path.hasPrefix("/") || folder.isEmpty ? path : (folder as NSString).appendingPathComponent(path)
    let buffer = ByteBuffer()
    do {
      try FileReading.read(path: full, into: buffer, limit: InputFile.limit)
      return .success(IncludedSource(name: full, bytes: buffer.view.array))
    } catch {
      return .failure(IncludeFailure(error.reason))
    }
  }
}

extension Dialect: ExpressibleByArgument {}
