public import Bytes
public import VirusTotalModel

/// What a job hunts for, and where.
public struct HuntOrder: Sendable, Hashable {
  public var rules: String
  public var corpus: String
  /// Matches of files whose last submission lies outside are counted, not listed. Nil: all.
  public var timeRange: TimeRange?

  public init(rules: String, corpus: String, timeRange: TimeRange?) {
    self.rules = rules
    self.corpus = corpus
    self.timeRange = timeRange
  }
}

/// Rule text that cannot be hunted with; `message` names line, column and cause, one error a line.
public struct RulesRefused: Error, Sendable, Hashable {
  public var message: String
  public init(message: String) { self.message = message }
}

/// A unit of work that no longer exists, because its samples moved to other units. The runner
/// plans anew; what was done stays done.
public struct UnitGone: Error, Sendable, Hashable {
  public init() {}
}

/// The hunting part as jobs see it. All calls are synchronous and bound to the CPU or the disk:
/// they are made on threads kept for them.
public protocol Hunter: Sendable {
  /// Compiles the rules and gives their number; throws `RulesRefused`.
  func check(rules: String) throws -> Int
  /// Compiles the rules for a job; throws `RulesRefused`.
  func open(_ order: HuntOrder) throws -> any OpenHunt
}

/// One job's hunt, compiled. Used by several threads at once.
public protocol OpenHunt: Sendable {
  /// The work laid out. Two calls give equal names to equal work.
  func plan() throws -> [PlannedUnit]
  /// What the hunt asks of indexes and is going to cost, as JSON text.
  func explanation() throws -> String
  /// Runs one unit; gives up soon after `cancellation`, with a result that is then ignored or any
  /// error. Throws `UnitGone` when the unit's samples are to be found in other units by now.
  func run(unit: String, cancellation: Cancellation) throws -> UnitOutcome
}

/// A unit of work with its size. The name is opaque here; equal names mean equal work, also after
/// a restart.
public struct PlannedUnit: Sendable, Hashable {
  public var unit: String
  public var files: Int
  public var bytes: Int64

  public init(unit: String, files: Int, bytes: Int64) {
    self.unit = unit
    self.files = files
    self.bytes = bytes
  }
}

/// One (file, rule) pair.
public struct FoundMatch: Sendable, Hashable {
  /// 64 lower-case hexadecimal digits.
  public var sha256: String
  public var rule: String
  public var tags: [String]
  /// The file was last submitted outside of the order's time range.
  public var isOutsideTimeRange: Bool

  public init(sha256: String, rule: String, tags: [String], isOutsideTimeRange: Bool = false) {
    self.sha256 = sha256
    self.rule = rule
    self.tags = tags
    self.isOutsideTimeRange = isOutsideTimeRange
  }
}

/// A file that was not looked into, and why.
public struct SkippedSample: Sendable, Hashable {
  public var sha256: String
  public var reason: String

  public init(sha256: String, reason: String) {
    self.sha256 = sha256
    self.reason = reason
  }
}

/// A bound that cut the scan of a file short: the file counts as scanned, but more may have been
/// found in it.
public struct LimitedSample: Sendable, Hashable {
  public var sha256: String
  /// Which bound, one word: `matches`, `console`, `module`.
  public var limit: String
  /// The rule and its pattern, where one is to blame; else empty.
  public var rule: String
  public var string: String
  /// One phrase with all of this, for people.
  public var message: String

  public init(
    sha256: String, limit: String, rule: String = "", string: String = "", message: String
  ) {
    self.sha256 = sha256
    self.limit = limit
    self.rule = rule
    self.string = string
    self.message = message
  }
}

/// What came out of one unit. `files` = pruned by index + pruned by facts + scanned + skipped.
public struct UnitOutcome: Sendable, Hashable {
  public var files: Int64
  public var prunedByIndex: Int64
  public var prunedByFacts: Int64
  public var scannedFiles: Int64
  public var scannedBytes: Int64
  public var skipped: [SkippedSample]
  /// What bounds left out of scanned files.
  public var limited: [LimitedSample]
  /// In order of discovery.
  public var matches: [FoundMatch]

  public init(
    files: Int64 = 0, prunedByIndex: Int64 = 0, prunedByFacts: Int64 = 0, scannedFiles: Int64 = 0,
    scannedBytes: Int64 = 0, skipped: [SkippedSample] = [], limited: [LimitedSample] = [],
    matches: [FoundMatch] = []
  ) {
    self.files = files
    self.prunedByIndex = prunedByIndex
    self.prunedByFacts = prunedByFacts
    self.scannedFiles = scannedFiles
    self.scannedBytes = scannedBytes
    self.skipped = skipped
    self.limited = limited
    self.matches = matches
  }
}
