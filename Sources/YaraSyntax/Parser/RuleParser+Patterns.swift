/// The `strings` section: declarations and their modifiers.
extension RuleParser {
  func parseStrings(into rule: inout RuleDeclaration) {
    var isEmpty = true
    while true {
      if isAtSectionStart() || isAtTopLevelStart() { break }
      switch kind {
      case .patternName:
        isEmpty = false
        if let pattern = parsePattern() { rule.patterns.append(pattern) }
      case .rightBrace, .endOfFile, .meta, .condition:
        if isEmpty { reportExpected("a pattern such as `$a = \"text\"`") }
        return
      default:
        if kind == .identifier, kind(ahead: 1) == .assign {
          report(
            Diagnostic(
              .expected, "the name of a pattern begins with `$`", at: currentRange,
              "expected `$\(spelling(current))`"))
        } else {
          reportExpected(
            isEmpty ? "a pattern" : "a pattern, a modifier or `condition`", meant: ["condition"])
        }
        isEmpty = false
        advance()
        skipToPattern()
      }
    }
    if isEmpty { reportExpected("a pattern such as `$a = \"text\"`") }
  }

  private func skipToPattern() {
    skip { $0.kind == .patternName && $0.kind(ahead: 1) == .assign }
  }

  private func parsePattern() -> PatternDeclaration? {
    let name = advance()
    let identifier = Identifier(name: spelling(name), range: range(name))
    guard expect(.assign, "after the name of a pattern") != nil else {
      skipToPattern()
      return nil
    }
    let value: PatternValue
    switch kind {
    case .text:
      let token = advance()
      let literal = TextLiteral(bytes: decodeText(token), range: range(token))
      if literal.bytes.isEmpty, token.isTerminated {
        sink.report(
          Diagnostic(
            .emptyPattern, "pattern `\(identifier.name)` is empty", at: literal.range,
            "it would match everywhere"))
      }
      value = .text(literal)
    case .regex: value = .regex(decodeRegex(advance()))
    case .hexPattern: value = .hex(parseHexPattern(advance()))
    default:
      let isComment = index > 0 && isFollowedByEmptyRegex(tokens[index - 1])
      reportExpected(
        "a string, a regular expression or a hex pattern",
        notes: isComment ? ["`//` begins a comment; a regular expression cannot be empty."] : [])
      skipToPattern()
      return nil
    }
    var modifiers: [PatternModifier] = []
    parseModifiers(of: value, into: &modifiers)
    return PatternDeclaration(
      identifier: identifier, value: value, modifiers: modifiers,
      range: rangeToHere(from: identifier.range))
  }

  /// Is `//` or `/*` what stands after this token?
  private func isFollowedByEmptyRegex(_ token: Token) -> Bool {
    var place = Int(token.end)
    while place < bytes.count, bytes[place] == 0x20 || bytes[place] == 0x09 { place += 1 }
    return place + 1 < bytes.count && bytes[place] == UInt8(ascii: "/")
      && bytes[place + 1] == UInt8(ascii: "/")
  }

  // MARK: - Modifiers

  private func parseModifiers(
    of value: PatternValue, into modifiers: inout [PatternModifier]
  ) {
    while true {
      let token = current
      let place = range(token)
      let modifier: PatternModifier.Kind
      switch token.kind {
      case .ascii: modifier = .ascii
      case .wide: modifier = .wide
      case .nocase: modifier = .nocase
      case .fullword: modifier = .fullword
      // `private rule` begins the next rule of a file whose closing brace is missing.
      case .private where !isAtTopLevelStart(): modifier = .isPrivate
      case .xor:
        advance()
        guard let keys = parseXorKeys() else { continue }
        accept(
          PatternModifier(
            kind: .xor(low: keys.low, high: keys.high), range: rangeToHere(from: place)),
          word: "xor", value, &modifiers)
        continue
      case .base64, .base64wide:
        advance()
        let alphabet = parseBase64Alphabet()
        accept(
          PatternModifier(
            kind: token.kind == .base64
              ? .base64(alphabet: alphabet) : .base64wide(alphabet: alphabet),
            range: rangeToHere(from: place)), word: spelling(token), value, &modifiers)
        continue
      case .identifier
      where index > 0 && tokens[index - 1].end == token.start
        && tokens[index - 1].kind == .regex:
        reportExpected("a modifier")
        advance()
        continue
      // A misspelt `condition:`.
      case .identifier where kind(ahead: 1) == .colon: return
      case .identifier where kind(ahead: 1) != .assign:
        let near = Spelling.nearest(to: spelling(token), in: Self.modifierWords)
        report(
          Diagnostic(
            .invalidModifier, "unknown modifier `\(spelling(token))`", at: place,
            notes: near.map { ["Did you mean `\($0)`?"] } ?? [Self.modifierNote],
            fixes: near.map { [Diagnostic.Fix(place, $0)] } ?? []))
        advance()
        if kind == .leftParenthesis { skipParentheses() }
        continue
      default: return
      }
      advance()
      accept(
        PatternModifier(kind: modifier, range: place), word: spelling(token), value, &modifiers)
    }
  }

