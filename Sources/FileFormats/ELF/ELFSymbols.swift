internal import Bytes

/// One symbol of `.symtab` or `.dynsym`.
public struct ELFSymbol: Sendable {
  public let name: FormatText?
  public let value: UInt64
  public let size: UInt64
  /// The low four bits of `st_info`.
  public let type: UInt8
  /// The high four bits of `st_info`.
  public let bind: UInt8
  /// The low two bits of `st_other`.
  public let visibility: UInt8
  /// Index of the section that the symbol belongs to; 0 for an import.
  public let sectionIndex: UInt16
}

/// A symbol table, decoded symbol by symbol as it is asked for. It lies wholly inside the file.
public struct ELFSymbols: RandomAccessCollection, Sendable {
  let reader: FormatReader
  let start: Int
  public let count: Int
  let names: ELFStringTable?

  public var startIndex: Int { 0 }
  public var endIndex: Int { count }

  static func recordSize(_ reader: FormatReader) -> Int { reader.is64Bit ? 24 : 16 }

  public subscript(index: Int) -> ELFSymbol { symbol(index, name: name(index)) }

  /// The symbol without its name, which costs nothing to look up.
  public func unnamed(_ index: Int) -> ELFSymbol { symbol(index, name: nil) }

  public func name(_ index: Int) -> FormatText? {
    names?.text(at: nameOffset(index))
  }

  /// Where the symbol's name begins in the string table.
  func nameOffset(_ index: Int) -> UInt32 {
    reader.quarter(start + index * Self.recordSize(reader)) ?? 0
  }

  private func symbol(_ index: Int, name: FormatText?) -> ELFSymbol {
    let offset = start + index * Self.recordSize(reader)
    let info = reader.data.byte(at: offset + (reader.is64Bit ? 4 : 12)) ?? 0
    let other = reader.data.byte(at: offset + (reader.is64Bit ? 5 : 13)) ?? 0
    return ELFSymbol(
      name: name,
      value: reader.word(offset + (reader.is64Bit ? 8 : 4)) ?? 0,
      size: reader.word(offset + (reader.is64Bit ? 16 : 8)) ?? 0,
      type: info & 0x0F, bind: info >> 4, visibility: other & 0x03,
      sectionIndex: reader.half(offset + (reader.is64Bit ? 6 : 14)) ?? 0)
  }
}
