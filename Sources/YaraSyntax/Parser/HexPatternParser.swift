/// The bytes between `{` and `}` to a `HexPattern`. Hex patterns have words of their own, so this
/// reads the text itself instead of tokens.
///
///     sequence     = item { { jump } item }        never a jump first or last
///     item         = [~] digit digit  |  ( sequence { | sequence } )
///     jump         = [ n ]  |  [ [n] - [n] ]        n also 0x.. and 0o..
///
/// The first error ends the pattern; what was read until then is kept.
struct HexPatternParser {
  let source: SourceID
  let bytes: [UInt8]
  /// Between the braces.
  var index: Int
  let end: Int
  private(set) var problem: Diagnostic?

  init(source: SourceID, bytes: [UInt8], start: Int, end: Int) {
    self.source = source
    self.bytes = bytes
    index = start
    self.end = end
  }

  private func range(_ start: Int, _ end: Int) -> SourceRange {
    SourceRange(source: source, start: start, end: end)
  }

  private mutating func fail(
    _ code: DiagnosticCode, _ message: String, _ start: Int, _ end: Int, _ label: String = "",
    notes: [String] = []
  ) {
    if problem == nil {
      problem = Diagnostic(code, message, at: range(start, end), label, notes: notes)
    }
  }

  private mutating func skipSpace() {
    while index < end {
      let byte = bytes[index]
      if byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D {
        index += 1
      } else if byte == UInt8(ascii: "/"), index + 1 < end, bytes[index + 1] == UInt8(ascii: "/") {
        while index < end, bytes[index] != 0x0A { index += 1 }
      } else if byte == UInt8(ascii: "/"), index + 1 < end, bytes[index + 1] == UInt8(ascii: "*") {
        index += 2
        while index < end {
          if bytes[index] == UInt8(ascii: "*"), index + 1 < end,
            bytes[index + 1] == UInt8(ascii: "/")
          {
            break
          }
          index += 1
        }
        index = min(end, index + 2)
      } else {
        let space = Lexer.wideSpaceLength(bytes, index)
        if space == 0 { return }
        index += space
      }
    }
  }

  /// The whole pattern; reports what stands where it should have ended.
  mutating func parse() -> [HexToken] {
    let start = index
    skipSpace()
    if index >= end {
      fail(.emptyPattern, "the hex pattern is empty", start - 1, end + 1)
      return []
    }
    let tokens = parseSequence(depth: 0)
    if problem == nil, index < end {
      switch bytes[index] {
      case UInt8(ascii: ")"):
        fail(.invalidHexPattern, "unexpected `)`", index, index + 1, "no `(` is open")
      default:
        fail(
          .invalidHexPattern, "unexpected `|`", index, index + 1,
          "alternatives stand in parentheses")
      }
    }
    return tokens
  }

  private mutating func parseSequence(depth: Int) -> [HexToken] {
    var tokens: [HexToken] = []
    while problem == nil {
      skipSpace()
      guard index < end else { break }
      let byte = bytes[index]
      if byte == UInt8(ascii: ")") || byte == UInt8(ascii: "|") { break }
      if byte == UInt8(ascii: "(") {
        if let token = parseAlternatives(depth: depth) { tokens.append(token) }
      } else if byte == UInt8(ascii: "[") {
        if tokens.isEmpty {
          fail(
            .invalidJump,
            depth == 0
              ? "a hex pattern cannot begin with a jump"
              : "an alternative cannot begin with a jump",
            index, index + 1, "expected a byte")
        } else if let token = parseJump() {
          tokens.append(token)
        }
      } else if let token = parseByte() {
        tokens.append(token)
      }
    }
    guard problem == nil else { return tokens }
    if case .jump? = tokens.last?.kind, let last = tokens.last {
      fail(
        .invalidJump,
        depth == 0
          ? "a hex pattern cannot end with a jump" : "an alternative cannot end with a jump",
        Int(last.range.start), Int(last.range.end), "a byte must follow")
    } else if tokens.isEmpty {
      fail(
        .invalidHexPattern, "an alternative is empty", index, min(index + 1, end), "expected a byte"
      )
    }
    return tokens
  }

  // MARK: - Bytes

  private mutating func parseByte() -> HexToken? {
    let start = index
    let isNegated = bytes[index] == UInt8(ascii: "~")
    if isNegated { index += 1 }
    guard index < end, let high = nibble(bytes[index]) else {
      if isNegated {
        fail(
          .invalidHexPattern, "`~` must stand directly before a byte", start, start + 1)
      } else {
        failUnexpected()
      }
      return nil
    }
    guard index + 1 < end, let low = nibble(bytes[index + 1]) else {
      fail(
        .invalidHexPattern, "a byte needs two digits", start, index + 1,
        "one digit is missing", notes: ["A `?` stands for any digit."])
      return nil
    }
    index += 2
    let mask = high.mask << 4 | low.mask
    if isNegated, mask == 0 {
      fail(.invalidHexPattern, "`~??` matches nothing", start, index, "any byte cannot be negated")
      return nil
    }
    return HexToken(
      kind: .byte(value: high.value << 4 | low.value, mask: mask, negated: isNegated),
      range: range(start, index))
  }

  private func nibble(_ byte: UInt8) -> (value: UInt8, mask: UInt8)? {
    if byte == UInt8(ascii: "?") { return (0, 0) }
    return Hex.value(byte).map { ($0, 0xF) }
  }

