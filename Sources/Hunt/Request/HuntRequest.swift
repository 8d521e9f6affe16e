public import Corpus
public import YaraEngine

/// What is asked, of which files, under which limits.
public struct HuntRequest: Sendable {
  public var rules: RuleSet
  public var corpus: CorpusName
  /// Seconds since 1970 UTC, both ends inclusive, compared with a file's last submission.
  public var timeRange: ClosedRange<Int64>?
  /// False asks for a scan of everything: the answer is the same, the price is not.
  public var usesIndex: Bool
  public var limits: HuntLimits
  /// Whether matches say which strings matched where; without, a file is left as soon as its rules
  /// are decided.
  public var reportsStrings: Bool
  /// What `time.now()` gives, seconds since 1970 UTC: one answer for the whole hunt.
  public var now: Int64

  public init(
    rules: RuleSet, corpus: CorpusName = .main, timeRange: ClosedRange<Int64>? = nil,
    usesIndex: Bool = true, limits: HuntLimits = HuntLimits(), reportsStrings: Bool = true,
    now: Int64 = 0
  ) {
    self.rules = rules
    self.corpus = corpus
    self.timeRange = timeRange
    self.usesIndex = usesIndex
    self.limits = limits
    self.reportsStrings = reportsStrings
    self.now = now
  }
}

public struct HuntLimits: Hashable, Sendable {
  /// Larger files are skipped and listed. In bytes.
  public var maximumFileSize: Int
  /// A file that takes longer is skipped and listed; nil: never.
  public var fileTime: Duration?

  public init(maximumFileSize: Int = 4 << 30, fileTime: Duration? = .seconds(60)) {
    self.maximumFileSize = maximumFileSize
    self.fileTime = fileTime
  }
}

/// The units of a hunt and what each holds.
public struct HuntPlan: Sendable {
  public struct Step: Hashable, Sendable {
    public let unit: WorkUnit
    /// Documents of the segment, those outside the time range included.
    public let files: Int
    /// Their bytes.
    public let bytes: Int64
  }

  public let steps: [Step]
  public var files: Int { steps.reduce(0) { $0 + $1.files } }
  public var bytes: Int64 { steps.reduce(0) { $0 + $1.bytes } }
}
