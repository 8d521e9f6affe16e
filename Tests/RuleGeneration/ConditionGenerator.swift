/// Conditions at random, well typed by construction: what is generated should compile, apart from
/// a few forms on purpose.
struct ConditionGenerator {
  /// With their `$`; may be empty.
  let patterns: [String]
  /// Names of rules that stand before this one.
  let earlierRules: [String]
  /// YARA-X's own forms: stock YARA refuses them.
  let allowsYaraX: Bool
  let dataCount: Int
  private var depth = 0
  /// Integer variables in scope.
  private var variables: [String] = []
  /// True inside `for ... of`, where `$`, `#`, `@` and `!` mean something.
  private var hasCurrentPattern = false

  init(patterns: [String], earlierRules: [String], allowsYaraX: Bool, dataCount: Int) {
    self.patterns = patterns
    self.earlierRules = earlierRules
    self.allowsYaraX = allowsYaraX
    self.dataCount = dataCount
  }

  /// A condition that names every pattern, as both engines demand.
  mutating func condition(_ random: inout RandomSource) -> String {
    naming(boolean(&random), &random)
  }

  /// The condition with uses added of the patterns that it does not name.
  mutating func naming(_ condition: String, _ random: inout RandomSource) -> String {
    var text = condition
    for name in patterns where !mentions(text, name) {
      let use = patternTest(name, &random)
      text = random.oneIn(2) ? "(\(text)) or \(use)" : "\(use) and (\(text))"
    }
    return text
  }

  private func mentions(_ text: String, _ name: String) -> Bool {
    if text.contains(" them") || text.contains("$*") { return true }
    let bare = name.dropFirst()
    // Wildcards over the shared first letter.
    if let first = bare.first, text.contains("$\(first)*") { return true }
    for sigil in ["$", "#", "@", "!"] {
      var rest = Substring(text)
      while let found = rest.firstRange(of: sigil + bare) {
        let next = rest[found.upperBound...].first
        if next.map({ !$0.isLetter && !$0.isNumber && $0 != "_" }) ?? true { return true }
        rest = rest[found.upperBound...]
      }
    }
    return false
  }

  // MARK: Booleans

  private mutating func boolean(_ random: inout RandomSource) -> String {
    depth += 1
    defer { depth -= 1 }
    if depth > 4 { return leaf(&random) }
    switch random.int(0...17) {
    case 0, 1: return "(\(boolean(&random)) and \(boolean(&random)))"
    case 2, 3: return "(\(boolean(&random)) or \(boolean(&random)))"
    case 4: return "not (\(boolean(&random)))"
    case 5, 6: return "\(integer(&random)) \(random.pick(["<", "<=", ">", ">=", "==", "!="])) \(integer(&random))"
    case 7 where !patterns.isEmpty: return forOf(&random)
    case 8: return forIn(&random)
    case 9 where !patterns.isEmpty, 10 where !patterns.isEmpty: return of(&random)
    case 11 where !earlierRules.isEmpty: return ruleUse(&random)
    case 12: return text(&random)
    case 13: return "defined (\(random.oneIn(2) ? boolean(&random) : integer(&random) + " > 0"))"
    case 14: return module(&random)
    case 15 where allowsYaraX:
      let name = "w\(depth)"
      let value = integer(&random)
      variables.append(name)
      defer { variables.removeLast() }
      return "with \(name) = \(value) : ( \(name) >= 0 or \(boolean(&random)) )"
    default: return leaf(&random)
    }
  }

  private mutating func leaf(_ random: inout RandomSource) -> String {
    switch random.int(0...7) {
    case 0: return random.pick(["true", "false"])
    case 1: return compared("filesize", random.int(0...dataCount + 5), &random)
    case 2: return compared(integerLeaf(&random), random.int(0...40), &random)
    default:
      if patterns.isEmpty { return "filesize > \(random.int(0...dataCount))" }
      if hasCurrentPattern, random.oneIn(2) { return patternTest("$", &random) }
      return patternTest(random.pick(patterns), &random)
    }
  }

  private mutating func patternTest(_ name: String, _ random: inout RandomSource) -> String {
    let bare = name.dropFirst()
    switch random.int(0...9) {
    case 0: return "\(name) at \(place(&random))"
    case 1: return "\(name) in (\(range(&random)))"
    case 2: return compared("#\(bare)", random.int(0...3), &random)
    case 3: return compared("#\(bare) in (\(range(&random)))", random.int(0...3), &random)
    case 4: return "@\(bare)[\(random.int(1...3))] \(random.pick(["<", ">"])) \(place(&random))"
    case 5: return compared("!\(bare)[\(random.int(1...2))]", random.int(1...12), &random)
    case 6: return compared("\(random.pick(["@", "!"]))\(bare)", random.int(0...10), &random)
    default: return name
    }
  }

