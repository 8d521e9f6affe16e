import Bytes
import Corpus
import FileFormats
import Foundation
import Hunt
import Testing
import YaraEngine

private let rules = """
  rule even { strings: $e = "even" condition: $e }
  rule lucky { strings: $s = "lucky" condition: $s at 0 }
  rule big { condition: filesize > 5000 }
  """

/// Sample number n, distinct, with the marks that `rules` asks for.
private func sample(_ number: Int) -> [UInt8] {
  var bytes: [UInt8] = number % 7 == 0 ? Array("lucky".utf8) : []
  bytes += Array("number \(number) is \(number % 2 == 0 ? "even" : "odd") ".utf8)
  if number % 10 == 0 { bytes += [UInt8](repeating: UInt8(number & 0xFF), count: 6000) }
  return bytes
}

private func expected(_ numbers: some Sequence<Int>) -> Set<String> {
  var pairs: Set<String> = []
  for number in numbers {
    let digest = ByteView.with(sample(number)) { SHA256Digest(of: $0).hex }
    if number % 2 == 0 { pairs.insert("\(digest) even") }
    if number % 7 == 0 { pairs.insert("\(digest) lucky") }
    if number % 10 == 0 { pairs.insert("\(digest) big") }
  }
  return pairs
}

@Suite struct HuntTests {
  @Test(arguments: [1, 2, 5])
  func findsEveryMatchAndAccountsForEveryFile(threads: Int) throws {
    let scratch = ScratchStore()
    for start in stride(from: 0, to: 60, by: 15) {
      try scratch.add((start..<start + 15).map(sample), sealed: start != 45)
    }
    let (summary, found) = try run(try scratch.hunt(rules), threads: threads)
    #expect(found.pairs == expected(0..<60))
    #expect(summary.counters.files == 60)
    #expect(summary.counters.isBalanced)
    #expect(summary.counters.skipped.isEmpty)
    #expect(summary.counters.matches == expected(0..<60).count)
    #expect(summary.filesNotReached == 0)
    #expect(summary.ending == .finished)
  }

  /// Segments are joined while the first of them is read: every file is counted and found once.
  @Test func aMergeDuringAHuntCountsNoFileTwice() throws {
    let scratch = ScratchStore()
    for start in stride(from: 0, to: 60, by: 15) { try scratch.add((start..<start + 15).map(sample)) }
    let hunt = try scratch.hunt(rules)
    let plan = try hunt.plan()
    #expect(plan.steps.count == 4)
    let progress = HuntProgress()
    let store = try scratch.open()
    let merged = Collected()
    let found = Collected()
    let summary = try HuntRunner(hunt, threads: 1).run(
      plan: plan, limit: nil, cancellation: Cancellation(), progress: progress
    ) { match in
      if merged.matches.isEmpty, (try? store.merge()) == 3 { merged.matches.append(match) }
      found.matches.append(match)
    }
    #expect(merged.matches.count == 1)
    #expect(found.pairs == expected(0..<60))
    #expect(Set(found.matches.map(\.sha256)).count == found.matches.count)
    #expect(summary.counters.files == 60)
    #expect(summary.counters.isBalanced)
    #expect(summary.counters.matches == expected(0..<60).count)
    #expect(progress.files == 60)
    #expect(progress.matches == expected(0..<60).count)
    #expect(summary.ending == .finished)
  }

  @Test func reportsNamesSizesAndWhatMatched() throws {
    let scratch = ScratchStore()
    try scratch.add([Array("....even....even".utf8)])
    let (_, found) = try run(
      try scratch.hunt(
        """
        rule e : one two {
          meta: author = "somebody" level = 3
          strings: $e = "even" $hidden = "...." private
          condition: $e and $hidden
        }
        private rule unseen { condition: true }
        """))
    let match = try #require(found.matches.first)
    #expect(match.names == ["sample-0"])
    #expect(match.size == 16)
    let rule = try #require(match.rules.first)
    #expect(match.rules.count == 1)
    #expect(rule.tags == ["one", "two"])
    #expect(rule.namespace == "default")
    #expect(rule.meta.map(\.name) == ["author", "level"])
    #expect(rule.strings.map(\.offset) == [4, 12])
    #expect(rule.strings.allSatisfy { $0.identifier == "$e" && $0.data == Array("even".utf8) })
  }

  @Test func aUnitOutlivesTheSealingAndGivesTheSameTwice() throws {
    let scratch = ScratchStore()
    try scratch.add((0..<20).map(sample), sealed: false)
    let hunt = try scratch.hunt(rules)
    let open = try #require(try hunt.plan().steps.first?.unit)
    func unit() throws -> (result: UnitResult, matches: [FileMatch]) {
      var matches: [FileMatch] = []
      let result = try hunt.run(open, cancellation: Cancellation()) {
        matches.append($0)
        return true
      }
      return (result, matches)
    }
    let before = try unit()
    try scratch.open().seal(.main, compression: .lz4)
    #expect(try hunt.store.segments(corpus: .main).map(\.state) == [.sealed])
    let after = try unit()
    let again = try unit()
    #expect(Set(before.matches.map(\.sha256)) == Set(after.matches.map(\.sha256)))
    #expect(after.matches == again.matches)
    #expect(before.result.counters.files == 20)
    #expect(after.result == again.result)
  }

