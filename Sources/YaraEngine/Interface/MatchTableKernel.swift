/// One match of a pattern in a file.
public struct PatternMatch: Hashable, Sendable {
  /// Of the first byte, from the start of the file.
  public var offset: Int
  /// In bytes.
  public var length: Int
  /// The key of an `xor` pattern's match; 0 may be a key as well, so nil means "no xor pattern".
  public var xorKey: UInt8?
  public init(offset: Int, length: Int, xorKey: UInt8? = nil) {
    self.offset = offset
    self.length = length
    self.xorKey = xorKey
  }
}

/// The matches of all patterns in the file being scanned: written by the matcher, read by the
/// evaluator and the reporter. One table per scanner, reused from file to file.
///
/// Law: the matches of a pattern are sorted by offset and no two have the same offset.
///
/// Its lists are raw memory: a file may have millions of matches, and as arrays of a class each
/// append would be checked for exclusive access, uniqueness and bounds. The safe twin is the tests'
/// reference table.
@safe
public final class MatchTable {
  /// As in YARA: beyond this many matches of one pattern in one file the rest is dropped, and
  /// `isTruncated` tells.
  public static let maximumMatchesPerPattern = 1_000_000
  /// Of all patterns together in one file, some 130 MB. Beyond it a pattern keeps its first match
  /// only, so that whether it matches stays known.
  public static let maximumMatches = 8_000_000

  /// 16 bytes a match.
  private struct Stored {
    let offset: Int
    /// Length, then whether there is a key, then the key.
    let rest: UInt64

    init(_ match: PatternMatch) {
      offset = match.offset
      rest =
        UInt64(truncatingIfNeeded: match.length) << 16
        | (match.xorKey.map { 0x100 | UInt64($0) } ?? 0)
    }
    @inline(__always) var length: Int { Int(truncatingIfNeeded: rest >> 16) }
    var match: PatternMatch {
      PatternMatch(
        offset: offset, length: length,
        xorKey: rest & 0x100 != 0 ? UInt8(truncatingIfNeeded: rest) : nil)
    }
  }

  @unsafe
  private struct List {
    var memory: UnsafeMutablePointer<Stored>?
    var count = 0
    var capacity = 0
    var isTruncated = false
    /// Of this many matches on no more are asked for.
    var enough = Int.max
    /// With the last one's offset an append needs no look at the memory.
    var lastOffset = -1
    init() { unsafe memory = nil }
  }

  private struct Totals {
    var matches = 0
    var touched = 0
    /// Matches that all lists together have memory for.
    var capacity = 0
  }

  /// Lists with memory for no more matches than the first number keep it from file to file, up to
  /// the second as long as all together stay below the third, 16 MB: a large set of rules has very
  /// many lists, and in the course of many files each of them was long once.
  static let smallCapacity = 32
  private static let largestCapacity = 4096
  static let mostCapacity = 1 << 20

  /// SAFETY: `patternCount` lists, each with `capacity` elements of which `count` are initialised;
  /// written by this class alone, which is not Sendable.
  private let lists: UnsafeMutablePointer<List>
  private let patternCount: Int
  private let totals: UnsafeMutablePointer<Totals>
  /// Patterns with a match, or of which something was dropped; makes `reset` cheap. Each is in it
  /// once, so there is room.
  private let touchedPatterns: UnsafeMutablePointer<PatternID>
  /// True once the file has been searched to its end for every pattern asked for: only then is the
  /// absence of a match knowledge. Before, matches found so far are a lower bound.
  public var isComplete = false

  /// - Parameter enough: by pattern, how many matches suffice; more may be left out then.
  public init(patternCount: Int, enough: [Int]? = nil) {
    self.patternCount = patternCount
    unsafe lists = .allocate(capacity: patternCount)
    unsafe lists.initialize(repeating: List(), count: patternCount)
    unsafe totals = .allocate(capacity: 1)
    unsafe totals.initialize(to: Totals())
    unsafe touchedPatterns = .allocate(capacity: patternCount)
    unsafe touchedPatterns.initialize(repeating: PatternID(0), count: patternCount)
    if let enough {
      for index in 0..<min(patternCount, enough.count) { unsafe lists[index].enough = enough[index] }
    }
  }

  deinit {
    for index in 0..<patternCount { unsafe lists[index].memory?.deallocate() }
    unsafe lists.deallocate()
    unsafe totals.deallocate()
    unsafe touchedPatterns.deallocate()
  }

  @inline(__always)
  private func list(_ pattern: PatternID) -> UnsafeMutablePointer<List> {
    precondition(pattern.index < patternCount, "a pattern of the table's set")
    return unsafe lists + pattern.index
  }

  /// Matches that there is memory for.
  var capacity: Int { unsafe totals.pointee.capacity }

