/// An ASN.1 object identifier, kept as its encoded content bytes.
struct ObjectIdentifier: Hashable, Sendable {
  let bytes: [UInt8]

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// From the usual notation, for constants: `1.2.840.113549`.
  init(_ dotted: String) {
    var arcs = dotted.split(separator: ".").compactMap { UInt64($0) }
    if arcs.count >= 2 {
      arcs[1] += arcs[0] * 40
      arcs.removeFirst()
    }
    bytes = arcs.flatMap { arc in
      var groups = [UInt8(truncatingIfNeeded: arc & 0x7F)]
      var rest = arc >> 7
      while rest > 0 {
        groups.append(UInt8(truncatingIfNeeded: rest & 0x7F) | 0x80)
        rest >>= 7
      }
      return groups.reversed()
    }
  }

  /// Whether YARA-X takes it for one: it calls others `invalid`.
  var isValid: Bool {
    let longest = 39
    guard let first = bytes.first, first <= 119, bytes.count <= longest,
      let last = bytes.last, last < 0x80
    else { return false }
    var value: UInt64 = 0
    for byte in bytes {
      if value == 0, byte == 0x80 { return false }
      value = value << 7 | UInt64(byte & 0x7F)
      guard value <= UInt64(UInt32.max) else { return false }
      if byte < 0x80 { value = 0 }
    }
    return true
  }

  /// In decimal notation; an arc beyond 64 bits ends it.
  var dotted: String {
    var arcs: [UInt64] = []
    var value: UInt64 = 0
    for byte in bytes {
      guard value <= UInt64.max >> 7 else { break }
      value = value << 7 | UInt64(byte & 0x7F)
      if byte & 0x80 == 0 {
        if arcs.isEmpty {
          let root = min(value / 40, 2)
          arcs = [root, value - root * 40]
        } else {
          arcs.append(value)
        }
        value = 0
      }
    }
    return arcs.map { String($0) }.joined(separator: ".")
  }
}

extension ObjectIdentifier {
  /// A table of names; each identifier has one for each engine.
  struct Names: Sendable {
    private var yaraX: [ObjectIdentifier: String] = [:]
    private var yara: [ObjectIdentifier: String] = [:]

    /// - Parameter lines: see `ObjectIdentifierTables.swift`.
    init(_ lines: String) {
      for line in lines.split(separator: "\n") {
        let words = line.split(separator: " ").map { word in
          String(word.map { $0 == "_" && line.contains("GOST") ? " " : $0 })
        }
        guard words.count >= 2 else { continue }
        let identifier = ObjectIdentifier(words[0])
        if words[1] != "-" { yaraX[identifier] = words[1] }
        let other = words.count > 2 ? words[2] : words[1]
        if other != "-" { yara[identifier] = other }
      }
    }

    func name(of identifier: ObjectIdentifier, dialect: FormatDialect) -> String? {
      dialect == .yaraX ? yaraX[identifier] : yara[identifier]
    }
  }

  /// Digest algorithms, and the RSA signature algorithms that some signers name in their place.
  static let digests: [ObjectIdentifier: DigestAlgorithm] = [
    ObjectIdentifier("1.2.840.113549.2.5"): .md5,
    ObjectIdentifier("1.2.840.113549.1.1.4"): .md5,
    ObjectIdentifier("1.3.14.3.2.26"): .sha1,
    ObjectIdentifier("1.2.840.113549.1.1.5"): .sha1,
    ObjectIdentifier("1.3.14.3.2.29"): .sha1,
    ObjectIdentifier("1.2.840.10040.4.3"): .sha1,
    ObjectIdentifier("1.2.840.10045.4.1"): .sha1,
    ObjectIdentifier("2.16.840.1.101.3.4.2.1"): .sha256,
    ObjectIdentifier("1.2.840.113549.1.1.11"): .sha256,
    ObjectIdentifier("1.2.840.10045.4.3.2"): .sha256,
    ObjectIdentifier("2.16.840.1.101.3.4.3.2"): .sha256,
    ObjectIdentifier("2.16.840.1.101.3.4.2.2"): .sha384,
    ObjectIdentifier("1.2.840.113549.1.1.12"): .sha384,
    ObjectIdentifier("1.2.840.10045.4.3.3"): .sha384,
    ObjectIdentifier("2.16.840.1.101.3.4.2.3"): .sha512,
    ObjectIdentifier("1.2.840.113549.1.1.13"): .sha512,
    ObjectIdentifier("1.2.840.10045.4.3.4"): .sha512,
  ]

  static let signedData = ObjectIdentifier("1.2.840.113549.1.7.2")
  static let contentType = ObjectIdentifier("1.2.840.113549.1.9.3")
  static let messageDigest = ObjectIdentifier("1.2.840.113549.1.9.4")
  static let signingTime = ObjectIdentifier("1.2.840.113549.1.9.5")
  static let countersignature = ObjectIdentifier("1.2.840.113549.1.9.6")
  static let indirectData = ObjectIdentifier("1.3.6.1.4.1.311.2.1.4")
  static let timeStampInfo = ObjectIdentifier("1.2.840.113549.1.9.16.1.4")
  static let programInfo = ObjectIdentifier("1.3.6.1.4.1.311.2.1.12")
  static let nestedSignature = ObjectIdentifier("1.3.6.1.4.1.311.2.4.1")
  static let microsoftCountersignature = ObjectIdentifier("1.3.6.1.4.1.311.3.3.1")
}
