internal import GramIndex

/// A query as the planner handles it: with its size and with how much it tells.
///
/// The law: every way to join terms gives an over-approximation of what is joined, and a bounded
/// one: what would grow beyond `maximumSize` nodes or `maximumDepth` levels asks for less instead.
struct PlanTerm: Sendable {
  let query: IndexQuery
  /// Nodes.
  let size: Int
  /// Levels.
  let depth: Int
  /// Estimated bits of evidence, as `Evidence` has them; 0 is everything.
  let bits: Double
  /// The part on which `bits` hangs.
  var weakness: PlanWeakness?

  static let maximumSize = 4096
  static let maximumDepth = 48

  static let everything = PlanTerm(.everything)
  static let nothing = PlanTerm(.nothing)

  init(_ query: IndexQuery, weakness: PlanWeakness? = nil) {
    self.query = query
    let shape = query.shape
    size = shape.size
    depth = shape.depth
    bits = Evidence.bits(of: query)
    self.weakness = weakness
  }

  static func everything(_ weakness: PlanWeakness) -> PlanTerm {
    var term = everything
    term.weakness = weakness
    return term
  }

  var isEverything: Bool { query == .everything }
  var isNothing: Bool { query == .nothing }

  /// All of them. The strongest carries the whole, so what it lacks is what the whole lacks.
  static func all(of terms: [PlanTerm]) -> PlanTerm {
    if let impossible = terms.first(where: \.isNothing) { return impossible }
    let asked = terms.filter { !$0.isEverything }
    if asked.isEmpty { return terms.first { $0.weakness != nil } ?? everything }
    if asked.count == 1 { return asked[0] }
    let strongest = asked.max { $0.bits < $1.bits }
    return bounded(.all(of: fitting(asked.map(\.query), count: asked.count)), strongest?.weakness)
  }

  /// At least one of them. The weakest lets through what the whole lets through.
  static func any(of terms: [PlanTerm]) -> PlanTerm {
    if terms.contains(where: \.isEverything) {
      return terms.first { $0.isEverything && $0.weakness != nil } ?? everything
    }
    let possible = terms.filter { !$0.isNothing }
    guard let weakest = possible.min(by: { $0.bits < $1.bits }) else { return nothing }
    if possible.count == 1 { return weakest }
    guard possible.count < maximumSize else {
      return everything(PlanWeakness(.tooLarge, weakest.weakness))
    }
    return bounded(.any(of: fitting(possible.map(\.query), count: possible.count)), weakest.weakness)
  }

  /// At least `count` of them.
  static func atLeast(_ count: Int, of terms: [PlanTerm]) -> PlanTerm {
    if count <= 0 { return everything }
    if count == 1 { return any(of: terms) }
    if count == terms.count { return all(of: terms) }
    let open = terms.filter(\.isEverything)
    if open.count >= count { return open[0] }
    let weakest = terms.filter { !$0.isNothing }.min { $0.bits < $1.bits }
    guard terms.count < maximumSize else {
      return everything(PlanWeakness(.tooLarge, weakest?.weakness))
    }
    return bounded(
      .atLeast(count, of: fitting(terms.map(\.query), count: terms.count)), weakest?.weakness)
  }

  /// The parts, each made small enough that all of them fit.
  private static func fitting(_ queries: [IndexQuery], count: Int) -> [IndexQuery] {
    let total = queries.reduce(1) { $0 + $1.shape.size }
    guard total > maximumSize else { return queries }
    let share = max(1, (maximumSize - 1) / max(count, 1))
    return queries.map { $0.slimmed(to: share) }
  }

  private static func bounded(_ query: IndexQuery, _ weakness: PlanWeakness?) -> PlanTerm {
    let term = PlanTerm(query, weakness: weakness)
    guard term.size <= maximumSize, term.depth <= maximumDepth else {
      return PlanTerm(
        query.slimmed(to: maximumSize / 2).flattened(to: maximumDepth / 2),
        weakness: PlanWeakness(.tooLarge, weakness))
    }
    return term
  }
}

