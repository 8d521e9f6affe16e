public import Corpus

/// A piece of a hunt that any worker can run at any time, and twice without harm: one segment. A
/// batch of the inbox has its segment's number already, so a unit outlives the sealing.
public struct WorkUnit: Hashable, Sendable, Codable {
  public let segment: SegmentID
  public init(segment: SegmentID) { self.segment = segment }
}

/// A file that the hunt did not cover, and why.
public struct SkippedFile: Hashable, Sendable, Codable {
  /// Lower-case hexadecimal SHA-256.
  public let sha256: String
  public let reason: String
  public init(sha256: String, reason: String) {
    self.sha256 = sha256
    self.reason = reason
  }
}

/// The accounting of a hunt or of a part of it.
///
/// Law: `files == prunedByIndex + prunedByFacts + scannedFiles + skipped.count`.
public struct HuntCounters: Hashable, Sendable, Codable {
  /// Files of the corpus within the time range.
  public var files = 0
  public var prunedByIndex = 0
  public var prunedByFacts = 0
  public var scannedFiles = 0
  /// Of the scanned files, and of the regions of others that were searched.
  public var scannedBytes: Int64 = 0
  /// Of `prunedByIndex`, the files in which a search of the regions that the index named found nothing.
  public var prunedByRegions = 0
  /// Of `scannedBytes`, those of regions that were searched before it was clear whether a file had to be
  /// scanned.
  public var regionBytes: Int64 = 0
  public var skipped: [SkippedFile] = []
  /// Pairs of file and rule.
  public var matches = 0
  /// What bounds left out of files that were scanned, at most `maximumLimited` of them.
  public var limited: [LimitedFile] = []

  /// Time spent on asking indexes, all threads together.
  public var indexSeconds = 0.0
  /// Bytes of indexes that were looked at.
  public var indexBytes: Int64 = 0

  static let maximumLimited = 10_000

  public init() {}

  public mutating func add(_ other: HuntCounters) {
    files += other.files
    prunedByIndex += other.prunedByIndex
    prunedByFacts += other.prunedByFacts
    scannedFiles += other.scannedFiles
    scannedBytes += other.scannedBytes
    prunedByRegions += other.prunedByRegions
    regionBytes += other.regionBytes
    skipped += other.skipped
    matches += other.matches
    indexSeconds += other.indexSeconds
    indexBytes += other.indexBytes
    limited += other.limited.prefix(max(0, Self.maximumLimited - limited.count))
  }

  mutating func add(_ limits: [LimitReport], of sha256: String) {
    guard !limits.isEmpty else { return }
    limited += limits.prefix(max(0, Self.maximumLimited - limited.count))
      .map { LimitedFile(sha256: sha256, limit: $0) }
  }

  public var isBalanced: Bool {
    files == prunedByIndex + prunedByFacts + scannedFiles + skipped.count
  }
}

/// What one whole unit covered; its matches were handed out as they were found.
public struct UnitResult: Hashable, Sendable {
  public let unit: WorkUnit
  public let counters: HuntCounters
  /// There is no such segment any more; its documents may lie in another one. Plan anew.
  public let isGone: Bool
  public init(unit: WorkUnit, counters: HuntCounters, isGone: Bool = false) {
    self.unit = unit
    self.counters = counters
    self.isGone = isGone
  }
}
