import Foundation
public import GRDB
import VirusTotalModel

/// A job about to be created; its parts have been checked.
struct NewJob: Sendable {
  var owner: String
  var rules: String
  var corpus: String
  var timeRange: TimeRange?
  var notificationEmail: String?
}

/// The rows of jobs. Any number of stores may work on one database file, in one process or in
/// several: every change is one transaction that looks at the row before it writes.
///
/// Calls are synchronous and short; call them off the cooperative threads.
public struct JobStore: Sendable {
  let database: any DatabaseWriter
  let limits: JobLimits
  /// Jobs that may hold a slot at once.
  let slots: Int
  /// Unix seconds UTC.
  let now: @Sendable () -> Int64

  /// Brings the tables up to date. `now` is the clock, nil the system's. Throws `DatabaseError`.
  public init(
    database: any DatabaseWriter, limits: JobLimits = JobLimits(), slots: Int,
    now: (@Sendable () -> Int64)? = nil
  ) throws {
    self.database = database
    self.limits = limits
    self.slots = max(1, slots)
    self.now = now ?? { Int64(Date().timeIntervalSince1970) }
    try JobSchema.migrator.migrate(database)
  }

  /// A transaction that has reached the disk when this returns, whatever the connection's usual
  /// setting: for what is acknowledged to a client.
  func durably<R>(_ change: (Database) throws -> R) throws -> R {
    try database.writeWithoutTransaction { db in
      let usual = try Int.fetchOne(db, sql: "PRAGMA synchronous") ?? 2
      try db.execute(sql: "PRAGMA synchronous = FULL")
      defer { try? db.execute(sql: "PRAGMA synchronous = \(usual)") }
      var result: R?
      try db.inTransaction(.immediate) {
        result = try change(db)
        return .commit
      }
      guard let result else { throw DatabaseError(message: "a transaction gave no result") }
      return result
    }
  }

  // MARK: Creation and end

  /// Throws `JobError` when a quota is full.
  func create(_ new: NewJob) throws -> Job {
    try durably { db in
      let now = self.now()
      try refuseFullQuotas(db, owner: new.owner, now: now)
      let month = Self.month(of: now)
      let owner = try Row.fetchOne(
        db, sql: "SELECT * FROM job_owners WHERE user = ?", arguments: [new.owner])
      let number = max(now, ((owner?["last_number"] as Int64?) ?? 0) + 1)
      let createdBefore: Int64 =
        (owner?["month"] as Int64?) == month ? (owner?["created_in_month"] ?? 0) : 0
      try db.execute(
        sql: """
          INSERT INTO job_owners (user, last_number, month, created_in_month) VALUES (?, ?, ?, ?)
          ON CONFLICT (user) DO UPDATE SET last_number = excluded.last_number,
            month = excluded.month, created_in_month = excluded.created_in_month
          """, arguments: [new.owner, number, month, createdBefore + 1])
      let status: JobStatus = try freeSlots(db) > 0 && waiting(db) == nil ? .starting : .queued
      try db.execute(
        sql: """
          INSERT INTO jobs (id, owner, corpus, status, creation_date, range_start, range_end,
            notification_email, rules) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
          """,
        arguments: [
          "\(new.owner)-\(number)", new.owner, new.corpus, status.rawValue, now,
          new.timeRange?.start, new.timeRange?.end, new.notificationEmail, Data(new.rules.utf8),
        ])
      return try job(db, sequence: db.lastInsertedRowID)
    }
  }

  /// Throws when the owner may not create a job now; also asked before rules are compiled.
  func refuseFullQuotas(owner: String) throws {
    try database.read { try refuseFullQuotas($0, owner: owner, now: now()) }
  }

  private func refuseFullQuotas(_ db: Database, owner: String, now: Int64) throws {
    let unfinished =
      try Int.fetchOne(
        db,
        sql: """
          SELECT COUNT(*) FROM jobs
          WHERE owner = ? AND status NOT IN ('finished', 'aborted')
          """, arguments: [owner]) ?? 0
    guard unfinished < limits.unfinishedJobsPerUser else {
      throw JobError(
        .tooManyUnfinished,
        "You have \(unfinished) unfinished retrohunt jobs; \(limits.unfinishedJobsPerUser) may be"
          + " unfinished at a time")
    }
    if let allowed = limits.jobsPerMonth, try createdInMonth(db, owner: owner, now: now) >= allowed
    {
      throw JobError(.monthlyQuotaSpent, "Your \(allowed) retrohunt jobs of this month are spent")
    }
  }

  /// Jobs the user created in the current calendar month (UTC), deleted ones included.
  func createdInMonth(owner: String) throws -> Int64 {
    try database.read { try createdInMonth($0, owner: owner, now: now()) }
  }

  private func createdInMonth(_ db: Database, owner: String, now: Int64) throws -> Int64 {
    try Int64.fetchOne(
      db, sql: "SELECT created_in_month FROM job_owners WHERE user = ? AND month = ?",
      arguments: [owner, Self.month(of: now)]) ?? 0
  }

