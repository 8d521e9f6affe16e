internal import Bytes
internal import Corpus
internal import FileFormats
internal import Foundation
internal import Hunt
internal import Jobs
internal import VirusTotalModel
internal import YaraEngine
internal import YaraSyntax

/// Hunts over the local store as jobs see them: rule text in, outcomes of units out.
struct StoreHunter: Hunter {
  let store: Store
  let limits: HuntLimits

  func check(rules: String) throws -> Int { try compile(rules).rules.count }

  func open(_ order: HuntOrder) throws -> any OpenHunt {
    guard let corpus = CorpusName(rawValue: order.corpus) else {
      throw StoreError(.invalidArgument, "there is no corpus \(order.corpus)")
    }
    // Files outside the time range are hunted as well: the API counts their matches.
    let request = HuntRequest(
      rules: try compile(order.rules), corpus: corpus, limits: limits,
      now: Int64(Date().timeIntervalSince1970))
    return StoreHunt(hunt: Hunt(store: store, request: request), timeRange: order.timeRange)
  }

  /// Includes are refused: a client must not read files of the server.
  private func compile(_ text: String) throws -> RuleSet {
    var compiler = RuleCompiler(CompilerOptions())
    compiler.add(name: "rules", bytes: Array(text.utf8))
    let compilation = compiler.build()
    if let rules = compilation.rules { return rules }
    let lines = compilation.diagnostics.filter { $0.severity == .error }.map { diagnostic in
      var place = ""
      if let range = diagnostic.range,
        let source = compilation.sources.first(where: { $0.id == range.source })
      {
        let (line, column) = source.position(of: range.start)
        place = "line \(line), column \(column): "
      }
      return "\(place)\(diagnostic.message) [\(diagnostic.code.rawValue)]"
    }
    throw RulesRefused(message: lines.joined(separator: "\n"))
  }
}

/// One job's hunt. A unit's name is its segment's number, which outlives sealing and compaction.
private struct StoreHunt: OpenHunt {
  let hunt: Hunt
  let timeRange: TimeRange?

  func plan() throws -> [PlannedUnit] {
    try hunt.plan().steps.map { step in
      PlannedUnit(
        unit: step.unit.segment.description, files: step.files, bytes: step.bytes)
    }
  }

  func run(unit: String, cancellation: Cancellation) throws -> UnitOutcome {
    guard let segment = SegmentID(text: unit) else { throw UnitGone() }
    let result = try hunt.run(WorkUnit(segment: segment), cancellation: cancellation)
    let counters = result.counters
    var matches: [FoundMatch] = []
    for file in result.matches {
      let isOutside = try isOutsideTimeRange(file)
      for rule in file.rules {
        matches.append(
          FoundMatch(
            sha256: file.sha256, rule: rule.identifier, tags: rule.tags,
            isOutsideTimeRange: isOutside))
      }
    }
    return UnitOutcome(
      files: Int64(counters.files), prunedByIndex: Int64(counters.prunedByIndex),
      prunedByFacts: Int64(counters.prunedByFacts), scannedFiles: Int64(counters.scannedFiles),
      scannedBytes: counters.scannedBytes,
      skipped: counters.skipped.map { SkippedSample(sha256: $0.sha256, reason: $0.reason) },
      matches: matches)
  }

  private func isOutsideTimeRange(_ file: FileMatch) throws -> Bool {
    guard let timeRange, let digest = SHA256Digest(hex: file.sha256),
      let record = try hunt.store.document(sha256: digest, corpus: hunt.request.corpus)
    else { return false }
    return record.lastSubmission < timeRange.start || record.lastSubmission > timeRange.end
  }
}
