/// The reserved words of YARA 4.5 and YARA-X. `include` and `with` are not among them: YARA lets
/// them be names, so the parser tells them by what follows.
enum KeywordTables {
  static let words: [(String, TokenKind)] = [
    ("all", .all), ("and", .and), ("any", .any), ("ascii", .ascii), ("at", .at),
    ("base64", .base64), ("base64wide", .base64wide), ("condition", .condition),
    ("contains", .contains), ("defined", .defined), ("endswith", .endswith),
    ("entrypoint", .entrypoint), ("false", .false), ("filesize", .filesize), ("for", .for),
    ("fullword", .fullword), ("global", .global), ("icontains", .icontains),
    ("iendswith", .iendswith), ("iequals", .iequals), ("import", .import), ("in", .in),
    ("istartswith", .istartswith), ("matches", .matches), ("meta", .meta), ("nocase", .nocase),
    ("none", .none), ("not", .not), ("of", .of), ("or", .or), ("private", .private),
    ("rule", .rule), ("startswith", .startswith), ("strings", .strings), ("them", .them),
    ("true", .true), ("wide", .wide), ("xor", .xor),
  ]

  /// Words by their length, so that an identifier is compared with at most seven of them.
  private static let wordsByLength: [[(bytes: [UInt8], kind: TokenKind)]] = {
    var table: [[(bytes: [UInt8], kind: TokenKind)]] = []
    for (word, kind) in words {
      let bytes = Array(word.utf8)
      while table.count <= bytes.count { table.append([]) }
      table[bytes.count].append((bytes, kind))
    }
    return table
  }()

  static func keyword(_ bytes: [UInt8], _ start: Int, _ end: Int) -> TokenKind? {
    let length = end - start
    guard length >= 2, length < wordsByLength.count else { return nil }
    candidates: for candidate in wordsByLength[length] {
      for index in 0..<length where bytes[start + index] != candidate.bytes[index] {
        continue candidates
      }
      return candidate.kind
    }
    return nil
  }

  /// The spelling of tokens that have only one.
  static func spelling(of kind: TokenKind) -> String? {
    switch kind {
    case .leftBrace: "{"
    case .rightBrace: "}"
    case .leftParenthesis: "("
    case .rightParenthesis: ")"
    case .leftBracket: "["
    case .rightBracket: "]"
    case .colon: ":"
    case .comma: ","
    case .dot: "."
    case .dotDot: ".."
    case .assign: "="
    case .plus: "+"
    case .minus: "-"
    case .star: "*"
    case .backslash: "\\"
    case .percent: "%"
    case .ampersand: "&"
    case .pipe: "|"
    case .caret: "^"
    case .tilde: "~"
    case .less: "<"
    case .lessOrEqual: "<="
    case .greater: ">"
    case .greaterOrEqual: ">="
    case .equal: "=="
    case .notEqual: "!="
    case .shiftLeft: "<<"
    case .shiftRight: ">>"
    default: words.first { $0.1 == kind }?.0
    }
  }
}
