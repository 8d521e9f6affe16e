/// A set of code points for regexes in Unicode mode, `(?u)`; of byte values 0 to 255 in the usual
/// mode. Sorted ranges that neither touch nor overlap.
struct ScalarSet: Hashable, Sendable {
  private(set) var ranges: [ClosedRange<UInt32>] = []

  init() {}
  init(_ value: UInt32) { ranges = [value...value] }
  init(_ range: ClosedRange<UInt32>) { ranges = [range] }
  init(_ bytes: ByteSet) { self.init(ranges: bytes.bytes.map { UInt32($0)...UInt32($0) }) }
  init(ranges: [ClosedRange<UInt32>]) {
    self.ranges = ranges
    normalize()
  }

  static let largestScalar: UInt32 = 0x10FFFF

  private mutating func normalize() {
    ranges.sort { $0.lowerBound < $1.lowerBound }
    var merged: [ClosedRange<UInt32>] = []
    for range in ranges {
      if let last = merged.last, range.lowerBound <= last.upperBound &+ 1 {
        merged[merged.count - 1] = last.lowerBound...max(last.upperBound, range.upperBound)
      } else {
        merged.append(range)
      }
    }
    ranges = merged
  }

  var isEmpty: Bool { ranges.isEmpty }

  func union(_ other: ScalarSet) -> ScalarSet { ScalarSet(ranges: ranges + other.ranges) }

  /// All of 0 through `last` that are not in here.
  func inverted(through last: UInt32) -> ScalarSet {
    var result: [ClosedRange<UInt32>] = []
    var next: UInt32 = 0
    for range in ranges {
      if range.lowerBound > next { result.append(next...(range.lowerBound - 1)) }
      next = range.upperBound + 1
    }
    if next <= last { result.append(next...last) }
    return ScalarSet(ranges: result)
  }

  func intersection(_ other: ScalarSet) -> ScalarSet {
    var result: [ClosedRange<UInt32>] = []
    var (a, b) = (0, 0)
    while a < ranges.count, b < other.ranges.count {
      let low = max(ranges[a].lowerBound, other.ranges[b].lowerBound)
      let high = min(ranges[a].upperBound, other.ranges[b].upperBound)
      if low <= high { result.append(low...high) }
      if ranges[a].upperBound < other.ranges[b].upperBound { a += 1 } else { b += 1 }
    }
    return ScalarSet(ranges: result)
  }

  func contains(_ value: UInt32) -> Bool {
    var (low, high) = (0, ranges.count)
    while low < high {
      let middle = (low + high) / 2
      if ranges[middle].upperBound < value { low = middle + 1 } else { high = middle }
    }
    return low < ranges.count && ranges[low].lowerBound <= value
  }

  /// With the other case of every ASCII letter in it.
  var asciiCaseFolded: ScalarSet {
    var result = ranges
    for letter in ByteSet.letters.bytes where contains(UInt32(letter)) {
      result.append(UInt32(letter ^ 0x20)...UInt32(letter ^ 0x20))
    }
    return ScalarSet(ranges: result)
  }

  /// The values up to 255 as bytes.
  var byteSet: ByteSet {
    var set = ByteSet()
    for range in ranges where range.lowerBound <= 0xFF {
      set.insert(UInt8(range.lowerBound)...UInt8(min(range.upperBound, 0xFF)))
    }
    return set
  }

  // MARK: - Unicode

  static let digits = matching { $0.generalCategory == .decimalNumber }
  static let spaces = matching { $0.isWhitespace }
  static let words = matching { properties in
    switch properties.generalCategory {
    case .nonspacingMark, .spacingMark, .enclosingMark, .decimalNumber, .connectorPunctuation: true
    // Letters are alphabetic, all of them; asking for the category alone is faster.
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: true
    case .unassigned, .privateUse, .surrogate, .control: false
    default: properties.isAlphabetic || properties.isJoinControl
    }
  }

  /// The planes that have characters of different kinds: the others hold nothing or are all for
  /// private use, but for their last two values.
  private static let mixedPlanes: Set<UInt32> = [0, 1, 2, 3, 14]

  /// Every value whose properties are to be looked at, with the last value that has the same.
  static func forEachKind(_ body: (Unicode.Scalar, _ last: UInt32) -> Void) {
    for plane in 0...largestScalar >> 16 {
      var value = plane << 16
      let end = value | 0xFFFF
      if !mixedPlanes.contains(plane), let scalar = Unicode.Scalar(value) {
        body(scalar, end - 2)
        value = end - 1
      }
      while value <= end {
        if let scalar = Unicode.Scalar(value) { body(scalar, value) }
        value += 1
      }
    }
  }

