public import Bytes
public import GramIndex

/// Makes the indexes of sealed segments. Whoever opens a store gives it one, since what an index
/// tells comes from the rule engine, which the store does not know.
public protocol SegmentIndexing: Sendable {
  /// Hands the bytes of the segment's index to `write`, front to back. Throws what `write` throws,
  /// and `StoreError`. A document that cannot be read is no error: the index says nothing of it.
  func makeIndex(
    of contents: SegmentContents, cancellation: Cancellation?, write: (ByteView) throws -> Void)
    throws

  /// Whether what the index tells is what this indexer would tell today.
  func isCurrent(_ index: IndexFile) -> Bool
}
