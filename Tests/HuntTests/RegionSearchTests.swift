import Bytes
import Corpus
import GramIndex
import Testing
import YaraEngine

@testable import Hunt
@testable import RuleGeneration

/// The law of a search of regions: a rule that matches a file is never left out.
///
/// `RETROHUNT_REGION_CASES` says how many random files (default 300, half of them in each dialect).
@Suite struct RegionSearchTests {
  private static let region = 1 << IndexQuery.regionBits

  private func index(_ data: [UInt8]) throws -> IndexFile {
    let builder = IndexBuilder(identity: 1, factsVersion: FactSchema.version, columns: [])
    ByteView.with(data) { builder.add($0, facts: nil) }
    let file = ByteBuffer()
    try builder.finish { _ = file.append($0) }
    return try IndexFile(file.view, owner: Keeper(file))
  }

  /// SAFETY of `@unchecked`: the buffer is not written to any more.
  private final class Keeper: @unchecked Sendable {
    let buffer: ByteBuffer
    init(_ buffer: ByteBuffer) { self.buffer = buffer }
  }

  private func narrow(
    _ wanted: [RuleID], _ search: RegionSearch, _ data: [UInt8], _ index: IndexFile
  ) throws -> RegionSearch.Outcome {
    try search.narrow(
      wanted, of: 0, in: index, using: IndexScratch(), deadline: .never,
      Cancellation()
    ) { (range, buffer) throws(StoreError) in
      buffer.truncate()
      _ = buffer.append(Array(data[range]))
      return buffer.view
    }
  }

  /// Filler of two to four regions, cheap to make: noise that repeats, or words.
  private func filler(_ random: inout RandomSource) -> [UInt8] {
    let size = random.int(Self.region + 1...4 * Self.region)
    let words = random.oneIn(2)
    let block = (0..<random.int(900...5000)).map { _ in
      words ? random.pick(Array("abcdefghijklm nopqrstuvwxyz_:/".utf8)) : random.byte()
    }
    var data: [UInt8] = []
    data.reserveCapacity(size + block.count)
    while data.count < size { data += block }
    return Array(data.prefix(size))
  }

  /// Rules over four patterns, each condition with all of them.
  private func rules(_ patterns: [GeneratedPattern]) -> String {
    let strings = patterns.map { "\($0.name) = \($0.text)\n" }.joined()
    let conditions =
      ["2 of them", "all of them", "3 of them", "any of them and filesize > 1000", "$p0 and not $p1"]
      + ["#p2 > 0 or ($p0 and $p3)", "for any of them : (# > 0 and @ >= 0)", "$p1 in (0..filesize)"]
      + ["$p0 in (0..262144)", "any of them in (262140..600000)", "$p2 in (filesize-300000..filesize)"]
      + ["for any i in (262100..262150) : ($p1 at i)", "#p3 in (100..filesize-262144) > 0 or $p0 in (0..99)"]
      + ["$p0 in (524288..524288+1000) or $p0 in (0..1000)", "any of them at 262144"]
      + patterns.map(\.name)
    return conditions.enumerated().map { number, condition in
      "rule r\(number) { strings: \(strings) condition: (\(condition)) or (filesize < 0 and any of them) }"
    }.joined(separator: "\n")
  }

  /// Each witness across the border of two regions or elsewhere, whole or with one bit changed, or not
  /// at all.
  private func plant(
    _ patterns: [GeneratedPattern], in data: inout [UInt8], _ random: inout RandomSource
  ) {
    for var bytes in patterns.flatMap(\.witnesses).shuffled(using: &random) where !random.oneIn(3) {
      if random.oneIn(2), !bytes.isEmpty {
        bytes[random.int(0...bytes.count - 1)] ^= 1 << UInt8(random.int(0...7))
      }
      let border = random.int(1...(data.count - 1) / Self.region) * Self.region
      let place =
        random.oneIn(3) ? random.int(0...data.count) : max(0, border - random.int(0...bytes.count + 1))
      let end = min(data.count, place + bytes.count)
      data.replaceSubrange(place..<end, with: bytes)
    }
  }

