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
public final class MatchTable {
  /// As in YARA: beyond this many matches of one pattern in one file the rest is dropped, and
  /// `isTruncated` tells.
  public static let maximumMatchesPerPattern = 1_000_000
  /// Of all patterns together in one file, some 200 MB. Beyond it a pattern keeps its first match
  /// only, so that whether it matches stays known.
  public static let maximumMatches = 8_000_000
  private var total = 0

  private var matches: [[PatternMatch]]
  private var truncated: [Bool]
  /// Patterns with a match, or of which something was dropped; makes `reset` cheap.
  public private(set) var touched: [PatternID] = []
  /// True once the file has been searched to its end for every pattern asked for: only then is the
  /// absence of a match knowledge. Before, matches found so far are a lower bound.
  public var isComplete = false

  public init(patternCount: Int) {
    matches = Array(repeating: [], count: patternCount)
    truncated = Array(repeating: false, count: patternCount)
  }

  /// Forgets everything, keeping the memory.
  public func reset() {
    for pattern in touched {
      // A file with very many matches must not keep its memory for the files after it.
      matches[pattern.index].removeAll(keepingCapacity: matches[pattern.index].capacity <= 4096)
      truncated[pattern.index] = false
    }
    touched.removeAll(keepingCapacity: true)
    total = 0
    isComplete = false
  }

  /// What to do when there is a match at this offset already.
  public enum Replacement: Sendable {
    case keepFirst
    case keepLonger
    case replace
  }

  /// Adds a match.
  /// - Complexity: constant where matches come in rising order of offset, else linear in the
  ///   number of later ones.
  public func add(
    _ pattern: PatternID, offset: Int, length: Int, xorKey: UInt8? = nil,
    replacement: Replacement = .keepFirst
  ) {
    let index = pattern.index
    let count = matches[index].count
    if count == 0, !truncated[index] { touched.append(pattern) }
    let match = PatternMatch(offset: offset, length: length, xorKey: xorKey)
    if count == 0 || matches[index][count - 1].offset < offset {
      guard hasRoom(count) else {
        truncated[index] = true
        return
      }
      total &+= 1
      matches[index].append(match)
      return
    }
    let place = firstIndex(of: pattern, from: offset)
    let existing = matches[index][place]
    if existing.offset == offset {
      switch replacement {
      case .keepFirst: break
      case .keepLonger: if length > existing.length { matches[index][place] = match }
      case .replace: matches[index][place] = match
      }
      return
    }
    guard hasRoom(count) else {
      truncated[index] = true
      return
    }
    total &+= 1
    matches[index].insert(match, at: place)
  }

  @inline(__always)
  private func hasRoom(_ count: Int) -> Bool {
    count == 0 || (count < Self.maximumMatchesPerPattern && total < Self.maximumMatches)
  }

  /// Adds many matches at once.
  /// - Parameter sorted: in rising order of offset; of several with one offset the first counts.
  /// - Complexity: linear in both numbers of matches.
  public func merge(
    _ sorted: [PatternMatch], of pattern: PatternID, replacement: Replacement
  ) {
    guard let first = sorted.first else { return }
    let index = pattern.index
    if matches[index].isEmpty, !truncated[index] { touched.append(pattern) }
    let existing = matches[index]
    // The usual case: everything comes after what is there.
    var kept = existing.firstIndex { $0.offset >= first.offset } ?? existing.count
    var merged = Array(existing[..<kept])
    var next = 0
    while kept < existing.count || next < sorted.count {
      guard
        merged.count < Self.maximumMatchesPerPattern,
        merged.count < existing.count || total &- existing.count &+ merged.count < Self.maximumMatches
          || merged.isEmpty
      else {
        truncated[index] = true
        break
      }
      if next >= sorted.count {
        merged.append(existing[kept])
        kept += 1
      } else if kept >= existing.count || sorted[next].offset < existing[kept].offset {
        if merged.last?.offset != sorted[next].offset { merged.append(sorted[next]) }
        next += 1
      } else if sorted[next].offset > existing[kept].offset {
        merged.append(existing[kept])
        kept += 1
      } else {
        let (old, new) = (existing[kept], sorted[next])
        switch replacement {
        case .keepFirst: merged.append(old)
        case .keepLonger: merged.append(new.length > old.length ? new : old)
        case .replace: merged.append(new)
        }
        kept += 1
        next += 1
        while next < sorted.count, sorted[next].offset == old.offset { next += 1 }
      }
    }
    total = total &- existing.count &+ merged.count
    matches[index] = merged
  }

  @inline(__always)
  public func count(of pattern: PatternID) -> Int { matches[pattern.index].count }

  /// The match with this index, from 0, in order of offset; nil beyond the last.
  public func match(of pattern: PatternID, at index: Int) -> PatternMatch? {
    let list = matches[pattern.index]
    return index >= 0 && index < list.count ? list[index] : nil
  }

  public func all(of pattern: PatternID) -> [PatternMatch] { matches[pattern.index] }

  public func isTruncated(_ pattern: PatternID) -> Bool { truncated[pattern.index] }

  public func marksTruncated(_ pattern: PatternID) {
    // Without a match it is not among those that `reset` looks at.
    if matches[pattern.index].isEmpty, !truncated[pattern.index] { touched.append(pattern) }
    truncated[pattern.index] = true
  }

  /// Whether a match begins exactly at this offset.
  public func hasMatch(of pattern: PatternID, at offset: Int) -> Bool {
    let place = firstIndex(of: pattern, from: offset)
    let list = matches[pattern.index]
    return place < list.count && list[place].offset == offset
  }

  /// How many matches begin in the range, both ends inclusive; 0 where low > high.
  public func count(of pattern: PatternID, from low: Int, through high: Int) -> Int {
    guard low <= high else { return 0 }
    let first = firstIndex(of: pattern, from: low)
    let end = high == Int.max ? matches[pattern.index].count : firstIndex(of: pattern, from: high + 1)
    return end - first
  }

  /// Index of the first match with an offset not below `offset`.
  private func firstIndex(of pattern: PatternID, from offset: Int) -> Int {
    let index = pattern.index
    var low = 0
    var high = matches[index].count
    while low < high {
      let middle = (low + high) / 2
      if matches[index][middle].offset < offset { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
