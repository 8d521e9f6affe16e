/// Conditions from the whole grammar, weighted to its odd corners: undefined values on either side
/// of everything, numbers at the ends of their range, mixed types in chains, loops over nothing,
/// quantifiers that are expressions. Mostly well typed; now and then a value of another type stands
/// where it should not, since what is refused counts too.
struct CornerGenerator {
  /// Whose forms may be used: those of both engines, and beside them those of one.
  enum Grammar { case both, yaraX, yara }

  let patterns: [String]
  let earlierRules: [String]
  let grammar: Grammar
  let dataCount: Int
  /// Whether bodies of loops are made Boolean where they are numbers.
  let hasBooleanBodies: Bool
  private var depth = 0
  private var loops = 0
  private var integers: [String] = []
  private var texts: [String] = []
  private var floats: [String] = []
  private var hasCurrentPattern = false

  init(
    patterns: [String], earlierRules: [String], grammar: Grammar, dataCount: Int, hasBooleanBodies: Bool = false
  ) {
    self.hasBooleanBodies = hasBooleanBodies
    self.patterns = patterns
    self.earlierRules = earlierRules
    self.grammar = grammar
    self.dataCount = dataCount
  }

  private var isX: Bool { grammar == .yaraX }

  // MARK: - Booleans

  mutating func boolean(_ random: inout RandomSource) -> String {
    depth += 1
    defer { depth -= 1 }
    if depth > 5 { return leaf(&random) }
    switch random.int(0...23) {
    case 0: return "(\(boolean(&random)) and \(boolean(&random)))"
    case 1: return "(\(boolean(&random)) or \(boolean(&random)))"
    case 2: return "\(boolean(&random)) or \(boolean(&random)) and \(boolean(&random))"
    case 3: return "not \(random.oneIn(2) ? "(\(boolean(&random)))" : boolean(&random))"
    case 4: return "defined \(random.oneIn(2) ? "(\(boolean(&random)))" : value(&random))"
    case 5, 6, 7: return comparison(&random)
    case 8, 9: return textRelation(&random)
    case 10, 11, 12: return forIn(&random)
    case 13 where !patterns.isEmpty, 14 where !patterns.isEmpty: return forOf(&random)
    case 15 where !patterns.isEmpty, 16 where !patterns.isEmpty: return of(&random)
    case 17 where isX: return "\(quantifier(&random, 3)) of (\(boolean(&random)), \(boolean(&random)), \(boolean(&random)))"
    case 18 where isX: return with(&random)
    case 19 where !earlierRules.isEmpty: return ruleSet(&random)
    case 20: return random.oneIn(3) ? text(&random) : value(&random)
    default: return leaf(&random)
    }
  }

  private mutating func leaf(_ random: inout RandomSource) -> String {
    switch random.int(0...9) {
    case 0: return random.pick(["true", "false"])
    case 1: return integer(&random)
    case 2 where !earlierRules.isEmpty: return random.pick(earlierRules)
    case 3: return comparison(&random)
    default:
      if patterns.isEmpty { return comparison(&random) }
      return patternTest(&random)
    }
  }

  private mutating func name(_ random: inout RandomSource) -> Substring {
    hasCurrentPattern && random.oneIn(2) ? "" : random.pick(patterns).dropFirst()
  }

  private mutating func patternTest(_ random: inout RandomSource) -> String {
    let bare = name(&random)
    switch random.int(0...5) {
    case 0: return "$\(bare) at \(integer(&random))"
    case 1: return "$\(bare) in (\(integer(&random))..\(integer(&random)))"
    case 2: return "#\(bare)"
    case 3: return "#\(bare) in (\(integer(&random))..\(integer(&random))) \(sign(&random)) \(random.int(0...3))"
    default: return "$\(bare)"
    }
  }

  private func sign(_ random: inout RandomSource) -> String {
    random.pick(["==", "!=", "<", "<=", ">", ">="])
  }

