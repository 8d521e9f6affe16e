internal import Bytes

extension IndexFile {
  /// The documents of `within` that may hold a literal.
  ///
  /// - Parameter bounds: where it has to begin; columns are not asked.
  func documents(
    holding literal: [UInt8], _ bounds: PlaceBounds?, within: DocumentSet, _ scratch: IndexScratch
  ) -> DocumentSet {
    scratch.literalsAsked += 1
    var left = within
    // The whole literal lies in one piece and one region only up to the overlap; parts of a longer
    // one may lie in different ones.
    let step = SignatureScheme.overlap
    for start in stride(
      from: 0, to: Swift.max(literal.count - SignatureScheme.regionGram + 1, 0), by: step)
    {
      let part = literal[start..<Swift.min(start + step, literal.count)]
      left = documents(
        holdingTogether: [Array(part)], start == 0 ? bounds : nil, within: left, scratch)
      if left.isEmpty { break }
    }
    return left
  }

  /// The documents of `within` that may hold some runs in one place: what lies within the overlap lies
  /// in the piece and in the region in which it begins.
  func documents(
    holdingTogether runs: [[UInt8]], _ bounds: PlaceBounds?, within: DocumentSet,
    _ scratch: IndexScratch
  ) -> DocumentSet {
    let question = scratch.question(runs, pieceGram: header.pieceGram)
    guard !question.regionGrams.isEmpty else { return within }
    let undecided = within.subtracting(open)
    var result = within.intersection(open)
    let passed = pieces(of: undecided, areAll: within.isFull, question, scratch)
    for candidate in regions(of: passed, bounds, question, scratch) {
      result.insert(Int(self.pieces[Int(candidate.owner)].document))
    }
    return result
  }

  typealias Candidates = [SignatureKernel.Candidate]

  /// The pieces of documents whose own signature has all grams, where it has one that can tell.
  ///
  /// - Parameter areAll: whether pieces of other documents may be among them.
  private func pieces(
    of documents: DocumentSet, areAll: Bool, _ question: LiteralQuestion, _ scratch: IndexScratch
  ) -> Candidates {
    // One document costs a piece or two of some lines, a block some lines as well.
    let isSwept = !question.pieceGrams.isEmpty && documents.count >= pieceRows.layout.blocks.count * 2
    guard isSwept else {
      return pieces(documents.lazy.flatMap { self.pieces(of: $0) }, question, scratch)
    }
    var found: Candidates = []
    let layout = pieceRows.layout
    pieceSignatures.sweep(question.pieceGrams, scratch) { number, columns in
      let block = layout.blocks[number]
      for word in 0..<(block.width + 63) / 64 {
        var rest = columns[word]
        while rest != 0 {
          let piece = layout.members[block.first + word * 64 + rest.trailingZeroBitCount]
          rest &= rest &- 1
          if areAll || documents.contains(Int(pieces[Int(piece)].document)) {
            found.append(SignatureKernel.Candidate(number: piece, owner: piece))
          }
        }
      }
    }
    return found
  }

  func pieces(of document: Int) -> Range<Int> {
    Int(firstPiece[document])..<Int(firstPiece[document + 1])
  }

  /// Those of some pieces whose own signature has all grams, where it has one that can tell.
  func pieces(_ pieces: some Sequence<Int>, _ question: LiteralQuestion, _ scratch: IndexScratch)
    -> Candidates
  {
    var found: Candidates = []
    for piece in pieces {
      found.append(SignatureKernel.Candidate(number: UInt32(piece), owner: UInt32(piece)))
    }
    pieceSignatures.filter(&found, question.pieceGrams, scratch)
    return found
  }

  /// The regions that begin in some pieces and have all grams; the pieces own them.
  ///
  /// - Parameter bounds: where they lie; columns are not asked.
  func regions(
    of pieces: Candidates, _ bounds: PlaceBounds?, _ question: LiteralQuestion,
    _ scratch: IndexScratch
  ) -> Candidates {
    var found: Candidates = []
    for piece in pieces {
      let index = Int(piece.number)
      var regions = Int(self.pieces[index].firstRegion)..<Int(self.pieces[index + 1].firstRegion)
      if let bounds {
        regions = regions.clamped(to: self.regions(bounds, of: Int(self.pieces[index].document)) { _ in nil })
      }
      for region in regions {
        found.append(SignatureKernel.Candidate(number: UInt32(region), owner: piece.number))
      }
    }
    regionSignatures.filter(&found, question.regionGrams, scratch)
    return found
  }

  /// The regions of a document that lie in bounds, numbered as those of all documents are.
  private func regions(
    _ bounds: PlaceBounds, of document: Int, value: (String) -> Int64?
  ) -> Range<Int> {
    let first = Int(pieces[Int(firstPiece[document])].firstRegion)
    let inside = bounds.regions(size: size(of: document), count: regionCount(of: document), value: value)
    return first + inside.lowerBound..<first + inside.upperBound
  }
}