  private mutating func failUnexpected() {
    var last = index + 1
    while last < end, bytes[last] & 0xC0 == 0x80 { last += 1 }
    if Lexer.isWordStart(bytes[index]) {
      while last < end, Lexer.isWord(bytes[last]) { last += 1 }
    }
    let shown = String(decoding: bytes[index..<min(last, index + 24)], as: UTF8.self)
    let byte = bytes[index]
    let isPrintable = byte >= 0x20 && byte != 0x7F
    fail(
      .invalidHexPattern,
      "unexpected \(isPrintable ? "`\(shown)`" : "byte 0x\(Hex.twoDigits(byte))") in a hex pattern",
      index, last, "expected a byte, a jump or `}`")
  }

  // MARK: - Alternatives

  private mutating func parseAlternatives(depth: Int) -> HexToken? {
    let start = index
    guard depth < RuleParser.maximumDepth else {
      fail(
        .tooDeep, "alternatives nest too deep", start, start + 1,
        "at most \(RuleParser.maximumDepth) levels")
      return nil
    }
    index += 1
    var branches: [[HexToken]] = []
    while problem == nil {
      branches.append(parseSequence(depth: depth + 1))
      guard problem == nil else { return nil }
      guard index < end else {
        fail(
          .invalidHexPattern, "the alternatives are not closed", start, start + 1, "no closing `)`")
        return nil
      }
      let separator = bytes[index]
      index += 1
      if separator == UInt8(ascii: ")") {
        return HexToken(kind: .alternatives(branches), range: range(start, index))
      }
    }
    return nil
  }

  // MARK: - Jumps

  private mutating func parseJump() -> HexToken? {
    let start = index
    index += 1
    skipJumpSpace()
    guard let low = parseBound() else { return nil }
    skipJumpSpace()
    var high = low.value
    var isRange = false
    if index < end, bytes[index] == UInt8(ascii: "-") {
      isRange = true
      index += 1
      skipJumpSpace()
      guard let bound = parseBound() else { return nil }
      high = bound.value
      skipJumpSpace()
    }
    guard index < end, bytes[index] == UInt8(ascii: "]") else {
      if problem == nil {
        fail(
          .invalidJump, "a jump is `[n]`, `[n-m]`, `[n-]` or `[-]`", start, min(index + 1, end),
          "expected `]`")
      }
      return nil
    }
    index += 1
    if !isRange {
      guard let length = low.value else {
        fail(.invalidJump, "the jump has no length", start, index)
        return nil
      }
      guard length > 0 else {
        fail(.invalidJump, "a jump of length zero", start, index, "remove it")
        return nil
      }
    } else if let high, let low = low.value, low > high {
      fail(
        .invalidJump, "the jump's lower bound is greater than its upper bound", start, index,
        notes: ["Write `[\(high)-\(low)]`."])
      return nil
    }
    return HexToken(kind: .jump(low: low.value ?? 0, high: high), range: range(start, index))
  }

  private mutating func skipJumpSpace() {
    while index < end {
      let space =
        [0x20, 0x09, 0x0A, 0x0D].contains(bytes[index]) ? 1 : Lexer.wideSpaceLength(bytes, index)
      if space == 0 { return }
      index += space
    }
  }

  private struct Bound {
    /// Nil where no digit stands.
    var value: Int?
  }

  /// A bound, perhaps an absent one; nil after an error.
  private mutating func parseBound() -> Bound? {
    let start = index
    var radix = 10
    if index + 2 < end, bytes[index] == 0x30 {
      if bytes[index + 1] == UInt8(ascii: "x") { radix = 16 }
      if bytes[index + 1] == UInt8(ascii: "o") { radix = 8 }
      if radix != 10 { index += 2 }
    }
    var value = 0
    let digits = index
    while index < end, let digit = Hex.value(bytes[index]), Int(digit) < radix {
      let (product, isLarge) = value.multipliedReportingOverflow(by: radix)
      let (sum, isLarger) = product.addingReportingOverflow(Int(digit))
      value = isLarge || isLarger ? Int.max : sum
      index += 1
    }
    if index == digits {
      index = start
      return Bound(value: nil)
    }
    if value > Int(UInt32.max) {
      // YARA-X refuses it; YARA keeps the low 32 bits and refuses what is negative then.
      let low = Int(Int32(truncatingIfNeeded: value))
      guard low >= 0, radix == 10 else {
        fail(.invalidJump, "the jump is too large", start, index, "at most 4294967295")
        return nil
      }
      value = low
    }
    return Bound(value: value)
  }
}

extension RuleParser {
  func parseHexPattern(_ token: Token) -> HexPattern {
    let end = Int(token.end) - (token.isTerminated ? 1 : 0)
    let place = range(token)
    var parser = HexPatternParser(
      source: source, bytes: bytes, start: Int(token.start) + 1, end: max(end, Int(token.start) + 1)
    )
    var tokens = parser.parse()
    if let openComment, !token.isTerminated, openComment.start >= token.start {
      if !isCommentReported {
        isCommentReported = true
        sink.report(
          Diagnostic(
            .unterminatedComment, "unterminated comment", at: openComment, "no closing `*/`"))
      }
    } else if !token.isTerminated {
      sink.report(
        Diagnostic(
          .invalidHexPattern, "the hex pattern is not closed",
          labels: [
            .init(
              SourceRange(source: source, start: Int(token.end), end: Int(token.end)),
              "expected `}`"),
            .init(
              SourceRange(source: source, start: Int(token.start), end: Int(token.start) + 1),
              "opened here"),
          ]))
    } else if let problem = parser.problem {
      sink.report(problem)
    }
    // Consumers may rely on at least one token, also where the text had none.
    if tokens.isEmpty {
      tokens = [HexToken(kind: .byte(value: 0, mask: 0, negated: false), range: place)]
    }
    return HexPattern(tokens: tokens, range: place)
  }
}
