/// Tokens in, tree and diagnostics out: a recursive descent over the whole file, with operator
/// precedence for conditions (`RuleParser+Conditions`).
///
/// Laws: it never traps and always gives a tree; every loop consumes a token or ends; after an
/// error it goes on at the next entry, section or rule, and a token is complained about once;
/// nesting is bounded by `depthLimit`, in the recursion here and in the height of the tree.
final class RuleParser {
  /// How deep hex alternatives may nest.
  static let maximumDepth = Parser.usualDepth

  /// How deep conditions may nest, counted in operands within operands.
  let depthLimit: Int

  let text: SourceText
  let source: SourceID
  let bytes: [UInt8]
  let tokens: [Token]
  var sink: DiagnosticSink
  /// The current token; the last one is always `endOfFile`.
  var index = 0
  /// The last token an error was reported at: the parser says one thing about one token.
  var lastReported = -1
  /// Expressions being parsed around the current one.
  var depth = 0
  /// True while the quantifier of a `for` is read, where `%` may be followed by a variable.
  var isInLoopQuantifier = false
  /// True once E501 was reported in this condition: what follows from giving up is not said.
  var isTooDeep = false

  init(_ text: SourceText, depthLimit: Int = Parser.usualDepth) {
    self.depthLimit = depthLimit
    self.text = text
    var lexer = Lexer(text)
    lexer.run()
    source = lexer.source
    bytes = lexer.bytes
    tokens = lexer.tokens
    sink = lexer.sink
    openComment = lexer.openComment
    suppressingComments = lexer.suppressingComments
  }

  let openComment: SourceRange?
  let suppressingComments: [Range<Int>]

  // MARK: - Tokens

  var current: Token { tokens[index] }
  var kind: TokenKind { tokens[index].kind }

  func kind(ahead distance: Int) -> TokenKind {
    tokens[min(index + distance, tokens.count - 1)].kind
  }

  /// Moves on and returns the token left behind; stays on the end of the file.
  @discardableResult
  func advance() -> Token {
    let token = tokens[index]
    if index + 1 < tokens.count { index += 1 }
    return token
  }

  /// Takes the current token if it is of this kind.
  func take(_ kind: TokenKind) -> Token? {
    self.kind == kind ? advance() : nil
  }

  func range(_ token: Token) -> SourceRange {
    SourceRange(source: source, start: Int(token.start), end: Int(token.end))
  }

  var currentRange: SourceRange { range(current) }

  /// From a place to the end of the token before the current one.
  func rangeToHere(from start: SourceRange) -> SourceRange {
    let end = index > 0 ? tokens[index - 1].end : start.end
    return SourceRange(source: source, start: Int(start.start), end: Int(max(end, start.start)))
  }

  func spelling(_ token: Token) -> String {
    String(decoding: bytes[Int(token.start)..<Int(token.end)], as: UTF8.self)
  }

  func isWord(_ token: Token, _ word: String) -> Bool {
    token.kind == .identifier && bytes[Int(token.start)..<Int(token.end)].elementsEqual(word.utf8)
  }

  // MARK: - Errors

  /// What a diagnostic calls a token.
  func description(of token: Token) -> String {
    switch token.kind {
    case .endOfFile: return "the end of the file"
    case .text: return "a string"
    case .regex: return "a regular expression"
    case .hexPattern: return "a hex pattern"
    default:
      let text = spelling(token)
      return text.utf8.count <= 40 ? "`\(text)`" : "a long name"
    }
  }

  /// Reports unless something was already said about the current token.
  func report(_ diagnostic: Diagnostic) {
    guard lastReported < index else { return }
    lastReported = index
    if kind == .endOfFile, let openComment, !isCommentReported {
      isCommentReported = true
      sink.report(
        Diagnostic(
          .unterminatedComment, "unterminated comment", at: openComment, "no closing `*/`"))
      return
    }
    if isTooDeep { return }
    sink.report(diagnostic)
  }

  var isCommentReported = false

