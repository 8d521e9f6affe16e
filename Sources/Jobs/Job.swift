public import VirusTotalModel

/// One job as its row has it. Dates are Unix seconds UTC.
public struct Job: Sendable, Hashable {
  /// Order of creation; never reused.
  public let sequence: Int64
  /// `{owner}-{number}`; the number is the creation second or the next free one after it.
  public let id: String
  public let owner: String
  public let rules: String
  public let corpus: String
  public let status: JobStatus
  public let creationDate: Int64
  public let startDate: Int64?
  public let finishDate: Int64?
  public let timeRange: TimeRange?
  public let notificationEmail: String?
  /// Whole percent.
  public let progress: Int64
  public let filesTotal: Int64
  public let filesDone: Int64
  public let bytesTotal: Int64
  /// When work began or went on after a restart, and the files done by then: the base of the
  /// estimate.
  public let resumeDate: Int64?
  public let filesDoneAtResume: Int64
  public let numMatches: Int64
  public let numMatchesOutsideTimeRange: Int64
  public let scannedBytes: Int64
  public let accounting: JobAccounting
  public let abortReason: String?

  public var order: HuntOrder { HuntOrder(rules: rules, corpus: corpus, timeRange: timeRange) }

  /// Seconds to the end while running: from the rate since work began, else from the bytes and a
  /// usual rate.
  public func estimatedSeconds(now: Int64) -> Int64? {
    guard status == .running else { return nil }
    let remaining = Double(max(filesTotal - filesDone, 0))
    let done = Double(filesDone - filesDoneAtResume)
    let elapsed = Double(max(now - (resumeDate ?? now), 1))
    let estimate =
      done > 0 ? remaining * elapsed / done : Double(max(bytesTotal, 0)) / Self.usualBytesPerSecond
    return max(1, Int64(min(estimate.rounded(.up), 315_360_000)))
  }

  /// A hunt mostly reads little; a wrong guess is corrected by the first unit done.
  private static let usualBytesPerSecond = 500e6

  /// The API's attributes of the job.
  public func attributes(now: Int64) -> RetrohuntJobAttributes {
    RetrohuntJobAttributes(
      rules: rules, corpus: corpus, status: status, creationDate: creationDate,
      startDate: startDate, finishDate: finishDate, progress: Double(progress),
      etaSeconds: estimatedSeconds(now: now), scannedBytes: scannedBytes, numMatches: numMatches,
      numMatchesOutsideTimeRange: numMatchesOutsideTimeRange,
      notificationEmail: notificationEmail, timeRange: timeRange,
      accounting: startDate == nil ? nil : accounting, abortReason: abortReason)
  }
}