  /// Months since the year 0, UTC.
  static func month(of seconds: Int64) -> Int64 {
    // Days to civil year and month, in years that begin on 1 March (Hinnant's algorithm).
    let days = (seconds >= 0 ? seconds : seconds - 86_399) / 86_400 + 719_468
    let era = (days >= 0 ? days : days - 146_096) / 146_097
    let day = days - era * 146_097
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365
    let dayOfYear = day - (365 * year + year / 4 - year / 100)
    let shifted = (5 * dayOfYear + 2) / 153
    return (year + era * 400) * 12 + shifted + 2
  }

  /// Removes the job with all that belongs to it; a runner that works on it stops.
  func delete(id: String, owner: String) throws {
    try durably { db in
      try db.execute(
        sql: "DELETE FROM jobs WHERE id = ? AND owner = ?", arguments: [id, owner])
      guard db.changesCount > 0 else { throw JobError.notFound(id) }
      try grantSlots(db)
    }
  }

  /// Asks the job to stop; a job that is over stays as it is.
  func abort(id: String, owner: String) throws -> Job {
    try durably { db in
      guard
        let sequence = try Int64.fetchOne(
          db, sql: "SELECT seq FROM jobs WHERE id = ? AND owner = ?", arguments: [id, owner])
      else { throw JobError.notFound(id) }
      try advance(db, sequence, on: .abortRequested)
      return try job(db, sequence: sequence)
    }
  }

  // MARK: Status

  /// Performs the transition of one event; gives the status after it, nil when the job is gone.
  @discardableResult
  func apply(_ event: JobEvent, to sequence: Int64) throws -> JobStatus? {
    try database.write { try advance($0, sequence, on: event) }
  }

  @discardableResult
  func advance(_ db: Database, _ sequence: Int64, on event: JobEvent) throws -> JobStatus? {
    guard let status = try status(db, sequence) else { return nil }
    if event == .allUnitsDone, status == .running, try pendingUnits(db, sequence) > 0 {
      return status
    }
    let transition = JobStateMachine.transition(from: status, on: event)
    guard transition.status != status else { return status }
    let now = self.now()
    try db.execute(
      sql: "UPDATE jobs SET status = ? WHERE seq = ?",
      arguments: [transition.status.rawValue, sequence])
    for action in transition.actions {
      switch action {
      case .recordStart:
        try db.execute(
          sql: "UPDATE jobs SET start_date = ?, resume_date = ? WHERE seq = ?",
          arguments: [now, now, sequence])
      case .completeProgress:
        try db.execute(sql: "UPDATE jobs SET progress = 100 WHERE seq = ?", arguments: [sequence])
      case .keepReason(let reason):
        try db.execute(
          sql: "UPDATE jobs SET abort_reason = ? WHERE seq = ?", arguments: [reason, sequence])
      case .recordFinish:
        try db.execute(
          sql: "UPDATE jobs SET finish_date = ? WHERE seq = ?", arguments: [now, sequence])
      case .notify:
        try db.execute(
          sql: """
            UPDATE jobs SET notify_due = 1 WHERE seq = ? AND notification_email IS NOT NULL
            """, arguments: [sequence])
      case .freeSlot:
        try grantSlots(db)
      case .stopWork:
        break  // The runner compares what it works on with the rows.
      }
    }
    return transition.status
  }

  private func status(_ db: Database, _ sequence: Int64) throws -> JobStatus? {
    try String.fetchOne(db, sql: "SELECT status FROM jobs WHERE seq = ?", arguments: [sequence])
      .flatMap(JobStatus.init(rawValue:))
  }

  private func freeSlots(_ db: Database) throws -> Int {
    let held =
      try Int.fetchOne(
        db,
        sql: "SELECT COUNT(*) FROM jobs WHERE status IN ('starting', 'running', 'aborting')") ?? 0
    return slots - held
  }

  private func waiting(_ db: Database) throws -> Int64? {
    try Int64.fetchOne(db, sql: "SELECT MIN(seq) FROM jobs WHERE status = 'queued'")
  }

  /// Lets waiting jobs start, oldest first, while there are free slots.
  func grantSlots(_ db: Database) throws {
    while try freeSlots(db) > 0, let sequence = try waiting(db) {
      try advance(db, sequence, on: .slotGranted)
    }
  }

  private func pendingUnits(_ db: Database, _ sequence: Int64) throws -> Int {
    try Int.fetchOne(
      db, sql: "SELECT COUNT(*) FROM job_units WHERE job = ? AND done = 0", arguments: [sequence])
      ?? 0
  }

  func job(_ db: Database, sequence: Int64) throws -> Job {
    guard
      let row = try Row.fetchOne(
        db, sql: "SELECT \(Job.columns) FROM jobs WHERE seq = ?", arguments: [sequence])
    else { throw JobError(.notFound, "The job is gone") }
    return try Job(row)
  }
}
