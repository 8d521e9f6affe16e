internal import Bytes
internal import Corpus
internal import FileFormats
internal import GramIndex
internal import YaraEngine

/// Runs units one after the other on one thread, with one scanner and one buffer.
final class HuntWorker {
  private let hunt: Hunt
  /// Made when the first document is scanned: most hunts scan few or none.
  private lazy var scanner = Scanner(
    hunt.request.rules,
    options: ScanOptions(
      fileTimeLimit: hunt.request.limits.fileTime, reportsMatches: hunt.request.reportsStrings,
      now: hunt.request.now))
  private let buffer = ByteBuffer()
  private let scratch = IndexScratch()
  private lazy var regions = hunt.queries.map { RegionSearch($0, hunt.request.rules) }
  private var selections: RuleSelections

  /// One huge sample must not keep its memory for all the small ones after it.
  private static let keptBuffer = 64 << 20

  init(_ hunt: Hunt) {
    self.hunt = hunt
    selections = RuleSelections(hunt.request.rules)
  }

  /// What came of looking at a unit: all of it, or what is left to read.
  enum Preparation {
    case finished(UnitResult)
    /// With what is counted already.
    case pass(SegmentPass, HuntCounters)
  }

  /// Runs a whole unit on this thread.
  func run(
    _ unit: WorkUnit, cancellation: Cancellation, progress: HuntProgress?,
    onMatch: (FileMatch) throws -> Bool
  ) throws -> UnitResult {
    switch try prepare(unit, progress: progress) {
    case .finished(let result): return result
    case .pass(let pass, var counters):
      try work(on: pass, cancellation, &counters, progress, onMatch)
      assert(counters.isBalanced, "every file is accounted for")
      return UnitResult(unit: unit, counters: counters)
    }
  }

  /// Asks the index of the unit's segment what has to be read.
  func prepare(_ unit: WorkUnit, progress: HuntProgress?) throws -> Preparation {
    var counters = HuntCounters()
    guard let info = try hunt.store.segment(unit.segment) else {
      return .finished(UnitResult(unit: unit, counters: counters, isGone: true))
    }
    // All its documents may have been removed since the plan was made.
    if info.documents == 0 { return .finished(UnitResult(unit: unit, counters: counters)) }
    let index = hunt.queries == nil ? nil : hunt.store.index(of: info)
    let candidates: SegmentCandidates?
    if let index { candidates = self.candidates(in: index, &counters) } else { candidates = nil }
    if let index, let candidates, candidates.wanted.isEmpty, isWhole(info, index) {
      // Nothing of the segment has to be looked at, not even its list of documents.
      count(pruned: info.documents, byFacts: candidates.byGrams.count, &counters, progress)
      return .finished(UnitResult(unit: unit, counters: counters))
    }
    let reader: SegmentReader
    switch open(unit) {
    case .success(let opened): reader = opened
    case .failure(let error) where error.code == .notFound:
      return .finished(UnitResult(unit: unit, counters: counters, isGone: true))
    case .failure(let error) where error.code == .damaged || error.code == .unsupportedFormat:
      // Nothing of the segment can be read: each of its samples is named.
      for sha256 in try hunt.store.samples(of: unit.segment) {
        counters.files += 1
        skip(sha256, error.description, &counters, progress)
      }
      return .finished(UnitResult(unit: unit, counters: counters))
    case .failure(let error): throw error
    }
    // The file may have been written anew since the index was looked at.
    let usable = reader.segment.identity == info.identity ? candidates : nil
    var documents = Array(0..<reader.count)
    if let index, let usable, !reader.hasGaps, isWhole(reader.segment, index) {
      documents = Array(usable.wanted)
      count(
        pruned: reader.count - documents.count, byFacts: usable.byGrams.count - documents.count,
        &counters, progress)
    }
    let pass = SegmentPass(unit, reader, usable, documents: documents, reads: hunt.reads) {
      (try? reader.document(at: $0))?.size ?? 0
    }
    return .pass(pass, counters)
  }

