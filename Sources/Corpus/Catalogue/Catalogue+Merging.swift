internal import GRDB

/// Rows of segments that are no segments: states that `SegmentInfo.State` does not have, so that no
/// reader sees them.
extension Catalogue {
  /// Its pack is being written; none of its documents is listed yet.
  private static let unfinishedState = 2
  /// Its documents were moved to another segment; its files are to be removed.
  private static let replacedState = 3

  /// The number of a segment whose pack is about to be written.
  static func buildSegment(
    _ corpus: CorpusName, maskSeed: UInt64, _ db: Database
  ) throws -> SegmentID {
    try db.execute(
      sql: "INSERT INTO corpus_segments (corpus, state, mask_seed, opened_at) VALUES (?, ?, ?, 0)",
      arguments: [corpus.number, unfinishedState, Int64(bitPattern: maskSeed)])
    return SegmentID(db.lastInsertedRowID)
  }

  /// Moves the documents of sealed segments over to the one whose pack holds them.
  static func replace(
    _ old: [SegmentID], by id: SegmentID, identity: UInt64, storedBytes: Int64, _ db: Database
  ) throws {
    for segment in old {
      try db.execute(
        sql: "UPDATE corpus_documents SET segment = ? WHERE segment = ?",
        arguments: [id.number, segment.number])
      try db.execute(
        sql: "DELETE FROM corpus_removals WHERE segment = ?", arguments: [segment.number])
      try db.execute(
        sql: "UPDATE corpus_segments SET state = ? WHERE id = ?",
        arguments: [replacedState, segment.number])
    }
    try db.execute(
      sql: """
        UPDATE corpus_segments SET state = 1, identity = ?1, stored_bytes = ?2,
          documents = (SELECT count(*) FROM corpus_documents WHERE segment = ?3),
          raw_bytes = (SELECT coalesce(sum(size), 0) FROM corpus_documents WHERE segment = ?3),
          first_submission =
            (SELECT min(first_submission) FROM corpus_documents WHERE segment = ?3),
          last_submission = (SELECT max(last_submission) FROM corpus_documents WHERE segment = ?3)
        WHERE id = ?3
        """, arguments: [Int64(bitPattern: identity), storedBytes, id.number])
  }

  static func replaced(_ db: Database) throws -> [SegmentID] { try ids(replacedState, db) }

  static func unfinished(_ db: Database) throws -> [SegmentID] { try ids(unfinishedState, db) }

  private static func ids(_ state: Int, _ db: Database) throws -> [SegmentID] {
    try Int64.fetchAll(
      db, sql: "SELECT id FROM corpus_segments WHERE state = ? ORDER BY id", arguments: [state]
    ).map { SegmentID($0) }
  }

  /// Takes rows away whose files are gone. A segment's number is never given again.
  static func forget(_ ids: [SegmentID], _ db: Database) throws {
    for id in ids {
      try db.execute(
        sql: "DELETE FROM corpus_segments WHERE id = ? AND state IN (?, ?)",
        arguments: [id.number, unfinishedState, replacedState])
    }
  }
}
