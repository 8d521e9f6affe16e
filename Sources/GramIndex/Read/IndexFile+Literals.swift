internal import Bytes

extension IndexFile {
  /// The documents of `within` that may hold a literal.
  func documents(holding literal: [UInt8], within: DocumentSet, _ scratch: IndexScratch)
    -> DocumentSet
  {
    scratch.literalsAsked += 1
    var left = within
    // The whole literal lies in one piece and one region only up to the overlap; parts of a longer
    // one may lie in different ones.
    let step = SignatureScheme.overlap
    for start in stride(
      from: 0, to: Swift.max(literal.count - SignatureScheme.regionGram + 1, 0), by: step)
    {
      let part = literal[start..<Swift.min(start + step, literal.count)]
      left = documents(holdingTogether: [Array(part)], within: left, scratch)
      if left.isEmpty { break }
    }
    return left
  }

  /// The documents of `within` that may hold some runs in one place: what lies within the overlap lies
  /// in the piece and in the region in which it begins.
  func documents(
    holdingTogether runs: [[UInt8]], within: DocumentSet, _ scratch: IndexScratch
  ) -> DocumentSet {
    let question = scratch.question(runs, pieceGram: header.pieceGram)
    guard !question.regionGrams.isEmpty else { return within }
    let undecided = within.subtracting(open)
    var result = within.intersection(open)
    // One document costs a piece or two of some lines, a block some lines as well.
    if question.pieceGrams.isEmpty || undecided.count < layout.blocks.count * 2 {
      for document in undecided where holds(document, question, scratch) { result.insert(document) }
    } else {
      sweep(question, undecided, into: &result, scratch)
    }
    return result
  }

  private func sweep(
    _ question: LiteralQuestion, _ undecided: DocumentSet, into result: inout DocumentSet,
    _ scratch: IndexScratch
  ) {
    signatures.sweep(layout.blocks, with: question.pieceGrams, scratch) { number, columns in
      let block = layout.blocks[number]
      for word in 0..<(block.width + 63) / 64 {
        var rest = columns[word]
        while rest != 0 {
          let column = word * 64 + rest.trailingZeroBitCount
          rest &= rest &- 1
          let piece = Int(layout.pieces[block.first + column])
          let document = Int(pieceDocument[piece])
          guard undecided.contains(document), !result.contains(document) else { continue }
          scratch.piecesPassed += 1
          if regionsHold(piece, question, scratch) {
            scratch.piecesConfirmed += 1
            result.insert(document)
          }
        }
      }
    }
  }

  private func holds(_ document: Int, _ question: LiteralQuestion, _ scratch: IndexScratch) -> Bool
  {
    for piece in Int(firstPiece[document])..<Int(firstPiece[document + 1]) {
      guard pieceMayHold(piece, question, scratch) else { continue }
      if regionsHold(piece, question, scratch) {
        scratch.piecesConfirmed += 1
        return true
      }
    }
    return false
  }

  /// Whether the piece's own signature has all grams, where it has one that can tell.
  func pieceMayHold(_ piece: Int, _ question: LiteralQuestion, _ scratch: IndexScratch) -> Bool {
    guard !question.pieceGrams.isEmpty else { return true }
    // A piece without a row is too short for a gram.
    guard pieceBlock[piece] >= 0,
      signatures.has(
        Int(pieceColumn[piece]), of: layout.blocks[Int(pieceBlock[piece])], question.pieceGrams,
        &scratch.touched)
    else { return false }
    scratch.piecesPassed += 1
    return true
  }

  /// Whether one region that begins in the piece has all grams.
  private func regionsHold(_ piece: Int, _ question: LiteralQuestion, _ scratch: IndexScratch)
    -> Bool
  {
    var isHeld = false
    forEachRegion(of: piece, having: question, scratch) { _ in
      isHeld = true
      return false
    }
    return isHeld
  }

  /// Names the regions that begin in the piece and have all grams, until told to stop.
  @inline(__always)
  func forEachRegion(
    of piece: Int, having question: LiteralQuestion, _ scratch: IndexScratch,
    _ body: (_ region: Int) -> Bool
  ) {
    var place = regionPlace[piece]
    var touched = TouchCount()
    defer { scratch.touched += touched }
    for region in Int(firstRegion[piece])..<Int(firstRegion[piece + 1]) {
      let words = directory.regions[region]
      if words == IndexLayout.openRegion {
        if !body(region) { return }
        continue
      }
      if words == 0 { continue }
      if signatures.regionHas(question.regionGrams, at: place, bits: UInt64(words) * 64, &touched),
        !body(region)
      {
        return
      }
      place += Int(words) * 8
    }
  }
}
