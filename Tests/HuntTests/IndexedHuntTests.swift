import Bytes
import Corpus
import FileFormats
import Foundation
import Hunt
import Synchronization
import Testing

/// A hunt with indexes gives what a scan of everything gives, whatever happened to store and indexes.
@Suite struct IndexedHuntTests {
  /// Literals of every length an index serves and shorter, conditions that ask for absence, facts.
  static let rules = """
    import "pe"
    rule word { strings: $a = "needle-in-a-haystack" condition: $a }
    rule widely { strings: $a = "registry key" wide nocase condition: $a }
    rule short { strings: $a = "qx" condition: $a and filesize < 3000 }
    rule hex { strings: $a = { 90 9? 31 C0 [2-9] CC DD EE } condition: $a }
    rule regex { strings: $a = /https?:\\/\\/[a-z]{3,9}\\.example/ condition: #a >= 1 }
    rule absent { strings: $a = "needle-in-a-haystack" condition: not $a and filesize > 6000 }
    rule two { strings: $a = "alpha-particle" $b = "beta-particle" $c = "gamma-ray" condition: 2 of them }
    rule header { condition: uint16be(0) == 0x4D5A }
    rule nothing { strings: $a = "a string that is in no file at all" condition: $a }
    rule hidden { strings: $a = "xored text here" xor condition: $a }
    private rule inner { strings: $a = "inner truth" condition: $a }
    rule outer { condition: inner and filesize < 100000 }
    """

  static let plants: [[UInt8]] = [
    Array("needle-in-a-haystack".utf8), Array("R\0e\0G\0i\0s\0t\0r\0y\0 \0K\0e\0y\0".utf8),
    Array("qx".utf8), [0x90, 0x95, 0x31, 0xC0, 1, 2, 3, 0xCC, 0xDD, 0xEE],
    Array("http://abcdef.example".utf8), Array("alpha-particle".utf8), Array("beta-particle".utf8),
    Array("gamma-ray".utf8), "xored text here".utf8.map { $0 ^ 0x5A }, Array("inner truth".utf8),
  ]

