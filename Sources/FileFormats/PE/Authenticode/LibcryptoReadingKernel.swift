// Unsafe here: libcrypto's decoders take raw pointers. Nothing of it leaves this file.
internal import Bytes
internal import CCrypto

/// What libcrypto says of encoded structures. YARA reads signatures with libcrypto, so that for its
/// dialect a structure holds exactly where libcrypto takes it.
///
/// Costs the length of what is given, with a large factor: ask `LibcryptoBudget` first. Libcrypto
/// bounds nesting.
enum LibcryptoReading {
  /// PKCS #7 content information: whether libcrypto takes it at all.
  static func isPKCS7(_ bytes: ByteView) -> Bool {
    unsafe reads(bytes) { cursor, count in
      guard let value = unsafe d2i_PKCS7(nil, cursor, count) else { return false }
      unsafe PKCS7_free(value)
      return true
    }
  }

  /// CMS content information, which is tried where PKCS #7 fails.
  static func isCMS(_ bytes: ByteView) -> Bool {
    unsafe reads(bytes) { cursor, count in
      guard let value = unsafe d2i_CMS_ContentInfo(nil, cursor, count) else { return false }
      unsafe CMS_ContentInfo_free(value)
      return true
    }
  }

  static func isSignerInfo(_ bytes: ByteView) -> Bool {
    unsafe reads(bytes) { cursor, count in
      guard let value = unsafe d2i_PKCS7_SIGNER_INFO(nil, cursor, count) else { return false }
      unsafe PKCS7_SIGNER_INFO_free(value)
      return true
    }
  }

  /// The content of a time stamp (RFC 3161).
  static func isTimeStampInfo(_ bytes: ByteView) -> Bool {
    unsafe reads(bytes) { cursor, count in
      guard let value = unsafe d2i_TS_TST_INFO(nil, cursor, count) else { return false }
      unsafe TS_TST_INFO_free(value)
      return true
    }
  }

  fileprivate static func reads(
    _ bytes: ByteView,
    _ decode: (UnsafeMutablePointer<UnsafePointer<UInt8>?>, Int) -> Bool
  ) -> Bool {
    // SAFETY: the view is valid for `count` bytes during the call; decoders move the cursor only
    // within the length given and copy what they keep; every object is freed where it was made.
    var cursor: UnsafePointer<UInt8>? = unsafe bytes.base.assumingMemoryBound(to: UInt8.self)
    let answer = unsafe withUnsafeMutablePointer(to: &cursor) { unsafe decode($0, bytes.count) }
    ERR_clear_error()
    return answer
  }
}

/// A certificate as libcrypto reads it. One owner at a time: libcrypto keeps what it found out of
/// the extensions in the object.
@safe
final class LibcryptoCertificate {
  private let certificate: OpaquePointer

  init?(_ bytes: ByteView) {
    var made: OpaquePointer?
    _ = unsafe LibcryptoReading.reads(bytes) { cursor, count in
      unsafe made = d2i_X509(nil, cursor, count)
      return true
    }
    guard let certificate = unsafe made else { return nil }
    unsafe self.certificate = certificate
  }

  deinit { unsafe X509_free(certificate) }

  /// Whether this may be the issuer of another: by name, key identifier, key usage and kind of key.
  /// No signature is verified.
  func mayHaveIssued(_ other: LibcryptoCertificate) -> Bool {
    // SAFETY: both objects are valid while their owners live, which this call ensures.
    withExtendedLifetime((self, other)) {
      unsafe X509_check_issued(certificate, other.certificate) == X509_V_OK
    }
  }

  /// Whether it may be its own issuer.
  var isSelfSigned: Bool {
    withExtendedLifetime(self) { unsafe X509_get_extension_flags(certificate) & Self.selfSigned != 0 }
  }

  /// `EXFLAG_SS`.
  private static let selfSigned: UInt32 = 0x2000
}
