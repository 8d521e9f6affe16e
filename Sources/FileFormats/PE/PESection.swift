public import Bytes

/// A section header (PE format, "Section Table").
public struct PESection: Sendable {
  /// At most 8 bytes, trailing zero bytes removed; zeros inside are kept.
  public let name: ByteView
  /// The name looked up in the COFF string table where `name` is `/` and a number there, else
  /// `name`. Nil where YARA finds no printable string in the table; never nil for YARA-X.
  public let fullName: ByteView?
  public let virtualSize: UInt32
  /// An RVA.
  public let virtualAddress: UInt32
  public let rawDataSize: UInt32
  /// From the start of the file.
  public let rawDataOffset: UInt32
  public let pointerToRelocations: UInt32
  public let pointerToLineNumbers: UInt32
  public let numberOfRelocations: UInt16
  public let numberOfLineNumbers: UInt16
  public let characteristics: UInt32

  static let size = 40
  static let nameSize = 8

  init?(_ data: ByteView, at offset: Int, names: inout PESectionNames) {
    guard let header = data.slice(at: offset, length: Self.size) else { return nil }
    func u16(_ at: Int) -> UInt16 { header.little(at: at, as: UInt16.self) ?? 0 }
    func u32(_ at: Int) -> UInt32 { header.little(at: at, as: UInt32.self) ?? 0 }
    var length = Self.nameSize
    while length > 0, header.byte(at: length - 1) == 0 { length -= 1 }
    name = header.clamped(at: 0, length: length)
    fullName = names.fullName(of: name)
    virtualSize = u32(8)
    virtualAddress = u32(12)
    rawDataSize = u32(16)
    rawDataOffset = u32(20)
    pointerToRelocations = u32(24)
    pointerToLineNumbers = u32(28)
    numberOfRelocations = u16(32)
    numberOfLineNumbers = u16(34)
    characteristics = u32(36)
  }
}

/// Looks up long section names: the section table holds `/` and a decimal offset into the string
/// table that follows the COFF symbols (made by GNU tools).
struct PESectionNames {
  private let data: ByteView
  private let dialect: FormatDialect
  private let hasSymbols: Bool
  /// Of the string table, from the start of the file.
  private let tableOffset: Int
  /// For all sections together.
  private var budget = PEBudget()

  static let symbolSize = 18

  init(_ data: ByteView, header: PEFileHeader, dialect: FormatDialect) {
    self.data = data
    self.dialect = dialect
    hasSymbols = header.pointerToSymbolTable != 0
    let symbols = Int(header.numberOfSymbols) * Self.symbolSize
    let end = Int(header.pointerToSymbolTable) + symbols
    // YARA-X computes in 32 bits that saturate, YARA in 64 bits.
    tableOffset =
      dialect == .yaraX
      ? min(Int(header.pointerToSymbolTable) + min(symbols, Int(UInt32.max)), Int(UInt32.max))
      : end
  }

  mutating func fullName(of name: ByteView) -> ByteView? {
    guard name.byte(at: 0) == UInt8(ascii: "/") else { return name }
    switch dialect {
    case .yaraX:
      guard let offset = Self.decimal(name.clamped(at: 1, length: name.count)),
        let text = data.slice(from: tableOffset), let start = text.slice(from: Int(offset))
      else { return name }
      return start.terminated(budget: &budget.textBytes) ?? name
    case .yara:
      guard hasSymbols else { return name }
      var offset = 0
      for index in 1..<PESection.nameSize {
        guard let digit = name.byte(at: index), digit &- 48 < 10 else { break }
        offset = offset * 10 + Int(digit - 48)
      }
      guard let start = data.slice(from: tableOffset + offset) else { return nil }
      var length = 0
      while let byte = start.byte(at: length), budget.textBytes > 0 {
        if byte == 0 { return start.clamped(at: 0, length: length) }
        guard byte >= 0x20, byte < 0x7F else { return nil }
        length += 1
        budget.textBytes -= 1
      }
      return nil
    }
  }

  /// A number as YARA-X reads one: digits only, one `+` allowed before them, within 32 bits.
  private static func decimal(_ text: ByteView) -> UInt32? {
    var start = 0
    if text.count > 1, text.byte(at: 0) == UInt8(ascii: "+") { start = 1 }
    guard text.count > start else { return nil }
    var value: UInt64 = 0
    for index in start..<text.count {
      guard let digit = text.byte(at: index), digit &- 48 < 10 else { return nil }
      value = value * 10 + UInt64(digit - 48)
    }
    return UInt32(exactly: value)
  }
}