  /// Repeatable files: noise and words, of one of them in eight above the size of a region, with some
  /// of the plants at random places.
  static func samples(_ count: Int, seed: UInt64) -> [[UInt8]] {
    var state = seed
    func next() -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33)
    }
    return (0..<count).map { number in
      var bytes: [UInt8] = number % 5 == 0 ? [0x4D, 0x5A] : []
      let size = number % 8 == 0 ? 60_000 + next() % 150_000 : next() % 9_000
      while bytes.count < size {
        if next() % 3 == 0 { bytes += "word\(next() % 500) ".utf8 } else { bytes.append(UInt8(next() & 0xFF)) }
      }
      for plant in plants where next() % 9 == 0 {
        let place = next() % (bytes.count + 1)
        bytes.insert(contentsOf: plant, at: place)
      }
      return bytes + "#\(seed)-\(number)".utf8
    }
  }

  private func expectSame(
    _ scratch: ScratchStore, files: Int, prunes: Bool = true,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let (all, everything) = try run(try scratch.hunt(Self.rules, usesIndex: false))
    let (some, found) = try run(try scratch.hunt(Self.rules))
    #expect(found.pairs == everything.pairs, sourceLocation: sourceLocation)
    #expect(found.pairs.count > 20, sourceLocation: sourceLocation)
    for counters in [all.counters, some.counters] {
      #expect(counters.files == files, sourceLocation: sourceLocation)
      #expect(counters.isBalanced, sourceLocation: sourceLocation)
      #expect(counters.skipped.isEmpty, sourceLocation: sourceLocation)
    }
    #expect(all.counters.scannedFiles == files, sourceLocation: sourceLocation)
    // Of one rule, so that the others do not want the file.
    let (one, _) = try run(try scratch.hunt(#"rule r { strings: $a = "needle-in-a-haystack" condition: $a }"#))
    #expect((one.counters.prunedByIndex > 0) == prunes, sourceLocation: sourceLocation)
    #expect(one.counters.isBalanced, sourceLocation: sourceLocation)
  }

  private func indexes(_ scratch: ScratchStore) throws -> [URL] {
    try FileManager.default.contentsOfDirectory(
      at: scratch.directory.appendingPathComponent("segments"), includingPropertiesForKeys: nil
    ).filter { $0.pathExtension == "index" }.sorted { $0.path < $1.path }
  }

  @Test func equalAfterEverythingThatMayHappenToAStore() throws {
    let scratch = ScratchStore()
    var digests: [String] = []
    for seed in 1...3 { digests += try scratch.add(Self.samples(60, seed: UInt64(seed))) }
    try scratch.add(Self.samples(10, seed: 9), sealed: false)
    #expect(try indexes(scratch).count == 3)
    try expectSame(scratch, files: 190)

    let gone = try digests.enumerated().filter { $0.offset % 4 == 1 }
      .map { try #require(SHA256Digest(hex: $0.element)) }
    try scratch.open().remove(gone)
    try expectSame(scratch, files: 190 - gone.count)

    _ = try scratch.open().compact()
    try expectSame(scratch, files: 190 - gone.count)

    #expect(try scratch.open().merge() == 2)
    #expect(try indexes(scratch).count == 1)
    try expectSame(scratch, files: 190 - gone.count)

    try FileManager.default.removeItem(at: try #require(indexes(scratch).first))
    try expectSame(scratch, files: 190 - gone.count, prunes: false)
    #expect(try scratch.open().reindex() == 1)
    #expect(try scratch.open().reindex() == 0)
    #expect(try scratch.open().reindex(all: true) == 1)
    try expectSame(scratch, files: 190 - gone.count)
  }

  /// Of large files only the regions are read in which a rule may find what it needs; the accounting
  /// says so, and a damaged region is no reason to be silent.
  @Test func ofLargeFilesRegionsAreSearchedFirst() throws {
    let scratch = ScratchStore()
    var random = Self.samples(8, seed: 77).joined().map { $0 }
    while random.count < 2_000_000 { random += random }
    // All grams of the string are there, the string is not: "secret-in-the-middle" in two parts.
    let parts = ["secret-in-the-mid", "cret-in-the-middle"]
    var decoys: [[UInt8]] = []
    for number in 0..<6 {
      var bytes = Array(random[number * 1000..<number * 1000 + 900_000])
      for (place, part) in parts.enumerated() {
        bytes.replaceSubrange(300_000 + place * 2000..<300_000 + place * 2000 + part.utf8.count, with: Array(part.utf8))
      }
      decoys.append(bytes)
    }
    var holder = decoys[0]
    holder.replaceSubrange(524_280..<524_300, with: Array("secret-in-the-middle".utf8))
    let digests = try scratch.add(decoys + [holder])
    let rules = #"rule r { strings: $a = "secret-in-the-middle" condition: $a }"#
    let (summary, found) = try run(try scratch.hunt(rules))
    let counters = summary.counters
    #expect(found.pairs == ["\(digests[6]) r"])
    #expect(counters.isBalanced && counters.skipped.isEmpty && counters.files == 7)
    #expect(counters.scannedFiles == 1 && counters.prunedByIndex == 6 && counters.prunedByRegions == 6)
    #expect(counters.regionBytes > 0 && counters.regionBytes < 900_000 * 6 / 2)
    #expect(counters.scannedBytes == 900_000 + counters.regionBytes)
    let estimate = try #require(try scratch.hunt(rules).estimate())
    #expect(estimate.all.candidates == 7 && estimate.all.firstBytes < estimate.all.bytes / 2)

    let pack = try #require(
      FileManager.default.contentsOfDirectory(
        at: scratch.directory.appendingPathComponent("segments"), includingPropertiesForKeys: nil
      ).first { $0.pathExtension == "pack" })
    var bytes = try Data(contentsOf: pack)
    for place in stride(from: 1000, to: bytes.count - 100_000, by: 50_000) { bytes[place] ^= 1 }
    try bytes.write(to: pack)
    let (damaged, _) = try run(try scratch.hunt(rules))
    #expect(damaged.counters.isBalanced && damaged.counters.files == 7)
    #expect(damaged.counters.skipped.count == 7)
  }

  @Test func anIndexOfAnotherFileIsNotUsed() throws {
    let scratch = ScratchStore()
    for seed in 1...2 { try scratch.add(Self.samples(40, seed: UInt64(seed))) }
    let both = try indexes(scratch)
    try FileManager.default.removeItem(at: both[1])
    try FileManager.default.copyItem(at: both[0], to: both[1])
    try expectSame(scratch, files: 80)
    #expect(try scratch.open().verify().unindexed.count == 1)
  }

  @Test func aDamagedIndexLosesNothing() throws {
    let scratch = ScratchStore()
    try scratch.add(Self.samples(80, seed: 5))
    let file = try #require(indexes(scratch).first)
    let good = try Data(contentsOf: file)
    let (_, everything) = try run(try scratch.hunt(Self.rules, usesIndex: false))
    var damages: [Data] = [Data(), good.prefix(100), good.prefix(good.count / 2), good + [0]]
    for step in 0..<40 {
      var bytes = good
      let place = good.count * step / 40
      for offset in 0..<min(5_000, good.count - place) { bytes[place + offset] = 0 }
      damages.append(bytes)
    }
    for (number, bytes) in damages.enumerated() {
      try bytes.write(to: file)
      let (summary, found) = try run(try scratch.hunt(Self.rules))
      #expect(found.pairs == everything.pairs, "damage \(number)")
      #expect(summary.counters.isBalanced)
      if bytes != good {
        #expect(try scratch.open().verify().unindexed.count == 1, "damage \(number)")
        #expect(try scratch.open().verify().isIntact)
      }
    }
  }

  @Test func aTimeRangeNarrowsWhatTheIndexNames() throws {
    let scratch = ScratchStore()
    try scratch.add(Self.samples(60, seed: 1), date: 1000)
    try scratch.add(Self.samples(60, seed: 2), date: 2000)
    // A known file moves within the segment's range.
    try scratch.add(Array(Self.samples(60, seed: 1)[0..<5]), date: 1500)
    for range in [0...999, 1000...1000, 1400...1600, 1000...2000, 2000...9000] as [ClosedRange<Int64>] {
      let (all, everything) = try run(
        try scratch.hunt(Self.rules, timeRange: range, usesIndex: false))
      let (some, found) = try run(try scratch.hunt(Self.rules, timeRange: range))
      #expect(found.pairs == everything.pairs)
      #expect(some.counters.files == all.counters.files)
      #expect(some.counters.isBalanced)
    }
  }

  @Test func whatIsEstimatedIsWhatIsScanned() throws {
    let scratch = ScratchStore()
    try scratch.add(Self.samples(80, seed: 3))
    let hunt = try scratch.hunt(Self.rules)
    let estimate = try #require(try hunt.estimate())
    let again = try #require(try hunt.estimate(rounds: 3))
    #expect(again.all.candidates == estimate.all.candidates)
    #expect(again.rules.map(\.cost.candidates) == estimate.rules.map(\.cost.candidates))
    // What is looked at is told of one round.
    #expect(again.all.asking.places == estimate.all.asking.places && again.all.asking.places > 0)
    #expect(again.all.asking.seconds <= again.all.asking.firstSeconds)
    let (summary, _) = try run(hunt)
    #expect(estimate.all.candidates == summary.counters.scannedFiles)
    #expect(estimate.all.bytes == summary.counters.scannedBytes)
    #expect(estimate.files == 80)
    #expect(estimate.rules.count == 11)
    let nothing = hunt.explanations(sources: [], estimate: estimate).first { $0.identifier == "nothing" }
    #expect(try #require(nothing?.estimate).candidates < 5)
  }

  @Test func huntsOfOneSegmentAtOnceShareTheirReads() throws {
    let scratch = ScratchStore()
    try scratch.add(Self.samples(60, seed: 4))
    let reads = SharedReads()
    let first = try scratch.hunt(Self.rules, usesIndex: false, reads: reads)
    let unit = try #require(try first.plan().steps.first?.unit)
    let second = try scratch.hunt(Self.rules, usesIndex: false, reads: reads)
    let (ahead, done) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
    // The second hunt comes to a segment where the first one is; otherwise the first would begin
    // where the second waits, and nobody would be left to share with.
    let begun = DispatchSemaphore(value: 0)
    let others = Mutex<Set<String>>([])
    let thread = ScanThreads.start(1) {
      begun.wait()
      var count = 0
      _ = try? second.run(unit, cancellation: Cancellation()) { file in
        count += 1
        // Some documents ahead of the first hunt, this one waits for it to come by.
        if count == 5 {
          ahead.signal()
          done.wait()
        }
        others.withLock { $0.formUnion(file.rules.map { "\(file.sha256) \($0.identifier)" }) }
        return true
      }
    }
    var pairs: Set<String> = []
    var isFirst = true
    let result = try first.run(unit, cancellation: Cancellation()) { file in
      if isFirst {
        begun.signal()
        ahead.wait()
      }
      isFirst = false
      pairs.formUnion(file.rules.map { "\(file.sha256) \($0.identifier)" })
      return true
    }
    done.signal()
    thread.wait()
    #expect(result.counters.scannedFiles == 60)
    let (_, everything) = try run(try scratch.hunt(Self.rules, usesIndex: false))
    #expect(pairs == everything.pairs)
    #expect(others.withLock { $0 } == everything.pairs)
    #expect(reads.counts.shared >= 4)
  }
}
