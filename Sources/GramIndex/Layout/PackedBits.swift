internal import Bytes

/// Numbers of so many bits one after the other, the lowest bit first.
extension ByteView {
  /// Up to 64 bits from a bit on; what lies outside of the view is 0.
  @inline(__always)
  func bits(at place: Int, width: Int) -> UInt64 {
    let byte = place >> 3
    let shift = UInt64(place & 7)
    let low = (little(at: byte, as: UInt64.self) ?? 0) &>> shift
    let high = shift == 0 ? 0 : UInt64(self.byte(at: byte + 8) ?? 0) &<< (64 &- shift)
    return (low | high) & (width >= 64 ? ~0 : (1 &<< UInt64(width)) &- 1)
  }
}
