/// Rule text in, tokens and lexical diagnostics out, in one pass and linear time.
///
/// The whole text is cut before parsing, so the parser may look ahead freely. Words mean the same
/// everywhere but in hex patterns, and those are told without the parser's help: a `{` straight
/// after an `=` begins one, and no other place of the language has these two in a row. A `/` always
/// begins a comment or a regex, since division is written `\`.
///
/// What is unfinished becomes a token all the same, marked as not terminated and reported, so that
/// the parser can go on; bytes that mean nothing are reported and leave no token.
struct Lexer {
  let source: SourceID
  let bytes: [UInt8]
  private(set) var tokens: [Token] = []
  var sink = DiagnosticSink()
  /// A `/*` that nothing closes, which runs to the end of the text.
  private(set) var openComment: SourceRange?
  /// Comments that name warnings to leave out, in the order of the text.
  private(set) var suppressingComments: [Range<Int>] = []
  private var index = 0

  init(_ text: SourceText) {
    source = text.id
    bytes = text.bytes
    tokens.reserveCapacity(bytes.count / 6 + 8)
  }

  static func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }
  static func isHexDigit(_ byte: UInt8) -> Bool { isDigit(byte) || (byte | 0x20) &- 0x61 < 6 }
  static func isWordStart(_ byte: UInt8) -> Bool { (byte | 0x20) &- 0x61 < 26 || byte == 0x5F }
  static func isWord(_ byte: UInt8) -> Bool { isWordStart(byte) || isDigit(byte) }

  private func range(_ start: Int, _ end: Int) -> SourceRange {
    SourceRange(source: source, start: start, end: end)
  }

  private func peek(_ distance: Int = 1) -> UInt8? {
    let place = index + distance
    return place < bytes.count ? bytes[place] : nil
  }

  private mutating func add(_ kind: TokenKind, length: Int) {
    add(kind, from: index, to: index + length)
  }

  private mutating func add(
    _ kind: TokenKind, from start: Int, to end: Int, isTerminated: Bool = true
  ) {
    tokens.append(
      Token(
        kind: kind, isTerminated: isTerminated, start: UInt32(truncatingIfNeeded: start),
        end: UInt32(truncatingIfNeeded: end)))
    index = end
  }

  mutating func run() {
    // A byte order mark says nothing; editors on Windows write it.
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { index = 3 }
    while index < bytes.count { lexOne() }
    add(.endOfFile, from: bytes.count, to: bytes.count)
  }

  private mutating func lexOne() {
    let byte = bytes[index]
    switch byte {
    case 0x20, 0x09, 0x0A, 0x0D: index += 1
    case UInt8(ascii: "$"): lexSigil(.patternName)
    case UInt8(ascii: "#"): lexSigil(.patternCount)
    case UInt8(ascii: "@"): lexSigil(.patternOffset)
    case UInt8(ascii: "!"):
      if peek() == UInt8(ascii: "=") { add(.notEqual, length: 2) } else { lexSigil(.patternLength) }
    case UInt8(ascii: "\""): lexText()
    case UInt8(ascii: "/"): lexSlash()
    case UInt8(ascii: "{"):
      if tokens.last?.kind == .assign { lexHexPattern() } else { add(.leftBrace, length: 1) }
    case UInt8(ascii: "}"): add(.rightBrace, length: 1)
    case UInt8(ascii: "("): add(.leftParenthesis, length: 1)
    case UInt8(ascii: ")"): add(.rightParenthesis, length: 1)
    case UInt8(ascii: "["): add(.leftBracket, length: 1)
    case UInt8(ascii: "]"): add(.rightBracket, length: 1)
    case UInt8(ascii: ":"): add(.colon, length: 1)
    case UInt8(ascii: ","): add(.comma, length: 1)
    case UInt8(ascii: "."):
      if peek() == UInt8(ascii: ".") { add(.dotDot, length: 2) } else { add(.dot, length: 1) }
    case UInt8(ascii: "="):
      if peek() == UInt8(ascii: "=") { add(.equal, length: 2) } else { add(.assign, length: 1) }
    case UInt8(ascii: "<"):
      switch peek() {
      case UInt8(ascii: "="): add(.lessOrEqual, length: 2)
      case UInt8(ascii: "<"): add(.shiftLeft, length: 2)
      default: add(.less, length: 1)
      }
    case UInt8(ascii: ">"):
      switch peek() {
      case UInt8(ascii: "="): add(.greaterOrEqual, length: 2)
      case UInt8(ascii: ">"): add(.shiftRight, length: 2)
      default: add(.greater, length: 1)
      }
    case UInt8(ascii: "+"): add(.plus, length: 1)
    case UInt8(ascii: "-"): add(.minus, length: 1)
    case UInt8(ascii: "*"): add(.star, length: 1)
    case UInt8(ascii: "\\"): add(.backslash, length: 1)
    case UInt8(ascii: "%"): add(.percent, length: 1)
    case UInt8(ascii: "&"): add(.ampersand, length: 1)
    case UInt8(ascii: "|"): add(.pipe, length: 1)
    case UInt8(ascii: "^"): add(.caret, length: 1)
    case UInt8(ascii: "~"): add(.tilde, length: 1)
    case UInt8(ascii: "0")...UInt8(ascii: "9"): lexNumber()
    case _ where Self.isWordStart(byte): lexWord()
    default:
      let space = Self.wideSpaceLength(bytes, index)
      if space > 0 { index += space } else { lexUnknown() }
    }
  }

  private func endOfWord(from start: Int) -> Int {
    var end = start
    while end < bytes.count, Self.isWord(bytes[end]) { end += 1 }
    return end
  }

  private mutating func lexWord() {
    let end = endOfWord(from: index)
    add(KeywordTables.keyword(bytes, index, end) ?? .identifier, from: index, to: end)
  }

  private mutating func lexSigil(_ kind: TokenKind) {
    add(kind, from: index, to: endOfWord(from: index + 1))
  }

  // MARK: - Numbers

  /// Decimal digits with YARA-X's underscores, `0x`, `0o`, a fraction, and `KB` or `MB` after a
  /// decimal. What stands against the number without a gap is the next token, as in both engines.
  private mutating func lexNumber() {
    func digits(from start: Int, _ isDigit: (UInt8) -> Bool) -> Int {
      guard start < bytes.count, isDigit(bytes[start]) else { return start }
      var end = start
      while end < bytes.count, isDigit(bytes[end]) || bytes[end] == 0x5F { end += 1 }
      return end
    }
    if bytes[index] == 0x30, let second = peek() {
      if second == UInt8(ascii: "x") {
        let end = digits(from: index + 2, Self.isHexDigit)
        if end > index + 2 { return add(.integer, from: index, to: end) }
      } else if second == UInt8(ascii: "o") {
        let end = digits(from: index + 2) { $0 &- 0x30 < 8 }
        if end > index + 2 { return add(.integer, from: index, to: end) }
      }
    }
    var end = digits(from: index, Self.isDigit)
    if end + 1 < bytes.count, bytes[end] == UInt8(ascii: "."), bytes[end + 1] != bytes[end] {
      // YARA-X lets a fraction begin with underscores.
      var fraction = end + 1
      while fraction < bytes.count, bytes[fraction] == 0x5F { fraction += 1 }
      let fractionEnd = digits(from: fraction, Self.isDigit)
      if fractionEnd > fraction { return add(.float, from: index, to: fractionEnd) }
    }
    if end + 1 < bytes.count, bytes[end + 1] == UInt8(ascii: "B"),
      bytes[end] == UInt8(ascii: "K") || bytes[end] == UInt8(ascii: "M")
    {
      end += 2
    }
    add(.integer, from: index, to: end)
  }

  // MARK: - Texts, regexes, comments

  private mutating func lexText() {
    let quote = UInt8(ascii: "\"")
    let start = index
    // Two texts never stand side by side, so three quotes always begin a text of many lines.
    let isMultiline = peek(1) == quote && peek(2) == quote
    var end = start + (isMultiline ? 3 : 1)
    while end < bytes.count {
      let byte = bytes[end]
      if byte == UInt8(ascii: "\\"), end + 1 < bytes.count, bytes[end + 1] != 0x0A {
        end += 2
      } else if byte == 0x0A, !isMultiline {
        break
      } else if byte != quote {
        end += 1
      } else if !isMultiline {
        return add(.text, from: start, to: end + 1)
      } else if end + 2 < bytes.count, bytes[end + 1] == quote, bytes[end + 2] == quote {
        return add(.text, from: start, to: end + 3)
      } else {
        end += 1
      }
    }
    end = min(end, bytes.count)
    if !isMultiline, end > start + 1, bytes[end - 1] == 0x0D { end -= 1 }
    let opening = isMultiline ? "`\"\"\"`" : "`\"`"
    sink.report(
      Diagnostic(
        .unterminatedString, "unterminated string", at: range(start, isMultiline ? start + 3 : end),
        "no closing \(opening)",
        notes: isMultiline
          ? [] : ["A string ends on the line it begins on; `\\n` stands for a line break."]))
    add(.text, from: start, to: end, isTerminated: false)
  }

  private mutating func lexSlash() {
    switch peek() {
    case UInt8(ascii: "/"):
      let start = index
      while index < bytes.count, bytes[index] != 0x0A { index += 1 }
      noteSuppression(start..<index)
    case UInt8(ascii: "*"):
      let start = index
      if let end = endOfComment(from: start) {
        index = end
        noteSuppression(start..<end)
      } else {
        openComment = range(start, start + 2)
        index = bytes.count
      }
    default: lexRegex()
    }
  }

  private mutating func noteSuppression(_ comment: Range<Int>) {
    guard suppressingComments.count < Self.maximumSuppressions,
      !SuppressionFinder.names(in: bytes[comment]).isEmpty
    else { return }
    suppressingComments.append(comment)
  }

  /// Comments beyond this many silence nothing.
  private static let maximumSuppressions = 10_000

  /// The offset after the `*/` of the comment at `start`, nil where there is none.
  private func endOfComment(from start: Int) -> Int? {
    var end = start + 2
    while end + 1 < bytes.count {
      if bytes[end] == UInt8(ascii: "*"), bytes[end + 1] == UInt8(ascii: "/") { return end + 2 }
      end += 1
    }
    return nil
  }

  private mutating func lexRegex() {
    let start = index
    var end = start + 1
    while end < bytes.count, bytes[end] != 0x0A {
      let byte = bytes[end]
      if byte == UInt8(ascii: "\\"), end + 1 < bytes.count, bytes[end + 1] != 0x0A {
        end += 2
      } else if byte == UInt8(ascii: "/") {
        end += 1
        // YARA takes `i` then `s`, YARA-X any two of them. More letters are the next word:
        // `/a/wide` is a regex and its modifier in YARA.
        let flagsEnd = end + 2
        while end < bytes.count, end < flagsEnd,
          bytes[end] == UInt8(ascii: "i") || bytes[end] == UInt8(ascii: "s")
        {
          end += 1
        }
        return add(.regex, from: start, to: end)
      } else {
        end += 1
      }
    }
    end = min(end, bytes.count)
    if end > start + 1, bytes[end - 1] == 0x0D { end -= 1 }
    sink.report(
      Diagnostic(
        .unterminatedRegex, "unterminated regular expression", at: range(start, end),
        "no closing `/` on this line", notes: ["The sign of division is `\\`."]))
    add(.regex, from: start, to: end, isTerminated: false)
  }

  // MARK: - Hex patterns

  /// From `{` to its `}`, comments skipped. Where the `}` is missing, the token ends before what
  /// looks like the next thing of the rule, so that one forgotten brace costs one error.
  private mutating func lexHexPattern() {
    let start = index
    var end = start + 1
    /// Bytes that do not belong in a hex pattern are let through up to here: a `}` follows on the
    /// same line, so the pattern does have an end.
    var lenientUntil = 0
    while end < bytes.count {
      let byte = bytes[end]
      if byte == UInt8(ascii: "}") {
        return add(.hexPattern, from: start, to: end + 1)
      } else if byte == UInt8(ascii: "/"), end + 1 < bytes.count,
        bytes[end + 1] == UInt8(ascii: "/")
      {
        while end < bytes.count, bytes[end] != 0x0A { end += 1 }
      } else if byte == UInt8(ascii: "/"), end + 1 < bytes.count,
        bytes[end + 1] == UInt8(ascii: "*")
      {
        guard let next = endOfComment(from: end) else {
          openComment = range(end, end + 2)
          end = bytes.count
          break
        }
        end = next
      } else if Self.isWord(byte) {
        let wordEnd = endOfWord(from: end)
        if KeywordTables.keyword(bytes, end, wordEnd) != nil { break }
        if !bytes[end..<wordEnd].allSatisfy(Self.isHexWord) {
          if end >= lenientUntil {
            guard let close = closingBrace(from: wordEnd) else { break }
            lenientUntil = close
          }
        }
        end = wordEnd
      } else if Self.isHexPunctuation(byte) {
        end += 1
      } else {
        let space = Self.wideSpaceLength(bytes, end)
        if space == 0, end >= lenientUntil {
          guard let close = closingBrace(from: end) else { break }
          lenientUntil = close
        }
        end += max(1, space)
      }
    }
    while end > start + 1, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[end - 1]) { end -= 1 }
    add(.hexPattern, from: start, to: end, isTerminated: false)
  }

  private static func isHexPunctuation(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x20, 0x09, 0x0A, 0x0D, UInt8(ascii: "?"), UInt8(ascii: "~"), UInt8(ascii: "("),
      UInt8(ascii: ")"), UInt8(ascii: "|"), UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "-"):
      true
    default: false
    }
  }

  /// Also the letters of `0x` and `0o`, which jumps may hold.
  private static func isHexWord(_ byte: UInt8) -> Bool {
    isHexDigit(byte) || byte == UInt8(ascii: "x") || byte == UInt8(ascii: "o")
  }

  /// The `}` later on this line, unless something of another pattern stands before it.
  private func closingBrace(from start: Int) -> Int? {
    var place = start
    while place < bytes.count {
      switch bytes[place] {
      case UInt8(ascii: "}"): return place
      case 0x0A, UInt8(ascii: "{"), UInt8(ascii: "$"), UInt8(ascii: "="), UInt8(ascii: ":"):
        return nil
      default: place += 1
      }
    }
    return nil
  }

  // MARK: - What is left

  /// The length of one of YARA-X's Unicode spaces (U+00A0, U+1680, U+2000 to U+200A, U+202F, U+205F,
  /// U+3000), else 0.
  static func wideSpaceLength(_ bytes: [UInt8], _ index: Int) -> Int {
    if bytes[index] == 0xC2, index + 1 < bytes.count, bytes[index + 1] == 0xA0 { return 2 }
    guard bytes[index] & 0xF0 == 0xE0, index + 2 < bytes.count else { return 0 }
    switch (bytes[index], bytes[index + 1], bytes[index + 2]) {
    case (0xE2, 0x80, 0x80...0x8A), (0xE2, 0x80, 0xAF), (0xE2, 0x81, 0x9F), (0xE1, 0x9A, 0x80),
      (0xE3, 0x80, 0x80):
      return 3
    default: return 0
    }
  }

  private func isUnknown(_ byte: UInt8) -> Bool {
    if byte >= 0x80 { return true }
    switch byte {
    case 0x09, 0x0A, 0x0D: return false
    case 0..<0x20, 0x7F, UInt8(ascii: ";"), UInt8(ascii: "`"), UInt8(ascii: "'"),
      UInt8(ascii: "?"):
      return true
    default: return false
    }
  }

  /// One diagnostic for a whole run of bytes that begin no token.
  private mutating func lexUnknown() {
    let start = index
    index += 1
    while index < bytes.count, isUnknown(bytes[index]), Self.wideSpaceLength(bytes, index) == 0 {
      index += 1
    }
    if sink.dropIfFull() { return }
    let run = bytes[start..<min(index, start + 24)]
    if let broken = InvalidUTF8.firstOffset(in: bytes, from: start, to: index) {
      sink.report(
        Diagnostic(
          .invalidUTF8, "invalid UTF-8 outside of a string, regular expression or comment",
          at: range(broken, broken + 1), "byte 0x\(Hex.twoDigits(bytes[broken]))"))
      return
    }
    let shown = String(decoding: run, as: UTF8.self)
    let scalar = shown.unicodeScalars.first
    let isSingle = shown.unicodeScalars.count == 1
    let name: String
    if let scalar, scalar.value < 0x20 || scalar.value == 0x7F {
      name = "0x\(Hex.twoDigits(UInt8(truncatingIfNeeded: scalar.value)))"
    } else if isSingle, let scalar {
      name = "`\(scalar)`"
    } else {
      name = "characters"
    }
    var notes: [String] = []
    switch scalar?.value {
    case 0x201C, 0x201D, 0x2018, 0x2019, 0x27, 0x60:
      notes = ["Strings stand in straight double quotes: `\"`."]
    case 0x3B: notes = ["Nothing in a rule ends with `;`."]
    default: break
    }
    sink.report(
      Diagnostic(
        .unexpectedCharacter, "unexpected \(isSingle ? "character " : "")\(name)",
        at: range(start, index), notes: notes))
  }
}
