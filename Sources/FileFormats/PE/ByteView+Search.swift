internal import Bytes

extension ByteView {
  /// Everything from `offset` on, or nil outside; `offset` may be the end.
  func slice(from offset: Int) -> ByteView? {
    guard offset >= 0, offset <= count else { return nil }
    return slice(at: offset, length: count - offset)
  }

  /// The bytes before the first zero, or all where there is none. Nil when the budget does not
  /// suffice; what was examined is taken from it.
  func terminated(budget: inout Int) -> ByteView? {
    let examined = clamped(at: 0, length: budget)
    if let length = examined.zeroIndex {
      budget -= length + 1
      return clamped(at: 0, length: length)
    }
    budget -= examined.count
    return examined.count == count && budget > 0 ? self : nil
  }

  /// The index of the first zero byte.
  var zeroIndex: Int? {
    var offset = 0
    // Eight bytes a step: the high bit of a byte survives only where the byte is zero or follows
    // a zero, so the lowest such bit marks the first zero.
    while let word = little(at: offset, as: UInt64.self) {
      let marks = (word &- 0x0101_0101_0101_0101) & ~word & 0x8080_8080_8080_8080
      if marks != 0 { return offset + marks.trailingZeroBitCount / 8 }
      offset += 8
    }
    while let byte = byte(at: offset) {
      if byte == 0 { return offset }
      offset += 1
    }
    return nil
  }

  func equalsIgnoringCase(_ other: ByteView) -> Bool {
    guard count == other.count else { return false }
    for index in 0..<count where self[index].asciiLowercased != other[index].asciiLowercased {
      return false
    }
    return true
  }

  /// Whether these are exactly the ASCII characters of `text`, in any case.
  func equalsIgnoringCase(_ text: String) -> Bool {
    guard count == text.utf8.count else { return false }
    var index = 0
    for expected in text.utf8 {
      if self[index].asciiLowercased != expected.asciiLowercased { return false }
      index += 1
    }
    return true
  }

  /// The index of the last place where `pattern`, four bytes in little-endian order, begins.
  func lastIndex(of pattern: UInt32) -> Int? {
    var offset = count - 4
    while offset >= 0 {
      if little(at: offset, as: UInt32.self) == pattern { return offset }
      offset -= 1
    }
    return nil
  }

  /// Whether the bytes are well-formed UTF-8 (Unicode 15, table 3-7).
  var isUTF8: Bool {
    var offset = 0
    while offset < count {
      if let word = little(at: offset, as: UInt64.self), word & 0x8080_8080_8080_8080 == 0 {
        offset += 8
        continue
      }
      let lead = self[offset]
      offset += 1
      if lead < 0x80 { continue }
      let following: Int
      var first: ClosedRange<UInt8> = 0x80...0xBF
      switch lead {
      case 0xC2...0xDF: following = 1
      case 0xE0:
        following = 2
        first = 0xA0...0xBF
      case 0xE1...0xEC, 0xEE, 0xEF: following = 2
      case 0xED:
        following = 2
        first = 0x80...0x9F
      case 0xF0:
        following = 3
        first = 0x90...0xBF
      case 0xF1...0xF3: following = 3
      case 0xF4:
        following = 3
        first = 0x80...0x8F
      default: return false
      }
      for step in 0..<following {
        guard let byte = byte(at: offset), (step == 0 ? first : 0x80...0xBF).contains(byte) else {
          return false
        }
        offset += 1
      }
    }
    return true
  }
}
