internal import Bytes

/// The offset that YARA's keyword `entrypoint` stands for: where the first instruction of a PE or
/// ELF file lies in the file.
///
/// The rules are YARA's, its modesty included: PE of i386 and AMD64 only, 60 sections at most;
/// executables of ELF by their segments, other ELF files by their sections; 0 where the address
/// lies in none. Everything else has no entry point (nil).
enum EntryPoint {
  static func offset(in data: ByteView) -> Int64? {
    if let header = peHeader(data) { return peOffset(data, header) }
    guard data.little(at: 0, as: UInt32.self) == 0x464C_457F else { return nil }
    switch data.byte(at: 4) {
    case 1 where data.count >= 52: return elfOffset(data, is64: false)
    case 2 where data.count >= 64: return elfOffset(data, is64: true)
    default: return nil
    }
  }

  /// The place of `PE\0\0` in a file that YARA takes for a PE.
  private static func peHeader(_ data: ByteView) -> Int? {
    guard data.count >= 64, data.little(at: 0, as: UInt16.self) == 0x5A4D,
      let place = data.little(at: 60, as: Int32.self), place >= 0
    else { return nil }
    let header = Int(place)
    guard data.little(at: header, as: UInt32.self) == 0x0000_4550,
      let machine = data.little(at: header + 4, as: UInt16.self), machine == 0x14C || machine == 0x8664,
      data.count > header + 24 + 224
    else { return nil }
    return header
  }

  private static func peOffset(_ data: ByteView, _ header: Int) -> Int64? {
    guard let address = data.little(at: header + 24 + 16, as: UInt32.self),
      let sections = data.little(at: header + 6, as: UInt16.self),
      let optionalSize = data.little(at: header + 20, as: UInt16.self)
    else { return nil }
    var base: UInt32 = 0
    var offset: UInt32 = 0
    var section = header + 24 + Int(optionalSize)
    for _ in 0..<min(Int(sections), 60) {
      // As in YARA, the last byte of the file cannot end a section header.
      guard section + 40 < data.count,
        let start = data.little(at: section + 12, as: UInt32.self),
        let raw = data.little(at: section + 20, as: UInt32.self)
      else { return 0 }
      if address >= start, base <= start { (base, offset) = (start, raw) }
      section += 40
    }
    return Int64(offset) + (Int64(address) - Int64(base))
  }

  private static func elfOffset(_ data: ByteView, is64: Bool) -> Int64? {
    func word(_ offset: Int) -> UInt64 {
      is64
        ? data.little(at: offset, as: UInt64.self) ?? 0
        : UInt64(data.little(at: offset, as: UInt32.self) ?? 0)
    }
    func half(_ offset: Int) -> Int { Int(data.little(at: offset, as: UInt16.self) ?? 0) }
    let entry = word(24)
    let isExecutable = half(16) == 2
    let table = isExecutable ? word(is64 ? 32 : 28) : word(is64 ? 40 : 32)
    let count = isExecutable ? half(is64 ? 56 : 44) : half(is64 ? 60 : 48)
    let size = isExecutable ? (is64 ? 56 : 32) : (is64 ? 64 : 40)
    guard table > 0, count > 0, let start = Int(exactly: table), start <= data.count,
      count * size <= data.count - start
    else { return 0 }
    for index in 0..<count {
      let item = start + index * size
      let address: UInt64
      let length: UInt64
      let offset: UInt64
      if isExecutable {
        (offset, address, length) =
          is64
          ? (word(item + 8), word(item + 16), word(item + 40))
          : (word(item + 4), word(item + 8), word(item + 20))
      } else {
        let type = data.little(at: item + 4, as: UInt32.self) ?? 0
        if type == 0 || type == 8 { continue }
        (address, offset, length) =
          is64
          ? (word(item + 16), word(item + 24), word(item + 32))
          : (word(item + 12), word(item + 16), word(item + 20))
      }
      if entry >= address, entry < address &+ length {
        return Int64(bitPattern: offset &+ (entry &- address))
      }
    }
    return 0
  }
}