  /// Either side may be the number: what plans a search must not mix them up.
  private mutating func compared(_ value: String, _ number: Int, _ random: inout RandomSource) -> String {
    let sign = random.pick(["==", "!=", "<", "<=", ">", ">="])
    return random.oneIn(3) ? "\(number) \(sign) \(value)" : "\(value) \(sign) \(number)"
  }

  private mutating func ruleUse(_ random: inout RandomSource) -> String {
    switch random.int(0...4) {
    case 0: return "\(quantifier(&random, of: earlierRules.count)) of (\(earlierRules.joined(separator: ", ")))"
    // Only YARA knows wildcards over rules, and only YARA-X knows `with`: not both in one text.
    case 1 where !allowsYaraX: return "any of (r*)"
    default: return random.pick(earlierRules)
    }
  }

  // MARK: Loops and sets

  private mutating func quantifier(_ random: inout RandomSource, of count: Int) -> String {
    switch random.int(0...6) {
    case 0: return "all"
    case 1, 2: return "any"
    case 3: return "none"
    case 4: return "\(random.pick([1, 10, 34, 50, 67, 100]))%"
    default: return "\(random.int(0...max(count, 1)))"
    }
  }

  private mutating func set(_ random: inout RandomSource) -> (text: String, count: Int) {
    switch random.int(0...4) {
    case 0, 1: return ("them", patterns.count)
    case 2: return ("(\(patterns[0].prefix(2))*)", patterns.count)
    default:
      let chosen = patterns.filter { _ in random.oneIn(2) }
      let names = chosen.isEmpty ? [patterns[0]] : chosen
      return ("(\(names.joined(separator: ", ")))", names.count)
    }
  }

  private mutating func of(_ random: inout RandomSource) -> String {
    let (text, count) = set(&random)
    let quantifier = quantifier(&random, of: count)
    switch random.int(0...4) {
    case 0: return "\(quantifier) of \(text) in (\(range(&random)))"
    case 1: return "\(quantifier) of \(text) at \(place(&random))"
    default: return "\(quantifier) of \(text)"
    }
  }

  private mutating func forOf(_ random: inout RandomSource) -> String {
    let (text, count) = set(&random)
    let quantifier = quantifier(&random, of: count)
    let before = hasCurrentPattern
    hasCurrentPattern = true
    defer { hasCurrentPattern = before }
    // Something of the current pattern must be asked, or the loop says nothing of it.
    let use = patternTest("$", &random)
    return "for \(quantifier) of \(text) : ( \(random.oneIn(2) ? use : "\(use) \(random.pick(["and", "or"])) \(boolean(&random))") )"
  }

  private mutating func forIn(_ random: inout RandomSource) -> String {
    let name = "i\(depth)"
    let iterable: String
    if !patterns.isEmpty, random.oneIn(3) {
      iterable = "(1..#\(random.pick(patterns).dropFirst()))"
    } else if random.oneIn(2) {
      let low = random.int(0...5)
      iterable = "(\(low)..\(low + random.int(0...6)))"
    } else {
      iterable = "(" + (0..<random.int(1...4)).map { _ in integerLeaf(&random) }.joined(separator: ", ") + ")"
    }
    let quantifier = quantifier(&random, of: 3)
    variables.append(name)
    defer { variables.removeLast() }
    return "for \(quantifier) \(name) in \(iterable) : ( \(name) \(random.pick([">", "<", "==", "!="])) \(integerLeaf(&random)) \(random.pick(["and", "or"])) \(boolean(&random)) )"
  }

  // MARK: Numbers

  private mutating func place(_ random: inout RandomSource) -> String {
    switch random.int(0...5) {
    case 0: return "0"
    case 1: return integerLeaf(&random)
    case 2: return "filesize - \(random.int(1...20))"
    default: return "\(random.int(0...dataCount))"
    }
  }

  private mutating func range(_ random: inout RandomSource) -> String {
    if random.oneIn(6) { return "\(random.int(0...20))..filesize" }
    if random.oneIn(8) { return "\(integerLeaf(&random))..\(integerLeaf(&random)) + 40" }
    let low = random.int(0...dataCount)
    return "\(low)..\(low + random.int(0...80))"
  }