extension IndexQuery {
  /// Nodes and levels.
  var shape: (size: Int, depth: Int) {
    var size = 1
    var depth = 0
    for part in parts {
      let inner = part.shape
      size += inner.size
      depth = max(depth, inner.depth)
    }
    return (size, depth + 1)
  }

  /// What it joins; empty for what asks one thing.
  var parts: [IndexQuery] {
    switch self {
    case .and(let parts), .or(let parts), .atLeast(_, let parts): parts
    case .local(_, let inner), .inside(_, let inner): [inner]
    default: []
    }
  }

  /// A query that holds wherever this one does, of at most `limit` nodes: an `and` keeps its
  /// strongest parts, the parts of an `or` share the room.
  func slimmed(to limit: Int) -> IndexQuery {
    guard shape.size > limit else { return self }
    switch self {
    case .and(let parts):
      let order = parts.indices.sorted { Evidence.bits(of: parts[$0]) > Evidence.bits(of: parts[$1]) }
      var room = limit - 1
      var kept: [(index: Int, query: IndexQuery)] = []
      for index in order where room > 0 {
        let part = parts[index].slimmed(to: room)
        guard part != .everything else { continue }
        room -= part.shape.size
        kept.append((index, part))
      }
      return .all(of: kept.sorted { $0.index < $1.index }.map(\.query))
    case .or(let parts):
      let share = (limit - 1) / max(1, parts.count)
      return share < 1 ? .everything : .any(of: parts.map { $0.slimmed(to: share) })
    case .atLeast(let count, let parts):
      let share = (limit - 1) / max(1, parts.count)
      return share < 1 ? .everything : .atLeast(count, of: parts.map { $0.slimmed(to: share) })
    case .local(let name, let inner): return .local(name, of: inner.slimmed(to: limit - 1))
    case .inside(let bounds, let inner): return inner.slimmed(to: limit - 1).inside(bounds)
    default: return limit < 1 ? .everything : self
    }
  }

  /// A query that holds wherever this one does, of at most `levels` levels.
  func flattened(to levels: Int) -> IndexQuery {
    switch self {
    case .and(let parts):
      levels <= 1 ? .everything : .all(of: parts.map { $0.flattened(to: levels - 1) })
    case .or(let parts):
      levels <= 1 ? .everything : .any(of: parts.map { $0.flattened(to: levels - 1) })
    case .atLeast(let count, let parts):
      levels <= 1 ? .everything : .atLeast(count, of: parts.map { $0.flattened(to: levels - 1) })
    case .local(let name, let inner):
      levels <= 1 ? .everything : .local(name, of: inner.flattened(to: levels - 1))
    case .inside(let bounds, let inner):
      levels <= 1 ? .everything : inner.flattened(to: levels - 1).inside(bounds)
    default: self
    }
  }

  /// The same question about content alone: facts, columns and headers taken for true.
  var gramsOnly: IndexQuery {
    guard asksForFacts else { return self }
    return switch self {
    case .everything, .nothing, .literal, .together, .local: self
    case .inside(let bounds, let inner): bounds.asksForFacts ? inner : self
    case .fact, .column, .header, .headerNumber: .everything
    case .and(let parts): .all(of: parts.map(\.gramsOnly))
    case .or(let parts): .any(of: parts.map(\.gramsOnly))
    case .atLeast(let count, let parts): .atLeast(count, of: parts.map(\.gramsOnly))
    }
  }

  private var asksForFacts: Bool {
    switch self {
    case .everything, .nothing, .literal, .together, .local: false
    case .inside(let bounds, _): bounds.asksForFacts
    case .fact, .column, .header, .headerNumber: true
    case .and(let parts), .or(let parts), .atLeast(_, let parts): parts.contains(where: \.asksForFacts)
    }
  }
}
