internal import GramIndex
internal import YaraEngine

/// Which documents of a segment have to be scanned, and with which rules, as its index tells.
struct SegmentCandidates {
  let index: IndexFile
  /// Some rule may match them.
  let wanted: DocumentSet
  /// Some rule may match them as far as their grams tell; those of them that are not wanted were
  /// decided by facts.
  let byGrams: DocumentSet
  /// Rules that want all documents.
  private let everywhere: [RuleID]
  private let perRule: [(rule: RuleID, documents: DocumentSet)]

  /// Rules of a large set that are asked about before it is considered whether the rest is worth it.
  private static let probedRules = 64
  /// Beyond this share of the bytes, leaving out the rest saves less than asking for it costs.
  private static let hopelessShare = 0.9
  /// What a document costs beside its bytes, in bytes.
  private static let documentOverhead: UInt64 = 4096

  /// Nil where the index saves nothing: of a large set nearly every document is wanted by some rule,
  /// and one pass with all rules is cheaper than many with a few.
  init?(_ queries: HuntQueries, in index: IndexFile, using scratch: IndexScratch) {
    var wanted = DocumentSet(limit: index.documentCount)
    var byGrams = wanted
    var everywhere: [RuleID] = []
    var perRule: [(rule: RuleID, documents: DocumentSet)] = []
    let isLarge = queries.rules.count > Self.probedRules
    for (number, plan) in Self.spread(queries.rules).enumerated() {
      let (grams, documents) = index.candidates(of: plan, using: scratch)
      byGrams.formUnion(grams)
      if documents.isEmpty { continue }
      wanted.formUnion(documents)
      if documents.isFull {
        everywhere.append(plan.rule)
      } else {
        perRule.append((plan.rule, documents))
      }
      if isLarge, number % Self.probedRules == Self.probedRules - 1,
        Self.isHopeless(wanted, in: index)
      {
        return nil
      }
    }
    self.index = index
    self.wanted = wanted
    self.byGrams = byGrams
    self.everywhere = everywhere
    self.perRule = perRule
  }

  /// The rules that want a document, in order of definition.
  func rules(for document: Int) -> [RuleID] {
    (everywhere + perRule.filter { $0.documents.contains(document) }.map(\.rule)).sorted()
  }

  /// The rules of a large set in an order in which the first ones stand for all.
  private static func spread(_ rules: [RulePlan]) -> [RulePlan] {
    let step = rules.count / probedRules
    guard step > 1 else { return rules }
    return (0..<step).flatMap { start in
      stride(from: start, to: rules.count, by: step).map { rules[$0] }
    }
  }

  private static func isHopeless(_ wanted: DocumentSet, in index: IndexFile) -> Bool {
    guard wanted.count * 2 > wanted.limit else { return false }
    var all: UInt64 = 0
    var those: UInt64 = 0
    for document in 0..<index.documentCount {
      let size = index.size(of: document) &+ documentOverhead
      all &+= size
      if wanted.contains(document) { those &+= size }
    }
    return Double(those) > Double(all) * hopelessShare
  }
}

extension IndexFile {
  /// The documents that a rule may match: as far as grams tell, and of these as far as all tells.
  /// What other code told of the documents is not asked.
  func candidates(
    of plan: RulePlan, using scratch: IndexScratch
  ) -> (byGrams: DocumentSet, all: DocumentSet) {
    let grams = candidates(plan.gramsOnly, using: scratch)
    let query = plan.query(for: self)
    guard query != plan.gramsOnly, !grams.isEmpty else { return (grams, grams) }
    return (grams, candidates(query, using: scratch, within: grams))
  }
}
