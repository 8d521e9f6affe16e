internal import Bytes
internal import FileFormats

/// How documents are laid out when a segment's file is written.
struct PackPlan: Sendable {
  /// Documents up to this size share frames: one coder pass over many small scripts finds what
  /// they have in common.
  static let sharedDocument = 64 << 10
  /// A shared frame is closed at this size: it is the price of reading one small document.
  static let sharedFrame = 256 << 10

  let compression: CompressionChoice
  /// Whether large documents are compressed anew or their frames copied as they are.
  let recompresses: Bool
}

/// Arranges the documents of one file into a new pack: the small ones first, by type and size, in
/// shared frames; then the large ones, each in frames of its own.
///
/// A damaged document is carried over as it is, with the checksum that tells its damage, so that
/// writing anew never loses what could still be repaired.
final class PackComposer {
  private let source: SegmentFile
  private let writer: PackWriter
  private let plan: PackPlan
  private let compressor: Compressor
  private let raw = ByteBuffer()
  private let stored = ByteBuffer()
  private let document = ByteBuffer()
  /// Documents whose bytes wait in `raw` for their shared frame.
  private var waiting: [(entry: DocumentEntry, labels: DocumentLabels)] = []

  init(_ source: SegmentFile, _ writer: PackWriter, _ plan: PackPlan) {
    self.source = source
    self.writer = writer
    self.plan = plan
    compressor = Compressor(plan.compression)
  }

  func compose(_ listed: [Int64: SampleRecord]) throws(SystemFailure) {
    var small: [DocumentEntry] = []
    var large: [DocumentEntry] = []
    for index in 0..<source.documentCount {
      guard let entry = source.entry(index), listed[entry.id] != nil else { continue }
      if entry.size <= PackPlan.sharedDocument { small.append(entry) } else { large.append(entry) }
    }
    func order(_ a: DocumentEntry, _ b: DocumentEntry) -> Bool {
      (a.type.rawValue, a.size, a.id) < (b.type.rawValue, b.size, b.id)
    }
    small.sort(by: order)
    large.sort(by: order)
    for entry in small {
      guard let record = listed[entry.id] else { continue }
      try appendSmall(PackComposer.updated(entry, record), PackComposer.labels(record))
    }
    try closeSharedFrame()
    for entry in large {
      guard let record = listed[entry.id] else { continue }
      try appendLarge(PackComposer.updated(entry, record), PackComposer.labels(record))
    }
  }

  private static func updated(_ entry: DocumentEntry, _ record: SampleRecord) -> DocumentEntry {
    var entry = entry
    entry.firstSubmission = record.firstSubmission
    entry.lastSubmission = record.lastSubmission
    entry.timesSubmitted = UInt32(clamping: record.timesSubmitted)
    return entry
  }

  private static func labels(_ record: SampleRecord) -> DocumentLabels {
    DocumentLabels(source: record.source, names: record.names)
  }

  private func appendSmall(
    _ entry: DocumentEntry, _ labels: DocumentLabels
  ) throws(SystemFailure) {
    guard let bytes = try? source.read(entry, into: document) else {
      try closeSharedFrame()
      return try copyFrames(of: entry, labels)
    }
    if raw.count > 0, raw.count + bytes.count > PackPlan.sharedFrame { try closeSharedFrame() }
    var entry = entry
    entry.offsetInFrame = UInt32(raw.count)
    guard raw.append(bytes) else { throw outOfMemory }
    waiting.append((entry, labels))
  }

  private func closeSharedFrame() throws(SystemFailure) {
    let frame = writer.nextFrame
    if raw.count > 0 { try appendFrame(raw.view) }
    raw.truncate()
    for (entry, labels) in waiting {
      var entry = entry
      entry.firstFrame = entry.size == 0 ? 0 : frame
      try writer.append(entry, labels)
    }
    waiting.removeAll(keepingCapacity: true)
  }

  private func appendLarge(
    _ entry: DocumentEntry, _ labels: DocumentLabels
  ) throws(SystemFailure) {
    guard plan.recompresses, let frames = source.frames(of: entry), entry.offsetInFrame == 0 else {
      return try copyFrames(of: entry, labels)
    }
    var moved = entry
    moved.firstFrame = writer.nextFrame
    for (index, frame) in frames.enumerated() {
      raw.truncate()
      if (try? source.readFrame(Int(entry.firstFrame) + index, to: raw)) != nil {
        try appendFrame(raw.view)
      } else {
        try copy(frame)
      }
    }
    raw.truncate()
    try writer.append(moved, labels)
  }

  /// The document's frames as they are, other documents' bytes in a shared one included.
  private func copyFrames(
    of entry: DocumentEntry, _ labels: DocumentLabels
  ) throws(SystemFailure) {
    guard let frames = source.frames(of: entry) else {
      // Not even the frame table tells where it lies: keep its entry, which no frame satisfies.
      var entry = entry
      entry.firstFrame = .max
      return try writer.append(entry, labels)
    }
    var moved = entry
    moved.firstFrame = frames.isEmpty ? 0 : writer.nextFrame
    for frame in frames { try copy(frame) }
    try writer.append(moved, labels)
  }

  private func copy(_ frame: FrameEntry) throws(SystemFailure) {
    stored.truncate()
    do throws(StoreError) {
      try source.readStored(frame, to: stored, trusting: true)
    } catch {
      // The bytes cannot be had: an empty frame with the old checksum says so to every reader.
      stored.truncate()
    }
    try writer.append(
      frame: stored.view, codec: frame.codec, rawSize: frame.rawSize, checksum: frame.checksum)
  }

  private func appendFrame(_ bytes: ByteView) throws(SystemFailure) {
    stored.truncate()
    guard let codec = compressor.compress(bytes, to: stored) else { throw outOfMemory }
    try writer.append(
      frame: stored.view, codec: codec, rawSize: UInt32(bytes.count),
      checksum: FrameChecksum(of: stored.view))
  }

  private var outOfMemory: SystemFailure {
    SystemFailure(operation: "compress", path: "a pack", errorNumber: SystemFailure.outOfMemory)
  }
}
