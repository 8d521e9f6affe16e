/// Builds the little-endian records of our own files.
public struct ByteWriter: Sendable {
  public private(set) var bytes: [UInt8] = []

  public init(reserving capacity: Int = 0) { bytes.reserveCapacity(capacity) }

  public mutating func append<T: FixedWidthInteger>(_ value: T) {
    var rest = value
    for _ in 0..<(T.bitWidth / 8) {
      bytes.append(UInt8(truncatingIfNeeded: rest))
      rest = T.bitWidth > 8 ? rest >> 8 : 0
    }
  }

  public mutating func append(contentsOf other: [UInt8]) { bytes.append(contentsOf: other) }

  public mutating func append(zeros count: Int) {
    bytes.append(contentsOf: repeatElement(0, count: Swift.max(0, count)))
  }

  /// The 64-bit checksum of all bytes so far, appended.
  public mutating func appendChecksum64() {
    append(ByteView.with(bytes) { XXH64.checksum($0) })
  }

  /// The low half of the checksum of all bytes so far, appended.
  public mutating func appendChecksum32() {
    append(UInt32(truncatingIfNeeded: ByteView.with(bytes) { XXH64.checksum($0) }))
  }
}