  private mutating func comparison(_ random: inout RandomSource) -> String {
    depth += 1
    defer { depth -= 1 }
    switch random.int(0...9) {
    case 0, 1: return "\(float(&random)) \(sign(&random)) \(float(&random))"
    case 2: return "\(float(&random)) \(sign(&random)) \(integer(&random))"
    case 3: return "\(text(&random)) \(sign(&random)) \(text(&random))"
    case 4 where random.oneIn(4): return "\(value(&random)) \(sign(&random)) \(value(&random))"
    case 5 where isX && random.oneIn(3): return "\(integer(&random)) == \(integer(&random)) == \(random.int(0...1))"
    default: return "\(integer(&random)) \(sign(&random)) \(integer(&random))"
    }
  }

  private mutating func textRelation(_ random: inout RandomSource) -> String {
    depth += 1
    defer { depth -= 1 }
    if random.oneIn(4) {
      return "\(text(&random)) matches \(RegexGenerator.literal(&random).text)"
    }
    let relation = random.pick([
      "contains", "icontains", "startswith", "istartswith", "endswith", "iendswith", "iequals",
    ])
    return "\(text(&random)) \(relation) \(text(&random))"
  }

  // MARK: - Loops and sets

  private mutating func quantifier(_ random: inout RandomSource, _ count: Int) -> String {
    switch random.int(0...11) {
    case 0, 1: return "all"
    case 2, 3, 4: return "any"
    case 5: return "none"
    case 6: return "\(random.pick([1, 33, 34, 50, 51, 99, 100]))%"
    case 7: return "(\(integer(&random)))%"
    case 8: return "(\(integer(&random)))"
    case 9: return integerLeaf(&random)
    default: return "\(random.int(0...count + 1))"
    }
  }

  private mutating func set(_ random: inout RandomSource) -> String {
    switch random.int(0...5) {
    case 0, 1: return "them"
    case 2: return "($*)"
    case 3: return "(\(patterns[0].prefix(2))*, \(random.pick(patterns)))"
    default:
      return "(" + (0..<random.int(1...3)).map { _ in random.pick(patterns) }.joined(separator: ", ") + ")"
    }
  }

  private mutating func of(_ random: inout RandomSource) -> String {
    let quantifier = quantifier(&random, patterns.count)
    let set = set(&random)
    // Neither engine knows a percentage with a place.
    switch random.int(0...4) {
    case 0 where !quantifier.hasSuffix("%"): return "\(quantifier) of \(set) in (\(integer(&random))..\(integer(&random)))"
    case 1 where !quantifier.hasSuffix("%"): return "\(quantifier) of \(set) at \(integer(&random))"
    default: return "\(quantifier) of \(set)"
    }
  }

  private mutating func ruleSet(_ random: inout RandomSource) -> String {
    let names = (0..<random.int(1...3)).map { _ in random.pick(earlierRules) }.joined(separator: ", ")
    if grammar == .yara, random.oneIn(2) { return "\(quantifier(&random, 2)) of (r*)" }
    return "\(quantifier(&random, 2)) of (\(names))"
  }

  private mutating func forOf(_ random: inout RandomSource) -> String {
    // YARA does not nest these, and neither engine nests more than four loops with the other.
    if loops >= 3 || (hasCurrentPattern && !isX) { return leaf(&random) }
    let quantifier = quantifier(&random, patterns.count)
    let set = set(&random)
    let before = hasCurrentPattern
    hasCurrentPattern = true
    loops += 1
    defer {
      hasCurrentPattern = before
      loops -= 1
    }
    return "for \(quantifier) of \(set) : \(body("\(patternTest(&random)) \(random.pick(["and", "or"])) \(boolean(&random))"))"
  }

  private func body(_ text: String) -> String { hasBooleanBodies ? "(not not (\(text)))" : "(\(text))" }

