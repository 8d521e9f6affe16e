internal import Bytes

/// What an MZ or CAFEBABE beginning really is.
enum ExecutableIdentification {
  /// PE, NE and LE by the header that `e_lfanew` points to; else a DOS program.
  static func mz(_ data: ByteView) -> FileType? {
    guard let offset = data.u32(0x3C), offset >= 4 else {
      return data.count >= 28 ? .dosExecutable : nil
    }
    if data.has("PE\0\0", at: offset) {
      guard let characteristics = data.u16(offset + 22) else { return .peExecutable }
      return characteristics & 0x2000 != 0 ? .peLibrary : .peExecutable
    }
    if data.has("NE", at: offset) {
      guard let flags = data.u16(offset + 12) else { return .neExecutable }
      return flags & 0x8000 != 0 ? .neLibrary : .neExecutable
    }
    if data.has("LE", at: offset) || data.has("LX", at: offset) { return .leExecutable }
    if data.has("HdrS", at: 0x202) { return .linuxKernel }
    return .dosExecutable
  }

  /// Java classes and Mach-O universal binaries share their magic: the class has a version of 45
  /// and up where the universal binary has its small count of architectures.
  static func cafebabe(_ data: ByteView) -> FileType? {
    guard let word = data.big(at: 4, as: UInt32.self) else { return nil }
    if word & 0xFFFF >= 45, word & 0xFFFF <= 200 { return .javaClass }
    return (1...44).contains(word) ? .machOUniversal : nil
  }
}
