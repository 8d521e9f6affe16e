internal import Bytes

extension IndexFile {
  /// Deeper questions are answered with everything: planners make no such trees.
  static let maximumDepth = 200

  /// The documents for which the question may be true: all for which it is, and some others.
  ///
  /// - Parameter within: nothing outside it is asked about or returned; nil stands for all.
  public func candidates(
    _ query: IndexQuery, using scratch: IndexScratch, within: DocumentSet? = nil
  ) -> DocumentSet {
    let everything = within ?? DocumentSet(allOf: documentCount)
    precondition(everything.limit == documentCount, "a set of this index's documents")
    return evaluate(query, everything, nil, scratch, depth: 0)
  }

  /// - Parameter bounds: where it has to begin.
  private func evaluate(
    _ query: IndexQuery, _ within: DocumentSet, _ bounds: PlaceBounds?, _ scratch: IndexScratch,
    depth: Int
  ) -> DocumentSet {
    if depth > Self.maximumDepth || within.isEmpty { return within }
    switch query {
    case .everything: return within
    // What could not be read may be anything, but this asks for no document.
    case .nothing: return DocumentSet(limit: documentCount)
    case .literal(let bytes): return documents(holding: bytes, bounds, within: within, scratch)
    case .together(let runs):
      return documents(holdingTogether: runs, bounds, within: within, scratch)
    case .local(_, let inner): return evaluate(inner, within, bounds, scratch, depth: depth + 1)
    case .inside(let bounds, let inner):
      return evaluate(inner, within, bounds, scratch, depth: depth + 1)
    case .fact(let key): return documents(having: key, within: within, scratch)
    case .column(let predicate): return documents(satisfying: predicate, within: within, scratch)
    case .header(let predicate): return documents(satisfying: predicate, within: within, scratch)
    case .headerNumber(let predicate):
      return documents(satisfying: predicate, within: within, scratch)
    case .and(let parts):
      var left = within
      for part in Self.cheapestFirst(parts) {
        left = evaluate(part, left, bounds, scratch, depth: depth + 1)
        if left.isEmpty { break }
      }
      return left
    case .or(let parts):
      var found = DocumentSet(limit: documentCount)
      var undecided = within
      for part in parts {
        let more = evaluate(part, undecided, bounds, scratch, depth: depth + 1)
        found.formUnion(more)
        undecided.subtract(more)
        if undecided.isEmpty { break }
      }
      return found
    case .atLeast(let count, let parts):
      return documents(satisfying: count, of: parts, within: within, bounds, scratch, depth: depth)
    }
  }

  /// Counts for each document; leaves those that are decided either way.
  private func documents(
    satisfying count: Int, of parts: [IndexQuery], within: DocumentSet, _ bounds: PlaceBounds?,
    _ scratch: IndexScratch, depth: Int
  ) -> DocumentSet {
    if count <= 0 { return within }
    // A part that stands there twice counts twice, and is asked once.
    var times: [IndexQuery: Int] = [:]
    for part in parts { times[part, default: 0] += 1 }
    var order = Self.cheapestFirst(parts)
    var seen: Set<IndexQuery> = []
    order.removeAll { !seen.insert($0).inserted }

    var found = DocumentSet(limit: documentCount)
    var undecided = within
    var counts = [Int](repeating: 0, count: documentCount)
    var left = parts.count
    for part in order {
      let weight = times[part] ?? 1
      for document in evaluate(part, undecided, bounds, scratch, depth: depth + 1) {
        counts[document] += weight
        if counts[document] >= count {
          found.insert(document)
          undecided.remove(document)
        }
      }
      left -= weight
      // As long as those without any hit can still make it, there is nothing to cross out.
      if left < count {
        for document in undecided where counts[document] + left < count {
          undecided.remove(document)
        }
        if undecided.isEmpty { break }
      }
    }
    return found
  }

  /// By what an answer costs and how much it leaves, roughly.
  private static func cheapestFirst(_ parts: [IndexQuery]) -> [IndexQuery] {
    parts.enumerated().map { (rank: rank($1, depth: 0), index: $0, part: $1) }
      .sorted { ($0.rank, $0.index) < ($1.rank, $1.index) }
      .map(\.part)
  }

  private static func rank(_ query: IndexQuery, depth: Int) -> Int {
    switch query {
    case .nothing: 0
    case .fact: 1
    case .header, .headerNumber: 2
    case .literal(let bytes): rank(literal: bytes.count)
    case .together(let runs): rank(literal: runs.reduce(0) { $0 + $1.count })
    case .local(_, let inner), .inside(_, let inner): depth > 3 ? 3000 : rank(inner, depth: depth + 1)
    case .column: 1500
    case .and(let parts):
      depth > 3 ? 3000 : (parts.lazy.map { rank($0, depth: depth + 1) }.min() ?? 0) + 1
    // As bad as its worst part.
    case .or(let parts), .atLeast(_, let parts):
      depth > 3
        ? 3000
        : 3000 + parts.count + (parts.lazy.prefix(8).map { rank($0, depth: depth + 1) }.max() ?? 0)
    case .everything: 9000
    }
  }

  private static func rank(literal bytes: Int) -> Int {
    bytes >= 8 ? 1000 - Swift.min(bytes, 900) : 2000 - bytes
  }
}
