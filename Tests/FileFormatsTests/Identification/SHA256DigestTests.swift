import Bytes
import FileFormats
import Foundation
import Testing

@Suite struct SHA256DigestTests {
  private let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

  @Test func textAndBytesGoRoundTrip() throws {
    let digest = try #require(SHA256Digest(hex: abc.uppercased()))
    #expect(digest.hex == abc)
    #expect(SHA256Digest(digest.bytes) == digest)
    #expect(ByteView.with(Array("abc".utf8)) { SHA256Digest(of: $0) } == digest)
    let json = try JSONEncoder().encode([digest])
    #expect(String(decoding: json, as: UTF8.self) == "[\"\(abc)\"]")
    #expect(try JSONDecoder().decode([SHA256Digest].self, from: json) == [digest])
  }

  @Test(arguments: [
    "", "ba78", "zz", String(repeating: "a", count: 63), String(repeating: "a", count: 66),
  ])
  func otherTextsAreNone(_ text: String) {
    #expect(SHA256Digest(hex: text) == nil)
  }

  @Test func orderIsThatOfTheText() throws {
    let texts =
      ["00", "01", "7f", "80", "ff"].map { $0 + abc.dropFirst(2) } + [abc, abc.dropLast(2) + "ae"]
    let digests = try texts.map { try #require(SHA256Digest(hex: String($0))) }
    #expect(digests.sorted().map(\.hex) == texts.map { String($0) }.sorted())
  }
}
