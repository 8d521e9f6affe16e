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
}

/// From the text between the slashes to a `PatternNode`.
///
/// Two grammars: YARA-X's (that of Rust's `regex-syntax` without Unicode, plus YARA's leniency: an
/// unknown escape is the character itself, a `{` that begins no quantifier is a `{`) and YARA's
/// (no `(?`, no nested classes, bytes rather than characters). `parse` tries the dialect's own
/// first and the other one where that refuses, so that what either accepts is accepted.
struct RegexParser {
  private let pattern: [UInt8]
  private let flavor: Dialect
  private var position = 0
  private var caseInsensitive: Bool
  private var dotMatchesNewline: Bool
  private var swapsGreed = false
  private var ignoresSpace = false
  private var quantifiers: [(isGreedy: Bool, lower: Int, upper: Int)] = []
  private var unknownEscapes: [(lower: Int, upper: Int)] = []
  private var depth = 0

  /// Nested groups and classes; `regex-syntax`, and so YARA-X, allows 250.
  private static let maximumDepth = 260
  /// Of automaton states; a bound for memory, far above what the engines accept.
  private static let maximumWeight = 1 << 40

  static func parse(
    _ pattern: [UInt8], caseInsensitive: Bool, dotMatchesNewline: Bool, dialect: Dialect
  ) throws(RegexSyntaxError) -> ParsedRegex {
    var first = RegexParser(
      pattern, caseInsensitive: caseInsensitive, dotMatchesNewline: dotMatchesNewline,
      flavor: dialect)
    do {
      return try first.parseAll()
    } catch {
      var second = RegexParser(
        pattern, caseInsensitive: caseInsensitive, dotMatchesNewline: dotMatchesNewline,
        flavor: dialect == .yaraX ? .yara : .yaraX)
      do { return try second.parseAll() } catch _ { throw error }
    }
  }

  private init(
    _ pattern: [UInt8], caseInsensitive: Bool, dotMatchesNewline: Bool, flavor: Dialect
  ) {
    self.pattern = pattern
    self.flavor = flavor
    self.caseInsensitive = caseInsensitive
    self.dotMatchesNewline = dotMatchesNewline
  }

  private mutating func parseAll() throws(RegexSyntaxError) -> ParsedRegex {
    let node = try parseAlternation()
    if position < pattern.count {
      throw RegexSyntaxError(
        message: "unopened group", lower: position, upper: position + 1)
    }
    return ParsedRegex(node: node, quantifiers: quantifiers, unknownEscapes: unknownEscapes)
  }

  private var byte: UInt8? { position < pattern.count ? pattern[position] : nil }
  private func byte(ahead: Int) -> UInt8? {
    position + ahead < pattern.count ? pattern[position + ahead] : nil
  }
  private func startsWith(_ text: StaticString) -> Bool {
    let bytes = Array(text.description.utf8)
    return position + bytes.count <= pattern.count
      && Array(pattern[position..<position + bytes.count]) == bytes
  }
  private func error(_ message: String, from lower: Int, notes: [String] = []) -> RegexSyntaxError {
    RegexSyntaxError(
      message: message, lower: lower, upper: max(lower, min(pattern.count, max(position, lower + 1))),
      notes: notes)
  }

  // MARK: - Sequence and repetition

