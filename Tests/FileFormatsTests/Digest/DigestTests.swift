import Bytes
import FileFormats
import Testing

@Suite struct DigestTests {
  static let known: [(DigestAlgorithm, String, String)] = [
    (.md5, "", "d41d8cd98f00b204e9800998ecf8427e"),
    (.md5, "abc", "900150983cd24fb0d6963f7d28e17f72"),
    (.sha1, "", "da39a3ee5e6b4b0d3255bfef95601890afd80709"),
    (.sha1, "abc", "a9993e364706816aba3e25717850c26c9cd0d89d"),
    (.sha256, "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    (.sha256, "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
  ]

  @Test(arguments: known)
  func knownDigests(_ algorithm: DigestAlgorithm, _ text: String, _ expected: String) {
    let digest = ByteView.with(Array(text.utf8)) { Digest.hexadecimal(algorithm, of: $0) }
    #expect(String(decoding: digest, as: UTF8.self) == expected)
  }

  @Test(arguments: DigestAlgorithm.allCases)
  func piecesGiveTheDigestOfTheWholeAndAStreamIsReusable(_ algorithm: DigestAlgorithm) {
    let bytes = (0..<1000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    let whole = ByteView.with(bytes) { Digest.bytes(algorithm, of: $0) }
    let stream = DigestStream(algorithm)
    for _ in 0..<2 {
      stream.update(Array(bytes[..<1]))
      stream.update([])
      stream.update(Array(bytes[1..<700]))
      stream.update(Array(bytes[700...]))
      #expect(stream.finished() == whole)
    }
  }

  @Test(arguments: [
    ("", 0 as UInt32), ("123456789", 0xCBF4_3926),
    ("The quick brown fox jumps over the lazy dog", 0x414F_A339),
  ])
  func knownChecksums(_ text: String, _ expected: UInt32) {
    #expect(ByteView.with(Array(text.utf8)) { CRC32.checksum($0) } == expected)
  }
}
