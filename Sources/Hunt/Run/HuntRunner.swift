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

  /// Shared by the threads of one run.
  private final class Run: Sendable {
    let state: Mutex<State>
    init(_ steps: [HuntPlan.Step]) { state = Mutex(State(steps: steps)) }
  }

  private struct State {
    var steps: [HuntPlan.Step]
    var next = 0
    /// Whether a unit's segment was merged into another one after the plan was made.
    var hasGone = false
    var counters = HuntCounters()
    var reported = 0
    /// Files reported, since a merge may bring them again.
    var known: Set<String> = []
    var limitReached = false
    var failure: (any Error)?
  }

  /// Plans made anew while segments are merged again and again.
  private static let maximumRounds = 16
  /// Beyond so many, a file that a merge brings again is reported again.
  private static let maximumKnown = 1_000_000

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
    let run = Run(plan.steps)
    // Raised by the limit as well as by the caller, so that the other threads stop.
    let stop = Cancellation()
    for _ in 0..<Self.maximumRounds {
      runSteps(of: run, limit: limit, cancellation, stop, progress, onMatch)
      let isOver = run.state.withLock { $0.failure != nil || !$0.hasGone }
      if isOver || stop.isCancelled { break }
      let now = try hunt.plan()
      run.state.withLock { state in
        let known = Set(state.steps.map(\.unit))
        state.steps += now.steps.filter { !known.contains($0.unit) }
        state.hasGone = false
      }
    }
    let end = run.state.withLock { $0 }
    if let failure = end.failure { throw failure }
    let seconds = Double((ContinuousClock.now - started) / .milliseconds(1)) / 1000
    return HuntSummary(
      counters: end.counters,
      filesNotReached: max(0, plan.files - end.counters.files),
      ending: end.limitReached ? .limitReached : stop.isCancelled ? .cancelled : .finished,
      seconds: seconds)
  }

  /// Runs the steps that nobody has taken yet, until there are none or all is to stop.
  private func runSteps(
    of run: Run, limit: Int?, _ cancellation: Cancellation, _ stop: Cancellation,
    _ progress: HuntProgress, _ onMatch: @escaping @Sendable (FileMatch) -> Void
  ) {
    let hunt = hunt
    let open = run.state.withLock { $0.steps.count - $0.next }
    let group = ScanThreads.start(min(threads, max(1, open))) {
      let worker = HuntWorker(hunt)
      while true {
        if cancellation.isCancelled { stop.cancel() }
        let step = run.state.withLock { state -> HuntPlan.Step? in
          guard !stop.isCancelled, state.failure == nil, state.next < state.steps.count else {
            return nil
          }
          state.next += 1
          return state.steps[state.next - 1]
        }
        guard let step else { return }
        do {
          let result = try worker.run(step.unit, cancellation: stop, progress: progress) { match in
            if cancellation.isCancelled { stop.cancel() }
            return run.state.withLock { state in
              guard !state.limitReached else { return false }
              if state.known.count < Self.maximumKnown,
                !state.known.insert(match.sha256).inserted
              {
                return true
              }
              onMatch(match)
              state.reported += match.rules.count
              if let limit, state.reported >= limit {
                state.limitReached = true
                stop.cancel()
              }
              return true
            }
          }
          run.state.withLock { state in
            state.counters.add(result.counters)
            state.hasGone = state.hasGone || result.isGone
          }
        } catch let interruption as HuntInterruption {
          run.state.withLock { $0.counters.add(interruption.covered) }
          return
        } catch {
          run.state.withLock { $0.failure = $0.failure ?? error }
          return
        }
      }
    }
    while group.wait(timeout: .now() + .milliseconds(50)) == .timedOut {
      if cancellation.isCancelled { stop.cancel() }
    }
  }
}
