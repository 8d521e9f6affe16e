internal import Bytes
internal import Synchronization

/// How some patterns of a set are searched for: with the literals of all, or, once enough bytes
/// have been searched that it pays, with theirs alone.
///
/// Shared by all threads, for as long as somebody searches for just these patterns.
final class AtomChoice: Sendable {
  private struct State {
    /// The databases of the set that hold the wanted patterns, once asked for.
    var shared: [AtomDatabase]?
    var hasFailed = false
    /// Bytes searched with these.
    var bytes = 0
    /// What must be searched before a database of its own is made.
    var threshold: Int?
    var own: [AtomDatabase]?
    /// The one that `ownAtoms` made, or that it was refused.
    var made: AtomDatabase?
    var isRefused = false
    /// Bytes for which `hasOwnAtoms` was asked.
    var asked = 0
    /// Hits of literals that nobody waits for, while searching with the literals of more patterns.
    var vain = 0
    /// Of the wanted patterns, once counted.
    var literals: Int?
  }

  let wanted: PatternSelection
  private let state = Mutex(State())

  init(_ wanted: PatternSelection) { self.wanted = wanted }

  /// Before so much has been searched nothing is counted.
  private static let leastBytes = 4 << 20

  /// - Parameter length: of what will be searched, in bytes.
  /// - Returns: as `PatternSet.atoms`.
  func atoms(of set: PatternSet, length: Int) -> [AtomDatabase]? {
    state.withLock { state in
      if let own = state.own { return own }
      if state.shared == nil, !state.hasFailed {
        state.shared = set.atoms(for: wanted)
        state.hasFailed = state.shared == nil
      }
      guard let shared = state.shared else { return nil }
      state.bytes = saturatingSum(state.bytes, length)
      guard state.bytes >= state.threshold ?? Self.leastBytes else { return shared }
      if state.threshold == nil {
        let cost = shared.reduce(0) { $0 + Self.cost($1.database.count) }
        let threshold = Self.threshold(literals(of: set, &state), cost)
        state.threshold = threshold
        guard state.bytes >= threshold else { return shared }
      }
      let mayOwn = set.takesDatabase(of: literals(of: set, &state))
      state.own = (mayOwn ? set.restricted(to: wanted).map { [$0] } : nil) ?? shared
      return state.own
    }
  }

  /// A database of their own, once the hits in vain have cost what making it does.
  /// - Parameter vain: hits in vain since this was last asked.
  /// - Returns: nil where there is none to be had, or not yet.
  func ownAtoms(of set: PatternSet, afterVain vain: Int) -> AtomDatabase? {
    state.withLock { state in
      state.vain = saturatingSum(state.vain, vain)
      if Self.vainHit * Double(state.vain) > Self.compilation(of: literals(of: set, &state)) {
        makeOwn(of: set, &state)
      }
      return state.made
    }
  }

  /// Whether there is a database of their own, made once so much was asked for that it pays.
  /// - Parameter length: of what would be searched, in bytes.
  func hasOwnAtoms(of set: PatternSet, length: Int) -> Bool {
    state.withLock { state in
      state.asked = saturatingSum(state.asked, length)
      // A search with the literals of all costs about a nanosecond a byte.
      if Double(state.asked) > Self.compilation(of: literals(of: set, &state)) {
        makeOwn(of: set, &state)
      }
      return state.made != nil
    }
  }

  private func makeOwn(of set: PatternSet, _ state: inout State) {
    guard state.made == nil, !state.isRefused else { return }
    let count = literals(of: set, &state)
    if count <= Self.mostAtOnce, set.takesDatabase(of: count) { state.made = set.restricted(to: wanted) }
    state.isRefused = state.made == nil
    state.own = state.made.map { [$0] } ?? state.own
  }

  private func literals(of set: PatternSet, _ state: inout State) -> Int {
    if let known = state.literals { return known }
    let count = set.literalCount(for: wanted)
    state.literals = count
    return count
  }

  /// Literals that are compiled in the middle of a search: some 20 ms.
  private static let mostAtOnce = 1000

  /// As for whoever may rent or buy: what has been lost is as much as making the database costs.
  private static func threshold(_ count: Int, _ sharedCost: Double) -> Int {
    let gain = sharedCost - cost(count)
    guard count > 0, gain > 0.01 else { return .max }
    return Int(compilation(of: count) / gain)
  }

  /// Nanoseconds that a hit takes which nobody waits for.
  private static let vainHit = 25.0

  /// Nanoseconds.
  private static func compilation(of literals: Int) -> Double { 600_000 + Double(literals) * 17_000 }

  /// Measured nanoseconds per byte of searching for so many literals, without their hits. Up to 96
  /// vectorscan has another algorithm; above, the number hardly matters until the tables outgrow the
  /// processor's cache.
  static func cost(_ literals: Int) -> Double {
    let points: [(Double, Double)] = [
      (0, 0), (1, 0.03), (8, 0.05), (24, 0.09), (96, 0.15), (120, 0.26), (6_000, 0.28), (25_000, 0.42),
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