  public var touched: [PatternID] {
    unsafe Array(UnsafeBufferPointer(start: touchedPatterns, count: totals.pointee.touched))
  }

  /// Forgets everything, keeping some of the memory.
  public func reset() {
    for index in 0..<(unsafe totals.pointee.touched) {
      let list = unsafe list(touchedPatterns[index])
      unsafe list.pointee.count = 0
      unsafe list.pointee.lastOffset = -1
      unsafe list.pointee.isTruncated = false
      let capacity = unsafe list.pointee.capacity
      if unsafe capacity > Self.largestCapacity
        || (capacity > Self.smallCapacity && totals.pointee.capacity > Self.mostCapacity)
      {
        unsafe list.pointee.memory?.deallocate()
        unsafe list.pointee.memory = nil
        unsafe setCapacity(list, 0)
      }
    }
    unsafe totals.pointee.matches = 0
    unsafe totals.pointee.touched = 0
    isComplete = false
  }

  /// What to do when there is a match at this offset already.
  public enum Replacement: Sendable {
    case keepFirst
    case keepLonger
    case replace
  }

  @inline(__always)
  private func touch(_ list: UnsafeMutablePointer<List>, _ pattern: PatternID) {
    guard unsafe list.pointee.count == 0, unsafe !list.pointee.isTruncated else { return }
    unsafe touchedPatterns[totals.pointee.touched] = pattern
    unsafe totals.pointee.touched &+= 1
  }

  /// Room for one more.
  private func grow(_ list: UnsafeMutablePointer<List>, to least: Int) {
    let capacity = unsafe max(least, list.pointee.capacity &* 2, 8)
    let memory = UnsafeMutablePointer<Stored>.allocate(capacity: capacity)
    if let old = unsafe list.pointee.memory {
      unsafe memory.moveInitialize(from: old, count: list.pointee.count)
      unsafe old.deallocate()
    }
    unsafe list.pointee.memory = memory
    unsafe setCapacity(list, capacity)
  }

  private func setCapacity(_ list: UnsafeMutablePointer<List>, _ capacity: Int) {
    unsafe totals.pointee.capacity += capacity - list.pointee.capacity
    unsafe list.pointee.capacity = capacity
  }

  /// Adds a match.
  /// - Complexity: constant where matches come in rising order of offset, else linear in the
  ///   number of later ones.
  @inline(__always)
  public func add(
    _ pattern: PatternID, offset: Int, length: Int, xorKey: UInt8? = nil,
    replacement: Replacement = .keepFirst
  ) {
    let list = unsafe list(pattern)
    let match = Stored(PatternMatch(offset: offset, length: length, xorKey: xorKey))
    let count = unsafe list.pointee.count
    guard unsafe list.pointee.lastOffset < offset else {
      return unsafe insert(match, list, replacement)
    }
    unsafe touch(list, pattern)
    guard hasRoom(count) else {
      unsafe list.pointee.isTruncated = true
      return
    }
    if unsafe count == list.pointee.capacity { unsafe grow(list, to: count + 1) }
    unsafe totals.pointee.matches &+= 1
    // SAFETY: `count` is below the capacity.
    if let memory = unsafe list.pointee.memory { unsafe (memory + count).initialize(to: match) }
    unsafe list.pointee.count = count &+ 1
    unsafe list.pointee.lastOffset = offset
  }

  /// Adds a match that does not come after the last one.
  private func insert(
    _ match: Stored, _ list: UnsafeMutablePointer<List>, _ replacement: Replacement
  ) {
    let place = unsafe firstIndex(list, from: match.offset)
    guard let old = unsafe list.pointee.memory else { return }
    let count = unsafe list.pointee.count
    if unsafe place < count && old[place].offset == match.offset {
      switch replacement {
      case .keepFirst: break
      case .keepLonger: if unsafe match.length > old[place].length { unsafe old[place] = match }
      case .replace: unsafe old[place] = match
      }
      return
    }
    guard hasRoom(count) else {
      unsafe list.pointee.isTruncated = true
      return
    }
    if unsafe count == list.pointee.capacity { unsafe grow(list, to: count + 1) }
    unsafe totals.pointee.matches &+= 1
    // SAFETY: `count` is below the capacity, `place` at most `count`.
    if let memory = unsafe list.pointee.memory {
      unsafe (memory + place + 1).moveInitialize(from: memory + place, count: count - place)
      unsafe (memory + place).initialize(to: match)
    }
    unsafe list.pointee.count = count + 1
  }

  @inline(__always)
  private func hasRoom(_ count: Int) -> Bool {
    count == 0
      || (count < Self.maximumMatchesPerPattern
        && (unsafe totals.pointee.matches) < Self.maximumMatches)
  }

