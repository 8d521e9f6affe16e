import OracleSupport

/// Rules and data of one differential case; a function of seed and index alone.
struct GeneratedCase {
  var rules: String
  var data: [UInt8]

  init(seed: UInt64, index: Int) {
    var random = RandomSource(seed: seed, index: index)
    var witnesses: [[UInt8]] = []
    var drafts: [(name: String, patterns: [GeneratedPattern])] = []
    for rule in 0..<random.int(1...3) {
      var patterns: [GeneratedPattern] = []
      let count = random.oneIn(8) ? 0 : random.int(1...3)
      for index in 0..<count {
        let pattern = GeneratedPattern.random(name: "$\(random.pick(["a", "s"]))\(index)", &random)
        patterns.append(pattern)
        witnesses += pattern.witnesses
      }
      drafts.append(("r\(rule)", patterns))
    }
    data = GeneratedCase.data(with: witnesses, &random)

    let allowsYaraX = random.oneIn(8)
    var text = "import \"math\"\nimport \"hash\"\n"
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
      text += "  condition:\n    \(conditions.condition(&random))\n}\n"
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

  func question(id: Int) -> OracleCase { OracleCase(id: id, rules: rules, data: data) }
}
