internal import Bytes
internal import YaraSyntax

/// Holds a rule against `LintOptions`.
struct RuleLinter {
  let options: LintOptions

  func check(_ rule: RuleDeclaration) -> [Diagnostic] {
    var found: [Diagnostic] = []
    if let pattern = options.ruleName, !Self.matches(pattern, rule.identifier.name) {
      found.append(
        Diagnostic(
          .ruleNameNotAllowed, "the name of rule `\(rule.identifier.name)` is not as asked for",
          at: rule.identifier.range, "this does not match the expression for names"))
    }
    for tag in rule.tags {
      if !options.allowedTags.isEmpty, !options.allowedTags.contains(tag.name) {
        found.append(
          Diagnostic(
            .tagNotAllowed, "the tag `\(tag.name)` is not among those allowed", at: tag.range,
            notes: ["Allowed: \(options.allowedTags.sorted().prefix(20).joined(separator: ", "))."]))
      } else if let pattern = options.tagPattern, !Self.matches(pattern, tag.name) {
        found.append(
          Diagnostic(
            .tagNotAllowed, "the tag `\(tag.name)` is not as asked for", at: tag.range,
            "this does not match the expression for tags"))
      }
    }
    for (name, type) in options.requiredMetadata {
      let entries = rule.meta.filter { $0.identifier.name == name }
      if entries.isEmpty {
        found.append(
          Diagnostic(
            .missingMetadata, "rule `\(rule.identifier.name)` lacks metadata `\(name)`",
            at: rule.identifier.range))
      }
      for entry in entries {
        guard let type, Self.type(entry.value) != type else { continue }
        found.append(
          Diagnostic(
            .invalidMetadata, "metadata `\(name)` is not of the type asked for",
            at: entry.identifier.range, "expected \(type.rawValue), found \(Self.type(entry.value).rawValue)"))
      }
    }
    return found
  }

  private static func matches(_ regex: ConditionRegex, _ text: String) -> Bool {
    ByteView.with(Array(text.utf8)) { regex.isMatch($0) }
  }

  private static func type(_ value: MetaValue) -> LintOptions.MetadataType {
    switch value {
    case .integer: .integer
    case .float: .float
    case .boolean: .boolean
    case .text: .text
    }
  }
}
