/// A word or sign of rule text. White space and comments leave no token.
enum TokenKind: UInt8, Sendable {
  case endOfFile
  case identifier
  /// `12`, `0x1F`, `0o17`, `4KB`, `1_000`.
  case integer
  case float
  /// `"..."` or `"""..."""`.
  case text
  /// `/.../flags`.
  case regex
  /// `{ ... }` after an `=`.
  case hexPattern
  /// `$a`, `$`.
  case patternName
  /// `#a`, `#`.
  case patternCount
  /// `@a`, `@`.
  case patternOffset
  /// `!a`, `!`.
  case patternLength

  case leftBrace, rightBrace, leftParenthesis, rightParenthesis, leftBracket, rightBracket
  case colon, comma, dot, dotDot, assign
  case plus, minus, star, backslash, percent, ampersand, pipe, caret, tilde
  case less, lessOrEqual, greater, greaterOrEqual, equal, notEqual, shiftLeft, shiftRight

  case all, and, any, ascii, at, base64, base64wide, condition, contains, defined, endswith
  case entrypoint, `false`, filesize, `for`, fullword, global, icontains, iendswith, iequals
  case `import`, `in`, istartswith, matches, meta, nocase, none, not, of, or, `private`, rule
  case startswith, strings, them, `true`, wide, xor

  var isKeyword: Bool { rawValue >= TokenKind.all.rawValue }
}

/// A token's kind and its place; what it means is read from the bytes when it is asked for.
struct Token: Sendable {
  var kind: TokenKind
  /// False for a text, regex or hex pattern that has no end; the lexer has then reported it
  /// (for hex patterns the hex parser does).
  var isTerminated: Bool
  var start: UInt32
  var end: UInt32
}
