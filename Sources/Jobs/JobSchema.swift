import Foundation
import GRDB
import VirusTotalModel

/// The tables of jobs, in the database file of the store.
///
/// job_owners   one row a user: the last job number given out, which outlives deleted jobs
/// jobs         one row a job; the rule text is a blob (it may hold any byte) and the last column,
///              so that what is polled lies in front of it
/// job_units    the work of a job; attempts counts begins without an end
/// job_matches  (file, rule) pairs in order of discovery, also those outside the time range
/// job_plans    what the hunt asks of indexes, as JSON text; apart, so that polls do not read it
/// job_skipped  files that were not looked into
/// job_limited  what bounds left out of files that were
enum JobSchema {
  static var migrator: DatabaseMigrator {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("jobs-1") { db in
      try db.execute(
        sql: """
          CREATE TABLE job_owners (
            user TEXT NOT NULL PRIMARY KEY,
            last_number INTEGER NOT NULL,
            month INTEGER NOT NULL,
            created_in_month INTEGER NOT NULL
          ) WITHOUT ROWID;
          CREATE TABLE jobs (
            seq INTEGER PRIMARY KEY AUTOINCREMENT,
            id TEXT NOT NULL UNIQUE,
            owner TEXT NOT NULL,
            corpus TEXT NOT NULL,
            status TEXT NOT NULL,
            creation_date INTEGER NOT NULL,
            start_date INTEGER,
            finish_date INTEGER,
            range_start INTEGER,
            range_end INTEGER,
            notification_email TEXT,
            notify_due INTEGER NOT NULL DEFAULT 0,
            progress INTEGER NOT NULL DEFAULT 0,
            planned INTEGER NOT NULL DEFAULT 0,
            files_total INTEGER NOT NULL DEFAULT 0,
            files_done INTEGER NOT NULL DEFAULT 0,
            bytes_total INTEGER NOT NULL DEFAULT 0,
            resume_date INTEGER,
            resume_files INTEGER NOT NULL DEFAULT 0,
            num_matches INTEGER NOT NULL DEFAULT 0,
            num_outside INTEGER NOT NULL DEFAULT 0,
            scanned_bytes INTEGER NOT NULL DEFAULT 0,
            files INTEGER NOT NULL DEFAULT 0,
            pruned_by_index INTEGER NOT NULL DEFAULT 0,
            pruned_by_facts INTEGER NOT NULL DEFAULT 0,
            scanned_files INTEGER NOT NULL DEFAULT 0,
            num_skipped INTEGER NOT NULL DEFAULT 0,
            abort_reason TEXT,
            rules BLOB NOT NULL
          );
          CREATE INDEX jobs_by_owner ON jobs (owner, seq);
          CREATE INDEX jobs_unfinished ON jobs (status, seq)
            WHERE status NOT IN ('finished', 'aborted');
          CREATE TABLE job_units (
            job INTEGER NOT NULL REFERENCES jobs (seq) ON DELETE CASCADE,
            unit TEXT NOT NULL,
            files INTEGER NOT NULL,
            bytes INTEGER NOT NULL,
            done INTEGER NOT NULL DEFAULT 0,
            attempts INTEGER NOT NULL DEFAULT 0,
            PRIMARY KEY (job, unit)
          ) WITHOUT ROWID;
          CREATE TABLE job_matches (
            seq INTEGER PRIMARY KEY,
            job INTEGER NOT NULL REFERENCES jobs (seq) ON DELETE CASCADE,
            sha256 TEXT NOT NULL,
            rule TEXT NOT NULL,
            tags TEXT NOT NULL,
            outside INTEGER NOT NULL,
            UNIQUE (job, sha256, rule)
          );
          CREATE INDEX job_matches_listed ON job_matches (job, outside, seq);
          CREATE TABLE job_skipped (
            seq INTEGER PRIMARY KEY,
            job INTEGER NOT NULL REFERENCES jobs (seq) ON DELETE CASCADE,
            sha256 TEXT NOT NULL,
            reason TEXT NOT NULL,
            UNIQUE (job, sha256)
          );
          """)
    }
    migrator.registerMigration("jobs-2") { db in
      try db.execute(
        sql: """
          CREATE TABLE job_plans (
            job INTEGER PRIMARY KEY REFERENCES jobs (seq) ON DELETE CASCADE,
            plan TEXT NOT NULL
          )
          """)
    }
    // What a done unit has added to its job, so that it can be taken back when its samples move.
    migrator.registerMigration("jobs-3") { db in
      for column in ["counted", "scanned_bytes", "pruned_by_index", "pruned_by_facts", "scanned_files", "skipped"] {
        try db.execute(
          sql: "ALTER TABLE job_units ADD COLUMN \(column) INTEGER NOT NULL DEFAULT 0")
      }
    }
    migrator.registerMigration("jobs-4") { db in
      try db.execute(
        sql: """
          CREATE TABLE job_limited (
            seq INTEGER PRIMARY KEY,
            job INTEGER NOT NULL REFERENCES jobs (seq) ON DELETE CASCADE,
            sha256 TEXT NOT NULL,
            bound TEXT NOT NULL,
            rule TEXT NOT NULL,
            string TEXT NOT NULL,
            message TEXT NOT NULL,
            UNIQUE (job, sha256, message)
          )
          """)
    }
    return migrator
  }
}

extension Job {
  static let columns = """
    seq, id, owner, corpus, status, creation_date, start_date, finish_date, range_start, range_end,
    notification_email, progress, files_total, files_done, bytes_total, resume_date, resume_files,
    num_matches, num_outside, scanned_bytes, files, pruned_by_index, pruned_by_facts,
    scanned_files, num_skipped, abort_reason, rules
    """

  init(_ row: Row) throws {
    func number(_ name: String) -> Int64 { (row[name] as Int64?) ?? 0 }
    let text: String = row["status"]
    guard let status = JobStatus(rawValue: text) else {
      throw DatabaseError(message: "job \(row["id"] as String) has the unknown status \(text)")
    }
    sequence = row["seq"]
    id = row["id"]
    owner = row["owner"]
    corpus = row["corpus"]
    self.status = status
    creationDate = row["creation_date"]
    startDate = row["start_date"]
    finishDate = row["finish_date"]
    if let start = row["range_start"] as Int64?, let end = row["range_end"] as Int64? {
      timeRange = TimeRange(start: start, end: end)
    } else {
      timeRange = nil
    }
    notificationEmail = row["notification_email"]
    progress = number("progress")
    filesTotal = number("files_total")
    filesDone = number("files_done")
    bytesTotal = number("bytes_total")
    resumeDate = row["resume_date"]
    filesDoneAtResume = number("resume_files")
    numMatches = number("num_matches")
    numMatchesOutsideTimeRange = number("num_outside")
    scannedBytes = number("scanned_bytes")
    accounting = JobAccounting(
      files: number("files"), prunedByIndex: number("pruned_by_index"),
      prunedByFacts: number("pruned_by_facts"), scannedFiles: number("scanned_files"),
      skipped: number("num_skipped"))
    abortReason = row["abort_reason"]
    rules = String(decoding: (row["rules"] as Data?) ?? Data(), as: UTF8.self)
  }
}
