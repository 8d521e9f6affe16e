import Bytes
import Testing

@testable import GramIndex

/// Whole questions: never fewer documents than the truth; exactly the truth where no literal is asked.
struct QueryTests {
  private static let documents = Fixture.documents(300, upTo: 20_000, seed: 31)

  private func ranges(_ random: inout SeededNumbers, _ values: [Int64]) -> [ClosedRange<Int64>] {
    var edges = (0..<2 * Int.random(in: 0...2, using: &random)).map { _ in
      (values.randomElement(using: &random) ?? 0) &+ Int64.random(in: -1...1, using: &random)
    }
    if Int.random(in: 0..<4, using: &random) == 0 { edges += [.min, .max] }
    edges = Array(Set(edges)).sorted()
    return stride(from: 0, to: edges.count - 1, by: 2).map { edges[$0]...edges[$0 + 1] }
  }

  private func exactLeaf(_ random: inout SeededNumbers) -> IndexQuery {
    let source = Self.documents.randomElement(using: &random)?.bytes ?? []
    switch Int.random(in: 0..<5, using: &random) {
    case 0: return .fact(FactKey(path: "key", value: [UInt8.random(in: 0..<150, using: &random)]))
    case 1:
      let column =
        (Fixture.columns + ["filesize", "filesize", "not there"]).randomElement(using: &random)
        ?? ""
      let values = Self.documents.compactMap { document -> Int64? in
        if column == "filesize" { return document.bytes.map { Int64($0.count) } }
        return Fixture.columns.firstIndex(of: column).flatMap { document.facts?.columns[$0] }
      }
      return .column(
        ColumnPredicate(
          column: column, ranges: ranges(&random, values),
          matchesUndefined: Bool.random(using: &random)))
    case 2:
      let offset = Int.random(in: 0..<60, using: &random)
      let length = Int.random(in: 1...Swift.min(4, 64 - offset), using: &random)
      let value = (0..<length).map { offset + $0 < source.count ? source[offset + $0] : 0 }
      let mask = (0..<length).map { _ in
        [0xFF, 0xFF, 0xF0, 0][Int.random(in: 0..<4, using: &random)] as UInt8
      }
      return .header(HeaderPredicate(offset: offset, value: value, mask: mask))
    case 3:
      let bytes = [1, 2, 4][Int.random(in: 0..<3, using: &random)]
      let offset = Int.random(in: 0...64 - bytes, using: &random)
      let low =
        Int64(random.next() >> UInt64(64 - 8 * bytes))
        - (Bool.random(using: &random) ? 1 << Int64(8 * bytes - 1) : 0)
      return .headerNumber(
        HeaderNumberPredicate(
          offset: offset, bytes: bytes, isSigned: Bool.random(using: &random),
          isBigEndian: Bool.random(using: &random),
          ranges: [low...low + Int64.random(in: 0...1 << 30, using: &random)],
          matchesUndefined: Bool.random(using: &random)))
    default: return Bool.random(using: &random) ? .everything : .nothing
    }
  }

  private func query(depth: Int, exact: Bool, _ random: inout SeededNumbers) -> IndexQuery {
    if depth > 0, Int.random(in: 0..<3, using: &random) > 0 {
      let parts = (0..<Int.random(in: 1...5, using: &random)).map { _ in
        query(depth: depth - 1, exact: exact, &random)
      }
      switch Int.random(in: 0..<3, using: &random) {
      case 0: return .and(parts)
      case 1: return .or(parts)
      default:
        return .atLeast(Int.random(in: 0...parts.count + 1, using: &random), parts + [parts[0]])
      }
    }
    if exact || Bool.random(using: &random) { return exactLeaf(&random) }
    guard let source = Self.documents.randomElement(using: &random)?.bytes, !source.isEmpty else {
      return .everything
    }
    let length = Swift.min(source.count, Int.random(in: 1...40, using: &random))
    let start = Int.random(in: 0...source.count - length, using: &random)
    if Bool.random(using: &random) {
      // Parts of a stretch, now and then of one that is too long to be near.
      let cuts = (0..<3).map { _ in Int.random(in: 0...Swift.min(source.count, 700), using: &random) }
      let runs = cuts.map { Array(source.dropFirst($0).prefix(Int.random(in: 1...20, using: &random))) }
      return .together(runs: runs.filter { !$0.isEmpty })
    }
    return .literal(Array(source[start..<start + length]))
  }

