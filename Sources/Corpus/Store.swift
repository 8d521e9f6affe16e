internal import Bytes
public import FileFormats
public import GRDB
internal import Synchronization

/// One data directory: samples, their catalogue, and the database that jobs and users share.
///
/// Law: acknowledged means durable. A sample is acknowledged when `Ingestor` reports it `added`;
/// from then on no kill and no power loss takes it away. Layout and protocols:
/// Documentation/Formats/pack.md, inbox.md and store.md.
///
/// Thread rule: `Store` may be used from any thread; a `SegmentReader` and an `Ingestor` belong to
/// one thread at a time. Any number of processes may read while one writes.
public final class Store: Sendable {
  public enum Mode: Sendable, Hashable {
    /// Nothing is written. The store must exist.
    case readOnly
    /// The database may be written (jobs), the corpus not; any number of processes at once.
    case database
    /// The corpus may be changed too: takes the writer's lock, repairs what a crash left.
    case readWrite
  }

  public let directory: String
  public let mode: Mode
  /// For the tables of jobs and users, with their own migrator. Tables that begin with `corpus_`
  /// are the store's.
  public let database: DatabasePool

  let layout: StoreLayout
  let files: FileSystem
  let indexes: SegmentIndexes
  /// Makes the indexes of segments as they are sealed; nil: they are made later, by `reindex`.
  public let indexer: (any SegmentIndexing)?
  /// Held while an index is made.
  let indexing = Mutex<Void>(())
  /// Held while the object lives; nil unless `readWrite`.
  private let lock: WriterLock?
  /// The batches that take samples; whoever appends or seals holds it.
  let batches: Mutex<[CorpusName: OpenBatch]>

  /// Opens the store and creates it where there is none (not in `readOnly`).
  ///
  /// - Parameter mappedIndexes: bytes of indexes that stay in memory between hunts.
  /// - Throws: `locked`, `notFound`, `denied`, `readOnly`, `diskFull`, `database`.
  public convenience init(
    directory: String, mode: Mode, indexer: (any SegmentIndexing)? = nil,
    mappedIndexes: Int = 64 << 20
  ) throws(StoreError) {
    try self.init(
      directory: directory, mode: mode, files: FileSystem(), indexer: indexer,
      mappedIndexes: mappedIndexes)
  }

  init(
    directory: String, mode: Mode, files: FileSystem, indexer: (any SegmentIndexing)? = nil,
    mappedIndexes: Int = 64 << 20
  ) throws(StoreError) {
    let trimmed =
      directory.count > 1 && directory.hasSuffix("/") ? String(directory.dropLast()) : directory
    let layout = StoreLayout(directory: trimmed)
    self.directory = trimmed
    self.mode = mode
    self.files = files
    self.indexer = indexer
    indexes = SegmentIndexes(limit: mappedIndexes)
    self.layout = layout
    batches = Mutex([:])
    if files.kind(layout.databasePath, following: true) == nil {
      guard mode != .readOnly else {
        throw StoreError(
          .notFound, "there is no store here; `retrohunt ingest` makes one",
          subject: .store(trimmed))
      }
      do throws(SystemFailure) {
        for folder in [layout.segments, layout.inbox, layout.spool] { try files.makeFolder(folder) }
        for folder in [layout.inbox, layout.directory] { try files.syncFolder(folder) }
      } catch {
        throw StoreError(error, doing: "cannot create the store")
      }
    }
    lock = mode == .readWrite ? try WriterLock(layout, files) : nil
    var configuration = Configuration()
    configuration.busyMode = .timeout(20)
    configuration.readonly = mode == .readOnly
    configuration.label = "retrohunt"
    if mode != .readOnly {
      // The acknowledgement is a commit: it must be on the disk when it returns.
      configuration.prepareDatabase { try $0.execute(sql: "PRAGMA synchronous = FULL") }
    }
    do {
      database = try DatabasePool(path: layout.databasePath, configuration: configuration)
      if mode == .readOnly {
        let ready = try database.read { try $0.tableExists("corpus_segments") }
        guard ready else {
          throw StoreError(
            .notFound, "the store is empty; `retrohunt ingest` fills it",
            subject: .store(trimmed))
        }
      } else {
        try Catalogue.migrate(database)
      }
    } catch let error as StoreError {
      throw error
    } catch {
      throw StoreError(
        database: error, doing: "cannot open the catalogue", path: layout.databasePath)
    }
    if mode == .readWrite {
      do throws(SystemFailure) {
        for folder in [layout.segments, layout.inbox, layout.spool] { try files.makeFolder(folder) }
        try files.syncFolder(layout.directory)
      } catch {
        throw StoreError(error, doing: "cannot open the store")
      }
      try recover()
    }
  }

