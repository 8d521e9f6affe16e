/// Looks for a long text within another with a running sum over a window (Rabin and Karp), so that texts
/// which nearly match everywhere take linear time, and no memory.
enum RollingSearch {
  /// Shorter texts are found faster by comparing them at each place.
  static let longestComparedPlainly = 64

  /// - Parameters:
  ///   - count: units of the text, given one by one by `unit`.
  ///   - wantedCount: of the text that is looked for, one at least and no more than `count`.
  @inline(__always)
  static func contains(
    _ count: Int, _ unit: (Int) -> UInt32, _ wantedCount: Int, _ wantedUnit: (Int) -> UInt32
  ) -> Bool {
    let prime: UInt64 = (1 << 61) - 1
    let base: UInt64 = 0x1A5B_36C9_5D13
    func times(_ x: UInt64, _ y: UInt64) -> UInt64 {
      prime.dividingFullWidth(x.multipliedFullWidth(by: y)).remainder
    }
    func value(_ unit: UInt32) -> UInt64 { UInt64(unit) + 1 }
    var wanted: UInt64 = 0
    var sum: UInt64 = 0
    // base to the power of the window's length less one: what leaves the window weighs.
    var weight: UInt64 = 1
    for index in 0..<wantedCount {
      wanted = (times(wanted, base) + value(wantedUnit(index))) % prime
      sum = (times(sum, base) + value(unit(index))) % prime
      if index > 0 { weight = times(weight, base) }
    }
    var start = 0
    while true {
      if sum == wanted, (0..<wantedCount).allSatisfy({ unit(start + $0) == wantedUnit($0) }) { return true }
      guard start + wantedCount < count else { return false }
      let gone = times(value(unit(start)), weight)
      sum = (times((sum + prime - gone) % prime, base) + value(unit(start + wantedCount))) % prime
      start += 1
    }
  }
}
