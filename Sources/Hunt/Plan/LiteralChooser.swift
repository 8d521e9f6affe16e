internal import GramIndex

/// Chooses what to ask of an index so that it holds every file with a match of a sequence of places.
///
/// The idea: runs of fixed bytes are asked for as they are. Where these tell too little, places with
/// a few possible bytes are multiplied out into alternatives so that runs grow across them, and then
/// alternatives of several bytes. All that is asked for lies in one match, so it may be joined by
/// `and`; nothing is said of order or distance.
struct LiteralChooser {
  /// What may still be spent, in places looked at; when it is gone, what is asked for is less.
  private var work = 200_000

  /// Longer runs say no more than their best part.
  static let maximumLength = 128
  /// Runs of one sequence.
  private static let maximumRuns = 8
  /// Alternatives that one run, or the whole sequence, is multiplied out into.
  private static let maximumProduct = 16
  private static let longestProduct = 32
  /// Nodes of the query of one form of a pattern.
  static let maximumSize = 1024
  private static let maximumDepth = 8

  static func query(for places: [MatchPlace]) -> IndexQuery {
    var chooser = LiteralChooser()
    return chooser.query(places, depth: 0).slimmed(to: maximumSize)
  }

  static func query(for literal: [UInt8]) -> IndexQuery {
    literal.count < Evidence.shortest ? .everything : .literal(bestPart(of: literal))
  }

  /// The same query of matches of at most `IndexQuery.span` bytes: what is joined by `and` lies together.
  static func together(_ query: IndexQuery) -> IndexQuery {
    switch query {
    case .and(let parts):
      var runs: [[UInt8]] = []
      var others: [IndexQuery] = []
      for part in parts {
        if case .literal(let run) = part { runs.append(run) } else { others.append(together(part)) }
      }
      return .all(of: [.together(runs: runs)] + others)
    case .or(let parts): return .any(of: parts.map { together($0) })
    default: return query
    }
  }

  private mutating func query(_ places: [MatchPlace], depth: Int) -> IndexQuery {
    let plain = conjunction(places, depth: depth)
    let bits = Evidence.bits(of: plain)
    guard bits < Evidence.enough, depth < 2, let sequences = multipliedOut(places) else { return plain }
    let expanded = IndexQuery.any(of: sequences.map { conjunction($0, depth: depth + 1) })
    return Evidence.bits(of: expanded) > bits + 1 ? expanded : plain
  }

  /// The sequences that the smaller branches give when each is chosen; nil where there are none.
  private mutating func multipliedOut(_ places: [MatchPlace]) -> [[MatchPlace]]? {
    var sequences: [[MatchPlace]] = [[]]
    var isMore = false
    for place in places {
      work -= sequences.count
      if work <= 0 { return nil }
      if case .branches(let branches, let weight) = place,
        sequences.count * branches.count <= Self.maximumProduct, weight <= 1024
      {
        isMore = true
        work -= sequences.count * weight
        sequences = sequences.flatMap { before in branches.map { before + $0 } }
      } else {
        for index in sequences.indices { sequences[index].append(place) }
      }
    }
    return isMore ? sequences : nil
  }

  private mutating func conjunction(_ places: [MatchPlace], depth: Int) -> IndexQuery {
    work -= places.count
    guard work > 0, depth < Self.maximumDepth else { return .everything }
    var stretches: [[[UInt8]]] = []
    var stretch: [[UInt8]] = []
    var asked: [IndexQuery] = []
    func end() {
      if stretch.count >= Evidence.shortest { stretches.append(stretch) }
      stretch = []
    }
    for place in places {
      switch place {
      case .byte(let members): stretch.append(members)
      case .open: end()
      case .branches(let branches, _):
        end()
        asked.append(.any(of: branches.map { query($0, depth: depth + 1) }))
      }
    }
    end()
    let fixed = stretches.flatMap(Self.fixedRuns)
    if fixed.reduce(0, { $0 + Evidence.bits(of: $1) }) >= Evidence.enough {
      asked += Self.best(fixed).map { .literal(Self.bestPart(of: $0)) }
    } else {
      for stretch in stretches { asked += multiplied(stretch) }
    }
    return Self.withoutWeak(asked)
  }

