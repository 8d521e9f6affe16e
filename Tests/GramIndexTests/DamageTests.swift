import Bytes
import Testing

@testable import GramIndex

/// Index files that are damaged, cut or made to be wrong: an error, or answers that lose nothing.
struct DamageTests {
  private static let documents = Fixture.documents(60, upTo: 30_000, seed: 51)

  private static let questions: [(query: IndexQuery, truth: DocumentSet)] = {
    var random = SeededNumbers(52)
    var queries: [IndexQuery] = []
    for document in documents {
      guard let bytes = document.bytes, bytes.count >= 4 else { continue }
      let length = Swift.min(bytes.count, Int.random(in: 4...30, using: &random))
      let start = Int.random(in: 0...bytes.count - length, using: &random)
      queries.append(.literal(Array(bytes[start..<start + length])))
      queries.append(
        .header(HeaderPredicate(offset: 0, value: Array(bytes[..<2]), mask: [255, 255])))
      queries.append(
        .column(
          ColumnPredicate(
            column: "filesize", ranges: [0...Int64(bytes.count)], matchesUndefined: false)))
      if let key = document.facts?.keys.first { queries.append(.fact(key)) }
      if let value = document.facts?.columns[1] {
        queries.append(
          .column(
            ColumnPredicate(
              column: Fixture.columns[1], ranges: [value...value], matchesUndefined: false)))
      }
    }
    return queries.map { query in
      var truth = DocumentSet(limit: documents.count)
      for (number, document) in documents.enumerated() where PlainOracle.holds(query, document) {
        truth.insert(number)
      }
      return (query, truth)
    }
  }()

  private func lost(_ index: IndexFile) -> [IndexQuery] {
    let scratch = IndexScratch()
    return Self.questions.compactMap {
      $0.truth.isSubset(of: index.candidates($0.query, using: scratch)) ? nil : $0.query
    }
  }

  @Test func aFlippedBitAnywhereLosesNothing() throws {
    let intact = try Fixture.bytes(of: Self.documents)
    #expect(try lost(Fixture.open(intact)).isEmpty)
    var random = SeededNumbers(53)
    var found = 0
    var refused = 0
    for _ in 0..<400 {
      var bytes = intact
      let place = Int.random(in: 0..<bytes.count, using: &random)
      bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
      guard let index = try? Fixture.open(bytes) else {
        refused += 1
        continue
      }
      #expect(lost(index).isEmpty, "byte \(place)")
      let damage = index.verify()
      #expect(damage.count == 1, "byte \(place): \(damage)")
      found += 1
    }
    #expect(found > 0 && refused > 0)
  }

  @Test func everyPageOverwrittenLosesNothing() throws {
    let intact = try Fixture.bytes(of: Self.documents)
    for filler: UInt8 in [0, 0xFF, 0xAA] {
      for page in stride(from: 0, to: intact.count, by: IndexLayout.pageSize) {
        var bytes = intact
        for place in page..<Swift.min(page + IndexLayout.pageSize, intact.count) {
          bytes[place] = filler
        }
        if bytes == intact { continue }
        if let index = try? Fixture.open(bytes) {
          #expect(lost(index).isEmpty)
          #expect(!index.verify().isEmpty)
        }
      }
    }
  }

  @Test func cutFilesAreRefused() throws {
    let intact = try Fixture.bytes(of: Array(Self.documents.prefix(8)))
    for length in Array(stride(from: 0, to: intact.count, by: 37)) + [intact.count - 1] {
      #expect(throws: IndexError.self) { try Fixture.open(Array(intact.prefix(length))) }
    }
    #expect(throws: IndexError(.wrongLength, "")) { try Fixture.open(intact + [0]) }
  }

  @Test func otherVersionsAreRefused() throws {
    var bytes = try Fixture.bytes(of: [])
    for version: UInt8 in [1, 2, 4] {
      bytes[8] = version
      #expect(throws: IndexError(.unknownVersion, "")) { try Fixture.open(bytes) }
    }
    #expect(throws: IndexError(.notAnIndex, "")) {
      try Fixture.open(Array("a text, and no index at all".utf8))
    }
    #expect(throws: IndexError(.notAnIndex, "")) { try Fixture.open([]) }
  }

  /// Directories with right checksums and wrong contents.
  @Test func directoriesThatLieAreRefusedOrUseless() throws {
    let intact = try Fixture.bytes(of: Array(Self.documents.prefix(12)))
    let index = try Fixture.open(intact)
    let section = index.header[.directory]
    var random = SeededNumbers(54)
    var opened = 0
    for _ in 0..<3000 {
      var bytes = intact
      for _ in 0..<Int.random(in: 1...3, using: &random) {
        let place = Int.random(
          in: Int(section.lowerBound)..<Int(section.upperBound) - 8, using: &random)
        bytes[place] =
          [0, 1, 0x7F, 0x80, 0xFF, UInt8(truncatingIfNeeded: random.next())][
            Int.random(in: 0..<6, using: &random)]
      }
      Fixture.seal(&bytes, index.header)
      guard let index = try? Fixture.open(bytes) else { continue }
      opened += 1
      // Only that it answers: whoever can write right checksums can write anything.
      let scratch = IndexScratch()
      for (number, question) in Self.questions.prefix(40).enumerated() {
        _ = index.candidates(question.query, using: scratch)
        let document = number % index.documentCount
        _ = index.regions(of: document, holding: question.query, using: scratch)
      }
    }
    #expect(opened > 0)
  }

  /// Fact keys and columns with right checksums and wrong contents: read without harm, merged or refused.
  @Test func factsThatLieAreAnsweredAndMergedOrRefused() throws {
    let intact = try Fixture.bytes(of: Array(Self.documents.prefix(30)))
    let header = try Fixture.open(intact).header
    var random = SeededNumbers(55)
    var refused = 0
    for _ in 0..<600 {
      var bytes = intact
      let section = [IndexSection.keys, .keyBlocks, .columns][Int.random(in: 0..<3, using: &random)]
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        let place = Int.random(
          in: Int(header[section].lowerBound)..<Int(header[section].upperBound), using: &random)
        bytes[place] =
          [0, 1, 0x80, 0xFF, UInt8(truncatingIfNeeded: random.next())][
            Int.random(in: 0..<5, using: &random)]
      }
      Fixture.seal(&bytes, header)
      let index = try Fixture.open(bytes)
      #expect(index.verify().isEmpty)
      let scratch = IndexScratch()
      for value in 0..<UInt8(120) {
        _ = index.candidates(.fact(FactKey(path: "key", value: [value])), using: scratch)
      }
      for column in Fixture.columns {
        let predicate = ColumnPredicate(column: column, ranges: [0...5], matchesUndefined: false)
        _ = index.candidates(.column(predicate), using: scratch)
      }
      do {
        try IndexMerger.merge([index, index], identity: 1) { _ in }
      } catch let error as IndexError {
        #expect(error.code == .damaged)
        refused += 1
      }
    }
    #expect(refused > 0)
  }

  @Test func theSameDocumentsGiveTheSameBytes() throws {
    let again = Self.documents.map { document in
      var copy = document
      copy.facts?.keys.reverse()
      return copy
    }
    let first = try Fixture.bytes(of: Self.documents)
    #expect(try Fixture.bytes(of: again) == first)
    #expect(try Fixture.bytes(of: Self.documents, identity: 8) != first)
  }
}
