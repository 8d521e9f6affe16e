import Bytes
import Testing

@testable import GramIndex

/// A merged index is the index of all the documents.
struct MergeTests {
  private func merged(_ parts: [[UInt8]]) throws -> [UInt8] {
    var file: [UInt8] = []
    try IndexMerger.merge(try parts.map { try Fixture.open($0) }, identity: 7) { file += $0.array }
    return file
  }

  @Test(arguments: [[0, 40], [40, 0], [1, 1, 1], [300, 80, 200], [600, 10, 600]])
  func theBytesAreThoseOfOneBuild(counts: [Int]) throws {
    let groups = counts.enumerated().map {
      Fixture.documents($1, upTo: 6_000, seed: UInt64($0 + 61))
    }
    let parts = try groups.map { try Fixture.bytes(of: $0, identity: 99) }
    let all = try Fixture.bytes(of: Array(groups.joined()))
    #expect(try merged(parts) == all)
  }

  @Test func documentsOfSeveralPiecesStayTogether() throws {
    var random = SeededNumbers(71)
    let groups = (0..<3).map { _ in
      (0..<2).map { _ in
        TestDocument(
          bytes: Fixture.content(Int.random(in: 2_000_000...10_000_000, using: &random), &random),
          facts: Fixture.facts(&random))
      }
    }
    let parts = try groups.map { try Fixture.bytes(of: $0) }
    let whole = try merged(parts)
    #expect(whole == (try Fixture.bytes(of: Array(groups.joined()))))
    // Merging in steps is merging at once.
    #expect(try merged([merged([parts[0], parts[1]]), parts[2]]) == whole)
    #expect(try Fixture.open(whole).verify().isEmpty)
  }

  @Test func differentKindsAndDamageAreRefused() throws {
    let documents = Fixture.documents(10, upTo: 5_000, seed: 72)
    let part = try Fixture.bytes(of: documents)
    #expect(throws: IndexError(.differentKinds, "")) { try merged([]) }
    #expect(throws: IndexError(.differentKinds, "")) {
      try merged([part, Fixture.bytes(of: [], columns: ["other"])])
    }
    #expect(throws: IndexError(.differentKinds, "")) {
      try merged([part, Fixture.bytes(of: [], pieceGram: 4)])
    }
    var damaged = part
    damaged[IndexLayout.headerSize + 100] ^= 1
    #expect(throws: IndexError(.damaged, "")) { try merged([part, damaged]) }
  }
}
