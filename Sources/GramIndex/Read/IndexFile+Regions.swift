internal import Bytes

extension IndexFile {
  /// The regions of a document in which something `local` may begin: all in which it does, and some
  /// others. Region `n` are the document's bytes from `n << IndexQuery.regionBits` on; what begins in it
  /// ends at most `IndexQuery.span` bytes behind it.
  ///
  /// - Parameter query: what the bytes around the beginning satisfy; asks for content alone.
  /// - Returns: a set of region numbers below `regionCount(of: document)`.
  public func regions(
    of document: Int, holding query: IndexQuery, using scratch: IndexScratch
  ) -> DocumentSet {
    let all = DocumentSet(allOf: regionCount(of: document))
    if open.contains(document) { return all }
    return regions(of: document, query, within: all, scratch, depth: 0)
  }

  /// How many regions a document has; 0 for one that is empty or could not be read.
  public func regionCount(of document: Int) -> Int {
    Int(clamping: SignatureScheme.regionCount(of: size(of: document)))
  }

  private func regions(
    of document: Int, _ query: IndexQuery, within: DocumentSet, _ scratch: IndexScratch, depth: Int
  ) -> DocumentSet {
    if depth > Self.maximumDepth || within.isEmpty { return within }
    switch query {
    case .nothing: return DocumentSet(limit: within.limit)
    // Not about content: the planner asks nothing of the kind of something local.
    case .everything, .fact, .column, .header, .headerNumber: return within
    case .literal(let bytes):
      let part = Array(bytes.prefix(SignatureScheme.overlap))
      return regions(of: document, holdingTogether: [part], within: within, scratch)
    case .together(let runs):
      return regions(of: document, holdingTogether: runs, within: within, scratch)
    case .local(_, let inner):
      return regions(of: document, inner, within: within, scratch, depth: depth + 1)
    case .inside(let bounds, let inner):
      var left = DocumentSet(limit: within.limit)
      let inside = bounds.regions(size: size(of: document), count: within.limit) {
        value(ofColumn: $0, document, scratch)
      }
      for region in inside where within.contains(region) { left.insert(region) }
      return regions(of: document, inner, within: left, scratch, depth: depth + 1)
    case .and(let parts):
      return parts.reduce(within) {
        regions(of: document, $1, within: $0, scratch, depth: depth + 1)
      }
    case .or(let parts):
      return parts.reduce(DocumentSet(limit: within.limit)) {
        let left = within.subtracting($0)
        return $0.union(regions(of: document, $1, within: left, scratch, depth: depth + 1))
      }
    case .atLeast(let count, let parts):
      var counts = [Int](repeating: 0, count: within.limit)
      for part in parts {
        for region in regions(of: document, part, within: within, scratch, depth: depth + 1) {
          counts[region] += 1
        }
      }
      var found = within
      for region in within where counts[region] < count { found.remove(region) }
      return found
    }
  }

  private func regions(
    of document: Int, holdingTogether runs: [[UInt8]], within: DocumentSet, _ scratch: IndexScratch
  ) -> DocumentSet {
    let question = scratch.question(runs, pieceGram: header.pieceGram)
    guard !question.regionGrams.isEmpty else { return within }
    var found = DocumentSet(limit: within.limit)
    let own = pieces(of: document)
    let first = Int(pieces[own.lowerBound].firstRegion)
    for candidate in self.regions(of: pieces(own, question, scratch), nil, question, scratch)
    where within.contains(Int(candidate.number) - first) {
      found.insert(Int(candidate.number) - first)
    }
    return found
  }
}
