/// SplitMix64: the same seed gives the same rules and data on every machine.
struct RandomSource: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  /// A source of its own for case `index`, so that one case can be repeated alone.
  init(seed: UInt64, index: Int) {
    var mixed = RandomSource(seed: seed ^ (UInt64(bitPattern: Int64(index)) &* 0xD134_2543_DE82_EF95))
    state = mixed.next()
  }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  mutating func int(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &self) }

  /// True once in `n` times.
  mutating func oneIn(_ n: Int) -> Bool { int(1...n) == 1 }

  mutating func pick<C: RandomAccessCollection>(_ items: C) -> C.Element {
    items[items.index(items.startIndex, offsetBy: int(0...items.count - 1))]
  }

  mutating func byte() -> UInt8 { UInt8(truncatingIfNeeded: next()) }
}
