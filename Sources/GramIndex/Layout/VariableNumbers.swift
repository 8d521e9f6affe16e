internal import Bytes

/// Numbers of variable length: seven bits a byte, lowest first, the high bit set on all but the last.
extension ByteWriter {
  mutating func append(variable value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    append(UInt8(rest))
  }

  mutating func append(text: String) {
    append(variable: UInt64(text.utf8.count))
    append(contentsOf: Array(text.utf8))
  }
}

/// Reads them from bytes that may be anything: nil where they end too early or are too large.
struct NumberReader {
  let bytes: ByteView
  private(set) var offset = 0

  init(_ bytes: ByteView) { self.bytes = bytes }

  var left: Int { bytes.count - offset }

  mutating func next() -> UInt64? {
    var value: UInt64 = 0
    var shift: UInt64 = 0
    while let byte = bytes.byte(at: offset) {
      offset += 1
      let part = UInt64(byte & 0x7F)
      guard shift < 63 || (shift == 63 && part <= 1) else { return nil }
      value |= part << shift
      if byte & 0x80 == 0 { return value }
      shift += 7
    }
    return nil
  }

  /// A number that must not be larger than `limit`.
  mutating func next(upTo limit: Int) -> Int? {
    guard let value = next(), limit >= 0, value <= UInt64(limit) else { return nil }
    return Int(value)
  }

  mutating func take(_ length: Int) -> ByteView? {
    guard let part = bytes.slice(at: offset, length: length) else { return nil }
    offset += length
    return part
  }

  mutating func text() -> String? {
    guard let length = next(upTo: left), let part = take(length) else { return nil }
    return String(validating: part.array, as: UTF8.self)
  }
}
