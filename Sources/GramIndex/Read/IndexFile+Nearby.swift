/// A query of which everything lies in one piece and one region, as the signatures see it.
private indirect enum NearbyQuestion {
  case literal(LiteralQuestion)
  case all([NearbyQuestion])
  case any([NearbyQuestion])

  /// Nil where nothing is asked: what is no literal, or too short for one, may be anywhere.
  init?(_ query: IndexQuery, pieceGram: Int, _ scratch: IndexScratch) {
    switch query {
    case .literal(let bytes): self.init([bytes], pieceGram, scratch)
    case .together(let runs): self.init(runs, pieceGram, scratch)
    case .and(let parts):
      let asked = parts.compactMap { NearbyQuestion($0, pieceGram: pieceGram, scratch) }
      if asked.isEmpty { return nil }
      self = .all(asked)
    case .or(let parts):
      let asked = parts.compactMap { NearbyQuestion($0, pieceGram: pieceGram, scratch) }
      if asked.count < parts.count { return nil }
      self = .any(asked)
    default: return nil
    }
  }

  private init?(_ runs: [[UInt8]], _ pieceGram: Int, _ scratch: IndexScratch) {
    let question = scratch.question(runs, pieceGram: pieceGram)
    if question.regionGrams.isEmpty { return nil }
    self = .literal(question)
  }

  /// Without the alternatives that `has` denies; nil where none is left.
  func left(_ has: (LiteralQuestion) -> Bool) -> NearbyQuestion? {
    switch self {
    case .literal(let question): return has(question) ? self : nil
    case .all(let parts):
      var kept: [NearbyQuestion] = []
      for part in parts {
        guard let part = part.left(has) else { return nil }
        kept.append(part)
      }
      return .all(kept)
    case .any(let parts):
      let kept = parts.compactMap { $0.left(has) }
      return kept.isEmpty ? nil : .any(kept)
    }
  }

  func holds(_ has: (LiteralQuestion) -> Bool) -> Bool {
    switch self {
    case .literal(let question): has(question)
    case .all(let parts): parts.allSatisfy { $0.holds(has) }
    case .any(let parts): parts.contains { $0.holds(has) }
    }
  }
}

extension IndexFile {
  /// The documents of `within` that have all of it in one place. Asked document by document, so of those
  /// that are left when the query's parts have been asked for alone.
  func documents(
    nearby query: IndexQuery, within: DocumentSet, _ scratch: IndexScratch
  ) -> DocumentSet {
    guard !within.isEmpty,
      let question = NearbyQuestion(query, pieceGram: header.pieceGram, scratch)
    else { return within }
    var touched = TouchCount()
    var result = within
    result.keep { document in open.contains(document) || holds(document, question, &touched) }
    scratch.touched += touched
    return result
  }

  private func holds(
    _ document: Int, _ question: NearbyQuestion, _ touched: inout TouchCount
  ) -> Bool {
    for piece in Int(firstPiece[document])..<Int(firstPiece[document + 1]) {
      let block = Int(pieceBlock[piece])
      let column = Int(pieceColumn[piece])
      let asked = question.left { literal in
        // A piece without a row is too short for a gram.
        literal.pieceGrams.isEmpty
          || block >= 0
            && signatures.has(column, of: layout.blocks[block], literal.pieceGrams, &touched)
      }
      guard let asked else { continue }
      var place = regionPlace[piece]
      for region in Int(firstRegion[piece])..<Int(firstRegion[piece + 1]) {
        let words = directory.regions[region]
        if words == IndexLayout.openRegion { return true }
        if words == 0 { continue }
        let bits = UInt64(words) * 64
        let holds = asked.holds { literal in
          signatures.regionHas(literal.regionGrams, at: place, bits: bits, &touched)
        }
        if holds { return true }
        place += Int(words) * 8
      }
    }
    return false
  }
}