  private mutating func parseAlternation() throws(RegexSyntaxError) -> PatternNode {
    depth += 1
    defer { depth -= 1 }
    guard depth <= Self.maximumDepth else {
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
    while let next = byte, next != 0x7C, next != 0x29 {
      if ignoresSpace {
        if ByteSet.space.contains(next) {
          position += 1
          continue
        }
        if next == 0x23 {
          while let b = byte, b != 0x0A { _ = b; position += 1 }
          continue
        }
      }
      let start = position
      guard var item = try parseAtom() else { continue }
      while let repeated = try parseQuantifier(of: item, from: start) { item = repeated }
      items.append(item)
    }
    return PatternNode.sequence(items)
  }

  private mutating func parseQuantifier(
    of item: PatternNode, from start: Int
  ) throws(RegexSyntaxError) -> PatternNode? {
    guard let next = byte else { return nil }
    let lower = position
    var low = 0
    var high: Int?
    switch next {
    case 0x2A: position += 1
    case 0x2B:
      position += 1
      low = 1
    case 0x3F:
      position += 1
      high = 1
    case 0x7B:
      guard let range = try parseCounts() else { return nil }
      (low, high) = range
    default: return nil
    }
    var isGreedy = true
    if byte == 0x3F {
      position += 1
      isGreedy = false
    }
    if swapsGreed { isGreedy.toggle() }
    quantifiers.append((isGreedy, start, position))
    _ = lower
    if high == 0 { return .empty }
    if low == 1, high == 1 { return item }
    switch item {
    case .empty: return .empty
    case .look where low > 0: return item
    case .look: return .repetition(item, min: 0, max: 1, isGreedy: isGreedy)
    default: return .repetition(item, min: low, max: high, isGreedy: isGreedy)
    }
  }

  /// `{n}`, `{n,}`, `{,m}`, `{n,m}`; nil (and nothing consumed) where the brace is none of these.
  private mutating func parseCounts() throws(RegexSyntaxError) -> (Int, Int?)? {
    var place = position + 1
    func number() -> (value: Int, next: Int)? {
      var value = 0
      var index = place
      while index < pattern.count, pattern[index] >= 0x30, pattern[index] <= 0x39 {
        value = min(value * 10 + Int(pattern[index] - 0x30), 1_000_000)
        index += 1
      }
      return index > place ? (value, index) : nil
    }
    let first = number()
    if let first { place = first.next }
    guard place < pattern.count else { return nil }
    var low = first?.value ?? 0
    var high: Int?
    if pattern[place] == 0x7D {
      guard let first else { return nil }
      low = first.value
      high = low
    } else {
      guard pattern[place] == 0x2C else { return nil }
      place += 1
      let second = number()
      if let second { place = second.next }
      guard place < pattern.count, pattern[place] == 0x7D else { return nil }
      if first == nil, second == nil, flavor == .yaraX { return nil }
      high = second?.value
    }
    let from = position
    if let high, low > high {
      position = place + 1
      throw error("bad repetition: \(low) is more than \(high)", from: from)
    }
    position = place + 1
    return (low, high)
  }

  // MARK: - Atoms

  private func literal(_ byte: UInt8) -> PatternNode {
    if caseInsensitive, ByteSet.letters.contains(byte) { return .set(ByteSet(byte).caseFolded) }
    return .bytes([byte])
  }

  /// nil where what was read stands for nothing, such as `(?i)`.
  private mutating func parseAtom() throws(RegexSyntaxError) -> PatternNode? {
    guard let next = byte else { return nil }
    let start = position
    switch next {
    case 0x28: return try parseGroup()
    case 0x5B: return .set(try parseClass())
    case 0x2E:
      position += 1
      return .set(dotMatchesNewline ? .all : .allButNewline)
    case 0x5E:
      position += 1
      return .look(.start)
    case 0x24:
      position += 1
      return .look(.end)
    case 0x5C: return try parseEscape()
    case 0x2A, 0x2B, 0x3F:
      position += 1
      throw error("there is nothing to repeat here", from: start)
    case 0x7B:
      if flavor == .yara, try parseCounts() != nil {
        throw error("there is nothing to repeat here", from: start)
      }
      position += 1
      return .bytes([0x7B])
    default:
      if next >= 0x80, flavor == .yaraX {
        let length = Self.scalarLength(next)
        let end = min(pattern.count, position + length)
        let bytes = Array(pattern[position..<end])
        position = end
        return .bytes(bytes)
      }
      position += 1
      return literal(next)
    }
  }

  private static func scalarLength(_ lead: UInt8) -> Int {
    lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 1
  }

  private mutating func parseGroup() throws(RegexSyntaxError) -> PatternNode? {
    let start = position
    position += 1
    let saved = (caseInsensitive, dotMatchesNewline, swapsGreed, ignoresSpace)
    if byte == 0x3F {
      guard flavor == .yaraX else {
        position += 1
        throw error("groups with `(?` are not allowed", from: start)
      }
      position += 1
      if byte == 0x50 || byte == 0x3C {
        if byte == 0x50 { position += 1 }
        guard byte == 0x3C, byte(ahead: 1) != 0x3D, byte(ahead: 1) != 0x21 else {
          position += 1
          throw error("look-around is not supported", from: start)
        }
        position += 1
        let nameStart = position
        while let b = byte, b != 0x3E {
          guard ByteSet.word.contains(b) || b == 0x2E || b == 0x5B || b == 0x5D else {
            position += 1
            throw error("bad name of a group", from: nameStart)
          }
          position += 1
        }
        guard byte == 0x3E, position > nameStart else {
          throw error("bad name of a group", from: nameStart)
        }
        position += 1
      } else {
        var value = true
        var any = false
        flags: while let b = byte {
          switch b {
          case UInt8(ascii: "i"): caseInsensitive = value
          case UInt8(ascii: "s"): dotMatchesNewline = value
          case UInt8(ascii: "U"): swapsGreed = value
          case UInt8(ascii: "x"): ignoresSpace = value
          case UInt8(ascii: "u") where !value: break
          case UInt8(ascii: "-") where value: value = false
          case 0x3A, 0x29: break flags
          default:
            position += 1
            throw error("unknown flag or look-around in a group", from: start)
          }
          any = true
          position += 1
        }
        guard let close = byte else { throw error("unclosed group", from: start) }
        if close == 0x29 {
          position += 1
          guard any else { throw error("empty flags", from: start) }
          // Holds to the end of the enclosing group, whose parser restores what was before.
          return nil
        }
        position += 1
      }
    }
    let inner = try parseAlternation()
    guard byte == 0x29 else {
      (caseInsensitive, dotMatchesNewline, swapsGreed, ignoresSpace) = saved
      position = pattern.count
      throw RegexSyntaxError(message: "unclosed group", lower: start, upper: start + 1)
    }
    position += 1
    (caseInsensitive, dotMatchesNewline, swapsGreed, ignoresSpace) = saved
    return inner
  }

  // MARK: - Escapes

  private enum Escape {
    case bytes([UInt8])
    case set(ByteSet)
    case look(PatternNode.Look)
  }

  private mutating func parseEscape() throws(RegexSyntaxError) -> PatternNode {
    switch try escape(inClass: false) {
    case .bytes(let bytes): return bytes.count == 1 ? literal(bytes[0]) : .bytes(bytes)
    case .set(let set): return .set(set)
    case .look(let look): return .look(look)
    }
  }

  private mutating func escape(inClass: Bool) throws(RegexSyntaxError) -> Escape {
    let start = position
    position += 1
    guard let character = byte else {
      throw error("the pattern ends with a backslash", from: start)
    }
    position += 1
    switch character {
    case UInt8(ascii: "n"): return .bytes([0x0A])
    case UInt8(ascii: "t"): return .bytes([0x09])
    case UInt8(ascii: "r"): return .bytes([0x0D])
    case UInt8(ascii: "f"): return .bytes([0x0C])
    case UInt8(ascii: "a"): return .bytes([0x07])
    case UInt8(ascii: "v") where flavor == .yaraX: return .bytes([0x0B])
    case UInt8(ascii: "w"): return .set(.word)
    case UInt8(ascii: "W"): return .set(ByteSet.word.inverted)
    case UInt8(ascii: "s"): return .set(.space)
    case UInt8(ascii: "S"): return .set(ByteSet.space.inverted)
    case UInt8(ascii: "d"): return .set(.digits)
    case UInt8(ascii: "D"): return .set(ByteSet.digits.inverted)
    case UInt8(ascii: "b") where !inClass:
      if flavor == .yaraX {
        for (text, look) in Self.halfBoundaries where startsWith(text) {
          position += text.utf8CodeUnitCount
          return .look(look)
        }
      }
      return .look(.wordBoundary)
    case UInt8(ascii: "B") where !inClass: return .look(.notWordBoundary)
    case UInt8(ascii: "A") where !inClass && flavor == .yaraX: return .look(.start)
    case UInt8(ascii: "z") where !inClass && flavor == .yaraX: return .look(.end)
    case UInt8(ascii: "x"):
      if flavor == .yaraX, byte == 0x7B { return .bytes(try bracedScalar(from: start)) }
      return .bytes([UInt8(try hexDigits(2, from: start))])
    case UInt8(ascii: "u") where flavor == .yaraX, UInt8(ascii: "U") where flavor == .yaraX:
      if byte == 0x7B { return .bytes(try bracedScalar(from: start)) }
      let value = try hexDigits(character == UInt8(ascii: "u") ? 4 : 8, from: start)
      return .bytes(try utf8(value, from: start))
    case UInt8(ascii: "p") where flavor == .yaraX, UInt8(ascii: "P") where flavor == .yaraX:
      throw error("Unicode classes are not supported", from: start)
    case 0x30...0x39 where !(inClass && flavor == .yara):
      throw error("backreferences are not supported", from: start)
    default:
      if character >= 0x80, flavor == .yaraX {
        let end = min(pattern.count, position - 1 + Self.scalarLength(character))
        let bytes = Array(pattern[(position - 1)..<end])
        position = end
        return .bytes(bytes)
      }
      if ByteSet.letters.contains(character) { unknownEscapes.append((start, position)) }
      return .bytes([character])
    }
  }

  private static let halfBoundaries: [(StaticString, PatternNode.Look)] = [
    ("{start}", .wordStart), ("{end}", .wordEnd),
  ]

  private mutating func hexDigits(_ count: Int, from start: Int) throws(RegexSyntaxError) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<count {
      guard let b = byte, let digit = Self.hexValue(b) else {
        throw error("\(count) hexadecimal digits are expected", from: start)
      }
      value = value &<< 4 | UInt32(digit)
      position += 1
    }
    return value
  }

