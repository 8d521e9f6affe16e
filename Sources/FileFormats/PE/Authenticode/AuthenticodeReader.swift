internal import Bytes

/// Reads the signatures of one file from its certificate table.
///
/// One reader serves one file; the file's digest of each algorithm is computed once, and the
/// bounds of `AuthenticodeLimits` hold for all signatures together.
struct AuthenticodeReader {
  private let file: PEFile
  private let dialect: FormatDialect
  /// Whether digests are computed and signatures verified; always so for YARA.
  private let checks: Bool
  private var verifier = SignatureVerifier(operations: AuthenticodeLimits.verifications)
  /// How many pairs of certificates may still be looked at.
  private var issuerChecks = AuthenticodeLimits.issuerChecks
  private var decoding = LibcryptoBudget()
  private var signaturesLeft = AuthenticodeLimits.signatures
  private var fileDigests: [DigestAlgorithm: [UInt8]] = [:]
  private(set) var signatures: [AuthenticodeSignature] = []

  init(file: PEFile, checks: Bool) {
    self.file = file
    dialect = file.dialect
    self.checks = checks
  }

  // MARK: the certificate table

  /// Reads the entries of a table: length (with these 8 bytes), revision, type, and the signature
  /// in PKCS #7, each padded to 8 bytes. YARA reads the first entry only.
  mutating func read(table: ByteView) {
    defer { if decoding.isSpent || verifier.isSpent || issuerChecks < 0 { file.isCut = true } }
    var at = 0
    for _ in 0..<AuthenticodeLimits.tableEntries {
      guard let length = table.little(at: at, as: UInt32.self), length >= 8,
        Int(length) <= AuthenticodeLimits.tableBytes,
        let entry = table.slice(at: at + 8, length: Int(length) - 8)
      else { return }
      var reader = DERReader(entry)
      guard let element = reader.next(), let found = signatures(in: element, depth: 0) else {
        return
      }
      let padded = (Int(length) + 7) & ~7
      // For YARA-X the padding belongs to the entry.
      guard dialect == .yara || table.count - at >= padded else { return }
      signatures += found
      at += padded
      if dialect == .yara { return }
    }
  }

  /// The signature in a ContentInfo and those nested in it; nil where it is none.
  private mutating func signatures(
    in element: DERElement, depth: Int
  ) -> [AuthenticodeSignature]? {
    guard depth < AuthenticodeLimits.depth, signaturesLeft > 0 else { return nil }
    signaturesLeft -= 1
    if dialect == .yara, !isPKCS7(element) { return nil }
    guard let info = ContentInfo(element, dialect), info.type == .signedData,
      let data = signedData(info)
    else { return nil }
    switch dialect {
    case .yaraX: return yaraX(data, depth: depth)
    case .yara: return yara(data, depth: depth)
    }
  }

  private func signedData(_ info: ContentInfo) -> SignedData? {
    let data = SignedData(info.content, dialect)
    if data?.certificates.contains(where: { $0.isCut(dialect) }) == true { file.isCut = true }
    return data
  }

  private mutating func isPKCS7(_ element: DERElement) -> Bool {
    decoding.spend(element.encoded) && LibcryptoReading.isPKCS7(element.encoded)
  }

  private mutating func isCMS(_ element: DERElement) -> Bool {
    decoding.spend(element.encoded) && LibcryptoReading.isCMS(element.encoded)
  }

  // MARK: YARA-X

