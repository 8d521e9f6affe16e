/// YARA-X's regex grammar: that of Rust's `regex-syntax` in byte mode (`(?u)` for Unicode), with
/// YARA-X's leniency: an unknown escape is the character itself, `\<` and `\>` are too. A `{` that
/// begins no quantifier is left to YARA's grammar. The classes are in `RustRegexParser+Classes.swift`.
struct RustRegexParser {
  let pattern: [UInt8]
  let use: RegexUse
  var position = 0
  var flags: Flags
  private var quantifiers: [(isGreedy: Bool, lower: Int, upper: Int)] = []
  private var unknownEscapes: [(lower: Int, upper: Int)] = []
  private var groupNames: Set<[UInt8]> = []
  /// Quantifiers of what is quantified already: each nests.
  private var stackedQuantifiers = 0
  var classes = UnicodeClasses()
  var depth = 0

  /// What `(?flags)` changes; holds to the end of the group.
  struct Flags: Hashable {
    var caseInsensitive = false
    var dotMatchesNewline = false
    var isMultiLine = false
    var isUnicode = false
    var swapsGreed = false
    var ignoresSpace = false
    var endsLinesWithCR = false
  }

  init(_ pattern: [UInt8], caseInsensitive: Bool, dotMatchesNewline: Bool, use: RegexUse) {
    self.pattern = pattern
    self.use = use
    flags = Flags(caseInsensitive: caseInsensitive, dotMatchesNewline: dotMatchesNewline)
  }

  mutating func parse() throws(RegexSyntaxError) -> ParsedRegex {
    let node = try parseAlternation()
    if position < pattern.count { throw error("unopened group", from: position) }
    return ParsedRegex(node: node, quantifiers: quantifiers, unknownEscapes: unknownEscapes)
  }

  var byte: UInt8? { position < pattern.count ? pattern[position] : nil }
  func byte(ahead: Int) -> UInt8? {
    position + ahead < pattern.count ? pattern[position + ahead] : nil
  }
  func error(_ message: String, from lower: Int, notes: [String] = []) -> RegexSyntaxError {
    RegexSyntaxError(
      message: message, lower: lower, upper: max(lower, min(pattern.count, max(position, lower + 1))),
      notes: notes)
  }

  /// Under `(?x)`: past white space and comments.
  mutating func skipSpace() {
    guard flags.ignoresSpace else { return }
    while let next = byte {
      if ByteSet.space.contains(next) {
        position += 1
      } else if next == 0x23 {
        while let b = byte, b != 0x0A { _ = b; position += 1 }
      } else {
        return
      }
    }
  }

  // MARK: - Sequence and repetition

  private mutating func parseAlternation() throws(RegexSyntaxError) -> PatternNode {
    depth += 1
    defer { depth -= 1 }
    guard depth <= RegexParser.maximumDepth else {
      throw RegexSyntaxError(
        message: "groups are nested too deep", lower: position, upper: position + 1, code: .tooDeep)
    }
    var branches: [PatternNode] = []
    while true {
      branches.append(try parseSequence())
      guard byte == 0x7C else { break }
      position += 1
    }
    return PatternNode.choice(branches)
  }

  private mutating func parseSequence() throws(RegexSyntaxError) -> PatternNode {
    var items: [PatternNode] = []
    while true {
      skipSpace()
      guard let next = byte, next != 0x7C, next != 0x29 else { break }
      let start = position
      guard var item = try parseAtom() else {
        skipSpace()
        if let next = byte, [0x2A, 0x2B, 0x3F].contains(next) {
          throw error("there is nothing to repeat here", from: position)
        }
        continue
      }
      skipSpace()
      var isQuantified = false
      while let repeated = try parseQuantifier(of: item, from: start) {
        if isQuantified { stackedQuantifiers += 1 }
        guard stackedQuantifiers <= RegexParser.maximumDepth else {
          throw RegexSyntaxError(
            message: "quantifiers are nested too deep", lower: position - 1, upper: position, code: .tooDeep)
        }
        isQuantified = true
        item = repeated
        skipSpace()
      }
      items.append(item)
    }
    return PatternNode.sequence(items)
  }

