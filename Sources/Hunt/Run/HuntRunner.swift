public import Bytes
internal import Corpus
internal import Foundation
internal import Synchronization

/// Runs all units of a hunt over the cores of this machine: the hunt from the shell.
public struct HuntRunner: Sendable {
  private let hunt: Hunt
  private let threads: Int

  /// - Parameter threads: how many units run at a time; at least 1.
  public init(_ hunt: Hunt, threads: Int) {
    self.hunt = hunt
    self.threads = max(1, threads)
  }

  private struct State {
    var next = 0
    var counters = HuntCounters()
    var reported = 0
    var limitReached = false
    var failure: (any Error)?
  }

  /// Blocks until the hunt is over.
  ///
  /// - Parameters:
  ///   - limit: stop after so many matches (pairs of file and rule); nil: no limit.
  ///   - onMatch: called as matches are found, from several threads, never two at a time.
  public func run(
    plan: HuntPlan, limit: Int?, cancellation: Cancellation, progress: HuntProgress,
    onMatch: @escaping @Sendable (FileMatch) -> Void
  ) throws -> HuntSummary {
    let started = ContinuousClock.now
    let state = Mutex(State())
    // Raised by the limit as well as by the caller, so that the other threads stop.
    let stop = Cancellation()
    let hunt = hunt
    let group = ScanThreads.start(min(threads, max(1, plan.steps.count))) {
      let worker = HuntWorker(hunt)
      while true {
        if cancellation.isCancelled { stop.cancel() }
        let step = state.withLock { state -> HuntPlan.Step? in
          guard !stop.isCancelled, state.failure == nil, state.next < plan.steps.count else {
            return nil
          }
          state.next += 1
          return plan.steps[state.next - 1]
        }
        guard let step else { return }
        do {
          let result = try worker.run(step.unit, cancellation: stop, progress: progress) { match in
            if cancellation.isCancelled { stop.cancel() }
            return state.withLock { state in
              guard !state.limitReached else { return false }
              onMatch(match)
              state.reported += match.rules.count
              if let limit, state.reported >= limit {
                state.limitReached = true
                stop.cancel()
              }
              return true
            }
          }
          state.withLock { $0.counters.add(result.counters) }
        } catch let interruption as HuntInterruption {
          state.withLock { $0.counters.add(interruption.covered) }
          return
        } catch {
          state.withLock { $0.failure = $0.failure ?? error }
          return
        }
      }
    }
    while group.wait(timeout: .now() + .milliseconds(50)) == .timedOut {
      if cancellation.isCancelled { stop.cancel() }
    }
    let end = state.withLock { $0 }
    if let failure = end.failure { throw failure }
    let seconds = Double((ContinuousClock.now - started) / .milliseconds(1)) / 1000
    return HuntSummary(
      counters: end.counters,
      filesNotReached: max(0, plan.files - end.counters.files),
      ending: end.limitReached ? .limitReached : stop.isCancelled ? .cancelled : .finished,
      seconds: seconds)
  }
}