  /// "expected X, found Y" at the current token; words for tokens stuck to a number or a regex.
  /// - Parameter meant: words of the language that may have been meant by a misspelt one.
  func reportExpected(_ what: String, notes: [String] = [], meant words: [String] = []) {
    if lastReported >= index { return }
    var notes = notes
    var fixes: [Diagnostic.Fix] = []
    if kind == .identifier, !words.isEmpty, current.end - current.start <= 16,
      let near = Spelling.nearest(to: spelling(current), in: words)
    {
      notes.append("Did you mean `\(near)`?")
      fixes = [Diagnostic.Fix(currentRange, near)]
    }
    if sink.isFull, kind != .endOfFile {
      lastReported = index
      _ = sink.dropIfFull()
      return
    }
    let token = current
    if !token.isTerminated, token.kind != .hexPattern {
      // The lexer has complained about it.
      lastReported = index
      return
    }
    if token.kind == .identifier, index > 0, tokens[index - 1].end == token.start {
      switch tokens[index - 1].kind {
      case .integer, .float:
        return reportInvalidSuffix(token, of: tokens[index - 1])
      case .regex where tokens[index - 1].isTerminated:
        return report(
          Diagnostic(
            .invalidRegexFlag, "invalid regular expression flag `\(spelling(token))`",
            at: range(token),
            notes: ["The flags are `i` (any case) and `s` (a dot matches line ends)."]))
      default: break
      }
    }
    report(
      Diagnostic(
        .expected, "expected \(what), found \(description(of: token))", at: range(token),
        notes: notes, fixes: fixes))
  }

  private func reportInvalidSuffix(_ token: Token, of number: Token) {
    let whole = SourceRange(source: source, start: Int(number.start), end: Int(token.end))
    let suffix = spelling(token)
    var note = "The suffixes of a number are `KB` and `MB`."
    if suffix.hasPrefix("e") || suffix.hasPrefix("E") {
      note = "Numbers have no exponent; write out the zeros."
    } else if suffix.hasPrefix("X") || suffix.hasPrefix("x") {
      note = "A hexadecimal number begins with `0x` and has digits."
    }
    report(
      Diagnostic(
        .invalidNumber, "invalid number `\(spelling(number))\(suffix)`", at: whole, notes: [note]))
  }

  /// Takes a token of this kind or reports that it is missing.
  @discardableResult
  func expect(_ kind: TokenKind, _ context: String = "") -> Token? {
    if let token = take(kind) { return token }
    let name = KeywordTables.spelling(of: kind).map { "`\($0)`" } ?? "\(kind)"
    reportExpected(context.isEmpty ? name : "\(name) \(context)")
    return nil
  }

  /// An identifier; a reserved word is reported as such and taken for the name.
  func expectIdentifier(_ what: String) -> Identifier? {
    let token = current
    if token.kind == .identifier {
      advance()
      return Identifier(name: spelling(token), range: range(token))
    }
    if token.kind.isKeyword, !isStructural(token.kind) {
      report(
        Diagnostic(
          .reservedWord, "`\(spelling(token))` is a reserved word and cannot be \(what)",
          at: range(token)))
      advance()
      return Identifier(name: spelling(token), range: range(token))
    }
    reportExpected(what)
    return nil
  }

  /// Words that more likely begin the next thing than name the current one.
  private func isStructural(_ kind: TokenKind) -> Bool {
    switch kind {
    case .meta, .strings, .condition: self.kind(ahead: 1) == .colon
    case .rule, .import, .private, .global: self.kind(ahead: 1) != .assign
    default: false
    }
  }

  // MARK: - Finding the way back

  /// True where a rule, an import or an include begins.
  func isAtTopLevelStart() -> Bool {
    switch kind {
    // `rule = 1` is an entry with a bad name.
    case .rule: kind(ahead: 1) != .assign
    case .global, .private:
      switch kind(ahead: 1) {
      case .rule, .global, .private: true
      default: false
      }
    case .import: kind(ahead: 1) == .text
    case .identifier: isWord(current, "include") && kind(ahead: 1) == .text
    default: false
    }
  }

  func isAtSectionStart() -> Bool {
    switch kind {
    case .meta, .strings, .condition: kind(ahead: 1) == .colon
    default: false
    }
  }

  /// Skips to the next section, the end of the rule, the next rule, or where `isStart` says.
  func skip(to isStart: (RuleParser) -> Bool) {
    while kind != .endOfFile, kind != .rightBrace, !isAtSectionStart(), !isAtTopLevelStart(),
      !isStart(self)
    {
      advance()
    }
  }
}
