// Unsafe here: OpenSSL's EVP interface takes raw pointers. Nothing of it leaves this file.
internal import Bytes
internal import CCrypto

/// Public-key verification by libcrypto; a number of operations is allowed, then all fail.
struct SignatureVerifier {
  private var operationsLeft: Int
  /// Whether an operation was refused.
  private(set) var isSpent = false

  init(operations: Int) { operationsLeft = operations }

  /// Whether `signature` was made over `digest` with the key that belongs to `publicKey`.
  ///
  /// - Parameters:
  ///   - publicKey: SubjectPublicKeyInfo, encoded: RSA (PKCS #1 v1.5), DSA or elliptic curves.
  ///   - digest: of the signed bytes, by `algorithm`. RSA signatures of the bare digest, without
  ///     the algorithm in front, are accepted as well: old signers made them.
  mutating func verify(
    publicKey: ByteView, digest: [UInt8], algorithm: DigestAlgorithm, signature: ByteView
  ) -> Bool {
    guard digest.count == algorithm.byteCount else { return false }
    guard operationsLeft > 0 else {
      isSpent = true
      return false
    }
    operationsLeft -= 1
    // SAFETY: views are valid for `count` bytes during the call; libcrypto moves the cursor only
    // within the length given and copies what it keeps; every object is freed on every path.
    var cursor: UnsafePointer<UInt8>? = unsafe publicKey.base.assumingMemoryBound(to: UInt8.self)
    guard let key = unsafe d2i_PUBKEY(nil, &cursor, publicKey.count) else {
      ERR_clear_error()
      return false
    }
    defer {
      unsafe EVP_PKEY_free(key)
      ERR_clear_error()
    }
    guard unsafe EVP_PKEY_get_bits(key) <= Self.largestKey else { return false }
    let isRSA = unsafe EVP_PKEY_get_base_id(key) == EVP_PKEY_RSA
    let method =
      switch algorithm {
      case .md5: unsafe EVP_md5()
      case .sha1: unsafe EVP_sha1()
      case .sha256: unsafe EVP_sha256()
      case .sha384: unsafe EVP_sha384()
      case .sha512: unsafe EVP_sha512()
      }
    if unsafe holds(key, isRSA ? method : nil, digest, signature, isRSA: isRSA) { return true }
    return isRSA ? unsafe holds(key, nil, digest, signature, isRSA: true) : false
  }

  /// Bits; larger ones are made to waste time.
  private static let largestKey: Int32 = 16_384

  private func holds(
    _ key: OpaquePointer, _ method: OpaquePointer?, _ digest: [UInt8], _ signature: ByteView,
    isRSA: Bool
  ) -> Bool {
    guard let context = unsafe EVP_PKEY_CTX_new(key, nil) else { return false }
    defer { unsafe EVP_PKEY_CTX_free(context) }
    guard unsafe EVP_PKEY_verify_init(context) == 1 else { return false }
    if isRSA, unsafe EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING) != 1 { return false }
    if let method = unsafe method,
      unsafe EVP_PKEY_CTX_set_signature_md(context, method) != 1
    {
      return false
    }
    return unsafe digest.withUnsafeBufferPointer { digest in
      unsafe EVP_PKEY_verify(
        context, signature.base.assumingMemoryBound(to: UInt8.self), signature.count,
        digest.baseAddress, digest.count) == 1
    }
  }
}