  /// Runs of places with one byte each.
  private static func fixedRuns(of stretch: [[UInt8]]) -> [[UInt8]] {
    stretch.split { $0.count > 1 }.filter { $0.count >= Evidence.shortest }.map { $0.map { $0[0] } }
  }

  /// The strongest, in order.
  private static func best(_ runs: [[UInt8]]) -> [[UInt8]] {
    guard runs.count > maximumRuns else { return runs }
    let order = runs.indices.sorted { Evidence.bits(of: runs[$0]) > Evidence.bits(of: runs[$1]) }
    return order.prefix(maximumRuns).sorted().map { runs[$0] }
  }

  /// Leaves out what hardly any file lacks beside what tells enough, and what is too much.
  private static func withoutWeak(_ queries: [IndexQuery]) -> IndexQuery {
    let bits = queries.map { Evidence.bits(of: $0) }
    let least = (bits.max() ?? 0) < 8 ? 0.5 : 1.0
    let order = bits.indices.filter { bits[$0] >= least }.sorted { bits[$0] > bits[$1] }
    return .all(of: order.prefix(2 * maximumRuns).sorted().map { queries[$0] })
  }

  /// The part of a long literal that tells most.
  private static func bestPart(of literal: [UInt8]) -> [UInt8] {
    guard literal.count > maximumLength else { return literal }
    var sum = 0.0
    var best = (start: 0, sum: -1.0)
    for end in 3..<literal.count {
      func weight(_ end: Int) -> Double {
        Evidence.weight(literal[end - 3], literal[end - 2], literal[end - 1], literal[end])
      }
      sum += weight(end)
      if end >= maximumLength { sum -= weight(end - maximumLength + 3) }
      if end >= maximumLength - 1, sum > best.sum { best = (end - maximumLength + 1, sum) }
    }
    return Array(literal[best.start..<best.start + maximumLength])
  }

  // MARK: - Multiplying out

  /// Runs over places with several possible bytes: those that together tell most.
  ///
  /// For each end the best choice of runs before it is known, so the stretch is gone through once.
  private mutating func multiplied(_ stretch: [[UInt8]]) -> [IndexQuery] {
    let runs = Self.fixedRuns(of: stretch)
    let isMixed = runs.reduce(0) { $0 + $1.count } < stretch.count
    if isMixed { work -= stretch.count * Self.longestProduct }
    guard isMixed, work > 0 else { return Self.best(runs).map { .literal(Self.bestPart(of: $0)) } }
    // By end: the most that runs up to there can tell, and the start of the last one of them.
    var best = Array(repeating: 0.0, count: stretch.count + 1)
    var starts = Array(repeating: -1, count: stretch.count + 1)
    // By end of four places.
    var weights = Array(repeating: 0.0, count: stretch.count + 1)
    for end in stride(from: 4, through: stretch.count, by: 1) {
      let four = stretch[end - 4..<end].map { $0.count > 1 ? nil : $0[0] }
      if case (let a?, let b?, let c?, let d?) = (four[0], four[1], four[2], four[3]) {
        weights[end] = Evidence.weight(a, b, c, d)
      } else {
        weights[end] = 2
      }
    }
    for end in 1...stretch.count {
      best[end] = best[end - 1]
      var product = 1
      var value = 0.0
      for start in stride(from: end - 1, through: max(0, end - Self.longestProduct), by: -1) {
        product *= stretch[start].count
        guard product <= Self.maximumProduct else { break }
        if end - start == 3 { value += 1 }
        if end - start > 3 { value += weights[start + 4] }
        guard end - start >= Evidence.shortest else { continue }
        let gain = value - Evidence.loss(of: product)
        if gain > 0, best[start] + gain > best[end] {
          best[end] = best[start] + gain
          starts[end] = start
        }
      }
    }
    var queries: [IndexQuery] = []
    var end = stretch.count
    while end > 0 {
      let start = starts[end]
      if start < 0 {
        end -= 1
        continue
      }
      queries.append(.any(of: Self.product(of: stretch[start..<end]).map { .literal($0) }))
      end = start
    }
    return queries.reversed()
  }

  private static func product(of places: ArraySlice<[UInt8]>) -> [[UInt8]] {
    places.reduce([[]]) { texts, members in
      texts.flatMap { text in members.map { text + [$0] } }
    }
  }
}
