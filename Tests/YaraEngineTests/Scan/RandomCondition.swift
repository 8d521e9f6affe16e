/// Well-typed conditions by chance, over the patterns of `RandomCondition.patterns`: many of their
/// values are undefined, and many are decided without patterns.
struct RandomCondition {
  static let patterns = ##"$a = "ab" $b = "zzzz" $c = { 00 01 } $_d = "b" nocase $e = /a[bc]+/"##
  static let imports = #"import "math" import "hash" import "string""#
  private static let names = ["a", "b", "c", "_d", "e"]

  private var numbers: SeededNumbers
  private var integers: [String] = []
  private var texts: [String] = []
  private var patternLoops = 0
  /// Rules that may be named.
  var rules: [String] = []

  init(seed: UInt64) { numbers = SeededNumbers(seed: seed) }

  private mutating func number(_ count: Int) -> Int { Int.random(in: 0..<count, using: &numbers) }
  private mutating func pick(_ choices: [String]) -> String { choices[number(choices.count)] }

  private mutating func name() -> String {
    patternLoops > 0 && number(2) == 0 ? "" : pick(Self.names)
  }

  mutating func integer(_ depth: Int) -> String {
    guard depth > 0 else {
      let constants = ["0", "1", "2", "3", "8", "100", "0xff", "filesize", "uint8(0)", "uint8(1000)"]
      switch number(6) {
      case 0, 1: return pick(["#", "@", "!"]) + name()
      case 2 where !integers.isEmpty: return pick(integers)
      default: return pick(constants)
      }
    }
    switch number(8) {
    case 0, 1:
      let sign = pick(["+", "-", "*", "\\", "%", "&", "|", "^", "<<", ">>"])
      return "(\(integer(depth - 1)) \(sign) \(integer(depth - 1)))"
    case 2: return pick(["(-", "(~"]) + integer(depth - 1) + ")"
    case 3: return pick(["uint8", "int16be", "uint32", "int64"]) + "(\(integer(depth - 1)))"
    case 4: return pick(["@", "!"]) + name() + "[\(integer(depth - 1))]"
    case 5: return "#\(name()) in (\(integer(depth - 1))..\(integer(depth - 1)))"
    case 6: return "math.min(\(integer(depth - 1)), \(integer(depth - 1)))"
    default: return "math.to_number(\(boolean(depth - 1)))"
    }
  }

  mutating func float(_ depth: Int) -> String {
    guard depth > 0 else { return pick(["0.5", "1.0", "2.25"]) }
    switch number(3) {
    case 0: return "(\(float(depth - 1)) \(pick(["+", "-", "*", "\\"])) \(integer(depth - 1)))"
    case 1: return "math.entropy(\(integer(depth - 1)), \(integer(depth - 1)))"
    default: return float(0)
    }
  }

  mutating func text(_ depth: Int) -> String {
    guard depth > 0 else { return pick([#""abc""#, #""AB""#, #""""#, #""12""#] + texts) }
    switch number(3) {
    case 0: return "math.to_string(\(integer(depth - 1)))"
    case 1: return "hash.md5(\(integer(depth - 1)), \(integer(depth - 1)))"
    default: return text(0)
    }
  }

  private mutating func quantifier(_ depth: Int) -> String {
    switch number(4) {
    case 0: "(\(integer(depth - 1)))"
    case 1: pick(["50%", "100%", "34%"])
    default: pick(["any", "all", "none", "1", "2", "0"])
    }
  }

  private mutating func set() -> String { pick(["them", "($a*)", "($a, $b)", "($a, $c)", "($b)"]) }

  mutating func boolean(_ depth: Int) -> String {
    guard depth > 0 else {
      if !rules.isEmpty, number(3) == 0 { return pick(rules) }
      return number(3) == 0 ? pick(["true", "false"]) : "$" + name()
    }
    switch number(13) {
    case 0: return "(\(boolean(depth - 1)) and \(boolean(depth - 1)))"
    case 1: return "(\(boolean(depth - 1)) or \(boolean(depth - 1)))"
    case 2: return "(not \(boolean(depth - 1)))"
    case 3:
      switch number(3) {
      case 0: return "(defined \(boolean(depth - 1)))"
      case 1: return "(defined \(integer(depth - 1)))"
      default: return "(defined \(text(depth - 1)))"
      }
    case 4, 5:
      let comparison = pick(["==", "!=", "<", ">", "<=", ">="])
      if number(4) == 0 {
        let sides = ["#" + pick(Self.names), pick(["0", "1", "2", "5"])]
        return "(" + (number(2) == 0 ? sides : sides.reversed()).joined(separator: " \(comparison) ") + ")"
      }
      return "(\(integer(depth - 1)) \(comparison) \(integer(depth - 1)))"
    case 6: return "(\(float(depth - 1)) \(pick(["==", "!=", "<", ">="])) \(float(depth - 1)))"
    case 7:
      let relation = pick(["==", "<", "contains", "istartswith", "iendswith"])
      return "(\(text(depth - 1)) \(relation) \(text(depth - 1)))"
    case 8: return "($\(name()) at \(integer(depth - 1)))"
    case 9: return "($\(name()) in (\(integer(depth - 1))..\(integer(depth - 1))))"
    case 10:
      if number(3) == 0 {
        return "(\(quantifier(depth)) of (\(boolean(depth - 1)), \(boolean(depth - 1))))"
      }
      let anchor = number(3) == 0 ? " at \(integer(depth - 1))" : ""
      return "(\(quantifier(depth)) of \(set())\(anchor))"
    case 11:
      let (quantifier, set) = (quantifier(depth), set())
      patternLoops += 1
      defer { patternLoops -= 1 }
      return "(for \(quantifier) of \(set) : (\(boolean(depth - 1))))"
    default: return loop(depth)
    }
  }

  private mutating func loop(_ depth: Int) -> String {
    let variable = "v\(integers.count + texts.count)"
    let quantifier = quantifier(depth)
    switch number(4) {
    case 0:
      let items = "(\(text(0)), \(text(0)))"
      texts.append(variable)
      defer { texts.removeLast() }
      return "(for \(quantifier) \(variable) in \(items) : (\(boolean(depth - 1))))"
    case 1:
      let value = integer(depth - 1)
      integers.append(variable)
      defer { integers.removeLast() }
      return "(with \(variable) = \(value) : (\(boolean(depth - 1))))"
    default:
      let items =
        number(2) == 0
        ? "(\(pick(["0", "1"]))..\(pick(["3", "#a", "filesize"])))"
        : "(\(integer(depth - 1)), \(integer(depth - 1)))"
      integers.append(variable)
      defer { integers.removeLast() }
      return "(for \(quantifier) \(variable) in \(items) : (\(boolean(depth - 1))))"
    }
  }
}
