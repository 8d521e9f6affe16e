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
    var differing: [(index: Int, text: String)] = []
    var isDone = false
    while !isDone {
      let count = plan.only == nil ? batch : 1
      let cases = (next..<next + count).map { GeneratedCase(seed: plan.seed, index: $0, files: plan.files) }
      let answers = try Oracle.ask(cases.enumerated().map { $0.element.question(id: $0.offset) })
      for (place, (question, answer)) in zip(cases, answers).enumerated() {
        for dialect in Dialect.allCases {
          let ours = EngineAnswer.ask(question, dialect: dialect)
          let verdict =
            dialect == .yaraX
            ? Agreement.verdict(ours, answer, to: question)
            : Agreement.verdictOfYara(ours, answer, to: question)
          switch verdict {
          case .agrees:
            if case .scanned(let rules) = ours, !rules.isEmpty { matching += 1 }
          case .unknown: unknown += 1
          case .acceptsMore: lenient += 1
          case .differs where KnownDifferences.reason(seed: plan.seed, index: next + place) != nil:
            known += 1
          case .differs(let text):
            differing.append(
              (next + place, report(question, answer, "dialect \(dialect.rawValue): \(text)")))
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
}
