internal import Bytes

/// One entry of the program header table.
public struct ELFSegment: Sendable, Equatable {
  /// `p_type`, as a signed number of 32 bits in YARA-X and as an unsigned one in YARA.
  public let type: Int64
  public let flags: UInt32
  public let offset: UInt64
  public let virtualAddress: UInt64
  public let physicalAddress: UInt64
  public let fileSize: UInt64
  public let memorySize: UInt64
  public let alignment: UInt64
}

/// The program header table, decoded entry by entry as it is asked for. It lies wholly inside
/// the file.
public struct ELFSegments: RandomAccessCollection, Sendable {
  let reader: FormatReader
  let dialect: FormatDialect
  let start: Int
  public let count: Int

  public var startIndex: Int { 0 }
  public var endIndex: Int { count }

  static func recordSize(_ reader: FormatReader) -> Int { reader.is64Bit ? 56 : 32 }

  public subscript(index: Int) -> ELFSegment {
    let offset = start + index * Self.recordSize(reader)
    let word = reader.is64Bit ? 8 : 4
    // The 64-bit record has its flags second, the 32-bit one before the alignment.
    let words = reader.is64Bit ? offset + 8 : offset + 4
    let flags = reader.is64Bit ? offset + 4 : offset + 24
    let alignment = reader.is64Bit ? offset + 48 : offset + 28
    let type = reader.quarter(offset) ?? 0
    return ELFSegment(
      type: dialect.typeCode(type),
      flags: reader.quarter(flags) ?? 0,
      offset: reader.word(words) ?? 0,
      virtualAddress: reader.word(words + word) ?? 0,
      physicalAddress: reader.word(words + 2 * word) ?? 0,
      fileSize: reader.word(words + 3 * word) ?? 0,
      memorySize: reader.word(words + 4 * word) ?? 0,
      alignment: reader.word(alignment) ?? 0)
  }
}

/// One entry of the dynamic section.
public struct ELFDynamicEntry: Sendable, Equatable {
  /// `d_tag`: its low 32 bits as a signed number in YARA-X, all of it in YARA.
  public let type: Int64
  public let value: UInt64
}

/// The entries of the dynamic segments.
public struct ELFDynamic: Sendable, Equatable {
  public let entries: [ELFDynamicEntry]
  /// What the engine reports as `dynamic_section_entries`; nil if it reports nothing. In YARA it
  /// counts the last dynamic segment only and includes the closing DT_NULL.
  public let count: Int?
}

extension FormatDialect {
  /// How the engine reports a type field: YARA-X keeps it in an enumeration of 32 signed bits.
  func typeCode(_ raw: UInt32) -> Int64 {
    self == .yaraX ? Int64(Int32(bitPattern: raw)) : Int64(raw)
  }
}
