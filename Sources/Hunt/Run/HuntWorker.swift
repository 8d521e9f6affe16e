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
      options: ScanOptions(fileTimeLimit: hunt.request.limits.fileTime, reportsMatches: hunt.request.reportsStrings,
        now: hunt.request.now))
  }

  func run(
    _ unit: WorkUnit, cancellation: Cancellation, progress: HuntProgress?,
    onMatch: (FileMatch) throws -> Bool
  ) throws -> UnitResult {
    var counters = HuntCounters()
    let reader: SegmentReader
    switch open(unit) {
    case .success(let opened): reader = opened
    case .failure(let error) where error.code == .notFound:
      // All its documents were removed since the plan was made.
      return UnitResult(unit: unit, counters: counters)
    case .failure(let error) where error.code == .damaged || error.code == .unsupportedFormat:
      // Nothing of the segment can be read: each of its samples is named.
      for sha256 in try hunt.store.samples(of: unit.segment) {
        counters.files += 1
        skip(sha256, error.description, &counters, progress)
      }
      return UnitResult(unit: unit, counters: counters)
    case .failure(let error): throw error
    }
    for index in 0..<reader.count {
      if cancellation.isCancelled { throw HuntInterruption(covered: counters) }
      let document: SegmentDocument
      do {
        guard let found = try reader.document(at: index) else { continue }
        document = found
      } catch {
        counters.files += 1
        skip(error.sample, error.description, &counters, progress)
        continue
      }
      guard isInRange(document) else { continue }
      counters.files += 1
      let match = try scan(
        document, in: reader, cancellation: cancellation, counters: &counters, progress: progress)
      if let match, try !onMatch(match) { throw HuntInterruption(covered: counters) }
    }
    assert(counters.isBalanced, "every file is accounted for")
    return UnitResult(unit: unit, counters: counters)
  }

  private func open(_ unit: WorkUnit) -> Result<SegmentReader, StoreError> {
    do throws(StoreError) { return .success(try hunt.store.reader(for: unit.segment)) } catch {
      return .failure(error)
    }
  }

  private func skip(
    _ sha256: SHA256Digest?, _ reason: String, _ counters: inout HuntCounters,
    _ progress: HuntProgress?
  ) {
    counters.skipped.append(SkippedFile(sha256: sha256?.hex ?? "", reason: reason))
    progress?.finished(file: 0, matches: 0)
  }

  private func isInRange(_ document: SegmentDocument) -> Bool {
    guard let range = hunt.request.timeRange else { return true }
    return range.contains(document.lastSubmission)
  }

  private func scan(
    _ document: SegmentDocument, in reader: SegmentReader, cancellation: Cancellation,
    counters: inout HuntCounters, progress: HuntProgress?
  ) throws -> FileMatch? {
    let limit = hunt.request.limits.maximumFileSize
    guard document.size <= limit else {
      skip(document.sha256, "larger than the limit of \(limit) bytes", &counters, progress)
      return nil
    }
    let view: ByteView
    do {
      view = try reader.read(document.index, into: buffer)
    } catch {
      skip(document.sha256, error.description, &counters, progress)
      return nil
    }
    defer {
      buffer.truncate()
      buffer.shrink(to: Self.keptBuffer)
    }
    switch scanner.scan(view, cancellation: cancellation) {
    case .timedOut(let stage):
      let report = LimitReport(
        timeUpAt: stage, limit: hunt.request.limits.fileTime, in: hunt.request.rules)
      skip(document.sha256, report.message, &counters, progress)
      return nil
    case .cancelled:
      counters.files -= 1
      throw HuntInterruption(covered: counters)
    case .finished(let result):
      let rules = RuleMatch.all(
        of: result, by: scanner, in: view, withStrings: hunt.request.reportsStrings)
      counters.scannedFiles += 1
      counters.scannedBytes += Int64(document.size)
      counters.matches += rules.count
      counters.add(
        RuleMatch.limits(of: result, rules, in: hunt.request.rules), of: document.sha256.hex)
      progress?.finished(file: Int64(document.size), matches: rules.count)
      guard !rules.isEmpty else { return nil }
      let names = try hunt.store.document(sha256: document.sha256)?.names ?? []
      return FileMatch(
        sha256: document.sha256.hex, size: Int64(document.size), names: names, rules: rules)
    }
  }
}

extension StoreError {
  /// The sample that the error is about, where it is about one.
  fileprivate var sample: SHA256Digest? {
    if case .sample(let sha256, _) = subject { sha256 } else { nil }
  }
}
