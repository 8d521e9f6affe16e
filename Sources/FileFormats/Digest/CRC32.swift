public import Bytes

/// The CRC-32 of zlib and of YARA's `hash.crc32`: reflected polynomial 0xEDB88320, initial value
/// and final complement 0xFFFFFFFF. Eight bytes a step by eight tables ("slicing by eight").
public enum CRC32 {
  public static func checksum(_ data: ByteView) -> UInt32 {
    var value: UInt32 = 0xFFFF_FFFF
    let tables = Self.tables
    var offset = 0
    while let word = data.little(at: offset, as: UInt64.self) {
      let mixed = word ^ UInt64(value)
      value = 0
      for lane in 0..<8 {
        let byte = Int(truncatingIfNeeded: (mixed >> UInt64(8 * lane)) & 0xFF)
        value ^= tables[(7 - lane) * 256 + byte]
      }
      offset += 8
    }
    while let byte = data.byte(at: offset) {
      value = (value >> 8) ^ tables[Int((value ^ UInt32(byte)) & 0xFF)]
      offset += 1
    }
    return ~value
  }

  /// Table t at t * 256: the effect of a byte that t zero bytes follow.
  private static let tables: [UInt32] = {
    var tables = [UInt32](repeating: 0, count: 8 * 256)
    for byte in 0..<256 {
      var value = UInt32(byte)
      for _ in 0..<8 { value = value & 1 == 1 ? (value >> 1) ^ 0xEDB8_8320 : value >> 1 }
      tables[byte] = value
    }
    for index in 256..<tables.count {
      let previous = tables[index - 256]
      tables[index] = (previous >> 8) ^ tables[Int(previous & 0xFF)]
    }
    return tables
  }()
}
