internal import YaraSyntax

/// Warnings about the patterns of one rule that can be told from their declarations and from how
/// the condition asks for them: slow ones, equal ones, texts written as hex.
struct PatternWarnings {
  private let rule: RuleDeclaration
  private(set) var diagnostics: [Diagnostic] = []

  init(_ rule: RuleDeclaration) { self.rule = rule }

  /// A declaration that is in order, and what it means.
  struct Entry {
    let declaration: PatternDeclaration
    let id: PatternID
    let pattern: Pattern
    init(_ declaration: PatternDeclaration, _ id: PatternID, _ pattern: Pattern) {
      self.declaration = declaration
      self.id = id
      self.pattern = pattern
    }
  }

  /// - Parameters:
  ///   - work: what estimates may still cost; shared by all rules.
  ///   - wildcardWork: what comparisons of names with wildcards may still cost; shared likewise.
  mutating func check(_ entries: [Entry], work: inout Int, wildcardWork: inout Int) {
    let common = entries.map { Self.isCommon($0.pattern) }
    // Only short and common literals ask how they are used.
    let anchored = common.contains(true) ? AnchoredPatterns(rule, work: &wildcardWork) : nil
    var first: [Meaning: PatternDeclaration] = [:]
    for (entry, isCommon) in zip(entries, common) {
      let declaration = entry.declaration
      let isPrivate = declaration.modifiers.contains { $0.kind == .isPrivate }
      let meaning = Meaning(pattern: entry.id, isPrivate: isPrivate)
      if let earlier = first[meaning] {
        warnAboutEqual(declaration, earlier)
      } else {
        first[meaning] = declaration
      }
      if case .hex(let hex) = declaration.value { warnAboutText(hex) }
      if isCommon {
        if anchored?.isAnchored(declaration.identifier.name) != true {
          warnAboutSlow(declaration, Self.reason(entry.pattern))
        }
      } else if SlowPatternEstimate.isSlow(entry.pattern, work: &work) {
        warnAboutSlow(
          declaration, "No sequence of two or more fixed bytes is part of every match.")
      }
    }
  }

  private struct Meaning: Hashable {
    let pattern: PatternID
    let isPrivate: Bool
  }

  private mutating func warnAboutEqual(
    _ declaration: PatternDeclaration, _ first: PatternDeclaration
  ) {
    diagnostics.append(
      Diagnostic(
        .duplicatePatternValue, "two patterns mean the same",
        labels: [
          Diagnostic.Label(Self.range(of: declaration), "the same as `\(first.identifier.name)`"),
          Diagnostic.Label(first.range, "first here"),
        ], notes: ["Wherever one of them matches both do, and both are counted."]))
  }

  // MARK: - Text as hex

  private mutating func warnAboutText(_ hex: HexPattern) {
    var text: [UInt8] = []
    for token in hex.tokens {
      guard case .byte(let value, 0xFF, false) = token.kind,
        (0x20...0x7E).contains(value) || value == 0x09 || value == 0x0A || value == 0x0D
      else { return }
      text.append(value)
    }
    guard !text.isEmpty else { return }
    let quoted = TextSyntax.quoted(text)
    diagnostics.append(
      Diagnostic(
        .textAsHex, "a text is written as a hex pattern", at: hex.range,
        quoted.utf8.count <= 60 ? "this is \(quoted)" : "this is plain text",
        fixes: [Diagnostic.Fix(hex.range, quoted)]))
  }

  // MARK: - Slow literals

  /// A single byte, or one byte again and again that files are full of.
  private static func isCommon(_ pattern: Pattern) -> Bool {
    guard pattern.xorKeys == nil, !pattern.isFullword, pattern.base64.isEmpty,
      let bytes = literal(pattern), let first = bytes.first
    else { return false }
    if bytes.count == 1 { return true }
    return (first == 0 || first == 0x90 || first == 0xFF) && bytes.allSatisfy { $0 == first }
  }

  private static func literal(_ pattern: Pattern) -> [UInt8]? {
    switch pattern.content {
    case .text(let bytes): bytes
    case .regex(.bytes(let bytes), _), .hex(.bytes(let bytes)): bytes
    case .regex, .hex: nil
    }
  }

  private static func reason(_ pattern: Pattern) -> String {
    literal(pattern)?.count == 1
      ? "A single byte is found all over every file."
      : "Files are full of runs of this byte."
  }

  private mutating func warnAboutSlow(_ declaration: PatternDeclaration, _ reason: String) {
    diagnostics.append(
      Diagnostic(
        .slowPattern, "the pattern `\(declaration.identifier.name)` slows down scanning",
        at: Self.range(of: declaration), notes: [reason]))
  }

  /// Where YARA-X points to a pattern as a whole.
  private static func range(of declaration: PatternDeclaration) -> SourceRange {
    if case .hex(let hex) = declaration.value { return hex.range }
    return declaration.range
  }
}
