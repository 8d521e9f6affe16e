/// YARA's own regex grammar, byte by byte: no `(?`, no nested classes, one quantifier an atom, and
/// nothing to repeat is an error. An unknown escape is the character itself, and a `{` that begins no
/// quantifier is a `{`.
///
///     regex   = branch { "|" branch }  [ "|" ]
///     branch  = { atom [quantifier] | "^" | "$" | \b | \B }+
struct YaraRegexParser {
  private let pattern: [UInt8]
  private var position = 0
  private let caseInsensitive: Bool
  private let dotMatchesNewline: Bool
  private var quantifiers: [(isGreedy: Bool, lower: Int, upper: Int)] = []
  private var unknownEscapes: [(lower: Int, upper: Int)] = []
  private var depth = 0

  /// YARA's largest repeat count; `{n,}` is `{n,32767}`.
  private static let maximumCount = 32767

  init(_ pattern: [UInt8], caseInsensitive: Bool, dotMatchesNewline: Bool) {
    self.pattern = pattern
    self.caseInsensitive = caseInsensitive
    self.dotMatchesNewline = dotMatchesNewline
  }

  mutating func parse() throws(RegexSyntaxError) -> ParsedRegex {
    let node = try parseAlternation()
    if position < pattern.count { throw error("unopened group", from: position) }
    return ParsedRegex(node: node, quantifiers: quantifiers, unknownEscapes: unknownEscapes)
  }

  private var byte: UInt8? { position < pattern.count ? pattern[position] : nil }
  private func byte(ahead: Int) -> UInt8? {
    position + ahead < pattern.count ? pattern[position + ahead] : nil
  }
  private func error(_ message: String, from lower: Int) -> RegexSyntaxError {
    RegexSyntaxError(
      message: message, lower: lower, upper: max(lower, min(pattern.count, max(position, lower + 1))))
  }

  private mutating func parseAlternation() throws(RegexSyntaxError) -> PatternNode {
    depth += 1
    defer { depth -= 1 }
    guard depth <= RegexParser.maximumDepth else {
      throw RegexSyntaxError(
        message: "groups are nested too deep", lower: position, upper: position + 1, code: .tooDeep)
    }
    var branches: [PatternNode] = [try parseSequence()]
    while byte == 0x7C {
      position += 1
      // A branch may be empty behind another one, so that `a||b` is `a||` and `b`: an error.
      if byte == nil || byte == 0x29 || byte == 0x7C {
        branches.append(.empty)
        if byte == 0x7C { continue }
        break
      }
      branches.append(try parseSequence())
    }
    let choice = PatternNode.choice(branches)
    // `(a|b)` is no `[ab]` to YARA, which begins at its bytes: an alternation of one tells them apart.
    let isOfBytes = branches.allSatisfy { if case .bytes = $0 { true } else { false } }
    if case .set = choice, isOfBytes { return .alternation([choice]) }
    return choice
  }

  private mutating func parseSequence() throws(RegexSyntaxError) -> PatternNode {
    var items: [PatternNode] = []
    let start = position
    while let next = byte, next != 0x7C, next != 0x29 {
      switch next {
      case 0x5E: items.append(.look(.start))
      case 0x24: items.append(.look(.end))
      case 0x5C where byte(ahead: 1) == UInt8(ascii: "b"):
        position += 1
        items.append(.look(.wordBoundary))
      case 0x5C where byte(ahead: 1) == UInt8(ascii: "B"):
        position += 1
        items.append(.look(.notWordBoundary))
      default:
        let start = position
        items.append(try parseQuantifier(of: try parseAtom(), from: start))
        continue
      }
      position += 1
    }
    guard position > start else { throw error("nothing stands here", from: start) }
    return PatternNode.sequence(items)
  }

  private mutating func parseQuantifier(
    of item: PatternNode, from start: Int
  ) throws(RegexSyntaxError) -> PatternNode {
    var low = 0
    var high: Int?
    switch byte {
    case 0x2A: position += 1
    case 0x2B:
      position += 1
      low = 1
    case 0x3F:
      position += 1
      high = 1
    case 0x7B:
      guard let range = try parseCounts() else { return item }
      (low, high) = (range.low, range.high)
    default: return item
    }
    var isGreedy = true
    if byte == 0x3F {
      position += 1
      isGreedy = false
    }
    quantifiers.append((isGreedy, start, position))
    return RegexParser.repetition(item, min: low, max: high, isGreedy: isGreedy)
  }

  /// `{n}`, `{n,}`, `{,m}`, `{n,m}`, `{,}` with blanks around the comma; nil (and nothing consumed)
  /// where the brace is none of these.
  private mutating func parseCounts() throws(RegexSyntaxError) -> (low: Int, high: Int?)? {
    var place = position + 1
    func number() -> Int? {
      var value: Int?
      while place < pattern.count, pattern[place] >= 0x30, pattern[place] <= 0x39 {
        value = min((value ?? 0) * 10 + Int(pattern[place] - 0x30), 1_000_000)
        place += 1
      }
      return value
    }
    func skipBlanks() { while place < pattern.count, pattern[place] == 0x20 { place += 1 } }
    let first = number()
    var high = first
    if place < pattern.count, pattern[place] == 0x7D {
      guard first != nil else { return nil }
    } else {
      skipBlanks()
      guard place < pattern.count, pattern[place] == 0x2C else { return nil }
      place += 1
      skipBlanks()
      high = number()
      guard place < pattern.count, pattern[place] == 0x7D else { return nil }
    }
    let start = position
    position = place + 1
    if let high, high > Self.maximumCount || (first ?? 0) > high {
      throw error(high > Self.maximumCount ? "the repeat count is too large" : "bad repeat count",
        from: start)
    }
    guard first ?? 0 <= Self.maximumCount else { throw error("bad repeat count", from: start) }
    return (first ?? 0, high)
  }