  @Test func onlyFilesOfTheCorpusAndTheTimeRangeAreHunted() throws {
    let scratch = ScratchStore()
    try scratch.add((0..<10).map(sample), date: 1000)
    try scratch.add((10..<20).map(sample), date: 2000)
    try scratch.add((20..<30).map(sample), corpus: .goodware, date: 2000)
    let cases: [(CorpusName, ClosedRange<Int64>?, Range<Int>)] = [
      (.main, nil, 0..<20), (.main, 1000...1000, 0..<10), (.main, 1001...2000, 10..<20),
      (.main, 2001...Int64.max, 0..<0), (.goodware, nil, 20..<30), (.goodware, 0...1999, 0..<0),
    ]
    for (corpus, range, numbers) in cases {
      let (summary, found) = try run(
        try scratch.hunt(rules, corpus: corpus, timeRange: range))
      #expect(found.pairs == expected(numbers))
      #expect(summary.counters.files == numbers.count)
    }
    // A new submission of a known file moves its date.
    try scratch.add([sample(2)], date: 3000)
    let (_, found) = try run(try scratch.hunt(rules, timeRange: 2500...3500))
    #expect(found.pairs == expected(2..<3))
  }

  @Test func removedSamplesAreNotHunted() throws {
    let scratch = ScratchStore()
    let digests = try scratch.add((0..<10).map(sample))
    _ = try scratch.open().remove([try #require(SHA256Digest(hex: digests[4]))])
    let (summary, found) = try run(try scratch.hunt(rules))
    #expect(found.pairs == expected((0..<10).filter { $0 != 4 }))
    #expect(summary.counters.files == 9)
  }

  @Test func filesOverTheLimitAreListed() throws {
    let scratch = ScratchStore()
    try scratch.add((0..<10).map(sample))
    let (summary, found) = try run(
      try scratch.hunt(rules, limits: HuntLimits(maximumFileSize: 5000)))
    #expect(found.pairs == expected(1..<10))
    #expect(summary.counters.skipped.count == 1)
    #expect(summary.counters.skipped.first?.reason.contains("limit of 5000") == true)
    #expect(summary.counters.isBalanced)
  }

  @Test func aDamagedSampleIsListedAndTheRestIsFound() throws {
    let scratch = ScratchStore()
    var samples: [[UInt8]] = []
    for number in 0..<4 {
      // Big enough for frames of their own.
      var generator = SystemRandomNumberGenerator()
      samples.append(
        Array("even".utf8) + (0..<400_000).map { _ in UInt8.random(in: 0...255, using: &generator) }
          + [UInt8(number)])
    }
    try scratch.add(samples)
    let pack = try #require(
      try FileManager.default.contentsOfDirectory(
        at: scratch.directory.appendingPathComponent("segments"), includingPropertiesForKeys: nil
      ).first { $0.pathExtension == "pack" })
    var bytes = try Data(contentsOf: pack)
    bytes[bytes.count / 2] ^= 0xFF
    try bytes.write(to: pack)
    let (summary, found) = try run(try scratch.hunt(rules))
    #expect(summary.counters.files == 4)
    #expect(summary.counters.isBalanced)
    #expect(summary.counters.skipped.count == 1)
    #expect(summary.counters.skipped.first?.reason.isEmpty == false)
    #expect(found.matches.count == 3)
  }

  @Test func stopsAtTheMatchLimitAndSaysSo() throws {
    let scratch = ScratchStore()
    for start in stride(from: 0, to: 40, by: 10) { try scratch.add((start..<start + 10).map(sample)) }
    let (summary, found) = try run(try scratch.hunt(rules), threads: 1, limit: 3)
    #expect(found.pairs.count >= 3)
    #expect(found.pairs.isSubset(of: expected(0..<40)))
    #expect(summary.ending == .limitReached)
    #expect(summary.filesNotReached > 0)
    #expect(summary.counters.isBalanced)
    #expect(summary.counters.matches == found.pairs.count)
  }

  @Test func aCancelledHuntEndsAndSaysSo() throws {
    let scratch = ScratchStore()
    try scratch.add((0..<10).map(sample))
    let cancellation = Cancellation()
    cancellation.cancel()
    let (summary, found) = try run(try scratch.hunt(rules), cancellation: cancellation)
    #expect(summary.ending == .cancelled)
    #expect(found.matches.isEmpty)
    #expect(summary.filesNotReached == 10)
  }
}
