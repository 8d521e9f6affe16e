public import Bytes
public import Corpus
internal import FileFormats
public import GramIndex
internal import YaraEngine

/// Makes what hunts ask of a segment: the grams of its documents and the facts that the engine's
/// own modules tell of them.
public struct SegmentIndexer: SegmentIndexing {
  /// Larger documents have no facts: they would have to be in memory whole.
  private static let largestWithFacts = 96 << 20
  private static let keptBuffer = 16 << 20

  public init() {}

  public func makeIndex(
    of contents: SegmentContents, cancellation: Cancellation?, write: (ByteView) throws -> Void
  ) throws {
    let builder = IndexBuilder(
      identity: contents.identity, factsVersion: FactSchema.version, columns: FactSchema.columns)
    let facts = FactReader()
    let buffer = ByteBuffer()
    for index in 0..<contents.count {
      if cancellation?.isCancelled == true { throw CancellationError() }
      guard let document = contents.document(at: index) else {
        builder.addUnknown()
        continue
      }
      let size = Int(clamping: document.size)
      if size > Self.largestWithFacts {
        builder.add(size: size, facts: nil) { take in
          try contents.stream(index, buffer) { (part) throws(StoreError) in take(part) }
        }
      } else if let bytes = try? contents.read(index, into: buffer) {
        let digests = FileDigests(
          md5: document.md5, sha1: document.sha1, sha256: document.sha256.bytes)
        let found = facts.facts(of: bytes, digests: digests)
        builder.add(bytes, facts: found.map { DocumentFacts(columns: $0.columns, keys: $0.keys) })
      } else {
        builder.addUnknown()
      }
      buffer.truncate()
      buffer.shrink(to: Self.keptBuffer)
    }
    try builder.finish(write)
  }

  public func isCurrent(_ index: IndexFile) -> Bool { index.factsVersion == FactSchema.version }
}
