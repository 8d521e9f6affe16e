internal import Bytes
internal import Corpus
internal import FileFormats
internal import YaraEngine

/// Runs units one after the other on one thread, with one scanner and one buffer.
final class HuntWorker {
  private let hunt: Hunt
  private let scanner: Scanner
  private let buffer = ByteBuffer()

  /// One huge sample must not keep its memory for all the small ones after it.
  private static let keptBuffer = 64 << 20

  init(_ hunt: Hunt) {
    self.hunt = hunt
    scanner = Scanner(
      hunt.request.rules,
      options: ScanOptions(fileTimeLimit: hunt.request.limits.fileTime, reportsMatches: true))
  }

  func run(
    _ unit: WorkUnit, cancellation: Cancellation, progress: HuntProgress?,
    onMatch: (FileMatch) -> Bool
  ) throws -> UnitResult {
    var counters = HuntCounters()
    var matches: [FileMatch] = []
    let reader: SegmentReader
    do {
      reader = try hunt.store.reader(for: unit.segment)
    } catch where error.code == .notFound {
      // All its documents were removed since the plan was made.
      return UnitResult(unit: unit, counters: counters, matches: [])
    } catch where error.code == .damaged || error.code == .unsupportedFormat {
      for document in try hunt.store.documents(of: unit.segment) where isInRange(document) {
        counters.files += 1
        counters.skipped.append(
          SkippedFile(sha256: document.sha256.hex, reason: error.description))
        progress?.finished(file: 0, matches: 0)
      }
      return UnitResult(unit: unit, counters: counters, matches: [])
    }
    for document in reader.documents where isInRange(document) {
      if cancellation.isCancelled { throw HuntInterruption(covered: counters) }
      counters.files += 1
      let match = try scan(
        document, in: reader, cancellation: cancellation, counters: &counters, progress: progress)
      if let match {
        matches.append(match)
        if !onMatch(match) { throw HuntInterruption(covered: counters) }
      }
    }
    assert(counters.isBalanced, "every file is accounted for")
    return UnitResult(unit: unit, counters: counters, matches: matches)
  }

  private func isInRange(_ document: SegmentDocument) -> Bool {
    guard let range = hunt.request.timeRange else { return true }
    return range.contains(document.lastSubmission)
  }

  private func scan(
    _ document: SegmentDocument, in reader: SegmentReader, cancellation: Cancellation,
    counters: inout HuntCounters, progress: HuntProgress?
  ) throws -> FileMatch? {
    func skip(_ reason: String) {
      counters.skipped.append(SkippedFile(sha256: document.sha256.hex, reason: reason))
      progress?.finished(file: 0, matches: 0)
    }
    guard document.size <= hunt.request.limits.maximumFileSize else {
      skip("larger than the limit of \(hunt.request.limits.maximumFileSize) bytes")
      return nil
    }
    let view: ByteView
    do {
      view = try reader.read(document, into: buffer)
    } catch {
      skip(error.description)
      return nil
    }
    defer {
      buffer.truncate()
      buffer.shrink(to: Self.keptBuffer)
    }
    switch scanner.scan(view, cancellation: cancellation) {
    case .timedOut:
      skip("timed out")
      return nil
    case .cancelled:
      counters.files -= 1
      throw HuntInterruption(covered: counters)
    case .scanned(let result):
      let rules = RuleMatch.all(of: result, in: view)
      counters.scannedFiles += 1
      counters.scannedBytes += document.size
      counters.matches += rules.count
      progress?.finished(file: document.size, matches: rules.count)
      guard !rules.isEmpty else { return nil }
      let names = try hunt.store.document(sha256: document.sha256)?.names ?? []
      return FileMatch(
        sha256: document.sha256.hex, size: document.size, names: names, rules: rules)
    }
  }
}
