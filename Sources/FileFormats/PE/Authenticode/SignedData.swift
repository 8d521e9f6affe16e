internal import Bytes

// PKCS #7 / CMS structures (RFC 2315, RFC 5652), as far as Authenticode uses them. Each
// initialiser gives nil where the structure does not hold; what it does not need it skips.

struct AlgorithmIdentifier {
  let identifier: ObjectIdentifier

  /// YARA-X takes whatever stands in the identifier's place for one.
  init?(_ reader: inout DERReader, _ dialect: FormatDialect) {
    guard var inner = reader.nextSequence(), let identifier = inner.next(),
      identifier.mayBeIdentifier(dialect),
      inner.isAtEnd || inner.next() != nil
    else { return nil }
    self.identifier = ObjectIdentifier(identifier.content.array)
  }

  /// The digest named by a digest or an RSA signature algorithm.
  var digest: DigestAlgorithm? { ObjectIdentifier.digests[identifier] }
}

extension DERElement {
  /// Whether an engine takes it for an object identifier: YARA-X whatever is not constructed.
  func mayBeIdentifier(_ dialect: FormatDialect) -> Bool {
    dialect == .yaraX ? !isConstructed : isUniversal(Universal.objectIdentifier)
  }
}

/// ContentInfo: a type and the element that [0] wraps.
struct ContentInfo {
  let type: ObjectIdentifier
  let content: DERElement

  init?(_ element: DERElement, _ dialect: FormatDialect) {
    guard element.isUniversal(DERElement.Universal.sequence) else { return nil }
    var reader = element.reader
    guard let type = reader.nextIdentifier(), dialect == .yara || type.isValid,
      var wrapped = reader.nextContext(0)?.reader,
      let content = wrapped.next()
    else { return nil }
    self.type = type
    self.content = content
  }

  init?(_ reader: inout DERReader, _ dialect: FormatDialect) {
    guard let element = reader.next(DERElement.Universal.sequence) else { return nil }
    self.init(element, dialect)
  }
}

struct PKCSAttribute {
  let type: ObjectIdentifier
  let values: [DERElement]

  /// The set may be missing.
  init?(_ reader: inout DERReader, _ dialect: FormatDialect) {
    guard var inner = reader.nextSequence(), let type = inner.nextIdentifier(),
      dialect == .yara || type.isValid
    else { return nil }
    var values: [DERElement] = []
    if !inner.isAtEnd {
      guard var set = inner.next(DERElement.Universal.set)?.reader else { return nil }
      while !set.isAtEnd, values.count < AuthenticodeLimits.attributeValues {
        guard let value = set.next() else { return nil }
        values.append(value)
      }
    }
    self.type = type
    self.values = values
  }

  /// Every attribute of a set's content; nil where one does not hold.
  static func all(_ reader: DERReader, _ dialect: FormatDialect) -> [PKCSAttribute]? {
    var reader = reader
    var attributes: [PKCSAttribute] = []
    while !reader.isAtEnd, attributes.count < AuthenticodeLimits.attributes {
      guard let attribute = PKCSAttribute(&reader, dialect) else { return nil }
      attributes.append(attribute)
    }
    return attributes
  }
}

struct SignerInfo {
  /// The issuer's name, encoded.
  let issuer: ByteView
  /// The content of the serial number.
  let serial: ByteView
  let digestAlgorithm: AlgorithmIdentifier
  let signedAttributes: [PKCSAttribute]
  /// The content of the set of signed attributes.
  let rawSignedAttributes: ByteView
  let signature: ByteView
  let unsignedAttributes: [PKCSAttribute]

  init?(_ element: DERElement, _ dialect: FormatDialect) {
    guard element.isUniversal(DERElement.Universal.sequence) else { return nil }
    var reader = element.reader
    guard reader.next(DERElement.Universal.integer) != nil, var signer = reader.nextSequence(),
      let issuer = signer.next(DERElement.Universal.sequence),
      let serial = signer.next(DERElement.Universal.integer),
      let digestAlgorithm = AlgorithmIdentifier(&reader, dialect)
    else { return nil }
    self.issuer = issuer.encoded
    self.serial = serial.content
    self.digestAlgorithm = digestAlgorithm
    if let set = reader.nextContext(0) {
      guard let attributes = PKCSAttribute.all(set.reader, dialect) else { return nil }
      signedAttributes = attributes
      rawSignedAttributes = set.content
    } else {
      signedAttributes = []
      rawSignedAttributes = element.content.clamped(at: 0, length: 0)
    }
    guard AlgorithmIdentifier(&reader, dialect) != nil,
      let signature = reader.next(DERElement.Universal.octetString)
    else { return nil }
    self.signature = signature.content
    if let set = reader.nextContext(1) {
      guard let attributes = PKCSAttribute.all(set.reader, dialect) else { return nil }
      unsignedAttributes = attributes
    } else {
      unsignedAttributes = []
    }
  }

