import Bytes
import Testing

@testable import GramIndex

/// Regions: those in which something begins are always among those named, and hardly any other is.
struct RegionTests {
  private static let size = 1 << IndexQuery.regionBits

  private func runs(_ bytes: [UInt8], from start: Int, _ random: inout SeededNumbers) -> [[UInt8]] {
    let room = Swift.min(IndexQuery.span, bytes.count - start)
    return (0..<Int.random(in: 1...3, using: &random)).map { _ in
      let length = Int.random(in: 1...Swift.min(24, room), using: &random)
      let place = start + Int.random(in: 0...room - length, using: &random)
      return Array(bytes[place..<place + length])
    }
  }

  private func query(_ runs: [[UInt8]], _ random: inout SeededNumbers) -> IndexQuery {
    let absent = IndexQuery.literal((0..<16).map { _ in UInt8.random(in: 0...255, using: &random) })
    let held = Bool.random(using: &random) ? IndexQuery.together(runs: runs) : .all(of: runs.map { .literal($0) })
    switch Int.random(in: 0..<4, using: &random) {
    case 0: return .or([absent, held])
    case 1: return .and([held, .or([held, absent]), .everything])
    case 2: return .atLeast(2, [held, absent, .local(3, held)])
    default: return held
    }
  }

  @Test func whatBeginsInARegionIsSeenThere() throws {
    var random = SeededNumbers(81)
    let documents = (0..<5).map { number in
      TestDocument(
        bytes: Fixture.content(Int.random(in: number * Self.size...3 * Self.size + 700_000, using: &random), &random),
        facts: nil)
    }
    let index = try Fixture.index(documents)
    let scratch = IndexScratch()
    for (number, document) in documents.enumerated() {
      let bytes = try #require(document.bytes)
      #expect(index.regionCount(of: number) == (bytes.count + Self.size - 1) / Self.size)
      for step in 0..<200 {
        // Every other one begins in the last bytes of a region, or ends with the document.
        let border = Int.random(in: 1...Swift.max(1, bytes.count / Self.size), using: &random) * Self.size
        let start =
          step % 2 == 0
          ? Int.random(in: 0..<bytes.count, using: &random)
          : Swift.min(bytes.count, border) - Int.random(in: 1...30, using: &random)
        let asked = query(runs(bytes, from: start, &random), &random)
        let regions = index.regions(of: number, holding: asked, using: scratch)
        #expect(regions.limit == index.regionCount(of: number))
        #expect(regions.contains(start / Self.size), "\(asked) at \(start) of document \(number)")
      }
      let nowhere = (0..<24).map { _ in UInt8.random(in: 0...255, using: &random) }
      #expect(index.regions(of: number, holding: .literal(nowhere), using: scratch).count < 2)
      #expect(index.regions(of: number, holding: .nothing, using: scratch).isEmpty)
      #expect(index.regions(of: number, holding: .everything, using: scratch).isFull)
    }
  }

