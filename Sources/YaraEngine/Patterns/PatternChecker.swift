internal import YaraSyntax

/// Checks one declaration and says what it means.
///
/// Modifiers as both engines have them: text takes all; a regex takes all but `xor` and `base64`;
/// a hex pattern takes `private` only. `xor`, `base64` and `nocase` exclude each other; `base64` and
/// `fullword` too.
struct PatternChecker {
  let dialect: Dialect
  var diagnostics: [Diagnostic] = []
  /// Of the literal itself.
  private(set) var valueRange = SourceRange(source: SourceID(0), start: 0, end: 0)

  init(dialect: Dialect) { self.dialect = dialect }

  /// nil after an error.
  mutating func check(_ declaration: PatternDeclaration) -> Pattern? {
    let errorsBefore = diagnostics.count
    var pattern: Pattern?
    switch declaration.value {
    case .text(let literal):
      valueRange = literal.range
      checkDuplicates(declaration.modifiers)
      pattern = check(literal, declaration)
    case .hex(let literal):
      valueRange = literal.range
      checkDuplicates(declaration.modifiers)
      for modifier in declaration.modifiers where modifier.kind != .isPrivate {
        refuse(modifier, "a hex pattern")
      }
      var translator = HexTranslator(name: declaration.identifier.name)
      pattern = translator.translate(literal).map { Pattern(.hex($0)) }
      diagnostics += translator.diagnostics
    case .regex(let literal):
      valueRange = literal.range
      checkDuplicates(declaration.modifiers)
      pattern = check(literal, declaration)
    }
    let hasError = diagnostics[errorsBefore...].contains { $0.severity == .error }
    return hasError ? nil : pattern
  }

  // MARK: - Modifiers

  private static func word(_ kind: PatternModifier.Kind) -> String {
    switch kind {
    case .ascii: "ascii"
    case .wide: "wide"
    case .nocase: "nocase"
    case .fullword: "fullword"
    case .isPrivate: "private"
    case .xor: "xor"
    case .base64: "base64"
    case .base64wide: "base64wide"
    }
  }

  private mutating func refuse(_ modifier: PatternModifier, _ what: String) {
    diagnostics.append(
      Diagnostic(
        .invalidModifier, "`\(Self.word(modifier.kind))` can not be applied to \(what)",
        at: modifier.range))
  }

  private mutating func checkDuplicates(_ modifiers: [PatternModifier]) {
    var seen: [String: PatternModifier] = [:]
    for modifier in modifiers {
      let word = Self.word(modifier.kind)
      if let first = seen[word] {
        diagnostics.append(
          Diagnostic(
            .duplicateModifier, "the modifier `\(word)` is given twice",
            labels: [
              Diagnostic.Label(modifier.range, "given again here"),
              Diagnostic.Label(first.range, "first given here"),
            ]))
      } else {
        seen[word] = modifier
      }
    }
  }

  private static let conflicts: [(String, String)] = [
    ("xor", "nocase"), ("base64", "nocase"), ("base64wide", "nocase"), ("base64", "fullword"),
    ("base64wide", "fullword"), ("base64", "xor"), ("base64wide", "xor"),
  ]

  private mutating func checkConflicts(_ modifiers: [PatternModifier]) {
    for (first, second) in Self.conflicts {
      guard let a = modifiers.first(where: { Self.word($0.kind) == first }),
        let b = modifiers.first(where: { Self.word($0.kind) == second })
      else { continue }
      let (earlier, later) = a.range.start < b.range.start ? (a, b) : (b, a)
      diagnostics.append(
        Diagnostic(
          .modifierConflict, "the modifiers `\(first)` and `\(second)` exclude each other",
          labels: [
            Diagnostic.Label(earlier.range, ""),
            Diagnostic.Label(later.range, "these two modifiers can not be used together"),
          ]))
    }
  }

  private mutating func applyCommon(_ modifiers: [PatternModifier], to pattern: inout Pattern) {
    for modifier in modifiers {
      switch modifier.kind {
      case .wide: pattern.isWide = true
      case .nocase: pattern.isCaseless = true
      case .fullword: pattern.isFullword = true
      default: break
      }
    }
    let hasAscii = modifiers.contains { $0.kind == .ascii }
    pattern.isAscii = hasAscii || !pattern.isWide
  }

  // MARK: - Text

