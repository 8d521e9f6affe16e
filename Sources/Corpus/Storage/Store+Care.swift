internal import Bytes
public import FileFormats
internal import GRDB
internal import GramIndex
internal import Synchronization

/// What a whole store holds.
public struct StoreStatistics: Sendable, Hashable {
  public struct PerCorpus: Sendable, Hashable {
    public var samples = 0
    public var segments = 0
    public var openBatches = 0
    /// Samples removed whose bytes still take space.
    public var removed = 0
    public var rawBytes: Int64 = 0
    public var storedBytes: Int64 = 0
    /// Of the indexes.
    public var indexBytes: Int64 = 0
    /// Sealed segments that hunts read whole, because no index speaks for them.
    public var unindexedSegments = 0
    /// Seconds since 1970 UTC; nil when empty.
    public var firstSubmission: Int64?
    public var lastSubmission: Int64?
    public init() {}
  }
  public var corpora: [CorpusName: PerCorpus] = [:]
  /// Samples per type, all corpora together.
  public var types: [FileType: Int] = [:]
  /// Bytes of all indexes by what they hold.
  public var indexSections: [String: Int64] = [:]
  /// Bytes of the database file.
  public var databaseBytes: Int64 = 0
}

/// What `verify` found.
public struct VerifyReport: Sendable {
  public var segments = 0
  public var documents = 0
  public var rawBytes: Int64 = 0
  /// Each names its segment, and its sample where one sample is concerned.
  public var damages: [StoreError] = []
  /// Files in the store's folders that the catalogue does not know. They are no damage.
  public var unlisted: [String] = []
  /// Sealed segments whose index is missing, outdated or damaged: hunts of them are slower, and
  /// lose nothing.
  public var unindexed: [(segment: SegmentID, state: IndexState)] = []
  public var isIntact: Bool { damages.isEmpty }
}

extension Store {
  public func statistics() throws(StoreError) -> StoreStatistics {
    var result = StoreStatistics()
    for info in try segments() {
      var corpus = result.corpora[info.corpus] ?? StoreStatistics.PerCorpus()
      corpus.samples += info.documents
      corpus.segments += 1
      corpus.openBatches += info.state == .open ? 1 : 0
      corpus.removed += info.removed
      corpus.rawBytes += info.rawBytes
      corpus.storedBytes += info.storedBytes
      if info.state == .sealed {
        corpus.indexBytes += indexBytes(of: info.id)
        for (name, bytes) in index(of: info)?.sections ?? [] {
          result.indexSections[name, default: 0] += Int64(bytes)
        }
        corpus.unindexedSegments += indexState(of: info, for: indexer) == .current ? 0 : 1
      }
      if info.documents > 0 {
        if let first = info.firstSubmission {
          corpus.firstSubmission = min(corpus.firstSubmission ?? first, first)
        }
        if let last = info.lastSubmission {
          corpus.lastSubmission = max(corpus.lastSubmission ?? last, last)
        }
      }
      result.corpora[info.corpus] = corpus
    }
    result.types = try read { db in
      var types: [FileType: Int] = [:]
      let rows = try Row.fetchCursor(
        db, sql: "SELECT type, count(*) AS n FROM corpus_documents GROUP BY type")
      while let row = try rows.next() {
        let number: Int64 = row["type"]
        types[FileType(rawValue: UInt16(truncatingIfNeeded: number)) ?? .unknown, default: 0] +=
          row["n"]
      }
      return types
    }
    if case .file(let size)? = files.kind(layout.databasePath, following: true) {
      result.databaseBytes = Int64(size)
    }
    return result
  }

  /// Reads everything: every checksum, every SHA-256, and whether each listed sample is there.
  /// Damage is collected, not thrown; `progress` hears of each finished segment.
  public func verify(
    progress: (SegmentInfo, VerifyReport) -> Void = { _, _ in }
  ) throws(StoreError) -> VerifyReport {
    var report = VerifyReport()
    let segments = try segments()
    for info in segments {
      if info.state == .open && info.storedBytes == 0 { continue }
      try verify(info.id, &report)
      if info.state == .sealed {
        let state = indexState(of: info, for: indexer, thorough: true)
        if state != .current { report.unindexed.append((info.id, state)) }
      }
      report.segments += 1
      progress(info, report)
    }
    let known = Set(segments.map(\.id))
    for (folder, ending) in [(layout.segments, ".pack"), (layout.inbox, ".inbox")] {
      for name in (try? files.names(in: folder)) ?? [] {
        if let id = StoreLayout.segment(inName: name, ending: ending), !known.contains(id) {
          report.unlisted.append("\(folder)/\(name)")
        }
      }
    }
    return report
  }