  /// Each region has bytes of its own, so that the index alone tells them apart.
  @Test func onlyRegionsWithinBoundsAreNamed() throws {
    var random = SeededNumbers(84)
    let bytes = (0..<5 * Self.size - 1000).map {
      UInt8($0 / Self.size * 16) | UInt8.random(in: 0...15, using: &random)
    }
    let places = (0..<5).map { $0 * Self.size + 5000 }
    let any = IndexQuery.local(4, .or(places.map { .literal(Array(bytes[$0..<$0 + 24])) }))
    let column = "pe.number_of_sections"
    var documents = [Int64(2 * Self.size + 9), nil, -1].map { value in
      TestDocument(bytes: bytes, facts: DocumentFacts(columns: [value, nil, nil], keys: []))
    }
    documents.append(TestDocument(bytes: bytes, facts: nil))
    let index = try Fixture.index(documents)
    let scratch = IndexScratch()
    let size = Int64(Self.size)
    let whole = Int64(bytes.count)
    let cases: [(PlaceBounds.Bound, PlaceBounds.Bound, [Int])] = [
      (.fromStart(0), .fromEnd(0), [0, 1, 2, 3, 4]), (.fromStart(0), .fromStart(0), [0]),
      (.fromStart(0), .fromStart(size - 1), [0]), (.fromStart(0), .fromStart(size), [0, 1]),
      (.fromStart(size), .fromStart(3 * size - 1), [1, 2]), (.fromEnd(100), .fromEnd(0), [4]),
      (.fromEnd(size), .fromEnd(0), [3, 4]), (.fromEnd(whole + 5), .fromStart(3), [0]),
      (.fromStart(whole + size), .fromEnd(0), []), (.fromStart(3 * size), .fromStart(size), []),
      (.fromStart(.max), .fromStart(.max), []), (.fromEnd(.max), .fromEnd(.max), [0]),
    ]
    for (first, last, expected) in cases {
      let query = any.inside(PlaceBounds(first: first, last: last))
      let found = Array(index.regions(of: 0, holding: query, using: scratch))
      #expect(found == expected, "\(first) \(last)")
      #expect(index.candidates(query, using: scratch).isEmpty == expected.isEmpty, "\(first) \(last)")
    }
    let there = any.inside(PlaceBounds(first: .column(column), last: .column(column)))
    let unknown = any.inside(PlaceBounds(first: .column("unheard of"), last: .fromStart(0)))
    for (number, expected) in [[2], [0, 1, 2, 3, 4], [], [0, 1, 2, 3, 4]].enumerated() {
      #expect(Array(index.regions(of: number, holding: there, using: scratch)) == expected)
      #expect(Array(index.regions(of: number, holding: unknown, using: scratch)) == [0])
    }
    #expect(index.candidates(there, using: scratch).isFull)
  }

  @Test func damagedPagesExcludeNoRegion() throws {
    var random = SeededNumbers(83)
    // Each region has bytes of its own.
    let bytes = (0..<700_000).map { UInt8($0 / Self.size * 16) | UInt8.random(in: 0...15, using: &random) }
    let intact = try Fixture.bytes(of: [TestDocument(bytes: bytes, facts: nil)])
    let header = try Fixture.open(intact).header
    var excluded = 0
    for round in 0..<24 {
      var damaged = intact
      let section: IndexSection = round % 2 == 0 ? .pieces : .regions
      for _ in 0..<round {
        let place = Int.random(
          in: Int(header[section].lowerBound)..<Int(header[section].upperBound), using: &random)
        damaged[place] &= UInt8.random(in: 0...255, using: &random)
      }
      let index = try Fixture.open(damaged)
      let start = Int.random(in: 0..<bytes.count - 40, using: &random)
      let literal = IndexQuery.literal(Array(bytes[start..<start + 20]))
      let regions = index.regions(of: 0, holding: literal, using: IndexScratch())
      #expect(regions.contains(start / Self.size), "round \(round)")
      excluded += regions.limit - regions.count
    }
    #expect(excluded > 0)
  }

  @Test func whatIsNotKnownMayBeginAnywhere() throws {
    let documents = [TestDocument(bytes: nil, facts: nil), TestDocument(bytes: [], facts: nil)]
    let index = try Fixture.index(documents)
    for number in 0..<2 {
      #expect(index.regionCount(of: number) == 0)
      #expect(index.regions(of: number, holding: .literal([1, 2, 3, 4]), using: IndexScratch()).isEmpty)
    }
    // Beyond the memory for signatures nothing is known either.
    let many = Fixture.documents(60, upTo: 900_000, seed: 21)
    let open = try Fixture.open(try Fixture.bytes(of: many, signatureLimit: 20_000))
    var full = 0
    for number in open.open where many[number].bytes != nil {
      let found = open.regions(
        of: number, holding: .literal(Array("not in there".utf8)), using: IndexScratch())
      #expect(found.isFull)
      full += found.limit
    }
    #expect(full > 10)
  }
}
