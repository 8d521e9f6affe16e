import Bytes
import Testing

@testable import GramIndex

/// The kernel against the plain definition: exactly the bits that the grams give, in exactly the size.
struct SignatureTests {
  private func positions<G: Gram>(_: G.Type, of bytes: ArraySlice<UInt8>, in bits: UInt64) -> Set<
    UInt64
  > {
    guard bytes.count >= G.length else { return [] }
    var result: Set<UInt64> = []
    for start in bytes.startIndex...(bytes.endIndex - G.length) {
      var gram: UInt64 = 0
      for byte in bytes[start..<start + G.length].reversed() {
        gram = gram << 8 | UInt64(folded(byte))
      }
      result.insert(SignatureScheme.position(of: UInt32(G.hash(gram) >> 32), in: bits))
    }
    return result
  }

  @Test func rowsAndRegionsHoldExactlyTheGrams() throws {
    var random = SeededNumbers(81)
    let documents = [0, 3, 4, 5, 6, 100, 5_000, 70_000, SignatureScheme.regionBytes + 5].map {
      TestDocument(bytes: Fixture.content($0, &random), facts: nil)
    }
    for gram in [4, 5] {
      let index = try Fixture.index(documents, pieceGram: gram)
      for (number, document) in documents.enumerated() {
        let bytes = document.bytes ?? []
        for piece in Int(index.firstPiece[number])..<Int(index.firstPiece[number + 1]) {
          guard index.pieceBlock[piece] >= 0 else {
            #expect(bytes.count < gram)
            continue
          }
          let block = index.layout.blocks[Int(index.pieceBlock[piece])]
          let rows = index.bytes(of: .pieces)
          let found = Set(
            (0..<block.bits).filter { row in
              let bit = row * UInt64(block.width) + UInt64(index.pieceColumn[piece])
              return rows[Int(block.offset + bit / 8)] >> UInt8(bit % 8) & 1 == 1
            })
          let expected =
            gram == 4
            ? positions(Gram4.self, of: bytes[...], in: block.bits)
            : positions(Gram5.self, of: bytes[...], in: block.bits)
          #expect(found == expected, "document \(number)")
          var place = index.regionPlace[piece]
          for region in Int(index.firstRegion[piece])..<Int(index.firstRegion[piece + 1]) {
            let words = index.directory.regions[region]
            guard words > 0, words != IndexLayout.openRegion else { continue }
            let start = (region - Int(index.firstRegion[piece])) * SignatureScheme.regionBytes
            let end = Swift.min(
              bytes.count, start + SignatureScheme.regionBytes + SignatureScheme.overlap)
            let bits = UInt64(words) * 64
            let set = Set(
              (0..<bits).filter { index.file[place + Int($0 / 8)] >> UInt8($0 % 8) & 1 == 1 })
            #expect(
              set == positions(Gram3.self, of: bytes[start..<end], in: bits), "document \(number)")
            place += Int(words) * 8
          }
        }
      }
    }
  }

  @Test func positionsLieInsideAndGrowWithTheHash() {
    var random = SeededNumbers(82)
    for bits: UInt64 in [
      16, 32, 64, 96, 8192, 12_288, 1_572_864, 6_291_456, SignatureScheme.maximumBits,
    ] {
      var hashes = (0..<200).map { _ in UInt32(truncatingIfNeeded: random.next()) } + [0, .max]
      hashes.sort()
      let places = hashes.map { SignatureScheme.position(of: $0, in: bits) }
      #expect(places == places.sorted())
      #expect(places.first == 0 && places.last == bits - 1)
    }
  }

  @Test func sizesAreTheNearest() {
    for ideal in stride(from: UInt64(1), to: 3_000_000, by: 997) {
      let bits = SignatureScheme.classBits(near: ideal)
      #expect(bits == 16 || Double(bits) / Double(ideal) < (ideal < 12_000 ? 1.42 : 1.24))
      #expect(Double(bits) / Double(ideal) > (ideal < 12_000 ? 0.70 : 0.81))
    }
    for length in [
      1, 3, 20, 100, 4096, 100_000, SignatureScheme.pieceBytes + SignatureScheme.overlap,
    ] {
      for grams in stride(from: 1, through: length, by: Swift.max(1, length / 50)) {
        let most = SignatureScheme.maximumBits(length: length)
        let piece = SignatureScheme.idealBits(grams: grams, length: length, isPiece: true)
        #expect(SignatureScheme.classBits(near: piece) <= most)
        let region = SignatureScheme.idealBits(grams: grams, length: length, isPiece: false)
        #expect(SignatureScheme.regionBits(near: region) <= most)
      }
    }
  }

  /// An index file of version 2 stays what it is: change the version when this number must change,
  /// unless it is only sizes of signatures that are chosen otherwise, which readers take as they are.
  @Test func theFormatIsTheOneOnDisk() throws {
    let documents =
      ["", "MZ", "a short text, and no more", String(repeating: "some words again ", count: 900)]
      .enumerated().map { number, text in
        TestDocument(
          bytes: Array(text.utf8),
          facts: number == 1
            ? nil
            : DocumentFacts(
              columns: [Int64(number), -5, nil], keys: [FactKey(path: "k", value: [UInt8(number)])])
        )
      } + [TestDocument(bytes: nil, facts: nil)]
    let bytes = try Fixture.bytes(of: documents)
    #expect(ByteView.with(bytes) { XXH64.checksum($0) } == 8_951_879_403_264_849_462)
  }
}
