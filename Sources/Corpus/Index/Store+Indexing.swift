public import Bytes
public import GramIndex
internal import Synchronization

/// How a segment's index stands.
public enum IndexState: Sendable, Hashable, CustomStringConvertible {
  case current
  /// Never made, or of a file that has been written anew since.
  case missing
  /// Can be read, but was made by another version.
  case outdated
  /// Cannot be read; the text says why.
  case damaged(String)

  public var description: String {
    switch self {
    case .current: "in order"
    case .missing: "missing"
    case .outdated: "of another version"
    case .damaged(let damage): "damaged (\(damage))"
    }
  }
}

/// Indexes only save work: a hunt reads what no index speaks for. So nothing here is a condition
/// of anything else, and an index that is lost or damaged costs time, never a match.
extension Store {
  /// The index of a sealed segment, or nil where there is none that can be used.
  public func index(of info: SegmentInfo) -> IndexFile? {
    guard info.state == .sealed else { return nil }
    return indexes.index(info.id, identity: info.identity, path: layout.index(info.id))
  }

  /// Looks at the index of a sealed segment; `thorough` checks every checksum.
  func indexState(
    of info: SegmentInfo, for indexer: (any SegmentIndexing)?, thorough: Bool = false
  ) -> IndexState {
    let path = layout.index(info.id)
    guard files.kind(path) != nil else { return .missing }
    do {
      let index = try SegmentIndexes.opened(path)
      guard index.identity == info.identity else { return .missing }
      if thorough, let damage = index.verify().first { return .damaged(damage) }
      return indexer?.isCurrent(index) ?? true ? .current : .outdated
    } catch {
      return .damaged("\(error)")
    }
  }

  /// Makes the index of a sealed segment anew and puts it in place; readers of the old one keep it.
  /// A crash at any moment leaves the old index, the new one, or none.
  func makeIndex(
    of id: SegmentID, by indexer: any SegmentIndexing, cancellation: Cancellation? = nil
  ) throws(StoreError) {
    try requireWritable()
    try indexing.withLock { (_) throws(StoreError) in
      let contents = try contents(of: id)
      try writeIndex(of: id) { write in
        try indexer.makeIndex(of: contents, cancellation: cancellation, write: write)
      }
    }
    indexes.forget(id)
  }

  /// Makes the index of a merged segment from those of its parts, which takes a twentieth of the time; anew
  /// where they do not speak for all of it.
  func makeIndex(
    of id: SegmentID, from parts: [IndexFile]?, by indexer: any SegmentIndexing
  ) throws(StoreError) {
    try requireWritable()
    if let parts {
      let isWritten = try indexing.withLock { (_) throws(StoreError) -> Bool in
        let contents = try contents(of: id)
        let sizes = parts.flatMap { part in (0..<part.documentCount).map { part.size(of: $0) } }
        guard contents.count == sizes.count,
          sizes.indices.allSatisfy({ sizes[$0] == contents.document(at: $0)?.size ?? 0 })
        else { return false }
        do throws(StoreError) {
          try writeIndex(of: id) { write in
            try IndexMerger.merge(parts, identity: contents.identity, write: write)
          }
        } catch {
          // Of what is wrong with the parts nothing is lost.
          guard error.code == .damaged else { throw error }
          return false
        }
        return true
      }
      if isWritten { return indexes.forget(id) }
    }
    try makeIndex(of: id, by: indexer)
  }

  /// The indexes of segments, where they speak for every document that a merge of these will hold.
  func wholeIndexes(of group: [SegmentInfo], by indexer: any SegmentIndexing) -> [IndexFile]? {
    var parts: [IndexFile] = []
    for info in group {
      guard info.removed == 0, let index = index(of: info), indexer.isCurrent(index),
        index.documentCount == info.documents
      else { return nil }
      parts.append(index)
    }
    return parts
  }

  private func contents(of id: SegmentID) throws(StoreError) -> SegmentContents {
    SegmentContents(try SegmentFile(pack: layout.pack(id), segment: id, files: files))
  }

  private func writeIndex(
    of id: SegmentID, _ make: ((ByteView) throws -> Void) throws -> Void
  ) throws(StoreError) {
    let temporary = layout.unfinishedIndex(id)
    do {
      try files.remove(temporary)
      let file = try files.open(temporary, .create)
      var offset = 0
      try make { bytes in
        try file.write(bytes, at: offset)
        offset += bytes.count
      }
      try file.sync()
      try files.rename(temporary, to: layout.index(id))
      try files.syncFolder(layout.segments)
    } catch {
      try? files.remove(temporary)
      switch error {
      case let error as StoreError: throw error
      case let error as IndexError:
        throw StoreError(.damaged, "cannot make the index: \(error)", subject: .segment(id))
      case let error as SystemFailure:
        throw StoreError(error, doing: "cannot write the index", subject: .segment(id))
      default:
        throw StoreError(.system, "cannot make the index: \(error)", subject: .segment(id))
      }
    }
  }

  /// Makes the indexes that are missing, outdated or damaged, or all. Returns how many were made.
  /// Nothing where the store has no indexer.
  @discardableResult
  public func reindex(
    all: Bool = false, cancellation: Cancellation? = nil,
    progress: (_ done: Int, _ of: Int) -> Void = { _, _ in }
  ) throws(StoreError) -> Int {
    guard let indexer else { return 0 }
    let stale = try segments().filter {
      $0.state == .sealed
        && (all || indexState(of: $0, for: indexer, thorough: true) != .current)
    }
    for (done, info) in stale.enumerated() {
      progress(done, stale.count)
      try makeIndex(of: info.id, by: indexer, cancellation: cancellation)
    }
    progress(stale.count, stale.count)
    return stale.count
  }

  /// Bytes of a segment's index; 0 where there is none.
  func indexBytes(of id: SegmentID) -> Int64 {
    guard case .file(let size)? = files.kind(layout.index(id)) else { return 0 }
    return Int64(size)
  }
}
