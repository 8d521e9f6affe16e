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

  fileprivate struct State {
    var steps: [HuntPlan.Step]
    var next = 0
    /// Units whose index is being asked.
    var preparing = 0
    /// Units that are being read.
    var passes: [SegmentPass] = []
    /// Whether a unit's segment was merged into another one after the plan was made.
    var hasGone = false
    /// By unit, so that what a merge brings again can be counted anew.
    var counted: [WorkUnit: HuntCounters] = [:]
    /// Of units that were left before their end.
    var interrupted = HuntCounters()
    var reported = 0
    /// Files reported, since a merge may bring them again.
    var known: Set<String> = []
    var limitReached = false
    var failure: (any Error)?
  }

  /// Plans made anew while segments are merged again and again.
  private static let maximumRounds = 16
  /// Beyond so many, a file that a merge brings again is reported again.
  fileprivate static let maximumKnown = 1_000_000

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
      run.state.withLock { $0.goOn(with: now, progress) }
    }
    let end = run.state.withLock { $0 }
    if let failure = end.failure { throw failure }
    let counters = end.counters
    return HuntSummary(
      counters: counters,
      filesNotReached: max(0, plan.files - counters.files),
      ending: end.limitReached ? .limitReached : stop.isCancelled ? .cancelled : .finished,
      seconds: started.secondsAgo)
  }

  /// What a thread does next.
  fileprivate enum Next {
    case prepare(WorkUnit)
    case join(SegmentPass)
    /// Another thread may soon have something to share.
    case wait
    case end
  }

  /// Runs the steps that nobody has taken yet, until there are none or all is to stop. A thread
  /// takes a unit of its own; when there is none left it helps with those of others.
  private func runSteps(
    of run: Run, limit: Int?, _ cancellation: Cancellation, _ stop: Cancellation,
    _ progress: HuntProgress, _ onMatch: @escaping @Sendable (FileMatch) -> Void
  ) {
    let hunt = hunt
    let group = ScanThreads.start(threads) {
      let worker = HuntWorker(hunt)
      let report = { (match: FileMatch) -> Bool in
        if cancellation.isCancelled { stop.cancel() }
        return run.state.withLock { $0.report(match, limit: limit, stop, onMatch) }
      }
      while true {
        if cancellation.isCancelled { stop.cancel() }
        var counters = HuntCounters()
        do {
          switch run.state.withLock({ $0.takeNext(stop) }) {
          case .end: return
          case .wait: Thread.sleep(forTimeInterval: 0.0002)
          case .join(let pass):
            try worker.work(on: pass, stop, &counters, progress, report)
            run.state.withLock { $0.finish(pass, counters) }
          case .prepare(let unit):
            let prepared: HuntWorker.Preparation
            do { prepared = try worker.prepare(unit, progress: progress) } catch {
              run.state.withLock { $0.preparing -= 1 }
              throw error
            }
            run.state.withLock { $0.add(prepared) }
            if case .pass(let pass, let counted) = prepared {
              counters = counted
              try worker.work(on: pass, stop, &counters, progress, report)
              run.state.withLock { $0.finish(pass, counters) }
            }
          }
        } catch let interruption as HuntInterruption {
          run.state.withLock { $0.interrupted.add(interruption.covered) }
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

extension HuntRunner.State {
  fileprivate mutating func takeNext(_ stop: Cancellation) -> HuntRunner.Next {
    if stop.isCancelled || failure != nil { return .end }
    if next < steps.count {
      next += 1
      preparing += 1
      return .prepare(steps[next - 1].unit)
    }
    if let pass = passes.last { return .join(pass) }
    return preparing > 0 ? .wait : .end
  }

  fileprivate mutating func add(_ prepared: HuntWorker.Preparation) {
    preparing -= 1
    switch prepared {
    case .pass(let pass, _): passes.append(pass)
    case .finished(let result):
      counted[result.unit, default: HuntCounters()].add(result.counters)
      hasGone = hasGone || result.isGone
    }
  }

  /// A thread found no more to take of a pass.
  fileprivate mutating func finish(_ pass: SegmentPass, _ counted: HuntCounters) {
    passes.removeAll { $0 === pass }
    self.counted[pass.unit, default: HuntCounters()].add(counted)
  }

  var counters: HuntCounters {
    var sum = interrupted
    for step in steps { if let counters = counted[step.unit] { sum.add(counters) } }
    return sum
  }

  /// Takes up a plan that was made after segments were merged. In each plan a file lies in one unit, so
  /// only units of the new one count: what was done in others is done again.
  fileprivate mutating func goOn(with plan: HuntPlan, _ progress: HuntProgress) {
    let current = Set(plan.steps.map(\.unit))
    for (unit, counters) in counted where !current.contains(unit) {
      progress.takeBack(counters)
      counted[unit] = nil
    }
    let known = Set(steps.map(\.unit))
    steps += plan.steps.filter { !known.contains($0.unit) }
    hasGone = false
  }

  /// False when the hunt is to end.
  fileprivate mutating func report(
    _ match: FileMatch, limit: Int?, _ stop: Cancellation, _ onMatch: (FileMatch) -> Void
  ) -> Bool {
    guard !limitReached else { return false }
    if known.count < HuntRunner.maximumKnown, !known.insert(match.sha256).inserted { return true }
    onMatch(match)
    reported += match.rules.count
    if let limit, reported >= limit {
      limitReached = true
      stop.cancel()
    }
    return true
  }
}
