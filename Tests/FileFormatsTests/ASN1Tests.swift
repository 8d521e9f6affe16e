import Bytes
import Testing

@testable import FileFormats

struct ASN1Tests {
  private static func first(_ bytes: [UInt8]) -> (content: [UInt8], size: Int)? {
    ByteView.with(bytes) { view in
      var reader = DERReader(view)
      return reader.next().map { ($0.content.array, $0.encoded.count) }
    }
  }

  @Test(
    arguments: [
      ([4, 2, 1, 2], [1, 2], 4), ([4, 0x81, 1, 9, 7], [9], 4), ([4, 0x82, 0, 1, 9], [9], 5),
      ([0x9F, 0x81, 0x01, 1, 5], [5], 5), ([0x30, 0x80, 4, 1, 9, 0, 0, 1], [4, 1, 9], 7),
      ([4, 0], [], 2),
    ] as [([UInt8], [UInt8], Int)])
  func elementsAreRead(_ bytes: [UInt8], content: [UInt8], size: Int) throws {
    let element = try #require(Self.first(bytes))
    #expect(element.content == content && element.size == size)
  }

  @Test(
    arguments: [
      [], [4], [4, 2, 1], [4, 0x80, 0, 0], [4, 0x89, 0, 0, 0, 0, 0, 0, 0, 0, 1],
      [4, 0x88, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF], [0x30, 0x80, 4, 1, 9, 0],
      [0x1F, 0x81, 0x81, 0x81, 0x81, 0x81, 1], [0x30, 0x80],
    ] as [[UInt8]])
  func brokenElementsAreRefused(_ bytes: [UInt8]) {
    #expect(Self.first(bytes) == nil)
  }

  /// Indefinite lengths inside each other end at a bound, however many there are.
  @Test func indefiniteLengthsAreBounded() {
    let deep = (0..<5_000).flatMap { _ in [0x30, 0x80] as [UInt8] }
    #expect(Self.first(deep) == nil)
    let shallow: [UInt8] = [0x30, 0x80, 0x30, 0x80, 0, 0, 0, 0]
    #expect(Self.first(shallow)?.size == 8)
  }

  @Test(
    arguments: [
      ("1.2.840.113549", [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D]), ("2.5.4.3", [0x55, 4, 3]),
      ("2.999.3", [0x88, 0x37, 3]),
    ] as [(String, [UInt8])])
  func identifiersAreWritten(_ dotted: String, _ bytes: [UInt8]) {
    #expect(ObjectIdentifier(dotted).bytes == bytes)
    #expect(ObjectIdentifier(bytes).dotted == dotted)
  }

  @Test(
    arguments: [
      (23, "700101000000Z", 0), (23, "491231235958Z", 2_524_607_998),
      (23, "501231235958Z", -599_616_002), (23, "200101000000+0100", 1_577_833_200),
      (23, "2001010000Z", 1_577_836_800), (24, "20500101000000.5Z", 2_524_608_000),
      (24, "20000229120000Z", 951_825_600), (23, "201301000000Z", nil), (23, "20", nil),
      (24, "2x000229120000Z", nil), (4, "700101000000Z", nil),
      (23, "240229000000Z", 1_709_164_800), (23, "230229000000Z", nil), (23, "200431000000Z", nil),
      (23, "200101000000", nil), (23, "200101000060Z", nil), (23, "20010100000x0Z", nil),
      (23, "200101000000Zx", nil), (24, "20200101000000", 1_577_836_800), (24, "20200101000000.Z", nil),
    ] as [(UInt8, String, Int64?)])
  func timesAreRead(_ tag: UInt8, _ text: String, _ seconds: Int64?) {
    let bytes = [tag, UInt8(text.utf8.count)] + Array(text.utf8)
    let read = ByteView.with(bytes) { view in
      var reader = DERReader(view)
      return reader.next().flatMap(ASN1Time.seconds)
    }
    #expect(read == seconds)
  }
}
