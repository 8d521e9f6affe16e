internal import ArgumentParser
internal import Hunt
internal import YaraEngine

/// `retrohunt check`: compile, and say everything the compiler has to say.
struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Compile rules; report errors and warnings.",
    discussion: """
      A comment `// suppress: NAME` silences a warning for the line, pattern or rule it stands at. \
      Documentation/Diagnostics.md lists all codes and names.
      """)

  @OptionGroup var output: OutputOptions
  @OptionGroup var rule: RuleOptions
  @OptionGroup(title: "House rules") var lint: LintArguments

  @Flag(help: "Tell of each rule what a hunt asks of the index, and where that is weak.")
  var explain = false

  @Argument(help: "Rule files, or namespace:file; - is standard input.")
  var rules: [String]

  func run() throws {
    let compilation = try rule.compilation(of: rules, lint: try lint.options())
    let report = DiagnosticReport(compilation, output: output)
    let warnings = report.warningCount
    let fails = compilation.rules == nil || (rule.failsOnWarnings && warnings > 0)
    if output.json {
      let count = compilation.rules?.rules.count ?? 0
      let list = try report.json().joined(separator: ",")
      StandardOutput.line(
        "{\"ok\":\(!fails),\"rules\":\(count),\"errors\":\(report.errorCount),\"warnings\":\(warnings),"
          + "\"diagnostics\":[\(list)]\(plansAsMember(compilation))}")
    } else {
      report.printToError(warnings: rule.failsOnWarnings || !rule.noWarnings)
      for explanation in explanations(compilation) { StandardOutput.line(explanation.text) }
      if let rules = compilation.rules, !output.quiet, !fails {
        let count = rules.rules.count
        StandardOutput.line(
          (count == 1 ? "1 rule is fine" : "\(count) rules are fine")
            + (warnings > 0 ? ", \(warnings) warning\(warnings == 1 ? "" : "s")" : ""))
      } else if compilation.rules != nil, fails {
        Terminal.error("warnings are taken for errors (--fail-on-warnings)")
      }
    }
    if fails { throw CommandFailure.reported }
  }

  private func explanations(_ compilation: Compilation) -> [PlanExplanation] {
    guard explain, let rules = compilation.rules else { return [] }
    return HuntQueries(rules).rules.map { PlanExplanation($0, rules, sources: compilation.sources) }
  }

  private func plansAsMember(_ compilation: Compilation) -> String {
    guard explain, compilation.rules != nil else { return "" }
    var json = JSONText()
    json.array { json in
      for explanation in explanations(compilation) { explanation.write(to: &json) }
    }
    return ",\"plans\":" + String(decoding: json.bytes, as: UTF8.self)
  }
}
