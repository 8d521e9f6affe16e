// Authenticode signatures as rules see them. All texts are bytes in UTF-8; digests and
// thumbprints are lower-case hexadecimal digits. Source: Microsoft's "Windows Authenticode
// Portable Executable Signature Format", RFC 2315, RFC 3161, RFC 5280.

/// One signature; nested signatures come after the one that holds them.
public struct AuthenticodeSignature: Sendable {
  /// Whether the digest is the file's and all signatures down to the last certificate in the
  /// file hold. Nobody is asked whether that certificate is trusted, or was valid at the time.
  public let isVerified: Bool
  /// Stored in the signature. Never nil for YARA-X.
  public let digest: [UInt8]?
  public let digestAlgorithm: [UInt8]?
  /// Computed over the file.
  public let fileDigest: [UInt8]?
  /// All that the signature carries, those of countersignatures included.
  public let certificates: [AuthenticodeCertificate]
  public let countersignatures: [AuthenticodeCountersignature]
  /// Nil where YARA reports something else that is signed.
  public let signer: AuthenticodeSigner?

  /// Whose issuer, subject and so on rules read as the signature's own.
  public var signingCertificate: AuthenticodeCertificate? { signer?.chain.first }
}

public struct AuthenticodeSigner: Sendable {
  public let programName: [UInt8]?
  /// A link or a text about the program. YARA has no such field.
  public let moreInfo: [UInt8]?
  /// Of the signed content.
  public let digest: [UInt8]?
  public let digestAlgorithm: [UInt8]?
  /// The signer's certificate first.
  public let chain: [AuthenticodeCertificate]
}

public struct AuthenticodeCountersignature: Sendable {
  public let isVerified: Bool
  /// Seconds since 1970, UTC.
  public let signTime: Int64?
  public let digest: [UInt8]?
  public let digestAlgorithm: [UInt8]?
  public let chain: [AuthenticodeCertificate]
}

public struct AuthenticodeCertificate: Sendable {
  public let issuer: [UInt8]
  public let subject: [UInt8]
  /// SHA-1 of the certificate.
  public let thumbprint: [UInt8]
  /// Bytes as hexadecimal digits with colons between them. Nil where YARA finds it too long.
  public let serial: [UInt8]?
  public let version: Int64
  public let algorithm: [UInt8]
  public let algorithmIdentifier: [UInt8]
  /// Seconds since 1970, UTC.
  public let notBefore: Int64
  public let notAfter: Int64

  /// Whether a moment lies in the time of validity, both ends included.
  public func isValid(on timestamp: Int64) -> Bool {
    timestamp >= notBefore && timestamp <= notAfter
  }
}
