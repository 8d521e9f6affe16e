internal import Bytes

/// Whether a match stands alone, as `fullword` asks: no letter or digit before it and none behind. Beside
/// a wide match these count only where a zero follows them.
extension SubPattern {
  /// - Parameter key: combined with the neighbours, as with the bytes of the match.
  func isFullword(_ data: ByteView, _ start: Int, _ end: Int, key: UInt8) -> Bool {
    (!fullwordLeft || isFullwordLeft(data, start, key: key)) && (!fullwordRight || isFullwordRight(data, end, key: key))
  }

  func isFullwordLeft(_ data: ByteView, _ start: Int, key: UInt8) -> Bool {
    if isWide, !hasPlainNeighbours {
      guard let zero = data.byte(at: start &- 1), zero ^ key == 0,
        let byte = data.byte(at: start &- 2)
      else { return true }
      return !ByteSet.alphanumeric.contains(byte ^ key)
    }
    guard let byte = data.byte(at: start &- 1) else { return true }
    return !ByteSet.alphanumeric.contains(byte ^ key)
  }

  func isFullwordRight(_ data: ByteView, _ end: Int, key: UInt8) -> Bool {
    if isWide, !hasPlainNeighbours {
      guard let zero = data.byte(at: end &+ 1), zero ^ key == 0, let byte = data.byte(at: end) else {
        return true
      }
      return !ByteSet.alphanumeric.contains(byte ^ key)
    }
    guard let byte = data.byte(at: end) else { return true }
    return !ByteSet.alphanumeric.contains(byte ^ key)
  }
}