  /// Adds many matches at once.
  /// - Parameter sorted: in rising order of offset; of several with one offset the first counts.
  /// - Complexity: linear in both numbers of matches.
  public func merge(
    _ sorted: [PatternMatch], of pattern: PatternID, replacement: Replacement
  ) {
    guard let first = sorted.first else { return }
    let list = unsafe list(pattern)
    unsafe touch(list, pattern)
    let existing = unsafe list.pointee.count
    // In front of it nothing changes.
    let unchanged = unsafe firstIndex(list, from: first.offset)
    let total = unsafe totals.pointee.matches
    let capacity = min(existing + sorted.count, Self.maximumMatchesPerPattern)
    let merged = UnsafeMutablePointer<Stored>.allocate(capacity: capacity)
    let old = unsafe list.pointee.memory
    var count = min(unchanged, capacity)
    if let old = unsafe old { unsafe merged.initialize(from: old, count: count) }
    var kept = count
    var next = 0
    // SAFETY: `count` is below `capacity` at every write, `kept` below `existing` at every look.
    func keep(_ match: Stored) {
      unsafe (merged + count).initialize(to: match)
      count += 1
    }
    while kept < existing || next < sorted.count {
      guard
        count < Self.maximumMatchesPerPattern,
        count < existing || total &- existing &+ count < Self.maximumMatches || count == 0
      else {
        unsafe list.pointee.isTruncated = true
        break
      }
      let stored = unsafe kept < existing ? old.map { unsafe $0[kept] } : nil
      guard next < sorted.count else {
        if let stored { keep(stored) }
        kept += 1
        continue
      }
      let new = sorted[next]
      if let stored, stored.offset <= new.offset {
        if stored.offset < new.offset {
          keep(stored)
        } else {
          switch replacement {
          case .keepFirst: keep(stored)
          case .keepLonger: keep(new.length > stored.length ? Stored(new) : stored)
          case .replace: keep(Stored(new))
          }
        }
        kept += 1
      } else {
        keep(Stored(new))
      }
      // Of several with one offset the first has counted.
      let written = unsafe merged[count - 1].offset
      while next < sorted.count, sorted[next].offset <= written { next += 1 }
    }
    unsafe old?.deallocate()
    unsafe list.pointee.memory = merged
    unsafe setCapacity(list, capacity)
    unsafe list.pointee.count = count
    unsafe list.pointee.lastOffset = unsafe count > 0 ? merged[count - 1].offset : -1
    unsafe totals.pointee.matches = total &- existing &+ count
  }

  @inline(__always)
  public func count(of pattern: PatternID) -> Int { unsafe list(pattern).pointee.count }

  /// The match with this index, from 0, in order of offset; nil beyond the last.
  public func match(of pattern: PatternID, at index: Int) -> PatternMatch? {
    let list = unsafe list(pattern)
    guard index >= 0, unsafe index < list.pointee.count, let memory = unsafe list.pointee.memory
    else { return nil }
    return unsafe memory[index].match
  }

  public func all(of pattern: PatternID) -> [PatternMatch] {
    (0..<count(of: pattern)).compactMap { match(of: pattern, at: $0) }
  }

  public func isTruncated(_ pattern: PatternID) -> Bool { unsafe list(pattern).pointee.isTruncated }

  /// Whether no more matches are taken, or none are asked for.
  @inline(__always)
  func isClosed(_ pattern: PatternID) -> Bool {
    let list = unsafe list(pattern)
    return unsafe list.pointee.isTruncated || list.pointee.count >= list.pointee.enough
  }

  public func marksTruncated(_ pattern: PatternID) {
    let list = unsafe list(pattern)
    // Without a match it is not among those that `reset` looks at.
    unsafe touch(list, pattern)
    unsafe list.pointee.isTruncated = true
  }

  /// Whether a match begins exactly at this offset.
  public func hasMatch(of pattern: PatternID, at offset: Int) -> Bool {
    let list = unsafe list(pattern)
    let place = unsafe firstIndex(list, from: offset)
    guard let memory = unsafe list.pointee.memory else { return false }
    return unsafe place < list.pointee.count && memory[place].offset == offset
  }

  /// How many matches begin in the range, both ends inclusive; 0 where low > high.
  public func count(of pattern: PatternID, from low: Int, through high: Int) -> Int {
    guard low <= high else { return 0 }
    let list = unsafe list(pattern)
    let first = unsafe firstIndex(list, from: low)
    let end = unsafe high == Int.max ? list.pointee.count : firstIndex(list, from: high + 1)
    return end - first
  }

  /// Index of the first match with an offset not below `offset`.
  private func firstIndex(_ list: UnsafeMutablePointer<List>, from offset: Int) -> Int {
    guard let memory = unsafe list.pointee.memory else { return 0 }
    var low = 0
    var high = unsafe list.pointee.count
    while low < high {
      let middle = (low + high) / 2
      if unsafe memory[middle].offset < offset { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
