import OracleSupport
import Testing
import YaraEngine

@testable import RuleGeneration

/// Random calls of the modules `math`, `hash` and `string`, asked of this engine, of stock YARA and
/// of YARA-X: each call is compared with numbers around its likely results.
@Suite(.serialized, .enabled(if: Oracle.isWanted)) struct ModuleCallTests {
  static let seed: UInt64 = 20_261_124
  static let cases = 150
  static let callsOfACase = 12

  @Test func callsGiveWhatTheOraclesSay() throws {
    var questions: [(rules: String, data: [UInt8])] = []
    for index in 0..<Self.cases {
      var random = RandomSource(seed: Self.seed, index: index)
      questions.append((ModuleCallGenerator.rules(Self.callsOfACase, &random), ModuleCallGenerator.data(&random)))
    }
    let answers = try Oracle.ask(
      questions.enumerated().map { OracleCase(id: $0.offset, rules: $0.element.rules, data: $0.element.data) })
    var compared = 0
    var matching = 0
    for (question, answer) in zip(questions, answers) {
      for (dialect, opinion) in [(Dialect.yaraX, answer.yaraX), (.yara, answer.yara)] {
        guard let expected = opinion.rules?.map(\.identifier) else { continue }
        guard case .scanned(let rules) = EngineAnswer.ask(rules: question.rules, data: question.data, dialect: dialect)
        else {
          Issue.record("refused, \(dialect): \(question.rules)")
          continue
        }
        compared += 1
        matching += expected.count
        let differing = Set(rules.map(\.identifier)).symmetricDifference(expected)
        let lines = question.rules.split(separator: "\n").filter { line in
          differing.contains { line.hasPrefix("rule \($0) ") }
        }
        #expect(lines.isEmpty, "\(dialect), \(question.data.count) bytes")
      }
    }
    // Both engines must have had an opinion on nearly all of them, and rules must match.
    #expect(compared > Self.cases * 2 * 9 / 10)
    #expect(matching > compared * Self.callsOfACase)
  }
}

/// Writes the calls. Both engines compile them.
enum ModuleCallGenerator {
  private enum Result { case integer, float, text }

  static func data(_ random: inout RandomSource) -> [UInt8] {
    let count = random.pick([0, 1, 2, 5, 6, 12, 100, 1000])
    let kind = random.int(0...3)
    let alphabet = kind == 0 ? 255 : random.pick([0, 1, 3, 127])
    return (0..<count).map { _ in UInt8(random.int(0...alphabet)) &+ (kind == 1 ? 0x61 : 0) }
  }

  static func rules(_ count: Int, _ random: inout RandomSource) -> String {
    var text = "import \"math\"\nimport \"hash\"\nimport \"string\"\n"
    for index in 0..<count {
      let (call, result) = call(&random)
      var conditions = ["defined \(call)"]
      switch result {
      case .integer:
        for number in ["0", "1", "5", "97", "255", "-1", "65535", "filesize"] {
          conditions.append("\(call) \(random.pick(["==", "<", ">="])) \(number)")
        }
        conditions.append("\(call) % 7 == \(random.int(0...6))")
      case .float:
        for number in ["0.0", "0.25", "1.0", "2.5", "64.0", "97.5", "-0.5"] {
          conditions.append("\(call) \(random.pick(["<", ">="])) \(number)")
        }
      case .text:
        conditions += ["/^[0-7]/", "/[0-7]$/", "/^.[02468ace]/", "/^-/", "/^.{32}$/"].map { "\(call) matches \($0)" }
      }
      for (place, condition) in conditions.enumerated() {
        text += "rule c\(index)_\(place) { condition: \(condition) }\n"
      }
    }
    return text
  }

  private static func integer(_ random: inout RandomSource) -> String {
    random.pick([
      "0", "1", "2", "5", "10", "16", "36", "97", "255", "256", "-1", "-5", "1000", "filesize",
      "filesize - 1", "filesize + 1", "0x7fffffffffffffff", "0x41",
    ])
  }

  private static func float(_ random: inout RandomSource) -> String {
    random.pick(["0.0", "1.5", "127.5", "-3.25", "math.MEAN_BYTES", "64.0"])
  }

  private static func text(_ random: inout RandomSource) -> String {
    random.pick([
      #""a""#, #""abc""#, #""0x1F""#, #""-12""#, #""+7""#, #""077""#, #""zz""#, #"" 5""#, #""5 ""#, #""-""#,
      #""9223372036854775807""#, #""9223372036854775808""#, #""-9223372036854775808""#, #""ab\x00\xff""#,
      #""aaaaaaaaaaaaaaaa""#, #""AbCdEf0123456789""#,
    ])
  }

  private static func call(_ random: inout RandomSource) -> (String, Result) {
    let range = "\(integer(&random)), \(integer(&random))"
    let rangeOrText = random.oneIn(2) ? range : text(&random)
    switch random.int(0...17) {
    case 0: return ("math.\(random.pick(["min", "max"]))(\(range))", .integer)
    case 1: return ("math.abs(\(integer(&random)))", .integer)
    case 2: return ("math.to_string(\(integer(&random)))", .text)
    case 3: return ("math.to_string(\(integer(&random)), \(random.pick(["8", "10", "16", "2"])))", .text)
    case 4: return ("math.count(\(integer(&random)), \(range))", .integer)
    case 5: return ("math.count(\(integer(&random)))", .integer)
    case 6: return ("math.percentage(\(integer(&random)), \(range))", .float)
    case 7: return ("math.percentage(\(integer(&random)))", .float)
    case 8: return (random.oneIn(4) ? "math.mode()" : "math.mode(\(range))", .integer)
    case 9: return ("math.entropy(\(rangeOrText))", .float)
    case 10: return ("math.mean(\(rangeOrText))", .float)
    case 11: return ("math.deviation(\(rangeOrText), \(float(&random)))", .float)
    case 12: return ("math.serial_correlation(\(rangeOrText))", .float)
    case 13: return ("math.monte_carlo_pi(\(rangeOrText))", .float)
    case 14: return ("hash.\(random.pick(["md5", "sha1", "sha256"]))(\(rangeOrText))", .text)
    case 15: return ("hash.\(random.pick(["crc32", "checksum32"]))(\(rangeOrText))", .integer)
    case 16: return ("string.to_int(\(text(&random)), \(random.pick(["0", "2", "8", "10", "16", "36", "1", "37"])))", .integer)
    default: return ("string.\(random.pick(["to_int", "length"]))(\(text(&random)))", .integer)
    }
  }
}
