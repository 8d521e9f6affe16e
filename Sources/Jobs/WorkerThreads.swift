import Dispatch
import Foundation
import Synchronization

/// Threads for synchronous work, so that it never holds a cooperative thread or an event loop.
/// Work is taken in the order it came, which shares the threads fairly among jobs. The threads end
/// when this object goes.
final class WorkerThreads: Sendable {
  let count: Int
  private let line = WorkLine()

  /// A stack of 8 MiB lets deeply nested conditions be evaluated as on a main thread.
  init(count: Int, name: String) {
    self.count = max(1, count)
    for number in 0..<self.count {
      let thread = Thread { [line] in line.serve() }
      thread.name = "\(name)-\(number)"
      thread.stackSize = 8 << 20
      thread.start()
    }
  }

  deinit { line.stop(threads: count) }

  /// Runs `body` on one of the threads and throws what it throws. Does not react to cancellation
  /// of the calling task.
  func run<R: Sendable>(_ body: @escaping @Sendable () throws -> R) async throws -> R {
    try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<R, any Error>) in
      line.append { runs in
        guard runs else { return continuation.resume(throwing: CancellationError()) }
        continuation.resume(with: Result(catching: body))
      }
    }
  }
}

/// The work that waits for a thread.
private final class WorkLine: Sendable {
  /// Called with true to run, with false when the threads have been stopped before.
  typealias Work = @Sendable (_ runs: Bool) -> Void
  private struct State {
    var waiting: [Work] = []
    /// Index of the next work in `waiting`; the array is emptied when all is taken.
    var next = 0
  }

  private let state = Mutex(State())
  /// Counts waiting work, and one per thread when stopped.
  private let available = DispatchSemaphore(value: 0)

  func append(_ work: @escaping Work) {
    state.withLock { $0.waiting.append(work) }
    available.signal()
  }

  func serve() {
    while true {
      available.wait()
      let work: Work? = state.withLock { state in
        guard state.next < state.waiting.count else { return nil }
        defer {
          state.next += 1
          if state.next == state.waiting.count {
            state.waiting.removeAll(keepingCapacity: true)
            state.next = 0
          }
        }
        return state.waiting[state.next]
      }
      guard let work else { return }
      work(true)
    }
  }

  /// Lets each thread end after its current work; work that waits fails.
  func stop(threads: Int) {
    let dropped = state.withLock { state in
      defer { state = State() }
      return Array(state.waiting[state.next...])
    }
    for work in dropped { work(false) }
    for _ in 0..<threads { available.signal() }
  }
}
