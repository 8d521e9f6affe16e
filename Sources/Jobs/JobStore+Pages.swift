import Foundation
import GRDB
public import VirusTotalModel

/// Which jobs a listing shows. Values of one key are alternatives; an empty set does not filter.
public struct JobFilter: Sendable, Hashable {
  public var statuses: Set<JobStatus> = []
  public var corpora: Set<String> = []
  public init() {}
}

/// A page of rows: an item's position is what a cursor keeps, so that a listing goes on where it
/// was whatever has been added or removed meanwhile.
public struct JobPage<Item: Sendable>: Sendable {
  public let items: [Item]
  /// The position of the last item when more follow.
  public let next: Int64?
  /// Items of the whole collection.
  public let count: Int

  func map<Other: Sendable>(_ transform: (Item) -> Other) -> JobPage<Other> {
    JobPage<Other>(items: items.map(transform), next: next, count: count)
  }
}

/// A recorded match: one (file, rule) pair, positions in order of discovery.
public struct RecordedMatch: Sendable, Hashable {
  public let position: Int64
  public let sha256: String
  public let rule: String
  public let tags: [String]
}

extension JobStore {
  /// Nil when there is no such job, or it is another user's.
  func job(id: String, owner: String) throws -> Job? {
    try database.read { db in
      try Row.fetchOne(
        db, sql: "SELECT \(Job.columns) FROM jobs WHERE id = ? AND owner = ?",
        arguments: [id, owner]
      ).map(Job.init)
    }
  }

  /// The owner's jobs by creation, newest first unless `ascending`; those after the position.
  func jobs(
    owner: String, filter: JobFilter, ascending: Bool, after position: Int64?, limit: Int
  ) throws -> JobPage<Job> {
    var conditions = ["owner = ?"]
    var arguments: StatementArguments = [owner]
    func admit(_ column: String, _ values: [String]) {
      guard !values.isEmpty else { return }
      conditions.append("\(column) IN (\(values.map { _ in "?" }.joined(separator: ", ")))")
      arguments += StatementArguments(values)
    }
    admit("status", filter.statuses.map(\.rawValue).sorted())
    admit("corpus", filter.corpora.sorted())
    let countSQL = "SELECT COUNT(*) FROM jobs WHERE \(conditions.joined(separator: " AND "))"
    let countArguments = arguments
    if let position {
      conditions.append(ascending ? "seq > ?" : "seq < ?")
      arguments += [position]
    }
    arguments += [limit + 1]
    let pageSQL = """
      SELECT \(Job.columns) FROM jobs WHERE \(conditions.joined(separator: " AND "))
      ORDER BY seq \(ascending ? "ASC" : "DESC") LIMIT ?
      """
    let pageArguments = arguments
    return try database.read { db in
      let count = try Int.fetchOne(db, sql: countSQL, arguments: countArguments) ?? 0
      let jobs = try Row.fetchAll(db, sql: pageSQL, arguments: pageArguments).map(Job.init)
      return page(of: jobs, limit: limit, count: count, position: \.sequence)
    }
  }

  /// The job's matches inside the time range; throws `JobError.notFound`.
  func matches(
    id: String, owner: String, after position: Int64?, limit: Int
  ) throws -> JobPage<RecordedMatch> {
    try database.read { db in
      let (sequence, count) = try self.counted("num_matches", db, id: id, owner: owner)
      let rows = try Row.fetchAll(
        db,
        sql: """
          SELECT seq, sha256, rule, tags FROM job_matches
          WHERE job = ? AND outside = 0 AND seq > ? ORDER BY seq LIMIT ?
          """, arguments: [sequence, position ?? 0, limit + 1])
      let matches = rows.map { row in
        RecordedMatch(
          position: row["seq"], sha256: row["sha256"], rule: row["rule"],
          tags: Self.tags(row["tags"]))
      }
      return page(of: matches, limit: limit, count: count, position: \.position)
    }
  }

  /// What the job's hunt asks of indexes, as JSON text; nil before it is planned. Throws
  /// `JobError.notFound`.
  func explanation(id: String, owner: String) throws -> String? {
    try database.read { db in
      guard
        let row = try Row.fetchOne(
          db,
          sql: """
            SELECT plan FROM jobs LEFT JOIN job_plans ON job = seq WHERE id = ? AND owner = ?
            """, arguments: [id, owner])
      else { throw JobError.notFound(id) }
      return row["plan"]
    }
  }

  /// The files the job did not look into, with reasons; throws `JobError.notFound`.
  func skipped(
    id: String, owner: String, after position: Int64?, limit: Int
  ) throws -> JobPage<SkippedSample> {
    try database.read { db in
      let (sequence, count) = try self.counted("num_skipped", db, id: id, owner: owner)
      let rows = try Row.fetchAll(
        db,
        sql: """
          SELECT seq, sha256, reason FROM job_skipped WHERE job = ? AND seq > ?
          ORDER BY seq LIMIT ?
          """, arguments: [sequence, position ?? 0, limit + 1])
      let found = rows.map { row in
        (
          position: row["seq"] as Int64,
          sample: SkippedSample(sha256: row["sha256"], reason: row["reason"])
        )
      }
      return page(of: found, limit: limit, count: count, position: \.position).map(\.sample)
    }
  }

  /// What bounds left out of scanned files; throws `JobError.notFound`.
  func limited(
    id: String, owner: String, after position: Int64?, limit: Int
  ) throws -> JobPage<LimitedSample> {
    try database.read { db in
      let (sequence, count) = try self.counted(
        "(SELECT COUNT(*) FROM job_limited WHERE job = jobs.seq)", db, id: id, owner: owner)
      let rows = try Row.fetchAll(
        db,
        sql: """
          SELECT seq, sha256, bound, rule, string, message FROM job_limited
          WHERE job = ? AND seq > ? ORDER BY seq LIMIT ?
          """, arguments: [sequence, position ?? 0, limit + 1])
      let found = rows.map { row in
        (
          position: row["seq"] as Int64,
          sample: LimitedSample(
            sha256: row["sha256"], limit: row["bound"], rule: row["rule"], string: row["string"],
            message: row["message"])
        )
      }
      return page(of: found, limit: limit, count: count, position: \.position).map(\.sample)
    }
  }

  private func counted(
    _ column: String, _ db: Database, id: String, owner: String
  ) throws -> (sequence: Int64, count: Int) {
    guard
      let row = try Row.fetchOne(
        db, sql: "SELECT seq, \(column) AS total FROM jobs WHERE id = ? AND owner = ?",
        arguments: [id, owner])
    else { throw JobError.notFound(id) }
    return (row["seq"], row["total"])
  }

  /// `items` holds one more than the limit when more follow.
  private func page<Item>(
    of items: [Item], limit: Int, count: Int, position: (Item) -> Int64
  ) -> JobPage<Item> {
    let shown = Array(items.prefix(limit))
    let next = items.count > limit ? shown.last.map(position) : nil
    return JobPage(items: shown, next: next, count: count)
  }

  /// Tags are identifiers: a space separates them.
  static func tags(_ text: String) -> [String] { text.split(separator: " ").map(String.init) }
}