  /// A channel for new samples. `date` is their submission date in seconds since 1970 UTC.
  public func makeIngestor(
    corpus: CorpusName, date: Int64, options: IngestOptions = IngestOptions(),
    report: @escaping (IngestEvent) -> Void
  ) throws(StoreError) -> Ingestor {
    try requireWritable()
    return Ingestor(self, corpus: corpus, date: date, options: options, report: report)
  }

  // MARK: Reading

  /// Sealed and open segments, in order of their numbers.
  public func segments(corpus: CorpusName? = nil) throws(StoreError) -> [SegmentInfo] {
    try read { try Catalogue.segments(corpus, $0) }
  }

  /// Nil for a number never given.
  public func segment(_ id: SegmentID) throws(StoreError) -> SegmentInfo? {
    try read { try Catalogue.segment(id, $0) }
  }

  /// The samples that the catalogue lists in a segment, in no particular order; none for a number
  /// never given.
  public func samples(of id: SegmentID) throws(StoreError) -> [SHA256Digest] {
    try read { try Catalogue.listing(id, $0) }.map(\.sha256)
  }

  /// Opens a segment for reading. Throws `notFound` for a number never given, `damaged` when the
  /// file as a whole cannot be read.
  public func reader(for id: SegmentID) throws(StoreError) -> SegmentReader {
    var last: StoreError?
    // A batch that is being sealed leaves the inbox just after its pack is listed: ask again.
    for _ in 0..<8 {
      let state = try read { db in
        (
          info: try Catalogue.segment(id, db), seed: try Catalogue.maskSeed(id, db),
          removed: try Catalogue.removals(id, db), dates: try Catalogue.alteredDates(id, db)
        )
      }
      guard let info = state.info else {
        throw StoreError(.notFound, "there is no such segment", subject: .segment(id))
      }
      do throws(StoreError) {
        let file = try segmentFile(info, maskSeed: state.seed)
        return try SegmentReader(info, file, removed: state.removed, dates: state.dates) {
          () throws(StoreError) in try read { try Catalogue.listing(id, $0) }
        }
      } catch {
        guard error.code == .notFound else { throw error }
        last = error
      }
    }
    throw StoreError(
      .damaged, "the segment's file is missing; restore it from a copy", subject: .segment(id),
      underlying: last?.underlying)
  }

  func segmentFile(_ info: SegmentInfo, maskSeed: UInt64) throws(StoreError) -> SegmentFile {
    switch info.state {
    case .sealed:
      return try SegmentFile(pack: layout.pack(info.id), segment: info.id, files: files)
    case .open:
      return try SegmentFile(
        inbox: layout.inboxLog(info.id), segment: info.id, corpus: info.corpus,
        length: Int(clamping: info.storedBytes), maskSeed: maskSeed, files: files)
    }
  }

  public func document(
    sha256: SHA256Digest, corpus: CorpusName? = nil
  ) throws(StoreError) -> SampleRecord? {
    try read { try Catalogue.record(.sha256(sha256), corpus: corpus, $0) }
  }

  /// `sha1` is 20 bytes.
  public func document(sha1: [UInt8], corpus: CorpusName? = nil) throws(StoreError) -> SampleRecord?
  {
    try read { try Catalogue.record(.sha1(sha1), corpus: corpus, $0) }
  }

  /// `md5` is 16 bytes.
  public func document(md5: [UInt8], corpus: CorpusName? = nil) throws(StoreError) -> SampleRecord?
  {
    try read { try Catalogue.record(.md5(md5), corpus: corpus, $0) }
  }

