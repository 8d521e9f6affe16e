@testable import RuleGeneration

/// Patterns whose literals are long and of many different bytes, so that a wrong one is seldom in a
/// file by chance; beside them the short ones of the shared generators.
enum PlantedPattern {
  static func random(name: String, _ random: inout RandomSource) -> GeneratedPattern {
    switch random.int(0...7) {
    case 0: GeneratedPattern.random(name: name, &random)
    case 1, 2: text(name, &random)
    case 3, 4: hex(name, &random)
    case 5: wordRegex(name, &random)
    default: RegexGenerator.pattern(name: name, &random)
    }
  }

  /// Each witness once or not at all, close together, so that what stands beside it differs.
  static func data(with patterns: [GeneratedPattern], _ random: inout RandomSource) -> [UInt8] {
    var data: [UInt8] = (0..<random.int(0...3)).map { _ in random.byte() }
    for witness in patterns.flatMap(\.witnesses).shuffled(using: &random) where !random.oneIn(3) {
      data += witness
      data += (0..<random.int(0...6)).map { _ in random.byte() }
    }
    return data
  }

  private static func word(_ length: ClosedRange<Int>, _ random: inout RandomSource) -> [UInt8] {
    let letters = Array("etaoinshrdluETAOINSHRDLU0123456789_/.:-".utf8)
    return (0..<random.int(length)).map { _ in random.pick(letters) }
  }

  private static func text(_ name: String, _ random: inout RandomSource) -> GeneratedPattern {
    let bytes = word(5...24, &random)
    let isWide = random.oneIn(2)
    let isAscii = !isWide || random.oneIn(2)
    var modifiers = (isWide ? ["wide"] : []) + (isAscii ? ["ascii"] : [])
    let forms = (isAscii ? [bytes] : []) + (isWide ? [GeneratedPattern.widened(bytes)] : [])
    var witnesses: [[UInt8]]
    switch random.int(0...4) {
    case 0:
      let low = random.int(0...255)
      let high = random.int(low...255)
      modifiers.append(random.oneIn(2) ? "xor" : "xor(\(low)-\(high))")
      let key = UInt8(random.int(low...high))
      witnesses = forms.map { form in form.map { $0 ^ key } }
    case 1:
      let alphabet = random.oneIn(3) ? TextGenerator.shuffledAlphabet(&random) : nil
      let argument = alphabet.map { "(\"\(String(decoding: $0, as: UTF8.self))\")" } ?? ""
      let encodesWide = random.oneIn(2)
      modifiers.append((encodesWide ? "base64wide" : "base64") + argument)
      witnesses = forms.flatMap { form in
        (0..<3).map { phase in
          let padded = (0..<phase).map { _ in random.byte() } + form + [random.byte(), random.byte()]
          let encoded = TextGenerator.base64(padded, alphabet ?? TextGenerator.standardAlphabet)
          return encodesWide ? GeneratedPattern.widened(encoded) : encoded
        }
      }
    default:
      witnesses = forms
      if random.oneIn(2) {
        modifiers.append("nocase")
        witnesses = forms.map { GeneratedPattern.caseFlipped($0, &random) }
      }
      if random.oneIn(4) { modifiers.append("fullword") }
    }
    return GeneratedPattern(
      name: name, text: TextGenerator.quoted(bytes) + TextGenerator.spaced(modifiers),
      witnesses: witnesses)
  }

  /// Runs of bytes joined by wildcards, nibbles, jumps and alternatives of different lengths.
  private static func hex(_ name: String, _ random: inout RandomSource) -> GeneratedPattern {
    var text: [String] = []
    var witness: [UInt8] = []
    func run(_ length: ClosedRange<Int>, _ random: inout RandomSource) -> [UInt8] {
      (0..<random.int(length)).map { _ in random.byte() }
    }
    func digits(_ bytes: [UInt8]) -> String { bytes.map(HexGenerator.hex).joined(separator: " ") }
    for part in 0..<random.int(1...5) {
      if part > 0 {
        switch random.int(0...6) {
        case 0:
          text.append("??")
          witness.append(random.byte())
        case 1:
          let byte = random.byte()
          text.append("?" + HexGenerator.hex(byte).suffix(1))
          witness.append(byte & 0x0F | UInt8(random.int(0...15)) << 4)
        case 2:
          let byte = random.byte()
          text.append(HexGenerator.hex(byte).prefix(1) + "?")
          witness.append(byte & 0xF0 | UInt8(random.int(0...15)))
        case 3:
          let low = random.int(0...3)
          let high = low + random.int(1...300)
          text.append("[\(low)-\(high)]")
          witness += run(low...min(high, 40), &random)
        case 4:
          text.append("[\(2)-]")
          witness += run(2...30, &random)
        case 5:
          let branches = (0..<random.int(2...4)).map { _ in run(1...5, &random) }
          text.append("( " + branches.map(digits).joined(separator: " | ") + " )")
          witness += random.pick(branches)
        default:
          let inner = [run(1...3, &random), run(2...3, &random)]
          let other = run(1...4, &random)
          text.append("( \(digits(inner[0])) ?? \(digits(inner[1])) | \(digits(other)) )")
          witness += random.oneIn(2) ? inner[0] + [random.byte()] + inner[1] : other
        }
      }
      let bytes = run(2...9, &random)
      text.append(digits(bytes))
      witness += bytes
    }
    return GeneratedPattern(
      name: name, text: "{ " + text.joined(separator: " ") + " }", witnesses: [witness])
  }

  /// Words joined by what regexes join them by.
  private static func wordRegex(_ name: String, _ random: inout RandomSource) -> GeneratedPattern {
    func escaped(_ bytes: [UInt8]) -> String {
      bytes.map { "/.-:".utf8.contains($0) ? "\\" + String(UnicodeScalar($0)) : String(UnicodeScalar($0)) }
        .joined()
    }
    var text = ""
    var witness: [UInt8] = []
    for part in 0..<random.int(1...4) {
      if part > 0 {
        let other = word(2...6, &random)
        switch random.int(0...7) {
        case 0:
          text += "(\(escaped(other)))?"
          if random.oneIn(2) { witness += other }
        case 1:
          text += "[0-9]{2,4}"
          witness += [0x31, 0x32, 0x33]
        case 2:
          text += "(\(escaped(other))){2}"
          witness += other + other
        case 3:
          text += "(\(escaped(other)))+"
          witness += other + other + other
        case 4:
          text += ".{1,250}"
          witness += word(1...30, &random)
        case 5:
          text += "(\(escaped(other))|[ab]c|)"
          witness += random.pick([other, [0x61, 0x63], [0x62, 0x63], []])
        case 6:
          text += "[abcAB]"
          witness.append(random.pick(Array("abcAB".utf8)))
        default:
          text += "\\s*"
          witness += random.oneIn(2) ? [0x20] : []
        }
      }
      let piece = word(2...8, &random)
      text += escaped(piece)
      witness += piece
    }
    let isCaseless = random.oneIn(3)
    let isWide = random.oneIn(3)
    let isAscii = isWide && random.oneIn(2)
    var form = isCaseless ? GeneratedPattern.caseFlipped(witness, &random) : witness
    if isWide, !isAscii || random.oneIn(2) { form = GeneratedPattern.widened(form) }
    return GeneratedPattern(
      name: name,
      text: "/\(text)/" + (isCaseless ? "i" : "") + (isWide ? " wide" : "") + (isAscii ? " ascii" : ""),
      witnesses: [form])
  }
}
