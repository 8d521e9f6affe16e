internal import Bytes

/// The heaps that tables point into: names, blobs, GUIDs (ECMA-335 II.24.2.3 to II.24.2.5).
///
/// Enters: an offset that a file claims. Leaves: bytes that lie in the file, or nil. YARA-X reads
/// within the stream, which must lie wholly in the file; YARA begins in the stream and may read to
/// the end of the file.
struct DotNetHeaps {
  private let data: ByteView
  private let dialect: FormatDialect
  /// From the start of the file; nil where there is no such stream.
  let strings: DotNetExtent?
  let blobs: DotNetExtent?
  private var longNameBytes = DotNetLimits.longNameBytes

  init(_ data: ByteView, _ dialect: FormatDialect, strings: DotNetExtent?, blobs: DotNetExtent?) {
    self.data = data
    self.dialect = dialect
    self.strings = strings
    self.blobs = blobs
  }

  /// The name at `index` of `#Strings`, without its zero. YARA-X wants well-formed UTF-8.
  mutating func name(_ index: UInt32) -> ByteView? {
    guard let strings else { return nil }
    switch dialect {
    case .yaraX:
      guard let heap = strings.view(in: data), let rest = heap.slice(from: Int(index)) else {
        return nil
      }
      let near = rest.clamped(at: 0, length: DotNetLimits.nameYara)
      let length: Int
      if let found = near.zeroIndex {
        length = found
      } else {
        // A long name: such may be looked at only so often.
        let far = rest.clamped(at: 0, length: longNameBytes)
        guard let found = far.zeroIndex else {
          longNameBytes -= far.count
          return nil
        }
        longNameBytes -= found
        length = found
      }
      let name = rest.clamped(at: 0, length: length)
      return name.isUTF8 ? name : nil
    case .yara:
      let start = strings.offset + Int(index)
      guard Int(index) < strings.size, start >= 0, start < data.count else { return nil }
      let window = data.clamped(at: start, length: DotNetLimits.nameYara + 1)
      guard let length = window.zeroIndex else { return nil }
      return window.clamped(at: 0, length: length)
    }
  }

  /// The blob at `index` of `#Blob`.
  func blob(_ index: UInt32) -> ByteView? { blobExtent(index).flatMap { $0.view(in: data) } }

  /// Where the bytes of a blob lie: wholly in the file.
  func blobExtent(_ index: UInt32) -> DotNetExtent? {
    guard let blobs else { return nil }
    let start = blobs.offset + Int(index)
    switch dialect {
    case .yaraX:
      guard let heap = blobs.view(in: data), let rest = heap.slice(from: Int(index)) else {
        return nil
      }
      var reader = DotNetBlobReader(rest)
      guard let length = reader.unsigned(), let offset = reader.skip(Int(length)) else { return nil }
      return DotNetExtent(offset: start + offset, size: Int(length))
    case .yara:
      return blobExtentYara(at: start)
    }
  }

  /// A blob anywhere in the file, by YARA's rules.
  func blobExtentYara(at offset: Int) -> DotNetExtent? {
    guard offset >= 0, let first = data.byte(at: offset) else { return nil }
    // Of the widest lengths one byte more must be there.
    if first & 0xE0 == 0xC0, offset + 4 >= data.count { return nil }
    var reader = DotNetBlobReader(data.clamped(at: offset, length: 4))
    guard let length = reader.unsigned() else { return nil }
    let extent = DotNetExtent(offset: offset + reader.offset, size: Int(length))
    return extent.view(in: data) == nil ? nil : extent
  }
}

/// A part of the file, as claimed: it may lie outside.
struct DotNetExtent: Sendable, Equatable {
  var offset: Int
  var size: Int

  /// The bytes, if they lie wholly in the file.
  func view(in data: ByteView) -> ByteView? { data.slice(at: offset, length: size) }
}

/// Reads the compressed integers of a blob (II.23.2) one after the other.
struct DotNetBlobReader {
  let data: ByteView
  private(set) var offset = 0

  init(_ data: ByteView) { self.data = data }

  var isAtEnd: Bool { offset >= data.count }

  mutating func byte() -> UInt8? {
    guard let byte = data.byte(at: offset) else { return nil }
    offset += 1
    return byte
  }

  /// Nil, with nothing read, where the integer is cut off or begins with three set bits.
  mutating func unsigned() -> UInt32? { compressed()?.value }

  /// The sign is in the lowest bit, and the width counts.
  mutating func signed() -> Int32? {
    guard let (value, bits) = compressed() else { return nil }
    let half = Int32(value >> 1)
    return value & 1 == 0 ? half : half - (1 << (bits - 1))
  }

  private mutating func compressed() -> (value: UInt32, bits: Int32)? {
    guard let first = data.byte(at: offset) else { return nil }
    if first & 0x80 == 0 {
      offset += 1
      return (UInt32(first), 7)
    }
    if first & 0xC0 == 0x80 {
      guard let value = data.big(at: offset, as: UInt16.self) else { return nil }
      offset += 2
      return (UInt32(value & 0x3FFF), 14)
    }
    guard first & 0xE0 == 0xC0, let value = data.big(at: offset, as: UInt32.self) else {
      return nil
    }
    offset += 4
    return (value & 0x1FFF_FFFF, 29)
  }

  /// Skips that many bytes and tells where they began; nil, with nothing skipped, if there are
  /// fewer.
  mutating func skip(_ count: Int) -> Int? {
    guard count <= data.count - offset else { return nil }
    defer { offset += count }
    return offset
  }
}
