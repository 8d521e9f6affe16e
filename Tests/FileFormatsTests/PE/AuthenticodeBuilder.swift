/// Distinguished encoding, for tests.
enum DER {
  static func element(_ tag: UInt8, _ content: [UInt8]) -> [UInt8] {
    var length: [UInt8]
    if content.count < 0x80 {
      length = [UInt8(content.count)]
    } else {
      var digits: [UInt8] = []
      var rest = content.count
      while rest > 0 {
        digits.append(UInt8(rest & 0xFF))
        rest >>= 8
      }
      length = [0x80 | UInt8(digits.count)] + digits.reversed()
    }
    return [tag] + length + content
  }
  static func sequence(_ parts: [UInt8]...) -> [UInt8] { element(0x30, parts.flatMap { $0 }) }
  static func set(_ parts: [UInt8]...) -> [UInt8] { element(0x31, parts.flatMap { $0 }) }
  static func context(_ number: UInt8, _ content: [UInt8]) -> [UInt8] {
    element(0xA0 | number, content)
  }
  static func integer(_ bytes: [UInt8]) -> [UInt8] { element(2, bytes) }
  static func octets(_ bytes: [UInt8]) -> [UInt8] { element(4, bytes) }
  static func bits(_ bytes: [UInt8]) -> [UInt8] { element(3, [0] + bytes) }
  static func time(_ text: String) -> [UInt8] { element(23, Array(text.utf8)) }
  static func identifier(_ dotted: String) -> [UInt8] {
    var arcs = dotted.split(separator: ".").map { Int($0) ?? 0 }
    arcs[1] += arcs[0] * 40
    return element(
      6,
      arcs.dropFirst().flatMap { arc -> [UInt8] in
        var groups = [UInt8(arc & 0x7F)]
        var rest = arc >> 7
        while rest > 0 {
          groups.append(UInt8(rest & 0x7F) | 0x80)
          rest >>= 7
        }
        return groups.reversed()
      })
  }
  static func algorithm(_ dotted: String) -> [UInt8] { sequence(identifier(dotted), [5, 0]) }
}

/// Makes Authenticode signatures whose keys and signatures are nonsense: right in form only.
struct AuthenticodeBuilder {
  static let sha256 = "2.16.840.1.101.3.4.2.1"
  static let rsaWithSHA256 = "1.2.840.113549.1.1.11"
  private static let nonsenseDigest = [UInt8](repeating: 0x33, count: 32)
  static let signatureBytes = [UInt8](repeating: 0x22, count: 128)
  /// An RSA key of 1,024 bits.
  private static let nonsenseKey = DER.sequence(
    DER.algorithm("1.2.840.113549.1.1.1"),
    DER.bits(
      DER.sequence(
        DER.integer([0] + [UInt8](repeating: 0xC1, count: 128)), DER.integer([1, 0, 1]))))

  var digest = [UInt8](repeating: 0x44, count: 32)
  /// Of what is signed.
  var messageDigest = nonsenseDigest
  /// In place of `indirectData`: a type and what the outer [0] holds.
  var content: (type: String, value: [UInt8])?
  /// In place of those of `Leaf` and `Root`.
  var certificates: [[UInt8]]?
  var extraCertificates: [[UInt8]] = []
  var signedAttributes: [[UInt8]] = []
  var unsignedAttributes: [[UInt8]] = []
  var version: UInt8 = 1

  /// `/C=FI/CN=name`.
  static func name(_ common: String) -> [UInt8] {
    DER.sequence(
      DER.set(DER.sequence(DER.identifier("2.5.4.6"), DER.element(19, Array("FI".utf8)))),
      DER.set(DER.sequence(DER.identifier("2.5.4.3"), DER.element(12, Array(common.utf8)))))
  }

  static func certificate(
    _ subject: String, issuer: String, serial: [UInt8] = [0, 0x9C, 1],
    until: String = "300101000000Z", key: [UInt8] = nonsenseKey, extensions: [UInt8] = []
  ) -> [UInt8] {
    let part = DER.sequence(
      DER.context(0, DER.integer([2])), DER.integer(serial), DER.algorithm(rsaWithSHA256),
      name(issuer), DER.sequence(DER.time("200101000000Z"), DER.time(until)),
      name(subject), key, extensions.isEmpty ? [] : DER.context(3, DER.sequence(extensions)))
    return DER.sequence(
      part, DER.algorithm(rsaWithSHA256), DER.bits([UInt8](repeating: 0x11, count: 128)))
  }