  @Test(arguments: Dialect.allCases) func rulesThatMatchAreNeverLeftOut(_ dialect: Dialect) throws {
    let cases = PlanSoundnessTests.number("REGION_CASES", otherwise: 300)
    var (matches, leftOut, searched, unread) = (0, 0, 0, 0)
    for number in stride(from: dialect == .yara ? 1 : 0, to: cases, by: 2) {
      var random = RandomSource(seed: PlanSoundnessTests.seed &+ 2, index: number)
      let patterns = (0..<4).map { PlantedPattern.random(name: "$p\($0)", &random) }
      let text = rules(patterns)
      guard let rules = Planning.compile(text, dialect) else { continue }
      var data = filler(&random)
      plant(patterns, in: &data, &random)
      guard let matching = Planning.matching(rules, data) else { continue }
      matches += matching.count
      let index = try index(data)
      let queries = HuntQueries(rules)
      let search = RegionSearch(queries, rules)
      let wanted = queries.rules.map(\.rule)
      // All together, and each for itself: together they soon want everything.
      for some in [wanted] + wanted.map({ [$0] }) {
        let outcome = try narrow(some, search, data, index)
        let lost = matching.intersection(some).subtracting(outcome.rules)
        #expect(
          lost.isEmpty,
          "case \(number), \(dialect): lost \(lost.map { rules[$0].identifier }.sorted()) of \(some.count)\n\(text)")
        #expect(Set(outcome.rules).isSubset(of: some))
        guard outcome.rules.isEmpty else { continue }
        leftOut += 1
        if outcome.bytes > 0 { searched += 1 }
        unread += data.count - outcome.bytes
      }
    }
    print(
      "regions: \(dialect), \(matches) matches, \(leftOut) left out, \(searched) of them searched, \(unread) bytes unread")
    #expect(matches > cases)
    #expect(searched > cases / 20)
  }

  /// What makes a match end at the last byte that a region's search sees, and begin at its first one.
  @Test(arguments: [(-1, 1), (0, 1), (-256, 1), (-511, 1), (-512, 1), (1, 1), (-1, 2), (0, 2)])
  func longMatchesAtBordersAreFound(_ offset: Int, _ border: Int) throws {
    let middle = Array(repeating: UInt8(ascii: "-"), count: IndexQuery.span - 16)
    let witness = Array("BEGIN-IT".utf8) + middle + Array("AND--END".utf8)
    #expect(witness.count == IndexQuery.span)
    let rules = try #require(
      Planning.compile(
        "rule r { strings: $a = /BEGIN-IT.{\(middle.count)}AND--END/ fullword condition: $a }"))
    var data = Array(repeating: UInt8(0), count: 3 * Self.region)
    let place = border * Self.region + offset
    data.replaceSubrange(place..<place + witness.count, with: witness)
    let queries = HuntQueries(rules)
    let search = RegionSearch(queries, rules)
    #expect(try narrow([RuleID(0)], search, data, index(data)).rules == [RuleID(0)])
    // Without its last byte it is none, and the index cannot know.
    data[place + witness.count - 1] = UInt8(ascii: "X")
    let outcome = try narrow([RuleID(0)], search, data, index(data))
    #expect(outcome.rules.isEmpty)
  }

  /// Where reading them all is as good, and where nothing can be told, nothing is searched.
  @Test func whatCannotBeToldIsLeftToTheScan() throws {
    var data = Array(repeating: UInt8(0), count: 3 * Self.region)
    for border in 0..<3 { data.replaceSubrange(border * Self.region..<border * Self.region + 9, with: Array("a-literal".utf8)) }
    data.replaceSubrange(20..<26, with: Array("behind".utf8))
    let rules = try #require(
      Planning.compile(
        """
        rule everywhere { strings: $a = "a-literal" condition: $a }
        rule unbounded { strings: $a = /a-literal.*behind/s condition: $a }
        rule bordered { strings: $a = /\\ba-literal/ condition: $a }
        rule encoded { strings: $a = "a-literal text" base64 condition: $a or filesize > 0 }
        """))
    let queries = HuntQueries(rules)
    for plan in queries.rules {
      let outcome = try narrow([plan.rule], RegionSearch(queries, rules), data, index(data))
      #expect(outcome.rules == [plan.rule] && outcome.bytes == 0, "\(rules[plan.rule].identifier)")
    }
  }
}
