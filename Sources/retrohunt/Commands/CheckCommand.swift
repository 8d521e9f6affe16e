internal import ArgumentParser
internal import YaraEngine

/// `retrohunt check`: compile, and say everything the compiler has to say.
struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Compile rules; report errors and warnings.")

  @OptionGroup var output: OutputOptions
  @OptionGroup var rule: RuleOptions

  @Argument(help: "Rule files; - is standard input.")
  var rules: [String]

  func run() throws {
    let compilation = try rule.compilation(of: rules)
    let report = DiagnosticReport(compilation, output: output)
    if output.json {
      let ok = compilation.rules != nil
      let count = compilation.rules?.rules.count ?? 0
      let list = try report.json().joined(separator: ",")
      StandardOutput.line("{\"ok\":\(ok),\"rules\":\(count),\"diagnostics\":[\(list)]}")
    } else {
      report.printToError(warnings: true)
      if let rules = compilation.rules, !output.quiet {
        let warnings = report.warningCount
        StandardOutput.line(
          "\(rules.rules.count) rules are fine"
            + (warnings > 0 ? ", \(warnings) warning\(warnings == 1 ? "" : "s")" : ""))
      }
    }
    if compilation.rules == nil { throw CommandFailure.reported }
  }
}
