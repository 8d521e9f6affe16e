internal import Bytes
internal import FileFormats
internal import GRDB
internal import Synchronization

/// The open batch of one corpus, as its writer knows it.
struct OpenBatch: Sendable {
  let id: SegmentID
  let file: StoredFile
  let mask: Mask
  /// Bytes acknowledged; what lies behind them in the file is a torn tail.
  var length: Int
  var documents: Int
  var rawBytes: Int64
}

/// What became of one offer of a group, in the group's order.
enum Acknowledgement: Sendable {
  case added(id: Int64)
  case duplicate(id: Int64)
}

extension Store {
  /// Appends the new samples of a group to the open batch, syncs, and lists them in one
  /// transaction: when this returns, all of the group is durable; when it throws, none of it is
  /// acknowledged and the batch stays as it was.
  func commit(
    _ group: OfferGroup, corpus: CorpusName, date: Int64, source: String, nameLimit: Int
  ) throws(StoreError) -> [Acknowledgement] {
    try requireWritable()
    return try batches.withLock { (batches) throws(StoreError) in
      do throws(StoreError) {
        return try commit(
          group, corpus, date, source, nameLimit, batch: &batches[corpus])
      } catch {
        // Whatever happened, the catalogue knows: read it again before the next group.
        batches[corpus] = nil
        throw error
      }
    }
  }

  private func commit(
    _ group: OfferGroup, _ corpus: CorpusName, _ date: Int64, _ source: String, _ nameLimit: Int,
    batch held: inout OpenBatch?
  ) throws(StoreError) -> [Acknowledgement] {
    // Only this process writes and the batch lock is held, so what is unknown now stays unknown
    // until the transaction below.
    let (known, last) = try read { db in
      var known: [SHA256Digest: Int64] = [:]
      for offer in group.offers where known[offer.sha256] == nil {
        known[offer.sha256] = try Catalogue.document(offer.sha256, corpus, db)
      }
      return (known, try Catalogue.lastDocument(db))
    }
    var numbers = known
    var next = last
    var plan: [Acknowledgement] = []
    var new: [(sample: PreparedSample, id: Int64)] = []
    for offer in group.offers {
      if let id = numbers[offer.sha256] {
        plan.append(.duplicate(id: id))
        continue
      }
      guard case .new(let sample) = offer else {
        throw StoreError(
          .notFound, "the sample was removed while it was added again; add it once more",
          subject: .sample(offer.sha256, nil))
      }
      next += 1
      numbers[offer.sha256] = next
      new.append((sample, next))
      plan.append(.added(id: next))
    }
    var entries: [DocumentEntry] = []
    var batch: OpenBatch?
    if !new.isEmpty {
      var opened: OpenBatch
      if let held { opened = held } else { opened = try openBatch(corpus, date: date) }
      entries = try append(new, of: group, to: &opened, date: date, source: source)
      batch = opened
    }
    let finished = batch
    let planned = plan
    try write { (db: Database) throws -> Void in
      if let batch = finished {
        for entry in entries {
          try Catalogue.insert(entry, corpus: corpus, segment: batch.id, source: source, db)
        }
        try Catalogue.acknowledge(
          batch.id, length: Int64(batch.length), documents: entries.count,
          rawBytes: entries.reduce(0) { $0 &+ Int64(clamping: $1.size) }, db)
        try Catalogue.widenDates(batch.id, to: date, db)
      }
      for (offer, outcome) in zip(group.offers, planned) {
        switch outcome {
        case .added(let id):
          if let name = offer.name { try Catalogue.name(id, name, limit: nameLimit, db) }
        case .duplicate(let id):
          try Catalogue.resubmitted(id, at: date, db)
          guard let name = offer.name else { continue }
          try Catalogue.name(id, name, limit: nameLimit, db)
          if db.changesCount > 0 { try Catalogue.markAltered(id, db) }
        }
      }
    }
    if let batch { held = batch }
    return plan
  }

  /// Writes the records behind the batch's acknowledged end and syncs them.
  private func append(
    _ new: [(sample: PreparedSample, id: Int64)], of group: OfferGroup, to batch: inout OpenBatch,
    date: Int64, source: String
  ) throws(StoreError) -> [DocumentEntry] {
    var entries: [DocumentEntry] = []
    do throws(SystemFailure) {
      let writer = InboxWriter(batch.file, mask: batch.mask, at: batch.length)
      for (sample, id) in new {
        let entry = DocumentEntry(
          sha256: sample.sha256, sha1: sample.sha1, md5: sample.md5, type: sample.type, id: id,
          size: UInt64(sample.size), firstSubmission: date, lastSubmission: date, timesSubmitted: 1)
        let labels = DocumentLabels(source: source, names: sample.name.map { [$0] } ?? [])
        try writer.append(entry, labels, sample, group: group.frames)
        entries.append(entry)
        batch.documents += 1
        batch.rawBytes &+= Int64(sample.size)
      }
      batch.length = try writer.finish()
    } catch {
      throw StoreError(error, doing: "cannot write the batch", subject: .segment(batch.id))
    }
    return entries
  }

