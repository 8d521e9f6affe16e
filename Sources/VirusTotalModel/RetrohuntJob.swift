/// Where a job stands. There is no failed state: a job that cannot go on ends as `aborted`.
public enum JobStatus: String, Codable, Sendable, Hashable, CaseIterable {
  /// Waits for a free slot.
  case queued
  /// Has a slot; its rules are compiled and its work is laid out.
  case starting
  case running
  /// Was told to stop; its workers have not all stopped yet.
  case aborting
  case aborted
  case finished

  /// No event changes a job that is over.
  public var isOver: Bool { self == .aborted || self == .finished }
}

/// A range of last submission dates, Unix seconds UTC, both ends included.
public struct TimeRange: Codable, Sendable, Hashable {
  public var start: Int64
  public var end: Int64

  public init(start: Int64, end: Int64) {
    self.start = start
    self.end = end
  }
}

/// How every file of a job was accounted for: `files` = `prunedByIndex` + `prunedByFacts` +
/// `scannedFiles` + `skipped`, once the job is finished. An addition to VirusTotal's attributes.
public struct JobAccounting: Codable, Sendable, Hashable {
  public var files: Int64
  public var prunedByIndex: Int64
  public var prunedByFacts: Int64
  public var scannedFiles: Int64
  public var skipped: Int64

  public init(
    files: Int64, prunedByIndex: Int64, prunedByFacts: Int64, scannedFiles: Int64, skipped: Int64
  ) {
    self.files = files
    self.prunedByIndex = prunedByIndex
    self.prunedByFacts = prunedByFacts
    self.scannedFiles = scannedFiles
    self.skipped = skipped
  }

  enum CodingKeys: String, CodingKey {
    case files, skipped
    case prunedByIndex = "pruned_by_index"
    case prunedByFacts = "pruned_by_facts"
    case scannedFiles = "scanned_files"
  }
}

/// The attributes of a `retrohunt_job`. Dates are Unix seconds UTC and are left out until known.
public struct RetrohuntJobAttributes: Codable, Sendable, Hashable {
  public static let type = "retrohunt_job"

  public var rules: String
  public var corpus: String
  public var status: JobStatus
  public var creationDate: Int64
  public var startDate: Int64?
  public var finishDate: Int64?
  /// Percent of the files, 0 to 100. We write whole numbers; VirusTotal also sends fractions.
  public var progress: Double
  /// Only while running.
  public var etaSeconds: Int64?
  public var scannedBytes: Int64
  /// (file, rule) pairs recorded, at most 10,000.
  public var numMatches: Int64
  public var numMatchesOutsideTimeRange: Int64
  /// Several addresses are joined by commas.
  public var notificationEmail: String?
  public var timeRange: TimeRange?
  /// Ours: from the start on.
  public var accounting: JobAccounting?
  /// Ours: why a job ended without finishing, where nobody asked for it.
  public var abortReason: String?

  public init(
    rules: String, corpus: String, status: JobStatus, creationDate: Int64,
    startDate: Int64? = nil, finishDate: Int64? = nil, progress: Double = 0,
    etaSeconds: Int64? = nil, scannedBytes: Int64 = 0, numMatches: Int64 = 0,
    numMatchesOutsideTimeRange: Int64 = 0, notificationEmail: String? = nil,
    timeRange: TimeRange? = nil, accounting: JobAccounting? = nil, abortReason: String? = nil
  ) {
    self.rules = rules
    self.corpus = corpus
    self.status = status
    self.creationDate = creationDate
    self.startDate = startDate
    self.finishDate = finishDate
    self.progress = progress
    self.etaSeconds = etaSeconds
    self.scannedBytes = scannedBytes
    self.numMatches = numMatches
    self.numMatchesOutsideTimeRange = numMatchesOutsideTimeRange
    self.notificationEmail = notificationEmail
    self.timeRange = timeRange
    self.accounting = accounting
    self.abortReason = abortReason
  }

  enum CodingKeys: String, CodingKey {
    case rules, corpus, status, progress, accounting
    case creationDate = "creation_date"
    case startDate = "start_date"
    case finishDate = "finish_date"
    case etaSeconds = "eta_seconds"
    case scannedBytes = "scanned_bytes"
    case numMatches = "num_matches"
    case numMatchesOutsideTimeRange = "num_matches_outside_time_range"
    case notificationEmail = "notification_email"
    case timeRange = "time_range"
    case abortReason = "abort_reason"
  }