  /// The extension with so many points of distribution of revocation lists, each named relative to
  /// the issuer.
  static func relativePoints(_ count: Int) -> [UInt8] {
    let part = DER.sequence(DER.identifier("2.5.4.3"), DER.element(12, Array("x".utf8)))
    let point = DER.sequence(DER.context(0, DER.context(1, part)))
    let points = [[UInt8]](repeating: point, count: count).flatMap { $0 }
    return DER.sequence(DER.identifier("2.5.29.31"), DER.octets(DER.sequence(points)))
  }

  static func attribute(_ type: String, _ value: [UInt8]) -> [UInt8] {
    DER.sequence(DER.identifier(type), DER.set(value))
  }

  static func signer(
    issuer: String, serial: [UInt8] = [0, 0x9C, 1], digest: [UInt8] = nonsenseDigest,
    signed: [[UInt8]], unsigned: [[UInt8]]
  ) -> [UInt8] {
    let attributes =
      [
        attribute("1.2.840.113549.1.9.3", DER.identifier("1.3.6.1.4.1.311.2.1.4")),
        attribute("1.2.840.113549.1.9.4", DER.octets(digest)),
      ] + signed
    return DER.sequence(
      DER.integer([1]), DER.sequence(name(issuer), DER.integer(serial)), DER.algorithm(sha256),
      DER.context(0, attributes.flatMap { $0 }), DER.algorithm("1.2.840.113549.1.1.1"),
      DER.octets(signatureBytes),
      unsigned.isEmpty ? [] : DER.context(1, unsigned.flatMap { $0 }))
  }

  /// The attribute with a program's name, "Pg", and its address.
  static let programInformation = attribute(
    "1.3.6.1.4.1.311.2.1.12",
    DER.sequence(
      DER.context(0, DER.element(0x80, [0, 0x50, 0, 0x67])),
      DER.context(1, DER.element(0x80, Array("http://x.example".utf8)))))

  /// The attribute with a countersignature by `Root`, of 2021-01-02 03:04:05 UTC.
  static let countersignature = attribute(
    "1.2.840.113549.1.9.6",
    signer(
      issuer: "Root", signed: [attribute("1.2.840.113549.1.9.5", DER.time("210102030405Z"))], unsigned: []))

  /// What is signed of a file with `digest`, without the sequence around it.
  var indirectData: [UInt8] {
    DER.sequence(DER.identifier("1.3.6.1.4.1.311.2.1.15"))
      + DER.sequence(DER.algorithm(Self.sha256), DER.octets(digest))
  }

  /// What a time stamp says of a signature with `digest`, as of 2021-01-02 03:04:05 UTC.
  static func timeStamp(digest: [UInt8]) -> [UInt8] {
    DER.sequence(
      DER.integer([1]), DER.identifier("1.2.3"),
      DER.sequence(DER.algorithm(sha256), DER.octets(digest)), DER.integer([9]),
      DER.element(24, Array("20210102030405Z".utf8)))
  }

  /// A ContentInfo, signed by `Leaf` with a certificate of `Root`.
  func signature() -> [UInt8] {
    let signed = content ?? ("1.3.6.1.4.1.311.2.1.4", DER.sequence(indirectData))
    let content = DER.sequence(DER.identifier(signed.type), DER.context(0, signed.value))
    let usual = [
      Self.certificate("Leaf", issuer: "Root"),
      Self.certificate("Root", issuer: "Root", serial: [7]),
    ]
    let certificates = ((certificates ?? usual) + extraCertificates).flatMap { $0 }
    return DER.sequence(
      DER.identifier("1.2.840.113549.1.7.2"),
      DER.context(
        0,
        DER.sequence(
          DER.integer([version]), DER.set(DER.algorithm(Self.sha256)), content,
          DER.context(0, certificates),
          DER.set(
            Self.signer(
              issuer: "Root", digest: messageDigest, signed: signedAttributes,
              unsigned: unsignedAttributes)))))
  }

  /// A certificate table with these entries.
  static func table(_ signatures: [[UInt8]]) -> [UInt8] {
    var writer = ByteWriter()
    for signature in signatures {
      writer.u32(signature.count + 8)
      writer.u16(0x200)
      writer.u16(2)
      writer.bytes += signature
      writer.align(8)
    }
    return writer.bytes
  }
}
