internal import Bytes

/// The certificates in the signed message of a code signature (CMS, RFC 5652), and the text of
/// their names as YARA-X's `macho` module prints them: `C=US, O=Example, CN=Example CA`.
enum MachOCertificates {
  /// Most certificates that are kept of one message; a real chain has three.
  private static let mostCertificates = 256

  /// The certificates up to the first that is none. What follows them is not read, so the
  /// signature itself may be missing or false.
  static func read(_ message: ByteView) -> [MachOCertificate] {
    var outer = DERReader(message)
    guard var contentInfo = outer.nextSequence(), contentInfo.nextIdentifier() != nil,
      var wrapped = contentInfo.nextContext(0)?.reader, var signedData = wrapped.nextSequence(),
      signedData.next(DERElement.Universal.integer) != nil,
      signedData.next(DERElement.Universal.set) != nil,
      signedData.next(DERElement.Universal.sequence) != nil,
      var set = signedData.nextContext(0)?.reader
    else { return [] }
    var certificates: [MachOCertificate] = []
    while certificates.count < mostCertificates, let element = set.next(),
      let certificate = X509Certificate(element, .yaraX)
    {
      certificates.append(
        MachOCertificate(
          issuer: name(certificate.issuer), subject: name(certificate.subject),
          isSelfSigned: certificate.isSelfIssued))
    }
    return certificates
  }

  private static let invalidName = Array("<X509Error: Invalid X.509 name>".utf8)

  /// The attributes of one set are joined with plus signs, the sets with commas.
  private static func name(_ encoded: ByteView) -> [UInt8] {
    var outer = DERReader(encoded)
    guard var sets = outer.nextSequence() else { return invalidName }
    var text: [UInt8] = []
    while !sets.isAtEnd {
      guard var attributes = sets.next(DERElement.Universal.set)?.reader else {
        return invalidName
      }
      var isFirst = true
      while !attributes.isAtEnd {
        guard var attribute = attributes.nextSequence(),
          let type = attribute.nextIdentifier(), let element = attribute.next(),
          let value = value(element)
        else { return invalidName }
        if !text.isEmpty { text += Array((isFirst ? ", " : " + ").utf8) }
        text += Array((attributeNames[type] ?? "OID(\(type.dotted))").utf8)
        text.append(UInt8(ascii: "="))
        text += value
        isFirst = false
      }
    }
    return text
  }

  /// The text of a string type, nil if it is ill-formed; the content of any other type as
  /// upper-case hexadecimal digits.
  private static func value(_ element: DERElement) -> [UInt8]? {
    let content = element.content.array
    guard element.tagClass == .universal else { return hexadecimal(content) }
    switch element.number {
    case DERElement.Universal.utf8String, DERElement.Universal.printableString,
      DERElement.Universal.ia5String, DERElement.Universal.teletexString,
      // Numeric, videotex, graphic, visible and general strings.
      18, 21, 25, 26, 27:
      guard case .inFile = FormatText.repaired(element.content) else { return nil }
      return content
    case DERElement.Universal.bmpString:
      let units = stride(from: 0, to: content.count, by: 2).map { index in
        UInt16(content[index]) << 8 | (index + 1 < content.count ? UInt16(content[index + 1]) : 0)
      }
      let text = String(decoding: units, as: UTF16.self)
      return text.utf16.elementsEqual(units) ? Array(text.utf8) : nil
    default: return hexadecimal(content)
    }
  }

  private static func hexadecimal(_ bytes: [UInt8]) -> [UInt8] {
    bytes.flatMap { byte in
      [byte >> 4, byte & 0x0F].map {
        $0 < 10 ? $0 + UInt8(ascii: "0") : $0 + UInt8(ascii: "A") - 10
      }
    }
  }

  /// The names of attributes, measured with certificates that use each of them.
  private static let attributeNames: [ObjectIdentifier: String] = Dictionary(
    uniqueKeysWithValues: [
      ("2.5.4.3", "CN"), ("2.5.4.4", "surname"), ("2.5.4.5", "serialNumber"), ("2.5.4.6", "C"),
      ("2.5.4.7", "L"), ("2.5.4.8", "ST"), ("2.5.4.9", "streetAddress"), ("2.5.4.10", "O"),
      ("2.5.4.11", "OU"), ("2.5.4.12", "title"), ("2.5.4.13", "description"),
      ("2.5.4.14", "searchGuide"), ("2.5.4.15", "businessCategory"),
      ("2.5.4.16", "postalAddress"), ("2.5.4.17", "postalCode"), ("2.5.4.41", "name"),
      ("2.5.4.42", "givenName"), ("2.5.4.43", "initials"), ("2.5.4.44", "generationQualifier"),
      ("2.5.4.45", "uniqueIdentifier"), ("2.5.4.46", "dnQualifier"),
      ("0.9.2342.19200300.100.1.1", "uid"), ("0.9.2342.19200300.100.1.25", "DC"),
      ("1.2.840.113549.1.1.1", "rsaEncryption"), ("1.2.840.113549.1.9.1", "Email"),
      ("1.2.840.113549.1.9.2", "unstructuredName"), ("1.2.840.113549.1.9.3", "contentType"),
      ("1.2.840.113549.1.9.4", "id-messageDigest"), ("1.2.840.113549.1.9.5", "signing-time"),
      ("1.2.840.113549.1.9.7", "challengePassword"),
      ("1.2.840.113549.1.9.14", "extensionRequest"),
      ("1.2.840.113549.1.9.15", "smimeCapabilities"),
      ("1.3.6.1.4.1.311.60.2.1.1", "msJurisdictionLocality"),
      ("1.3.6.1.4.1.311.60.2.1.2", "msJurisdictionStateOrProvince"),
      ("1.3.6.1.4.1.311.60.2.1.3", "msJurisdictionCountry"),
      ("2.5.29.14", "subjectKeyIdentifier"),
    ].map { (ObjectIdentifier($0.0), $0.1) })
}
