internal import Bytes
internal import Corpus
internal import GramIndex
internal import YaraEngine

/// Looks at the regions of a document that an index named before all of it is read: where the
/// patterns that a rule needs are not in them, the rule cannot match.
///
/// What enters: rules that want a document, and the index that named it. What leaves: those of them
/// that may still match. The law: a rule is left out only when its query is false of the document,
/// with every pattern that was searched for absent from all regions in which the index lets it begin.
/// One per thread.
final class RegionSearch {
  private let queries: HuntQueries
  private let rules: RuleSet
  private lazy var matcher = Matcher(rules.patterns)
  private let buffer = ByteBuffer()

  /// A copy-free home for the matcher, which is a value with one owner.
  private final class Matcher {
    var matcher: PatternMatcher
    let table: MatchTable
    init(_ patterns: PatternSet) {
      matcher = PatternMatcher(patterns)
      table = MatchTable(patternCount: patterns.count, enough: Array(repeating: 1, count: patterns.count))
    }
  }

  struct Outcome {
    /// In order of definition.
    var rules: [RuleID]
    /// Bytes searched.
    var bytes = 0
  }

  /// Documents of fewer regions are read whole, and so are those so large that a search for the
  /// place of a region costs more than it saves.
  private static let leastRegions = 2
  private static let mostRegions = 4096
  /// A rule set that wants more of a document wants nearly all of its bytes.
  private static let maximumRules = 64
  private static let maximumPatterns = 256
  /// Nodes of all queries together: each is asked of every region, which must stay far cheaper than
  /// reading it.
  private static let maximumSize = 512
  /// Of a document's regions, in which a search is tried; beyond it, reading all is as good.
  private static let worthwhileShare = 0.75
  /// Regions in a row are searched together, as far as they have this size.
  private static let longestWindow = 4 << 20

  init(_ queries: HuntQueries, _ rules: RuleSet) {
    self.queries = queries
    self.rules = rules
  }

  /// What of a document is read first for one rule that wants it, in bytes.
  static func firstBytes(
    of document: Int, _ plan: RulePlan, in index: IndexFile, using scratch: IndexScratch
  ) -> Int64 {
    let size = Int64(clamping: index.size(of: document))
    guard plan.size <= maximumSize, let count = searchable(document, in: index) else { return size }
    var patterns = OpenPatterns(of: document, in: index, using: scratch, limit: maximumPatterns)
    guard let query = patterns.open(plan.query(for: index)),
      let refutation = patterns.refutation(of: query), refutation.cost <= budget(count)
    else { return size }
    return min(size, Int64(refutation.cost) << Int64(IndexQuery.regionBits))
  }

  /// The regions of a document, where it may be worth while to search only some.
  private static func searchable(_ document: Int, in index: IndexFile) -> Int? {
    let count = index.regionCount(of: document)
    return count >= leastRegions && count <= mostRegions ? count : nil
  }

  private static func budget(_ regions: Int) -> Int { Int(Double(regions) * worthwhileShare) }

  /// - Parameters:
  ///   - wanted: rules that the index says may match.
  ///   - read: gives a range of the document's bytes, valid until it is called again.
  func narrow(
    _ wanted: [RuleID], of document: Int, in index: IndexFile, using scratch: IndexScratch,
    deadline: Deadline, _ cancellation: Cancellation,
    read: (Range<Int>, ByteBuffer) throws(StoreError) -> ByteView
  ) throws(StoreError) -> Outcome {
    var outcome = Outcome(rules: wanted)
    guard wanted.count <= Self.maximumRules,
      wanted.reduce(0, { $0 + queries[$1].size }) <= Self.maximumSize,
      let count = Self.searchable(document, in: index)
    else { return outcome }
    var patterns = OpenPatterns(of: document, in: index, using: scratch, limit: Self.maximumPatterns)
    var open: [(rule: RuleID, query: OpenQuery)] = []
    for rule in wanted {
      guard let one = patterns.open(queries[rule].query(for: index)) else { return outcome }
      open.append((rule, one))
    }
    var searched = 0
    // Always the same ones for the same rules: a choice of atoms is kept for each selection.
    let selection = PatternSelection(Set(patterns.states.map(\.pattern)).sorted().map { PatternID(UInt32($0)) })
    let home = matcher
    home.table.reset()
    rounds: while true {
      var targets: Set<Int> = []
      var left: [(rule: RuleID, query: OpenQuery)] = []
      // Whether all of it will be read for one of the rules.
      var isLost = false
      for one in open {
        let refutation = patterns.refutation(of: one.query)
        if refutation?.cost == 0 { continue }
        left.append(one)
        if let refutation { targets.formUnion(refutation.patterns) } else { isLost = true }
      }
      open = left
      if open.isEmpty || isLost { break }
      var regions = DocumentSet(limit: count)
      for target in targets { regions.formUnion(patterns.states[target].regions) }
      if searched + regions.count > Self.budget(count) { break }
      let size = Int(clamping: index.size(of: document))
      for window in Self.windows(regions) {
        let start = window.lowerBound << IndexQuery.regionBits
        let end = min(size, window.upperBound << IndexQuery.regionBits + IndexQuery.span)
        let bytes = try read(start..<end, buffer)
        let ending = home.matcher.findMatches(
          in: bytes, wanted: selection, into: home.table, deadline: deadline,
          cancellation: cancellation)
        guard ending == .complete else { break rounds }
        outcome.bytes += bytes.count
        searched += window.count
        if patterns.note(window, found: home.table) { continue rounds }
      }
    }
    outcome.rules = open.map(\.rule)
    return outcome
  }

  /// Runs of regions, none longer than `longestWindow`.
  private static func windows(_ regions: DocumentSet) -> [Range<Int>] {
    var windows: [Range<Int>] = []
    for region in regions {
      if let last = windows.last, last.upperBound == region,
        last.count << IndexQuery.regionBits < longestWindow
      {
        windows[windows.count - 1] = last.lowerBound..<region + 1
      } else {
        windows.append(region..<region + 1)
      }
    }
    return windows
  }
}

extension OpenPatterns {
  /// Takes in that some regions were searched for all patterns that were not found yet.
  ///
  /// - Returns: whether one was found that was not before.
  mutating func note(_ window: Range<Int>, found table: MatchTable) -> Bool {
    var isNew = false
    for number in states.indices where !states[number].isFound {
      // The same pattern may be asked for elsewhere.
      guard window.contains(where: { states[number].regions.contains($0) }) else { continue }
      let pattern = PatternID(UInt32(states[number].pattern))
      // What was cut may be there.
      if table.count(of: pattern) > 0 || table.isTruncated(pattern) {
        states[number].isFound = true
        isNew = true
      } else {
        for region in window { states[number].regions.remove(region) }
      }
    }
    return isNew
  }
}