  private mutating func forIn(_ random: inout RandomSource) -> String {
    if loops >= 3 { return leaf(&random) }
    let quantifier = quantifier(&random, 3)
    let variable = "v\(loops)"
    loops += 1
    defer { loops -= 1 }
    switch random.int(0...6) {
    case 0:
      let items = (0..<random.int(1...3)).map { _ in text(&random) }.joined(separator: ", ")
      texts.append(variable)
      defer { texts.removeLast() }
      return "for \(quantifier) \(variable) in (\(items)) : \(body(boolean(&random)))"
    case 1 where isX:
      let items = (0..<random.int(1...3)).map { _ in float(&random) }.joined(separator: ", ")
      floats.append(variable)
      defer { floats.removeLast() }
      return "for \(quantifier) \(variable) in (\(items)) : \(body(boolean(&random)))"
    case 2, 3:
      let items = (0..<random.int(1...4)).map { _ in integer(&random) }.joined(separator: ", ")
      integers.append(variable)
      defer { integers.removeLast() }
      return "for \(quantifier) \(variable) in (\(items)) : \(body(boolean(&random)))"
    default:
      // The upper bound stays small: neither engine has the time for more.
      let low = random.oneIn(3) ? "\(smallInteger(&random))" : "\(random.int(0...4))"
      let high = random.oneIn(3) ? smallInteger(&random) : "\(random.int(0...9))"
      integers.append(variable)
      defer { integers.removeLast() }
      return "for \(quantifier) \(variable) in (\(low)..\(high)) : \(body(boolean(&random)))"
    }
  }

  /// Below some hundreds, negative, or undefined.
  private mutating func smallInteger(_ random: inout RandomSource) -> String {
    switch random.int(0...5) {
    case 0: return "filesize - \(random.int(0...dataCount + 3))"
    case 1 where !patterns.isEmpty: return "#\(random.pick(patterns).dropFirst())"
    case 2: return "uint8(\(random.int(0...dataCount + 2)))"
    case 3: return "int8(\(random.int(0...dataCount + 2)))"
    case 4: return "1 \\ (filesize - \(dataCount))"
    default: return "\(random.int(0...9))"
    }
  }

  private mutating func with(_ random: inout RandomSource) -> String {
    let variable = "w\(depth)"
    switch random.int(0...4) {
    case 0:
      let value = text(&random)
      texts.append(variable)
      defer { texts.removeLast() }
      return "with \(variable) = \(value) : (\(boolean(&random)) or \(variable) == \"a\")"
    case 1:
      let value = float(&random)
      floats.append(variable)
      defer { floats.removeLast() }
      return "with \(variable) = \(value) : (\(boolean(&random)) or \(variable) > 1.0)"
    case 2:
      return "with \(variable) = \(RegexGenerator.literal(&random).text) : (\(text(&random)) matches \(variable))"
    default:
      let value = integer(&random)
      integers.append(variable)
      defer { integers.removeLast() }
      return "with \(variable) = \(value) : (\(boolean(&random)) and \(variable) > 0)"
    }
  }

  // MARK: - Values

  private mutating func value(_ random: inout RandomSource) -> String {
    switch random.int(0...5) {
    case 0: return float(&random)
    case 1: return text(&random)
    default: return integer(&random)
    }
  }

  private mutating func integer(_ random: inout RandomSource) -> String {
    depth += 1
    defer { depth -= 1 }
    if depth > 6 || random.oneIn(2) { return integerLeaf(&random) }
    if random.oneIn(60) { return float(&random) }
    switch random.int(0...9) {
    case 0: return "(\(integer(&random)) + \(integer(&random)))"
    case 1: return "(\(integer(&random)) - \(integer(&random)) - \(integer(&random)))"
    case 2: return "(\(integer(&random)) * \(integer(&random)))"
    case 3: return "(\(integer(&random)) \\ \(integer(&random)))"
    case 4: return "(\(integer(&random)) % \(integer(&random)))"
    case 5: return "(\(integer(&random)) \(random.pick(["&", "|", "^"])) \(integer(&random)))"
    case 6: return "(\(integer(&random)) \(random.pick(["<<", ">>"])) \(random.oneIn(3) ? integerLeaf(&random) : "\(random.pick([0, 1, 31, 63, 64, 65]))"))"
    case 7: return "~\(integerLeaf(&random))"
    case 8: return "-\(integerLeaf(&random))"
    default: return "\(integerLeaf(&random)) \(random.pick(["+", "-", "*", "&", "<<"])) \(integerLeaf(&random))"
    }
  }

