/// Trend Micro's locality-sensitive hash, version 4, with 128 buckets and a one-byte checksum: the
/// form that telfhash uses.
///
/// Bytes go in one by one; out comes "T1" and 70 upper-case hexadecimal digits. Each window of
/// five bytes counts six of its byte triples in buckets chosen by Pearson hashing; the digest
/// tells in which quartile each bucket's count lies. Knowledge: Oliver, Cheng, Chen, "TLSH: a
/// locality sensitive hash" (2013), and the published tables.
struct TLSH {
  private var buckets = [UInt32](repeating: 0, count: 256)
  private var checksum: UInt8 = 0
  private var length = 0
  // The last four bytes, the newest first.
  private var b: UInt8 = 0
  private var c: UInt8 = 0
  private var d: UInt8 = 0
  private var e: UInt8 = 0

  /// Shorter input has no digest.
  static let shortestInput = 50
  private static let effectiveBuckets = 128

  mutating func update(_ a: UInt8) {
    if length >= 4 {
      checksum = Self.pearson(0, a, b, checksum)
      count(Self.pearson(2, a, b, c))
      count(Self.pearson(3, a, b, d))
      count(Self.pearson(5, a, c, d))
      count(Self.pearson(7, a, c, e))
      count(Self.pearson(11, a, b, e))
      count(Self.pearson(13, a, d, e))
    }
    length += 1
    (b, c, d, e) = (a, b, c, d)
  }

  private mutating func count(_ bucket: UInt8) { buckets[Int(bucket)] &+= 1 }

  private static func pearson(_ salt: UInt8, _ x: UInt8, _ y: UInt8, _ z: UInt8) -> UInt8 {
    var hash = permutation[Int(salt)]
    hash = permutation[Int(hash ^ x)]
    hash = permutation[Int(hash ^ y)]
    return permutation[Int(hash ^ z)]
  }

  /// The digest of all bytes so far, or nil if they are too few or too uniform. YARA, as the
  /// reference, refuses input that leaves half of the buckets or more empty; YARA-X does not.
  func digest(_ dialect: FormatDialect) -> [UInt8]? {
    let counts = buckets.prefix(Self.effectiveBuckets)
    guard length >= Self.shortestInput,
      let lengthClass = Self.lengthClasses.firstIndex(where: { Int($0) >= length })
    else { return nil }
    let quartiles =
      dialect == .yaraX ? TLSHQuartiles(asInYaraX: Array(counts)) : TLSHQuartiles(of: Array(counts))
    let (q1, q2, q3) = (quartiles.first, quartiles.median, quartiles.third)
    guard q3 > 0 else { return nil }
    if dialect == .yara, counts.count(where: { $0 > 0 }) <= Self.effectiveBuckets / 2 {
      return nil
    }

    var bytes: [UInt8] = []
    bytes.append(Self.swapped(checksum))
    bytes.append(Self.swapped(UInt8(truncatingIfNeeded: lengthClass)))
    bytes.append(Self.ratio(q1, q3) << 4 | Self.ratio(q2, q3))
    for code in (0..<Self.effectiveBuckets / 4).reversed() {
      var byte: UInt8 = 0
      for lane in 0..<4 {
        let count = buckets[4 * code + lane]
        let quartile: UInt8 = count > q3 ? 3 : count > q2 ? 2 : count > q1 ? 1 : 0
        byte |= quartile << UInt8(2 * lane)
      }
      bytes.append(byte)
    }
    return Array("T1".utf8) + Digest.hexadecimal(bytes).map(Self.uppercased)
  }

  private static func ratio(_ part: UInt32, _ whole: UInt32) -> UInt8 {
    UInt8(truncatingIfNeeded: UInt64(part) * 100 / UInt64(whole) % 16)
  }

  private static func swapped(_ byte: UInt8) -> UInt8 { byte << 4 | byte >> 4 }

  private static func uppercased(_ digit: UInt8) -> UInt8 {
    digit >= UInt8(ascii: "a") ? digit - 0x20 : digit
  }
}
