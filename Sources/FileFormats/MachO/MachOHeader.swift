internal import Bytes

/// The header of a Mach-O file for one architecture (mach-o/loader.h).
public struct MachOHeader: Sendable, Equatable {
  /// The first four bytes read as a big-endian number, so that it also tells the byte order.
  public let magic: UInt32
  public let cpuType: UInt32
  public let cpuSubtype: UInt32
  public let fileType: UInt32
  public let commandCount: UInt32
  public let commandsSize: UInt32
  public let flags: UInt32
  /// Nil in a 32-bit file, which has no such field.
  public let reserved: UInt32?

  static let magic32: UInt32 = 0xFEED_FACE
  static let magic64: UInt32 = 0xFEED_FACF

  /// Nil if `data` does not begin with a whole header. YARA asks for the longer, 64-bit header
  /// of either kind, and inside a fat file does not look at the magic number.
  init?(_ data: ByteView, dialect: FormatDialect) {
    guard let magic = data.big(at: 0, as: UInt32.self) else { return nil }
    let layout = Self.layout(magic)
    if dialect == .yaraX, layout == nil { return nil }
    if dialect == .yara, data.count < Self.size64 { return nil }
    let is64Bit = layout?.is64Bit ?? true
    let reader = FormatReader(
      data: data, isBigEndian: layout?.isBigEndian ?? false, is64Bit: is64Bit)
    guard let cpuType = reader.quarter(4), let cpuSubtype = reader.quarter(8),
      let fileType = reader.quarter(12), let commandCount = reader.quarter(16),
      let commandsSize = reader.quarter(20), let flags = reader.quarter(24)
    else { return nil }
    let reserved = is64Bit ? reader.quarter(28) : nil
    if is64Bit, reserved == nil { return nil }
    self.magic = magic
    self.cpuType = cpuType
    self.cpuSubtype = cpuSubtype
    self.fileType = fileType
    self.commandCount = commandCount
    self.commandsSize = commandsSize
    self.flags = flags
    self.reserved = reserved
  }

  static let size32 = 28
  static let size64 = 32

  /// Byte order and word size that a magic number stands for; nil if it is none.
  static func layout(_ magic: UInt32) -> (isBigEndian: Bool, is64Bit: Bool)? {
    switch magic {
    case magic32: (true, false)
    case magic64: (true, true)
    case magic32.byteSwapped: (false, false)
    case magic64.byteSwapped: (false, true)
    default: nil
    }
  }
}
