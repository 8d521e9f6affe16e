/// A pattern made at random, with byte strings that match it (or come close).
struct GeneratedPattern {
  /// With its `$`.
  var name: String
  /// What stands right of the `=`, modifiers included.
  var text: String
  /// To be planted in the data.
  var witnesses: [[UInt8]]

  static func random(name: String, _ random: inout RandomSource) -> GeneratedPattern {
    switch random.int(0...9) {
    case 0...3: TextGenerator.pattern(name: name, &random)
    case 4...6: HexGenerator.pattern(name: name, &random)
    default: RegexGenerator.pattern(name: name, &random)
    }
  }

  /// A pattern of some bytes of a file, as a text or in hexadecimal digits with gaps.
  static func piece(of file: [UInt8], name: String, _ random: inout RandomSource) -> GeneratedPattern {
    let length = min(file.count, random.int(2...12))
    // The ends of a file are where searches go wrong.
    let start =
      random.oneIn(4)
      ? max(0, file.count - length - random.int(0...20)) : random.int(0...file.count - length)
    let bytes = Array(file[start..<start + length])
    if random.oneIn(2) {
      let modifiers = random.pick(["", "", " nocase", " fullword", " wide ascii", " ascii private"])
      return GeneratedPattern(name: name, text: TextGenerator.quoted(bytes) + modifiers, witnesses: [])
    }
    var digits: [String] = []
    for (index, byte) in bytes.enumerated() {
      let isEdge = index == 0 || index == bytes.count - 1
      switch random.int(0...11) {
      case 0 where !isEdge: digits.append("??")
      case 1 where !isEdge: digits.append("[0-2]")
      case 2: digits.append("(\(HexGenerator.hex(byte)) | 00)")
      default: digits.append(HexGenerator.hex(byte))
      }
    }
    return GeneratedPattern(name: name, text: "{ " + digits.joined(separator: " ") + " }", witnesses: [])
  }

  /// `abc` as `a.b.c.` with zeroes.
  static func widened(_ bytes: [UInt8]) -> [UInt8] { bytes.flatMap { [$0, 0] } }

  static func caseFlipped(_ bytes: [UInt8], _ random: inout RandomSource) -> [UInt8] {
    bytes.map { byte in
      let letter = byte | 0x20
      return (0x61...0x7A).contains(letter) && random.oneIn(2) ? byte ^ 0x20 : byte
    }
  }
}

/// Text patterns with every legal combination of modifiers.
enum TextGenerator {
  /// Few different bytes, so that patterns overlap and nearly match.
  static let alphabet: [UInt8] = Array("aabbAB01_ xy.".utf8) + [0x00, 0xFF, 0x0A, 0x22, 0x5C]

  static func pattern(name: String, _ random: inout RandomSource) -> GeneratedPattern {
    let length = random.oneIn(6) ? random.int(1...2) : random.int(3...10)
    var bytes = (0..<length).map { _ in random.pick(alphabet) }
    if random.oneIn(12) { bytes = [UInt8](repeating: bytes[0], count: length) }
    var modifiers: [String] = []
    var forms: [[UInt8]] = []
    let isWide = random.oneIn(3)
    let isAscii = !isWide || random.oneIn(2)
    var plain: [[UInt8]] = []
    if isAscii { plain.append(bytes) }
    if isWide { plain.append(GeneratedPattern.widened(bytes)) }

    switch random.int(0...9) {
    case 0, 1:
      var range = 0...255
      if random.oneIn(2) {
        let low = random.int(0...255)
        range = low...random.int(low...255)
        modifiers.append(range.lowerBound == range.upperBound && random.oneIn(2) ? "xor(\(low))" : "xor(\(low)-\(range.upperBound))")
      } else {
        modifiers.append("xor")
      }
      for form in plain {
        for _ in 0..<2 {
          let key = UInt8(random.int(range))
          forms.append(form.map { $0 ^ key })
        }
      }
    case 2, 3:
      if length < 3 { bytes += [0x61, 0x62, 0x63] }
      let alphabet = random.oneIn(4) ? shuffledAlphabet(&random) : nil
      let argument = alphabet.map { "(\"\(String(decoding: $0, as: UTF8.self))\")" } ?? ""
      let isBase64 = random.oneIn(3) ? false : true
      if isBase64 { modifiers.append("base64\(argument)") }
      if !isBase64 || random.oneIn(4) { modifiers.append("base64wide\(argument)") }
      if random.oneIn(3) { modifiers.append(random.pick(["wide", "ascii", "wide ascii"])) }
      let source = modifiers.contains { $0.hasPrefix("wide") } && random.oneIn(2) ? GeneratedPattern.widened(bytes) : bytes
      for _ in 0..<3 {
        let before = (0..<random.int(0...4)).map { _ in random.byte() }
        let after = (0..<random.int(0...4)).map { _ in random.byte() }
        let encoded = base64(before + source + after, alphabet ?? standardAlphabet)
        forms.append(encoded)
        forms.append(GeneratedPattern.widened(encoded))
      }
      if random.oneIn(5) { modifiers.append("private") }
      modifiers.shuffle(using: &random)
      return GeneratedPattern(name: name, text: quoted(bytes) + spaced(modifiers), witnesses: forms)
    default:
      forms = plain
      if random.oneIn(3) {
        modifiers.append("nocase")
        forms = forms.map { GeneratedPattern.caseFlipped($0, &random) } + forms
      }
    }
    if random.oneIn(4) { modifiers.append("fullword") }
    if isWide { modifiers.append("wide") }
    if isAscii, isWide || random.oneIn(4) { modifiers.append("ascii") }
    if random.oneIn(12) { modifiers.append("private") }
    modifiers.shuffle(using: &random)
    return GeneratedPattern(name: name, text: quoted(bytes) + spaced(modifiers), witnesses: forms)
  }

