import Foundation
import OracleSupport
import Testing
import YaraEngine

@testable import RuleGeneration

/// Random rules over random data, asked of this engine, of stock YARA and of YARA-X.
///
/// `RETROHUNT_DIFFERENTIAL_CASES` says how many (default 3,000), `..._SECONDS` for how long instead,
/// `..._SEED` where to begin, `..._ONLY` repeats one case, `..._REPORT` names a file for all that
/// differ, `..._FILES` a folder of real files for every other case. `make differential MINUTES=n
/// FILES=folder` runs long.
@Suite(.serialized, .enabled(if: Oracle.isWanted)) struct DifferentialTests {
  struct Plan {
    var seed: UInt64
    var cases: Int
    var seconds: Double?
    var only: Int?
    /// Sorted, so that a case is the same in every run over the folder.
    var files: [String] = []

    init() {
      func variable(_ name: String) -> String? {
        ProcessInfo.processInfo.environment["RETROHUNT_DIFFERENTIAL_\(name)"]
      }
      seed = variable("SEED").flatMap { UInt64($0) } ?? 20_260_101
      cases = variable("CASES").flatMap { Int($0) } ?? 3_000
      seconds = variable("SECONDS").flatMap { Double($0) }
      only = variable("ONLY").flatMap { Int($0) }
      if let folder = variable("FILES"), let names = FileManager.default.enumerator(atPath: folder) {
        files = names.compactMap { $0 as? String }.sorted().map { folder + "/" + $0 }.filter {
          let size = (try? FileManager.default.attributesOfItem(atPath: $0))?[.size] as? Int
          return (1...(1 << 20)).contains(size ?? 0)
        }
      }
    }
  }

  @Test func generatedRulesMeanWhatTheOraclesSay() throws {
    let plan = Plan()
    let started = ContinuousClock.now
    let batch = 250
    var next = plan.only ?? 0
    var asked = 0
    var matching = 0
    var unknown = 0
    var lenient = 0
    var known = 0
    var explained: [DocumentedDifference: Int] = [:]
    // Both engines say the same, each for a reason of its own.
    var joint: [Int] = []
    var differing: [(index: Int, text: String)] = []
    var isDone = false
    while !isDone {
      let count = plan.only == nil ? batch : 1
      let cases = (next..<next + count).map { GeneratedCase(seed: plan.seed, index: $0, files: plan.files) }
      let answers = try Oracle.ask(cases.enumerated().map { $0.element.question(id: $0.offset) })
      for (place, (question, answer)) in zip(cases, answers).enumerated() {
        for dialect in Dialect.allCases {
          let ours = EngineAnswer.ask(question, dialect: dialect)
          switch verdict(ours, answer, question, dialect) {
          case .agrees:
            if case .scanned(let rules) = ours, !rules.isEmpty { matching += 1 }
          case .unknown: unknown += 1
          case .acceptsMore: lenient += 1
          case .explained(let reason): explained[reason, default: 0] += 1
          case .differs(let difference):
            if let reason = try reason(plan, next + place, ours, difference, dialect) {
              explained[reason, default: 0] += 1
              if difference.isJoint { joint.append(next + place) }
            } else if KnownDifferences.reason(seed: plan.seed, index: next + place) != nil {
              known += 1
            } else {
              differing.append(
                (next + place, report(question, answer, "dialect \(dialect.rawValue): \(difference.text)")))
            }
          }
        }
      }
      asked += cases.count
      next += count
      let elapsed = Double((ContinuousClock.now - started) / .milliseconds(1)) / 1000
      isDone =
        plan.only != nil || differing.count >= 100
        || plan.seconds.map { elapsed >= $0 } ?? (asked >= plan.cases)
    }
    print(
      "differential: seed \(plan.seed), \(asked) cases, \(differing.count) differ, \(matching) answers with matches, \(unknown) without an opinion, \(lenient) that ours alone accepts, \(known) known differences")
    for (reason, count) in explained.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
      print("differential: \(count) explained: \(reason.rawValue)")
    }
    if !joint.isEmpty { print("differential: in cases \(joint) both engines fell for what is their own") }
    for (index, text) in differing.prefix(8) {
      Issue.record("seed \(plan.seed) case \(index): \(text)")
    }
    let indices = Set(differing.map(\.index)).sorted()
    #expect(indices.isEmpty)
    if let path = ProcessInfo.processInfo.environment["RETROHUNT_DIFFERENTIAL_REPORT"] {
      let text = differing.map { "case \($0.index): \($0.text)\n\n" }.joined()
      try Data(text.utf8).write(to: URL(filePath: path))
    }
    // A generator whose rules never match, or never compile, would prove nothing.
    if plan.only == nil { #expect(matching > asked / 3) }
  }

  private func verdict(
    _ ours: EngineAnswer, _ answer: OracleAnswer, _ question: GeneratedCase, _ dialect: Dialect
  ) -> Agreement.Verdict {
    dialect == .yaraX
      ? Agreement.verdict(ours, answer, to: question) : Agreement.verdictOfYara(ours, answer, to: question)
  }

  /// Asks in other words: where ours then says what it said, and an engine says so too, that is why.
  private func reason(
    _ plan: Plan, _ index: Int, _ ours: EngineAnswer, _ difference: Agreement.Difference, _ dialect: Dialect
  ) throws -> DocumentedDifference? {
    if let pattern = difference.pattern {
      if difference.isJoint { return nil }
      let question = GeneratedCase(seed: plan.seed, index: index, files: plan.files)
      let reason: DocumentedDifference? =
        question.isNegatedBetweenGaps(pattern.name, in: pattern.rule)
        ? .negatedBetweenGaps : question.hasSeveralEnds(pattern.name, in: pattern.rule) ? .ends : nil
      if let reason, let rules = question.alone(pattern.name, in: pattern.rule),
        let found = try Oracle.ask([OracleCase(id: 0, rules: rules, data: question.data)])[0].yara.rules,
        EngineAnswer.ask(rules: rules, data: question.data, dialect: dialect) == .scanned(found)
      {
        return reason
      }
    }
    for reason in DocumentedDifference.allCases {
      guard let wording = reason.wording else { continue }
      let question = GeneratedCase(seed: plan.seed, index: index, files: plan.files, wording: wording)
      guard EngineAnswer.ask(question, dialect: dialect) == ours else { continue }
      let answer = try Oracle.ask([question.question(id: 0)])[0]
      switch verdict(ours, answer, question, dialect) {
      case .agrees, .explained: return reason
      case .unknown, .acceptsMore, .differs: break
      }
    }
    // In the fixed run such a case is looked at and listed (`KnownDifferences`).
    guard plan.seconds != nil || plan.only != nil else { return nil }
    return try reasonOfPatterns(
      GeneratedCase(seed: plan.seed, index: index, files: plan.files), difference, dialect)
  }

  /// Asks for the patterns of the rules that differ, each by itself: whether the engines differ there, and
  /// ours is as the other one wherever it is not as the dialect's.
  private func reasonOfPatterns(
    _ question: GeneratedCase, _ difference: Agreement.Difference, _ dialect: Dialect
  ) throws -> DocumentedDifference? {
    let patterns = question.patterns.filter { pattern in
      difference.pattern.map { $0 == pattern } ?? difference.rules.contains(pattern.rule)
    }
    let alone = patterns.compactMap { question.alone($0.name, in: $0.rule) }
    let answers = try Oracle.ask(
      alone.enumerated().map { OracleCase(id: $0.offset, rules: $0.element, data: question.data) })
    var isExplained = false
    for (rules, answer) in zip(alone, answers) {
      guard case .scanned(let ours) = EngineAnswer.ask(rules: rules, data: question.data, dialect: dialect)
      else { return nil }
      let (leading, other) = dialect == .yaraX ? (answer.yaraX, answer.yara) : (answer.yara, answer.yaraX)
      if leading.rules == ours { continue }
      guard other.rules == ours else { return nil }
      isExplained = true
    }
    return isExplained ? dialect == .yaraX ? .asYara : .asYaraX : nil
  }

  private func report(_ question: GeneratedCase, _ answer: OracleAnswer, _ text: String) -> String {
    let hex = question.data.prefix(4096).map { String(UInt16($0) + 256, radix: 16).dropFirst() }.joined()
    var lines = [text, question.rules, "data \(hex)"]
    for (name, opinion) in [("yara", answer.yara), ("yara-x", answer.yaraX)] {
      if let error = opinion.error {
        lines.append("\(name): \(opinion.stage?.rawValue ?? "") \(error.prefix(300))")
      } else {
        lines.append("\(name): \((opinion.rules ?? []).map(\.identifier))")
      }
    }
    return lines.joined(separator: "\n")
  }

  @Test func aCaseIsAFunctionOfSeedAndIndex() {
    let first = GeneratedCase(seed: 5, index: 17)
    let second = GeneratedCase(seed: 5, index: 17)
    let other = GeneratedCase(seed: 5, index: 18)
    #expect(first.rules == second.rules)
    #expect(first.data == second.data)
    #expect(first.rules != other.rules)
  }

  /// Where an engine alone falls for something, other words keep it from that.
  @Test func otherWordsShowAReason() throws {
    let question = #"import "string" rule r0 { strings: $a = "abc" condition: string.to_int("x") >= #a or $a }"#
    let first = GeneratedCase(seed: 1, index: 1, wording: .searchedFirst).rules.split(separator: "\n")
      .first { $0.contains("before_all") }
    let searched = try #require(first) + "\n" + question.replacingOccurrences(of: "import \"string\" ", with: "")
    let counting = #"rule r0 { strings: $a = "abc" condition: for all i in (1, 2) : (2) and $a }"#
    let answers = try Oracle.ask(
      [question, "import \"string\" " + searched, counting, counting.replacingOccurrences(of: "(2)", with: "(not not (2))")]
        .enumerated().map { OracleCase(id: $0.offset, rules: $0.element, data: Array("abc".utf8)) })
    #expect(answers.map { $0.yara.rules?.count } == [1, 1, 0, 1])
    #expect(answers.map { $0.yaraX.rules?.count } == [0, 1, 1, 1])
  }

  /// The generator writes the same rules in other words.
  @Test func aWordingChangesNothingElse() {
    var hasLoop = false
    for index in 0..<200 {
      let plain = GeneratedCase(seed: 5, index: index)
      let other = GeneratedCase(seed: 5, index: index, wording: [.booleanBodies, .searchedFirst])
      hasLoop = hasLoop || other.rules.contains("(not not (")
      #expect(plain.data == other.data)
      #expect(other.rules.contains("before_all"))
      #expect(plain.rules.count <= other.rules.count)
    }
    #expect(hasLoop)
  }
}
