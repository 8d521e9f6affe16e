internal import GramIndex
internal import YaraEngine

/// Which documents of a segment have to be scanned, and with which rules, as its index tells.
struct SegmentCandidates {
  /// Some rule may match them.
  let wanted: DocumentSet
  /// Some rule may match them as far as their grams tell; those of them that are not wanted were
  /// decided by facts.
  let byGrams: DocumentSet
  /// Rules that want all documents.
  private let everywhere: [RuleID]
  private let perRule: [(rule: RuleID, documents: DocumentSet)]

  init(_ queries: HuntQueries, in index: IndexFile, using scratch: IndexScratch) {
    var wanted = DocumentSet(limit: index.documentCount)
    var byGrams = wanted
    var everywhere: [RuleID] = []
    var perRule: [(rule: RuleID, documents: DocumentSet)] = []
    for plan in queries.rules {
      let grams = index.candidates(plan.gramsOnly, using: scratch)
      byGrams.formUnion(grams)
      let documents =
        plan.query == plan.gramsOnly || grams.isEmpty
        ? grams : index.candidates(plan.query, using: scratch, within: grams)
      if documents.isEmpty { continue }
      wanted.formUnion(documents)
      if documents.isFull {
        everywhere.append(plan.rule)
      } else {
        perRule.append((plan.rule, documents))
      }
    }
    self.wanted = wanted
    self.byGrams = byGrams
    self.everywhere = everywhere
    self.perRule = perRule
  }

  /// The rules that want a document, in order of definition.
  func rules(for document: Int) -> [RuleID] {
    if perRule.isEmpty { return everywhere }
    let own = perRule.filter { $0.documents.contains(document) }.map(\.rule)
    return everywhere.isEmpty ? own : (everywhere + own).sorted()
  }
}
