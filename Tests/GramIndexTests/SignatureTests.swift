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
        for piece in index.pieces(of: number) {
          guard index.pieceRows[piece].isInRow else {
            #expect(bytes.count < gram)
            continue
          }
          let (bits, found) = rows(index, .pieces, index.pieceRows, piece)
          let expected =
            gram == 4
            ? positions(Gram4.self, of: bytes[...], in: bits)
            : positions(Gram5.self, of: bytes[...], in: bits)
          #expect(found == expected, "document \(number)")
          let first = Int(index.pieces[piece].firstRegion)
          for region in first..<Int(index.pieces[piece + 1].firstRegion) {
            guard index.regionRows[region].isInRow else { continue }
            let start = (region - first) * SignatureScheme.regionBytes
            let end = Swift.min(
              bytes.count, start + SignatureScheme.regionBytes + SignatureScheme.overlap)
            let (bits, found) = rows(index, .regions, index.regionRows, region)
            #expect(
              found == positions(Gram3.self, of: bytes[start..<end], in: bits),
              "document \(number)")
          }
        }
      }
    }
  }

  /// The bits of a signature, and which of them are set.
  private func rows(_ index: IndexFile, _ section: IndexSection, _ places: RowPlaces, _ number: Int)
    -> (bits: UInt64, set: Set<UInt64>)
  {
    let block = places.layout.blocks[places[number].block]
    let rows = index.bytes(of: section)
    return (
      block.bits,
      Set(
        (0..<block.bits).filter { row in
          let bit = block.place(ofRow: row) + UInt64(places[number].column)
          return rows[Int(bit / 8)] >> UInt8(bit % 8) & 1 == 1
        })
    )
  }

  /// A row is where its grams are looked for, no two rows share a bit, and all lie in the section.
  @Test func rowsOfALayoutLieSideBySide() {
    var random = SeededNumbers(83)
    let classes: [UInt64] = [1024, 3072, 49_152, 65_536, 98_304]
    let kinds: [UInt8] = (0..<1700).map { number in
      if number % 9 == 0 { return UInt8(number % 2) }
      let kind = number < 1300 ? number % 2 : number % 5
      return IndexLayout.firstClass + UInt8(kind)
    }
    let layout = RowLayout(classes: classes, kinds: kinds)
    var used = Set<UInt64>()
    var rows: UInt64 = 0
    for block in layout.blocks {
      for row in 0..<block.bits {
        let place = block.place(ofRow: row)
        #expect(used.insert(place).inserted)
        #expect(place + UInt64(block.width) <= (layout.length - IndexLayout.rowPadding) * 8)
        rows += UInt64(block.width)
      }
      for _ in 0..<300 {
        let hash = UInt32(truncatingIfNeeded: random.next())
        #expect(
          block.place(of: hash)
            == block.place(ofRow: SignatureScheme.position(of: hash, in: block.bits)))
      }
    }
    let places = used.sorted()
    let widths = layout.blocks.flatMap { block in
      (0..<block.bits).map { (block.place(ofRow: $0), UInt64(block.width)) }
    }.sorted { $0.0 < $1.0 }
    for (a, b) in zip(widths, places.dropFirst()) { #expect(a.0 + a.1 <= b) }
    #expect(layout.length * 8 - rows < (IndexLayout.rowPadding + 2 * IndexLayout.alignment) * 8)
    #expect(layout.blocks.contains { $0.width == IndexLayout.blockWidth })
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
      for isPiece in [true, false] {
        let bits = SignatureScheme.classBits(near: ideal, isPiece: isPiece)
        #expect(SignatureScheme.isClass(bits: bits))
        let most = isPiece || ideal < 3000 ? 1.42 : 1.24
        #expect(bits == SignatureScheme.minimumBits || Double(bits) / Double(ideal) < most)
        #expect(Double(bits) / Double(ideal) > 1 / most)
      }
    }
    for length in [
      1, 3, 20, 100, 4096, 100_000, SignatureScheme.pieceBytes + SignatureScheme.overlap,
    ] {
      for grams in stride(from: 1, through: length, by: Swift.max(1, length / 50)) {
        let most = SignatureScheme.maximumBits(length: length)
        let piece = SignatureScheme.idealBits(grams: grams, length: length, isPiece: true)
        #expect(SignatureScheme.classBits(near: piece, isPiece: true) <= most)
        let region = SignatureScheme.idealBits(grams: grams, length: length, isPiece: false)
        #expect(SignatureScheme.classBits(near: region, isPiece: false) <= most)
      }
    }
  }

  /// An index file of version 3 stays what it is: change the version when this number must change,
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
    #expect(ByteView.with(bytes) { XXH64.checksum($0) } == 8_502_496_128_694_219_827)
  }
}