  static func matching(_ predicate: (Unicode.Scalar.Properties) -> Bool) -> ScalarSet {
    var ranges: [ClosedRange<UInt32>] = []
    forEachKind { scalar, end in
      guard predicate(scalar.properties) else { return }
      if let last = ranges.last, last.upperBound == scalar.value - 1 {
        ranges[ranges.count - 1] = last.lowerBound...end
      } else {
        ranges.append(scalar.value...end)
      }
    }
    return ScalarSet(ranges: ranges)
  }

  /// Scalars that differ by case only, of those that have such.
  private static let caseVariants: [UInt32: [UInt32]] = {
    var families: [UInt32: Set<UInt32>] = [:]
    forEachKind { scalar, _ in
      let value = scalar.value
      let lower = scalar.properties.lowercaseMapping.unicodeScalars
      let upper = scalar.properties.uppercaseMapping.unicodeScalars
      guard lower.count == 1, upper.count == 1, let low = lower.first, let up = upper.first,
        low != scalar || up != scalar
      else { return }
      // The lower case of the upper case names the family: final sigma and sigma are one.
      let name = up.properties.lowercaseMapping.unicodeScalars
      guard name.count == 1, let first = name.first else { return }
      families[first.value, default: [first.value]].formUnion([value, low.value, up.value])
    }
    var variants: [UInt32: [UInt32]] = [:]
    for family in families.values where family.count > 1 {
      for member in family { variants[member] = family.sorted() }
    }
    return variants
  }()

  /// With all scalars that differ from one in it by case only.
  var caseFolded: ScalarSet {
    var result = ranges
    if ranges.count == 1, ranges[0].count < 64 {
      for value in ranges[0] { result += (Self.caseVariants[value] ?? []).map { $0...$0 } }
    } else {
      for (value, variants) in Self.caseVariants where contains(value) {
        result += variants.map { $0...$0 }
      }
    }
    return ScalarSet(ranges: result)
  }

  /// The UTF-8 of the scalars in here: alternatives of sequences of byte sets.
  var utf8Node: PatternNode {
    var sequences: [[ClosedRange<UInt8>]] = []
    let scalars = intersection(
      ScalarSet(ranges: [0...0xD7FF, 0xE000...Self.largestScalar]))
    for range in scalars.ranges {
      var low = range.lowerBound
      for last in [0x7F, 0x7FF, 0xFFFF, Self.largestScalar] as [UInt32] where low <= last {
        let high = min(range.upperBound, last)
        if low <= high { Self.split(low, high, into: &sequences) }
        low = max(low, last + 1)
        if low > range.upperBound { break }
      }
    }
    // Sequences that differ in their first byte only become one.
    var merged: [[ClosedRange<UInt8>]: ByteSet] = [:]
    var order: [[ClosedRange<UInt8>]] = []
    for sequence in sequences {
      let rest = Array(sequence.dropFirst())
      if merged[rest] == nil { order.append(rest) }
      merged[rest, default: ByteSet()].insert(sequence[0])
    }
    let branches = order.map { rest in
      PatternNode.sequence([.set(merged[rest] ?? ByteSet())] + rest.map { .set(ByteSet($0)) })
    }
    return branches.isEmpty ? .set(ByteSet()) : PatternNode.choice(branches)
  }

  /// Of two scalars whose UTF-8 has the same length: sequences of byte ranges that are the UTF-8 of
  /// all between them.
  private static func split(
    _ low: UInt32, _ high: UInt32, into sequences: inout [[ClosedRange<UInt8>]]
  ) {
    for shift in [6, 12, 18] as [UInt32] {
      let mask: UInt32 = (1 << shift) - 1
      guard low & ~mask != high & ~mask else { continue }
      // Only the last three bytes of a sequence hold six bits.
      if (length(high) - 1) * 6 < shift { break }
      if low & mask != 0 {
        split(low, low | mask, into: &sequences)
        split((low | mask) + 1, high, into: &sequences)
        return
      }
      if high & mask != mask {
        split(low, (high & ~mask) - 1, into: &sequences)
        split(high & ~mask, high, into: &sequences)
        return
      }
    }
    let (first, last) = (utf8(low), utf8(high))
    sequences.append(zip(first, last).map { min($0, $1)...max($0, $1) })
  }

  private static func length(_ value: UInt32) -> UInt32 {
    value <= 0x7F ? 1 : value <= 0x7FF ? 2 : value <= 0xFFFF ? 3 : 4
  }

  static func utf8(_ value: UInt32) -> [UInt8] {
    func tail(_ shift: UInt32) -> UInt8 { UInt8(truncatingIfNeeded: 0x80 | value >> shift & 0x3F) }
    switch length(value) {
    case 1: return [UInt8(truncatingIfNeeded: value)]
    case 2: return [UInt8(truncatingIfNeeded: 0xC0 | value >> 6), tail(0)]
    case 3: return [UInt8(truncatingIfNeeded: 0xE0 | value >> 12), tail(6), tail(0)]
    default: return [UInt8(truncatingIfNeeded: 0xF0 | value >> 18), tail(12), tail(6), tail(0)]
    }
  }
}
