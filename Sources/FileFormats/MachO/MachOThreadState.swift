internal import Bytes

/// Where LC_UNIXTHREAD keeps the program counter, for each processor that the engines know.
struct MachOThreadState {
  /// Bytes of the register state that must be present, in YARA-X and in YARA.
  let size: (yaraX: Int, yara: Int)
  /// Offset of the program counter in it.
  let programCounter: Int
  /// True if the program counter has 64 bits.
  let isWide: Bool

  /// Nil for a processor that neither engine knows.
  static func layout(cpuType: UInt32) -> MachOThreadState? {
    switch cpuType {
    case 0x0000_0006: of(72, 68)  // MC680x0: 8 data and 8 address registers, pad and sr, pc
    case 0x0000_0007: of(64, 40)  // x86: eip is the eleventh of 16
    case 0x0000_000C: of(68, 60)  // ARM: 13 registers, sp, lr, pc, cpsr
    case 0x0000_000D: of(136, 124)  // MC88000: 31 registers, xip, xip_in_bd, nip
    case 0x0000_000E:  // SPARC: psr, pc, npc, y, then 7 global and 7 or 8 output registers
      MachOThreadState(size: (72, 76), programCounter: 4, isWide: false)
    case 0x0000_0012: of(160, 0)  // PowerPC: srr0 comes first
    case 0x0100_0007: of(168, 128, isWide: true)  // x86-64: rip is the seventeenth of 21
    case 0x0100_000C:  // ARM64: 29 registers, fp, lr, sp, pc, cpsr; YARA's structure is padded
      MachOThreadState(size: (268, 272), programCounter: 256, isWide: true)
    case 0x0100_0012:  // PowerPC 64: YARA's structure is padded
      MachOThreadState(size: (308, 312), programCounter: 0, isWide: true)
    default: nil
    }
  }

  private static func of(
    _ size: Int, _ programCounter: Int, isWide: Bool = false
  ) -> MachOThreadState {
    MachOThreadState(size: (size, size), programCounter: programCounter, isWide: isWide)
  }

  /// The program counter of the state that begins at `offset`.
  func programCounter(_ reader: FormatReader, at offset: Int) -> UInt64? {
    isWide
      ? reader.long(offset + programCounter)
      : reader.quarter(offset + programCounter).map(UInt64.init)
  }
}
