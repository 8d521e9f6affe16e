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
  /// How many points of distribution of its revocation list are named relative to the issuer.
  private let relativePoints: Int

  init?(_ element: DERElement, _ dialect: FormatDialect) {
    // OpenSSL reads everything; YARA-X what it needs.
    guard element.isUniversal(DERElement.Universal.sequence),
      dialect == .yaraX || element.isWellFormed()
    else { return nil }
    encoded = element.encoded
    var reader = element.reader
    guard let part = reader.next(DERElement.Universal.sequence),
      let algorithm = AlgorithmIdentifier(&reader, dialect),
      let signature = reader.next(DERElement.Universal.bitString),
      Self.isBitString(signature.content, dialect)
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
      Self.isPublicKey(publicKey, dialect), let points = Self.extensions(&body, dialect),
      dialect == .yaraX || (X509Name.isWellFormed(issuer) && X509Name.isWellFormed(subject))
    else { return nil }
    self.serial = serial.content
    self.issuer = issuer.encoded
    self.subject = subject.encoded
    self.notBefore = notBefore
    self.notAfter = notAfter
    self.publicKey = publicKey.encoded
    relativePoints = points
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
    guard AlgorithmIdentifier(&reader, dialect) != nil,
      let bits = reader.next(DERElement.Universal.bitString)
    else { return false }
    return dialect == .yara || isBitString(bits.content, dialect)
  }

  /// The first byte counts the unused bits of the last; YARA-X wants these to be zero.
  private static func isBitString(_ content: ByteView, _ dialect: FormatDialect) -> Bool {
    guard let unused = content.byte(at: 0) else { return false }
    guard dialect == .yaraX, unused > 0 else { return true }
    guard unused < 8, content.count > 1 else { return false }
    return content[content.count - 1] & (1 << unused &- 1) == 0
  }

  /// What may follow the key: unique identifiers and extensions, each an identifier, perhaps a
  /// boolean, and an octet string.
  /// - Returns: nil where they do not hold, else how many points of distribution are relative.
  private static func extensions(_ body: inout DERReader, _ dialect: FormatDialect) -> Int? {
    _ = body.nextContext(1)
    _ = body.nextContext(2)
    guard let wrapped = body.nextContext(3) else { return body.isAtEnd ? 0 : nil }
    var outer = wrapped.reader
    guard var extensions = outer.nextSequence(),
      dialect == .yara || (outer.isAtEnd && body.isAtEnd)
    else { return nil }
    var points = 0
    while !extensions.isAtEnd {
      guard var entry = extensions.nextSequence(), let type = entry.next(),
        type.mayBeIdentifier(dialect)
      else { return nil }
      _ = entry.next(DERElement.Universal.boolean)
      guard let value = entry.next(DERElement.Universal.octetString) else { return nil }
      if dialect == .yara, type.content.equals(distributionPoints) {
        points += relativePoints(value.content)
      }
    }
    return points
  }

  /// 2.5.29.31.
  private static let distributionPoints: [UInt8] = [0x55, 0x1D, 0x1F]

  private static func relativePoints(_ extensionValue: ByteView) -> Int {
    var outer = DERReader(extensionValue)
    guard var points = outer.nextSequence() else { return extensionValue.count }
    var count = 0
    while !points.isAtEnd {
      // Where the rest cannot be read, libcrypto may do so; at worst each byte is a point.
      guard let point = points.next() else { return count + points.rest.count }
      var name = point.reader
      if var choice = name.nextContext(0)?.reader, choice.next()?.isContext(1) == true {
        count += 1
      }
    }
    return count
  }

  /// As libcrypto reads it; what would cost it too much counts as unreadable.
  private(set) lazy var decoded: LibcryptoCertificate? =
    mayBeDecoded ? LibcryptoCertificate(encoded) : nil

  private var mayBeDecoded: Bool {
    encoded.count <= AuthenticodeLimits.decodedCertificate
      && issuer.count * relativePoints <= AuthenticodeLimits.copiedNames
  }

  /// Whether a bound of ours changes what is told of it.
  func isCut(_ dialect: FormatDialect) -> Bool {
    switch dialect {
    case .yaraX: serial.count > AuthenticodeLimits.serialBytes
    case .yara: !mayBeDecoded
    }
  }

  private var texts: AuthenticodeCertificate?

  /// As rules see it. One certificate is always asked for the same engine.
  func texts(_ dialect: FormatDialect) -> AuthenticodeCertificate {
    if let texts { return texts }
    let made = AuthenticodeCertificate(self, dialect)
    texts = made
    return made
  }

  // Names and serial numbers are compared by digests, made once: a file may have many that are long
  // and alike, and they are compared over and over.

  private(set) lazy var issuerKey = SearchKey(issuer)
  private(set) lazy var subjectKey = SearchKey(subject)
  /// Of the whole certificate.
  private(set) lazy var key = SearchKey(encoded)
  private(set) lazy var serialKey = SearchKey(serial: serial)

  var isSelfIssued: Bool { issuerKey == subjectKey }
}

/// The digest of a name, a serial number or a certificate.
struct SearchKey: Equatable {
  private let digest: [UInt8]

  init(_ encoded: ByteView) { digest = Digest.bytes(.sha256, of: encoded) }

  /// Serial numbers are compared as numbers: leading zeros do not count.
  init(serial: ByteView) { digest = Digest.bytes(.sha256, of: serial.withoutLeadingZeros) }
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
/// up to one that issued itself.
struct CertificateChain {
  let certificates: [X509Certificate]

  /// YARA-X's chain. Issuers are found by name. Certificates that issue each other in a circle end
  /// the chain when a name comes again, the first certificate's not counted.
  init(from first: X509Certificate?, in pool: [X509Certificate]) {
    guard let first else {
      certificates = []
      return
    }
    var chain = [first]
    var current = first
    while !current.isSelfIssued, chain.count <= AuthenticodeLimits.certificates,
      let next = pool.first(where: { $0.subjectKey == current.issuerKey }),
      !chain.dropFirst().contains(where: { $0.subjectKey == next.subjectKey })
    {
      chain.append(next)
      current = next
    }
    certificates = chain
  }

  /// YARA's chain. Issuers are found as libcrypto finds them; of several the one that expires last,
  /// so that the answer does not depend on the day (libcrypto prefers one that is valid now).
  ///
  /// - Parameter checks: how many pairs of certificates may still be looked at.
  init(from first: X509Certificate?, in pool: [X509Certificate], checks: inout Int) {
    guard let first else {
      certificates = []
      return
    }
    var chain = [first]
    var left = pool.filter { $0.key != first.key }
    while let last = chain[chain.count - 1].decoded, !last.isSelfSigned {
      var found: X509Certificate?
      checks -= left.count
      guard checks >= 0 else { break }
      for candidate in left
      where candidate.notAfter > found?.notAfter ?? Int64.min
        && candidate.decoded?.mayHaveIssued(last) == true
      {
        found = candidate
      }
      guard let found else { break }
      chain.append(found)
      left.removeAll { $0.key == found.key }
    }
    certificates = chain
  }
}
