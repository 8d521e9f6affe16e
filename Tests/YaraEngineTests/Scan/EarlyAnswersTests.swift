import Bytes
import Foundation
import Testing

@testable import YaraEngine

/// The law of the product: what is decided before the search is what the search would have found.
///
/// `RETROHUNT_EARLY_CASES` says how many rule sets are tried, `RETROHUNT_EARLY_SEED` where to begin.
@Suite struct EarlyAnswersTests {
  static let files: [[UInt8]] = [
    [], Array("ab".utf8), Array("abcabc".utf8) + [0, 1] + Array("ABAB".utf8),
    [0, 1, 2, 3, 0, 1, 2, 3], Array("zzzzz abcabc zzzz".utf8), Array(0..<40),
  ]

  /// YARA-X searches when it comes to `#a`; the body's first turn does not see the matches then.
  @Test(arguments: Dialect.allCases) func bodiesOfLoopsKnowAllMatches(_ dialect: Dialect) {
    for condition in ["for any i in (1, #a) : (!a[i] == 4)", "for all i in (1, #a - 1) : (!a[i] == 4)"] {
      let text = "rule r { strings: $a = /ba+/ condition: \(condition) }"
      #expect(Engine.matching(text, Array("baaa baa".utf8), dialect) == ["r"], "\(condition)")
    }
  }

  @Test(arguments: Dialect.allCases)
  func earlyAnswersAreFinal(_ dialect: Dialect) throws {
    let environment = ProcessInfo.processInfo.environment
    let cases = environment["RETROHUNT_EARLY_CASES"].flatMap { Int($0) } ?? 500
    let first = environment["RETROHUNT_EARLY_SEED"].flatMap { UInt64($0) } ?? 1
    var decided = 0
    var undecided = 0
    var compiled = 0
    for seed in first..<first + UInt64(cases) {
      var random = RandomCondition(seed: seed)
      var text = RandomCondition.imports
      for index in 0..<3 {
        let modifier = index == 2 && seed % 5 == 0 ? "global " : ""
        text +=
          "\n\(modifier)rule r\(index) { strings: \(RandomCondition.patterns) condition: "
          + "\(random.boolean(4)) or (false and any of them) }"
        random.rules.append("r\(index)")
      }
      guard let rules = Engine.compile(text, dialect).rules else { continue }
      compiled += 1
      let scanner = Scanner(rules)
      for file in Self.files {
        ByteView.with(file) { view in
          let early = scanner.earlyAnswers(view)
          let late = scanner.lateAnswers(view)
          for (index, answer) in early.enumerated() {
            guard let answer else {
              undecided += 1
              continue
            }
            decided += 1
            #expect(answer == late[index], "seed \(seed), r\(index), \(dialect.rawValue), \(file):\n\(text)")
          }
          // The scan as a whole agrees with the answers after a search for everything.
          let silenced = zip(rules.rules, late).contains { $0.isGlobal && !$1 }
          let expected = silenced ? [] : rules.rules.map(\.id).filter { late[$0.index] }
          if case .finished(let result) = scanner.scan(view) {
            #expect(result.matching == expected, "seed \(seed), \(dialect.rawValue), \(file):\n\(text)")
          } else {
            Issue.record("seed \(seed) did not finish")
          }
        }
      }
    }
    // Both kinds occur often enough to mean something.
    #expect(compiled > cases / 2)
    #expect(decided > undecided / 20)
    #expect(undecided > decided / 20)
  }
}
