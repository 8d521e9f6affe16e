extension ByteView {
  /// Whether the ASCII text stands at `offset`.
  public func has(_ text: StaticString, at offset: Int = 0) -> Bool {
    let length = text.utf8CodeUnitCount
    guard offset >= 0, offset <= count, length <= count - offset else { return false }
    // SAFETY: offset + length <= count was checked above; the literal has `length` code units.
    let expected = unsafe text.utf8Start
    for index in 0..<length
    where unsafe base.load(fromByteOffset: offset &+ index, as: UInt8.self) != expected[index] {
      return false
    }
    return true
  }

  /// The first offset from `start` on and below `limit` where the ASCII text stands. Linear in the
  /// bytes looked at for texts that do not repeat themselves.
  public func find(_ text: StaticString, from start: Int = 0, within limit: Int = .max) -> Int? {
    let length = text.utf8CodeUnitCount
    guard length > 0, count >= length, start >= 0 else { return nil }
    let end = Swift.min(count &- length, limit)
    // SAFETY: the literal has at least one code unit; offset <= count - length in the loop.
    let first = unsafe text.utf8Start[0]
    var offset = start
    while offset <= end {
      if unsafe base.load(fromByteOffset: offset, as: UInt8.self) == first, has(text, at: offset) {
        return offset
      }
      offset &+= 1
    }
    return nil
  }

  /// The two neighbouring bytes of the ASCII text at `index`, the first in the upper half; nil at
  /// its end.
  public static func pair(of text: StaticString, at index: Int) -> UInt16? {
    guard index >= 0, index < text.utf8CodeUnitCount - 1 else { return nil }
    // SAFETY: index + 1 is below the number of code units.
    return unsafe UInt16(text.utf8Start[index]) << 8 | UInt16(text.utf8Start[index + 1])
  }

  /// Whether the little-endian 16-bit units at `offset` are the ASCII text's characters.
  public func hasWide(_ text: StaticString, at offset: Int = 0) -> Bool {
    for index in 0..<text.utf8CodeUnitCount {
      // SAFETY: index is below the number of code units.
      let expected = unsafe UInt16(text.utf8Start[index])
      guard little(at: offset &+ 2 &* index, as: UInt16.self) == expected else { return false }
    }
    return true
  }
}
