public import Bytes

/// What YARA-X's `zip` module reports of a ZIP archive: the central directory.
///
/// In: the bytes of a file, hostile or not. Out: the entries up to the first damaged record; nil
/// where there is no end record or what it says is impossible. Bytes in front of the archive and
/// behind it are no damage. The law: nothing here traps, each byte is read a few times at most,
/// and nothing is unpacked before it is asked for. Knowledge: PKWARE's APPNOTE.TXT, sections 4.3
/// and 4.5. YARA has no such module.
public struct ZIPArchive: Sendable {
  let data: ByteView
  public let entries: [ZIPEntry]

  /// Entries beyond this many are not read.
  static let maximumEntries = 100_000
  static let endSignature: UInt32 = 0x0605_4B50
  static let endSize = 22

  public static func parse(_ data: ByteView) -> ZIPArchive? {
    guard let end = EndRecord.last(in: data) else { return nil }
    var directory = Directory(end)
    if end.isFull {
      guard let wide = WideEndRecord(before: end.offset, in: data) else { return nil }
      directory = Directory(wide)
    }
    guard let start = directory.start(in: data) else { return nil }
    let (directoryEnd, overflow) = UInt64(start).addingReportingOverflow(directory.size)
    guard !overflow, directoryEnd <= UInt64(end.offset) else { return nil }
    // An archive of nothing is its end record alone.
    if directory.count == 0, directory.size == 0, directory.offset == 0, end.offset != 0 { return nil }
    let base = UInt64(start) - directory.offset
    return ZIPArchive(
      data: data, entries: readEntries(data, from: start, to: directory.end, directory.count, base: base))
  }

  private static func readEntries(
    _ data: ByteView, from start: Int, to end: Int, _ count: UInt64, base: UInt64
  ) -> [ZIPEntry] {
    var entries: [ZIPEntry] = []
    var offset = start
    while UInt64(entries.count) < min(count, UInt64(maximumEntries)),
      let record = ZIPEntry.Record(data, at: offset), offset + record.count <= end,
      // Strong encryption and masked headers.
      record.flags & 0x2040 == 0
    {
      let isWide = [record.compressedSize, record.uncompressedSize, record.localHeader].contains(.max)
      guard !isWide || record.extra.count <= 256, let wide = ZIPEntry.Wide(record) else { break }
      entries.append(
        ZIPEntry(
          path: record.path, flags: record.flags, method: record.method, checksum: record.checksum,
          compressedSize: wide.compressedSize, uncompressedSize: wide.uncompressedSize,
          localHeader: base.addingReportingOverflow(wide.localHeader).overflow
            ? .max : base + wide.localHeader))
      offset += record.count
    }
    return entries
  }
}

/// Where an end record says that the central directory lies.
private struct Directory {
  let count: UInt64
  let size: UInt64
  let offset: UInt64
  /// Records have to end here: where the end record begins.
  let end: Int

  init(_ record: EndRecord) {
    count = UInt64(record.count)
    size = UInt64(record.directorySize)
    offset = UInt64(record.directoryOffset)
    end = record.offset
  }

  init(_ record: WideEndRecord) {
    count = record.count
    size = record.directorySize
    offset = record.directoryOffset
    end = record.offset
  }

  /// The directory begins where its offset says if there is a record, else as far before its end
  /// as it is long: then something stands in front of the archive.
  func start(in data: ByteView) -> Int? {
    let (used, overflow) = offset.addingReportingOverflow(size)
    guard !overflow, used <= UInt64(end), let stated = Int(exactly: offset) else { return nil }
    if data.little(at: stated, as: UInt32.self) == ZIPEntry.signature { return stated }
    return end - Int(size)
  }
}

/// The record that ends an archive.
private struct EndRecord {
  let offset: Int
  let count: UInt16
  let directorySize: UInt32
  let directoryOffset: UInt32
  /// Whether the values are in the record of 64 bits.
  var isFull: Bool { count == .max || directorySize == .max || directoryOffset == .max }

  /// The last one whose comment lies inside; nil where it is of an archive of several disks.
  static func last(in data: ByteView) -> EndRecord? {
    let lowest = max(0, data.count - ZIPArchive.endSize - Int(UInt16.max))
    var offset = data.count - ZIPArchive.endSize
    while offset >= lowest {
      if data.little(at: offset, as: UInt32.self) == ZIPArchive.endSignature,
        let comment = data.little(at: offset + 20, as: UInt16.self),
        offset + ZIPArchive.endSize + Int(comment) <= data.count
      {
        return EndRecord(data, at: offset)
      }
      offset -= 1
    }
    return nil
  }

  private init?(_ data: ByteView, at offset: Int) {
    func half(_ at: Int) -> UInt16 { data.little(at: offset + at, as: UInt16.self) ?? 0 }
    func word(_ at: Int) -> UInt32 { data.little(at: offset + at, as: UInt32.self) ?? 0 }
    guard half(4) == 0, half(6) == 0 else { return nil }
    self.offset = offset
    count = half(10)
    directorySize = word(12)
    directoryOffset = word(16)
  }
}

/// The end record of an archive that needs 64 bits.
private struct WideEndRecord {
  let offset: Int
  let count: UInt64
  let directorySize: UInt64
  let directoryOffset: UInt64

  private static let signature: UInt32 = 0x0606_4B50
  private static let locatorSignature: UInt32 = 0x0706_4B50
  private static let locatorSize = 20
  private static let recordSize = 56
  /// Bytes before the locator in which the record is sought if it is not where the locator says.
  private static let window = 4096

  init?(before end: Int, in data: ByteView) {
    let locator = end - Self.locatorSize
    guard locator >= 0, data.little(at: locator, as: UInt32.self) == Self.locatorSignature,
      data.little(at: locator + 4, as: UInt32.self) == 0,
      let stated = data.little(at: locator + 8, as: UInt64.self),
      data.little(at: locator + 16, as: UInt32.self) == 1,
      let offset = Self.find(data, stated: stated, before: locator),
      let record = data.slice(at: offset, length: Self.recordSize),
      let size = record.little(at: 4, as: UInt64.self), size <= UInt64(data.count),
      data.slice(at: offset, length: Int(size) + 12) != nil,
      record.little(at: 16, as: UInt64.self) == 0,
      let count = record.little(at: 32, as: UInt64.self),
      let directorySize = record.little(at: 40, as: UInt64.self),
      let directoryOffset = record.little(at: 48, as: UInt64.self)
    else { return nil }
    self.offset = offset
    self.count = count
    self.directorySize = directorySize
    self.directoryOffset = directoryOffset
  }

  private static func find(_ data: ByteView, stated: UInt64, before locator: Int) -> Int? {
    if let stated = Int(exactly: stated),
      data.little(at: stated, as: UInt32.self) == signature
    {
      return stated
    }
    return (max(0, locator - window)...max(0, locator - 4)).last {
      data.little(at: $0, as: UInt32.self) == signature && $0 + 4 <= locator
    }
  }
}