  private mutating func parseQuantifier(
    of item: PatternNode, from start: Int
  ) throws(RegexSyntaxError) -> PatternNode? {
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
      (low, high) = try parseCounts()
    default: return nil
    }
    var isGreedy = true
    skipSpace()
    if byte == 0x3F {
      position += 1
      isGreedy = false
    }
    // As YARA-X: mixing is looked for in the text, before `(?U)` turns it around.
    quantifiers.append((isGreedy, start, position))
    return RegexParser.repetition(
      item, min: low, max: high, isGreedy: isGreedy != flags.swapsGreed)
  }

  /// `{n}`, `{n,}`, `{,m}`, `{n,m}` with white space around the numbers.
  private mutating func parseCounts() throws(RegexSyntaxError) -> (Int, Int?) {
    let start = position
    func skipBlanks() {
      while let next = byte, ByteSet.space.contains(next) { position += 1 }
    }
    func number() -> Int? {
      skipBlanks()
      var value: Int?
      while let next = byte, ByteSet.digits.contains(next) {
        value = min((value ?? 0) * 10 + Int(next - 0x30), 1 << 40)
        position += 1
      }
      if value != nil { skipBlanks() }
      return value
    }
    position += 1
    let first = number()
    var high = first
    var isClosed = first != nil
    if byte == 0x2C {
      position += 1
      if byte == 0x7D {
        high = nil
      } else {
        high = number()
        isClosed = high != nil
      }
    }
    guard isClosed, byte == 0x7D else { throw error("this repeat count is not complete", from: start) }
    position += 1
    let low = first ?? 0
    if low > Int(UInt32.max) || high ?? 0 > Int(UInt32.max) {
      throw error("the repeat count is too large", from: start)
    }
    if let high, low > high { throw error("the repeat count ends below its beginning", from: start) }
    return (low, high)
  }

  // MARK: - Atoms

  /// The UTF-8 of a character from the text or of its number, in either case where asked for.
  private mutating func character(_ bytes: [UInt8]) throws(RegexSyntaxError) -> PatternNode {
    guard flags.caseInsensitive else { return .bytes(bytes) }
    if bytes.count == 1, !flags.isUnicode || !ByteSet.letters.contains(bytes[0]) {
      return RegexParser.literal(bytes[0], caseInsensitive: true)
    }
    guard flags.isUnicode, let scalar = String(decoding: bytes, as: UTF8.self).unicodeScalars.first
    else { return .bytes(bytes) }
    return try classes.node(of: classes.folded(ScalarSet(scalar.value)), at: position)
  }

  /// nil where what was read stands for nothing that can be repeated, such as `(?i)`.
  private mutating func parseAtom() throws(RegexSyntaxError) -> PatternNode? {
    guard let next = byte else { return nil }
    let start = position
    switch next {
    case 0x28: return try parseGroup()
    case 0x5B: return try node(try parseClass())
    case 0x2E:
      position += 1
      if flags.isUnicode {
        var set = ScalarSet(0...ScalarSet.largestScalar)
        if !flags.dotMatchesNewline {
          set = newlines.inverted(through: ScalarSet.largestScalar)
        }
        return try classes.node(of: set, at: position)
      }
      return .set(flags.dotMatchesNewline ? .all : newlines.byteSet.inverted)
    case 0x5E:
      position += 1
      return .look(flags.isMultiLine ? lineStart : .start)
    case 0x24:
      position += 1
      return .look(flags.isMultiLine ? lineEnd : .end)
    case 0x5C: return try parseEscape()
    case 0x2A, 0x2B, 0x3F, 0x7B:
      position += 1
      throw error("there is nothing to repeat here", from: start)
    default:
      return try character(scalarBytes())
    }
  }

  /// What `.` does not match.
  private var newlines: ScalarSet {
    flags.endsLinesWithCR ? ScalarSet(ranges: [0x0A...0x0A, 0x0D...0x0D]) : ScalarSet(0x0A)
  }
  private var lineStart: PatternNode.Look {
    use == .pattern ? .lineStart : flags.endsLinesWithCR ? .lineStartCR : .lineStartLF
  }
  private var lineEnd: PatternNode.Look {
    use == .pattern ? .lineEnd : flags.endsLinesWithCR ? .lineEndCR : .lineEndLF
  }

  /// The bytes of the character at `position`, which moves behind it.
  mutating func scalarBytes() -> [UInt8] {
    guard let lead = byte else { return [] }
    let length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 1
    let end = min(pattern.count, position + length)
    defer { position = end }
    return Array(pattern[position..<end])
  }

  // MARK: - Groups

  private mutating func parseGroup() throws(RegexSyntaxError) -> PatternNode? {
    let start = position
    position += 1
    let saved = flags
    var isCapturing = true
    skipSpace()
    if byte == 0x3F {
      position += 1
      if byte == 0x50 || byte == 0x3C {
        try parseGroupName(from: start)
      } else {
        if try parseFlags(from: start) { return nil }
        isCapturing = false
      }
    }
    let inner = try parseAlternation()
    guard byte == 0x29 else {
      flags = saved
      position = pattern.count
      throw RegexSyntaxError(message: "unclosed group", lower: start, upper: start + 1)
    }
    position += 1
    flags = saved
    return isCapturing ? inner.captured : inner
  }

  private mutating func parseGroupName(from start: Int) throws(RegexSyntaxError) {
    if byte == 0x50 { position += 1 }
    guard byte == 0x3C, byte(ahead: 1) != 0x3D, byte(ahead: 1) != 0x21 else {
      position += 1
      throw error("look-around is not supported", from: start)
    }
    position += 1
    let nameStart = position
    while let b = byte, b != 0x3E {
      let isGood =
        ByteSet.letters.contains(b) || b == 0x5F || b >= 0x80
        || (position > nameStart
          && (ByteSet.digits.contains(b) || b == 0x2E || b == 0x5B || b == 0x5D))
      position += 1
      guard isGood else { throw error("bad name of a group", from: nameStart) }
    }
    let name = Array(pattern[nameStart..<position])
    guard byte == 0x3E, !name.isEmpty, groupNames.insert(name).inserted else {
      throw error("bad name of a group", from: nameStart)
    }
    position += 1
  }

  /// Behind `(?`: `flags)` or `flags:`.
  /// - Returns: whether these were flags alone; they hold to the end of the enclosing group, whose
  ///   parser restores what was before.
  private mutating func parseFlags(from start: Int) throws(RegexSyntaxError) -> Bool {
    var value = true
    var isDangling = false
    var seen: Set<UInt8> = []
    let first = position
    while let b = byte, b != 0x3A, b != 0x29 {
      switch b {
      case UInt8(ascii: "i"): flags.caseInsensitive = value
      case UInt8(ascii: "s"): flags.dotMatchesNewline = value
      case UInt8(ascii: "m"): flags.isMultiLine = value
      case UInt8(ascii: "U"): flags.swapsGreed = value
      case UInt8(ascii: "x"): flags.ignoresSpace = value
      case UInt8(ascii: "u"): flags.isUnicode = value
      case UInt8(ascii: "R"): flags.endsLinesWithCR = value
      case UInt8(ascii: "-") where value: value = false
      default:
        position += 1
        throw error("unknown flag or look-around in a group", from: start)
      }
      isDangling = b == UInt8(ascii: "-")
      position += 1
      guard seen.insert(b).inserted else { throw error("a flag is given twice", from: start) }
    }
    guard let close = byte, !isDangling else { throw error("unclosed group", from: start) }
    position += 1
    if close == 0x29, position == first + 1 { throw error("empty flags", from: start) }
    return close == 0x29
  }

  // MARK: - Escapes

  enum Escape {
    /// A character as it is, or a byte by its number.
    case bytes([UInt8])
    case set(ScalarSet)
    case look(PatternNode.Look)
  }

  private mutating func parseEscape() throws(RegexSyntaxError) -> PatternNode {
    let start = position
    switch try escape(inClass: false) {
    case .bytes(let bytes):
      // A byte above 127 by its number is no character.
      if bytes.count == 1, bytes[0] >= 0x80 { return .bytes(bytes) }
      return try character(bytes)
    case .set(let set): return try node(set)
    case .look(let look):
      if flags.isUnicode, look != .start, look != .end {
        throw error("word boundaries are not supported in Unicode mode", from: start)
      }
      return .look(look)
    }
  }

  mutating func escape(inClass: Bool) throws(RegexSyntaxError) -> Escape {
    let start = position
    position += 1
    guard let character = byte else {
      throw error("the pattern ends with a backslash", from: start)
    }
    if character >= 0x80 { return .bytes(scalarBytes()) }
    position += 1
    switch character {
    case UInt8(ascii: "n"): return .bytes([0x0A])
    case UInt8(ascii: "t"): return .bytes([0x09])
    case UInt8(ascii: "r"): return .bytes([0x0D])
    case UInt8(ascii: "f"): return .bytes([0x0C])
    case UInt8(ascii: "a"): return .bytes([0x07])
    case UInt8(ascii: "v"): return .bytes([0x0B])
    case UInt8(ascii: "w"), UInt8(ascii: "W"):
      return .set(signed(flags.isUnicode ? .words : ScalarSet(.word), character))
    case UInt8(ascii: "s"), UInt8(ascii: "S"):
      return .set(signed(flags.isUnicode ? .spaces : ScalarSet(.space), character))
    case UInt8(ascii: "d"), UInt8(ascii: "D"):
      return .set(signed(flags.isUnicode ? .digits : ScalarSet(.digits), character))
    case UInt8(ascii: "b") where !inClass: return .look(try wordBoundary(from: start))
    case UInt8(ascii: "B") where !inClass: return .look(.notWordBoundary)
    case UInt8(ascii: "A") where !inClass: return .look(.start)
    case UInt8(ascii: "z") where !inClass: return .look(.end)
    case UInt8(ascii: "x"):
      skipSpace()
      if byte == 0x7B { return .bytes(try bracedScalar(from: start)) }
      let value = try hexDigits(2, from: start)
      return .bytes(flags.isUnicode ? try utf8(value, from: start) : [UInt8(value)])
    case UInt8(ascii: "u"), UInt8(ascii: "U"):
      skipSpace()
      if byte == 0x7B { return .bytes(try bracedScalar(from: start)) }
      let value = try hexDigits(character == UInt8(ascii: "u") ? 4 : 8, from: start)
      return .bytes(try utf8(value, from: start))
    case UInt8(ascii: "p"), UInt8(ascii: "P"): return .set(try unicodeClass(character, from: start))
    case 0x30...0x39: throw error("backreferences are not supported", from: start)
    default:
      if ByteSet.letters.contains(character) { unknownEscapes.append((start, position)) }
      return .bytes([character])
    }
  }

  /// A set, or what is not in it where the letter is a capital.
  func signed(_ set: ScalarSet, _ letter: UInt8) -> ScalarSet {
    letter & 0x20 != 0 ? set : set.inverted(through: universe)
  }

  /// Behind `\b`: `{start}` and its like make it half a boundary.
  private mutating func wordBoundary(
    from start: Int
  ) throws(RegexSyntaxError) -> PatternNode.Look {
    let letters = ByteSet.letters.union(ByteSet(0x2D))
    guard byte == 0x7B, let first = byte(ahead: 1), letters.contains(first) else {
      return .wordBoundary
    }
    position += 1
    let nameStart = position
    while let b = byte, letters.contains(b) { _ = b; position += 1 }
    let name = String(decoding: pattern[nameStart..<position], as: UTF8.self)
    let looks: [String: PatternNode.Look] = [
      "start": .wordStart, "end": .wordEnd, "start-half": .wordStartHalf, "end-half": .wordEndHalf,
    ]
    guard byte == 0x7D, let look = looks[name] else {
      throw error(
        "unknown word boundary", from: start,
        notes: ["There are `\\b{start}`, `\\b{end}`, `\\b{start-half}` and `\\b{end-half}`."])
    }
    position += 1
    return look
  }

  private mutating func hexDigits(_ count: Int, from start: Int) throws(RegexSyntaxError) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<count {
      guard let b = byte, let digit = RegexParser.hexValue(b) else {
        throw error("\(count) hexadecimal digits are expected", from: start)
      }
      value = value &<< 4 | UInt32(digit)
      position += 1
      skipSpace()
    }
    return value
  }

  private mutating func bracedScalar(from start: Int) throws(RegexSyntaxError) -> [UInt8] {
    position += 1
    var value: UInt32 = 0
    var count = 0
    while let b = byte, let digit = RegexParser.hexValue(b) {
      value = value > 0x10FFFF ? value : value &<< 4 | UInt32(digit)
      count += 1
      position += 1
    }
    guard count > 0, byte == 0x7D else {
      throw error("hexadecimal digits and `}` are expected", from: start)
    }
    position += 1
    return try utf8(value, from: start)
  }

  private func utf8(_ value: UInt32, from start: Int) throws(RegexSyntaxError) -> [UInt8] {
    guard Unicode.Scalar(value) != nil else {
      throw error("this is no Unicode character", from: start)
    }
    return ScalarSet.utf8(value)
  }
}
