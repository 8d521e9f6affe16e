public import Bytes
internal import FileFormats

/// The documents of one segment, open or sealed, in the order of its file.
///
/// Shows what was acknowledged when it was opened, and keeps showing it: a segment that is sealed,
/// written anew or removed meanwhile stays readable through this object. Documents removed before
/// it was opened are nil. Not thread-safe: one reader per thread.
public final class SegmentReader {
  public let segment: SegmentInfo
  /// Documents in the file, the removed and the damaged included: indices are 0..<count.
  public let count: Int
  /// Damage that concerns no single document and did not prevent reading.
  public var flaws: [String] { file.flaws }
  /// Whether not every index below `count` has a document: some were removed or are damaged.
  public var hasGaps: Bool { !removed.isEmpty || hasDamage }

  private let file: SegmentFile
  private let removed: Set<Int64>
  private let dates: [Int64: ClosedRange<Int64>]
  /// Samples that the catalogue lists and no intact entry names, handed to the damaged entries in
  /// order; those left over follow behind the file's own documents.
  private let lost: [Int: SHA256Digest]
  private let hasDamage: Bool
  private var entry: (index: Int, value: DocumentEntry)?

  init(
    _ segment: SegmentInfo, _ file: SegmentFile, removed: Set<Int64>,
    dates: [Int64: ClosedRange<Int64>],
    listing: () throws(StoreError) -> [(id: Int64, sha256: SHA256Digest)]
  ) throws(StoreError) {
    self.segment = segment
    self.file = file
    self.removed = removed
    self.dates = dates
    var damaged: [Int] = []
    var intact: Set<Int64> = []
    for index in 0..<file.documentCount {
      if let entry = file.entry(index) {
        intact.insert(entry.id)
      } else {
        damaged.append(index)
      }
    }
    let isDamaged = !damaged.isEmpty
    var lost: [Int: SHA256Digest] = [:]
    var count = file.documentCount
    if !damaged.isEmpty || intact.subtracting(removed).count < segment.documents {
      for document in try listing() where !intact.contains(document.id) {
        if damaged.isEmpty {
          lost[count] = document.sha256
          count += 1
        } else {
          lost[damaged.removeFirst()] = document.sha256
        }
      }
    }
    self.lost = lost
    hasDamage = isDamaged || !lost.isEmpty
    self.count = count
  }

  private init(sharing other: SegmentReader) {
    segment = other.segment
    count = other.count
    file = SegmentFile(sharing: other.file)
    removed = other.removed
    dates = other.dates
    lost = other.lost
    hasDamage = other.hasDamage
  }

  /// What this reader shows, for readers on other threads.
  public var snapshot: SegmentSnapshot { SegmentSnapshot(SegmentReader(sharing: self)) }

  fileprivate func makeSibling() -> SegmentReader { SegmentReader(sharing: self) }

  /// The document at `index`, or nil when it was removed or there is none.
  /// Throws `damaged`, naming the sample where it is known, when its entry cannot be read.
  public func document(at index: Int) throws(StoreError) -> SegmentDocument? {
    guard let entry = try entry(at: index) else { return nil }
    let range = dates[entry.id]
    return SegmentDocument(
      index: index, id: entry.id, sha256: entry.sha256, size: Int(clamping: entry.size),
      type: entry.type,
      firstSubmission: range?.lowerBound ?? min(entry.firstSubmission, entry.lastSubmission),
      lastSubmission: range?.upperBound ?? max(entry.firstSubmission, entry.lastSubmission))
  }

  /// The names a document was submitted under, oldest first, as far as its file knows all of them:
  /// nil when the catalogue has to be asked (there are later ones, or its entry is damaged).
  public func names(at index: Int) throws(StoreError) -> [String]? {
    guard let entry = try entry(at: index), dates[entry.id] == nil else { return nil }
    return file.labels(of: entry)?.names
  }

  /// All bytes of a document, valid until the next read with this reader or this buffer. Nothing
  /// is allocated once the buffers have grown to the largest document.
  /// Throws `damaged` naming segment and sample; other documents stay readable. A removed or
  /// absent document is `notFound`.
  public func read(_ index: Int, into buffer: ByteBuffer) throws(StoreError) -> ByteView {
    try read(index, limit: .max, into: buffer)
  }

  /// At most the first `limit` bytes: only the frames that hold them are read.
  public func read(_ index: Int, limit: Int, into buffer: ByteBuffer) throws(StoreError) -> ByteView
  {
    try file.read(try present(index), limit: limit, into: buffer)
  }

  /// The bytes of a document from one place to another, both within it: only the frames that hold them
  /// are read.
  public func read(
    _ index: Int, range: Range<Int>, into buffer: ByteBuffer
  ) throws(StoreError) -> ByteView {
    try file.read(try present(index), range: range, into: buffer)
  }

  /// All bytes of a document of which a read with a limit has left the beginning in `buffer`.
  public func readRest(_ index: Int, into buffer: ByteBuffer) throws(StoreError) -> ByteView {
    try file.read(try present(index), continuing: true, into: buffer)
  }

  private func present(_ index: Int) throws(StoreError) -> DocumentEntry {
    if let entry = try entry(at: index) { return entry }
    throw StoreError(.notFound, "there is no document \(index)", subject: .segment(segment.id))
  }

  private func entry(at index: Int) throws(StoreError) -> DocumentEntry? {
    if let entry, entry.index == index { return entry.value }
    if let sample = lost[index] {
      throw StoreError(
        .damaged, "its entry is damaged; add the sample again", subject: .sample(sample, segment.id)
      )
    }
    guard index >= 0, index < file.documentCount else { return nil }
    guard let found = file.entry(index) else {
      // Damaged, but every listed sample is accounted for: it was a removed one's.
      return nil
    }
    if removed.contains(found.id) { return nil }
    entry = (index, found)
    return found
  }
}

/// What a reader of a segment shows, so that several threads read the same: one file, one moment.
///
/// SAFETY of `@unchecked`: the reader within is never read from; making another one of it touches
/// only what is constant.
public final class SegmentSnapshot: @unchecked Sendable {
  private let reader: SegmentReader

  fileprivate init(_ reader: SegmentReader) { self.reader = reader }

  public func makeReader() -> SegmentReader { reader.makeSibling() }
}
