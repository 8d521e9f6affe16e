internal import Bytes
internal import Synchronization

/// All distinct patterns of a rule set, compiled for searching. Immutable but for a cache of
/// smaller literal databases; shared by all threads.
public final class PatternSet: Sendable {
  private let patterns: [Pattern]
  let subPatterns: [SubPattern]
  let pool: [UInt8]
  let programs: [AutomatonProgram]
  let base64Phases: [Base64Phase]
  let chains: [PatternChain]
  let rivals: [[Int32]]
  /// Sub-patterns without atoms.
  let fallbacks: [Int32]
  let probes: [RunProbe]
  private let databases = Mutex(Databases())

  /// All atoms, in two parts: those of `base`, which most files are searched for, and the rest.
  /// A part without atoms has no database, and neither has one that could not be made.
  private struct Databases {
    var base: PatternSelection?
    var first: AtomDatabase?
    var rest: AtomDatabase?
    var isRestMade = false
    var hasFailed = false
    /// Literals of databases made for selections.
    var literalsOfChoices = 0
  }
  /// Nanoseconds a byte that searching for each pattern costs, roughly; orders patterns.
  let searchCosts: [Double]
  /// Many xor texts at once; nil where there are few.
  let xorSearch: XorSearch?
  private let literals: [SearchLiteral]
  private let owners: [[AtomOwner]]
  private let cache = Mutex<[PatternSelection: AtomChoice]>([:])

  init(_ layout: PatternSetLayout) {
    patterns = layout.patterns
    subPatterns = layout.subPatterns
    pool = layout.pool
    programs = layout.programs
    base64Phases = layout.base64Phases
    chains = layout.chains
    rivals = layout.rivals
    fallbacks = layout.fallbacks
    probes = layout.probes
    literals = layout.literals
    owners = layout.owners
    xorSearch =
      layout.xorForms.isEmpty ? nil : XorSearch(layout.xorForms, layout.subPatterns, layout.pool)
    var costs = Array(repeating: 0.0, count: layout.patterns.count)
    // Of more literals vectorscan finds short and long ones at one cost.
    let prefersLong = layout.literals.count <= Self.fewLiterals
    for (literal, owners) in zip(layout.literals, layout.owners) {
      let cost =
        (prefersLong ? Self.literalCost(literal) : Self.leastLiteralCost) + Self.hitCost(literal)
      for owner in owners { costs[layout.subPatterns[Int(owner.subPattern)].pattern.index] += cost }
    }
    for index in layout.fallbacks {
      let sub = layout.subPatterns[Int(index)]
      costs[sub.pattern.index] += sub.probe >= 0 ? Self.probedCost : Self.fallbackCost
    }
    for index in layout.xorForms { costs[layout.subPatterns[Int(index)].pattern.index] += 0.1 }
    searchCosts = costs
  }

  // MARK: - Databases

  /// Literals that are compiled at once rather than when they are first asked for.
  private static let compiledAtOnce = 1000

  /// States which patterns most files are searched for. Without it that is all of them.
  func prepare(base: PatternSelection) {
    databases.withLock { databases in
      databases.base = base
      makeFirst(&databases)
      if literals.count > Self.compiledAtOnce { makeRest(&databases) }
    }
  }

  /// Whether searching for `base` alone is so much cheaper than for all that it pays although some
  /// files are searched twice.
  func pays(base: PatternSelection) -> Bool {
    var rest = PatternSelection.all(count: patterns.count)
    rest.subtract(base)
    guard !rest.isEmpty else { return false }
    var gain = AtomChoice.cost(literals.count) - AtomChoice.cost(literalCount(for: base))
    for (literal, owners) in zip(literals, owners) where !owners.contains(where: { wants($0, base) }) {
      gain += Self.hitCost(literal)
    }
    for index in fallbacks where rest.contains(subPatterns[Int(index)].pattern) {
      gain += subPatterns[Int(index)].probe >= 0 ? Self.probedCost : Self.fallbackCost
    }
    return gain > 0.02
  }

  /// Nanoseconds per byte of file that a literal among many costs: less the longer it is.
  private static func literalCost(_ literal: SearchLiteral) -> Double {
    let length = literal.before.count + literal.bytes.count + literal.after.count
    return leastLiteralCost + 0.0002 * Double(max(0, 24 - length))
  }
  private static let leastLiteralCost = 0.002
  private static let fewLiterals = 1024

  /// Nanoseconds per byte of file that hits of a literal and searching without one cost.
  private static func hitCost(_ literal: SearchLiteral) -> Double {
    20 * LiteralRarity.rate(literal.bytes[...], isCaseless: literal.isCaseless)
  }
  static let fallbackCost = 3.0
  private static let probedCost = 0.5

  private func makeFirst(_ databases: inout Databases) {
    guard databases.first == nil else { return }
    let base = databases.base ?? .all(count: patterns.count)
    databases.base = base
    if literalCount(for: base) > 0 {
      databases.first = restricted(to: base)
      if databases.first == nil { databases.hasFailed = true }
    }
  }

