public import Bytes
internal import GRDB
internal import Synchronization

/// Many small segments into few large ones: fewer files to open, and indexes whose rows are wide.
extension Store {
  /// A merged segment grows up to this many bytes of samples; segments above half of it stay alone.
  static let mergedBytes: Int64 = 1 << 30
  static let mergedDocuments = 200_000

  /// Joins neighbouring small segments of each corpus into new ones. Returns how many segments
  /// there are fewer. Hunts under way keep the files they have open; they plan anew for segments
  /// they come to later.
  ///
  /// A crash at any moment leaves either the old segments or the new one: the new pack gets its name
  /// first, then one transaction moves the documents over, then the old files go.
  @discardableResult
  public func merge(
    compression: CompressionChoice = .lz4High, progress: (SegmentID) -> Void = { _ in }
  ) throws(StoreError) -> Int {
    try requireWritable()
    var fewer = 0
    for corpus in CorpusName.allCases {
      for group in try mergeGroups(corpus) {
        let indexes = indexer.flatMap { wholeIndexes(of: group, by: $0) }
        let merged = try batches.withLock { (_) throws(StoreError) in
          try merge(group, corpus, compression)
        }
        if let indexer { try makeIndex(of: merged, from: indexes, by: indexer) }
        fewer += group.count - 1
        progress(merged)
      }
    }
    return fewer
  }

  /// Runs of neighbours that are worth joining.
  private func mergeGroups(_ corpus: CorpusName) throws(StoreError) -> [[SegmentInfo]] {
    var groups: [[SegmentInfo]] = []
    var group: [SegmentInfo] = []
    var bytes: Int64 = 0
    var documents = 0
    func close() {
      if group.count > 1 { groups.append(group) }
      group = []
      bytes = 0
      documents = 0
    }
    for info in try segments(corpus: corpus) where info.state == .sealed {
      if info.rawBytes > Self.mergedBytes / 2 || info.documents > Self.mergedDocuments / 2 {
        close()
        continue
      }
      if bytes + info.rawBytes > Self.mergedBytes
        || documents + info.documents > Self.mergedDocuments
      {
        close()
      }
      group.append(info)
      bytes += info.rawBytes
      documents += info.documents
    }
    close()
    return groups
  }

  private func merge(
    _ group: [SegmentInfo], _ corpus: CorpusName, _ compression: CompressionChoice
  ) throws(StoreError) -> SegmentID {
    let seed = UInt64.random(in: 1...UInt64.max)
    let id = try write { try Catalogue.buildSegment(corpus, maskSeed: seed, $0) }
    let descriptor = PackDescriptor(
      kind: .pack, segment: id, identity: UInt64.random(in: 1...UInt64.max), maskSeed: seed,
      corpus: corpus)
    let temporary = layout.unfinishedPack(id)
    do {
      let writer = try PackWriter(temporary, descriptor, files: files)
      for info in group {
        let records = try read { try Catalogue.contents(info.id, $0) }
        let listed = Dictionary(records.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        let source = try segmentFile(info, maskSeed: 0)
        let plan = PackPlan(compression: compression, recompresses: false)
        try PackComposer(source, writer, plan).compose(listed)
      }
      _ = try writer.finish()
      try files.rename(temporary, to: layout.pack(id))
      try files.syncFolder(layout.segments)
      guard case .file(let size)? = files.kind(layout.pack(id)) else {
        throw StoreError(.notFound, "the pack is gone", subject: .segment(id))
      }
      try write {
        try Catalogue.replace(
          group.map(\.id), by: id, identity: descriptor.identity, storedBytes: Int64(size), $0)
      }
    } catch {
      try? files.remove(temporary)
      // The catalogue knows whether the merge has happened; if not, the pack goes with its number.
      try? removeReplaced()
      if let error = error as? StoreError { throw error }
      if let error = error as? SystemFailure {
        throw StoreError(error, doing: "cannot write the pack", subject: .segment(id))
      }
      throw StoreError(.system, "cannot merge segments: \(error)", subject: .segment(id))
    }
    // The next start does what fails here.
    try? removeReplaced()
    return id
  }

  /// Removes the files of segments that became part of another one, and what is left of merges that
  /// did not come to their end.
  func removeReplaced() throws(StoreError) {
    let (replaced, unfinished) = try read {
      (try Catalogue.replaced($0), try Catalogue.unfinished($0))
    }
    guard !(replaced + unfinished).isEmpty else { return }
    do throws(SystemFailure) {
      for id in replaced + unfinished {
        try files.remove(layout.pack(id))
        try files.remove(layout.index(id))
        // Of a segment whose log could not be removed when it was sealed.
        try files.remove(layout.inboxLog(id))
        indexes.forget(id)
      }
      try files.syncFolder(layout.segments)
    } catch {
      throw StoreError(error, doing: "cannot remove a merged segment")
    }
    try write { try Catalogue.forget(replaced + unfinished, $0) }
  }
}