  private static let modifierWords = [
    "ascii", "wide", "nocase", "fullword", "private", "xor", "base64", "base64wide",
  ]
  private static let modifierNote =
    "The modifiers are `ascii`, `wide`, `nocase`, `fullword`, `private`, `xor`, `base64` and `base64wide`."

  /// Adds a modifier if the pattern may have it beside those it has.
  private func accept(
    _ modifier: PatternModifier, word: String, _ value: PatternValue,
    _ modifiers: inout [PatternModifier]
  ) {
    if let kind = Self.nameOfKindRefusing(modifier.kind, value) {
      sink.report(
        Diagnostic(
          .invalidModifier, "`\(word)` cannot be applied to a \(kind)", at: modifier.range,
          notes: [
            kind == "hex pattern"
              ? "A hex pattern can only be `private`."
              : "A regular expression can be `ascii`, `wide`, `nocase`, `fullword` and `private`."
          ]))
      return
    }
    for earlier in modifiers {
      let other = Self.word(of: earlier.kind)
      if other == word {
        sink.report(
          Diagnostic(
            .duplicateModifier, "duplicate modifier `\(word)`",
            labels: [.init(modifier.range, "second time"), .init(earlier.range, "first time")]))
        return
      }
      if Self.conflict(word, other) {
        sink.report(
          Diagnostic(
            .modifierConflict, "`\(other)` and `\(word)` cannot be used together",
            labels: [
              .init(earlier.range, "`\(other)` is here"), .init(modifier.range, "`\(word)` is here"),
            ]))
        return
      }
    }
    modifiers.append(modifier)
  }

  /// The kind of a pattern that cannot have this modifier.
  private static func nameOfKindRefusing(
    _ modifier: PatternModifier.Kind, _ value: PatternValue
  ) -> String? {
    switch (value, modifier) {
    case (.text, _), (_, .isPrivate): nil
    case (.hex, _): "hex pattern"
    case (.regex, .xor), (.regex, .base64), (.regex, .base64wide): "regular expression"
    case (.regex, _): nil
    }
  }

  private static func conflict(_ a: String, _ b: String) -> Bool {
    func isPair(_ one: String, _ others: Set<String>) -> Bool {
      (a == one && others.contains(b)) || (b == one && others.contains(a))
    }
    return isPair("xor", ["nocase", "base64", "base64wide"])
      || isPair("base64", ["nocase", "fullword"]) || isPair("base64wide", ["nocase", "fullword"])
  }

  static func word(of kind: PatternModifier.Kind) -> String {
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

  /// `(k)`, `(a-b)`, or nothing for every key. Nil after an error that leaves no keys.
  private func parseXorKeys() -> (low: UInt8, high: UInt8)? {
    guard take(.leftParenthesis) != nil else { return (0, 255) }
    let start = currentRange
    guard let low = parseXorKey() else {
      skipParentheses(isInside: true)
      return nil
    }
    var high = low
    if take(.minus) != nil {
      guard let key = parseXorKey() else {
        skipParentheses(isInside: true)
        return nil
      }
      high = key
    }
    let range = rangeToHere(from: start)
    if expect(.rightParenthesis, "after the keys of `xor`") == nil {
      skipParentheses(isInside: true)
    }
    for key in Set([low, high]) where key > 255 {
      sink.report(
        Diagnostic(
          .invalidXorRange, "a key of `xor` must be between 0 and 255", at: range,
          "\(key) is not"))
      return nil
    }
    if low > high {
      sink.report(
        Diagnostic(
          .invalidXorRange, "the first key of `xor` is greater than the last", at: range,
          notes: ["Write `xor(\(high)-\(low))`."]))
      return nil
    }
    return (UInt8(truncatingIfNeeded: low), UInt8(truncatingIfNeeded: high))
  }

  private func parseXorKey() -> UInt64? {
    guard let token = take(.integer) else {
      reportExpected("a key between 0 and 255")
      return nil
    }
    return decodeInteger(token)
  }

  private func parseBase64Alphabet() -> [UInt8]? {
    guard take(.leftParenthesis) != nil else { return nil }
    guard let token = take(.text) else {
      reportExpected("an alphabet of 64 characters in quotes")
      skipParentheses(isInside: true)
      return nil
    }
    let alphabet = decodeText(token)
    if expect(.rightParenthesis, "after the alphabet") == nil { skipParentheses(isInside: true) }
    return alphabet
  }

  /// To behind the `)` of a modifier whose arguments are wrong, not past what begins a new thing.
  private func skipParentheses(isInside: Bool = false) {
    if !isInside { advance() }
    while kind != .rightParenthesis, kind != .patternName, kind != .rightBrace, kind != .endOfFile,
      !isAtSectionStart(), !isAtTopLevelStart()
    {
      advance()
    }
    _ = take(.rightParenthesis)
  }
}