  private mutating func yaraX(_ data: SignedData, depth: Int) -> [AuthenticodeSignature]? {
    guard data.version == 1, data.content.type == .indirectData, data.digestAlgorithms == 1,
      data.signers.count == 1, let signer = data.signers.first,
      let messageDigest = signer.signed(.messageDigest), signer.signed(.contentType) != nil,
      let imprint = Imprint(indirectData: data.content.content, dialect),
      let algorithm = signer.digestAlgorithm.digest
    else { return nil }
    let program = signer.signed(.programInfo).flatMap { ProgramInfo($0, dialect) }

    var certificates = data.certificates
    var countersignatures: [(AuthenticodeCountersignature, SearchKey)] = []
    var nested: [AuthenticodeSignature] = []
    for attribute in signer.unsignedAttributes {
      for value in attribute.values {
        switch attribute.type {
        case .nestedSignature:
          nested += signatures(in: value, depth: depth + 1) ?? []
        case .microsoftCountersignature:
          guard let info = ContentInfo(value, dialect), let inner = signedData(info) else {
            continue
          }
          certificates += inner.certificates
          guard let innerSigner = inner.signers.first else { continue }
          guard let digested = innerSigner.signed(.messageDigest) else { return nil }
          guard let stamp = TimeStamp(inner.content.content, dialect) else { continue }
          let holds =
            checks
            && digest(stamp.imprint.algorithm.digest, of: signer.signature)
              .map(stamp.imprint.digest.equals) == true
            && digest(innerSigner.digestAlgorithm.digest, of: inner.content.content.content)
              .map(digested.content.equals) == true
            && verify(innerSigner, certificates)
          countersignatures.append(
            (
              AuthenticodeCountersignature(
                isVerified: holds, signTime: Self.signingTime(innerSigner),
                digest: Digest.hexadecimal(stamp.imprint.digest.array),
                digestAlgorithm: name(stamp.imprint.algorithm), chain: []),
              SearchKey(serial: innerSigner.serial)
            ))
        case .countersignature:
          guard let innerSigner = SignerInfo(value, dialect) else { continue }
          guard let digested = innerSigner.signed(.messageDigest) else { return nil }
          let holds =
            checks
            && digest(innerSigner.digestAlgorithm.digest, of: signer.signature)
              .map(digested.content.equals) == true
            && verify(innerSigner, certificates)
          countersignatures.append(
            (
              AuthenticodeCountersignature(
                isVerified: holds, signTime: Self.signingTime(innerSigner),
                digest: Digest.hexadecimal(digested.content.array),
                digestAlgorithm: name(innerSigner.digestAlgorithm), chain: []),
              SearchKey(serial: innerSigner.serial)
            ))
        default: break
        }
        if certificates.count > AuthenticodeLimits.certificates
          || countersignatures.count > AuthenticodeLimits.countersignatures
        {
          return nil
        }
      }
    }

    let issuerKey = SearchKey(signer.issuer)
    let fileDigest = checks ? fileDigest(algorithm) : nil
    let holds =
      fileDigest.map(imprint.digest.equals) == true
      && digest(algorithm, of: data.content.content.content).map(messageDigest.content.equals)
        == true
      && verify(signer, certificates)
    let own = AuthenticodeSignature(
      isVerified: holds, digest: Digest.hexadecimal(imprint.digest.array),
      digestAlgorithm: name(imprint.algorithm), fileDigest: fileDigest.map(Digest.hexadecimal),
      certificates: certificates.map { $0.texts(dialect) },
      countersignatures: countersignatures.map { countersignature, serial in
        AuthenticodeCountersignature(
          isVerified: countersignature.isVerified, signTime: countersignature.signTime,
          digest: countersignature.digest, digestAlgorithm: countersignature.digestAlgorithm,
          chain: CertificateChain(
            from: certificates.first { $0.serialKey == serial }, in: certificates
          ).texts(dialect))
      },
      signer: AuthenticodeSigner(
        programName: program?.name, moreInfo: program?.moreInfo,
        digest: Digest.hexadecimal(messageDigest.content.array),
        digestAlgorithm: name(signer.digestAlgorithm),
        chain: CertificateChain(
          from: certificates.first { $0.issuerKey == issuerKey }, in: certificates
        ).texts(dialect)))
    return [own] + nested
  }

  /// Of the signed attributes; only the older of the two time types.
  private static func signingTime(_ signer: SignerInfo) -> Int64? {
    guard let time = signer.signed(.signingTime), time.isUniversal(DERElement.Universal.utcTime)
    else { return nil }
    return ASN1Time.seconds(time)
  }

  /// Whether the signed attributes hold and so does each certificate's signature up the chain.
  private mutating func verify(_ signer: SignerInfo, _ certificates: [X509Certificate]) -> Bool {
    let serial = SearchKey(serial: signer.serial)
    guard let first = certificates.first(where: { $0.serialKey == serial }) else { return false }
    let chain = CertificateChain(from: first, in: certificates).certificates
    for (signed, issuer) in zip(chain, chain.dropFirst()) {
      guard let algorithm = signed.algorithm.digest,
        verifier.verify(
          publicKey: issuer.publicKey, digest: Digest.bytes(algorithm, of: signed.signedPart),
          algorithm: algorithm, signature: signed.signature)
      else { return false }
    }
    return verify(signer, key: first)
  }

  private mutating func verify(_ signer: SignerInfo, key: X509Certificate) -> Bool {
    guard let algorithm = signer.digestAlgorithm.digest else { return false }
    let digest = ByteView.with(signer.signedBytes) { Digest.bytes(algorithm, of: $0) }
    return verifier.verify(
      publicKey: key.publicKey, digest: digest, algorithm: algorithm, signature: signer.signature)
  }