  private mutating func bracedScalar(from start: Int) throws(RegexSyntaxError) -> [UInt8] {
    position += 1
    var value: UInt32 = 0
    var count = 0
    while let b = byte, let digit = Self.hexValue(b) {
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
    guard let scalar = Unicode.Scalar(value) else {
      throw error("this is no Unicode character", from: start)
    }
    return Array(String(Character(scalar)).utf8)
  }

  private static func hexValue(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 0x30...0x39: byte - 0x30
    case 0x41...0x46: byte - 0x37
    case 0x61...0x66: byte - 0x57
    default: nil
    }
  }

  // MARK: - Classes

  private func folded(_ set: ByteSet) -> ByteSet { caseInsensitive ? set.caseFolded : set }

  /// `[...]`, with the bracket at `position`.
  private mutating func parseClass() throws(RegexSyntaxError) -> ByteSet {
    depth += 1
    defer { depth -= 1 }
    let start = position
    guard depth <= Self.maximumDepth else {
      throw RegexSyntaxError(
        message: "classes are nested too deep", lower: start, upper: start + 1, code: .tooDeep)
    }
    position += 1
    let isNegated = byte == 0x5E
    if isNegated { position += 1 }
    var set = ByteSet()
    /// The left side of `&&`, `--`, `~~` with the operator.
    var pending: (ByteSet, UInt8)?
    func combined(_ set: ByteSet) -> ByteSet {
      guard let pending else { return set }
      switch pending.1 {
      case UInt8(ascii: "&"): return pending.0.intersection(set)
      case UInt8(ascii: "-"): return pending.0.intersection(set.inverted)
      default: return pending.0.symmetricDifference(set)
      }
    }
    // A dash or a bracket that stands first is itself.
    if flavor == .yaraX {
      while byte == 0x2D, byte(ahead: 1) != 0x2D {
        // `[--a]` style ranges are left to the loop below.
        set.insert(0x2D)
        position += 1
      }
    }
    var isFirst = true
    while true {
      guard let next = byte else {
        position = pattern.count
        throw RegexSyntaxError(message: "unclosed class", lower: start, upper: start + 1)
      }
      if next == 0x5D, !isFirst || (flavor == .yaraX && !set.isEmpty) {
        position += 1
        break
      }
      isFirst = false
      if flavor == .yaraX {
        if ignoresSpace, ByteSet.space.contains(next) {
          position += 1
          continue
        }
        if next == 0x5B {
          if let posix = parsePosixClass() {
            set = set.union(folded(posix))
          } else {
            set = set.union(try parseClass())
          }
          continue
        }
        if next == UInt8(ascii: "&") || next == UInt8(ascii: "-") || next == UInt8(ascii: "~"),
          byte(ahead: 1) == next, !(next == UInt8(ascii: "-") && byte(ahead: 2) == 0x5D)
        {
          set = combined(set)
          pending = (set, next)
          set = ByteSet()
          position += 2
          continue
        }
      }
      set = set.union(folded(try parseClassItem()))
    }
    set = combined(set)
    return isNegated ? set.inverted : set
  }

