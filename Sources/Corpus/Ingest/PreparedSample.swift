internal import Bytes
internal import FileFormats

/// A sample on its way in: hashed, identified and compressed, not yet in any batch.
struct PreparedSample: Sendable {
  struct Frame: Sendable, Hashable {
    let codec: Codec
    let storedSize: UInt32
    let rawSize: UInt32
    let checksum: FrameChecksum
  }

  /// Where its compressed frames wait, one behind the other.
  enum Storage: Sendable {
    /// In the group's buffer, from this offset on.
    case group(offset: Int)
    case spool(SampleSpool)
  }

  let sha256: SHA256Digest
  let sha1: [UInt8]
  let md5: [UInt8]
  let size: Int
  let type: FileType
  let frames: [Frame]
  let storage: Storage
  let name: String?

  var storedSize: Int { frames.reduce(0) { $0 + Int($1.storedSize) } }
}

/// The compressed frames of a sample too large for memory, in a file that has no name and so
/// never outlives the process; masked like everything at rest.
final class SampleSpool: Sendable {
  private let file: StoredFile
  private let mask: Mask

  init(_ layout: StoreLayout, _ files: FileSystem, mask: Mask) throws(SystemFailure) {
    self.mask = mask
    let name = "\(FileSystem.processIdentifier)-\(UInt64.random(in: 0...UInt64.max)).spool"
    file = try files.openUnnamed(in: layout.spool, name: name)
  }

  /// Writes all of `buffer` at `offset`; the buffer is masked by that.
  func write(_ buffer: ByteBuffer, at offset: Int) throws(SystemFailure) {
    mask.apply(to: buffer, from: 0, fileOffset: offset)
    try file.write(buffer.view, at: offset)
  }

  /// Appends `count` bytes from `offset` on to `buffer`, unmasked.
  func read(at offset: Int, count: Int, into buffer: ByteBuffer) throws(SystemFailure) {
    let start = buffer.count
    let got = try file.read(at: offset, count: count, into: buffer)
    guard got == count else {
      throw SystemFailure(operation: "read", path: file.path, errorNumber: SystemFailure.ioError)
    }
    mask.apply(to: buffer, from: start, fileOffset: offset)
  }
}

/// One file offered to the store, in the order offered.
enum Offer: Sendable {
  case new(PreparedSample)
  /// Known already when it was hashed.
  case known(SHA256Digest, name: String?, size: Int)

  var sha256: SHA256Digest {
    switch self {
    case .new(let sample): sample.sha256
    case .known(let digest, _, _): digest
    }
  }
  var name: String? {
    switch self {
    case .new(let sample): sample.name
    case .known(_, let name, _): name
    }
  }
  var size: Int {
    switch self {
    case .new(let sample): sample.size
    case .known(_, _, let size): size
    }
  }
}

/// What is acknowledged together: one sync, one transaction.
final class OfferGroup {
  var offers: [Offer] = []
  /// Compressed frames of the small samples.
  let frames = ByteBuffer()
  /// New samples in the group, so that a second copy is not prepared again.
  var digests: Set<SHA256Digest> = []
  var storedBytes = 0

  func clear() {
    offers.removeAll(keepingCapacity: true)
    digests.removeAll(keepingCapacity: true)
    frames.truncate()
    frames.shrink(to: 48 << 20)
    storedBytes = 0
  }
}
