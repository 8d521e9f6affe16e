/// A set of integers: what a number has to be for a comparison to come out in one way.
struct NumberRanges: Hashable, Sendable {
  /// Ascending, with a gap between each two.
  let ranges: [ClosedRange<Int64>]

  static let all = NumberRanges(Int64.min...Int64.max)
  static let none = NumberRanges(sorted: [])
  static let notZero = NumberRanges(0...0).complement
  static let notNegative = NumberRanges(0...Int64.max)

  init(_ range: ClosedRange<Int64>) { ranges = [range] }

  private init(sorted ranges: [ClosedRange<Int64>]) { self.ranges = ranges }

  /// In any order, overlapping or not.
  init(joining ranges: [ClosedRange<Int64>]) {
    var joined: [ClosedRange<Int64>] = []
    for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
      if let last = joined.last, last.upperBound == Int64.max || range.lowerBound <= last.upperBound + 1 {
        joined[joined.count - 1] = last.lowerBound...max(last.upperBound, range.upperBound)
      } else {
        joined.append(range)
      }
    }
    self.ranges = joined
  }

  var isEmpty: Bool { ranges.isEmpty }
  var isAll: Bool { self == .all }
  /// The only number in it.
  var single: Int64? {
    guard ranges.count == 1, ranges[0].lowerBound == ranges[0].upperBound else { return nil }
    return ranges[0].lowerBound
  }

  func contains(_ value: Int64) -> Bool { ranges.contains { $0.contains(value) } }

  var complement: NumberRanges {
    var gaps: [ClosedRange<Int64>] = []
    var next: Int64? = Int64.min
    for range in ranges {
      if let start = next, start < range.lowerBound { gaps.append(start...(range.lowerBound - 1)) }
      next = range.upperBound == Int64.max ? nil : range.upperBound + 1
    }
    if let next { gaps.append(next...Int64.max) }
    return NumberRanges(sorted: gaps)
  }

  func intersection(_ other: NumberRanges) -> NumberRanges {
    NumberRanges(joining: complement.ranges + other.complement.ranges).complement
  }

  func contains(_ range: ClosedRange<Int64>) -> Bool {
    ranges.contains { $0.lowerBound <= range.lowerBound && $0.upperBound >= range.upperBound }
  }

  func intersection(_ range: ClosedRange<Int64>) -> NumberRanges { intersection(NumberRanges(range)) }

  /// No more than so many ranges: where there are more, everything between the first and the last.
  func widened(to most: Int) -> NumberRanges {
    guard ranges.count > most, let first = ranges.first, let last = ranges.last else { return self }
    return NumberRanges(first.lowerBound...last.upperBound)
  }

  /// The numbers up to `most` in number, or nil where there are more.
  func values(most: Int) -> [Int64]? {
    var values: [Int64] = []
    for range in ranges {
      guard range.upperBound.subtractingReportingOverflow(range.lowerBound).overflow == false,
        range.upperBound - range.lowerBound < Int64(most - values.count)
      else { return nil }
      values += range
    }
    return values
  }

  // MARK: - What a number has to be for another, computed from it, to be in the set

  /// Each number and `delta` more, in 64 bits that wrap around.
  func shifted(by delta: Int64) -> NumberRanges {
    if isAll { return self }
    return NumberRanges(
      joining: ranges.flatMap { range in
        let (low, high) = (range.lowerBound &+ delta, range.upperBound &+ delta)
        return low <= high ? [low...high] : [Int64.min...high, low...Int64.max]
      })
  }

  /// The numbers with all bits inverted.
  var inverted: NumberRanges { NumberRanges(joining: ranges.map { ~$0.upperBound...(~$0.lowerBound) }) }

  /// The numbers of the other sign; the smallest stays itself.
  var negated: NumberRanges { inverted.shifted(by: 1) }

  /// The numbers of a domain that are in the set when multiplied by a positive number; nil where a
  /// product may be too large.
  func divided(by factor: Int64, in domain: ClosedRange<Int64>) -> NumberRanges? {
    guard factor > 0, !domain.lowerBound.multipliedReportingOverflow(by: factor).overflow,
      !domain.upperBound.multipliedReportingOverflow(by: factor).overflow
    else { return nil }
    func floor(_ value: Int64) -> Int64 {
      value / factor - (value % factor < 0 ? 1 : 0)
    }
    return NumberRanges(
      joining: ranges.compactMap { range in
        let low = floor(range.lowerBound) + (range.lowerBound % factor == 0 ? 0 : 1)
        let high = floor(range.upperBound)
        return low <= high ? low...high : nil
      }
    ).intersection(domain)
  }

  /// The numbers that are in the set when divided by a positive number, rounded towards 0.
  func multiplied(by divisor: Int64) -> NumberRanges {
    /// `value * divisor + rest`, at the end of the 64 bits where it lies beyond.
    func product(_ value: Int64, _ rest: Int64) -> Int64 {
      let (product, overflow) = value.multipliedReportingOverflow(by: divisor)
      if overflow { return value < 0 ? Int64.min : Int64.max }
      let (sum, overflows) = product.addingReportingOverflow(rest)
      return overflows ? (rest < 0 ? Int64.min : Int64.max) : sum
    }
    let quotients = (Int64.min / divisor)...(Int64.max / divisor)
    return NumberRanges(
      joining: intersection(quotients).ranges.map { range in
        let (low, high) = (range.lowerBound, range.upperBound)
        return product(low, low > 0 ? 0 : 1 - divisor)...product(high, high < 0 ? 0 : divisor - 1)
      })
  }
}
