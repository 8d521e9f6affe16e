/// How a scanner works.
public struct ScanOptions: Sendable {
  /// After this time the scan of a file ends without an answer; nil is without end.
  public var fileTimeLimit: Duration?
  /// Whether the matches of the patterns of matching rules are wanted. Without them a rule that
  /// is true whatever its patterns do costs no search.
  public var reportsMatches: Bool
  /// What `time.now()` gives: seconds since 1970-01-01 00:00 UTC.
  public var now: Int64
  /// Reports for modules that look at more than the file.
  public var reports: ModuleReports

  public init(
    fileTimeLimit: Duration? = .seconds(60), reportsMatches: Bool = true, now: Int64 = 0,
    reports: ModuleReports = ModuleReports()
  ) {
    self.reports = reports
    self.fileTimeLimit = fileTimeLimit
    self.reportsMatches = reportsMatches
    self.now = now
  }
}

/// Something that a scan left out because of a bound.
public enum ScanCut: Sendable, Hashable {
  /// The pattern matched more often than the match table holds.
  case matches(PatternID)
  /// The rules wrote more lines to the console than are kept.
  case console
  /// A module could not answer on this machine; what it would have said is undefined. The text
  /// says which and why.
  case module(String)
  /// The file names more than the module with this name reads; the rest is as if it were not there.
  case moduleLimit(String)
}

public struct ScanResult: Sendable {
  /// The rules that match, in order of definition, without private ones.
  public let matching: [RuleID]
  /// What the rules wrote with the `console` module.
  public let console: [String]
  public let cuts: [ScanCut]
  /// Whether the file had to be searched for patterns; else its header and facts decided.
  public let wasSearched: Bool
}

/// What a scan was at when its time was up.
public enum ScanStage: Sendable, Hashable {
  /// Searching for all patterns at once.
  case search
  /// Searching for one pattern that needs a search of its own.
  case pattern(PatternID)
  /// Evaluating a condition.
  case condition(RuleID)
}

public enum ScanOutcome: Sendable {
  case finished(ScanResult)
  case timedOut(at: ScanStage)
  case cancelled
}