  // MARK: YARA

  private mutating func yara(_ data: SignedData, depth: Int) -> [AuthenticodeSignature]? {
    guard data.content.type == .indirectData,
      let imprint = Imprint(indirectData: data.content.content, dialect)
    else {
      // Something else is signed: reported, with its certificates only.
      return [
        AuthenticodeSignature(
          isVerified: false, digest: nil, digestAlgorithm: nil, fileDigest: nil,
          certificates: data.certificates.map { $0.texts(dialect) }, countersignatures: [],
          signer: nil)
      ]
    }
    var nested: [AuthenticodeSignature] = []
    var certificates = data.certificates
    var countersignatures: [AuthenticodeCountersignature] = []
    let signer = data.signers.first
    if let signer {
      for value in signer.unsigned(.nestedSignature) {
        nested += signatures(in: value, depth: depth + 1) ?? []
      }
      for value in signer.unsigned(.countersignature) {
        countersignatures.append(pkcsCountersignature(value, of: signer, data.certificates))
      }
      for value in signer.unsigned(.microsoftCountersignature) {
        let (countersignature, more) = microsoftCountersignature(value, of: signer)
        countersignatures.append(countersignature)
        certificates += more
      }
    }
    guard certificates.count <= AuthenticodeLimits.certificates else { return nested }

    let first = signer.flatMap { signerCertificate($0, data.certificates) }
    let messageDigest = first == nil ? nil : signer?.signed(.messageDigest)
    var holds = false
    if let signer, let first, let messageDigest {
      holds =
        digest(signer.digestAlgorithm.digest, of: data.content.content.content)
        .map(messageDigest.content.equals) == true && verify(signer, key: first)
    }
    var fileDigest: [UInt8]?
    var isOther = false
    if let algorithm = imprint.algorithm.digest, imprint.digest.count > 0 {
      let computed = self.fileDigest(algorithm)
      fileDigest = Digest.hexadecimal(computed)
      isOther = !imprint.digest.equals(computed)
    } else {
      holds = false
    }
    // A signature without its signer's certificate is reported only if the digest is wrong, an
    // order of YARA's checks that rules can see.
    guard first != nil || isOther else { return nested }
    let own = AuthenticodeSignature(
      isVerified: holds && !isOther, digest: Digest.hexadecimal(imprint.digest.array),
      digestAlgorithm: name(imprint.algorithm),
      fileDigest: fileDigest, certificates: certificates.map { $0.texts(dialect) },
      countersignatures: countersignatures,
      signer: AuthenticodeSigner(
        programName: messageDigest == nil
          ? nil : signer?.signed(.programInfo).flatMap { ProgramInfo($0, dialect) }?.name,
        moreInfo: nil, digest: messageDigest.map { Digest.hexadecimal($0.content.array) },
        digestAlgorithm: messageDigest == nil ? nil : signer.map { name($0.digestAlgorithm) },
        chain: CertificateChain(from: first, in: data.certificates, checks: &issuerChecks).texts(dialect)))
    return [own] + nested
  }

  private func signerCertificate(
    _ signer: SignerInfo, _ certificates: [X509Certificate]
  ) -> X509Certificate? {
    let serial = SearchKey(serial: signer.serial)
    let issuer = SearchKey(signer.issuer)
    return certificates.first { $0.serialKey == serial && $0.issuerKey == issuer }
  }

  /// What YARA reports where a countersignature cannot be read.
  private static let unreadable = AuthenticodeCountersignature(
    isVerified: false, signTime: 0, digest: nil, digestAlgorithm: nil, chain: [])

  private mutating func pkcsCountersignature(
    _ value: DERElement, of signer: SignerInfo, _ certificates: [X509Certificate]
  ) -> AuthenticodeCountersignature {
    guard decoding.spend(value.encoded), LibcryptoReading.isSignerInfo(value.encoded),
      let inner = SignerInfo(value, dialect)
    else { return Self.unreadable }
    let time = inner.signed(.signingTime).map {
      ASN1Time.seconds($0) ?? X509Certificate.noTimeYara
    }
    let first = time == nil ? nil : signerCertificate(inner, certificates)
    let digested = first == nil ? nil : inner.signed(.messageDigest)
    var holds = false
    if let first, let digested {
      holds =
        digest(inner.digestAlgorithm.digest, of: signer.signature)
        .map(digested.content.equals) == true && verify(inner, key: first)
    }
    return AuthenticodeCountersignature(
      isVerified: holds, signTime: time ?? 0,
      digest: digested.map { Digest.hexadecimal($0.content.array) },
      digestAlgorithm: name(inner.digestAlgorithm),
      chain: CertificateChain(from: first, in: certificates, checks: &issuerChecks).texts(dialect))
  }