  private func candidates(in index: IndexFile, _ counters: inout HuntCounters) -> SegmentCandidates? {
    guard let queries = hunt.queries else { return nil }
    scratch.reset()
    let started = ContinuousClock.now
    let candidates = SegmentCandidates(queries, in: index, using: scratch)
    counters.indexSeconds += started.secondsAgo
    counters.indexBytes += Int64(scratch.bytesTouched)
    return candidates
  }

  /// Takes shares of a pass until there are none.
  func work(
    on pass: SegmentPass, _ cancellation: Cancellation, _ counters: inout HuntCounters,
    _ progress: HuntProgress?, _ onMatch: (FileMatch) throws -> Bool
  ) throws {
    var reader: SegmentReader?
    while let share = pass.takeShare() {
      let opened = reader ?? pass.snapshot.makeReader()
      reader = opened
      for document in share {
        try scan(
          document, of: opened, pass.candidates, cancellation, &counters, progress, onMatch)
      }
    }
  }

  /// Whether all documents of the segment's file are asked for: none was removed, and none lies
  /// outside of the time range.
  private func isWhole(_ info: SegmentInfo, _ index: IndexFile) -> Bool {
    guard info.removed == 0, info.documents == index.documentCount else { return false }
    guard let range = hunt.request.timeRange else { return true }
    guard let first = info.firstSubmission, let last = info.lastSubmission else { return false }
    return range.contains(first) && range.contains(last)
  }

  private func count(
    pruned: Int, byFacts: Int, _ counters: inout HuntCounters, _ progress: HuntProgress?
  ) {
    counters.files += pruned
    counters.prunedByFacts += byFacts
    counters.prunedByIndex += pruned - byFacts
    progress?.finished(prunedFiles: pruned)
  }

  /// Looks at one document of the segment, as far as that is needed.
  private func scan(
    _ index: Int, of reader: SegmentReader, _ candidates: SegmentCandidates?,
    _ cancellation: Cancellation, _ counters: inout HuntCounters, _ progress: HuntProgress?,
    _ onMatch: (FileMatch) throws -> Bool
  ) throws {
    if cancellation.isCancelled { throw HuntInterruption(covered: counters) }
    let document: SegmentDocument
    do {
      guard let found = try reader.document(at: index) else { return }
      document = found
    } catch {
      counters.files += 1
      skip(error.sample, error.description, &counters, progress)
      return
    }
    guard isInRange(document) else { return }
    var selection: RuleSelection?
    if let candidates, index < candidates.wanted.limit {
      guard candidates.wanted.contains(index) else {
        let byFacts = candidates.byGrams.contains(index) ? 1 : 0
        return count(pruned: 1, byFacts: byFacts, &counters, progress)
      }
      let limit = hunt.request.limits.maximumFileSize
      let wanted = candidates.rules(for: index)
      do {
        let rules =
          document.size <= limit
          ? try narrow(wanted, document, of: reader, candidates.index, cancellation, &counters, progress)
          : wanted
        if rules.isEmpty {
          counters.prunedByRegions += 1
          return count(pruned: 1, byFacts: 0, &counters, progress)
        }
        selection = selections.selection(of: rules)
      } catch {
        counters.files += 1
        skip(document.sha256, error.description, &counters, progress)
        return
      }
    }
    counters.files += 1
    let match = try scan(
      document, in: reader, only: selection, cancellation: cancellation, counters: &counters,
      progress: progress)
    if let match, try !onMatch(match) { throw HuntInterruption(covered: counters) }
  }

