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
  let atoms: AtomDatabase?
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
    var fallbacks = layout.fallbacks
    literals = layout.literals
    owners = layout.owners
    atoms = AtomDatabase(literals: literals, owners: owners)
    xorSearch =
      layout.xorForms.isEmpty ? nil : XorSearch(layout.xorForms, layout.subPatterns, layout.pool)
    if atoms == nil, !literals.isEmpty {
      // Without a literal search nothing may be lost: search everything the slow way.
      fallbacks = subPatterns.indices.map(Int32.init)
    }
    self.fallbacks = fallbacks
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
      if cache.count >= Self.cacheLimit { cache.removeAll() }
      let made = AtomChoice(wanted)
      cache[wanted] = made
      return made
    }
  }

  private static let cacheLimit = 64

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
  /// Xor sub-patterns without atoms.
  var xorForms: [Int32] = []
  var literals: [SearchLiteral] = []
  var owners: [[AtomOwner]] = []
}
