internal import GramIndex

/// A query as it stands for one document: what the index decides is decided, left is what a search of
/// regions may still find absent.
indirect enum OpenQuery {
  case holds
  case fails
  /// An index into `OpenPatterns`.
  case pattern(Int)
  case and([OpenQuery])
  case or([OpenQuery])
  case atLeast(Int, [OpenQuery])
}

/// The patterns of some queries, each with the regions of one document in which it may yet be found.
struct OpenPatterns {
  struct State {
    /// The pattern's index in the rule set.
    let pattern: Int
    /// Where it may begin and has not been searched for.
    var regions: DocumentSet
    var isFound = false
    /// What searching for it takes, in regions.
    var cost: Int { regions.count }
  }

  var states: [State] = []
  /// By pattern, and by where it has to begin.
  private var numbers: [Place: Int] = [:]
  private struct Place: Hashable {
    let pattern: Int
    let bounds: PlaceBounds?
  }
  private let limit: Int
  private let document: Int
  private let alone: DocumentSet
  private let index: IndexFile
  private let scratch: IndexScratch

  /// - Parameter limit: of the number of patterns.
  init(of document: Int, in index: IndexFile, using scratch: IndexScratch, limit: Int) {
    self.limit = limit
    self.document = document
    self.index = index
    self.scratch = scratch
    var alone = DocumentSet(limit: index.documentCount)
    alone.insert(document)
    self.alone = alone
  }

  /// The query with all that the index knows of the document; nil where there would be too many
  /// patterns.
  mutating func open(_ query: IndexQuery) -> OpenQuery? {
    switch query {
    case .everything: return .holds
    case .nothing: return .fails
    case .local(let pattern, _): return open(query, Place(pattern: pattern, bounds: nil))
    case .inside(let bounds, .local(let pattern, _)):
      return open(query, Place(pattern: pattern, bounds: bounds))
    case .inside(_, let inner): return open(inner)
    case .and(let parts): return open(parts).map { .and($0) }
    case .or(let parts): return open(parts).map { .or($0) }
    case .atLeast(let count, let parts): return open(parts).map { .atLeast(count, $0) }
    case .literal, .together, .fact, .column, .header, .headerNumber:
      return index.candidates(query, using: scratch, within: alone).isEmpty ? .fails : .holds
    }
  }

  private mutating func open(_ query: IndexQuery, _ place: Place) -> OpenQuery? {
    if let known = numbers[place] { return .pattern(known) }
    guard states.count < limit else { return nil }
    let regions = index.regions(of: document, holding: query, using: scratch)
    numbers[place] = states.count
    states.append(State(pattern: place.pattern, regions: regions))
    return .pattern(states.count - 1)
  }

  private mutating func open(_ parts: [IndexQuery]) -> [OpenQuery]? {
    var opened: [OpenQuery] = []
    for part in parts {
      guard let one = open(part) else { return nil }
      opened.append(one)
    }
    return opened
  }

  /// What has to be searched in vain for a query to be false: the patterns, and about how many regions
  /// in all; no patterns where it is false already, nil where nothing makes it false.
  func refutation(of query: OpenQuery) -> (patterns: [Int], cost: Int)? {
    switch query {
    case .holds: return nil
    case .fails: return ([], 0)
    case .pattern(let number):
      let state = states[number]
      if state.isFound { return nil }
      return state.cost == 0 ? ([], 0) : ([number], state.cost)
    case .and(let parts): return cheapest(1, of: parts)
    case .or(let parts): return cheapest(parts.count, of: parts)
    case .atLeast(let count, let parts): return cheapest(parts.count - count + 1, of: parts)
    }
  }

  /// To make so many of the parts false.
  private func cheapest(_ count: Int, of parts: [OpenQuery]) -> (patterns: [Int], cost: Int)? {
    if count <= 0 { return ([], 0) }
    let possible = parts.compactMap { refutation(of: $0) }.sorted { $0.cost < $1.cost }
    guard possible.count >= count else { return nil }
    return possible.prefix(count).reduce(([], 0)) { ($0.patterns + $1.patterns, $0.cost + $1.cost) }
  }
}
