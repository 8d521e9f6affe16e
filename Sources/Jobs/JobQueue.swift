public import VirusTotalModel

/// What a client may do with retrohunt jobs. Every call names the user it is for; another user's
/// job is not found. Limits are checked here and in the store; a job that is refused costs nothing.
public struct JobQueue: Sendable {
  private let store: JobStore
  private let hunter: any Hunter
  private let signal: RunnerSignal
  private let corpora: Set<String>
  /// For short reads and writes of rows.
  private let clerks: WorkerThreads
  /// For compiling rules; two at once keep memory and cores for hunts.
  private let compilers: WorkerThreads

  /// - Parameter corpora: the names of corpora that can be hunted.
  public init(
    store: JobStore, hunter: any Hunter, signal: RunnerSignal,
    corpora: Set<String> = ["main", "goodware"]
  ) {
    self.store = store
    self.hunter = hunter
    self.signal = signal
    self.corpora = corpora
    clerks = WorkerThreads(count: 4, name: "job-rows")
    compilers = WorkerThreads(count: 2, name: "compile")
  }

  public var limits: JobLimits { store.limits }
  /// Unix seconds UTC, by the store's clock.
  public var now: Int64 { store.now() }

  /// Creates a job; durable when this returns. Throws `JobError`.
  public func create(_ creation: RetrohuntJobCreation, owner: String) async throws -> Job {
    guard UserName.isValid(owner) else {
      throw JobError(.badUser, "\"\(owner)\" cannot own retrohunt jobs")
    }
    let new = NewJob(
      owner: owner, rules: creation.rules, corpus: try corpus(creation.corpus),
      timeRange: try range(creation.timeRange), notificationEmail: creation.notificationEmail)
    guard new.rules.utf8.count <= limits.ruleBytes else {
      throw JobError(
        .rulesTooLarge,
        "The rules have \(new.rules.utf8.count) bytes; \(limits.ruleBytes) are allowed")
    }
    let store = store
    let hunter = hunter
    try await rows { try store.refuseFullQuotas(owner: owner) }
    let count: Int
    do {
      count = try await compilers.run { try hunter.check(rules: new.rules) }
    } catch let refused as RulesRefused {
      throw JobError(.rulesRefused, refused.message)
    }
    guard count > 0 else { throw JobError(.rulesRefused, "There is no rule in the rule text") }
    guard count <= limits.rulesPerJob else {
      throw JobError(
        .tooManyRules, "There are \(count) rules; \(limits.rulesPerJob) are allowed in a job")
    }
    let job = try await rows { try store.create(new) }
    signal.send()
    return job
  }

  /// Runs a read or write of rows on a thread for it; throws `StorageTrouble` beside its errors.
  private func rows<R: Sendable>(_ body: @escaping @Sendable () throws -> R) async throws -> R {
    try await clerks.run { try StorageTrouble.wrapping(body) }
  }

  private func corpus(_ name: String?) throws -> String {
    guard let name else { return "main" }
    guard corpora.contains(name) else {
      let known = corpora.sorted().joined(separator: ", ")
      throw JobError(.unknownCorpus, "There is no corpus \"\(name)\"; known: \(known)")
    }
    return name
  }

  /// A missing start is the beginning of time, a missing end is now.
  private func range(_ range: RetrohuntJobCreation.Range?) throws -> TimeRange? {
    guard let range, range.start != nil || range.end != nil else { return nil }
    let filled = TimeRange(start: range.start ?? 0, end: range.end ?? max(now, range.start ?? 0))
    guard filled.start >= 0, filled.end >= filled.start else {
      throw JobError(
        .badTimeRange,
        "The time range from \(filled.start) to \(filled.end) is not one: the start must not be"
          + " negative nor after the end")
    }
    return filled
  }

  /// Throws `JobError.notFound`.
  public func job(id: String, owner: String) async throws -> Job {
    let store = store
    guard let job = try await rows({ try store.job(id: id, owner: owner) }) else {
      throw JobError.notFound(id)
    }
    return job
  }

  /// The owner's jobs by creation, newest first unless `ascending`; those after the position.
  public func jobs(
    owner: String, filter: JobFilter, ascending: Bool, after position: Int64?, limit: Int
  ) async throws -> JobPage<Job> {
    let store = store
    return try await rows {
      try store.jobs(
        owner: owner, filter: filter, ascending: ascending, after: position, limit: limit)
    }
  }

  /// Matches in order of discovery, while the job runs and after its end. Throws
  /// `JobError.notFound`.
  public func matches(
    id: String, owner: String, after position: Int64?, limit: Int
  ) async throws -> JobPage<RecordedMatch> {
    let store = store
    return try await rows {
      try store.matches(id: id, owner: owner, after: position, limit: limit)
    }
  }

  /// What the job asks of indexes and was expected to cost, as JSON text; nil before it is planned.
  /// Throws `JobError.notFound`.
  public func explanation(id: String, owner: String) async throws -> String? {
    let store = store
    return try await rows { try store.explanation(id: id, owner: owner) }
  }

  /// The files that were not looked into. Throws `JobError.notFound`.
  public func skipped(
    id: String, owner: String, after position: Int64?, limit: Int
  ) async throws -> JobPage<SkippedSample> {
    let store = store
    return try await rows {
      try store.skipped(id: id, owner: owner, after: position, limit: limit)
    }
  }

  /// What bounds left out of files that were scanned. Throws `JobError.notFound`.
  public func limited(
    id: String, owner: String, after position: Int64?, limit: Int
  ) async throws -> JobPage<LimitedSample> {
    let store = store
    return try await rows {
      try store.limited(id: id, owner: owner, after: position, limit: limit)
    }
  }

  /// Asks the job to stop; one that is over stays as it is. Throws `JobError.notFound`.
  public func abort(id: String, owner: String) async throws -> Job {
    let store = store
    let job = try await rows { try store.abort(id: id, owner: owner) }
    signal.send()
    return job
  }

  /// Removes the job and stops it if it runs. Throws `JobError.notFound`.
  public func delete(id: String, owner: String) async throws {
    let store = store
    try await rows { try store.delete(id: id, owner: owner) }
    signal.send()
  }

  /// Jobs created in the current calendar month, deleted ones included.
  public func createdInMonth(owner: String) async throws -> Int64 {
    let store = store
    return try await rows { try store.createdInMonth(owner: owner) }
  }
}

/// User ids are part of job ids, which clients look for as `\w+-\d+`: ASCII letters, digits and
/// `_`, at most 64.
public enum UserName {
  public static func isValid(_ name: String) -> Bool {
    !name.isEmpty && name.utf8.count <= 64
      && name.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
          true
        default: false
        }
      }
  }
}