  private mutating func parseAtom() throws(RegexSyntaxError) -> PatternNode {
    let start = position
    guard let next = byte else { return .empty }
    position += 1
    switch next {
    case 0x28:
      let inner = try parseAlternation()
      guard byte == 0x29 else { throw error("unclosed group", from: start) }
      position += 1
      return inner.captured
    case 0x5B: return .set(try parseClass(from: start))
    case 0x2E: return .set(dotMatchesNewline ? .all : .allButNewline)
    case 0x2A, 0x2B, 0x3F: throw error("there is nothing to repeat here", from: start)
    case 0x7B:
      position = start
      if try parseCounts() != nil { throw error("there is nothing to repeat here", from: start) }
      position = start + 1
      return .bytes([next])
    case 0x5C:
      if let set = classEscape(byte) {
        position += 1
        return .set(set)
      }
      if let digit = byte, ByteSet.digits.contains(digit) {
        position += 1
        throw error("backreferences are not supported", from: start)
      }
      return RegexParser.literal(try parseEscape(from: start), caseInsensitive: caseInsensitive)
    default: return RegexParser.literal(next, caseInsensitive: caseInsensitive)
    }
  }

  private func classEscape(_ letter: UInt8?) -> ByteSet? {
    switch letter {
    case UInt8(ascii: "w"): .word
    case UInt8(ascii: "W"): ByteSet.word.inverted
    case UInt8(ascii: "s"): .space
    case UInt8(ascii: "S"): ByteSet.space.inverted
    case UInt8(ascii: "d"): .digits
    case UInt8(ascii: "D"): ByteSet.digits.inverted
    default: nil
    }
  }

  /// Behind the backslash.
  private mutating func parseEscape(from start: Int) throws(RegexSyntaxError) -> UInt8 {
    guard let character = byte else { throw error("the pattern ends with a backslash", from: start) }
    position += 1
    switch character {
    case UInt8(ascii: "n"): return 0x0A
    case UInt8(ascii: "t"): return 0x09
    case UInt8(ascii: "r"): return 0x0D
    case UInt8(ascii: "f"): return 0x0C
    case UInt8(ascii: "a"): return 0x07
    case UInt8(ascii: "x"):
      guard let high = byte.flatMap(RegexParser.hexValue),
        let low = byte(ahead: 1).flatMap(RegexParser.hexValue)
      else { throw error("2 hexadecimal digits are expected", from: start) }
      position += 2
      return high << 4 | low
    default:
      if ByteSet.letters.contains(character) { unknownEscapes.append((start, position)) }
      return character
    }
  }

  /// Behind the `[`.
  private mutating func parseClass(from start: Int) throws(RegexSyntaxError) -> ByteSet {
    var set = ByteSet()
    let isNegated = byte == 0x5E
    if isNegated { position += 1 }
    if byte == 0x5D {
      set.insert(0x5D)
      position += 1
    }
    while let next = byte {
      if next == 0x5D {
        position += 1
        if caseInsensitive { set = set.caseFolded }
        return isNegated ? set.inverted : set
      }
      let item = position
      if let range = try parseRange(from: item) {
        set.insert(range)
      } else if next == 0x5C {
        position += 1
        if let escaped = classEscape(byte) {
          position += 1
          set = set.union(escaped)
        } else {
          set.insert(try parseEscape(from: item))
        }
      } else {
        position += 1
        guard next >= 0x20, next < 0x7F else {
          throw error("only printable ASCII characters are allowed in a class", from: item)
        }
        set.insert(next)
      }
    }
    throw RegexSyntaxError(message: "unclosed class", lower: start, upper: start + 1)
  }

  /// A range: its bounds are any characters or escapes, of which `\d` is the letter d.
  private mutating func parseRange(
    from start: Int
  ) throws(RegexSyntaxError) -> ClosedRange<UInt8>? {
    let width: Int
    if byte != 0x5C {
      width = 1
    } else if byte(ahead: 1) == UInt8(ascii: "x"),
      byte(ahead: 2).flatMap(RegexParser.hexValue) != nil,
      byte(ahead: 3).flatMap(RegexParser.hexValue) != nil
    {
      width = 4
    } else {
      width = 2
    }
    guard byte(ahead: width) == 0x2D, let last = byte(ahead: width + 1), last != 0x5D else {
      return nil
    }
    var low = byte ?? 0
    position += 1
    if low == 0x5C { low = try parseEscape(from: start) }
    position = start + width + 2
    var high = last
    if high == 0x5C { high = try parseEscape(from: start) }
    guard low <= high else { throw error("bad range: its bounds are reversed", from: start) }
    return low...high
  }
}
