/// How rare a literal is in the files that are hunted, so that what is searched for is seldom found
/// where there is no match.
public enum LiteralRarity {
  /// Expected occurrences per byte of file. The weights are rough information contents of bytes in
  /// executables and documents; they only order candidates.
  public static func rate(_ bytes: ArraySlice<UInt8>, isCaseless: Bool) -> Double {
    exp2(-bits(bytes, isCaseless: isCaseless))
  }

  private static func exp2(_ power: Double) -> Double {
    // Whole powers and a linear part: no library needed for an estimate.
    let whole = power.rounded(.down)
    var value = 1.0 + (power - whole)
    var left = Int(-whole)
    while left > 0 {
      value /= 2
      left -= 1
    }
    return value
  }

  static func bits(_ bytes: ArraySlice<UInt8>, isCaseless: Bool) -> Double {
    var total = 0.0
    var before: UInt8?
    for byte in bytes {
      if byte == before {
        total += byte == 0 || byte == 0xFF || byte == 0x20 || byte == 0xCC ? 0.4 : 2
      } else if byte == 0 {
        total += before == nil ? 2 : 1.5
      } else {
        total += weights[Int(byte)]
        if isCaseless, (0x61...0x7A).contains(byte | 0x20) { total -= 1 }
      }
      before = byte
    }
    return total
  }

  private static let weights: [Double] = (0...255).map { value in
    switch UInt8(value) {
    case 0: 2
    case 0xFF: 3.5
    case 0x20: 4.5
    case 0x01...0x0F, 0x8B, 0x48, 0x89, 0x24, 0xE8, 0x83, 0x85, 0xC0, 0x45, 0x44, 0xCC, 0x90: 5
    case 0x61...0x7A: 5.5
    case 0x30...0x39, 0x41...0x5A: 6
    case 0x10, 0x40, 0x74, 0x75, 0x80, 0xC3, 0xF0, 0xFE: 6
    default: 7.5
    }
  }
}
