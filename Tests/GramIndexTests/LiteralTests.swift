import Bytes
import Testing

@testable import GramIndex

/// Literals: no document that holds one is ever left out, and those that do not mostly are.
struct LiteralTests {
  /// A literal as it stands somewhere in the bytes, letters in any case.
  private func literal(from bytes: [UInt8], length: Int, _ random: inout SeededNumbers) -> [UInt8] {
    let start = Int.random(in: 0...(bytes.count - length), using: &random)
    return bytes[start..<start + length].map { byte in
      let lower = folded(byte)
      return lower >= 97 && lower <= 122 && Bool.random(using: &random) ? lower & 0xDF : lower
    }
  }

  @Test(arguments: [4, 5], [UInt64(1), 2, 3])
  func literalsOfEveryLengthAreFound(pieceGram: Int, seed: UInt64) throws {
    let documents = Fixture.documents(150, upTo: 200_000, seed: seed)
    let index = try Fixture.index(documents, pieceGram: pieceGram)
    let scratch = IndexScratch()
    var random = SeededNumbers(seed &* 77)
    for (number, document) in documents.enumerated() {
      guard let bytes = document.bytes else { continue }
      for _ in 0..<12 where !bytes.isEmpty {
        let wanted = literal(
          from: bytes, length: Swift.min(bytes.count, Int.random(in: 1...600, using: &random)),
          &random)
        #expect(
          index.candidates(.literal(wanted), using: scratch).contains(number),
          "seed \(seed): document \(number) holds \(wanted)")
        // Probed alone, it gives the same answer as swept with all others.
        var alone = DocumentSet(limit: documents.count)
        alone.insert(number)
        #expect(index.candidates(.literal(wanted), using: scratch, within: alone) == alone)
      }
    }
  }

  @Test func sweepingAndProbingAgree() throws {
    let documents = Fixture.documents(700, upTo: 3_000, seed: 9)
    let index = try Fixture.index(documents)
    #expect(index.pieceRows.layout.blocks.contains { $0.width > 64 }, "the test needs wide blocks")
    let scratch = IndexScratch()
    var random = SeededNumbers(10)
    for _ in 0..<300 {
      let source = documents.randomElement(using: &random)?.bytes ?? []
      guard source.count >= 5 else { continue }
      let wanted = literal(
        from: source, length: Swift.min(source.count, Int.random(in: 5...20, using: &random)),
        &random)
      let swept = index.candidates(.literal(wanted), using: scratch)
      var probed = DocumentSet(limit: documents.count)
      for number in 0..<documents.count {
        var alone = DocumentSet(limit: documents.count)
        alone.insert(number)
        probed.formUnion(index.candidates(.literal(wanted), using: scratch, within: alone))
      }
      #expect(swept == probed)
    }
  }

  @Test func literalsAreFoundAcrossTheEndsOfPiecesAndRegions() throws {
    var random = SeededNumbers(4)
    let size = 2 * SignatureScheme.pieceBytes + 300
    // Noise, so that no literal is there by chance, thinned so that regions get signatures.
    var bytes: [UInt8] = []
    while bytes.count < size {
      let word = random.next()
      bytes += (0..<8).map { UInt8(truncatingIfNeeded: word >> UInt64($0 * 8)) }
      bytes += Array(repeating: 0, count: 8)
    }
    bytes.removeLast(bytes.count - size)
    let index = try Fixture.index([TestDocument(bytes: bytes, facts: nil)])
    #expect(index.directory.pieces.count == 3)
    #expect(!index.directory.regions.contains(IndexLayout.openStretch))
    let scratch = IndexScratch()
    for edge in stride(from: SignatureScheme.regionBytes, to: size, by: SignatureScheme.regionBytes)
    {
      for length in [3, 4, 5, 8, 64, 511, 512, 513, 600] {
        for start in [edge - length, edge - length + 1, edge - length / 2, edge - 1, edge]
        where start >= 0 && start + length <= size {
          let wanted = Array(bytes[start..<start + length])
          #expect(
            !index.candidates(.literal(wanted), using: scratch).isEmpty,
            "\(length) bytes at \(start)")
        }
      }
    }
    let tail = Array(bytes.suffix(300))
    for length in 1...300 {
      #expect(!index.candidates(.literal(Array(tail.suffix(length))), using: scratch).isEmpty)
    }
  }

  @Test func absentLiteralsPruneNearlyEverything() throws {
    var random = SeededNumbers(5)
    let documents = (0..<400).map { _ in
      TestDocument(
        bytes: Fixture.content(Int.random(in: 2_000...60_000, using: &random), &random), facts: nil)
    }
    let index = try Fixture.index(documents)
    let scratch = IndexScratch()
    for (length, most) in [(6, 0.5), (12, 0.1), (24, 0.01)] {
      var passed = 0
      for _ in 0..<50 {
        let absent = (0..<length).map { _ in UInt8.random(in: 128...255, using: &random) }
        passed += index.candidates(.literal(absent), using: scratch).count
      }
      let rate = Double(passed) / Double(50 * documents.count)
      #expect(rate < most, "\(length) bytes: \(rate) of all documents pass")
    }
    #expect(scratch.bytesTouched > 0 && scratch.pagesTouched > 0)
    #expect(scratch.literalsAsked == 150)
  }

  @Test func aDocumentShorterThanAGramIsPruned() throws {
    let documents = ["", "a", "ab", "abc", "abcd", "abcde"].map {
      TestDocument(bytes: Array($0.utf8), facts: nil)
    }
    for gram in [4, 5] {
      let index = try Fixture.index(documents, pieceGram: gram)
      func found(_ text: String) -> [Int] {
        Array(index.candidates(.literal(Array(text.utf8)), using: IndexScratch()))
      }
      #expect(found("abcde") == [5])
      #expect(found("ABCD").filter { $0 >= 4 } == [4, 5])
      #expect(!found("ABCD").contains(2))
      #expect(found("bcd").filter { $0 >= 4 } == [4, 5])
      #expect(found("ab") == Array(0..<6), "two bytes ask nothing")
    }
  }

  @Test func whatCouldNotBeReadIsAlwaysACandidate() throws {
    let documents = [
      TestDocument(bytes: Array("hello world".utf8), facts: nil),
      TestDocument(bytes: nil, facts: nil),
    ]
    let index = try Fixture.index(documents)
    #expect(Array(index.candidates(.literal(Array("absent".utf8)), using: IndexScratch())) == [1])
    #expect(
      Array(index.candidates(.literal(Array("HELLO".utf8)), using: IndexScratch())) == [0, 1])
  }

  @Test func documentsBeyondTheMemoryForSignaturesAreCandidates() throws {
    let documents = Fixture.documents(60, upTo: 400_000, seed: 21)
    let index = try Fixture.open(try Fixture.bytes(of: documents, signatureLimit: 20_000))
    #expect(index.directory.pieces.contains(IndexLayout.openStretch))
    var random = SeededNumbers(3)
    for (number, document) in documents.enumerated() {
      guard let bytes = document.bytes, bytes.count > 20 else { continue }
      let wanted = literal(from: bytes, length: 20, &random)
      #expect(index.candidates(.literal(wanted), using: IndexScratch()).contains(number))
    }
  }

  /// What will not compress takes a sixth to a fifth, whatever its length, and a text of 20 bytes that is not there
  /// hardly ever passes it.
  @Test func noiseCostsLittleAndIsStillTold() throws {
    var random = SeededNumbers(8)
    func noise(_ count: Int) -> [UInt8] { (0..<count).map { _ in UInt8(truncatingIfNeeded: random.next()) } }
    let whole = noise(1 << 19)
    var share = 0.0
    var passed = 0
    for eighths in 5...8 {
      let part = Array(whole.prefix(whole.count * eighths / 8))
      let bytes = try Fixture.bytes(of: [TestDocument(bytes: part, facts: nil)])
      #expect(Double(bytes.count) < 0.22 * Double(part.count))
      share += Double(bytes.count) / Double(part.count) / 4
      let index = try Fixture.open(bytes)
      #expect(index.candidates(.literal(Array(part[1000..<1100])), using: IndexScratch()).count == 1)
      for _ in 0..<1000 { passed += index.candidates(.literal(noise(20)), using: IndexScratch()).count }
    }
    #expect(share < 0.19)
    #expect(passed < 8)
  }
}