  static func spaced(_ modifiers: [String]) -> String { modifiers.map { " " + $0 }.joined() }

  static func quoted(_ bytes: [UInt8]) -> String {
    var text = "\""
    for byte in bytes {
      switch byte {
      case 0x22: text += "\\\""
      case 0x5C: text += "\\\\"
      case 0x20...0x7E: text += String(UnicodeScalar(byte))
      default:
        let hex = String(byte, radix: 16)
        text += "\\x" + (hex.count < 2 ? "0" : "") + hex
      }
    }
    return text + "\""
  }

  static let standardAlphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

  static func shuffledAlphabet(_ random: inout RandomSource) -> [UInt8] {
    var alphabet = standardAlphabet
    for _ in 0..<4 { alphabet.swapAt(random.int(0...63), random.int(0...63)) }
    return alphabet
  }

  static func base64(_ bytes: [UInt8], _ alphabet: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    var index = 0
    while index < bytes.count {
      let group = Array(bytes[index..<min(index + 3, bytes.count)])
      let value = group.enumerated().reduce(0) { $0 | Int($1.element) << (16 - 8 * $1.offset) }
      for place in 0..<4 {
        result.append(place <= group.count ? alphabet[value >> (18 - 6 * place) & 63] : 0x3D)
      }
      index += 3
    }
    return result
  }
}

/// Hex patterns: bytes, nibbles, negations, jumps, nested alternatives.
enum HexGenerator {
  static let alphabet: [UInt8] = [0x00, 0x01, 0x41, 0x42, 0x61, 0x62, 0xFF, 0x90, 0x0A]

  static func pattern(name: String, _ random: inout RandomSource) -> GeneratedPattern {
    let tokens = random.int(1...3)
    var text = ""
    var witnesses: [[UInt8]] = [[], [], []]
    for index in 0..<tokens {
      if index > 0, random.oneIn(2) {
        append(jump(&random, allowsUnbounded: true), to: &text, &witnesses, &random)
      }
      let run = sequence(&random, depth: 0)
      append(run, to: &text, &witnesses, &random)
    }
    let modifiers = random.oneIn(12) ? " private" : ""
    return GeneratedPattern(name: name, text: "{ \(text)}\(modifiers)", witnesses: witnesses)
  }

  /// A piece of text and a maker of bytes that match it.
  struct Piece {
    var text: String
    var make: (inout RandomSource) -> [UInt8]
  }

  private static func append(
    _ piece: Piece, to text: inout String, _ witnesses: inout [[UInt8]], _ random: inout RandomSource
  ) {
    text += piece.text + " "
    for index in witnesses.indices { witnesses[index] += piece.make(&random) }
  }

  private static func sequence(_ random: inout RandomSource, depth: Int) -> Piece {
    var pieces: [Piece] = []
    let count = depth == 0 ? random.int(2...6) : random.int(1...3)
    for index in 0..<count {
      let isEdge = index == 0 || index == count - 1
      switch random.int(0...11) {
      case 0 where depth < 2: pieces.append(alternatives(&random, depth: depth + 1))
      case 1 where !isEdge: pieces.append(jump(&random, allowsUnbounded: depth == 0))
      case 2: pieces.append(Piece(text: "??") { [$0.byte()] })
      case 3:
        let high = random.int(0...15)
        pieces.append(Piece(text: String(high, radix: 16).uppercased() + "?") { [UInt8(high << 4 | $0.int(0...15))] })
      case 4:
        let low = random.int(0...15)
        pieces.append(Piece(text: "?" + String(low, radix: 16).uppercased()) { [UInt8($0.int(0...15) << 4 | low)] })
      case 5:
        let value = random.pick(alphabet)
        pieces.append(Piece(text: "~" + hex(value)) { random in
          let other = random.byte()
          return [random.oneIn(4) ? value : other]
        })
      default:
        let value = random.pick(alphabet)
        pieces.append(Piece(text: hex(value)) { _ in [value] })
      }
    }
    let all = pieces
    return Piece(text: all.map(\.text).joined(separator: " ")) { random in
      var bytes: [UInt8] = []
      for piece in all { bytes += piece.make(&random) }
      return bytes
    }
  }

  private static func alternatives(_ random: inout RandomSource, depth: Int) -> Piece {
    let branches = (0..<random.int(2...3)).map { _ in sequence(&random, depth: depth) }
    return Piece(text: "( " + branches.map(\.text).joined(separator: " | ") + " )") { random in
      random.pick(branches).make(&random)
    }
  }

  private static func jump(_ random: inout RandomSource, allowsUnbounded: Bool) -> Piece {
    let low = random.int(0...4)
    switch random.int(0...3) {
    case 0:
      let exact = max(low, 1)
      return Piece(text: "[\(exact)]") { random in (0..<exact).map { _ in random.byte() } }
    case 1 where allowsUnbounded:
      return Piece(text: low == 0 ? "[-]" : "[\(low)-]") { random in
        (0..<(low + random.int(0...20))).map { _ in random.byte() }
      }
    default:
      let high = low + random.int(1...8)
      return Piece(text: "[\(low)-\(high)]") { random in
        (0..<random.int(low...high)).map { _ in random.byte() }
      }
    }
  }

  static func hex(_ byte: UInt8) -> String {
    let text = String(byte, radix: 16).uppercased()
    return text.count < 2 ? "0" + text : text
  }
}
