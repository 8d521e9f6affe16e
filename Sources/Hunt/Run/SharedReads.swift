internal import Bytes
internal import Corpus
internal import Dispatch
internal import Synchronization

/// Lets hunts that scan the same segment at the same time ride one read of it.
///
/// A hunt that comes to a segment where another one is under way begins at the document where that
/// one is, and takes what it missed at the end. From then on both want the same documents at about
/// the same time: the first to come reads and decompresses, the others find the bytes. Who falls
/// behind further than the memory reaches reads for itself, which costs time and nothing else.
public final class SharedReads: Sendable {
  struct Segment: Hashable {
    let id: SegmentID
    let identity: UInt64
  }

  private enum Document {
    case loading(waiting: [DispatchSemaphore])
    case ready([UInt8])
  }

  private struct Passes {
    var count = 0
    /// Where the hunt that moved last is.
    var position = 0
    var documents: [Int: Document] = [:]
    /// Of `documents` that are ready, oldest first.
    var ready: [Int] = []
    var bytes = 0
  }

  private let passes = Mutex<[Segment: Passes]>([:])
  private let readCount = Atomic<Int>(0)
  private let sharedCount = Atomic<Int>(0)

  /// Bytes kept for those that come after, per segment; a larger document is read by each itself.
  private static let limit = 32 << 20

  public init() {}

  /// Documents read while several hunts were at their segment, and those of them that another hunt
  /// had read already.
  public var counts: (read: Int, shared: Int) {
    (readCount.load(ordering: .relaxed), sharedCount.load(ordering: .relaxed))
  }

  /// Begins a pass; returns the document to begin with.
  func begin(_ segment: Segment) -> Int {
    passes.withLock { passes in
      passes[segment, default: Passes()].count += 1
      return passes[segment]?.position ?? 0
    }
  }

  func end(_ segment: Segment) {
    passes.withLock { passes in
      guard var state = passes[segment] else { return }
      state.count -= 1
      if state.count <= 0 {
        passes[segment] = nil
        return
      }
      passes[segment] = state
    }
  }

  private enum Next {
    case alone
    case found([UInt8])
    case wait(DispatchSemaphore)
    case load
  }

  /// The document's bytes, which `load` reads where nobody has yet; valid until the next read into
  /// `buffer` or by `load`.
  func read(
    _ index: Int, size: Int, of segment: Segment, into buffer: ByteBuffer,
    load: () throws(StoreError) -> ByteView
  ) throws(StoreError) -> ByteView {
    while true {
      switch next(index, size: size, of: segment) {
      case .alone: return try load()
      case .found(let bytes):
        buffer.truncate()
        // Without memory for it the load says so.
        guard buffer.append(bytes) else { return try load() }
        readCount.add(1, ordering: .relaxed)
        sharedCount.add(1, ordering: .relaxed)
        return buffer.view
      case .wait(let semaphore): semaphore.wait()
      case .load:
        readCount.add(1, ordering: .relaxed)
        do throws(StoreError) {
          let view = try load()
          finish(index, of: segment, view.array)
          return view
        } catch {
          finish(index, of: segment, nil)
          throw error
        }
      }
    }
  }

  private func next(_ index: Int, size: Int, of segment: Segment) -> Next {
    passes.withLock { passes in
      guard var state = passes[segment] else { return .alone }
      defer { passes[segment] = state }
      state.position = index
      guard state.count > 1, size <= Self.limit else { return .alone }
      switch state.documents[index] {
      case .ready(let bytes): return .found(bytes)
      case .loading(let waiting):
        let semaphore = DispatchSemaphore(value: 0)
        state.documents[index] = .loading(waiting: waiting + [semaphore])
        return .wait(semaphore)
      case nil:
        state.documents[index] = .loading(waiting: [])
        return .load
      }
    }
  }

  /// `bytes` is nil where the document cannot be read: whoever waits finds that out itself.
  private func finish(_ index: Int, of segment: Segment, _ bytes: [UInt8]?) {
    let waiting = passes.withLock { passes -> [DispatchSemaphore] in
      guard var state = passes[segment] else { return [] }
      defer { passes[segment] = state }
      var waiting: [DispatchSemaphore] = []
      if case .loading(let list)? = state.documents[index] { waiting = list }
      guard let bytes else {
        state.documents[index] = nil
        return waiting
      }
      state.documents[index] = .ready(bytes)
      state.ready.append(index)
      state.bytes += bytes.count
      var dropped = 0
      while state.bytes > Self.limit, dropped < state.ready.count - 1 {
        if case .ready(let old)? = state.documents.removeValue(forKey: state.ready[dropped]) {
          state.bytes -= old.count
        }
        dropped += 1
      }
      state.ready.removeFirst(dropped)
      return waiting
    }
    for semaphore in waiting { semaphore.signal() }
  }
}
