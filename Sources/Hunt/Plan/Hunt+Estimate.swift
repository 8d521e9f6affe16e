public import Corpus
internal import GramIndex
public import YaraEngine
public import YaraSyntax

/// What a hunt is going to read, told by the indexes without reading any of it.
public struct HuntEstimate: Sendable {
  /// Of each rule that is reported, in order of definition.
  public let rules: [(rule: RuleID, cost: PlanExplanation.Estimate)]
  /// Of all rules together: a file that several want is read once.
  public let all: PlanExplanation.Estimate
  /// What is hunted, all corpora's other files apart; a time range is not looked at.
  public let files: Int
  public let bytes: Int64
  /// Of these, what no index speaks for.
  public let unindexedFiles: Int
  public let unindexedBytes: Int64
}

extension HuntEstimate {
  /// Lines for people, after those of the rules.
  public var text: String {
    var text =
      "together: \(all.candidates) of \(files) files, \(all.bytes) of \(bytes) bytes to scan, "
      + "\(all.firstBytes) of them to look at first, about \((all.seconds * 100).rounded() / 100) s of one core\n"
    if unindexedFiles > 0 {
      text += "no index yet: \(unindexedFiles) files, \(unindexedBytes) bytes, scanned whole\n"
    }
    return text
  }

  public func write(to json: inout JSONText) {
    json.object { json in
      json.key("files")
      json.integer(files)
      json.key("bytes")
      json.integer(bytes)
      json.key("candidates")
      json.integer(all.candidates)
      json.key("candidate_bytes")
      json.integer(all.bytes)
      json.key("first_bytes")
      json.integer(all.firstBytes)
      json.key("seconds")
      json.float(all.seconds)
      json.key("unindexed_files")
      json.integer(unindexedFiles)
      json.key("unindexed_bytes")
      json.integer(unindexedBytes)
    }
  }
}

extension Hunt {
  /// What each rule asks of the index and what it is going to cost; without an index no costs.
  ///
  /// - Parameter sources: of the compilation.
  public func explanations(
    sources: [SourceText], estimate: HuntEstimate?
  ) -> [PlanExplanation] {
    let queries = queries ?? HuntQueries(request.rules)
    return queries.rules.enumerated().map { number, plan in
      var explanation = PlanExplanation(plan, request.rules, sources: sources)
      explanation.estimate = estimate?.rules[number].cost
      return explanation
    }
  }

  /// Bytes a core scans in a second, reading and decompression included: the middle of what hunts of
  /// one to twenty rules reach. Only words an estimate.
  private static let scannedPerSecond = 600e6

  /// Asks every index, and reads no document. Nil where indexes are not to be used.
  ///
  /// - Parameter rounds: how often each rule is asked; of the times that asking takes the shortest is
  ///   told, and the first. All indexes stay open where it is more than once.
  public func estimate(rounds: Int = 1) throws(StoreError) -> HuntEstimate? {
    guard let queries else { return nil }
    let scratch = IndexScratch()
    var rules = Array(repeating: Tally(), count: queries.rules.count)
    var content = rules
    var all = Tally()
    var total = Tally()
    var unindexed = Tally()
    var asking = Array(repeating: PlanExplanation.Asking(), count: queries.rules.count)
    var opened: [IndexFile] = []
    for info in try store.segments(corpus: request.corpus) where info.documents > 0 {
      total.add(info.documents, info.rawBytes)
      guard let index = store.index(of: info) else {
        unindexed.add(info.documents, info.rawBytes)
        all.add(info.documents, info.rawBytes)
        for index in rules.indices {
          rules[index].add(info.documents, info.rawBytes)
          content[index].add(info.documents, info.rawBytes)
        }
        continue
      }
      if rounds > 1 { opened.append(index) }
      var wanted = DocumentSet(limit: index.documentCount)
      var firstBytes = Array(repeating: Int64(0), count: index.documentCount)
      for (number, plan) in queries.rules.enumerated() {
        let (grams, documents) = index.candidates(of: plan, using: scratch, counting: &asking[number])
        content[number].add(grams, in: index, info)
        var first: Int64 = 0
        for document in documents {
          let bytes = RegionSearch.firstBytes(of: document, plan, in: index, using: scratch)
          first &+= bytes
          firstBytes[document] = min(
            firstBytes[document] &+ bytes, Int64(clamping: index.size(of: document)))
        }
        rules[number].add(documents, first: first, in: index, info)
        wanted.formUnion(documents)
      }
      all.add(wanted, first: firstBytes.reduce(0, &+), in: index, info)
    }
    for number in asking.indices { asking[number].firstSeconds = asking[number].seconds }
    for _ in 1..<max(1, rounds) {
      for (number, plan) in queries.rules.enumerated() {
        var again = PlanExplanation.Asking()
        for index in opened { _ = index.candidates(of: plan, using: scratch, counting: &again) }
        asking[number].seconds = min(asking[number].seconds, again.seconds)
      }
    }
    return HuntEstimate(
      rules: queries.rules.indices.map {
        (queries.rules[$0].rule, Self.cost(rules[$0], byContent: content[$0], asking[$0]))
      },
      all: Self.cost(all, byContent: all, asking.reduce(PlanExplanation.Asking(), +)),
      files: total.files, bytes: total.bytes, unindexedFiles: unindexed.files,
      unindexedBytes: unindexed.bytes)
  }

  private struct Tally {
    var files = 0
    var bytes: Int64 = 0
    var firstBytes: Int64 = 0

    mutating func add(_ files: Int, _ bytes: Int64, first: Int64? = nil) {
      self.files += files
      self.bytes += bytes
      firstBytes += min(first ?? bytes, bytes)
    }

    /// Removed documents are still in the index, but not in the sum of the segment.
    mutating func add(
      _ documents: DocumentSet, first: Int64? = nil, in index: IndexFile, _ info: SegmentInfo
    ) {
      let size = documents.reduce(Int64(0)) { $0 &+ Int64(clamping: index.size(of: $1)) }
      add(min(documents.count, info.documents), min(size, info.rawBytes), first: first)
    }
  }

  private static func cost(
    _ tally: Tally, byContent: Tally, _ asking: PlanExplanation.Asking
  ) -> PlanExplanation.Estimate {
    PlanExplanation.Estimate(
      candidates: tally.files, bytes: tally.bytes, firstBytes: tally.firstBytes,
      seconds: Double(tally.firstBytes) / scannedPerSecond, contentCandidates: byContent.files,
      contentBytes: byContent.bytes, asking: asking)
  }
}

extension IndexFile {
  /// The same, adding what the answer costs.
  fileprivate func candidates(
    of plan: RulePlan, using scratch: IndexScratch, counting asking: inout PlanExplanation.Asking
  ) -> (byGrams: DocumentSet, all: DocumentSet) {
    let (bytes, places) = (scratch.bytesTouched, scratch.pagesTouched)
    let started = ContinuousClock.now
    let answer = candidates(of: plan, using: scratch)
    asking.seconds += started.secondsAgo
    asking.bytes += scratch.bytesTouched - bytes
    asking.places += scratch.pagesTouched - places
    return answer
  }
}
