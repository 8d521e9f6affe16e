public import Bytes

/// The cryptographic digests that samples are named by and that rules ask for.
public enum DigestAlgorithm: Sendable, Hashable, CaseIterable {
  case md5, sha1, sha256, sha384, sha512

  /// Bytes of a digest.
  public var byteCount: Int {
    switch self {
    case .md5: 16
    case .sha1: 20
    case .sha256: 32
    case .sha384: 48
    case .sha512: 64
    }
  }
}

/// One-shot digests of bytes at hand; `DigestStream` is the incremental form.
public enum Digest {
  /// The raw digest, `algorithm.byteCount` bytes.
  public static func bytes(_ algorithm: DigestAlgorithm, of data: ByteView) -> [UInt8] {
    let stream = DigestStream(algorithm)
    stream.update(data)
    return stream.finished()
  }

  /// The digest as lower-case hexadecimal digits, in ASCII.
  public static func hexadecimal(_ algorithm: DigestAlgorithm, of data: ByteView) -> [UInt8] {
    hexadecimal(bytes(algorithm, of: data))
  }

  /// Two lower-case hexadecimal digits for each byte, in ASCII.
  public static func hexadecimal(_ bytes: [UInt8]) -> [UInt8] {
    var digits: [UInt8] = []
    digits.reserveCapacity(bytes.count * 2)
    func append(_ nibble: UInt8) {
      digits.append(nibble < 10 ? UInt8(ascii: "0") + nibble : UInt8(ascii: "a") + nibble - 10)
    }
    for byte in bytes {
      append(byte >> 4)
      append(byte & 0x0F)
    }
    return digits
  }
}
