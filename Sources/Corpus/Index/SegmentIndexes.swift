internal import Bytes
internal import GramIndex
internal import Synchronization

/// The indexes that are open, so that hunt after hunt finds them mapped.
final class SegmentIndexes: Sendable {
  private struct Key: Hashable {
    let segment: SegmentID
    let identity: UInt64
  }

  private let open = Mutex<[Key: IndexFile]>([:])
  /// Mappings are few in the kernel's eyes; a store with more segments opens them again.
  private static let limit = 4096

  /// The segment's index, or nil where there is none that belongs to its file and can be read.
  func index(_ segment: SegmentID, identity: UInt64, path: String) -> IndexFile? {
    let key = Key(segment: segment, identity: identity)
    if let held = open.withLock({ $0[key] }) { return held }
    guard let found = try? Self.opened(path), found.identity == identity else { return nil }
    open.withLock { open in
      if open.count >= Self.limit { open.removeAll() }
      open[key] = found
    }
    return found
  }

  /// Takes back an index that is about to be replaced.
  func forget(_ segment: SegmentID) {
    open.withLock { open in
      for key in open.keys where key.segment == segment { open[key] = nil }
    }
  }

  static func opened(_ path: String) throws -> IndexFile {
    let file = try MappedFile(path: path)
    return try IndexFile(file.bytes, owner: file)
  }
}
