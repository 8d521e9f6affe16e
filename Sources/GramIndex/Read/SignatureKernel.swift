internal import Bytes

/// Asks the signatures of an index file about grams.
///
/// What costs is waiting for memory: nearly every row is a cache line that nobody looked at lately.
/// So rows are read several at a time before anything depends on them, and all blocks go through
/// their first rows before any goes on. A page that is damaged counts as all ones: it lets
/// everything pass.
@safe
struct SignatureKernel: Sendable {
  private let file: ByteView
  private let pages: PageGuard
  /// Where rows begin in the file.
  private let rows: Int
  /// Where rows, their padding included, end.
  private let rowsEnd: Int

  /// Rows, or bits of a region, that are read before looking at them.
  private static let step = 4

  init(file: ByteView, pages: PageGuard, rows: Range<UInt64>) {
    self.file = file
    self.pages = pages
    self.rows = Int(rows.lowerBound)
    rowsEnd = Int(rows.upperBound)
  }

  /// Finds the columns that have all grams.
  ///
  /// - Parameter found: gets the number of each block that has such columns, ascending, and bits by
  ///   column.
  func sweep(
    _ blocks: [PieceLayout.Block], with hashes: [UInt32], _ scratch: IndexScratch,
    found: (Int, SIMD8<UInt64>) -> Void
  ) {
    var touched = TouchCount()
    let batch = 64
    var masks = [SIMD8<UInt64>](repeating: .zero, count: Swift.min(batch, blocks.count))
    for first in stride(from: 0, to: blocks.count, by: batch) {
      let numbers = first..<Swift.min(first + batch, blocks.count)
      var isFetched = false
      for number in numbers {
        let block = blocks[number]
        let checks = touched.checks
        // As many rows as leave one column by chance, and one more.
        let lead = Swift.min(hashes.count, 65 - block.width.leadingZeroBitCount)
        let all = Self.all(block.width)
        masks[number - first] = narrowed(all, block, hashes, 0..<lead, &touched)
        if touched.checks > checks, !isFetched, scratch.hasWaited() {
          isFetched = true
          fetch(blocks[(number + 1)..<numbers.upperBound], hashes)
        }
      }
      for number in numbers {
        var mask = masks[number - first]
        var done = Swift.min(hashes.count, 65 - blocks[number].width.leadingZeroBitCount)
        while mask.hasBits, done < hashes.count {
          let end = Swift.min(done + Self.step, hashes.count)
          mask = narrowed(mask, blocks[number], hashes, done..<end, &touched)
          done = end
        }
        if mask.hasBits { found(number, mask) }
      }
      scratch.touched += touched
      touched = TouchCount()
    }
  }

  /// Has the first rows of blocks fetched side by side: waiting for one after the other takes as long
  /// as the disk needs for each.
  private func fetch(_ blocks: ArraySlice<PieceLayout.Block>, _ hashes: [UInt32]) {
    var announced: Set<Int> = []
    for block in blocks {
      let width = UInt64(block.width)
      for hash in hashes.prefix(65 - block.width.leadingZeroBitCount) {
        let bit = SignatureScheme.position(of: hash, in: block.bits) &* width
        let place = rows + Int(block.offset) + Int(truncatingIfNeeded: bit &>> 3)
        if !pages.isKnown(at: place) { pages.fetch(at: place, &announced) }
      }
    }
  }

  private static func all(_ width: Int) -> SIMD8<UInt64> {
    var mask = SIMD8<UInt64>.zero
    for word in 0..<8 {
      let left = width - word * 64
      mask[word] = left >= 64 ? ~0 : left <= 0 ? 0 : (1 &<< UInt64(left)) &- 1
    }
    return mask
  }

