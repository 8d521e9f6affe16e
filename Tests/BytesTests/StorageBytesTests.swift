import Bytes
import Testing

@Suite struct StorageBytesTests {
  /// Values of the reference implementation.
  @Test func theChecksumIsXXH64() {
    let cases: [(String, UInt64)] = [
      ("", 0xEF46_DB37_51D8_E999), ("a", 0xD24E_C4F1_A98C_6E5B), ("abc", 0x44BC_2CF5_AD77_0999),
      ("Nobody inspects the spammish repetition", 0xFBCE_A83C_8A37_8BF1),
    ]
    for (text, expected) in cases {
      #expect(ByteView.with(Array(text.utf8)) { XXH64.checksum($0) } == expected)
    }
    #expect(ByteView.with(Array("a".utf8)) { XXH64.checksum($0, seed: 1) } != 0xD24E_C4F1_A98C_6E5B)
  }

  /// Values of the reference implementation, of bytes that a linear congruential generator gives.
  @Test func theChecksumOfFramesIsXXH3() {
    let cases: [(Int, UInt64)] = [
      (241, 0x9D3F_2135_E076_F892), (256, 0x8DBD_35AD_5167_47F4), (1023, 0x1DC5_2055_B34B_F078),
      (1024, 0x8BF5_6442_BEC7_C988), (1025, 0xC337_D6C0_C810_FD27), (1088, 0xB069_B312_2066_664E),
      (4096, 0xB16E_9415_8E61_3533), (65_537, 0x433A_8AB0_1FC1_246B), (262_144, 0x17F3_6A5F_F640_8F7F),
    ]
    for (count, expected) in cases {
      var state: UInt64 = 12_345
      let bytes = (0..<count).map { _ in
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return UInt8(state >> 56)
      }
      #expect(ByteView.with(bytes) { XXH3.checksum($0) } == expected, "\(count) bytes")
    }
  }

  /// Masking and summing in one pass is masking, then summing, at every phase of the key.
  @Test func theMaskedChecksumIsThatOfTheMaskedBytes() {
    let half = (0..<512).map { UInt64($0) &* 0x9E37_79B9_7F4A_7C15 ^ 0xA5 }
    let key = half.flatMap { word in (0..<8).map { UInt8(truncatingIfNeeded: word.littleEndian >> (8 * $0)) } }
    for count in [241, 256, 257, 1_024, 1_025, 1_088, 4_095, 4_096, 4_097, 4_160, 4_161, 9_000] {
      for phase in [0, 1, 8, 63, 4_032, 4_095] {
        let raw = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ count) }
        let masked = raw.indices.map { raw[$0] ^ key[(phase + $0) % key.count] }
        let buffer = ByteBuffer()
        let before: [UInt8] = [1, 2, 3]
        #expect(buffer.append(before + raw))
        let sum = XXH3.checksum(maskingWith: half + half, phase: phase, buffer, from: before.count)
        #expect(buffer.view.array == before + masked, "\(count) bytes, phase \(phase)")
        #expect(sum == ByteView.with(masked) { XXH3.checksum($0) }, "\(count) bytes, phase \(phase)")
      }
    }
  }

  @Test(arguments: Codec.allCases)
  func whatIsCompressedComesBack(_ codec: Codec) throws {
    let compressor = Compressor(CompressionChoice(codec: codec, level: codec == .lz4 ? 4 : 1))
    let decompressor = Decompressor()
    let stored = ByteBuffer()
    let back = ByteBuffer()
    for size in [0, 1, 15, 16, 17, 1_000, 300_000] {
      for noise in [false, true] {
        let raw = (0..<size).map {
          UInt8(truncatingIfNeeded: noise ? $0 &* $0 &* 2_654_435_761 >> 7 : $0 / 97)
        }
        stored.truncate()
        back.truncate()
        let used = try #require(ByteView.with(raw) { compressor.compress($0, to: stored) })
        #expect(stored.count <= max(raw.count, 0))
        #expect(decompressor.decompress(stored.view, codec: used, size: size, to: back))
        #expect(back.view.array == raw)
        for limit in [0, 1, size / 2, size - 1, size, size + 1] where limit >= 0 {
          let part = ByteBuffer()
          #expect(decompressor.decompress(stored.view, codec: used, size: size, limit: limit, to: part))
          #expect(part.count >= min(limit, size) && part.view.array == Array(raw.prefix(part.count)))
        }
        // Any other size is damage, and so is a cut or a flipped frame: never more than was asked.
        #expect(!decompressor.decompress(stored.view, codec: used, size: size + 1, to: back))
        if size > 0 {
          #expect(!decompressor.decompress(stored.view, codec: used, size: size - 1, to: back))
        }
        for cut in [0, stored.count / 2, stored.count - 1] where cut >= 0 && cut < stored.count {
          #expect(
            !decompressor.decompress(
              stored.view.clamped(at: 0, length: cut), codec: used, size: size, to: back))
        }
        #expect(back.count == raw.count)
      }
    }
  }

  @Test func damagedFramesNeverWriteBeyondTheirSize() throws {
    let raw = (0..<5_000).map { UInt8(truncatingIfNeeded: $0 / 13) }
    for codec in [Codec.lz4, .zstd] {
      let stored = ByteBuffer()
      _ = ByteView.with(raw) {
        Compressor(CompressionChoice(codec: codec, level: 1)).compress($0, to: stored)
      }
      let good = stored.view.array
      let decompressor = Decompressor()
      for offset in good.indices {
        var bad = good
        bad[offset] ^= 0x81
        let back = ByteBuffer()
        let done = ByteView.with(bad) {
          decompressor.decompress($0, codec: codec, size: raw.count, to: back)
        }
        #expect(back.count == (done ? raw.count : 0))
      }
    }
  }

  @Test func aBufferGrowsAndForgets() {
    let buffer = ByteBuffer()
    #expect(buffer.view.count == 0)
    for round in 0..<200 { #expect(buffer.append([UInt8](repeating: UInt8(round), count: 1_000))) }
    #expect(buffer.count == 200_000)
    #expect(buffer.view.byte(at: 199_999) == 199 && buffer.view.byte(at: 1_000) == 1)
    buffer.truncate(1_500)
    buffer.shrink(to: 4_096)
    #expect(buffer.capacity == 4_096 && buffer.view.byte(at: 1_499) == 1)
    #expect(!buffer.reserve(-1))
    #expect(!buffer.reserve(.max))
    #expect(buffer.count == 1_500)
  }

  @Test func textsAreFoundWhereTheyStand() {
    ByteView.with(Array("abcabcabd".utf8)) { view in
      #expect(
        view.has("abc") && view.has("abd", at: 6) && !view.has("abd", at: 7)
          && !view.has("a", at: -1))
      #expect(
        view.find("abd") == 6 && view.find("abc", from: 1) == 3
          && view.find("abd", within: 5) == nil)
      #expect(view.find("abcabcabdx") == nil)
    }
    ByteView.with([0x41, 0, 0x42, 0]) {
      #expect($0.hasWide("AB") && !$0.hasWide("AC") && !$0.hasWide("ABC"))
    }
  }

  @Test func numbersAreWrittenLittleEndian() {
    var writer = ByteWriter()
    writer.append(UInt8(1))
    writer.append(UInt16(0x0203))
    writer.append(Int64(-2))
    writer.append(zeros: 2)
    #expect(writer.bytes == [1, 3, 2, 0xFE, 255, 255, 255, 255, 255, 255, 255, 0, 0])
  }
}