  /// One byte, escape or range of a class.
  private mutating func parseClassItem() throws(RegexSyntaxError) -> ByteSet {
    let start = position
    let low = try classBound(beforeDash: true)
    guard byte == 0x2D, let after = byte(ahead: 1), after != 0x5D,
      !(flavor == .yaraX && after == 0x2D)
    else { return low.set }
    position += 1
    let high = try classBound(beforeDash: false)
    guard let first = low.byte, let last = high.byte else {
      throw error("a class escape can not bound a range", from: start)
    }
    guard first <= last else { throw error("bad range: its bounds are reversed", from: start) }
    return ByteSet(first...last)
  }

  private mutating func classBound(
    beforeDash: Bool
  ) throws(RegexSyntaxError) -> (set: ByteSet, byte: UInt8?) {
    let start = position
    guard let next = byte else { throw error("unclosed class", from: start) }
    if next == 0x5C {
      let letter = byte(ahead: 1)
      switch try escape(inClass: true) {
      case .bytes(let bytes):
        if bytes.count == 1 { return (ByteSet(bytes[0]), bytes[0]) }
        throw error("only single bytes are allowed in a class", from: start)
      case .set(let set):
        // YARA reads `\d-z` as a range from the letter d.
        let isBound = !beforeDash || (byte == 0x2D && byte(ahead: 1) != 0x5D)
        return (set, flavor == .yara && isBound ? letter : nil)
      case .look: throw error("this escape is not allowed in a class", from: start)
      }
    }
    if next >= 0x80 {
      position += flavor == .yaraX ? Self.scalarLength(next) : 1
      throw error("only ASCII characters are allowed in a class", from: start)
    }
    position += 1
    return (ByteSet(next), next)
  }

  /// `[:alpha:]` and `[:^alpha:]` inside a class; nil and nothing consumed where it is none.
  private mutating func parsePosixClass() -> ByteSet? {
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
    return isNegated ? set.inverted : set
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
}