  /// The mask without columns that lack a gram.
  private func narrowed(
    _ mask: SIMD8<UInt64>, _ block: PieceLayout.Block, _ hashes: [UInt32], _ range: Range<Int>,
    _ touched: inout TouchCount
  ) -> SIMD8<UInt64> {
    var result = SIMD8<UInt64>.zero
    switch block.width {
    case ...128:
      result.lowHalf.lowHalf = anded(mask.lowHalf.lowHalf, block, hashes, range, &touched)
    case ...256: result.lowHalf = anded(mask.lowHalf, block, hashes, range, &touched)
    default: result = anded(mask, block, hashes, range, &touched)
    }
    return result
  }

  @inline(__always)
  private func anded<V: SIMD>(
    _ start: V, _ block: PieceLayout.Block, _ hashes: [UInt32], _ range: Range<Int>,
    _ touched: inout TouchCount
  ) -> V where V.Scalar == UInt64 {
    var mask = start
    let first = rows + Int(block.offset)
    let width = UInt64(block.width)
    let rowBytes = (block.width + 7) / 8
    precondition(
      first + Int(block.bits * width / 8) + Int(IndexLayout.rowPadding) <= rowsEnd,
      "rows lie in the file")
    for index in range {
      let bit = SignatureScheme.position(of: hashes[index], in: block.bits) &* width
      let place = first &+ Int(truncatingIfNeeded: bit &>> 3)
      if !pages.isKnown(at: place) || !pages.isKnown(upTo: place &+ rowBytes, from: place) {
        touched.checks &+= 1
        guard pages.isSound(at: place), pages.isSound(at: place &+ rowBytes) else { continue }
      }
      // SAFETY: position < block.bits, so place <= first + bits * width / 8; 65 bytes from there lie
      // inside the padding, checked above, and the section was checked to lie in the file.
      let low = unsafe file.base.loadUnaligned(fromByteOffset: place, as: V.self)
      let high = unsafe file.base.loadUnaligned(fromByteOffset: place &+ 1, as: V.self)
      // Two overlapping reads: the second brings the bits that the shift takes from the ninth byte.
      let shift = bit & 7
      mask &= (low &>> V(repeating: shift)) | (high &<< V(repeating: 8 &- shift))
    }
    touched.pages &+= range.count
    touched.bytes &+= rowBytes &* range.count
    return mask
  }

  /// Whether one column of a block has all grams.
  func has(
    _ column: Int, of block: PieceLayout.Block, _ hashes: [UInt32], _ touched: inout TouchCount
  ) -> Bool {
    precondition(column >= 0 && column < block.width, "a column of the block")
    return hold(
      hashes, at: rows + Int(block.offset), bits: block.bits, stride: UInt64(block.width),
      first: UInt64(column), &touched)
  }

  /// Whether a region has all grams.
  ///
  /// - Parameters:
  ///   - place: where its signature begins in the file.
  ///   - bits: of the signature.
  func regionHas(_ hashes: [UInt32], at place: Int, bits: UInt64, _ touched: inout TouchCount)
    -> Bool
  {
    hold(hashes, at: place, bits: bits, stride: 1, first: 0, &touched)
  }

  @inline(__always)
  private func hold(
    _ hashes: [UInt32], at place: Int, bits: UInt64, stride: UInt64, first: UInt64,
    _ touched: inout TouchCount
  ) -> Bool {
    var done = 0
    while done < hashes.count {
      let end = Swift.min(done &+ Self.step, hashes.count)
      var all: UInt8 = 1
      for index in done..<end {
        let bit = SignatureScheme.position(of: hashes[index], in: bits) &* stride &+ first
        let byte = place &+ Int(truncatingIfNeeded: bit &>> 3)
        guard let value = file.byte(at: byte), pages.isSound(at: byte) else { continue }
        all &= value &>> UInt8(truncatingIfNeeded: bit & 7)
      }
      touched.pages &+= end &- done
      touched.bytes &+= end &- done
      if all == 0 { return false }
      done = end
    }
    return true
  }
}

extension SIMD8<UInt64> {
  /// By halves: comparing lane by lane costs three times as much here.
  @inline(__always)
  fileprivate var hasBits: Bool {
    let four = lowHalf | highHalf
    let two = four.lowHalf | four.highHalf
    return two[0] | two[1] != 0
  }
}