  private func makeRest(_ databases: inout Databases) {
    guard !databases.isRestMade else { return }
    databases.isRestMade = true
    var rest = PatternSelection.all(count: patterns.count)
    if let base = databases.base { rest.subtract(base) }
    if literalCount(for: rest) > 0 {
      databases.rest = restricted(to: rest)
      if databases.rest == nil { databases.hasFailed = true }
    }
  }

  /// Whether a selection may have a database of its own for so many literals: all such together are
  /// bounded, since each literal takes some 120 bytes.
  func takesDatabase(of count: Int) -> Bool {
    databases.withLock { databases in
      guard databases.literalsOfChoices + count <= 2 * literals.count + 2000 else { return false }
      databases.literalsOfChoices += count
      return true
    }
  }

  /// The databases that together hold the atoms of the wanted patterns (nil: of all); nil where they
  /// cannot be had, so that everything has to be searched for the slow way.
  func atoms(for wanted: PatternSelection?) -> [AtomDatabase]? {
    databases.withLock { databases in
      if databases.base == nil { makeFirst(&databases) }
      var isOfBase = true
      var isOfRest = true
      if let wanted, let base = databases.base {
        isOfBase = wanted.meets(base)
        isOfRest = !wanted.isPart(of: base)
      }
      if isOfRest { makeRest(&databases) }
      if databases.hasFailed { return nil }
      return (isOfBase ? [databases.first] : []).compactMap { $0 }
        + (isOfRest ? [databases.rest] : []).compactMap { $0 }
    }
  }

  public var count: Int { patterns.count }

  /// What the pattern means; for the checker and the hunt planner.
  public func pattern(_ id: PatternID) -> Pattern { patterns[id.index] }

  /// Shortest possible match in bytes.
  public func minimumLength(_ id: PatternID) -> Int { patterns[id.index].minimumLength }

  /// Longest possible match in bytes, or nil where there is no bound.
  public func maximumLength(_ id: PatternID) -> Int? { patterns[id.index].maximumLength }

  /// Whether every file must be read through for this pattern, since no literal is in all matches.
  public func isSlow(_ id: PatternID) -> Bool {
    fallbacks.contains { subPatterns[Int($0)].pattern == id }
  }

  /// How the wanted patterns are searched for; the same object for the same patterns, while it is
  /// kept.
  func choice(for wanted: PatternSelection) -> AtomChoice {
    cache.withLock { cache in
      if let known = cache[wanted] { return known }
      if cache.count >= cacheLimit { cache.removeAll() }
      let made = AtomChoice(wanted)
      cache[wanted] = made
      return made
    }
  }

  /// A selection takes a bit a pattern: all together some megabytes.
  private var cacheLimit: Int { max(64, min(1024, 64_000_000 / max(1, patterns.count))) }

  private func wants(_ owner: AtomOwner, _ wanted: PatternSelection) -> Bool {
    wanted.contains(subPatterns[Int(owner.subPattern)].pattern)
  }

  /// How many literals these patterns have.
  func literalCount(for wanted: PatternSelection) -> Int {
    owners.count { $0.contains { wants($0, wanted) } }
  }

  func restricted(to wanted: PatternSelection) -> AtomDatabase? {
    var few: [SearchLiteral] = []
    var fewOwners: [[AtomOwner]] = []
    for (literal, owners) in zip(literals, owners) {
      let left = owners.filter { wants($0, wanted) }
      if !left.isEmpty {
        few.append(literal)
        fewOwners.append(left)
      }
    }
    // Nothing to search for is nil as well, and then the whole database is used, which is correct.
    return AtomDatabase(literals: few, owners: fewOwners)
  }
}

/// A literal database with the sub-patterns that wait for each literal.
final class AtomDatabase: Sendable {
  let database: LiteralDatabase
  /// Owners of literal i are `owners[starts[i]..<starts[i + 1]]`.
  let starts: [Int32]
  let owners: [AtomOwner]

  init?(literals: [SearchLiteral], owners lists: [[AtomOwner]]) {
    guard !literals.isEmpty else { return nil }
    do {
      database = try LiteralDatabase(literals)
    } catch {
      return nil
    }
    var starts: [Int32] = [0]
    var owners: [AtomOwner] = []
    for list in lists {
      owners += list
      starts.append(Int32(owners.count))
    }
    self.starts = starts
    self.owners = owners
  }
}

/// What the builder hands over.
struct PatternSetLayout {
  var patterns: [Pattern] = []
  var subPatterns: [SubPattern] = []
  var pool: [UInt8] = []
  var programs: [AutomatonProgram] = []
  var base64Phases: [Base64Phase] = []
  var chains: [PatternChain] = []
  var rivals: [[Int32]] = []
  var fallbacks: [Int32] = []
  var probes: [RunProbe] = []
  /// Xor sub-patterns without atoms.
  var xorForms: [Int32] = []
  var literals: [SearchLiteral] = []
  var owners: [[AtomOwner]] = []
}
