import Bytes
public import Corpus
import FileFormats
import Foundation
public import Hunt
import VirusTotalModel
public import YaraEngine
import YaraSyntax

/// Hunts over a store, for jobs. A unit is a segment, named by its number; a batch of the inbox
/// keeps its number when it is sealed, so a unit outlives that.
public struct StoreHunter: Hunter {
  private let store: Store
  private let dialect: Dialect
  private let limits: HuntLimits
  private let countsMatchesOutsideTimeRange: Bool
  private let reads = SharedReads()

  /// - Parameter countsMatchesOutsideTimeRange: a job with a time range also hunts the files
  ///   outside of it and counts their matches, as VirusTotal's jobs do. Without it a range
  ///   narrows the work, and the count stays 0.
  public init(
    store: Store, dialect: Dialect = .yaraX, limits: HuntLimits = HuntLimits(),
    countsMatchesOutsideTimeRange: Bool = true
  ) {
    self.store = store
    self.dialect = dialect
    self.limits = limits
    self.countsMatchesOutsideTimeRange = countsMatchesOutsideTimeRange
  }

  public func check(rules: String) throws -> Int { try compiled(rules).rules.rules.count }

  public func open(_ order: HuntOrder) throws -> any OpenHunt {
    guard let corpus = CorpusName(rawValue: order.corpus) else {
      throw RulesRefused(message: "there is no corpus \"\(order.corpus)\"")
    }
    let range = order.timeRange.map { $0.start...max($0.start, $0.end) }
    let (rules, sources) = try compiled(order.rules)
    let request = HuntRequest(
      rules: rules, corpus: corpus,
      timeRange: countsMatchesOutsideTimeRange ? nil : range, limits: limits,
      reportsStrings: false, now: Int64(Date().timeIntervalSince1970))
    return StoreHunt(
      hunt: Hunt(store: store, request: request, reads: reads), sources: sources,
      listed: countsMatchesOutsideTimeRange ? range : nil)
  }

  /// Compiles without includes. Throws `RulesRefused` with line, column, code and text of each
  /// error, one a line.
  private func compiled(_ rules: String) throws -> (rules: RuleSet, sources: [SourceText]) {
    var compiler = RuleCompiler(CompilerOptions(dialect: dialect))
    compiler.add(name: "rules", bytes: Array(rules.utf8))
    let compilation = compiler.build()
    if let set = compilation.rules { return (set, compilation.sources) }
    let errors = compilation.diagnostics.filter { $0.severity == .error }
    var lines = errors.prefix(Self.shownErrors).map { Self.text(of: $0, compilation.sources) }
    if errors.count > Self.shownErrors {
      lines.append("and \(errors.count - Self.shownErrors) more errors")
    }
    throw RulesRefused(message: lines.joined(separator: "\n"))
  }

  /// As many as a person reads; the rest follow from them more often than not.
  private static let shownErrors = 10

  private static func text(of diagnostic: Diagnostic, _ sources: [SourceText]) -> String {
    var place = ""
    if let range = diagnostic.range, let source = sources.first(where: { $0.id == range.source }) {
      let (line, column) = source.position(of: range.start)
      place = "line \(line), column \(column): "
    }
    let label = diagnostic.labels.first.map(\.text).flatMap { $0.isEmpty ? nil : " (\($0))" } ?? ""
    return "\(place)error \(diagnostic.code.rawValue): \(diagnostic.message)\(label)"
  }
}

/// One job's hunt over the store.
private struct StoreHunt: OpenHunt {
  let hunt: Hunt
  let sources: [SourceText]
  /// Matches of files last submitted outside are marked; nil: all are inside.
  let listed: ClosedRange<Int64>?

  func plan() throws -> [PlannedUnit] {
    try hunt.plan().steps.map {
      PlannedUnit(unit: $0.unit.segment.description, files: $0.files, bytes: $0.bytes)
    }
  }

  func explanation() throws -> String {
    let estimate = try hunt.estimate()
    var text = JSONText()
    text.object { text in
      text.key("rules")
      text.integer(hunt.request.rules.rules.count)
      text.key("plans")
      text.array { text in
        let explanations = hunt.explanations(sources: sources, estimate: estimate)
        for explanation in explanations.prefix(Self.explainedRules)
        where text.bytes.count < Self.explanationBytes {
          explanation.write(to: &text)
        }
      }
      text.key("estimate")
      if let estimate { estimate.write(to: &text) } else { text.null() }
    }
    return String(decoding: text.bytes, as: UTF8.self)
  }

  /// A set of thousands of rules is not read rule by rule, and every job keeps its own.
  private static let explainedRules = 1000
  private static let explanationBytes = 1 << 20

  func run(unit: String, cancellation: Cancellation) throws -> UnitOutcome {
    guard let segment = SegmentID(text: unit) else { throw UnitGone() }
    var matches: [FoundMatch] = []
    let result = try hunt.run(WorkUnit(segment: segment), cancellation: cancellation) { file in
      let isOutside = try isOutsideTimeRange(file.sha256)
      for rule in file.rules {
        matches.append(
          FoundMatch(
            sha256: file.sha256, rule: rule.identifier, tags: rule.tags,
            isOutsideTimeRange: isOutside))
      }
      return true
    }
    if result.isGone { throw UnitGone() }
    let counters = result.counters
    return UnitOutcome(
      files: Int64(counters.files), prunedByIndex: Int64(counters.prunedByIndex),
      prunedByFacts: Int64(counters.prunedByFacts), scannedFiles: Int64(counters.scannedFiles),
      scannedBytes: counters.scannedBytes,
      skipped: counters.skipped.map { SkippedSample(sha256: $0.sha256, reason: $0.reason) },
      limited: counters.limited.map {
        LimitedSample(
          sha256: $0.sha256, limit: $0.limit.kind.rawValue, rule: $0.limit.rule ?? "",
          string: $0.limit.string ?? "", message: $0.limit.message)
      },
      matches: matches)
  }

  private func isOutsideTimeRange(_ sha256: String) throws -> Bool {
    guard let listed, let digest = SHA256Digest(hex: sha256),
      let record = try hunt.store.document(sha256: digest, corpus: hunt.request.corpus)
    else { return false }
    return !listed.contains(record.lastSubmission)
  }
}
