internal import Bytes

/// Puts rows of bits together, and hands out the bytes when there are enough.
@safe
final class RowPacker {
  private static let flushSize = 256 << 10
  private let buffer = ByteBuffer()
  private var rest: UInt64 = 0
  private var used: UInt64 = 0
  private let write: (ByteView) throws -> Void

  init(write: @escaping (ByteView) throws -> Void) { self.write = write }

  /// Appends the low `width` bits, 1 to 64; the others are 0.
  @inline(__always)
  func append(_ bits: UInt64, width: UInt64) {
    rest |= bits &<< used
    let total = used &+ width
    guard total >= 64 else {
      used = total
      return
    }
    // SAFETY: `reserve` made room for every word of the rows until the next call of it.
    unsafe (buffer.base + buffer.count).storeBytes(of: rest.littleEndian, as: UInt64.self)
    buffer.advance(8)
    rest = used == 0 ? 0 : bits &>> (64 &- used)
    used = total &- 64
  }

  /// Room for rows of so many bits in total; hands out what is there when it is much.
  func reserve(bits: Int) throws {
    if buffer.count >= Self.flushSize { try flush() }
    guard buffer.reserve(bits / 8 + 16) else {
      throw IndexError(.noMemory, "no memory for the rows of an index")
    }
  }

  /// Ends a block: the last bits are filled up to a byte.
  func finishBlock() throws {
    try reserve(bits: 64)
    if used > 0 {
      // SAFETY: 16 bytes were reserved.
      unsafe (buffer.base + buffer.count).storeBytes(of: rest.littleEndian, as: UInt64.self)
      buffer.advance(Int((used + 7) / 8))
    }
    rest = 0
    used = 0
    try flush()
  }

  private func flush() throws {
    try write(buffer.view)
    buffer.truncate()
  }
}

/// Turns signatures that stand one after the other into rows.
enum RowKernel {
  /// Writes `bits` rows, of a bit from each signature.
  ///
  /// - Parameter offsets: where each signature begins in `store`, in whole words of which it has
  ///   enough for `bits`.
  static func writeRows(bits: UInt64, of offsets: [Int], in store: ByteView, to packer: RowPacker)
    throws
  {
    let words = Int((bits + 63) / 64)
    for offset in offsets {
      precondition(
        store.slice(at: offset, length: words * 8) != nil, "a signature lies in the store")
    }
    let groups = (offsets.count + 63) / 64
    let matrix = UnsafeMutablePointer<UInt64>.allocate(capacity: groups * 64)
    defer { unsafe matrix.deallocate() }
    for word in 0..<words {
      unsafe matrix.update(repeating: 0, count: groups * 64)
      for (column, offset) in offsets.enumerated() {
        // SAFETY: offset + words * 8 lies in the store, checked above; the matrix has a place for
        // each column.
        unsafe matrix[column] = store.base.loadUnaligned(
          fromByteOffset: offset + word * 8, as: UInt64.self)
      }
      for group in 0..<groups { unsafe transpose(matrix + group * 64) }
      let rows = Swift.min(64, Int(bits) - word * 64)
      try packer.reserve(bits: rows * offsets.count)
      for row in 0..<rows {
        var left = offsets.count
        var place = row
        while left > 0 {
          // SAFETY: place = group * 64 + row, inside the matrix.
          unsafe packer.append(matrix[place], width: UInt64(Swift.min(left, 64)))
          left -= 64
          place += 64
        }
      }
    }
    try packer.finishBlock()
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

  /// Up to 64 bits from bit `place` of `rows` on; what lies outside is 0.
  @inline(__always)
  static func bits(of rows: ByteView, at place: Int, width: Int) -> UInt64 {
    let byte = place >> 3
    let shift = UInt64(place & 7)
    let low = (rows.little(at: byte, as: UInt64.self) ?? 0) &>> shift
    let high = shift == 0 ? 0 : UInt64(rows.byte(at: byte + 8) ?? 0) &<< (64 &- shift)
    return (low | high) & (width == 64 ? ~0 : (1 &<< UInt64(width)) &- 1)
  }
}