  private func verify(_ id: SegmentID, _ report: inout VerifyReport) throws(StoreError) {
    let file: SegmentFile
    do throws(StoreError) {
      file = try currentFile(id)
    } catch {
      guard error.code != .database else { throw error }
      report.damages.append(error)
      return
    }
    report.damages += file.flaws.map { StoreError(.damaged, $0, subject: .segment(id)) }
    let listing = try read { try Catalogue.listing(id, $0) }
    var missing = Dictionary(
      listing.map { ($0.id, $0.sha256) }, uniquingKeysWith: { first, _ in first })
    let buffer = ByteBuffer()
    for index in 0..<file.documentCount {
      guard let entry = file.entry(index) else {
        report.damages.append(
          StoreError(
            .damaged, "entry \(index) of the document table is damaged", subject: .segment(id)))
        continue
      }
      // Removed samples are nobody's loss.
      guard missing.removeValue(forKey: entry.id) != nil else { continue }
      report.documents += 1
      report.rawBytes &+= Int64(clamping: entry.size)
      do throws(StoreError) {
        let digest = DigestStream(.sha256)
        try file.stream(entry, buffer) { (view) throws(StoreError) in digest.update(view) }
        guard digest.finished() == entry.sha256.bytes else {
          throw StoreError(.damaged, "its bytes do not have its SHA-256")
        }
        if file.labels(of: entry) == nil {
          throw StoreError(.damaged, "its names in the pack are damaged; the catalogue has them")
        }
      } catch {
        report.damages.append(error.concerning(entry.sha256, in: id))
      }
    }
    for (_, digest) in missing.sorted(by: { $0.key < $1.key }) {
      report.damages.append(
        StoreError(
          .damaged, "it is listed but not in the segment; add the sample again",
          subject: .sample(digest, id)))
    }
  }

  /// The segment's file as it is now, found again when it moves meanwhile.
  private func currentFile(_ id: SegmentID) throws(StoreError) -> SegmentFile {
    var last = StoreError(.notFound, "there is no such segment", subject: .segment(id))
    for _ in 0..<8 {
      let state = try read { (try Catalogue.segment(id, $0), try Catalogue.maskSeed(id, $0)) }
      guard let info = state.0 else { throw last }
      do throws(StoreError) {
        return try segmentFile(info, maskSeed: state.1)
      } catch {
        guard error.code == .notFound else { throw error }
        last = StoreError(
          .damaged, "the segment's file is missing; restore it from a copy", subject: .segment(id),
          underlying: error.underlying)
      }
    }
    throw last
  }

  /// Takes samples out of the corpus, of every corpus when none is named. They are at once
  /// invisible to readers opened from now on; `compact` gives their space back. Returns how many
  /// were there.
  @discardableResult
  public func remove(
    _ digests: [SHA256Digest], corpus: CorpusName? = nil
  ) throws(StoreError) -> Int {
    try requireWritable()
    return try batches.withLock { (batches) throws(StoreError) in
      batches = [:]
      return try write { db in
        var count = 0
        for digest in digests {
          for name in corpus.map({ [$0] }) ?? CorpusName.allCases
          where try Catalogue.remove(digest, name, db) != nil {
            count += 1
          }
        }
        return count
      }
    }
  }

  /// Writes the sample's bytes, unmasked, to a new file `folder/SHA256` and returns its path. The
  /// name is the digest alone: nothing a submitter chose, and no extension that would run.
  /// Checked against the SHA-256 before the file gets its name; an existing file is an error.
  public func export(_ sha256: SHA256Digest, toFolder folder: String) throws(StoreError) -> String {
    guard let record = try document(sha256: sha256) else {
      throw StoreError(.notFound, "there is no such sample", subject: .sample(sha256, nil))
    }
    let file = try currentFile(record.segment)
    let entry = (0..<file.documentCount).lazy.compactMap { file.entry($0) }.first {
      $0.id == record.id
    }
    guard let entry else {
      throw StoreError(
        .damaged, "its entry is damaged; add the sample again",
        subject: .sample(sha256, record.segment))
    }
    let path = "\(folder)/\(sha256.hex)"
    guard files.kind(path) == nil else {
      throw StoreError(.invalidArgument, "the file exists already", subject: .path(path))
    }
    let partial = "\(path).part"
    let digest = DigestStream(.sha256)
    do {
      try files.makeFolder(folder)
      let target = try files.open(partial, .create)
      var offset = 0
      do throws(StoreError) {
        try file.stream(entry, ByteBuffer()) { (view) throws(StoreError) in
          digest.update(view)
          do throws(SystemFailure) {
            try target.write(view, at: offset)
          } catch { throw StoreError(error, doing: "cannot export") }
          offset += view.count
        }
        guard digest.finished() == sha256.bytes else {
          throw StoreError(.damaged, "its bytes do not have its SHA-256; add the sample again")
        }
      } catch {
        try? files.remove(partial)
        throw error
      }
      try files.rename(partial, to: path)
    } catch let error as StoreError {
      throw error.code == .damaged ? error.concerning(sha256, in: record.segment) : error
    } catch let error as SystemFailure {
      throw StoreError(error, doing: "cannot export")
    } catch {
      throw StoreError(.system, "cannot export", subject: .path(path), underlying: "\(error)")
    }
    return path
  }
}
