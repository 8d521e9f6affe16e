public import Bytes
public import YaraSyntax

/// A regex in a condition: the right side of `matches`, an argument of a module function. Searches
/// short texts, unanchored.
public final class ConditionRegex: Sendable, Hashable {
  private let literal: RegexLiteral
  private let program: AutomatonProgram

  /// Instructions that were made for it, some 12 bytes each.
  let size: Int

  private init(_ literal: RegexLiteral, _ program: AutomatonProgram, size: Int) {
    self.literal = literal
    self.program = program
    self.size = size
  }

  /// nil after an error.
  public static func compile(
    _ literal: RegexLiteral, dialect: Dialect, diagnostics: inout [Diagnostic]
  ) -> ConditionRegex? {
    do {
      let parsed = try RegexParser.parse(
        literal.pattern, caseInsensitive: literal.caseInsensitive,
        dotMatchesNewline: literal.dotMatchesNewline, dialect: dialect, use: .condition)
      diagnostics += parsed.warnings(in: literal)
      // What is too large even so is taken by YARA alone, whose matches are short: it never matches.
      let node = parsed.node.bounded(
        weight: AutomatonCompiler.maximumSize / 2, longest: .max,
        repetitionLimit: AutomatonCompiler.maximumSize)
      let whole = AutomatonCompiler.compile(node, isBounded: false)
      guard let program = whole ?? AutomatonCompiler.compile(.set(ByteSet()), isBounded: false)
      else { return nil }
      return ConditionRegex(literal, program, size: whole?.instructions.count ?? AutomatonCompiler.maximumSize)
    } catch {
      diagnostics.append(error.diagnostic(in: literal))
      return nil
    }
  }

  /// Whether the regex matches anywhere in `bytes`: linear in its length times the regex' states.
  public func isMatch(_ bytes: ByteView) -> Bool { isMatch(bytes) { true } ?? false }

  /// The same, asking every some thousand steps whether to go on; nil where it was told to stop.
  func isMatch(_ bytes: ByteView, mayContinue: () -> Bool) -> Bool? {
    var matcher = PikeMatcher()
    return matcher.hasMatch(program, bytes, mayContinue: mayContinue)
  }

  /// Whether a match begins before the end of `bytes` and ends after their beginning: what YARA's
  /// modules take for a match.
  func isMatchInside(_ bytes: ByteView) -> Bool {
    var matcher = PikeMatcher()
    return matcher.hasMatch(program, bytes, isInside: true) ?? false
  }

  public static func == (a: ConditionRegex, b: ConditionRegex) -> Bool {
    a === b
      || (a.literal.pattern == b.literal.pattern
        && a.literal.caseInsensitive == b.literal.caseInsensitive
        && a.literal.dotMatchesNewline == b.literal.dotMatchesNewline)
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(literal.pattern)
    hasher.combine(literal.caseInsensitive)
    hasher.combine(literal.dotMatchesNewline)
  }
}
