/// `[...]`, with nested classes, POSIX names and the set operations `&&`, `--`, `~~`; `\p{...}`.
extension RustRegexParser {
  /// The largest value of a class: byte or scalar.
  var universe: UInt32 { flags.isUnicode ? ScalarSet.largestScalar : 0xFF }

  mutating func node(_ set: ScalarSet) throws(RegexSyntaxError) -> PatternNode {
    flags.isUnicode ? try classes.node(of: set, at: position) : .set(set.byteSet)
  }

  private mutating func folded(_ set: ScalarSet) -> ScalarSet {
    guard flags.caseInsensitive else { return set }
    return flags.isUnicode ? classes.folded(set) : set.asciiCaseFolded
  }

  /// `[...]`, with the bracket at `position`.
  mutating func parseClass() throws(RegexSyntaxError) -> ScalarSet {
    depth += 1
    defer { depth -= 1 }
    let start = position
    guard depth <= RegexParser.maximumDepth else {
      throw RegexSyntaxError(
        message: "classes are nested too deep", lower: start, upper: start + 1, code: .tooDeep)
    }
    position += 1
    skipSpace()
    let isNegated = byte == 0x5E
    if isNegated {
      position += 1
      skipSpace()
    }
    var ranges: [ClosedRange<UInt32>] = []
    /// The left side of `&&`, `--`, `~~` with the operator.
    var pending: (ScalarSet, UInt8)?
    func combined(_ set: ScalarSet) -> ScalarSet {
      guard let pending else { return set }
      let others = set.inverted(through: universe)
      switch pending.1 {
      case UInt8(ascii: "&"): return pending.0.intersection(set)
      case UInt8(ascii: "-"): return pending.0.intersection(others)
      default:
        let left = pending.0
        return left.intersection(others).union(
          left.inverted(through: universe).intersection(set))
      }
    }
    // Dashes or a bracket that stand first are themselves.
    while byte == 0x2D {
      ranges = [0x2D...0x2D]
      position += 1
      skipSpace()
    }
    if ranges.isEmpty, byte == 0x5D {
      ranges = [0x5D...0x5D]
      position += 1
    }
    while true {
      skipSpace()
      guard let next = byte else {
        position = pattern.count
        throw RegexSyntaxError(message: "unclosed class", lower: start, upper: start + 1)
      }
      switch next {
      case 0x5D:
        position += 1
        let set = combined(folded(ScalarSet(ranges: ranges)))
        return isNegated ? set.inverted(through: universe) : set
      case 0x5B:
        if let posix = parsePosixClass() {
          ranges += posix.ranges
        } else {
          ranges += try parseClass().ranges
        }
      case UInt8(ascii: "&"), UInt8(ascii: "-"), UInt8(ascii: "~"):
        guard byte(ahead: 1) == next else { fallthrough }
        pending = (combined(folded(ScalarSet(ranges: ranges))), next)
        ranges = []
        position += 2
      default: ranges += try parseClassItem().ranges
      }
    }
  }

  /// One character, escape or range of a class.
  private mutating func parseClassItem() throws(RegexSyntaxError) -> ScalarSet {
    let start = position
    let low = try classBound()
    skipSpace()
    guard byte == 0x2D, let after = byte(ahead: 1), after != 0x5D, after != 0x2D else {
      return low.set
    }
    position += 1
    skipSpace()
    let high = try classBound()
    guard let first = low.value, let last = high.value else {
      throw error("a class escape can not bound a range", from: start)
    }
    guard first <= last else { throw error("bad range: its bounds are reversed", from: start) }
    return ScalarSet(first...last)
  }

  private mutating func classBound() throws(RegexSyntaxError) -> (set: ScalarSet, value: UInt32?) {
    let start = position
    guard byte != nil else { throw error("unclosed class", from: start) }
    let bytes: [UInt8]
    if byte == 0x5C {
      switch try escape(inClass: true) {
      case .bytes(let escaped): bytes = escaped
      case .set(let set): return (set, nil)
      case .look: throw error("this escape is not allowed in a class", from: start)
      }
    } else {
      bytes = scalarBytes()
    }
    if bytes.count == 1, bytes[0] < 0x80 || (!flags.isUnicode && pattern[start] == 0x5C) {
      return (ScalarSet(UInt32(bytes[0])), UInt32(bytes[0]))
    }
    guard flags.isUnicode, let scalar = String(decoding: bytes, as: UTF8.self).unicodeScalars.first
    else { throw error("only ASCII characters are allowed in a class", from: start) }
    return (ScalarSet(scalar.value), scalar.value)
  }

  /// `[:alpha:]` and `[:^alpha:]` inside a class; nil and nothing consumed where it is none.
  private mutating func parsePosixClass() -> ScalarSet? {
    guard byte(ahead: 1) == 0x3A else { return nil }
    var place = position + 2
    var isNegated = false
    if place < pattern.count, pattern[place] == 0x5E {
      isNegated = true
      place += 1
    }
    let nameStart = place
    while place < pattern.count, ByteSet.letters.contains(pattern[place]) { place += 1 }
    guard place + 1 < pattern.count, pattern[place] == 0x3A, pattern[place + 1] == 0x5D else {
      return nil
    }
    let name = String(decoding: pattern[nameStart..<place], as: UTF8.self)
    guard let set = Self.posixClasses[name] else { return nil }
    position = place + 2
    return isNegated ? ScalarSet(set).inverted(through: universe) : ScalarSet(set)
  }

