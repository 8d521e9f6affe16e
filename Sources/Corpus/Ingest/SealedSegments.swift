internal import Bytes
internal import Dispatch
internal import Synchronization

/// Segments on their way from sealed to indexed: one after the other, beside the ingest that goes
/// on. What is left when the process ends, `reindex` does.
final class SealedSegments: Sendable {
  private let store: Store
  private let queue = DispatchQueue(label: "index", qos: .utility)
  private let failures = Mutex<[StoreError]>([])

  init(_ store: Store) { self.store = store }

  func add(_ id: SegmentID) {
    guard let indexer = store.indexer else { return }
    queue.async { [store, self] in
      do throws(StoreError) {
        try store.makeIndex(of: id, by: indexer)
      } catch {
        self.failures.withLock { $0.append(error) }
      }
    }
  }

  /// Waits until all are done, and gives what went wrong since the last time.
  func finish() -> [StoreError] {
    queue.sync {}
    return failures.withLock { failures in
      defer { failures = [] }
      return failures
    }
  }
}
