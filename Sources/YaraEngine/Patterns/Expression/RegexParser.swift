internal import YaraSyntax

/// Why a regex was refused: the place is a range of indices into the literal's pattern.
struct RegexSyntaxError: Error {
  var message: String
  var lower: Int
  var upper: Int
  var code: RegexSyntaxErrorKind = .invalid
  var notes: [String] = []
}

enum RegexSyntaxErrorKind { case invalid, tooDeep, tooLarge }

/// A regex as understood, with what decides about its greediness.
struct ParsedRegex {
  var node: PatternNode
  /// Every quantifier in order of text: its greediness and its place in the pattern.
  var quantifiers: [(isGreedy: Bool, lower: Int, upper: Int)]
  /// Escapes of letters that mean nothing, in order of text.
  var unknownEscapes: [(lower: Int, upper: Int)] = []

  /// true where all are greedy, false where none is, nil where there are none or both kinds.
  var greediness: Bool? {
    guard let first = quantifiers.first?.isGreedy else { return nil }
    return quantifiers.allSatisfy { $0.isGreedy == first } ? first : nil
  }

  var mixesGreediness: Bool { greediness == nil && !quantifiers.isEmpty }
}

/// What a regex is for.
enum RegexUse {
  /// A pattern, searched in files: `^` of `(?m)` stands at lines that end with LF, CR or both, and
  /// matching nothing is refused where YARA refuses it too.
  case pattern
  /// The right side of `matches`, an argument of a function: lines end with LF.
  case condition
}

/// From the text between the slashes to a `PatternNode`.
///
/// Two grammars: YARA-X's (`RustRegexParser`) and YARA's (`YaraRegexParser`). The dialect's own is
/// tried first and the other one where that refuses, so that what either engine accepts is
/// accepted, and means what the engine that accepts it says.
enum RegexParser {
  /// Nested groups and classes; `regex-syntax` allows 250.
  static let maximumDepth = 400

  static func parse(
    _ pattern: [UInt8], caseInsensitive: Bool, dotMatchesNewline: Bool, dialect: Dialect,
    use: RegexUse
  ) throws(RegexSyntaxError) -> ParsedRegex {
    func parseAs(_ dialect: Dialect) throws(RegexSyntaxError) -> ParsedRegex {
      switch dialect {
      case .yaraX:
        var parser = RustRegexParser(
          pattern, caseInsensitive: caseInsensitive, dotMatchesNewline: dotMatchesNewline, use: use)
        var parsed = try parser.parse()
        // In YARA-X texts alone are searched for as such, in either case whatever flags within them say.
        if use == .pattern, caseInsensitive, let literals = parsed.node.literalAlternatives {
          parsed.node = .choice(
            literals.map { .sequence($0.map { literal($0, caseInsensitive: true) }) })
        }
        if use == .pattern, parsed.node.minimumLength == 0 {
          throw RegexSyntaxError(
            message: "it matches the empty text, and so everywhere", lower: 0, upper: pattern.count)
        }
        return parsed
      case .yara:
        var parser = YaraRegexParser(
          pattern, caseInsensitive: caseInsensitive, dotMatchesNewline: dotMatchesNewline)
        return try parser.parse()
      }
    }
    do {
      let parsed = try parseAs(dialect)
      // Where only the other grammar does not mix greedy and lazy, only its engine accepts it.
      if use == .pattern, parsed.mixesGreediness,
        let other = try? parseAs(dialect == .yaraX ? .yara : .yaraX), !other.mixesGreediness
      {
        return other
      }
      return parsed
    } catch {
      do { return try parseAs(dialect == .yaraX ? .yara : .yaraX) } catch _ { throw error }
    }
  }

  /// A repetition, simplified as `regex-syntax` does it.
  static func repetition(_ item: PatternNode, min: Int, max: Int?, isGreedy: Bool) -> PatternNode {
    if max == 0 { return .empty }
    if min == 1, max == 1 { return item }
    if item == .empty { return .empty }
    // Turns that read nothing are all alike.
    if item.maximumLength == 0 {
      return min > 0 ? item : .repetition(item, min: 0, max: 1, isGreedy: isGreedy)
    }
    return .repetition(item, min: min, max: max, isGreedy: isGreedy)
  }

  static func hexValue(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 0x30...0x39: byte - 0x30
    case 0x41...0x46: byte - 0x37
    case 0x61...0x66: byte - 0x57
    default: nil
    }
  }

  /// A byte, in either case where case does not matter.
  static func literal(_ byte: UInt8, caseInsensitive: Bool) -> PatternNode {
    if caseInsensitive, ByteSet.letters.contains(byte) { return .set(ByteSet(byte).caseFolded) }
    return .bytes([byte])
  }
}
