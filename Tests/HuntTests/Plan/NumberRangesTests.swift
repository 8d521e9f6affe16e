import Testing

@testable import Hunt

/// Sets of numbers against the operations themselves.
@Suite struct NumberRangesTests {
  private static let samples: [Int64] =
    Array(-40...40)
    + [Int64.min, Int64.min + 1, Int64.min + 39, Int64.max, Int64.max - 1, Int64.max - 39, 1 << 32]

  private static func random(_ numbers: inout FactNumbers) -> NumberRanges {
    NumberRanges(
      joining: (0..<Int.random(in: 0...4, using: &numbers)).map { _ in
        let a = samples.randomElement(using: &numbers) ?? 0
        let b = samples.randomElement(using: &numbers) ?? 0
        return min(a, b)...max(a, b)
      })
  }

  @Test func operationsAreUndone() {
    var numbers = FactNumbers(seed: 11)
    for _ in 0..<2000 {
      let (set, other) = (Self.random(&numbers), Self.random(&numbers))
      let delta = Self.samples.randomElement(using: &numbers) ?? 0
      let factor = Int64.random(in: 1...7, using: &numbers)
      let product = set.divided(by: factor, in: -50...50)
      for value in Self.samples {
        #expect(set.complement.contains(value) != set.contains(value))
        #expect(
          set.intersection(other).contains(value) == (set.contains(value) && other.contains(value)))
        #expect(set.shifted(by: delta).contains(value) == set.contains(value &- delta))
        #expect(set.inverted.contains(value) == set.contains(~value))
        #expect(set.negated.contains(value) == set.contains(0 &- value))
        #expect(set.multiplied(by: factor).contains(value) == set.contains(value / factor))
        if (-50...50).contains(value) {
          #expect(product?.contains(value) == set.contains(value * factor))
        }
        if set.contains(value) { #expect(set.widened(to: 1).contains(value)) }
      }
    }
    #expect(NumberRanges.all.divided(by: 3, in: 0...Int64.max) == nil)
    #expect(NumberRanges(joining: [1...2, 3...4]).ranges == [1...4])
    #expect(NumberRanges(1...3).values(most: 2) == nil)
    #expect(NumberRanges(1...3).values(most: 3) == [1, 2, 3])
    #expect(NumberRanges.all.values(most: 5) == nil)
  }
}
