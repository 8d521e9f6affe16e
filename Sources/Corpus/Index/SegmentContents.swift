public import Bytes
public import FileFormats

/// All documents of a sealed segment's file in its order, the removed ones included: what an index
/// over the file is made of. Not thread-safe.
public final class SegmentContents {
  public let segment: SegmentID
  /// Of the file; an index belongs to one identity.
  public let identity: UInt64
  public let count: Int
  private let file: SegmentFile

  init(_ file: SegmentFile) {
    self.file = file
    segment = file.segment
    identity = file.descriptor.identity
    count = file.documentCount
  }

  /// What is known of a document without its bytes.
  public struct Document: Sendable, Hashable {
    /// In bytes.
    public let size: UInt64
    public let type: FileType
    public let sha256: SHA256Digest
    /// 20 bytes.
    public let sha1: [UInt8]
    /// 16 bytes.
    public let md5: [UInt8]
  }

  /// Nil where the entry is damaged.
  public func document(at index: Int) -> Document? {
    file.entry(index).map {
      Document(size: $0.size, type: $0.type, sha256: $0.sha256, sha1: $0.sha1, md5: $0.md5)
    }
  }

  /// All bytes of a document, valid until the next read. Throws `damaged`, `notFound`.
  public func read(_ index: Int, into buffer: ByteBuffer) throws(StoreError) -> ByteView {
    try file.read(entry(index), into: buffer)
  }

  /// Hands out the bytes of a document piece by piece, so that memory stays at one frame. Throws
  /// `damaged`, perhaps after some pieces.
  public func stream(
    _ index: Int, _ buffer: ByteBuffer, _ body: (ByteView) throws(StoreError) -> Void
  ) throws(StoreError) {
    try file.stream(entry(index), buffer, body)
  }

  private func entry(_ index: Int) throws(StoreError) -> DocumentEntry {
    guard let entry = file.entry(index) else {
      throw StoreError(.damaged, "entry \(index) is damaged", subject: .segment(segment))
    }
    return entry
  }
}
