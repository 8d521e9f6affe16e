internal import Bytes

/// The checksum of a frame's stored bytes before masking, and how it was made: all of a frame is read
/// through before anything of it is believed, so this stands on the hunt's hot path.
struct FrameChecksum: Sendable, Hashable {
  /// The raw values stand in files: never reuse one.
  enum Kind: UInt8, Sendable, CaseIterable {
    case xxh64 = 0
    /// For more than `XXH3.shortInput` bytes.
    case xxh3 = 1
  }

  let kind: Kind
  let value: UInt64

  init(kind: Kind, value: UInt64) {
    self.kind = kind
    self.value = value
  }

  /// That of a frame to be written.
  init(of stored: ByteView) {
    kind = stored.count > XXH3.shortInput ? .xxh3 : .xxh64
    value = kind == .xxh3 ? XXH3.checksum(stored) : XXH64.checksum(stored)
  }
}
