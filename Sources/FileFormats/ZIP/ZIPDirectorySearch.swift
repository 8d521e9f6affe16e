internal import Bytes

/// Finds files in an archive that follows other bytes, as YARA-X's `crx` module does: more patient
/// with damage than `ZIPArchive`, and like most unpackers it takes the last of equal names.
///
/// Where the directory of an end record cannot be read to its end, the end record before it is
/// tried. The law: all tries together look at no more bytes than `budget`.
struct ZIPDirectorySearch {
  private let data: ByteView
  private var budget: Int
  private(set) var entries: [ZIPEntry] = []

  /// Bytes from the end in which an end record may begin: measured of YARA-X, somewhat more than a
  /// record with the longest comment.
  private static let endWindow = 65_572
  private static let wideEndSignature: UInt32 = 0x0606_4B50
  private static let wideLocatorSignature: UInt32 = 0x0706_4B50

  /// Nil where no end record leads to a whole directory.
  init?(_ data: ByteView) {
    self.data = data
    budget = 2 * min(data.count, 1 << 28) + (1 << 20)
    var end = data.count - ZIPArchive.endSize
    let lowest = max(0, data.count - Self.endWindow)
    while end >= lowest, budget > 0 {
      if data.little(at: end, as: UInt32.self) == ZIPArchive.endSignature,
        let comment = data.little(at: end + 20, as: UInt16.self),
        end + ZIPArchive.endSize + Int(comment) <= data.count,
        let directory = directory(endingAt: end), readEntries(directory)
      {
        return
      }
      end -= 1
    }
    return nil
  }

  private struct Directory {
    let start: Int
    let count: UInt64
    /// Bytes in front of the archive.
    let base: Int
  }

  private mutating func directory(endingAt end: Int) -> Directory? {
    func half(_ at: Int) -> UInt16 { data.little(at: end + at, as: UInt16.self) ?? 0 }
    func word(_ at: Int) -> UInt32 { data.little(at: end + at, as: UInt32.self) ?? 0 }
    let (count, size, offset) = (half(10), word(12), word(16))
    let locator = end - 20
    if count == .max || size == .max || offset == .max,
      data.little(at: locator, as: UInt32.self) == Self.wideLocatorSignature
    {
      return wideDirectory(locator: locator)
    }
    let stated = Int(offset)
    guard half(4) == half(6) else { return nil }
    if count == 0 {
      return stated <= end ? Directory(start: end, count: UInt64(half(8)), base: end - stated) : nil
    }
    guard stated < end,
      let start = find(ZIPEntry.signature, from: stated, to: end)
    else { return nil }
    return Directory(start: start, count: UInt64(half(8)), base: start - stated)
  }

  private mutating func wideDirectory(locator: Int) -> Directory? {
    guard let stated = data.little(at: locator + 8, as: UInt64.self), stated < UInt64(locator),
      let disks = data.little(at: locator + 16, as: UInt32.self), disks <= 1,
      let record = find(Self.wideEndSignature, from: Int(stated), to: locator),
      let disk = data.little(at: record + 16, as: UInt32.self),
      disk == data.little(at: record + 20, as: UInt32.self),
      let count = data.little(at: record + 32, as: UInt64.self),
      let offset = data.little(at: record + 48, as: UInt64.self)
    else { return nil }
    let base = record - Int(stated)
    guard offset <= UInt64(data.count - base) else { return nil }
    return Directory(start: base + Int(offset), count: count, base: base)
  }

  /// The first place of a signature in a range; what is looked at is charged.
  private mutating func find(_ signature: UInt32, from start: Int, to end: Int) -> Int? {
    var offset = start
    while offset + 4 <= end, budget > 0 {
      if data.little(at: offset, as: UInt32.self) == signature { return offset }
      offset += 1
      budget -= 1
    }
    return nil
  }

  /// False where a record is damaged.
  private mutating func readEntries(_ directory: Directory) -> Bool {
    entries.removeAll(keepingCapacity: true)
    var offset = directory.start
    while UInt64(entries.count) < directory.count {
      guard budget > 0, let record = ZIPEntry.Record(data, at: offset) else { return false }
      budget -= record.count
      let wide = ZIPEntry.Wide(record)
      let header = (wide?.localHeader ?? UInt64(record.localHeader))
        .addingReportingOverflow(UInt64(directory.base))
      guard !header.overflow else { return false }
      entries.append(
        ZIPEntry(
          path: record.path, flags: record.flags, method: record.method, checksum: record.checksum,
          compressedSize: wide?.compressedSize ?? UInt64(record.compressedSize),
          uncompressedSize: wide?.uncompressedSize ?? UInt64(record.uncompressedSize),
          localHeader: header.partialValue))
      offset += record.count
    }
    return true
  }

  /// The unpacked bytes of the last entry with that path; nil where they are encrypted, damaged
  /// (by their checksum as well), packed in another way than by deflate, more than the directory
  /// says, or more than `limit`.
  func contents(of path: [UInt8], limit: Int) -> [UInt8]? {
    guard let entry = entries.last(where: { $0.path.count == path.count && $0.path.array == path }),
      !entry.isEncrypted, let start = entry.payloadStart(in: data)
    else { return nil }
    let payload = data.clamped(at: start, length: Int(clamping: entry.compressedSize))
    let bytes: [UInt8]?
    switch entry.method {
    case 0: bytes = payload.count <= limit ? payload.array : nil
    case 8: bytes = Inflate.raw(payload, limit: limit)
    default: bytes = nil
    }
    guard let bytes, UInt64(bytes.count) <= entry.uncompressedSize,
      ByteView.with(bytes, CRC32.checksum) == entry.checksum
    else { return nil }
    return bytes
  }
}