  /// The first value of the first signed attribute of that type.
  func signed(_ type: ObjectIdentifier) -> DERElement? {
    signedAttributes.first { $0.type == type }?.values.first
  }

  func unsigned(_ type: ObjectIdentifier) -> [DERElement] {
    unsignedAttributes.first { $0.type == type }?.values ?? []
  }

  /// What the signature is made over: the signed attributes encoded as a set, which they are not
  /// where they stand, since the context tag replaces the set's.
  var signedBytes: [UInt8] {
    let length = rawSignedAttributes.count
    var bytes: [UInt8] = [0x31]
    if length < 0x80 {
      bytes.append(UInt8(length))
    } else {
      var digits: [UInt8] = []
      var rest = length
      while rest > 0 {
        digits.append(UInt8(truncatingIfNeeded: rest))
        rest >>= 8
      }
      bytes.append(0x80 | UInt8(digits.count))
      bytes += digits.reversed()
    }
    return bytes + rawSignedAttributes.array
  }
}

struct SignedData {
  /// Nil where it is not a small number.
  let version: Int64?
  let digestAlgorithms: Int
  let content: ContentInfo
  let certificates: [X509Certificate]
  let signers: [SignerInfo]

  init?(_ element: DERElement, _ dialect: FormatDialect) {
    guard element.isUniversal(DERElement.Universal.sequence) else { return nil }
    var reader = element.reader
    guard let version = reader.next(DERElement.Universal.integer),
      var algorithms = reader.next(DERElement.Universal.set)?.reader
    else { return nil }
    self.version = version.content.count == 1 ? version.content.byte(at: 0).map(Int64.init) : nil
    var count = 0
    while !algorithms.isAtEnd, count < AuthenticodeLimits.attributeValues {
      guard AlgorithmIdentifier(&algorithms, dialect) != nil else { return nil }
      count += 1
    }
    digestAlgorithms = count
    guard let content = ContentInfo(&reader, dialect) else { return nil }
    self.content = content

    var certificates: [X509Certificate] = []
    if var set = reader.nextContext(0)?.reader {
      while certificates.count < AuthenticodeLimits.certificates, let element = set.next() {
        if let certificate = X509Certificate(element, dialect) {
          certificates.append(certificate)
        } else if dialect == .yaraX {
          // What follows is not looked at.
          break
        }
      }
    }
    self.certificates = certificates
    _ = reader.nextContext(1)  // revocation lists

    guard var set = reader.next(DERElement.Universal.set)?.reader else { return nil }
    var signers: [SignerInfo] = []
    while !set.isAtEnd, signers.count < AuthenticodeLimits.attributeValues {
      guard let element = set.next(), let signer = SignerInfo(element, dialect) else { return nil }
      signers.append(signer)
    }
    self.signers = signers
  }
}

/// The bounds of signatures. The engines have none of these but YARA's 16 nested values; a file
/// may repeat one structure many times for few bytes, and each costs public-key arithmetic.
enum AuthenticodeLimits {
  static let certificates = 128
  /// Pairs of certificates of one file that are looked at for YARA's chains; real files need some
  /// hundred. A pair of certificates as long as a table can hold takes 10 microseconds.
  static let issuerChecks = 1 << 14
  static let attributes = 64
  /// Of one signature.
  static let countersignatures = 32
  static let attributeValues = 16
  /// Signatures of one file, nested ones included, and how deep they nest.
  static let signatures = 16
  static let depth = 8
  /// Certificate tables' entries looked at.
  static let tableEntries = 16
  /// Public-key operations of one file; real files need some twenty. The longest one known, by an
  /// RSA key of 3,072 bits with an exponent as long, takes 13 ms, so that a file costs three seconds.
  static let verifications = 256
  /// Elements and certificates of one file that are given to libcrypto, nested ones once for each
  /// signature around them; real files have some thousand (revocation lists, which few carry, have
  /// more) and some hundred. One certificate takes up to 0.7 ms.
  static let decodedElements = 1 << 19
  static let decodedCertificates = 2_048
  /// Bytes of a certificate that is given to libcrypto by itself; real ones have some thousand.
  static let decodedCertificate = 1 << 16
  /// Libcrypto copies the issuer's name for every distribution point that is named relative to it.
  /// Bytes of these copies for one certificate; 64 KB can hold points for tens of megabytes, which
  /// take ten seconds.
  static let copiedNames = 1 << 13
  /// Bytes of a serial number that are told (YARA-X, which has no bound); issuers may give 20.
  static let serialBytes = 1 << 14
  /// Bytes of one certificate table entry.
  static let tableBytes = 1 << 24
}
