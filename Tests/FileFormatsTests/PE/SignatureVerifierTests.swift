import Bytes
import Testing

@testable import FileFormats

/// Keys and signatures were made for this test with `openssl genrsa 1024` and `openssl ecparam
/// -name prime256v1`, over the eleven bytes of "signed text".
struct SignatureVerifierTests {
  static let rsaKey = """
    30819f300d06092a864886f70d010101050003818d0030818902818100cc323fe3c5dceb57af841ec5712071 \
    8c8d9d07c95e54b937e5c746f989c2f8ddf94be7b573798b4811a21c77823bf86a04bca0727bcbfc88e3057f \
    d45db7acb4326cbe318de4e5c40eadff5906022b2486bd32e921fe2144cc3d862d8d607c33cf08639d5654c4 \
    9632b897b1693725b312a988b3b791af3c575e31c1ccf573fd0203010001
    """
  static let rsaSHA256 = """
    743b3b0211aa446125c6c35b548446171bd5c736b0dbad31bd3b11c80d8f6b964beb173d787b468c5e0d1e82 \
    24420d4987731809583abdb136a59993464b974c180e445d1c256808d4d8791ab3ff53fcbb35b1cf806945cb \
    6722f69eebae9564cfd46af5bc54b26801c297324a312c7a30065f147c7ee85fa0e992044329a4e3
    """
  static let rsaSHA1 = """
    8f17d0f999ed086fff53e766dc937f82c5228b8bf9addf93da9f191881e2453256c07f0d74c1da76e625d4ab \
    1a49fd39ce64b73dc2379bb6cd3b9576a0c4d9294f64464d562852a90b769890797a7f8fa553c7d2e8196019 \
    67240bd42b1294770c362c58d1dfac812f5008732ea7d29536176abe460090304e75d7507d876daa
    """
  /// Of the SHA-256 digest without the algorithm in front.
  static let rsaBare = """
    84e95a3407a82fe8e8026d121a6b6db71439710c2e15f7f32a9005baa1a8057d93a3493fe4437a691e627e04 \
    ec2d12eef1d7e1ed0e91cb092e651b8fee0a18dc55a3d63f10633ed9a52c3dbb0cca4e74fd6f924120203cc7 \
    1e1ee0bdfd99f710e7a110a6f7908d6778b796a62e0226b964e00d0ad043f4c88e003fdb29d796d0
    """
  static let curveKey = """
    3059301306072a8648ce3d020106082a8648ce3d030107034200044717c2a7f840de7d6d160ab73cea301ba2 \
    d57fa87c5d31edb52e2b1ca30157b4215bfdc251d81c230b76b3cd3947b27e433f138bc249582c1fc652593c \
    b4a03f
    """
  static let curveSHA256 = """
    3045022029774d85dce92a988c446519b1bcd4a7fe63795de97caf7f9e6079453348f39d022100cf2a405c9a \
    7bc8fd43efa1c4e97b6a978101d60b4e0996324cea96f1b51455ed
    """

  private static func bytes(_ hex: String) -> [UInt8] {
    let digits = hex.utf8.filter { $0 != 0x20 }.map { $0 < 58 ? $0 - 48 : $0 - 87 }
    return stride(from: 0, to: digits.count - 1, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
  }

  private static func holds(
    key: [UInt8], signature: [UInt8], _ algorithm: DigestAlgorithm, text: String = "signed text"
  ) -> Bool {
    var verifier = SignatureVerifier(operations: 1)
    let digest = ByteView.with(Array(text.utf8)) { Digest.bytes(algorithm, of: $0) }
    return ByteView.with(key) { key in
      ByteView.with(signature) { signature in
        verifier.verify(
          publicKey: key, digest: digest, algorithm: algorithm, signature: signature)
      }
    }
  }

  @Test(arguments: [
    (rsaKey, rsaSHA256, DigestAlgorithm.sha256), (rsaKey, rsaSHA1, .sha1),
    (rsaKey, rsaBare, .sha256), (curveKey, curveSHA256, .sha256),
  ])
  func signaturesHoldForTheirTextOnly(
    _ key: String, _ signature: String, _ algorithm: DigestAlgorithm
  ) {
    let key = Self.bytes(key)
    var signature = Self.bytes(signature)
    #expect(Self.holds(key: key, signature: signature, algorithm))
    #expect(!Self.holds(key: key, signature: signature, algorithm, text: "signed texT"))
    let other: DigestAlgorithm = algorithm == .sha1 ? .sha256 : .sha1
    #expect(!Self.holds(key: key, signature: signature, other))
    signature[signature.count - 1] ^= 1
    #expect(!Self.holds(key: key, signature: signature, algorithm))
  }

  @Test func brokenKeysAndSignaturesHoldNothing() {
    let key = Self.bytes(Self.rsaKey)
    let signature = Self.bytes(Self.rsaSHA256)
    for length in 0..<key.count {
      #expect(!Self.holds(key: Array(key.prefix(length)), signature: signature, .sha256))
    }
    for length in [0, 1, signature.count - 1] {
      #expect(!Self.holds(key: key, signature: Array(signature.prefix(length)), .sha256))
    }
    #expect(!Self.holds(key: key, signature: signature + [0], .sha256))
  }

  @Test func operationsAreCounted() {
    var verifier = SignatureVerifier(operations: 1)
    let digest = ByteView.with(Array("signed text".utf8)) { Digest.bytes(.sha256, of: $0) }
    ByteView.with(Self.bytes(Self.rsaKey)) { key in
      ByteView.with(Self.bytes(Self.rsaSHA256)) { signature in
        let results = (0..<2).map { _ in
          verifier.verify(
            publicKey: key, digest: digest, algorithm: .sha256, signature: signature)
        }
        #expect(results == [true, false])
      }
    }
    #expect(verifier.isSpent)
  }
}