  private mutating func microsoftCountersignature(
    _ value: DERElement, of signer: SignerInfo
  ) -> (AuthenticodeCountersignature, [X509Certificate]) {
    // Where it is CMS and not PKCS #7, YARA looks at the digests alone.
    let isPKCS7 = self.isPKCS7(value)
    guard isPKCS7 || isCMS(value), let info = ContentInfo(value, dialect),
      let inner = signedData(info), inner.content.type == .timeStampInfo,
      decoding.spend(inner.content.content.content),
      LibcryptoReading.isTimeStampInfo(inner.content.content.content),
      let stamp = TimeStamp(inner.content.content, dialect)
    else { return (Self.unreadable, []) }
    let time = stamp.time ?? X509Certificate.noTimeYara
    guard let innerSigner = inner.signers.first,
      let first = signerCertificate(innerSigner, inner.certificates)
    else {
      return (
        AuthenticodeCountersignature(
          isVerified: false, signTime: time, digest: nil, digestAlgorithm: nil, chain: []), []
      )
    }
    let holds =
      stamp.version == 1
      && digest(stamp.imprint.algorithm.digest, of: signer.signature)
      .map(stamp.imprint.digest.equals) == true
      && digest(innerSigner.digestAlgorithm.digest, of: inner.content.content.content)
        .map { digest in innerSigner.signed(.messageDigest)?.content.equals(digest) == true }
        == true
      && (!isPKCS7 || verify(innerSigner, key: first))
    return (
      AuthenticodeCountersignature(
        isVerified: holds, signTime: time,
        digest: Digest.hexadecimal(stamp.imprint.digest.array),
        digestAlgorithm: name(stamp.imprint.algorithm),
        chain: CertificateChain(from: first, in: inner.certificates, checks: &issuerChecks).texts(dialect)),
      inner.certificates
    )
  }

  // MARK: digests and names

  private mutating func fileDigest(_ algorithm: DigestAlgorithm) -> [UInt8] {
    if let known = fileDigests[algorithm] { return known }
    let digest = file.authenticodeDigest(algorithm)
    fileDigests[algorithm] = digest
    return digest
  }

  private func digest(_ algorithm: DigestAlgorithm?, of bytes: ByteView) -> [UInt8]? {
    algorithm.map { Digest.bytes($0, of: bytes) }
  }

  private func name(_ algorithm: AlgorithmIdentifier) -> [UInt8] { algorithm.name(dialect) }
}

/// A digest and its algorithm, as DigestInfo and MessageImprint hold them.
private struct Imprint {
  let algorithm: AlgorithmIdentifier
  let digest: ByteView

  init?(_ element: DERElement, _ dialect: FormatDialect) {
    guard element.isUniversal(DERElement.Universal.sequence) else { return nil }
    var reader = element.reader
    guard let algorithm = AlgorithmIdentifier(&reader, dialect),
      let digest = reader.next(DERElement.Universal.octetString)
    else { return nil }
    self.algorithm = algorithm
    self.digest = digest.content
  }

  /// SpcIndirectDataContent: what is signed, then its digest.
  init?(indirectData element: DERElement, _ dialect: FormatDialect) {
    guard element.isUniversal(DERElement.Universal.sequence) else { return nil }
    var reader = element.reader
    // What is signed is not looked at, but it has to hold: for YARA-X down to the last element.
    guard let data = reader.next(),
      dialect == .yaraX ? data.isWellFormed() : Self.isAttribute(data),
      let imprint = reader.next()
    else { return nil }
    self.init(imprint, dialect)
  }
}

extension Imprint {
  /// A sequence of a type and perhaps a value.
  fileprivate static func isAttribute(_ element: DERElement) -> Bool {
    var reader = element.reader
    return element.isUniversal(DERElement.Universal.sequence) && reader.nextIdentifier() != nil
  }
}

/// TSTInfo (RFC 3161), in an octet string.
private struct TimeStamp {
  /// Nil where it is not a small number.
  let version: Int64?
  let imprint: Imprint
  let time: Int64?

