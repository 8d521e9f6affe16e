import Foundation

/// Rules and data of one differential case; a function of seed and index alone.
struct GeneratedCase {
  var rules: String
  var data: [UInt8]

  /// - Parameter files: real files, of which every other case takes one, with patterns of pieces of it.
  init(seed: UInt64, index: Int, files: [String] = []) {
    var random = RandomSource(seed: seed, index: index)
    var witnesses: [[UInt8]] = []
    let file: [UInt8] =
      files.isEmpty || random.oneIn(2)
      ? [] : FileManager.default.contents(atPath: random.pick(files)).map { Array($0.prefix(1 << 20)) } ?? []
    var drafts: [(name: String, patterns: [GeneratedPattern])] = []
    for rule in 0..<random.int(1...3) {
      var patterns: [GeneratedPattern] = []
      let count = random.oneIn(8) ? 0 : random.int(1...3)
      for index in 0..<count {
        let name = "$\(random.pick(["a", "s"]))\(index)"
        let pattern =
          file.isEmpty || random.oneIn(4)
          ? GeneratedPattern.random(name: name, &random)
          : GeneratedPattern.piece(of: file, name: name, &random)
        patterns.append(pattern)
        witnesses += pattern.witnesses
      }
      drafts.append(("r\(rule)", patterns))
    }
    data = file.isEmpty ? GeneratedCase.data(with: witnesses, &random) : file

    let allowsYaraX = random.oneIn(8)
    let isCorner = random.oneIn(2)
    let grammar = random.pick([CornerGenerator.Grammar.both, .both, .yaraX, .yara])
    var text = "import \"math\"\nimport \"hash\"\nimport \"string\"\n"
    var earlier: [String] = []
    for draft in drafts {
      var conditions = ConditionGenerator(
        patterns: draft.patterns.map(\.name), earlierRules: earlier, allowsYaraX: allowsYaraX,
        dataCount: data.count)
      let kind = random.oneIn(12) ? "private " : random.oneIn(20) ? "global " : ""
      text += "\(kind)rule \(draft.name) {\n"
      if !draft.patterns.isEmpty {
        text += "  strings:\n"
        for pattern in draft.patterns { text += "    \(pattern.name) = \(pattern.text)\n" }
      }
      if isCorner {
        var corners = CornerGenerator(
          patterns: draft.patterns.map(\.name), earlierRules: earlier, grammar: grammar,
          dataCount: data.count)
        let corner = corners.boolean(&random)
        text += "  condition:\n    \(conditions.naming(corner, &random))\n}\n"
      } else {
        text += "  condition:\n    \(conditions.condition(&random))\n}\n"
      }
      earlier.append(draft.name)
    }
    rules = text
  }

  /// Filler with the witnesses planted: whole, cut, doubled, at both ends.
  private static func data(with witnesses: [[UInt8]], _ random: inout RandomSource) -> [UInt8] {
    if random.oneIn(40) { return [] }
    var data: [UInt8] = []
    func filler(_ random: inout RandomSource) -> [UInt8] {
      (0..<random.int(0...20)).map { _ in
        random.oneIn(4) ? random.byte() : random.pick(TextGenerator.alphabet)
      }
    }
    if random.oneIn(2) { data += filler(&random) }
    for witness in witnesses.shuffled(using: &random) where !random.oneIn(4) {
      switch random.int(0...9) {
      case 0: data += witness.dropLast()
      case 1: data += witness + witness
      case 2:
        var altered = witness
        if !altered.isEmpty { altered[random.int(0...altered.count - 1)] = random.byte() }
        data += altered
      default: data += witness
      }
      if random.oneIn(2) { data += filler(&random) }
    }
    if random.oneIn(2) { data += filler(&random) }
    return data
  }

  /// Whether the rule's condition asks for the pattern at a place: by its name, or in a set.
  func mayBeAnchored(_ pattern: String, in rule: String) -> Bool {
    guard let start = rules.firstRange(of: "rule \(rule) {")?.upperBound,
      let condition = rules[start...].firstRange(of: "condition:")?.upperBound
    else { return false }
    let text = rules[condition...].prefix { $0 != "}" }
    return text.contains("\(pattern) at ") || text.contains(") at ") || text.contains("them at ")
      || text.contains("$ at ")
  }

  /// Whether the pattern has forms of different length that may begin at one byte.
  func hasTwoForms(_ pattern: String, in rule: String) -> Bool {
    guard let line = text(pattern, in: rule) else { return false }
    return line.contains(" wide") && (line.contains(" ascii") || line.contains(" base64"))
  }

  /// Whether the pattern is a text that is sought under keys or in base64.
  func isEncoded(_ pattern: String, in rule: String) -> Bool {
    guard let line = text(pattern, in: rule) else { return false }
    return line.contains(" xor") || line.contains(" base64")
  }

  /// The line of a pattern that is a text.
  private func text(_ pattern: String, in rule: String) -> Substring? {
    guard let start = rules.firstRange(of: "rule \(rule) {")?.upperBound else { return nil }
    return rules[start...].split(separator: "\n").first { $0.contains(" \(pattern) = \"") }
  }

  var hasEncodedPatterns: Bool { rules.contains(" xor") || rules.contains("base64") }
}
