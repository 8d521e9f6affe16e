internal import Bytes

/// A text with the case of all letters folded, as YARA-X's `icontains`, `istartswith`, `iendswith`
/// and `iequals` compare them: UTF-8 as its Unicode scalars in small letters, of which one letter
/// may become several, and every byte that is none as itself.
struct LowercaseText {
  /// Scalars; bytes that are no UTF-8 have the highest bit set.
  private var units: [UInt32] = []

  static func isASCII(_ text: ByteView) -> Bool {
    for offset in 0..<text.count where text[offset] >= 0x80 { return false }
    return true
  }

  init(_ text: ByteView) {
    units.reserveCapacity(text.count)
    var offset = 0
    while offset < text.count {
      let byte = text[offset]
      if byte < 0x80 {
        units.append(UInt32(byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte))
        offset += 1
      } else if let (scalar, length) = Self.scalar(text, offset) {
        for lower in scalar.properties.lowercaseMapping.unicodeScalars { units.append(lower.value) }
        offset += length
      } else {
        units.append(UInt32(byte) | 0x8000_0000)
        offset += 1
      }
    }
  }

  /// The scalar of two bytes or more at an offset.
  private static func scalar(_ text: ByteView, _ offset: Int) -> (Unicode.Scalar, Int)? {
    let first = UInt32(text[offset])
    let (length, lowest): (Int, UInt32)
    switch first {
    case 0xC2...0xDF: (length, lowest) = (2, 0x80)
    case 0xE0...0xEF: (length, lowest) = (3, 0x800)
    case 0xF0...0xF4: (length, lowest) = (4, 0x10000)
    default: return nil
    }
    guard text.count - offset >= length else { return nil }
    var value = first & (0x7F >> UInt32(length))
    for index in 1..<length {
      let byte = UInt32(text[offset + index])
      guard byte & 0xC0 == 0x80 else { return nil }
      value = value << 6 | byte & 0x3F
    }
    // The initialiser refuses surrogates and what is above U+10FFFF.
    guard value >= lowest, let scalar = Unicode.Scalar(value) else { return nil }
    return (scalar, length)
  }

  func relates(_ relation: TextRelation, _ other: LowercaseText) -> Bool {
    let (a, b) = (units, other.units)
    return switch relation {
    case .startswith, .istartswith: a.starts(with: b)
    case .endswith, .iendswith: a.count >= b.count && a.suffix(b.count).elementsEqual(b)
    case .iequals: a == b
    case .contains, .icontains: contains(b)
    }
  }

  private func contains(_ wanted: [UInt32]) -> Bool {
    guard let first = wanted.first else { return true }
    guard units.count >= wanted.count else { return false }
    if wanted.count > RollingSearch.longestComparedPlainly {
      return RollingSearch.contains(units.count, { units[$0] }, wanted.count, { wanted[$0] })
    }
    for start in 0...(units.count - wanted.count)
    where units[start] == first && units[start..<start + wanted.count].elementsEqual(wanted) {
      return true
    }
    return false
  }
}

extension TextRelation {
  var foldsCase: Bool {
    switch self {
    case .icontains, .istartswith, .iendswith, .iequals: true
    case .contains, .startswith, .endswith: false
    }
  }
}
