internal import Bytes
internal import Corpus
internal import Synchronization

/// What is to be read of one segment, laid out so that several threads can take their share of it.
final class SegmentPass: Sendable {
  let unit: WorkUnit
  let snapshot: SegmentSnapshot
  /// Nil where no index speaks for the file.
  let candidates: SegmentCandidates?
  let segment: SharedReads.Segment
  /// Numbers in the segment's file, in the order in which they are read.
  private let documents: [Int]
  /// Where each share begins; the last one's end is the documents' count.
  private let shares: [Int]
  private let next = Atomic<Int>(0)
  private let reads: SharedReads

  /// A share holds documents of so many bytes, so that it is worth taking and many are left.
  private static let shareBytes = 1 << 20
  private static let shareDocuments = 64

  /// - Parameters:
  ///   - documents: ascending.
  ///   - size: of a document, in bytes, as far as it is known.
  init(
    _ unit: WorkUnit, _ reader: SegmentReader, _ candidates: SegmentCandidates?,
    documents: [Int],
    reads: SharedReads, size: (Int) -> Int
  ) {
    self.unit = unit
    snapshot = reader.snapshot
    self.candidates = candidates
    self.reads = reads
    segment = SharedReads.Segment(id: unit.segment, identity: reader.segment.identity)
    let position = reads.begin(segment)
    let first = documents.firstIndex { $0 >= position } ?? 0
    self.documents = Array(documents[first...] + documents[..<first])
    var shares: [Int] = []
    var bytes = 0
    for (index, document) in self.documents.enumerated() {
      if shares.isEmpty || bytes >= Self.shareBytes
        || index - (shares.last ?? 0) >= Self.shareDocuments
      {
        shares.append(index)
        bytes = 0
      }
      bytes += size(document)
    }
    self.shares = shares
  }

  deinit { reads.end(segment) }

  /// Documents nobody has taken yet; nil when there are none.
  func takeShare() -> ArraySlice<Int>? {
    let share = next.add(1, ordering: .relaxed).oldValue
    guard share < shares.count else { return nil }
    let end = share + 1 < shares.count ? shares[share + 1] : documents.count
    return documents[shares[share]..<end]
  }
}
