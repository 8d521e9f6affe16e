internal import Bytes

/// Puts the rows of one level where its layout has them, stripe after stripe, and hands out the bytes.
///
/// Stripes are made 64 at a time: of each signature that is a whole number of words. Memory: 64
/// stripes, a sixteenth of the section or less.
@safe
final class RowWriter {
  private static let stripesAtOnce = 64
  private let layout: RowLayout
  private let buffer = ByteBuffer()
  private let write: (ByteView) throws -> Void

  init(_ layout: RowLayout, write: @escaping (ByteView) throws -> Void) {
    self.layout = layout
    self.write = write
  }

  /// Writes the whole section.
  ///
  /// - Parameter putRows: puts 64 times `rows` rows of the block of a number where it is told: from a row
  ///   on, whose number is a multiple of 64.
  func writeAll(_ putRows: (_ block: Int, _ from: UInt64, Target) throws -> Void) throws {
    var written: UInt64 = 0
    for group in layout.groups {
      try fill(from: written, to: group.offset)
      // Bytes of 64 stripes: 8 for each bit of one.
      let size = Int(group.stride) * (Self.stripesAtOnce / 8)
      buffer.truncate()
      guard buffer.reserve(size + 16) else {
        throw IndexError(.noMemory, "no memory for the rows of an index")
      }
      for first in stride(from: 0, to: group.stripes, by: Self.stripesAtOnce) {
        // SAFETY: size + 16 bytes were reserved, and nothing is in use.
        unsafe buffer.base.initializeMemory(as: UInt8.self, repeating: 0, count: size + 16)
        let origin = UInt64(first) * group.stride + group.offset * 8
        let target = Target(buffer, bits: size * 8, origin: origin)
        for number in group.blocks {
          try putRows(number, UInt64(first) * layout.blocks[number].rows, target)
        }
        buffer.advance(size)
        try write(buffer.view)
        buffer.truncate()
      }
      written = group.offset + group.length
    }
    try fill(from: written, to: layout.length)
  }

  private func fill(from start: UInt64, to end: UInt64) throws {
    guard end > start else { return }
    try ByteView.with([UInt8](repeating: 0, count: Int(end - start))) { try write($0) }
  }

  /// Some stripes that are being made: all zero at first.
  struct Target {
    private let buffer: ByteBuffer
    private let bits: Int
    private let origin: UInt64

    fileprivate init(_ buffer: ByteBuffer, bits: Int, origin: UInt64) {
      self.buffer = buffer
      self.bits = bits
      self.origin = origin
    }

    /// Sets up to 64 bits at a place of the section; bits from `width` on are 0.
    @inline(__always)
    func put(_ value: UInt64, width: Int, at place: UInt64) {
      let bit = Int(truncatingIfNeeded: place &- origin)
      precondition(bit >= 0 && width <= 64 && bit <= bits - width, "inside the stripes being made")
      let shift = UInt64(bit & 7)
      // SAFETY: bit < bits, so nine bytes from there lie inside the 16 bytes of room behind them.
      let target = unsafe buffer.base + bit >> 3
      let low = unsafe target.loadUnaligned(as: UInt64.self).littleEndian | value &<< shift
      unsafe target.storeBytes(of: low.littleEndian, as: UInt64.self)
      if shift > 0 {
        let high = unsafe target.load(fromByteOffset: 8, as: UInt8.self)
        unsafe target.storeBytes(
          of: high | UInt8(truncatingIfNeeded: value &>> (64 &- shift)), toByteOffset: 8,
          as: UInt8.self)
      }
    }
  }
}

extension RowWriter {
  /// Writes signatures that stand one after the other as rows.
  ///
  /// - Parameter offsets: by number of piece or region, where its signature begins in `store`.
  func write(_ offsets: [Int], in store: ByteView) throws {
    for block in layout.blocks {
      for member in layout.members[block.first..<block.first + block.width] {
        precondition(
          store.slice(at: offsets[Int(member)], length: Int(block.bits / 8)) != nil,
          "a signature lies in the store")
      }
    }
    let groups = IndexLayout.blockWidth / 64
    let matrix = UnsafeMutablePointer<UInt64>.allocate(capacity: groups * 64)
    defer { unsafe matrix.deallocate() }
    try writeAll { number, first, target in
      let block = layout.blocks[number]
      let members = layout.members[block.first..<block.first + block.width]
      let groups = (block.width + 63) / 64
      for row in stride(from: first, to: first + 64 * block.rows, by: 64) {
        unsafe matrix.update(repeating: 0, count: groups * 64)
        for (column, member) in members.enumerated() {
          // SAFETY: row < block.bits, a multiple of 64, and the signature's bytes lie in the store,
          // checked above; the matrix has a place for each column of a block.
          unsafe matrix[column] = store.base.loadUnaligned(
            fromByteOffset: offsets[Int(member)] + Int(row / 8), as: UInt64.self)
        }
        for group in 0..<groups { unsafe Self.transpose(matrix + group * 64) }
        for index in 0..<64 {
          var place = block.place(ofRow: row + UInt64(index))
          var left = block.width
          var cell = index
          while left > 0 {
            // SAFETY: cell = group * 64 + index, inside the matrix.
            unsafe target.put(matrix[cell], width: Swift.min(left, 64), at: place)
            place += 64
            left -= 64
            cell += 64
          }
        }
      }
    }
  }

  /// Exchanges rows and columns of 64 by 64 bits: by halves, then quarters, and so on.
  private static func transpose(_ matrix: UnsafeMutablePointer<UInt64>) {
    var step = 32
    var mask: UInt64 = 0xFFFF_FFFF
    while step > 0 {
      var index = 0
      while index < 64 {
        // SAFETY: bit `step` of index is 0, so index + step < 64, the size of the matrix.
        let swapped = unsafe ((matrix[index] &>> UInt64(step)) ^ matrix[index + step]) & mask
        unsafe matrix[index] ^= swapped &<< UInt64(step)
        unsafe matrix[index + step] ^= swapped
        index = (index + step + 1) & ~step
      }
      step >>= 1
      mask ^= mask &<< UInt64(step)
    }
  }
}
