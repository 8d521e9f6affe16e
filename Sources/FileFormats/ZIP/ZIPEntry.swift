public import Bytes

/// A file of a ZIP archive, as the central directory describes it.
public struct ZIPEntry: Sendable {
  /// As stored: the path, `/` between its parts, in whatever encoding.
  public let path: ByteView
  public let flags: UInt16
  /// APPNOTE.TXT 4.4.5; 0 is stored, 8 is deflated.
  public let method: UInt16
  public let checksum: UInt32
  public let compressedSize: UInt64
  public let uncompressedSize: UInt64
  /// In the view of the archive, with what was put in front of the archive counted.
  let localHeader: UInt64

  static let recordSize = 46
  static let signature: UInt32 = 0x0201_4B50
  static let localSignature: UInt32 = 0x0403_4B50

  var isEncrypted: Bool { flags & 1 != 0 }

  /// Fixed part of a record of the central directory, and the extra fields behind the name.
  struct Record {
    let flags: UInt16
    let method: UInt16
    let checksum: UInt32
    let compressedSize: UInt32
    let uncompressedSize: UInt32
    let localHeader: UInt32
    let path: ByteView
    let extra: ByteView
    /// Bytes of the whole record.
    let count: Int

    /// Nil where the record does not begin with its signature or does not lie wholly inside.
    init?(_ data: ByteView, at offset: Int) {
      guard data.little(at: offset, as: UInt32.self) == ZIPEntry.signature,
        let fixed = data.slice(at: offset, length: ZIPEntry.recordSize)
      else { return nil }
      func half(_ at: Int) -> UInt16 { fixed.little(at: at, as: UInt16.self) ?? 0 }
      func word(_ at: Int) -> UInt32 { fixed.little(at: at, as: UInt32.self) ?? 0 }
      flags = half(8)
      method = half(10)
      checksum = word(16)
      compressedSize = word(20)
      uncompressedSize = word(24)
      localHeader = word(42)
      let (pathSize, extraSize, commentSize) = (Int(half(28)), Int(half(30)), Int(half(32)))
      let start = offset + ZIPEntry.recordSize
      count = ZIPEntry.recordSize + pathSize + extraSize + commentSize
      guard data.slice(at: offset, length: count) != nil,
        let path = data.slice(at: start, length: pathSize),
        let extra = data.slice(at: start + pathSize, length: extraSize)
      else { return nil }
      self.path = path
      self.extra = extra
    }
  }

  /// Where the stored or compressed bytes begin, by the local header.
  func payloadStart(in archive: ByteView) -> Int? {
    guard let start = Int(exactly: localHeader),
      archive.little(at: start, as: UInt32.self) == Self.localSignature,
      let pathSize = archive.little(at: start + 26, as: UInt16.self),
      let extraSize = archive.little(at: start + 28, as: UInt16.self)
    else { return nil }
    return start + 30 + Int(pathSize) + Int(extraSize)
  }
}

extension ZIPEntry {
  /// Sizes and an offset of 64 bits that an extra field holds for those of 32 bits that are full.
  struct Wide {
    var uncompressedSize: UInt64
    var compressedSize: UInt64
    var localHeader: UInt64

    /// Nil where a value is missing that has to be there or a field reaches beyond the end.
    init?(_ record: Record) {
      uncompressedSize = UInt64(record.uncompressedSize)
      compressedSize = UInt64(record.compressedSize)
      localHeader = UInt64(record.localHeader)
      let wanted = [
        (record.uncompressedSize, \Self.uncompressedSize), (record.compressedSize, \.compressedSize),
        (record.localHeader, \.localHeader),
      ].filter { $0.0 == .max }.map(\.1)
      guard !wanted.isEmpty else { return }
      var offset = 0
      while let kind = record.extra.little(at: offset, as: UInt16.self),
        let size = record.extra.little(at: offset + 2, as: UInt16.self)
      {
        guard let field = record.extra.slice(at: offset + 4, length: Int(size)) else { return nil }
        if kind == 1 {
          for (index, path) in wanted.enumerated() {
            guard let value = field.little(at: 8 * index, as: UInt64.self) else { return nil }
            self[keyPath: path] = value
          }
          return
        }
        offset += 4 + Int(size)
      }
      return nil
    }
  }
}