  private static let numbers = [
    "0", "1", "2", "3", "7", "63", "64", "255", "0x7F", "0xFFFF", "0xFFFFFFFF", "4294967296",
    "9223372036854775807", "4611686018427387904", "3037000500", "1KB", "2MB", "0o17",
  ]
  private static let numbersOfYaraX = [
    "0xFFFFFFFFFFFFFFFF", "9223372036854775808", "18446744073709551615", "1_000", "0x8000000000000001",
  ]

  private mutating func integerLeaf(_ random: inout RandomSource) -> String {
    switch random.int(0...13) {
    case 0: return "filesize"
    case 1, 2:
      let name = random.pick(["uint8", "uint16", "uint32", "int8", "int16", "int32", "uint8be", "uint16be", "uint32be", "int8be", "int16be", "int32be"])
      return "\(name)(\(random.oneIn(4) ? integerLeaf(&random) : "\(random.int(0...dataCount + 3))"))"
    case 3 where isX:
      return "\(random.pick(["uint64", "int64", "uint64be", "int64be"]))(\(random.int(0...dataCount + 3)))"
    case 4 where !patterns.isEmpty: return "#\(name(&random))"
    case 5 where !patterns.isEmpty:
      return "\(random.pick(["@", "!"]))\(name(&random))[\(random.oneIn(4) ? integerLeaf(&random) : "\(random.int(0...3))")]"
    case 6 where !patterns.isEmpty: return "\(random.pick(["@", "!"]))\(name(&random))"
    case 7 where !integers.isEmpty, 8 where !integers.isEmpty, 9 where !integers.isEmpty: return random.pick(integers)
    case 10 where isX && !texts.isEmpty: return "\(random.pick(texts)).len()"
    case 11 where isX: return random.pick(Self.numbersOfYaraX)
    case 12: return random.pick(Self.numbers)
    case 13: return "string.to_int(\(text(&random)))"
    default: return "\(random.int(0...20))"
    }
  }

  private mutating func float(_ random: inout RandomSource) -> String {
    depth += 1
    defer { depth -= 1 }
    switch random.int(0...11) {
    case 0 where depth < 6: return "(\(float(&random)) \(random.pick(["+", "-", "*"])) \(integer(&random)))"
    case 1 where depth < 6: return "(\(integer(&random)) \\ \(integer(&random)) \\ \(float(&random)))"
    case 2 where depth < 6: return "(\(integer(&random)) * \(integer(&random)) * \(float(&random)))"
    case 3 where depth < 6: return "(\(float(&random)) \\ \(float(&random)))"
    case 4: return "-\(random.pick(["1.5", "0.0"]))"
    case 5 where !floats.isEmpty, 6 where !floats.isEmpty: return random.pick(floats)
    case 7 where isX: return "\(random.pick(["float32", "float64", "float32be"]))(\(random.int(0...dataCount + 3)))"
    case 8: return "math.mean(\(random.int(0...dataCount)), \(random.int(0...9)))"
    default: return random.pick(["0.0", "1.0", "1.5", "2.0", "255.0", "0.1", "9223372036854775807.0"])
    }
  }

  private mutating func text(_ random: inout RandomSource) -> String {
    switch random.int(0...11) {
    case 0 where !texts.isEmpty, 1 where !texts.isEmpty, 2 where !texts.isEmpty: return random.pick(texts)
    case 3: return "hash.md5(\(random.int(0...dataCount + 3)), \(random.int(1...4)))"
    case 4: return "math.to_string(\(integerLeaf(&random)))"
    default:
      return random.pick([
        "\"\"", "\"a\"", "\"abc\"", "\"ABC\"", "\"b\"", "\"é\"", "\"É\"", "\"\\xff\"", "\"a\\x00b\"", "\"\\xc3\\xa9x\"", "\"10\"",
        "\"0x1F\"", "\"-7\"", "\"ǅ\"", "\"ß\"", "\"\\t\"",
      ])
    }
  }
}