  /// The rules that still want a document after a look at the regions its index named.
  private func narrow(
    _ wanted: [RuleID], _ document: SegmentDocument, of reader: SegmentReader, _ index: IndexFile,
    _ cancellation: Cancellation, _ counters: inout HuntCounters, _ progress: HuntProgress?
  ) throws(StoreError) -> [RuleID] {
    guard let regions else { return wanted }
    let outcome = try regions.narrow(
      wanted, of: document.index, in: index, using: scratch,
      deadline: Deadline.after(hunt.request.limits.fileTime), cancellation
    ) { (range, buffer) throws(StoreError) in
      try reader.read(document.index, range: range, into: buffer)
    }
    counters.scannedBytes += Int64(outcome.bytes)
    counters.regionBytes += Int64(outcome.bytes)
    progress?.searched(regions: Int64(outcome.bytes))
    return outcome.rules
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
    _ document: SegmentDocument, in reader: SegmentReader, only selection: RuleSelection?,
    cancellation: Cancellation, counters: inout HuntCounters, progress: HuntProgress?
  ) throws -> FileMatch? {
    let limit = hunt.request.limits.maximumFileSize
    guard document.size <= limit else {
      skip(document.sha256, "larger than the limit of \(limit) bytes", &counters, progress)
      return nil
    }
    defer {
      buffer.truncate()
      buffer.shrink(to: Self.keptBuffer)
    }
    let scanned: (outcome: ScanOutcome, rules: [RuleMatch])
    do throws(StoreError) {
      scanned = try scan(document, in: reader, only: selection, cancellation)
    } catch {
      skip(document.sha256, error.description, &counters, progress)
      return nil
    }
    switch scanned.outcome {
    case .timedOut(let stage):
      let report = LimitReport(
        timeUpAt: stage, limit: hunt.request.limits.fileTime, in: hunt.request.rules)
      skip(document.sha256, report.message, &counters, progress)
      return nil
    case .cancelled:
      counters.files -= 1
      throw HuntInterruption(covered: counters)
    case .finished(let result):
      let rules = scanned.rules
      counters.scannedFiles += 1
      counters.scannedBytes += Int64(document.size)
      counters.matches += rules.count
      counters.add(
        RuleMatch.limits(of: result, rules, in: hunt.request.rules), of: document.sha256.hex)
      progress?.finished(file: Int64(document.size), matches: rules.count)
      guard !rules.isEmpty else { return nil }
      let names =
        try reader.names(at: document.index)
        ?? hunt.store.document(sha256: document.sha256)?.names ?? []
      return FileMatch(
        sha256: document.sha256.hex, size: Int64(document.size), names: names, rules: rules)
    }
  }
}

extension HuntWorker {
  /// Of a larger document the first bytes are read before the rest: often they decide.
  private static let firstBytes = 256 << 10

  private func scan(
    _ document: SegmentDocument, in reader: SegmentReader, only selection: RuleSelection?,
    _ cancellation: Cancellation
  ) throws(StoreError) -> (outcome: ScanOutcome, rules: [RuleMatch]) {
    let segment = SharedReads.Segment(id: reader.segment.id, identity: reader.segment.identity)
    let (reads, buffer, index) = (hunt.reads, buffer, document.index)
    let outcome: ScanOutcome
    var bytes: ByteView
    if document.size > Self.firstBytes {
      bytes = try reader.read(index, limit: Self.firstBytes, into: buffer)
      outcome = try scanner.scan(
        first: bytes, size: document.size, only: selection, cancellation: cancellation
      ) { () throws(StoreError) in
        bytes = try reads.read(index, size: document.size, of: segment, into: buffer) {
          () throws(StoreError) in try reader.readRest(index, into: buffer)
        }
        return bytes
      }
    } else {
      bytes = try reads.read(index, size: document.size, of: segment, into: buffer) {
        () throws(StoreError) in try reader.read(index, into: buffer)
      }
      outcome = scanner.scan(bytes, only: selection, cancellation: cancellation)
    }
    guard case .finished(let result) = outcome else { return (outcome, []) }
    let rules = RuleMatch.all(
      of: result, by: scanner, in: bytes, withStrings: hunt.request.reportsStrings)
    return (outcome, rules)
  }
}

extension StoreError {
  /// The sample that the error is about, where it is about one.
  fileprivate var sample: SHA256Digest? {
    if case .sample(let sha256, _) = subject { sha256 } else { nil }
  }
}
