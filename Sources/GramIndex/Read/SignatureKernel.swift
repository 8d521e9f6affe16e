internal import Bytes

/// Asks the signatures of one level of an index file about grams.
///
/// What costs is waiting for memory. A gram's rows of all blocks lie in a stripe; so all blocks go through
/// some grams before any goes on, and only those in which columns are left go on. A page that is
/// damaged counts as all ones: it lets everything pass.
@safe
struct SignatureKernel: Sendable {
  private let file: ByteView
  private let pages: PageGuard
  /// Of the level's pieces or regions.
  let places: RowPlaces
  /// Where the section begins in the file.
  private let rows: Int

  /// Grams that all blocks are asked about first: as many as leave hardly a column by chance. Then so many at
  /// a time.
  private static let lead = 8
  private static let step = 4
  /// Blocks, or columns, of which the lines are asked for together.
  private static let batch = 256

  init(file: ByteView, pages: PageGuard, _ section: Range<UInt64>, _ places: RowPlaces) {
    precondition(
      section.upperBound <= UInt64(file.count) && UInt64(section.count) == places.layout.length,
      "the section lies in the file and is as long as its layout")
    self.file = file
    self.pages = pages
    self.places = places
    rows = Int(section.lowerBound)
  }

  private var layout: RowLayout { places.layout }

  /// Finds the columns that have all grams.
  ///
  /// - Parameter found: gets the number of each block that has such columns, and bits by column.
  func sweep(
    _ hashes: [UInt32], _ scratch: IndexScratch, found: (Int, SIMD8<UInt64>) -> Void
  ) {
    var touched = TouchCount()
    var masks: [SIMD8<UInt64>] = []
    var isFetched = false
    for first in stride(from: 0, to: layout.blocks.count, by: Self.batch) {
      var open = Array(first..<Swift.min(first + Self.batch, layout.blocks.count))
      masks.removeAll(keepingCapacity: true)
      for number in open { masks.append(Self.all(layout.blocks[number].width)) }
      var done = 0
      while done < hashes.count, !open.isEmpty {
        let end = Swift.min(done + (done == 0 ? Self.lead : Self.step), hashes.count)
        let bits = ask(open, hashes, done..<end, scratch)
        var kept = 0
        for (index, number) in open.enumerated() {
          let checks = touched.checks
          let range = index * (end - done)..<(index + 1) * (end - done)
          let mask = narrowed(masks[number - first], layout.blocks[number].width, bits, range, &touched)
          if touched.checks > checks, !isFetched, scratch.hasWaited() {
            isFetched = true
            fetch(hashes)
          }
          guard mask.hasBits else { continue }
          masks[number - first] = mask
          open[kept] = number
          kept += 1
        }
        open.removeLast(open.count - kept)
        done = end
      }
      for number in open { found(number, masks[number - first]) }
    }
    scratch.touched += touched
  }

  /// Where the rows of some grams begin, block after block, in bits from the section's beginning; their memory
  /// is on its way.
  private func ask(
    _ open: [Int], _ hashes: [UInt32], _ range: Range<Int>, _ scratch: IndexScratch
  ) -> [Int] {
    var bits: [Int] = []
    var lines: [Int] = []
    bits.reserveCapacity(open.count * range.count)
    lines.reserveCapacity(2 * open.count * range.count)
    for number in open {
      let block = layout.blocks[number]
      for index in range {
        let bit = Int(truncatingIfNeeded: block.place(of: hashes[index]))
        let place = rows &+ bit &>> 3
        bits.append(bit)
        lines.append(place)
        let last = place &+ block.width &>> 3
        if (place ^ last) &>> 6 != 0 { lines.append(last) }
      }
    }
    MemoryLines.ask(for: lines, of: file)
    return bits
  }

  /// How many grams are fetched from the disk together.
  private static let fetched = 10