  private static let posixClasses: [String: ByteSet] = [
    "alnum": .alphanumeric, "alpha": .letters, "ascii": ByteSet(0...0x7F),
    "blank": ByteSet([0x09, 0x20]), "cntrl": ByteSet(0...0x1F).union(ByteSet(0x7F)),
    "digit": .digits, "graph": ByteSet(0x21...0x7E), "lower": .lower,
    "print": ByteSet(0x20...0x7E),
    "punct": ByteSet(0x21...0x2F).union(ByteSet(0x3A...0x40)).union(ByteSet(0x5B...0x60))
      .union(ByteSet(0x7B...0x7E)),
    "space": .space, "upper": .upper, "word": .word,
    "xdigit": ByteSet.digits.union(ByteSet(0x41...0x46)).union(ByteSet(0x61...0x66)),
  ]

  // MARK: - \p

  /// Behind `\p` or `\P`: one letter, or a name in braces. Of Unicode's properties the general
  /// categories are known and what the Swift library tells of itself.
  mutating func unicodeClass(_ letter: UInt8, from start: Int) throws(RegexSyntaxError) -> ScalarSet {
    guard flags.isUnicode else {
      throw error("Unicode classes need the flag `u`", from: start)
    }
    var name: [UInt8]
    var isNegated = letter == UInt8(ascii: "P")
    if byte == 0x7B {
      let nameStart = position + 1
      while let b = byte, b != 0x7D { _ = b; position += 1 }
      guard byte == 0x7D else { throw error("unclosed `\\p{`", from: start) }
      name = Array(pattern[nameStart..<position])
      position += 1
    } else {
      name = scalarBytes()
    }
    if name.first == 0x5E {
      isNegated.toggle()
      name.removeFirst()
    }
    let text = String(decoding: name.filter(ByteSet.alphanumeric.contains), as: UTF8.self)
      .lowercased()
    guard let set = UnicodeClasses.property(text, or: Self.property) else {
      throw error("unknown Unicode class", from: start)
    }
    return isNegated ? set.inverted(through: universe) : set
  }

  private static func property(_ name: String) -> ScalarSet? {
    switch name {
    case "any": return ScalarSet(0...ScalarSet.largestScalar)
    case "ascii": return ScalarSet(0...0x7F)
    case "alphabetic", "alpha": return .matching { $0.isAlphabetic }
    case "lowercase", "lower": return .matching { $0.isLowercase }
    case "uppercase", "upper": return .matching { $0.isUppercase }
    case "whitespace", "space": return .spaces
    default: break
    }
    var wanted: [Unicode.GeneralCategory] = []
    for (short, long, category) in categories
    where name == short || name == long || (name.count == 1 && short.hasPrefix(name)) {
      wanted.append(category)
    }
    for (long, letter) in families where name == long {
      wanted = categories.filter { $0.0.hasPrefix(letter) }.map(\.2)
    }
    return wanted.isEmpty ? nil : .matching { wanted.contains($0.generalCategory) }
  }

  private static let families = [
    ("letter", "l"), ("mark", "m"), ("number", "n"), ("punctuation", "p"), ("symbol", "s"),
    ("separator", "z"), ("other", "c"),
  ]

  private static let categories: [(String, String, Unicode.GeneralCategory)] = [
    ("lu", "uppercaseletter", .uppercaseLetter), ("ll", "lowercaseletter", .lowercaseLetter),
    ("lt", "titlecaseletter", .titlecaseLetter), ("lm", "modifierletter", .modifierLetter),
    ("lo", "otherletter", .otherLetter), ("mn", "nonspacingmark", .nonspacingMark),
    ("mc", "spacingmark", .spacingMark), ("me", "enclosingmark", .enclosingMark),
    ("nd", "decimalnumber", .decimalNumber), ("nl", "letternumber", .letterNumber),
    ("no", "othernumber", .otherNumber), ("pc", "connectorpunctuation", .connectorPunctuation),
    ("pd", "dashpunctuation", .dashPunctuation), ("ps", "openpunctuation", .openPunctuation),
    ("pe", "closepunctuation", .closePunctuation), ("pi", "initialpunctuation", .initialPunctuation),
    ("pf", "finalpunctuation", .finalPunctuation), ("po", "otherpunctuation", .otherPunctuation),
    ("sm", "mathsymbol", .mathSymbol), ("sc", "currencysymbol", .currencySymbol),
    ("sk", "modifiersymbol", .modifierSymbol), ("so", "othersymbol", .otherSymbol),
    ("zs", "spaceseparator", .spaceSeparator), ("zl", "lineseparator", .lineSeparator),
    ("zp", "paragraphseparator", .paragraphSeparator), ("cc", "control", .control),
    ("cf", "format", .format), ("cs", "surrogate", .surrogate), ("co", "privateuse", .privateUse),
    ("cn", "unassigned", .unassigned),
  ]
}
