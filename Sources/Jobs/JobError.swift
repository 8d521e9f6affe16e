/// Why an operation on jobs was refused. Equality is on the code.
public struct JobError: Error, Sendable, Equatable, CustomStringConvertible {
  public enum Code: Sendable, Hashable, CaseIterable {
    /// No such job, or another user's.
    case notFound
    case rulesRefused
    case tooManyRules
    case rulesTooLarge
    case unknownCorpus
    case badTimeRange
    /// As many unfinished jobs as a user may have.
    case tooManyUnfinished
    /// The month's jobs are spent.
    case monthlyQuotaSpent
    /// A user id that cannot be part of a job id.
    case badUser
  }

  public let code: Code
  public let reason: String
  /// Only a full quota passes by waiting.
  public var mayRetry: Bool { code == .tooManyUnfinished || code == .monthlyQuotaSpent }
  public var description: String { reason }

  public init(_ code: Code, _ reason: String) {
    self.code = code
    self.reason = reason
  }

  public static func == (a: Self, b: Self) -> Bool { a.code == b.code }

  static func notFound(_ id: String) -> JobError {
    JobError(.notFound, "Retrohunt job \"\(id)\" not found")
  }
}

/// The published limits of VirusTotal, as defaults.
public struct JobLimits: Sendable, Hashable {
  public var rulesPerJob = 300
  /// Bytes of UTF-8.
  public var ruleBytes = 1 << 20
  public var unfinishedJobsPerUser = 10
  public var matchesPerJob: Int64 = 10_000
  /// Jobs a user may create in a calendar month (UTC); nil: any number. Ours, off by default.
  public var jobsPerMonth: Int64?
  /// Skipped files that are listed; all are counted.
  public var listedSkippedFiles = 10_000
  /// Cuts of scans that are listed.
  public var listedCuts = 10_000
  /// Times a unit may be begun without an end, because the process died, before its job is given
  /// up: a unit that kills the process must not do so for ever.
  public var unitStarts = 20
  /// Times a unit may fail with an error within one run of its job.
  public var unitFailures = 3

  public init() {}
}
