internal import GramIndex

/// The keys of one file, each once and no more than so many.
struct FactKeyCollector {
  /// Of one path. What has more of them, such as a library's exports, is asked for by the literals
  /// of rules or not at all.
  static let mostOfPath = 4096
  static let mostOfFile = 16384
  /// Values looked at: what a file claims to hold may be far more than its size.
  static let mostReads = 4_000_000
  /// Bytes of texts looked at; the names of all symbols may be the same long one.
  static let mostBytes = 64 << 20

  private var hashes: Set<UInt64> = []
  /// By path: how many keys, less than 0 where some were left out.
  private(set) var counts: [Int]
  private var reads = 0
  private var bytes = 0

  init(paths: Int) { counts = Array(repeating: 0, count: paths) }

  mutating func reset() {
    hashes.removeAll(keepingCapacity: true)
    for index in counts.indices { counts[index] = 0 }
    reads = 0
    bytes = 0
  }

  /// Counts a value that is about to be read; false where there were too many.
  mutating func mayRead() -> Bool {
    reads += 1
    return reads <= Self.mostReads && bytes <= Self.mostBytes
  }

  /// Counts the bytes of a text that was read.
  mutating func didRead(_ count: Int) { bytes += count }

  /// Whether a path takes more keys.
  func isOpen(_ path: FactPath) -> Bool { counts[path.index] >= 0 }

  mutating func add(_ key: FactKey, of path: FactPath) {
    guard isOpen(path), !hashes.contains(key.hash) else { return }
    if counts[path.index] < Self.mostOfPath, hashes.count < Self.mostOfFile {
      hashes.insert(key.hash)
      counts[path.index] += 1
    } else {
      counts[path.index] = -1
    }
  }

  /// Says of a path that keys of it are missing.
  mutating func leaveOut(_ path: FactPath) { counts[path.index] = -1 }

  /// Sorted.
  func keys(_ paths: [FactPath]) -> [FactKey] {
    var all = hashes.map { FactKey(hash: $0) }
    for path in paths where counts[path.index] < 0 { all.append(.overflow(of: path.name)) }
    return Set(all).sorted()
  }
}

/// A path that keys are kept under, numbered.
struct FactPath: Sendable, Hashable {
  let index: Int
  let name: String
}
