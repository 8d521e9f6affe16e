internal import Bytes

/// Asks the signatures of an index file about grams.
///
/// A page that is damaged counts as all ones: it lets everything pass.
@safe
struct SignatureKernel: Sendable {
  private let file: ByteView
  private let pages: PageGuard
  /// Where rows begin in the file.
  private let rows: Int
  /// Where rows, their padding included, end.
  private let rowsEnd: Int

  init(file: ByteView, pages: PageGuard, rows: Range<UInt64>) {
    self.file = file
    self.pages = pages
    self.rows = Int(rows.lowerBound)
    rowsEnd = Int(rows.upperBound)
  }

  /// The columns of a block that have all grams.
  ///
  /// - Returns: bits by column; all zero as soon as no column is left.
  func columns(of block: PieceLayout.Block, with hashes: [UInt32], _ scratch: IndexScratch) -> SIMD8<UInt64> {
    var result = SIMD8<UInt64>.zero
    switch block.width {
    case ...64:
      result[0] = sweep(block, hashes, scratch, SIMD2<UInt64>.self)[0]
    case ...128:
      result.lowHalf.lowHalf = sweep(block, hashes, scratch, SIMD2<UInt64>.self)
    case ...256:
      result.lowHalf = sweep(block, hashes, scratch, SIMD4<UInt64>.self)
    default:
      result = sweep(block, hashes, scratch, SIMD8<UInt64>.self)
    }
    return result
  }

  @inline(__always)
  private func sweep<V: SIMD>(
    _ block: PieceLayout.Block, _ hashes: [UInt32], _ scratch: IndexScratch, _: V.Type
  ) -> V where V.Scalar == UInt64 {
    var mask = V.zero
    for word in 0..<V.scalarCount {
      let left = block.width - word * 64
      mask[word] = left >= 64 ? ~0 : left <= 0 ? 0 : (1 &<< UInt64(left)) &- 1
    }
    let start = rows + Int(block.offset)
    let width = UInt64(block.width)
    let rowBytes = (block.width + 7) / 8
    precondition(
      start + Int(block.bits * width / 8) + Int(IndexLayout.rowPadding) <= rowsEnd, "rows lie in the file")
    for hash in hashes {
      let bit = SignatureScheme.position(of: hash, in: block.bits) &* width
      let place = start &+ Int(truncatingIfNeeded: bit &>> 3)
      scratch.touch(place, bytes: rowBytes)
      guard pages.isSound(at: place), pages.isSound(at: place &+ rowBytes) else { continue }
      // SAFETY: position < block.bits, so place <= start + bits * width / 8; 65 bytes from there lie
      // inside the padding, checked above, and the section was checked to lie in the file.
      let low = unsafe file.base.loadUnaligned(fromByteOffset: place, as: V.self)
      let high = unsafe file.base.loadUnaligned(fromByteOffset: place &+ 1, as: V.self)
      // Two overlapping reads: the second brings the bits that the shift takes from the ninth byte.
      let shift = bit & 7
      mask &= (low &>> V(repeating: shift)) | (high &<< V(repeating: 8 &- shift))
      if mask == V.zero { break }
    }
    return mask
  }

  /// Whether one column of a block has all grams.
  func has(_ column: Int, of block: PieceLayout.Block, _ hashes: [UInt32], _ scratch: IndexScratch) -> Bool {
    precondition(column >= 0 && column < block.width, "a column of the block")
    let start = rows + Int(block.offset)
    for hash in hashes {
      let position = SignatureScheme.position(of: hash, in: block.bits)
      let bit = position &* UInt64(block.width) &+ UInt64(column)
      let place = start &+ Int(truncatingIfNeeded: bit &>> 3)
      scratch.touch(place, bytes: 1)
      if let byte = file.byte(at: place), byte &>> UInt8(bit & 7) & 1 == 0, pages.isSound(at: place) {
        return false
      }
    }
    return true
  }

  /// Whether a region has all grams.
  ///
  /// - Parameters:
  ///   - place: where its signature begins in the file.
  ///   - bits: of the signature.
  @inline(__always)
  func regionHas(_ hashes: [UInt32], at place: Int, bits: UInt64, _ scratch: IndexScratch) -> Bool {
    for hash in hashes {
      let position = SignatureScheme.position(of: hash, in: bits)
      let byte = place &+ Int(truncatingIfNeeded: position &>> 3)
      scratch.touch(byte, bytes: 1)
      if let value = file.byte(at: byte), value &>> UInt8(position & 7) & 1 == 0, pages.isSound(at: byte) {
        return false
      }
    }
    return true
  }
}
