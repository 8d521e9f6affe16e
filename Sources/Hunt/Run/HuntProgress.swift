internal import Synchronization

/// How far a hunt is, kept up by its workers and read by whoever shows it.
public final class HuntProgress: Sendable {
  private let fileCount = Atomic<Int>(0)
  private let byteCount = Atomic<Int64>(0)
  private let matchCount = Atomic<Int>(0)

  public init() {}

  /// Files done, in whatever way.
  public var files: Int { fileCount.load(ordering: .relaxed) }
  /// Bytes scanned.
  public var scannedBytes: Int64 { byteCount.load(ordering: .relaxed) }
  /// Pairs of file and rule.
  public var matches: Int { matchCount.load(ordering: .relaxed) }

  func finished(prunedFiles count: Int) {
    fileCount.add(count, ordering: .relaxed)
  }

  func searched(regions bytes: Int64) {
    byteCount.add(bytes, ordering: .relaxed)
  }

  func finished(file bytes: Int64, matches: Int) {
    fileCount.add(1, ordering: .relaxed)
    if bytes > 0 { byteCount.add(bytes, ordering: .relaxed) }
    if matches > 0 { matchCount.add(matches, ordering: .relaxed) }
  }

  /// What has to be done again.
  func takeBack(_ counters: HuntCounters) {
    fileCount.subtract(counters.files, ordering: .relaxed)
    byteCount.subtract(counters.scannedBytes, ordering: .relaxed)
    matchCount.subtract(counters.matches, ordering: .relaxed)
  }
}
