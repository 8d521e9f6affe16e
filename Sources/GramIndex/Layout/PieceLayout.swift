/// Where each piece's signature stands among the rows.
///
/// Pieces of one class (signatures of the same size) are ordered by number and cut into blocks of
/// 512, the last with what is left. A block of `width` pieces is `bits` rows of `width` bits, one
/// row after the other without gaps: bit `row * width + column`, lowest bit first. Nothing of this
/// is stored: it follows from the class of each piece.
struct PieceLayout {
  struct Block {
    let bits: UInt64
    let width: Int
    /// From the start of the section, in bytes.
    let offset: UInt64
    /// Where its pieces begin in `pieces`.
    let first: Int
  }

  /// Numbers of the pieces with a signature, in the order of blocks and columns.
  private(set) var pieces: [UInt32] = []
  private(set) var blocks: [Block] = []
  /// Of the section, in bytes; 0 without blocks.
  let length: UInt64

  /// - Parameters:
  ///   - classes: bits of a signature, by class.
  ///   - pieceClasses: for each piece `emptyPiece`, `openPiece` or `firstClass` + class; a number
  ///     without class counts as an open piece.
  init(classes: [UInt64], pieceClasses: [UInt8]) {
    var members: [[UInt32]] = Array(repeating: [], count: classes.count)
    for (piece, number) in pieceClasses.enumerated() where number >= IndexLayout.firstClass {
      let index = Int(number - IndexLayout.firstClass)
      if index < members.count { members[index].append(UInt32(piece)) }
    }
    var offset: UInt64 = 0
    pieces.reserveCapacity(pieceClasses.count)
    for (bits, list) in zip(classes, members) {
      for start in stride(from: 0, to: list.count, by: IndexLayout.blockWidth) {
        let width = Swift.min(IndexLayout.blockWidth, list.count - start)
        blocks.append(Block(bits: bits, width: width, offset: offset, first: pieces.count + start))
        offset += IndexLayout.blockBytes(bits: bits, width: width)
      }
      pieces += list
    }
    length = blocks.isEmpty ? 0 : offset + IndexLayout.rowPadding
  }
}
