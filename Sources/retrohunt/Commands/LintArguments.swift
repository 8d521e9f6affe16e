internal import ArgumentParser
internal import YaraEngine
internal import YaraSyntax

/// What `check` can ask of rules beyond the language.
struct LintArguments: ParsableArguments {
  @Option(
    name: .customLong("rule-name"),
    help: ArgumentHelp("Names of rules must match this.", valueName: "regex"))
  var ruleName: String?

  @Option(
    name: .customLong("allowed-tag"),
    help: ArgumentHelp("Tags must be among these. May be given again.", valueName: "tag"))
  var allowedTags: [String] = []

  @Option(
    name: .customLong("tag-pattern"),
    help: ArgumentHelp("Tags must match this.", valueName: "regex"))
  var tagPattern: String?

  @Option(
    name: .customLong("require-meta"),
    help: ArgumentHelp(
      "Metadata that every rule must have; the type is text, integer, float or boolean. May be given again.",
      valueName: "name[:type]"))
  var requiredMetadata: [String] = []

  func options() throws -> LintOptions {
    var options = LintOptions()
    options.ruleName = try ruleName.map { try Self.regex($0, of: "--rule-name") }
    options.tagPattern = try tagPattern.map { try Self.regex($0, of: "--tag-pattern") }
    options.allowedTags = Set(allowedTags.flatMap { $0.split(separator: ",").map(String.init) })
    for wanted in requiredMetadata {
      let parts = wanted.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
      let type = parts.count > 1 ? LintOptions.MetadataType(rawValue: String(parts[1])) : nil
      guard !parts[0].isEmpty, parts.count == 1 || type != nil else {
        throw CommandFailure.wrongInput(
          "--require-meta \(wanted): give NAME or NAME:TYPE, the type being text, integer, float or boolean"
        )
      }
      options.requiredMetadata.append((String(parts[0]), type))
    }
    return options
  }

  private static func regex(_ text: String, of option: String) throws -> ConditionRegex {
    var found: [Diagnostic] = []
    guard let regex = ConditionRegex.compile(text: text, diagnostics: &found) else {
      let reason = found.first?.labels.first?.text ?? ""
      throw CommandFailure.wrongInput(
        "\(option) \(text): not a regular expression\(reason.isEmpty ? "" : ": \(reason)")")
    }
    return regex
  }
}
