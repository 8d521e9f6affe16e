internal import Bytes

/// The executable header of an ELF file (System V ABI, "ELF Header"), offsets and addresses
/// widened to 64 bits.
public struct ELFHeader: Sendable, Equatable {
  /// True for ELFCLASS64.
  public let is64Bit: Bool
  /// True for ELFDATA2MSB.
  public let isBigEndian: Bool
  /// `e_ident[EI_OSABI]`.
  public let osABI: UInt8
  public let type: UInt16
  public let machine: UInt16
  /// The virtual address at which the program starts; 0 if it has none.
  public let entryAddress: UInt64
  public let programHeaderOffset: UInt64
  public let sectionHeaderOffset: UInt64
  public let programHeaderEntrySize: UInt16
  public let programHeaderCount: UInt16
  public let sectionHeaderEntrySize: UInt16
  public let sectionHeaderCount: UInt16
  /// Index of the section that holds the sections' names.
  public let sectionNameTableIndex: UInt16

  /// Nil if `data` does not begin with a whole header of a known class and byte order.
  init?(_ data: ByteView) {
    guard data.big(at: 0, as: UInt32.self) == 0x7F45_4C46,
      let fileClass = data.byte(at: 4), fileClass == 1 || fileClass == 2,
      let encoding = data.byte(at: 5), encoding == 1 || encoding == 2,
      let osABI = data.byte(at: 7)
    else { return nil }
    let reader = FormatReader(data: data, isBigEndian: encoding == 2, is64Bit: fileClass == 2)
    let word = reader.is64Bit ? 8 : 4
    // After e_version come e_entry, e_phoff and e_shoff, one word each, then e_flags (4 bytes)
    // and e_ehsize (2 bytes).
    let words = 24
    let halves = words + 3 * word + 6
    guard let type = reader.half(16), let machine = reader.half(18),
      let entryAddress = reader.word(words),
      let programHeaderOffset = reader.word(words + word),
      let sectionHeaderOffset = reader.word(words + 2 * word),
      let programHeaderEntrySize = reader.half(halves),
      let programHeaderCount = reader.half(halves + 2),
      let sectionHeaderEntrySize = reader.half(halves + 4),
      let sectionHeaderCount = reader.half(halves + 6),
      let sectionNameTableIndex = reader.half(halves + 8)
    else { return nil }
    self.is64Bit = reader.is64Bit
    self.isBigEndian = reader.isBigEndian
    self.osABI = osABI
    self.type = type
    self.machine = machine
    self.entryAddress = entryAddress
    self.programHeaderOffset = programHeaderOffset
    self.sectionHeaderOffset = sectionHeaderOffset
    self.programHeaderEntrySize = programHeaderEntrySize
    self.programHeaderCount = programHeaderCount
    self.sectionHeaderEntrySize = sectionHeaderEntrySize
    self.sectionHeaderCount = sectionHeaderCount
    self.sectionNameTableIndex = sectionNameTableIndex
  }

  /// Bytes of the header itself.
  var size: Int { is64Bit ? 64 : 52 }
}
