/// Regular expressions of YARA: all of them greedy or all lazy, as YARA 4 demands.
enum RegexGenerator {
  struct Piece {
    var text: String
    /// Whether it can match nothing: YARA refuses some repetitions of such.
    var canBeEmpty: Bool
    var make: (inout RandomSource) -> [UInt8]
  }

  struct Options {
    var isLazy = false
    var caseInsensitive = false
    var dotMatchesNewline = false
  }

  static func pattern(name: String, _ random: inout RandomSource) -> GeneratedPattern {
    var options = Options()
    options.isLazy = random.oneIn(4)
    options.caseInsensitive = random.oneIn(6)
    options.dotMatchesNewline = random.oneIn(5)
    let body = expression(&random, options, depth: 0)
    // Something fixed, so that not every expression is refused as too slow or matches everywhere.
    let anchor =
      random.oneIn(8) && !body.canBeEmpty ? "" : random.pick(["ab", "B01", "x_a", "aab"])
    let anchorFirst = random.oneIn(2)
    var text = anchorFirst ? anchor + body.text : body.text + anchor
    if random.oneIn(10) { text = "^" + text }
    if random.oneIn(10) { text += "$" }
    if random.oneIn(10) { text = "\\b" + text }
    if random.oneIn(10) { text += random.pick(["\\b", "\\B"]) }

    var modifiers: [String] = []
    let isWide = random.oneIn(5)
    if isWide { modifiers.append("wide") }
    if isWide, random.oneIn(2) { modifiers.append("ascii") }
    if random.oneIn(6) { modifiers.append("fullword") }
    if random.oneIn(8) { modifiers.append("nocase") }
    if random.oneIn(15) { modifiers.append("private") }

    var witnesses: [[UInt8]] = []
    for _ in 0..<3 {
      let middle = body.make(&random)
      var bytes = anchorFirst ? Array(anchor.utf8) + middle : middle + Array(anchor.utf8)
      if options.caseInsensitive || modifiers.contains("nocase") {
        bytes = GeneratedPattern.caseFlipped(bytes, &random)
      }
      witnesses.append(isWide && random.oneIn(2) ? GeneratedPattern.widened(bytes) : bytes)
    }
    let flags = (options.caseInsensitive ? "i" : "") + (options.dotMatchesNewline ? "s" : "")
    return GeneratedPattern(
      name: name, text: "/\(text)/\(flags)" + TextGenerator.spaced(modifiers), witnesses: witnesses)
  }

  /// For `matches`: no modifiers, anything goes.
  static func literal(_ random: inout RandomSource) -> (text: String, witness: [UInt8]) {
    var options = Options()
    options.isLazy = random.oneIn(4)
    let body = expression(&random, options, depth: 1)
    return ("/\(body.text)/" + random.pick(["", "i", "s", "is"]), body.make(&random))
  }

  private static func expression(_ random: inout RandomSource, _ options: Options, depth: Int) -> Piece {
    let branches = (0..<(random.oneIn(4) ? random.int(2...3) : 1)).map { _ in
      concatenation(&random, options, depth: depth)
    }
    if branches.count == 1 { return branches[0] }
    let text = branches.map(\.text).joined(separator: "|")
    return Piece(text: "(" + text + ")", canBeEmpty: branches.contains(where: \.canBeEmpty)) { random in
      random.pick(branches).make(&random)
    }
  }

  private static func concatenation(_ random: inout RandomSource, _ options: Options, depth: Int) -> Piece {
    let pieces = (0..<random.int(1...4)).map { _ in repeated(&random, options, depth: depth) }
    return Piece(
      text: pieces.map(\.text).joined(), canBeEmpty: pieces.allSatisfy(\.canBeEmpty)
    ) { random in
      var bytes: [UInt8] = []
      for piece in pieces { bytes += piece.make(&random) }
      return bytes
    }
  }

  private static func repeated(_ random: inout RandomSource, _ options: Options, depth: Int) -> Piece {
    let piece = atom(&random, options, depth: depth)
    guard random.oneIn(3), !piece.canBeEmpty else { return piece }
    let low: Int
    let high: Int
    var text: String
    switch random.int(0...5) {
    case 0: (low, high, text) = (0, 5, "*")
    case 1: (low, high, text) = (1, 5, "+")
    case 2: (low, high, text) = (0, 1, "?")
    case 3:
      low = random.int(1...3)
      (high, text) = (low, "{\(low)}")
    case 4:
      low = random.int(0...2)
      (high, text) = (low + 4, "{\(low),}")
    default:
      low = random.int(0...2)
      high = low + random.int(1...3)
      text = "{\(low),\(high)}"
    }
    if options.isLazy { text += "?" }
    return Piece(text: piece.text + text, canBeEmpty: low == 0) { random in
      var bytes: [UInt8] = []
      for _ in 0..<random.int(low...high) { bytes += piece.make(&random) }
      return bytes
    }
  }

  private static func atom(_ random: inout RandomSource, _ options: Options, depth: Int) -> Piece {
    switch random.int(0...15) {
    case 0 where depth < 2, 1 where depth < 2:
      let inner = expression(&random, options, depth: depth + 1)
      return Piece(text: "(" + inner.text + ")", canBeEmpty: inner.canBeEmpty, make: inner.make)
    case 2:
      let allowsNewline = options.dotMatchesNewline
      return Piece(text: ".", canBeEmpty: false) { random in
        let byte = random.byte()
        return [byte == 0x0A && !allowsNewline ? 0x61 : byte]
      }
    case 3: return characterClass(&random)
    case 4: return Piece(text: "\\w", canBeEmpty: false) { [$0.pick(Array("ab_0Z".utf8))] }
    case 5: return Piece(text: "\\d", canBeEmpty: false) { [$0.pick(Array("0123".utf8))] }
    case 6: return Piece(text: "\\s", canBeEmpty: false) { [$0.pick([0x20, 0x09, 0x0A, 0x0B])] }
    case 7: return Piece(text: random.pick(["\\W", "\\D", "\\S"]), canBeEmpty: false) { [$0.pick(Array(". a0".utf8))] }
    case 8:
      let byte = random.pick([UInt8(0x00), 0x41, 0xFF, 0x0A])
      return Piece(text: "\\x" + HexGenerator.hex(byte), canBeEmpty: false) { _ in [byte] }
    case 9: return Piece(text: random.pick(["\\.", "\\n", "\\t", "\\/"]), canBeEmpty: false) { [$0.pick(Array(".\n\t/".utf8))] }
    default:
      let letter = random.pick(Array("abAB01_x".utf8))
      return Piece(text: String(UnicodeScalar(letter)), canBeEmpty: false) { _ in [letter] }
    }
  }

  private static func characterClass(_ random: inout RandomSource) -> Piece {
    let members = (0..<random.int(1...3)).map { _ in
      random.pick(["a", "b", "A-C", "0-9", "_", "\\d", "\\s", "\\x00-\\x02", "x-z", "\\.", "\\]"])
    }
    let isNegated = random.oneIn(4)
    let sample: [UInt8] = isNegated ? Array("q?Q\u{7F}".utf8) : Array("abA0_ \u{1}xz.".utf8)
    return Piece(text: "[" + (isNegated ? "^" : "") + members.joined() + "]", canBeEmpty: false) {
      [$0.pick(sample)]
    }
  }
}
