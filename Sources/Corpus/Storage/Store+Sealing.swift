public import Bytes
internal import FileFormats
internal import GRDB
internal import Synchronization

extension Store {
  /// Turns the open batch of a corpus into a sealed segment of the same number; nil when there is
  /// no batch or it is empty. A crash at any moment leaves either the batch or the pack.
  @discardableResult
  public func seal(
    _ corpus: CorpusName, compression: CompressionChoice = .lz4
  ) throws(StoreError) -> SegmentID? {
    try requireWritable()
    return try batches.withLock { (batches) throws(StoreError) in
      guard let info = try segments(corpus: corpus).last(where: { $0.state == .open }),
        info.documents + info.removed > 0
      else { return nil }
      let seed = try read { try Catalogue.maskSeed(info.id, $0) }
      let source = try segmentFile(info, maskSeed: seed)
      batches[corpus] = nil
      try rewrite(info, from: source, PackPlan(compression: compression, recompresses: false))
      do throws(SystemFailure) {
        try files.remove(layout.inboxLog(info.id))
      } catch {
        // The segment is sealed; the next start removes the log.
      }
      return info.id
    }
  }

  /// Seals batches whose first sample came before `date` (seconds since 1970 UTC).
  public func seal(openedBefore date: Int64, compression: CompressionChoice = .lz4)
    throws(StoreError)
  {
    for info in try segments() where info.state == .open {
      let opened = try read { try Catalogue.openedAt(info.id, $0) }
      if let opened, opened < date { try seal(info.corpus, compression: compression) }
    }
  }

  /// Gives back the space of removed samples and packs tighter: segments with removed samples, or
  /// all sealed ones, are written anew with the given compression, one at a time, each under its
  /// own number. Returns the bytes gained. Readers that are open keep reading the old files.
  public func compact(
    all: Bool = false, compression: CompressionChoice = .lz4High,
    progress: (SegmentID) -> Void = { _ in }
  ) throws(StoreError) -> Int64 {
    try requireWritable()
    var gained: Int64 = 0
    for info in try segments() where info.state == .sealed && (all || info.removed > 0) {
      try batches.withLock { (_) throws(StoreError) in
        let source = try segmentFile(info, maskSeed: 0)
        try rewrite(info, from: source, PackPlan(compression: compression, recompresses: true))
        // An index belongs to one identity; the old one only takes space.
        try? files.remove(layout.index(info.id))
      }
      if let indexer { try makeIndex(of: info.id, by: indexer) }
      let now = try read { try Catalogue.segment(info.id, $0) }
      gained += info.storedBytes - (now?.storedBytes ?? info.storedBytes)
      progress(info.id)
    }
    return gained
  }

  /// Writes the segment's pack from what `source` holds and the catalogue lists, puts it in place
  /// and lists it.
  private func rewrite(
    _ info: SegmentInfo, from source: SegmentFile, _ plan: PackPlan
  ) throws(StoreError) {
    let records = try read { try Catalogue.contents(info.id, $0) }
    let listed = Dictionary(records.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    let descriptor = PackDescriptor(
      kind: .pack, segment: info.id, identity: UInt64.random(in: 1...UInt64.max),
      maskSeed: UInt64.random(in: 1...UInt64.max), corpus: info.corpus)
    let temporary = layout.unfinishedPack(info.id)
    do throws(SystemFailure) {
      let writer = try PackWriter(temporary, descriptor, files: files)
      try PackComposer(source, writer, plan).compose(listed)
      _ = try writer.finish()
      try files.rename(temporary, to: layout.pack(info.id))
      try files.syncFolder(layout.segments)
    } catch {
      try? files.remove(temporary)
      throw StoreError(error, doing: "cannot write the pack", subject: .segment(info.id))
    }
    try self.listed(
      info.id, try SegmentFile(pack: layout.pack(info.id), segment: info.id, files: files))
  }
}
