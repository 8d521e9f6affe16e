internal import Bytes
internal import Synchronization

/// How some patterns of a set are searched for: with the literals of all, or, once enough bytes
/// have been searched that it pays, with theirs alone.
///
/// Shared by all threads, for as long as somebody searches for just these patterns.
final class AtomChoice: Sendable {
  private struct State {
    /// Bytes searched with the literals of all.
    var bytes = 0
    /// What must be searched before a database of its own is made.
    var threshold: Int?
    var own: AtomDatabase?
  }

  let wanted: PatternSelection
  private let state = Mutex(State())

  init(_ wanted: PatternSelection) { self.wanted = wanted }

  /// Before so much has been searched nothing is counted.
  private static let leastBytes = 4 << 20

  /// - Parameter length: of what will be searched, in bytes.
  func atoms(of set: PatternSet, length: Int) -> AtomDatabase? {
    guard let all = set.atoms else { return nil }
    return state.withLock { state in
      if let own = state.own { return own }
      state.bytes = saturatingSum(state.bytes, length)
      guard state.bytes >= state.threshold ?? Self.leastBytes else { return all }
      if state.threshold == nil {
        let count = set.literalCount(for: wanted)
        state.threshold = Self.threshold(of: count, among: all.database.count)
        guard state.bytes >= state.threshold ?? .max else { return all }
      }
      state.own = set.restricted(to: wanted) ?? all
      return state.own
    }
  }

  /// As for whoever may rent or buy: what has been lost is as much as making the database costs.
  private static func threshold(of count: Int, among all: Int) -> Int {
    let gain = cost(all) - cost(count)
    guard count > 0, gain > 0.01 else { return .max }
    let nanoseconds = 600_000 + Double(count) * 17_000
    return Int(nanoseconds / gain)
  }

  /// Measured nanoseconds per byte of searching for so many literals, with what their hits cost.
  private static func cost(_ literals: Int) -> Double {
    let points: [(Double, Double)] = [
      (1, 0.03), (8, 0.05), (40, 0.12), (100, 0.25), (800, 0.3), (6_000, 0.35), (25_000, 0.5),
      (100_000, 1.5), (1_000_000, 10),
    ]
    let count = Double(literals)
    var last = points[0]
    for point in points {
      if count <= point.0 {
        guard point.0 > last.0 else { return point.1 }
        return last.1 + (point.1 - last.1) * (count - last.0) / (point.0 - last.0)
      }
      last = point
    }
    return last.1
  }
}
