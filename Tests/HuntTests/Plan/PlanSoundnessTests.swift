import Bytes
import Foundation
import GramIndex
import Testing

@testable import Hunt
@testable import RuleGeneration
@testable import YaraEngine

/// The one law of a plan: what matches a file is asked for by a query that holds for the file.
///
/// `RETROHUNT_PLAN_CASES` says how many random cases of each kind (default 2,000, half of
/// them in each dialect), `..._SEED` where to begin.
@Suite struct PlanSoundnessTests {
  static func number(_ name: String, otherwise: Int) -> Int {
    ProcessInfo.processInfo.environment["RETROHUNT_PLAN_\(name)"].flatMap { Int($0) } ?? otherwise
  }
  static let cases = number("CASES", otherwise: 2000)
  static func indices(_ dialect: Dialect) -> StrideTo<Int> {
    stride(from: dialect == .yara ? 1 : 0, to: cases, by: 2)
  }
  static let seed = UInt64(number("SEED", otherwise: 20_260_105))

  /// Rules over the whole grammar: the reported ones by what matches, all conditions by both of
  /// their answers.
  @Test(arguments: Dialect.allCases) func matchesOfRandomRulesAreAskedFor(_ dialect: Dialect) {
    var compiled = 0
    var matches = 0
    var telling = 0
    var pruned = 0
    for index in Self.indices(dialect) {
      let example = GeneratedCase(seed: Self.seed, index: index)
      guard let rules = Planning.compile(example.rules, dialect) else { continue }
      compiled += 1
      var walk = ConditionQuery(rules)
      for rule in rules.rules { walk.answer(rule) }
      let plans = HuntQueries(rules).rules
      let oracle = PlanOracle(example.data)
      guard let matching = Planning.matching(rules, example.data) else { continue }
      for plan in plans where matching.contains(plan.rule) {
        matches += 1
        if !plan.mustScanEverything { telling += 1 }
        #expect(
          oracle.holds(plan.query) && oracle.holds(plan.gramsOnly),
          "case \(index), \(dialect): a match of \(rules[plan.rule].identifier) is outside \(plan.query)\n\(example.rules)")
      }
      for plan in plans where !oracle.holds(plan.query) { pruned += 1 }
      let answers = ByteView.with(example.data) { Scanner(rules).lateAnswers($0) }
      for rule in rules.rules {
        let answer = walk.answers[rule.id.index]
        let isTrue = answers[rule.id.index]
        #expect(
          oracle.holds(isTrue ? answer.isTrue.query : answer.isNotTrue.query),
          "case \(index), \(dialect): \(rule.identifier) is \(isTrue), which was ruled out\n\(example.rules)")
      }
    }
    print("plans: \(dialect), \(compiled) rule sets, \(matches) matches, \(telling) with a query, \(pruned) pruned")
    // A generator whose rules never match, or plans that never ask, would prove nothing.
    #expect(matches > Self.cases / 6)
    #expect(telling > matches / 10)
    #expect(pruned > Self.cases / 20)
  }

  /// Patterns alone, planted: each that matches, with the first bytes of the file where it begins.
  @Test(arguments: Dialect.allCases) func matchesOfRandomPatternsAreAskedFor(_ dialect: Dialect) {
    var matches = 0
    var telling = 0
    var placed = 0
    for index in Self.indices(dialect) {
      var random = RandomSource(seed: Self.seed &+ 1, index: index)
      let generated = (0..<4).map { PlantedPattern.random(name: "$p\($0)", &random) }
      let text =
        "rule r { strings:\n" + generated.map { "\($0.name) = \($0.text)\n" }.joined()
        + "condition: any of them }"
      guard let rules = Planning.compile(text, dialect) else { continue }
      let data = PlantedPattern.data(with: generated, &random)
      let scanner = Scanner(rules)
      let found = ByteView.with(data) { view -> [PatternID: [PatternMatch]] in
        guard case .finished = scanner.scan(view) else { return [:] }
        return Dictionary(
          rules.rules[0].patterns.map { ($0.pattern, scanner.matches(of: $0.pattern)) },
          uniquingKeysWith: { first, _ in first })
      }
      let oracle = PlanOracle(data)
      for declared in rules.rules[0].patterns {
        guard let list = found[declared.pattern], !list.isEmpty else { continue }
        matches += 1
        let pattern = rules.patterns.pattern(declared.pattern)
        let query = PatternQuery(pattern).query
        if query != .everything { telling += 1 }
        #expect(
          oracle.holds(query),
          "case \(index), \(dialect): a match of \(declared.identifier) is outside \(query)\n\(text)\n\(data)")
        for match in list.prefix(20) where match.offset < IndexQuery.headerBytes {
          let place = PlaceQuery.query(pattern, at: Int64(match.offset))
          if place != .everything { placed += 1 }
          #expect(
            oracle.holds(place),
            "case \(index), \(dialect): \(declared.identifier) at \(match.offset) is outside \(place)\n\(text)\n\(data)")
        }
      }
    }
    print("patterns: \(dialect), \(matches) matches, \(telling) with a query, \(placed) with a place")
    #expect(matches > Self.cases / 2)
    #expect(telling > matches / 2)
    #expect(placed > Self.cases / 10)
  }

  /// Weakening keeps the law: what is made smaller still holds where the whole does.
  @Test func weakenedQueriesHoldWhereTheWholeDoes() {
    var random = RandomSource(seed: Self.seed, index: 1)
    let data: [UInt8] = (0..<400).map { _ in random.pick(Array("abcdef".utf8)) }
    let oracle = PlanOracle(data)
    func query(_ depth: Int, _ random: inout RandomSource) -> IndexQuery {
      if depth == 0 || random.oneIn(4) {
        return .literal((0..<3).map { _ in random.pick(Array("abcdef".utf8)) })
      }
      let parts = (0..<random.int(2...6)).map { _ in query(depth - 1, &random) }
      switch random.int(0...2) {
      case 0: return .all(of: parts)
      case 1: return .any(of: parts)
      default: return .atLeast(random.int(1...parts.count), of: parts)
      }
    }
    var held = 0
    for _ in 0..<2000 {
      let whole = query(4, &random)
      let limit = random.int(0...20)
      let slim = whole.slimmed(to: limit)
      let levels = random.int(1...4)
      let flat = whole.flattened(to: levels)
      #expect(slim.shape.size <= max(limit, 1))
      #expect(flat.shape.depth <= levels)
      guard oracle.holds(whole) else { continue }
      held += 1
      #expect(oracle.holds(slim), "\(whole) to \(limit): \(slim)")
      #expect(oracle.holds(flat), "\(whole) to \(levels): \(flat)")
      #expect(oracle.holds(whole.gramsOnly))
    }
    #expect(held > 100)
  }
}
