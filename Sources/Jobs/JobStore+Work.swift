import GRDB
import VirusTotalModel

/// A job that holds a slot, as a runner sees it.
struct ClaimedJob: Sendable, Hashable {
  var sequence: Int64
  var status: JobStatus
}

extension JobStore {
  /// The jobs that hold a slot: those already running first, then by age.
  func claims() throws -> [ClaimedJob] {
    try database.read { db in
      try Row.fetchAll(
        db,
        sql: """
          SELECT seq, status FROM jobs WHERE status IN ('starting', 'running', 'aborting')
          ORDER BY status = 'starting', seq
          """
      ).compactMap { row in
        JobStatus(rawValue: row["status"]).map { ClaimedJob(sequence: row["seq"], status: $0) }
      }
    }
  }

  /// Lets waiting jobs start, for a runner whose number of slots has grown.
  func grantSlots() throws { try database.write { try grantSlots($0) } }

  /// Nil when the job is gone.
  func job(sequence: Int64) throws -> Job? {
    try database.read { db in
      try Row.fetchOne(
        db, sql: "SELECT \(Job.columns) FROM jobs WHERE seq = ?", arguments: [sequence]
      ).map(Job.init)
    }
  }

  /// Whether the work of the job has been laid out.
  func isPlanned(_ sequence: Int64) throws -> Bool {
    try database.read { db in
      try Bool.fetchOne(db, sql: "SELECT planned FROM jobs WHERE seq = ?", arguments: [sequence])
        ?? false
    }
  }

  /// Lays out the work of a job that starts, or goes over to a new plan. Units known by name stay as
  /// they are; those that the plan has no more are forgotten with what they counted, since their
  /// samples lie in others of it. Matches stay: a file that matches is recorded once. Gives the status
  /// after it, nil when the job is gone.
  func recordPlan(_ units: [PlannedUnit], for sequence: Int64) throws -> JobStatus? {
    try database.write { db in
      guard let status = try advance(db, sequence, on: .planned) else { return nil }
      guard status == .running else { return status }
      try forget(allBut: Set(units.map(\.unit)), of: sequence, db)
      for unit in units {
        try db.execute(
          sql: "INSERT OR IGNORE INTO job_units (job, unit, files, bytes) VALUES (?, ?, ?, ?)",
          arguments: [sequence, unit.unit, unit.files, unit.bytes])
      }
      try db.execute(
        sql: """
          UPDATE jobs SET planned = 1,
            files_total = (SELECT COALESCE(SUM(files), 0) FROM job_units WHERE job = seq),
            bytes_total = (SELECT COALESCE(SUM(bytes), 0) FROM job_units WHERE job = seq)
          WHERE seq = ?
          """, arguments: [sequence])
      return status
    }
  }

  private func forget(allBut units: Set<String>, of sequence: Int64, _ db: Database) throws {
    let known = try String.fetchAll(
      db, sql: "SELECT unit FROM job_units WHERE job = ?", arguments: [sequence])
    for unit in known where !units.contains(unit) {
      try db.execute(
        sql: """
          UPDATE jobs SET files_done = files_done - unit.files,
            scanned_bytes = jobs.scanned_bytes - unit.scanned_bytes,
            files = jobs.files - unit.counted,
            pruned_by_index = jobs.pruned_by_index - unit.pruned_by_index,
            pruned_by_facts = jobs.pruned_by_facts - unit.pruned_by_facts,
            scanned_files = jobs.scanned_files - unit.scanned_files,
            num_skipped = num_skipped - unit.skipped
          FROM job_units AS unit
          WHERE seq = ? AND unit.job = seq AND unit.unit = ? AND unit.done = 1
          """, arguments: [sequence, unit])
      try db.execute(
        sql: "DELETE FROM job_units WHERE job = ? AND unit = ?", arguments: [sequence, unit])
    }
  }

  /// Keeps what the job's hunt asks of indexes; the first telling stays.
  func recordExplanation(_ text: String, for sequence: Int64) throws {
    try database.write { db in
      try db.execute(
        sql: """
          INSERT OR IGNORE INTO job_plans (job, plan)
          SELECT seq, ? FROM jobs WHERE seq = ?
          """, arguments: [text, sequence])
    }
  }

  /// Notes that work goes on after a pause, for the estimate of the time to the end.
  func recordResume(of sequence: Int64) throws {
    try database.write { db in
      try db.execute(
        sql: "UPDATE jobs SET resume_date = ?, resume_files = files_done WHERE seq = ?",
        arguments: [now(), sequence])
    }
  }

  /// The units still to do.
  func pendingUnits(of sequence: Int64) throws -> [String] {
    try database.read { db in
      try String.fetchAll(
        db, sql: "SELECT unit FROM job_units WHERE job = ? AND done = 0 ORDER BY unit",
        arguments: [sequence])
    }
  }

