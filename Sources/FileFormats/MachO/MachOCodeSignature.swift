internal import Bytes

/// A certificate of a code signature.
public struct MachOCertificate: Sendable, Equatable {
  /// Distinguished names as text: "C=US, O=Apple Inc., CN=Apple Root CA".
  public let issuer: [UInt8]
  public let subject: [UInt8]
  public let isSelfSigned: Bool
}

/// The embedded code signature: a "super blob" that indexes other blobs, all big-endian
/// (xnu, osfmk/kern/cs_blobs.h). Damaged blobs are passed over.
struct MachOCodeSignature {
  private(set) var entitlements: [[UInt8]] = []
  private(set) var certificates: [MachOCertificate] = []

  private static let entitlementsMagic: UInt32 = 0xFADE_7171
  private static let wrapperMagic: UInt32 = 0xFADE_0B01

  /// What a blob counts beside its bytes: every index can name the same empty blob.
  private static let blobCost = 64

  /// `data` holds the super blob; an index that is cut off makes the whole signature empty.
  init(_ data: ByteView, limits: MachOLimits) {
    guard let count = data.big(at: 8, as: UInt32.self),
      Int(count) <= (data.count - 12) / 8, limits.mayRead(8 * Int(count))
    else { return }
    for index in 0..<Int(count) {
      guard let offset = data.big(at: 12 + 8 * index + 4, as: UInt32.self).map(Int.init),
        let magic = data.big(at: offset, as: UInt32.self),
        let length = data.big(at: offset + 4, as: UInt32.self).map(Int.init),
        magic == Self.entitlementsMagic || magic == Self.wrapperMagic,
        let content = data.slice(at: offset + 8, length: length - 8)
      else { continue }
      limits.signatureBytes -= content.count + Self.blobCost
      guard limits.signatureBytes > 0 else { return }
      if magic == Self.entitlementsMagic {
        entitlements += MachOEntitlements.names(content, limits: limits)
      } else {
        certificates += MachOCertificates.read(content)
      }
    }
  }
}
