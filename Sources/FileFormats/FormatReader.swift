internal import Bytes

/// Reads integers of a file that tells its own byte order and word size (ELF, Mach-O); a word is
/// 4 or 8 bytes. Nil where the integer does not lie wholly inside.
struct FormatReader: Sendable {
  let data: ByteView
  let isBigEndian: Bool
  let is64Bit: Bool

  @inline(__always)
  func half(_ offset: Int) -> UInt16? {
    isBigEndian ? data.big(at: offset, as: UInt16.self) : data.little(at: offset, as: UInt16.self)
  }

  @inline(__always)
  func quarter(_ offset: Int) -> UInt32? {
    isBigEndian ? data.big(at: offset, as: UInt32.self) : data.little(at: offset, as: UInt32.self)
  }

  @inline(__always)
  func long(_ offset: Int) -> UInt64? {
    isBigEndian ? data.big(at: offset, as: UInt64.self) : data.little(at: offset, as: UInt64.self)
  }

  @inline(__always)
  func word(_ offset: Int) -> UInt64? {
    is64Bit ? long(offset) : quarter(offset).map(UInt64.init)
  }

  /// Where a table of `count` records of `size` bytes lies, if wholly inside the file.
  func table(at offset: UInt64, count: Int, recordSize: Int) -> Int? {
    guard let start = Int(exactly: offset), start <= data.count,
      count * recordSize <= data.count - start
    else { return nil }
    return start
  }
}