  /// The batch the catalogue knows as open, or a new one.
  private func openBatch(_ corpus: CorpusName, date: Int64) throws(StoreError) -> OpenBatch {
    let open = try segments(corpus: corpus).last { $0.state == .open }
    let id: SegmentID
    let seed: UInt64
    if let open {
      id = open.id
      seed = try read { try Catalogue.maskSeed(id, $0) }
    } else {
      seed = UInt64.random(in: 1...UInt64.max)
      let fresh = seed
      id = try write {
        try Catalogue.openSegment(corpus, maskSeed: fresh, openedAt: date, $0)
      }
    }
    let path = layout.inboxLog(id)
    var length = Int(clamping: open?.storedBytes ?? 0)
    do throws(SystemFailure) {
      let file = try files.open(path, .createOrOpen)
      if length == 0 {
        let descriptor = PackDescriptor(
          kind: .inbox, segment: id, identity: 0, maskSeed: seed, corpus: corpus)
        try file.truncate(to: 0)
        let bytes = descriptor.encoded(.head)
        try InboxWriter.write(bytes, to: file)
        try file.sync()
        // The name must be as durable as the first acknowledgement.
        try files.syncFolder(layout.inbox)
        length = bytes.count
      } else if try file.length() > length {
        try file.truncate(to: length)
      }
      return OpenBatch(
        id: id, file: file, mask: Mask(seed: seed), length: length, documents: open?.documents ?? 0,
        rawBytes: open?.rawBytes ?? 0)
    } catch {
      throw StoreError(error, doing: "cannot open the batch", subject: .segment(id))
    }
  }
}

/// Lays records behind each other into an inbox log.
final class InboxWriter {
  private let file: StoredFile
  private let mask: Mask
  private let pending = ByteBuffer()
  private var flushed: Int
  private static let flushSize = 4 << 20

  init(_ file: StoredFile, mask: Mask, at offset: Int) {
    self.file = file
    self.mask = mask
    flushed = offset
  }

  static func write(_ bytes: [UInt8], to file: StoredFile) throws(SystemFailure) {
    let result: Result<Void, SystemFailure> = ByteView.with(bytes) { view in
      do throws(SystemFailure) { return .success(try file.write(view, at: 0)) } catch {
        return .failure(error)
      }
    }
    try result.get()
  }

  func append(
    _ document: DocumentEntry, _ labels: DocumentLabels, _ sample: PreparedSample, group: ByteBuffer
  ) throws(SystemFailure) {
    let start = flushed + pending.count
    let text = labels.encoded
    var entry = document
    entry.labelsLength = UInt32(text.count)
    entry.labelsChecksum = UInt32(truncatingIfNeeded: ByteView.with(text) { XXH64.checksum($0) })
    let headLength =
      PackLayout.documentSize + sample.frames.count * PackLayout.frameSize + text.count
    var head = ByteWriter(reserving: headLength)
    entry.encode(to: &head)
    var frameOffset = start + PackLayout.recordHeaderSize + headLength
    for frame in sample.frames {
      FrameEntry(
        fileOffset: UInt64(frameOffset), storedSize: frame.storedSize, rawSize: frame.rawSize,
        checksum: frame.checksum, codec: frame.codec
      ).encode(to: &head)
      frameOffset += Int(frame.storedSize)
    }
    head.append(contentsOf: text)
    let padding = (8 - (frameOffset & 7)) & 7
    let header = RecordHeader(
      frameCount: UInt32(sample.frames.count), labelsLength: UInt32(text.count),
      fileOffset: UInt64(start), length: UInt64(frameOffset + padding - start),
      headChecksum: ByteView.with(head.bytes) { XXH64.checksum($0) })
    try append(header.encoded + head.bytes)
    switch sample.storage {
    case .group(let offset):
      try append(group.view.clamped(at: offset, length: sample.storedSize))
    case .spool(let spool):
      var done = 0
      let total = sample.storedSize
      let piece = ByteBuffer()
      while done < total {
        piece.truncate()
        try spool.read(at: done, count: min(1 << 20, total - done), into: piece)
        try append(piece.view)
        done += piece.count
      }
    }
    try append([UInt8](repeating: 0, count: padding))
  }

  /// Returns the log's new length when all is synced.
  func finish() throws(SystemFailure) -> Int {
    try flush()
    try file.sync()
    return flushed
  }

  private func append(_ bytes: [UInt8]) throws(SystemFailure) {
    let result: Result<Void, SystemFailure> = ByteView.with(bytes) { view in
      do throws(SystemFailure) { return .success(try append(view)) } catch {
        return .failure(error)
      }
    }
    try result.get()
  }

  private func append(_ view: ByteView) throws(SystemFailure) {
    let start = pending.count
    guard pending.append(view) else {
      throw SystemFailure(
        operation: "write", path: file.path, errorNumber: SystemFailure.outOfMemory)
    }
    mask.apply(to: pending, from: start, fileOffset: flushed + start)
    if pending.count >= InboxWriter.flushSize { try flush() }
  }

  private func flush() throws(SystemFailure) {
    guard pending.count > 0 else { return }
    try file.write(pending.view, at: flushed)
    flushed += pending.count
    pending.truncate()
  }
}

extension Store {
  /// What the open batch of a corpus holds, where this process has one.
  func openBatch(_ corpus: CorpusName) -> OpenBatch? {
    batches.withLock { $0[corpus] }
  }
}