  init?(_ element: DERElement, _ dialect: FormatDialect) {
    var outer = DERReader(element.content)
    guard var reader = outer.nextSequence(), let version = reader.next(DERElement.Universal.integer),
      reader.next() != nil, let imprint = reader.next().flatMap({ Imprint($0, dialect) })
    else { return nil }
    self.version =
      version.content.count == 1 ? version.content.byte(at: 0).map(Int64.init) : nil
    self.imprint = imprint
    _ = reader.next()  // serial number
    time = reader.next().flatMap(ASN1Time.seconds)
  }
}

/// SpcSpOpusInfo: the program's name and a link.
private struct ProgramInfo {
  var name: [UInt8]?
  var moreInfo: [UInt8]?

  init?(_ element: DERElement, _ dialect: FormatDialect) {
    var reader = element.reader
    if var wrapped = reader.nextContext(0)?.reader, let text = wrapped.next() {
      if text.isContext(0) {
        guard let decoded = Self.bigEndianText(text.content, dialect) else { return nil }
        name = decoded
      } else if text.isContext(1) {
        if text.content.isASCII {
          name = text.content.array
        } else if dialect == .yara {
          // Taken for Latin-1.
          name = text.content.array.flatMap { Array(String(Unicode.Scalar($0)).utf8) }
        } else {
          return nil
        }
      }
    }
    if var wrapped = reader.nextContext(1)?.reader, let link = wrapped.next(), link.isContext(0),
      link.content.isASCII
    {
      moreInfo = link.content.array
    }
  }

  /// Characters of 16 bits, the high byte first, as UTF-8. YARA encodes each unit on its own,
  /// surrogates too; for YARA-X a lone surrogate makes it no text.
  private static func bigEndianText(_ bytes: ByteView, _ dialect: FormatDialect) -> [UInt8]? {
    guard bytes.count % 2 == 0 else { return nil }
    var units: [UInt16] = []
    units.reserveCapacity(bytes.count / 2)
    var at = 0
    while let unit = bytes.big(at: at, as: UInt16.self) {
      units.append(unit)
      at += 2
    }
    if dialect == .yaraX { return String(validating: units, as: UTF16.self).map { Array($0.utf8) } }
    return units.flatMap { unit -> [UInt8] in
      if let scalar = Unicode.Scalar(unit) { return Array(String(scalar).utf8) }
      return [
        0xE0 | UInt8(unit >> 12), 0x80 | UInt8(unit >> 6 & 0x3F), 0x80 | UInt8(unit & 0x3F),
      ]
    }
  }
}

extension CertificateChain {
  func texts(_ dialect: FormatDialect) -> [AuthenticodeCertificate] {
    certificates.map { $0.texts(dialect) }
  }
}

extension AlgorithmIdentifier {
  /// The name, else the dotted identifier (YARA-X) or `undefined` (YARA).
  func name(_ dialect: FormatDialect) -> [UInt8] {
    let known = ObjectIdentifier.algorithmNames.name(of: identifier, dialect: dialect)
    if dialect == .yaraX, !identifier.isValid { return Array("invalid".utf8) }
    return Array((known ?? (dialect == .yaraX ? identifier.dotted : "undefined")).utf8)
  }
}

extension AuthenticodeCertificate {
  init(_ certificate: X509Certificate, _ dialect: FormatDialect) {
    let identifier = certificate.algorithm.identifier
    let isKnown = ObjectIdentifier.algorithmNames.name(of: identifier, dialect: dialect) != nil
    issuer = X509Name.text(certificate.issuer, dialect: dialect)
    subject = X509Name.text(certificate.subject, dialect: dialect)
    thumbprint = Digest.hexadecimal(.sha1, of: certificate.encoded)
    serial = Self.serial(certificate.serial, dialect)
    version = certificate.version
    algorithm = certificate.algorithm.name(dialect)
    algorithmIdentifier = dialect == .yara && !isKnown ? [] : Array(identifier.dotted.utf8)
    notBefore = certificate.notBefore
    notAfter = certificate.notAfter
  }

  private static func serial(_ bytes: ByteView, _ dialect: FormatDialect) -> [UInt8]? {
    let longestYara = 20
    guard dialect == .yaraX || bytes.count <= longestYara else { return nil }
    let digits = Digest.hexadecimal(bytes.clamped(at: 0, length: AuthenticodeLimits.serialBytes).array)
    var text: [UInt8] = []
    text.reserveCapacity(digits.count * 3 / 2)
    for (index, digit) in digits.enumerated() {
      if index > 0, index % 2 == 0 { text.append(UInt8(ascii: ":")) }
      text.append(digit)
    }
    return text
  }
}