  private func truth(_ query: IndexQuery) -> DocumentSet {
    var set = DocumentSet(limit: Self.documents.count)
    for (number, document) in Self.documents.enumerated() where PlainOracle.holds(query, document) {
      set.insert(number)
    }
    return set
  }

  @Test func factsColumnsAndFirstBytesAreExact() throws {
    let index = try Fixture.index(Self.documents)
    let scratch = IndexScratch()
    var random = SeededNumbers(41)
    for _ in 0..<1500 {
      let query = query(depth: 2, exact: true, &random)
      #expect(index.candidates(query, using: scratch) == truth(query), "\(query)")
    }
  }

  @Test(arguments: [UInt64(1), 2, 3, 4]) func answersHoldTheTruth(seed: UInt64) throws {
    let index = try Fixture.index(Self.documents, pieceGram: seed % 2 == 0 ? 4 : 5)
    let scratch = IndexScratch()
    var random = SeededNumbers(seed &* 1000)
    for _ in 0..<120 {
      let query = query(depth: 3, exact: false, &random)
      let expected = truth(query)
      let found = index.candidates(query, using: scratch)
      #expect(expected.isSubset(of: found), "seed \(seed): \(query)")
      var part = DocumentSet(limit: Self.documents.count)
      for number in 0..<part.limit where Bool.random(using: &random) { part.insert(number) }
      let inside = index.candidates(query, using: scratch, within: part)
      #expect(inside.isSubset(of: part))
      #expect(expected.intersection(part).isSubset(of: inside), "seed \(seed), within: \(query)")
    }
  }

  @Test func deepTreesAreAnswered() throws {
    let index = try Fixture.index(Self.documents)
    var query = IndexQuery.literal(Array("absent from every document".utf8))
    for level in 0..<1000 {
      query =
        level % 3 == 0
        ? .atLeast(2, [query, .everything, .nothing])
        : level % 3 == 1 ? .and([query]) : .or([query])
    }
    #expect(index.candidates(query, using: IndexScratch()).isFull)
  }

  @Test func senselessPredicatesExcludeNothing() throws {
    let index = try Fixture.index(Self.documents)
    let predicates: [IndexQuery] = [
      .header(HeaderPredicate(offset: -1, value: [1], mask: [255])),
      .header(HeaderPredicate(offset: 64, value: [1], mask: [255])),
      .header(HeaderPredicate(offset: Int.max, value: [1], mask: [255])),
      .header(HeaderPredicate(offset: 0, value: [1, 2], mask: [255])),
      .headerNumber(
        HeaderNumberPredicate(
          offset: Int.max, bytes: 4, isSigned: false, isBigEndian: false, ranges: [],
          matchesUndefined: false)),
      .headerNumber(
        HeaderNumberPredicate(
          offset: 0, bytes: 3, isSigned: false, isBigEndian: false, ranges: [],
          matchesUndefined: false)),
    ]
    for query in predicates { #expect(index.candidates(query, using: IndexScratch()).isFull) }
  }

  @Test func theBuilderTellsWhatItWasTold() throws {
    let index = try Fixture.index(Self.documents)
    #expect(index.documentCount == Self.documents.count)
    #expect(index.identity == 7)
    #expect(index.factsVersion == "v1")
    #expect(index.columns == Fixture.columns)
    #expect(index.verify().isEmpty)
    #expect(index.sections.contains { $0.name == "piece signatures" && $0.bytes > 0 })
  }

  @Test func anIndexOfNothingAnswers() throws {
    let index = try Fixture.index([])
    #expect(index.documentCount == 0)
    #expect(index.candidates(.literal(Array("abcdef".utf8)), using: IndexScratch()).isEmpty)
    #expect(index.candidates(.fact(FactKey(hash: 1)), using: IndexScratch()).isEmpty)
    #expect(
      index.candidates(
        .header(HeaderPredicate(offset: 0, value: [1], mask: [255])), using: IndexScratch()
      ).isEmpty)
    #expect(index.verify().isEmpty)
  }
}