  /// The sample of that digest in hexadecimal: SHA-256, SHA-1 or MD5 by its length.
  public func document(hex: String) throws(StoreError) -> SampleRecord? {
    guard let bytes = Digest.bytes(hexadecimal: hex) else { return nil }
    switch bytes.count {
    case 32:
      return try SHA256Digest(bytes).flatMap { (digest) throws(StoreError) in
        try document(sha256: digest)
      }
    case 20: return try document(sha1: bytes)
    case 16: return try document(md5: bytes)
    default: return nil
    }
  }

  /// All bytes of a sample, checked against its SHA-256.
  public func read(_ sha256: SHA256Digest) throws(StoreError) -> [UInt8] {
    let buffer = ByteBuffer()
    return try open(sha256, into: buffer).array
  }

  /// The sample's bytes as a view into `buffer` or the reader, checked against the SHA-256.
  private func open(_ sha256: SHA256Digest, into buffer: ByteBuffer) throws(StoreError) -> ByteView
  {
    // The sample may move (sealing) between the two questions: ask again.
    for _ in 0..<4 {
      guard let record = try document(sha256: sha256) else { break }
      let reader = try reader(for: record.segment)
      for index in 0..<reader.count {
        guard let document = try? reader.document(at: index), document.id == record.id else {
          continue
        }
        let view = try reader.read(index, into: buffer)
        guard SHA256Digest(of: view) == sha256 else {
          throw StoreError(
            .damaged, "its bytes do not have its SHA-256; add the sample again",
            subject: .sample(sha256, record.segment))
        }
        buffer.truncate()
        guard buffer.append(view.array) else {
          throw StoreError(.memory, "not enough memory", subject: .sample(sha256, record.segment))
        }
        return buffer.view
      }
      guard let now = try document(sha256: sha256), now.id == record.id else { continue }
      throw StoreError(
        .damaged, "its entry is damaged; add the sample again",
        subject: .sample(sha256, record.segment))
    }
    throw StoreError(.notFound, "there is no such sample", subject: .sample(sha256, nil))
  }

  // MARK: Database access with the store's errors

  func read<T>(_ body: (Database) throws -> T) throws(StoreError) -> T {
    do { return try database.read(body) } catch let error as StoreError { throw error } catch {
      throw StoreError(
        database: error, doing: "cannot read the catalogue", path: layout.databasePath)
    }
  }

  func write<T>(_ body: (Database) throws -> T) throws(StoreError) -> T {
    do { return try database.write(body) } catch let error as StoreError { throw error } catch {
      throw StoreError(
        database: error, doing: "cannot write the catalogue", path: layout.databasePath)
    }
  }

  func requireWritable() throws(StoreError) {
    guard mode == .readWrite else {
      throw StoreError(
        .readOnly, "the store was not opened for changing the corpus", subject: .store(directory))
    }
  }
}

extension StoreError {
  /// SQLite's error in the store's words.
  init(database error: any Error, doing what: String, path: String) {
    let text = String(describing: error)
    guard let error = error as? DatabaseError else {
      self.init(.database, what, subject: .path(path), underlying: text)
      return
    }
    switch error.resultCode {
    case .SQLITE_FULL:
      self.init(
        .diskFull,
        "\(what): the disk is full; what was acknowledged is safe; free space and run the same again",
        subject: .path(path), underlying: text)
    case .SQLITE_READONLY:
      self.init(
        .readOnly, "\(what): the data directory is read-only", subject: .path(path),
        underlying: text)
    case .SQLITE_CANTOPEN, .SQLITE_PERM, .SQLITE_AUTH:
      self.init(
        .denied, "\(what): it may not be opened; check the owner and mode of the data directory",
        subject: .path(path), underlying: text)
    case .SQLITE_CORRUPT, .SQLITE_NOTADB:
      self.init(
        .damaged, "\(what): the database is damaged; restore it from a copy", subject: .path(path),
        underlying: text)
    default:
      self.init(.database, what, subject: .path(path), underlying: text)
    }
  }
}
