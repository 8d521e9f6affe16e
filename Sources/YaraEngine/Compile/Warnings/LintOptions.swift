public import YaraSyntax

/// What a user wants of rules beyond the language: names, tags and metadata of a house.
public struct LintOptions: Sendable {
  /// What the value of a metadata entry must be.
  public enum MetadataType: String, Sendable, CaseIterable {
    case text, integer, float, boolean
  }

  /// A rule's name must match; unanchored.
  public var ruleName: ConditionRegex?
  /// Tags must be among these; empty allows all.
  public var allowedTags: Set<String> = []
  /// A tag must match; unanchored.
  public var tagPattern: ConditionRegex?
  /// Metadata that every rule must have, in the order asked, with its type where that matters.
  public var requiredMetadata: [(name: String, type: MetadataType?)] = []

  public init() {}

  var isEmpty: Bool {
    ruleName == nil && allowedTags.isEmpty && tagPattern == nil && requiredMetadata.isEmpty
  }
}

extension ConditionRegex {
  /// A regex from the command line.
  public static func compile(
    text: String, diagnostics: inout [Diagnostic]
  ) -> ConditionRegex? {
    let bytes = Array(text.utf8)
    let range = SourceRange(source: SourceID(0), start: 0, end: bytes.count)
    return compile(
      RegexLiteral(
        pattern: bytes, caseInsensitive: false, dotMatchesNewline: false, range: range),
      dialect: .yaraX, diagnostics: &diagnostics)
  }
}
