internal import FileFormats
internal import Foundation
internal import GRDB

/// The tables that say which samples are in the store and where: the only place with their SQL.
///
/// Tables begin with `corpus_`, so that jobs and users keep theirs in the same file. A row of
/// `corpus_documents` is the acknowledgement of a sample. All statements run inside a transaction
/// the caller opened (`Database` argument).
enum Catalogue {
  static func migrate(_ database: DatabasePool) throws {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("corpus/1") { db in
      try db.execute(
        sql: """
          CREATE TABLE corpus_segments (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            corpus INTEGER NOT NULL,
            state INTEGER NOT NULL,
            documents INTEGER NOT NULL DEFAULT 0,
            removed INTEGER NOT NULL DEFAULT 0,
            raw_bytes INTEGER NOT NULL DEFAULT 0,
            stored_bytes INTEGER NOT NULL DEFAULT 0,
            first_submission INTEGER,
            last_submission INTEGER,
            identity INTEGER NOT NULL DEFAULT 0,
            mask_seed INTEGER NOT NULL,
            opened_at INTEGER NOT NULL
          );
          CREATE TABLE corpus_documents (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            corpus INTEGER NOT NULL,
            sha256 BLOB NOT NULL,
            sha1 BLOB NOT NULL,
            md5 BLOB NOT NULL,
            size INTEGER NOT NULL,
            type INTEGER NOT NULL,
            segment INTEGER NOT NULL REFERENCES corpus_segments (id),
            first_submission INTEGER NOT NULL,
            last_submission INTEGER NOT NULL,
            times_submitted INTEGER NOT NULL DEFAULT 1,
            source TEXT NOT NULL,
            altered INTEGER NOT NULL DEFAULT 0,
            UNIQUE (corpus, sha256)
          );
          CREATE INDEX corpus_documents_sha256 ON corpus_documents (sha256);
          CREATE INDEX corpus_documents_sha1 ON corpus_documents (sha1);
          CREATE INDEX corpus_documents_md5 ON corpus_documents (md5);
          CREATE INDEX corpus_documents_segment ON corpus_documents (segment);
          CREATE INDEX corpus_documents_altered ON corpus_documents (segment) WHERE altered;
          CREATE TABLE corpus_names (
            document INTEGER NOT NULL REFERENCES corpus_documents (id) ON DELETE CASCADE,
            name TEXT NOT NULL,
            position INTEGER NOT NULL,
            PRIMARY KEY (document, name)
          ) WITHOUT ROWID;
          CREATE TABLE corpus_removals (
            segment INTEGER NOT NULL REFERENCES corpus_segments (id) ON DELETE CASCADE,
            document INTEGER NOT NULL,
            PRIMARY KEY (segment, document)
          ) WITHOUT ROWID;
          """)
    }
    try migrator.migrate(database)
  }

  // MARK: Segments

  private static let segmentColumns = """
    id, corpus, state, documents, removed, raw_bytes, stored_bytes, first_submission,
    last_submission, identity
    """

  static func segment(_ id: SegmentID, _ db: Database) throws -> SegmentInfo? {
    try Row.fetchOne(
      db, sql: "SELECT \(segmentColumns) FROM corpus_segments WHERE id = ?", arguments: [id.number]
    ).flatMap(info)
  }

  /// In order of their numbers. All corpora when `corpus` is nil.
  static func segments(_ corpus: CorpusName?, _ db: Database) throws -> [SegmentInfo] {
    let rows =
      if let corpus {
        try Row.fetchAll(
          db, sql: "SELECT \(segmentColumns) FROM corpus_segments WHERE corpus = ? ORDER BY id",
          arguments: [corpus.number])
      } else {
        try Row.fetchAll(db, sql: "SELECT \(segmentColumns) FROM corpus_segments ORDER BY id")
      }
    return rows.compactMap(info)
  }

  private static func info(_ row: Row) -> SegmentInfo? {
    guard let corpus = CorpusName(number: row["corpus"]),
      let state = SegmentInfo.State(rawValue: row["state"])
    else { return nil }
    return SegmentInfo(
      id: SegmentID(row["id"]), corpus: corpus, state: state, documents: row["documents"],
      removed: row["removed"], rawBytes: row["raw_bytes"], storedBytes: row["stored_bytes"],
      firstSubmission: row["first_submission"], lastSubmission: row["last_submission"],
      identity: UInt64(bitPattern: row["identity"] as Int64))
  }

  static func maskSeed(_ id: SegmentID, _ db: Database) throws -> UInt64 {
    let seed = try Int64.fetchOne(
      db, sql: "SELECT mask_seed FROM corpus_segments WHERE id = ?", arguments: [id.number])
    return UInt64(bitPattern: seed ?? 0)
  }

  /// The number of the new, still empty batch.
  static func openSegment(
    _ corpus: CorpusName, maskSeed: UInt64, openedAt: Int64, _ db: Database
  ) throws -> SegmentID {
    try db.execute(
      sql: "INSERT INTO corpus_segments (corpus, state, mask_seed, opened_at) VALUES (?, 0, ?, ?)",
      arguments: [corpus.number, Int64(bitPattern: maskSeed), openedAt])
    return SegmentID(db.lastInsertedRowID)
  }