  /// Counts a begin of the unit. False when there is nothing to do: the unit is done or gone, or
  /// its job is not running.
  func begin(unit: String, of sequence: Int64) throws -> (proceeds: Bool, begun: Int) {
    try database.write { db in
      let row = try Row.fetchOne(
        db,
        sql: """
          UPDATE job_units SET attempts = attempts + 1
          WHERE job = ? AND unit = ? AND done = 0
            AND (SELECT status FROM jobs WHERE seq = job) = 'running'
          RETURNING attempts
          """, arguments: [sequence, unit])
      guard let row else { return (false, 0) }
      return (true, row["attempts"])
    }
  }

  /// Takes back a begin that ended in order without a result.
  func giveBack(unit: String, of sequence: Int64) throws {
    try database.write { db in
      try db.execute(
        sql: "UPDATE job_units SET attempts = MAX(attempts - 1, 0) WHERE job = ? AND unit = ?",
        arguments: [sequence, unit])
    }
  }

  /// Forgets a unit that no longer exists.
  func drop(unit: String, of sequence: Int64) throws {
    try database.write { db in
      try db.execute(
        sql: "DELETE FROM job_units WHERE job = ? AND unit = ? AND done = 0",
        arguments: [sequence, unit])
    }
  }

  /// Merges what a unit found and marks it done, in one transaction. A second merge of the same
  /// unit changes nothing; a match that is already recorded is not recorded again. False when
  /// there was nothing to do.
  @discardableResult
  func merge(_ outcome: UnitOutcome, of unit: String, into sequence: Int64) throws -> Bool {
    try database.write { db in
      guard
        let counts = try Row.fetchOne(
          db, sql: "SELECT num_matches, num_outside FROM jobs WHERE seq = ?",
          arguments: [sequence])
      else { return false }
      try db.execute(
        sql: """
          UPDATE job_units SET done = 1, scanned_bytes = ?, counted = ?, pruned_by_index = ?,
            pruned_by_facts = ?, scanned_files = ?, skipped = ?
          WHERE job = ? AND unit = ? AND done = 0
            AND (SELECT status FROM jobs WHERE seq = job) IN ('running', 'aborting')
          """,
        arguments: [
          outcome.scannedBytes, outcome.files, outcome.prunedByIndex, outcome.prunedByFacts,
          outcome.scannedFiles, outcome.skipped.count, sequence, unit,
        ])
      guard db.changesCount > 0 else { return false }

      var inside: Int64 = counts["num_matches"]
      var outside: Int64 = counts["num_outside"]
      let insertMatch = try db.makeStatement(
        sql: """
          INSERT OR IGNORE INTO job_matches (job, sha256, rule, tags, outside)
          VALUES (?, ?, ?, ?, ?)
          """)
      for match in outcome.matches {
        let recorded = match.isOutsideTimeRange ? outside : inside
        guard recorded < limits.matchesPerJob else { continue }
        try insertMatch.execute(arguments: [
          sequence, match.sha256, match.rule, match.tags.joined(separator: " "),
          match.isOutsideTimeRange,
        ])
        guard db.changesCount > 0 else { continue }
        if match.isOutsideTimeRange { outside += 1 } else { inside += 1 }
      }

      let listed =
        try Int.fetchOne(
          db, sql: "SELECT COUNT(*) FROM job_skipped WHERE job = ?", arguments: [sequence]) ?? 0
      for sample in outcome.skipped.prefix(max(0, limits.listedSkippedFiles - listed)) {
        try db.execute(
          sql: "INSERT OR IGNORE INTO job_skipped (job, sha256, reason) VALUES (?, ?, ?)",
          arguments: [sequence, sample.sha256, sample.reason])
      }

      try list(outcome.limited, of: sequence, db)

      try db.execute(
        sql: """
          UPDATE jobs SET num_matches = ?, num_outside = ?,
            files_done = files_done + (SELECT files FROM job_units WHERE job = seq AND unit = ?),
            scanned_bytes = scanned_bytes + ?, files = files + ?,
            pruned_by_index = pruned_by_index + ?, pruned_by_facts = pruned_by_facts + ?,
            scanned_files = scanned_files + ?, num_skipped = num_skipped + ?
          WHERE seq = ?
          """,
        arguments: [
          inside, outside, unit, outcome.scannedBytes, outcome.files, outcome.prunedByIndex,
          outcome.prunedByFacts, outcome.scannedFiles, outcome.skipped.count, sequence,
        ])
      // 100 is kept for a finished job; a plan that grew never takes progress back.
      try db.execute(
        sql: """
          UPDATE jobs SET progress = MAX(progress, MIN(99, files_done * 100 / files_total))
          WHERE seq = ? AND files_total > 0
          """, arguments: [sequence])
      return true
    }
  }

  private func list(_ limited: [LimitedSample], of sequence: Int64, _ db: Database) throws {
    guard !limited.isEmpty else { return }
    let listed =
      try Int.fetchOne(
        db, sql: "SELECT COUNT(*) FROM job_limited WHERE job = ?", arguments: [sequence]) ?? 0
    for cut in limited.prefix(max(0, limits.listedCuts - listed)) {
      try db.execute(
        sql: """
          INSERT OR IGNORE INTO job_limited (job, sha256, bound, rule, string, message)
          VALUES (?, ?, ?, ?, ?, ?)
          """, arguments: [sequence, cut.sha256, cut.limit, cut.rule, cut.string, cut.message])
    }
  }
}
