import Foundation

/// Rules and data of one differential case; a function of seed and index alone.
struct GeneratedCase {
  var rules: String
  var data: [UInt8]

  /// Other words for the same rules, in which what is one engine's own shows.
  struct Wording: OptionSet {
    let rawValue: Int
    /// A rule before all others asks for matches, so that no engine answers without having searched.
    static let searchedFirst = Wording(rawValue: 1)
    /// The body of a loop is never a number.
    static let booleanBodies = Wording(rawValue: 2)
  }

  /// - Parameter files: real files, of which every other case takes one, with patterns of pieces of it.
  init(seed: UInt64, index: Int, files: [String] = [], wording: Wording = []) {
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
    if wording.contains(.searchedFirst) {
      text += "private global rule before_all { strings: $b = \"before\" condition: #b >= 0 }\n"
    }
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
          dataCount: data.count, hasBooleanBodies: wording.contains(.booleanBodies))
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

  /// Whether the pattern is a text of one and the same byte, sought in base64.
  func isEncodedRun(_ pattern: String, in rule: String) -> Bool {
    guard let line = text(pattern, in: rule), line.contains(" base64"),
      let quoted = line.split(separator: " = \"", maxSplits: 1).last?.split(separator: "\" ", maxSplits: 1).first
    else { return false }
    let length = quoted.hasPrefix("\\x") ? 4 : quoted.hasPrefix("\\") ? 2 : 1
    return quoted == String(repeating: String(quoted.prefix(length)), count: quoted.count / length)[...]
  }

  /// Whether the pattern is a regular expression.
  func isRegex(_ pattern: String, in rule: String) -> Bool { line(pattern, "/", in: rule) != nil }

  /// All patterns of the rules, in their order.
  var patterns: [(name: String, rule: String)] {
    var found: [(name: String, rule: String)] = []
    var rule = ""
    for line in rules.split(separator: "\n") {
      if let start = line.firstRange(of: "rule r")?.lowerBound, line.hasSuffix("{") {
        rule = String(line[start...].dropFirst(5).dropLast(2))
      } else if line.hasPrefix("    $"), let end = line.firstRange(of: " = ")?.lowerBound {
        found.append((String(line[..<end].dropFirst(4)), rule))
      }
    }
    return found
  }

  /// The pattern with nothing around it, as a rule of that name.
  func alone(_ pattern: String, in rule: String) -> String? {
    guard let line = line(pattern, "", in: rule) else { return nil }
    return "rule \(rule) { strings: \(line) condition: \(pattern) }"
  }

  /// Whether a negated byte stands between two gaps of the pattern.
  func isNegatedBetweenGaps(_ pattern: String, in rule: String) -> Bool {
    line(pattern, "{", in: rule)?.contains(/\] ~[0-9A-F?]{2} \[/) ?? false
  }

  /// Whether the pattern is an expression with alternatives, or whose ends must end words.
  func hasSeveralEnds(_ pattern: String, in rule: String) -> Bool {
    line(pattern, "/", in: rule).map { $0.contains("|") || $0.contains(" fullword") } ?? false
  }

  /// Whether the rule's condition asks for the length of a pattern that has two forms.
  func asksForLengthOfTwoForms(_ rule: String) -> Bool {
    guard let start = rules.firstRange(of: "rule \(rule) {")?.upperBound else { return false }
    let body = rules[start...]
    let lines = body[..<(body.firstRange(of: "\n}")?.lowerBound ?? body.endIndex)].split(separator: "\n")
    let condition = lines.last ?? ""
    return lines.contains { line in
      guard let name = line.split(separator: " ").first, name.hasPrefix("$") else { return false }
      return hasTwoForms(String(name), in: rule) && condition.contains("!\(name.dropFirst())")
    }
  }

  /// The line of a pattern that is a text.
  private func text(_ pattern: String, in rule: String) -> Substring? { line(pattern, "\"", in: rule) }

  private func line(_ pattern: String, _ first: String, in rule: String) -> Substring? {
    guard let start = rules.firstRange(of: "rule \(rule) {")?.upperBound else { return nil }
    return rules[start...].split(separator: "\n").first { $0.contains(" \(pattern) = \(first)") }
  }

  var hasEncodedPatterns: Bool { rules.contains(" xor") || rules.contains("base64") }
}