  static func openedAt(_ id: SegmentID, _ db: Database) throws -> Int64? {
    try Int64.fetchOne(
      db, sql: "SELECT opened_at FROM corpus_segments WHERE id = ?", arguments: [id.number])
  }

  /// What a group added to its open batch; `length` is the log's new acknowledged length.
  static func acknowledge(
    _ id: SegmentID, length: Int64, documents: Int, rawBytes: Int64, _ db: Database
  ) throws {
    try db.execute(
      sql: """
        UPDATE corpus_segments SET stored_bytes = ?, documents = documents + ?,
          raw_bytes = raw_bytes + ? WHERE id = ?
        """, arguments: [length, documents, rawBytes, id.number])
  }

  static func widenDates(_ id: SegmentID, to date: Int64, _ db: Database) throws {
    try db.execute(
      sql: """
        UPDATE corpus_segments
        SET first_submission = min(coalesce(first_submission, ?1), ?1),
          last_submission = max(coalesce(last_submission, ?1), ?1)
        WHERE id = ?2
        """, arguments: [date, id.number])
  }

  /// The pack of that identity is in place and holds `documents`: those still listed are in it.
  static func sealed(
    _ id: SegmentID, identity: UInt64, storedBytes: Int64, kept: [Int64], _ db: Database
  ) throws {
    try db.execute(
      sql: "UPDATE corpus_segments SET state = 1, identity = ?, stored_bytes = ? WHERE id = ?",
      arguments: [Int64(bitPattern: identity), storedBytes, id.number])
    try forgetRemovals(id, keeping: kept, db)
  }

  /// Forgets the removals of documents whose bytes are gone.
  private static func forgetRemovals(_ id: SegmentID, keeping kept: [Int64], _ db: Database) throws
  {
    let removed = try removals(id, db)
    guard !removed.isEmpty else { return }
    let stillThere = removed.intersection(kept)
    for document in removed.subtracting(stillThere) {
      try db.execute(
        sql: "DELETE FROM corpus_removals WHERE segment = ? AND document = ?",
        arguments: [id.number, document])
    }
    try db.execute(
      sql: "UPDATE corpus_segments SET removed = ? WHERE id = ?",
      arguments: [stillThere.count, id.number])
  }

  // MARK: Documents

  static func document(_ digest: SHA256Digest, _ corpus: CorpusName, _ db: Database) throws
    -> Int64?
  {
    let statement = try db.cachedStatement(
      sql: "SELECT id FROM corpus_documents WHERE corpus = ? AND sha256 = ?")
    return try Int64.fetchOne(statement, arguments: [corpus.number, Data(digest.bytes)])
  }

  static func insert(
    _ entry: DocumentEntry, corpus: CorpusName, segment: SegmentID, source: String, _ db: Database
  ) throws {
    let statement = try db.cachedStatement(
      sql: """
        INSERT INTO corpus_documents (id, corpus, sha256, sha1, md5, size, type, segment,
          first_submission, last_submission, times_submitted, source)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """)
    try statement.execute(arguments: [
      entry.id, corpus.number, Data(entry.sha256.bytes), Data(entry.sha1), Data(entry.md5),
      Int64(clamping: entry.size), Int64(entry.type.rawValue), segment.number,
      entry.firstSubmission, entry.lastSubmission, Int64(entry.timesSubmitted), source,
    ])
  }

  static func lastDocument(_ db: Database) throws -> Int64 {
    try Int64.fetchOne(db, sql: "SELECT seq FROM sqlite_sequence WHERE name = 'corpus_documents'")
      ?? 0
  }

  /// Counts one more submission of a document already here.
  static func resubmitted(_ document: Int64, at date: Int64, _ db: Database) throws {
    let statement = try db.cachedStatement(
      sql: """
        UPDATE corpus_documents SET times_submitted = times_submitted + 1,
          altered = altered OR ?1 < first_submission OR ?1 > last_submission,
          first_submission = min(first_submission, ?1), last_submission = max(last_submission, ?1)
        WHERE id = ?2
        """)
    try statement.execute(arguments: [date, document])
    let segment = try Int64.fetchOne(
      db, sql: "SELECT segment FROM corpus_documents WHERE id = ?", arguments: [document])
    if let segment { try widenDates(SegmentID(segment), to: date, db) }
  }

  /// Adds the name unless the document has it or has `limit` names already.
  static func name(_ document: Int64, _ name: String, limit: Int, _ db: Database) throws {
    let statement = try db.cachedStatement(
      sql: """
        INSERT OR IGNORE INTO corpus_names (document, name, position)
        SELECT ?1, ?2, n FROM (SELECT count(*) AS n FROM corpus_names WHERE document = ?1)
        WHERE n < ?3
        """)
    try statement.execute(arguments: [document, name, limit])
  }

  /// From now on the dates and names in the document's entry are not those of the catalogue.
  static func markAltered(_ document: Int64, _ db: Database) throws {
    let statement = try db.cachedStatement(
      sql: "UPDATE corpus_documents SET altered = 1 WHERE id = ?")
    try statement.execute(arguments: [document])
  }

