internal import Bytes

/// One entry of the section header table. A name is nil where the engine reports none.
public struct ELFSection: Sendable {
  public let name: FormatText?
  /// `sh_type`, as a signed number of 32 bits in YARA-X and as an unsigned one in YARA.
  public let type: Int64
  public let flags: UInt64
  public let address: UInt64
  public let size: UInt64
  /// Offset of the section's bytes in the file.
  public let offset: UInt64
  /// `sh_link`: for a symbol table, the index of the section with the symbols' names.
  public let link: UInt32
}

/// The section header table, decoded entry by entry as it is asked for: no entry is stored.
/// It lies wholly inside the file.
public struct ELFSections: RandomAccessCollection, Sendable {
  let reader: FormatReader
  let dialect: FormatDialect
  let start: Int
  public let count: Int
  let names: ELFStringTable?

  public var startIndex: Int { 0 }
  public var endIndex: Int { count }

  static func recordSize(_ reader: FormatReader) -> Int { reader.is64Bit ? 64 : 40 }

  public subscript(index: Int) -> ELFSection {
    let raw = self.raw(index)
    let isNameable = dialect == .yaraX || UInt64(raw.name) < UInt64(reader.data.count)
    return ELFSection(
      name: isNameable ? names?.text(at: raw.name) : nil,
      type: dialect.typeCode(raw.type),
      flags: raw.flags, address: raw.address, size: raw.size, offset: raw.offset, link: raw.link)
  }

  struct Raw {
    var name: UInt32 = 0
    var type: UInt32 = 0
    var flags: UInt64 = 0
    var address: UInt64 = 0
    var offset: UInt64 = 0
    var size: UInt64 = 0
    var link: UInt32 = 0
  }

  /// The entry's fields as they stand; the index must be inside the table.
  func raw(_ index: Int) -> Raw {
    Self.raw(reader, at: start + index * Self.recordSize(reader))
  }

  static func raw(_ reader: FormatReader, at offset: Int) -> Raw {
    let word = reader.is64Bit ? 8 : 4
    return Raw(
      name: reader.quarter(offset) ?? 0, type: reader.quarter(offset + 4) ?? 0,
      flags: reader.word(offset + 8) ?? 0, address: reader.word(offset + 8 + word) ?? 0,
      offset: reader.word(offset + 8 + 2 * word) ?? 0,
      size: reader.word(offset + 8 + 3 * word) ?? 0,
      link: reader.quarter(offset + 8 + 4 * word) ?? 0)
  }
}

/// A table of NUL-terminated names, read with the rules of one dialect.
///
/// YARA-X reads from the table's start to the end of the file, whatever the section's size says,
/// and takes an unterminated name as it is. YARA wants the table to begin with a NUL and the name
/// to end inside its bounds.
struct ELFStringTable: Sendable {
  let bytes: ByteView
  let dialect: FormatDialect

  /// Longest name that is read. Files can make every symbol point at one endless name; real
  /// names, mangled ones included, stay far below.
  static let longestName = 1 << 16

  func text(at index: UInt32) -> FormatText? {
    guard let found = raw(at: index), found.isName else { return nil }
    return shown(found.bytes)
  }

  /// The bytes up to a NUL or the table's end, and whether the engine takes them for a name. Costs
  /// their length; nil, at no cost, for an index that the engine does not look up.
  func raw(at index: UInt32) -> (bytes: ByteView, isName: Bool)? {
    if dialect == .yara {
      guard bytes.byte(at: 0) == 0, index <= UInt32(Int32.max), Int(index) < bytes.count else {
        return nil
      }
    }
    return bytes.text(at: Int(index), limit: Self.longestName).map {
      ($0.text, dialect == .yaraX || $0.isTerminated)
    }
  }

  /// A name as the engine reports it.
  func shown(_ name: ByteView) -> FormatText {
    switch dialect {
    case .yaraX: .repaired(name)
    case .yara: .inFile(name)
    }
  }
}
