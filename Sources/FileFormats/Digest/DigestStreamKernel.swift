// Unsafe here: OpenSSL's EVP interface takes raw pointers. Nothing of it leaves this file.
public import Bytes
internal import CCrypto

/// A digest that takes its bytes piece by piece.
///
/// Not thread-safe: one owner at a time. After `finished` the stream starts anew, so one stream
/// serves many inputs one after the other.
@safe
public final class DigestStream {
  public let algorithm: DigestAlgorithm
  private let context: OpaquePointer

  public init(_ algorithm: DigestAlgorithm) {
    self.algorithm = algorithm
    guard let context = unsafe EVP_MD_CTX_new() else {
      preconditionFailure("libcrypto gives a digest context")
    }
    unsafe self.context = context
    begin()
  }

  deinit { unsafe EVP_MD_CTX_free(context) }

  private func begin() {
    // SAFETY: the context is valid from init to deinit; the algorithm tables are static.
    let method = switch algorithm {
    case .md5: unsafe EVP_md5()
    case .sha1: unsafe EVP_sha1()
    case .sha256: unsafe EVP_sha256()
    case .sha384: unsafe EVP_sha384()
    case .sha512: unsafe EVP_sha512()
    }
    let done = unsafe EVP_DigestInit_ex(context, method, nil)
    precondition(done == 1, "libcrypto offers MD5, SHA-1 and SHA-2")
  }

  public func update(_ data: ByteView) {
    guard data.count > 0 else { return }
    // SAFETY: a view is valid for `count` bytes during the call.
    _ = unsafe EVP_DigestUpdate(context, data.base, data.count)
  }

  public func update(_ bytes: [UInt8]) {
    ByteView.with(bytes) { update($0) }
  }

  /// The digest of all bytes given since the last call; the stream is empty again afterwards.
  public func finished() -> [UInt8] {
    let size = algorithm.byteCount
    let digest = unsafe [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
      // SAFETY: the buffer has the `byteCount` bytes that the algorithm writes.
      let done = unsafe EVP_DigestFinal_ex(context, buffer.baseAddress, nil)
      count = done == 1 ? size : 0
    }
    begin()
    return digest
  }
}