  enum Key: Sendable {
    case sha256(SHA256Digest)
    case sha1([UInt8])
    case md5([UInt8])
  }

  /// Of several corpora the first of `CorpusName` wins.
  static func record(_ key: Key, corpus: CorpusName?, _ db: Database) throws -> SampleRecord? {
    let column: String
    let value: Data
    switch key {
    case .sha256(let digest): (column, value) = ("sha256", Data(digest.bytes))
    case .sha1(let bytes): (column, value) = ("sha1", Data(bytes))
    case .md5(let bytes): (column, value) = ("md5", Data(bytes))
    }
    var sql = "SELECT * FROM corpus_documents WHERE \(column) = ?"
    var arguments: StatementArguments = [value]
    if let corpus {
      sql += " AND corpus = ?"
      arguments += [corpus.number]
    }
    sql += " ORDER BY corpus, id LIMIT 1"
    guard let row = try Row.fetchOne(db, sql: sql, arguments: arguments) else { return nil }
    return try record(row, db)
  }

  static func record(_ row: Row, _ db: Database) throws -> SampleRecord? {
    let sha256: Data = row["sha256"]
    let sha1: Data = row["sha1"]
    let md5: Data = row["md5"]
    guard let digest = SHA256Digest([UInt8](sha256)), let corpus = CorpusName(number: row["corpus"])
    else { return nil }
    let id: Int64 = row["id"]
    return SampleRecord(
      id: id, sha256: digest, sha1: [UInt8](sha1), md5: [UInt8](md5), size: row["size"],
      type: FileType(rawValue: UInt16(truncatingIfNeeded: row["type"] as Int64)) ?? .unknown,
      corpus: corpus, segment: SegmentID(row["segment"]),
      firstSubmission: row["first_submission"], lastSubmission: row["last_submission"],
      timesSubmitted: row["times_submitted"], source: row["source"],
      names: try names(id, db))
  }

  static func names(_ document: Int64, _ db: Database) throws -> [String] {
    try String.fetchAll(
      db, sql: "SELECT name FROM corpus_names WHERE document = ? ORDER BY position",
      arguments: [document])
  }

  /// Every document of a segment that is not removed, by number.
  static func contents(_ id: SegmentID, _ db: Database) throws -> [SampleRecord] {
    try Row.fetchAll(
      db, sql: "SELECT * FROM corpus_documents WHERE segment = ? ORDER BY id",
      arguments: [id.number]
    ).compactMap { try record($0, db) }
  }

  /// Number and digest of every document of a segment that is not removed.
  static func listing(_ id: SegmentID, _ db: Database) throws -> [(id: Int64, sha256: SHA256Digest)]
  {
    try Row.fetchAll(
      db, sql: "SELECT id, sha256 FROM corpus_documents WHERE segment = ? ORDER BY id",
      arguments: [id.number]
    ).compactMap { row in
      let bytes: Data = row["sha256"]
      return SHA256Digest([UInt8](bytes)).map { (row["id"], $0) }
    }
  }

  // MARK: What changed since the file was written

  static func removals(_ id: SegmentID, _ db: Database) throws -> Set<Int64> {
    try Int64.fetchSet(
      db, sql: "SELECT document FROM corpus_removals WHERE segment = ?", arguments: [id.number])
  }

  /// Submission dates of documents whose dates or names are not those of their entry any more.
  static func alteredDates(_ id: SegmentID, _ db: Database) throws -> [Int64: ClosedRange<Int64>] {
    var result: [Int64: ClosedRange<Int64>] = [:]
    let rows = try Row.fetchCursor(
      db,
      sql: """
        SELECT id, first_submission, last_submission FROM corpus_documents
        WHERE segment = ? AND altered
        """, arguments: [id.number])
    while let row = try rows.next() {
      let first: Int64 = row["first_submission"]
      let last: Int64 = row["last_submission"]
      result[row["id"]] = min(first, last)...max(first, last)
    }
    return result
  }

  /// Takes the sample out of the catalogue; its bytes stay until the segment is written anew.
  /// Returns the size, or nil when there was no such sample.
  static func remove(_ digest: SHA256Digest, _ corpus: CorpusName, _ db: Database) throws -> Int64?
  {
    guard
      let row = try Row.fetchOne(
        db, sql: "SELECT id, segment, size FROM corpus_documents WHERE corpus = ? AND sha256 = ?",
        arguments: [corpus.number, Data(digest.bytes)])
    else { return nil }
    let id: Int64 = row["id"]
    let segment: Int64 = row["segment"]
    let size: Int64 = row["size"]
    try db.execute(
      sql: "INSERT OR IGNORE INTO corpus_removals (segment, document) VALUES (?, ?)",
      arguments: [segment, id])
    try db.execute(sql: "DELETE FROM corpus_documents WHERE id = ?", arguments: [id])
    try db.execute(
      sql: """
        UPDATE corpus_segments SET documents = documents - 1, removed = removed + 1,
          raw_bytes = raw_bytes - ? WHERE id = ?
        """, arguments: [size, segment])
    return size
  }
}
