internal import Bytes

/// The parts of an X.509 certificate (RFC 5280) that rules see or that verification needs.
///
/// A class, so that its texts are made once however often chains come by.
final class X509Certificate {
  let encoded: ByteView
  /// What the issuer signed.
  let signedPart: ByteView
  /// As displayed, that is one more than stored.
  let version: Int64
  /// The content of the serial number.
  let serial: ByteView
  /// Names, encoded.
  let issuer: ByteView
  let subject: ByteView
  let notBefore: Int64
  let notAfter: Int64
  /// SubjectPublicKeyInfo, encoded.
  let publicKey: ByteView
  let algorithm: AlgorithmIdentifier
  let signature: ByteView

  init?(_ element: DERElement, _ dialect: FormatDialect) {
    // OpenSSL reads everything; YARA-X what it needs.
    guard element.isUniversal(DERElement.Universal.sequence),
      dialect == .yaraX || element.isWellFormed()
    else { return nil }
    encoded = element.encoded
    var reader = element.reader
    guard let part = reader.next(DERElement.Universal.sequence),
      let algorithm = AlgorithmIdentifier(&reader, dialect),
      let signature = reader.next(DERElement.Universal.bitString), signature.content.count > 0
    else { return nil }
    signedPart = part.encoded
    self.algorithm = algorithm
    // The first byte counts unused bits.
    self.signature = signature.content.clamped(at: 1, length: signature.content.count)

    var body = part.reader
    var version: Int64 = 1
    if var wrapped = body.nextContext(0)?.reader {
      guard let number = wrapped.next(DERElement.Universal.integer), number.content.count == 1,
        let value = number.content.byte(at: 0), value < 0x80
      else { return nil }
      version = Int64(value) + 1
    }
    self.version = version
    guard let serial = body.next(DERElement.Universal.integer),
      AlgorithmIdentifier(&body, dialect) != nil,
      let issuer = body.next(DERElement.Universal.sequence),
      var validity = body.nextSequence(),
      let notBefore = validity.next().flatMap({ Self.time($0, dialect) }),
      let notAfter = validity.next().flatMap({ Self.time($0, dialect) }),
      let subject = body.next(DERElement.Universal.sequence),
      let publicKey = body.next(DERElement.Universal.sequence),
      Self.isPublicKey(publicKey, dialect), Self.areExtensions(&body, dialect),
      dialect == .yaraX || (X509Name.isWellFormed(issuer) && X509Name.isWellFormed(subject))
    else { return nil }
    self.serial = serial.content
    self.issuer = issuer.encoded
    self.subject = subject.encoded
    self.notBefore = notBefore
    self.notAfter = notAfter
    self.publicKey = publicKey.encoded
  }

  /// What YARA reports for what is no time: the last day of 1899.
  static let noTimeYara: Int64 = -2_209_075_200

  private static func time(_ element: DERElement, _ dialect: FormatDialect) -> Int64? {
    if let seconds = ASN1Time.seconds(element) { return seconds }
    let isTime =
      element.isUniversal(DERElement.Universal.utcTime)
      || element.isUniversal(DERElement.Universal.generalizedTime)
    return dialect == .yara && isTime ? noTimeYara : nil
  }

  private static func isPublicKey(_ element: DERElement, _ dialect: FormatDialect) -> Bool {
    var reader = element.reader
    return AlgorithmIdentifier(&reader, dialect) != nil
      && reader.next(DERElement.Universal.bitString) != nil
  }

  /// What may follow the key: unique identifiers and extensions, each an identifier, perhaps a
  /// boolean, and an octet string.
  private static func areExtensions(
    _ body: inout DERReader, _ dialect: FormatDialect
  ) -> Bool {
    _ = body.nextContext(1)
    _ = body.nextContext(2)
    guard let wrapped = body.nextContext(3) else { return body.isAtEnd }
    var outer = wrapped.reader
    guard var extensions = outer.nextSequence() else { return false }
    while !extensions.isAtEnd {
      guard var entry = extensions.nextSequence(), let type = entry.next(),
        dialect == .yaraX || type.isUniversal(DERElement.Universal.objectIdentifier)
      else { return false }
      _ = entry.next(DERElement.Universal.boolean)
      guard entry.next(DERElement.Universal.octetString) != nil else { return false }
    }
    return true
  }

  private var texts: AuthenticodeCertificate?

  /// As rules see it. One certificate is always asked for the same engine.
  func texts(_ dialect: FormatDialect) -> AuthenticodeCertificate {
    if let texts { return texts }
    let made = AuthenticodeCertificate(self, dialect)
    texts = made
    return made
  }

  var isSelfIssued: Bool { issuer.equals(subject) }

  /// Serial numbers are compared as numbers: leading zeros do not count.
  func hasSerial(_ other: ByteView) -> Bool {
    serial.withoutLeadingZeros.equals(other.withoutLeadingZeros)
  }
}

extension ByteView {
  func equals(_ other: ByteView) -> Bool {
    guard count == other.count else { return false }
    for index in 0..<count where self[index] != other[index] { return false }
    return true
  }

  func equals(_ other: [UInt8]) -> Bool {
    guard count == other.count else { return false }
    for index in 0..<count where self[index] != other[index] { return false }
    return true
  }

  var withoutLeadingZeros: ByteView {
    var start = 0
    while byte(at: start) == 0 { start += 1 }
    return clamped(at: start, length: count)
  }
}

/// A certificate, the one that signed it, and so on, as far as a pool of certificates reaches or
/// up to a self-issued one.
struct CertificateChain {
  let certificates: [X509Certificate]

  init(from first: X509Certificate?, in pool: [X509Certificate]) {
    var chain: [X509Certificate] = []
    var next = first
    // Certificates that issue each other in a circle would never end.
    while let current = next, chain.count <= min(pool.count, AuthenticodeLimits.chain) {
      chain.append(current)
      next = current.isSelfIssued ? nil : pool.first { $0.subject.equals(current.issuer) }
    }
    certificates = chain
  }
}