  private mutating func integer(_ random: inout RandomSource) -> String {
    depth += 1
    defer { depth -= 1 }
    if depth > 4 { return integerLeaf(&random) }
    switch random.int(0...9) {
    case 0: return "(\(integer(&random)) + \(integer(&random)))"
    case 1: return "(\(integer(&random)) - \(integer(&random)))"
    case 2: return "(\(integer(&random)) * \(random.int(0...9)))"
    case 3: return "(\(integer(&random)) \\ \(integerLeaf(&random)))"
    case 4: return "(\(integer(&random)) % \(random.int(1...9)))"
    case 5: return "(\(integer(&random)) \(random.pick(["&", "|", "^"])) \(integer(&random)))"
    case 6: return "(\(integer(&random)) \(random.pick(["<<", ">>"])) \(random.int(0...70)))"
    case 7: return "\(random.pick(["~", "-"]))\(integerLeaf(&random))"
    default: return integerLeaf(&random)
    }
  }

  private mutating func integerLeaf(_ random: inout RandomSource) -> String {
    switch random.int(0...9) {
    case 0: return "filesize"
    case 1:
      let name = random.pick(["uint8", "uint16", "uint32", "int8", "int16", "int32", "uint16be", "uint32be", "int16be", "int32be", "uint8be", "int8be"])
      return "\(name)(\(random.int(0...dataCount + 3)))"
    case 2 where !patterns.isEmpty, 3 where !patterns.isEmpty: return "#\(random.pick(patterns).dropFirst())"
    case 4 where !patterns.isEmpty: return "@\(random.pick(patterns).dropFirst())[\(random.int(1...3))]"
    case 5 where !patterns.isEmpty: return "!\(random.pick(patterns).dropFirst())[\(random.int(1...3))]"
    case 6 where !variables.isEmpty, 7 where !variables.isEmpty: return random.pick(variables)
    case 8: return random.pick(["1KB", "0x10", "0o17", "9223372036854775807", "1MB"])
    default: return "\(random.int(0...30))"
    }
  }

  // MARK: Texts and modules

  private mutating func text(_ random: inout RandomSource) -> String {
    let words = ["abc", "ABC", "a", "", "bc", "aBcabc", "x\\x00y", "\\xff"]
    let left = "\"\(random.pick(words))\""
    if random.oneIn(3) { return "\(left) matches \(RegexGenerator.literal(&random).text)" }
    let operators = ["contains", "icontains", "startswith", "istartswith", "endswith", "iendswith", "iequals", "==", "!=", "<", ">="]
    return "\(left) \(random.pick(operators)) \"\(random.pick(words))\""
  }

  private mutating func module(_ random: inout RandomSource) -> String {
    let offset = random.int(0...dataCount)
    let length = random.int(0...40)
    let places = random.oneIn(4) ? random.pick(["\"abcabc\"", "\"\"", "\"aab\""]) : "\(offset), \(length)"
    switch random.int(0...13) {
    case 0: return "math.entropy(\(places)) > \(random.pick(["1.5", "2.0", "3.25"]))"
    case 1: return "math.mean(\(places)) < \(random.pick(["64.0", "97.5", "120.0"]))"
    case 2: return "math.deviation(\(places), \(random.pick(["97.0", "math.MEAN_BYTES"]))) > 20.0"
    case 3: return "math.serial_correlation(\(places)) < 0.1"
    case 4: return "math.monte_carlo_pi(\(places)) < 0.5"
    case 5: return "math.in_range(math.entropy(\(places)), 1.0, 3.0)"
    case 6: return "math.\(random.pick(["min", "max"]))(\(integerLeaf(&random)), \(integerLeaf(&random))) > \(random.int(0...40))"
    case 7: return "math.abs(\(integer(&random))) > \(random.int(0...40))"
    case 8: return "math.count(0x61, \(offset), \(length)) > \(random.int(0...3))"
    case 9: return "math.percentage(0x61, \(offset), \(length)) > 0.1"
    case 10: return "math.mode(\(offset), \(length)) > 96"
    case 11: return "math.to_number(\(boolean(&random))) == \(random.int(0...1))"
    case 12: return "hash.\(random.pick(["md5", "sha1", "sha256"]))(\(places)) matches /^[0-7]/"
    default: return "hash.\(random.pick(["crc32", "checksum32"]))(\(places)) % 3 == \(random.int(0...2))"
    }
  }
}