  /// Has what the first grams ask for fetched side by side: waiting for one after the other takes as long
  /// as the disk needs for each.
  private func fetch(_ hashes: [UInt32]) {
    var announced: Set<Int> = []
    for block in layout.blocks {
      for hash in hashes.prefix(Self.fetched) {
        let place = rows + Int(block.place(of: hash) >> 3)
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
    _ mask: SIMD8<UInt64>, _ width: Int, _ bits: [Int], _ range: Range<Int>,
    _ touched: inout TouchCount
  ) -> SIMD8<UInt64> {
    var result = SIMD8<UInt64>.zero
    switch width {
    case ...128:
      result.lowHalf.lowHalf = anded(mask.lowHalf.lowHalf, width, bits, range, &touched)
    case ...256: result.lowHalf = anded(mask.lowHalf, width, bits, range, &touched)
    default: result = anded(mask, width, bits, range, &touched)
    }
    return result
  }

  @inline(__always)
  private func anded<V: SIMD>(
    _ start: V, _ width: Int, _ bits: [Int], _ range: Range<Int>, _ touched: inout TouchCount
  ) -> V where V.Scalar == UInt64 {
    var mask = start
    let rowBytes = (width + 7) / 8
    for index in range {
      let place = rows &+ bits[index] &>> 3
      if !pages.isKnown(at: place) || !pages.isKnown(upTo: place &+ rowBytes, from: place) {
        touched.checks &+= 1
        guard pages.isSound(at: place), pages.isSound(at: place &+ rowBytes) else { continue }
      }
      // SAFETY: a hash's row begins in its stripe of the block, inside the section, and 65 bytes from
      // there lie inside the padding; that the section is in the file was checked.
      let low = unsafe file.base.loadUnaligned(fromByteOffset: place, as: V.self)
      let high = unsafe file.base.loadUnaligned(fromByteOffset: place &+ 1, as: V.self)
      // Two overlapping reads: the second brings the bits that the shift takes from the ninth byte.
      let shift = UInt64(bits[index] & 7)
      mask &= (low &>> V(repeating: shift)) | (high &<< V(repeating: 8 &- shift))
    }
    touched.pages &+= range.count
    touched.bytes &+= rowBytes &* range.count
    return mask
  }

  /// One piece or region that may be what is looked for.
  struct Candidate {
    let number: UInt32
    /// Whose it is: the asker's.
    let owner: UInt32
  }

  /// Leaves those that have all grams: none too short for one, all without signature.
  func filter(
    _ candidates: inout [Candidate], _ hashes: [UInt32], _ scratch: IndexScratch
  ) {
    guard !hashes.isEmpty else { return }
    var kept = 0
    for start in stride(from: 0, to: candidates.count, by: Self.batch) {
      var open: [(candidate: Candidate, place: RowPlaces.Place)] = []
      open.reserveCapacity(Self.batch)
      for index in start..<Swift.min(start + Self.batch, candidates.count) {
        let candidate = candidates[index]
        let place = places[Int(candidate.number)]
        if place != .empty { open.append((candidate, place)) }
      }
      var done = 0
      while done < hashes.count, !open.isEmpty {
        let end = Swift.min(done + Self.step, hashes.count)
        keep(&open, hashes, done..<end, scratch)
        done = end
      }
      for one in open {
        candidates[kept] = one.candidate
        kept += 1
      }
    }
    candidates.removeLast(candidates.count - kept)
  }

  private func keep(
    _ open: inout [(candidate: Candidate, place: RowPlaces.Place)], _ hashes: [UInt32],
    _ range: Range<Int>, _ scratch: IndexScratch
  ) {
    var bits: [Int] = []
    var lines: [Int] = []
    bits.reserveCapacity(open.count * range.count)
    lines.reserveCapacity(open.count * range.count)
    for (_, place) in open where place.isInRow {
      let block = layout.blocks[place.block]
      for index in range {
        let bit = Int(truncatingIfNeeded: block.place(of: hashes[index])) &+ place.column
        bits.append(bit)
        lines.append(rows &+ bit &>> 3)
      }
    }
    MemoryLines.ask(for: lines, of: file)
    var next = 0
    var kept = 0
    for one in open {
      var all: UInt8 = 1
      if one.place.isInRow {
        for index in next..<next + range.count {
          let place = lines[index]
          guard let value = file.byte(at: place), pages.isSound(at: place) else { continue }
          all &= value &>> UInt8(truncatingIfNeeded: bits[index] & 7)
        }
        next += range.count
      }
      guard all != 0 else { continue }
      open[kept] = one
      kept += 1
    }
    scratch.touched.pages &+= lines.count
    scratch.touched.bytes &+= lines.count
    open.removeLast(open.count - kept)
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
