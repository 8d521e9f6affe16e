public import Bytes

/// One LC_SEGMENT or LC_SEGMENT_64 command.
public struct MachOSegment: Sendable {
  public let name: ByteView
  public let virtualAddress: UInt64
  public let virtualSize: UInt64
  public let fileOffset: UInt64
  public let fileSize: UInt64
  public let maximumProtection: UInt32
  public let initialProtection: UInt32
  public let sectionCount: UInt32
  public let flags: UInt32
  public let sections: MachOSections

  /// Reads the fields at `offset`, after the command's type and size; `is64Bit` is that of the
  /// command. `sectionSpace` is the place that the sections have, in bytes; YARA-X wants all
  /// sections in it, YARA takes as many as fit.
  init?(
    _ reader: FormatReader, at offset: Int, sectionSpace: Int, dialect: FormatDialect
  ) {
    let word = reader.is64Bit ? 8 : 4
    let tail = offset + 16 + 4 * word
    guard let name = reader.data.slice(at: offset, length: 16),
      let virtualAddress = reader.word(offset + 16),
      let virtualSize = reader.word(offset + 16 + word),
      let fileOffset = reader.word(offset + 16 + 2 * word),
      let fileSize = reader.word(offset + 16 + 3 * word),
      let maximumProtection = reader.quarter(tail),
      let initialProtection = reader.quarter(tail + 4),
      let sectionCount = reader.quarter(tail + 8),
      let flags = reader.quarter(tail + 12)
    else { return nil }
    let recordSize = MachOSections.recordSize(reader)
    let fitting = Swift.max(sectionSpace, 0) / recordSize
    let wanted = Int(sectionCount)
    if dialect == .yaraX, wanted > fitting { return nil }
    self.name = MachOName.read(name, dialect)
    self.virtualAddress = virtualAddress
    self.virtualSize = virtualSize
    self.fileOffset = fileOffset
    self.fileSize = fileSize
    self.maximumProtection = maximumProtection
    self.initialProtection = initialProtection
    self.sectionCount = sectionCount
    self.flags = flags
    sections = MachOSections(
      reader: reader, dialect: dialect, start: tail + 16, count: Swift.min(wanted, fitting))
  }

  /// Bytes of the command's fields, without the type and size before them.
  static func fieldsSize(is64Bit: Bool) -> Int { is64Bit ? 64 : 48 }
}

/// One section of a segment.
public struct MachOSection: Sendable {
  public let segmentName: ByteView
  public let name: ByteView
  public let address: UInt64
  public let size: UInt64
  public let offset: UInt32
  public let alignment: UInt32
  public let relocationOffset: UInt32
  public let relocationCount: UInt32
  public let flags: UInt32
  public let reserved1: UInt32
  public let reserved2: UInt32
  /// Nil in a 32-bit section, which has no such field.
  public let reserved3: UInt32?
}

/// The sections of a segment, decoded one by one as they are asked for. They lie wholly inside
/// the file.
public struct MachOSections: RandomAccessCollection, Sendable {
  let reader: FormatReader
  let dialect: FormatDialect
  let start: Int
  public let count: Int

  public var startIndex: Int { 0 }
  public var endIndex: Int { count }

  static func recordSize(_ reader: FormatReader) -> Int { reader.is64Bit ? 80 : 68 }

  public subscript(index: Int) -> MachOSection {
    let offset = start + index * Self.recordSize(reader)
    let word = reader.is64Bit ? 8 : 4
    let tail = offset + 32 + 2 * word
    return MachOSection(
      segmentName: name(at: offset + 16), name: name(at: offset),
      address: reader.word(offset + 32) ?? 0, size: reader.word(offset + 32 + word) ?? 0,
      offset: reader.quarter(tail) ?? 0, alignment: reader.quarter(tail + 4) ?? 0,
      relocationOffset: reader.quarter(tail + 8) ?? 0,
      relocationCount: reader.quarter(tail + 12) ?? 0,
      flags: reader.quarter(tail + 16) ?? 0, reserved1: reader.quarter(tail + 20) ?? 0,
      reserved2: reader.quarter(tail + 24) ?? 0,
      reserved3: reader.is64Bit ? reader.quarter(tail + 28) : nil)
  }

  private func name(at offset: Int) -> ByteView {
    MachOName.read(reader.data.clamped(at: offset, length: 16), dialect)
  }
}

/// How names padded with NULs are read.
enum MachOName {
  /// YARA-X takes the NULs away from the end only, YARA ends the name at the first.
  static func read(_ field: ByteView, _ dialect: FormatDialect) -> ByteView {
    switch dialect {
    case .yaraX: trimmed(field)
    case .yara: field.text(at: 0, limit: field.count)?.text ?? field
    }
  }

  /// `field` without the NULs at its end.
  static func trimmed(_ field: ByteView) -> ByteView {
    var count = field.count
    while let last = field.byte(at: count - 1), last == 0 { count -= 1 }
    return field.clamped(at: 0, length: count)
  }
}