  public init(from decoder: any Decoder) throws {
    let from = try decoder.container(keyedBy: CodingKeys.self)
    rules = try from.decodeIfPresent(String.self, forKey: .rules) ?? ""
    corpus = try from.decodeIfPresent(String.self, forKey: .corpus) ?? "main"
    status = try from.decode(JobStatus.self, forKey: .status)
    creationDate = try from.decode(Int64.self, forKey: .creationDate)
    startDate = try from.decodeIfPresent(Int64.self, forKey: .startDate)
    finishDate = try from.decodeIfPresent(Int64.self, forKey: .finishDate)
    progress = try from.decodeIfPresent(Double.self, forKey: .progress) ?? 0
    etaSeconds = try from.decodeIfPresent(Int64.self, forKey: .etaSeconds)
    scannedBytes = try from.decodeIfPresent(Int64.self, forKey: .scannedBytes) ?? 0
    numMatches = try from.decodeIfPresent(Int64.self, forKey: .numMatches) ?? 0
    numMatchesOutsideTimeRange =
      try from.decodeIfPresent(Int64.self, forKey: .numMatchesOutsideTimeRange) ?? 0
    notificationEmail = try from.decodeIfPresent(String.self, forKey: .notificationEmail)
    timeRange = try from.decodeIfPresent(TimeRange.self, forKey: .timeRange)
    accounting = try from.decodeIfPresent(JobAccounting.self, forKey: .accounting)
    abortReason = try from.decodeIfPresent(String.self, forKey: .abortReason)
  }

  public func encode(to encoder: any Encoder) throws {
    var to = encoder.container(keyedBy: CodingKeys.self)
    try to.encode(rules, forKey: .rules)
    try to.encode(corpus, forKey: .corpus)
    try to.encode(status, forKey: .status)
    try to.encode(creationDate, forKey: .creationDate)
    try to.encodeIfPresent(startDate, forKey: .startDate)
    try to.encodeIfPresent(finishDate, forKey: .finishDate)
    // A whole number is written without a decimal point: two typed clients read an integer.
    if let whole = Int64(exactly: progress) {
      try to.encode(whole, forKey: .progress)
    } else {
      try to.encode(progress, forKey: .progress)
    }
    try to.encodeIfPresent(etaSeconds, forKey: .etaSeconds)
    try to.encode(scannedBytes, forKey: .scannedBytes)
    try to.encode(numMatches, forKey: .numMatches)
    try to.encode(numMatchesOutsideTimeRange, forKey: .numMatchesOutsideTimeRange)
    try to.encodeIfPresent(notificationEmail, forKey: .notificationEmail)
    try to.encodeIfPresent(timeRange, forKey: .timeRange)
    try to.encodeIfPresent(accounting, forKey: .accounting)
    try to.encodeIfPresent(abortReason, forKey: .abortReason)
  }

  /// The attributes with every number capped to 32 signed bits, as the published definition of
  /// the object has them (`serve --strict-structure`).
  public var cappedTo32Bits: RetrohuntJobAttributes {
    func cap(_ value: Int64) -> Int64 { min(value, Int64(Int32.max)) }
    var capped = self
    capped.creationDate = cap(creationDate)
    capped.startDate = startDate.map(cap)
    capped.finishDate = finishDate.map(cap)
    capped.etaSeconds = etaSeconds.map(cap)
    capped.scannedBytes = cap(scannedBytes)
    capped.numMatches = cap(numMatches)
    capped.numMatchesOutsideTimeRange = cap(numMatchesOutsideTimeRange)
    capped.timeRange = timeRange.map { TimeRange(start: cap($0.start), end: cap($0.end)) }
    return capped
  }
}

/// What a client sends to create a job: `{"data": {"type": "retrohunt_job", "attributes": this}}`.
public struct RetrohuntJobCreation: Codable, Sendable, Hashable {
  /// One end of a range may be missing.
  public struct Range: Codable, Sendable, Hashable {
    public var start: Int64?
    public var end: Int64?
    public init(start: Int64?, end: Int64?) {
      self.start = start
      self.end = end
    }
  }

  public var rules: String
  public var corpus: String?
  public var notificationEmail: String?
  public var timeRange: Range?

  public init(
    rules: String, corpus: String? = nil, notificationEmail: String? = nil,
    timeRange: Range? = nil
  ) {
    self.rules = rules
    self.corpus = corpus
    self.notificationEmail = notificationEmail
    self.timeRange = timeRange
  }

  enum CodingKeys: String, CodingKey {
    case rules, corpus
    case notificationEmail = "notification_email"
    case timeRange = "time_range"
  }
}
