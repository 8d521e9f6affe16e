internal import Bytes
internal import GramIndex
internal import Synchronization

/// The indexes that are open, so that hunt after hunt finds them mapped. What is mapped counts as the
/// process' memory, so the oldest go when they are too many; whoever still uses one keeps it.
final class SegmentIndexes: Sendable {
  fileprivate struct Key: Hashable {
    let segment: SegmentID
    let identity: UInt64
  }

  fileprivate struct Open {
    var files: [Key: IndexFile] = [:]
    /// In order of opening.
    var order: [Key] = []
    var bytes = 0
  }

  private let open = Mutex(Open())
  private let limit: Int

  /// - Parameter limit: bytes of indexes that stay mapped; the last one always does.
  init(limit: Int) { self.limit = limit }

  /// The segment's index, or nil where there is none that belongs to its file and can be read.
  func index(_ segment: SegmentID, identity: UInt64, path: String) -> IndexFile? {
    let key = Key(segment: segment, identity: identity)
    if let held = open.withLock({ $0.files[key] }) { return held }
    guard let found = try? Self.opened(path), found.identity == identity else { return nil }
    open.withLock { open in
      guard open.files.updateValue(found, forKey: key) == nil else { return }
      open.order.append(key)
      open.bytes += found.byteCount
      while open.bytes > limit, open.order.count > 1 { open.remove(open.order[0]) }
    }
    return found
  }

  /// Takes back an index that is about to be replaced.
  func forget(_ segment: SegmentID) {
    open.withLock { open in
      for key in open.order where key.segment == segment { open.remove(key) }
    }
  }

  static func opened(_ path: String) throws -> IndexFile {
    let file = try MappedFile(path: path, isReadHereAndThere: true)
    return try IndexFile(file.bytes, owner: file)
  }
}

extension SegmentIndexes.Open {
  fileprivate mutating func remove(_ key: SegmentIndexes.Key) {
    order.removeAll { $0 == key }
    if let file = files.removeValue(forKey: key) { bytes -= file.byteCount }
  }
}
