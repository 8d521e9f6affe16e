internal import Bytes

/// Checks the signatures of an extension.
///
/// Version 2 signs the archive (RSA, SHA-1). Version 3 signs a label, the length of the signed
/// data, that and the archive (RSA or the curve P-256, SHA-256).
enum CRXSignatureCheck {
  static func signatures(_ header: CRXHeader) -> [CRXFile.Signature] {
    var verifier = SignatureVerifier(operations: CRXFile.maximumVerifications)
    let algorithm: DigestAlgorithm = header.version == 2 ? .sha1 : .sha256
    let stream = DigestStream(algorithm)
    if header.version == 3 {
      stream.update(Array("CRX3 SignedData".utf8) + [0])
      var size = UInt32(truncatingIfNeeded: header.signedData.count)
      for _ in 0..<4 {
        stream.update([UInt8(truncatingIfNeeded: size)])
        size >>= 8
      }
      stream.update(header.signedData)
    }
    stream.update(header.archive)
    let digest = stream.finished()
    return header.proofs.map { proof in
      let isVerified =
        isKey(proof.publicKey, of: proof.scheme)
        && verifier.verify(
          publicKey: proof.publicKey, digest: digest, algorithm: algorithm, signature: proof.signature)
      return CRXFile.Signature(key: Base64.encoded(proof.publicKey), isVerified: isVerified)
    }
  }

  private static let rsa = ObjectIdentifier("1.2.840.113549.1.1.1")
  private static let ellipticCurve = ObjectIdentifier("1.2.840.10045.2.1")
  private static let p256 = ObjectIdentifier("1.2.840.10045.3.1.7")
  /// Bits of the largest RSA key that YARA-X takes.
  private static let largestRSAKey = 8192
  /// Bits of the largest public exponent that it takes.
  private static let largestRSAExponent = 33

  private static func bits(of number: ByteView) -> Int {
    guard let first = (0..<number.count).first(where: { number[$0] != 0 }) else { return 0 }
    return (number.count - first) * 8 - number[first].leadingZeroBitCount
  }

  /// Whether the key is of the kind that the scheme asks for, with nothing behind it.
  private static func isKey(_ key: ByteView, of scheme: CRXHeader.Proof.Scheme) -> Bool {
    var reader = DERReader(key)
    guard var info = reader.nextSequence(), reader.isAtEnd, var algorithm = info.nextSequence(),
      let identifier = algorithm.nextIdentifier(),
      let keyBits = info.next(DERElement.Universal.bitString)?.content, info.isAtEnd
    else { return false }
    switch scheme {
    case .rsaWithSHA1, .rsaWithSHA256:
      // The bit string holds a sequence of modulus and exponent.
      var content = DERReader(keyBits.clamped(at: 1, length: keyBits.count))
      guard identifier == rsa, let parameters = algorithm.next(), algorithm.isAtEnd,
        parameters.isNull, var numbers = content.nextSequence(),
        let modulus = numbers.next(DERElement.Universal.integer)?.content,
        let exponent = numbers.next(DERElement.Universal.integer)?.content, numbers.isAtEnd
      else { return false }
      return bits(of: modulus) <= largestRSAKey && bits(of: exponent) <= largestRSAExponent
    case .ecdsaWithSHA256:
      return identifier == ellipticCurve
        && algorithm.nextIdentifier() == p256
    }
  }
}

extension DERElement {
  fileprivate var isNull: Bool {
    tagClass == .universal && number == 5 && !isConstructed && content.count == 0
  }
}

/// The alphabet of RFC 4648, section 4, with padding.
enum Base64 {
  private static let alphabet = Array(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

  static func encoded(_ data: ByteView) -> [UInt8] {
    var text: [UInt8] = []
    text.reserveCapacity((data.count + 2) / 3 * 4)
    var offset = 0
    while offset < data.count {
      let bytes = (0..<3).map { data.byte(at: offset + $0) }
      let word = bytes.reduce(0) { $0 << 8 | UInt32($1 ?? 0) }
      for index in 0..<4 {
        // Of n bytes n + 1 digits carry something.
        let isUsed = index == 0 || bytes[index - 1] != nil
        text.append(isUsed ? alphabet[Int(word >> UInt32(18 - 6 * index) & 63)] : UInt8(ascii: "="))
      }
      offset += 3
    }
    return text
  }
}
