enum InvalidUTF8 {
  /// The offset of the first byte of `bytes[start..<end]` that is not part of well-formed UTF-8.
  static func firstOffset(in bytes: [UInt8], from start: Int, to end: Int) -> Int? {
    var index = start
    while index < end {
      let byte = bytes[index]
      let length: Int
      var second: ClosedRange<UInt8> = 0x80...0xBF
      switch byte {
      case 0..<0x80: length = 1
      case 0xC2...0xDF: length = 2
      case 0xE0: (length, second) = (3, 0xA0...0xBF)
      case 0xED: (length, second) = (3, 0x80...0x9F)
      case 0xE1...0xEF: length = 3
      case 0xF0: (length, second) = (4, 0x90...0xBF)
      case 0xF1...0xF3: length = 4
      case 0xF4: (length, second) = (4, 0x80...0x8F)
      default: return index
      }
      guard index + length <= end else { return index }
      if length > 1 {
        guard second.contains(bytes[index + 1]) else { return index }
        for place in (index + 2)..<max(index + 2, index + length) where bytes[place] & 0xC0 != 0x80 {
          return index
        }
      }
      index += length
    }
    return nil
  }

  static func isClean(_ bytes: [UInt8]) -> Bool {
    firstOffset(in: bytes, from: 0, to: bytes.count) == nil
  }
}