  private mutating func check(_ literal: TextLiteral, _ declaration: PatternDeclaration) -> Pattern? {
    var pattern = Pattern(.text(literal.bytes))
    applyCommon(declaration.modifiers, to: &pattern)
    checkConflicts(declaration.modifiers)
    for modifier in declaration.modifiers {
      switch modifier.kind {
      case .xor(let low, let high):
        if low > high {
          diagnostics.append(
            Diagnostic(
              .invalidXorRange, "the lower key \(low) is above the upper key \(high)",
              at: modifier.range))
        } else {
          pattern.xorKeys = low...high
        }
      case .base64(let alphabet):
        if let checked = check(alphabet, modifier) {
          pattern.base64.append(
            .init(alphabet: checked, isWide: false, isCustom: alphabet != nil))
        }
      case .base64wide(let alphabet):
        if let checked = check(alphabet, modifier) {
          pattern.base64.append(.init(alphabet: checked, isWide: true, isCustom: alphabet != nil))
        }
      default: break
      }
    }
    if literal.bytes.isEmpty {
      diagnostics.append(
        Diagnostic(
          .emptyPattern, "the pattern `\(declaration.identifier.name)` is empty", at: literal.range))
      return nil
    }
    if pattern.isCaseless, !literal.bytes.contains(where: ByteSet.letters.contains) {
      if let modifier = declaration.modifiers.first(where: { $0.kind == .nocase }) {
        diagnostics.append(
          Diagnostic(
            .redundantModifier, "`nocase` changes nothing: the text has no letters",
            at: modifier.range, fixes: [Diagnostic.Fix(modifier.range, "")]))
      }
      pattern.isCaseless = false
    }
    return pattern
  }

  private mutating func check(_ alphabet: [UInt8]?, _ modifier: PatternModifier) -> [UInt8]? {
    guard let alphabet else { return Pattern.Base64.standardAlphabet }
    guard alphabet.count == 64 else {
      diagnostics.append(
        Diagnostic(
          .invalidBase64Alphabet, "bad base64 alphabet: it has \(alphabet.count) bytes instead of 64",
          at: modifier.range))
      return nil
    }
    return alphabet
  }

  // MARK: - Regexes

  private mutating func check(
    _ literal: RegexLiteral, _ declaration: PatternDeclaration
  ) -> Pattern? {
    for modifier in declaration.modifiers {
      switch modifier.kind {
      case .xor, .base64, .base64wide: refuse(modifier, "a regular expression")
      case .nocase where literal.caseInsensitive:
        let flags = SourceRange(
          source: literal.range.source,
          start: Int(literal.range.end) - (literal.dotMatchesNewline ? 2 : 1),
          end: Int(literal.range.end))
        diagnostics.append(
          Diagnostic(
            .redundantModifier, "`nocase` says again what the flag `i` says",
            labels: [
              Diagnostic.Label(flags, "the flag `i` makes no difference of case"),
              Diagnostic.Label(modifier.range, "and so does `nocase`"),
            ], fixes: [Diagnostic.Fix(modifier.range, "")]))
      default: break
      }
    }
    var pattern = Pattern(.text([]))
    applyCommon(declaration.modifiers, to: &pattern)
    if literal.caseInsensitive { pattern.isCaseless = true }
    let parsed: ParsedRegex
    do {
      parsed = try RegexParser.parse(
        literal.pattern, caseInsensitive: pattern.isCaseless,
        dotMatchesNewline: literal.dotMatchesNewline, dialect: dialect, use: .pattern)
    } catch {
      diagnostics.append(error.diagnostic(in: literal))
      return nil
    }
    diagnostics += parsed.warnings(in: literal)
    if let first = parsed.quantifiers.first,
      let other = parsed.quantifiers.first(where: { $0.isGreedy != first.isGreedy })
    {
      diagnostics.append(
        Diagnostic(
          .mixedGreediness, "greedy and non-greedy quantifiers are mixed in one regular expression",
          labels: [
            Diagnostic.Label(
              literal.range(lower: first.lower, upper: first.upper),
              first.isGreedy ? "this is greedy" : "this is non-greedy"),
            Diagnostic.Label(
              literal.range(lower: other.lower, upper: other.upper),
              other.isGreedy ? "this is greedy" : "this is non-greedy"),
          ],
          notes: ["A match's length would depend on where the search finds it first."]))
      return nil
    }
    guard !parsed.node.nestsHugeCounts else {
      diagnostics.append(
        Diagnostic(.tooLarge, "this regular expression is too large", at: literal.range))
      return nil
    }
    // With `fullword` YARA-X would miss words that end in the gap: a lost match is never the better.
    let isCut = dialect == .yaraX && !pattern.isFullword
    pattern.content = .regex(
      isCut ? parsed.node.withoutLastGap : parsed.node, greediness: parsed.greediness)
    return pattern
  }
}

extension ParsedRegex {
  func warnings(in literal: RegexLiteral) -> [Diagnostic] {
    unknownEscapes.prefix(100).map { place in
      let letter = String(decoding: literal.pattern[place.lower..<place.upper].dropFirst(), as: UTF8.self)
      return Diagnostic(
        .unknownEscape, "the escape `\\\(letter)` has no meaning",
        at: literal.range(lower: place.lower, upper: place.upper),
        "this stands for the letter \(letter)",
        notes: ["YARA-X refuses it; a backslash itself is written `\\\\`."])
    }
  }
}

extension RegexSyntaxError {
  func diagnostic(in literal: RegexLiteral) -> Diagnostic {
    let code: DiagnosticCode =
      switch self.code {
      case .invalid: .invalidRegex
      case .tooDeep: .tooDeep
      case .tooLarge: .tooLarge
      }
    return Diagnostic(
      code, "invalid regular expression", at: literal.range(lower: lower, upper: upper), message,
      notes: notes)
  }
}
