public import Logging
public import ServiceLifecycle
import Bytes
import Foundation
import Synchronization
import VirusTotalModel

/// Runs the jobs that hold a slot, in this process: their units in parallel over the threads, one
/// transaction for each result.
///
/// In: rows in `starting`, `running`, `aborting`. Out: the same rows moved on. Nothing else is
/// kept, so a runner that is killed is replaced by the next one, which goes on with the units that
/// are not done. On graceful shutdown units in flight are given up; they are run again later.
public final class LocalRunner: Service {
  private let store: JobStore
  private let hunter: any Hunter
  private let signal: RunnerSignal
  private let logger: Logger
  private let lockPath: String?
  /// For hunts: CPU bound.
  private let workers: WorkerThreads
  /// For rows: never waits behind a hunt, so that an abort is seen at once.
  private let clerk: WorkerThreads

  /// How often rows are looked at without a signal: the delay of an abort by another process.
  private static let interval: Duration = .milliseconds(500)

  /// - Parameters:
  ///   - threads: units run at once; nil: one a core.
  ///   - lockPath: a file by which one process at a time runs jobs; nil: no such care.
  public init(
    store: JobStore, hunter: any Hunter, signal: RunnerSignal, threads: Int? = nil,
    lockPath: String? = nil, logger: Logger
  ) {
    self.store = store
    self.hunter = hunter
    self.signal = signal
    self.logger = logger
    self.lockPath = lockPath
    workers = WorkerThreads(
      count: threads ?? ProcessInfo.processInfo.activeProcessorCount, name: "hunt")
    clerk = WorkerThreads(count: 1, name: "jobs")
  }

  public func run() async throws {
    await cancelWhenGracefulShutdown {
      guard let lock = await self.acquireLock() else { return }
      defer { lock.unlock() }
      await self.supervise()
    }
  }

  /// A handle that may stand for no lock at all; nil when cancelled while waiting.
  private func acquireLock() async -> HeldLock? {
    guard let lockPath else { return HeldLock(lock: nil) }
    var hasToldOfWaiting = false
    while !Task.isCancelled {
      do {
        if let lock = try RunnerLock(path: lockPath) { return HeldLock(lock: lock) }
        if !hasToldOfWaiting {
          logger.notice("another process runs the jobs of this store; waiting")
          hasToldOfWaiting = true
        }
      } catch {
        logger.error("cannot open the runner's lock", metadata: ["error": "\(error)"])
      }
      try? await Task.sleep(for: Self.interval)
    }
    return nil
  }

  private struct HeldLock {
    let lock: RunnerLock?
    func unlock() { lock?.unlock() }
  }

  // MARK: Supervision

  /// Compares what is worked on with the rows, again and again, until cancelled.
  private func supervise() async {
    let active = ActiveJobs()
    let store = store
    try? await clerk.run { try store.grantSlots() }
    await withDiscardingTaskGroup { group in
      group.addTask { [signal] in
        while !Task.isCancelled {
          try? await Task.sleep(for: Self.interval)
          signal.send()
        }
      }
      signal.send()
      for await _ in signal.changes {
        if Task.isCancelled { break }
        let claims: [ClaimedJob]
        do {
          claims = try await clerk.run { try store.claims() }
        } catch {
          logger.error("cannot read jobs", metadata: ["error": "\(error)"])
          continue
        }
        for sequence in active.stopAll(but: claims) {
          await self.apply(.workStopped, to: sequence)
        }
        for claim in claims where claim.status != .aborting {
          guard let cancellation = active.begin(claim.sequence, slots: store.slots) else { continue }
          group.addTask { [self] in
            await work(on: claim.sequence, cancellation)
            active.end(claim.sequence)
            signal.send()
          }
        }
      }
      active.cancelAll()
      group.cancelAll()
    }
  }

  private func apply(_ event: JobEvent, to sequence: Int64) async {
    let store = store
    do {
      let status = try await clerk.run { try store.apply(event, to: sequence) }
      if let status, status.isOver {
        logger.info("job over", metadata: ["job": "\(sequence)", "status": "\(status.rawValue)"])
      }
    } catch {
      logger.error("cannot move a job on", metadata: ["job": "\(sequence)", "error": "\(error)"])
    }
  }

  // MARK: One job

  /// Takes a job to its end, or as far as it gets before it is cancelled. Whatever goes wrong ends
  /// in the row: a job never stays `running` with nobody working on it.
  private func work(on sequence: Int64, _ cancellation: Cancellation) async {
    do {
      try await hunt(sequence, cancellation)
    } catch is CancellationError {
      return
    } catch let refused as RulesRefused {
      await apply(
        .failed(reason: "the rules no longer compile: \(refused.message)"), to: sequence)
    } catch let failure as JobFailure {
      guard !(failure.underlying is CancellationError), !Task.isCancelled else { return }
      logger.error("job failed", metadata: ["job": "\(sequence)", "error": "\(failure)"])
      await apply(.failed(reason: "\(failure)"), to: sequence)
    } catch {
      guard !cancellation.isCancelled, !Task.isCancelled else { return }
      logger.error("job failed", metadata: ["job": "\(sequence)", "error": "\(error)"])
      await apply(.failed(reason: "\(error)"), to: sequence)
    }
  }

  private func hunt(_ sequence: Int64, _ cancellation: Cancellation) async throws {
    let store = store
    let hunter = hunter
    guard let job = try await clerk.run({ try store.job(sequence: sequence) }) else { return }
    let hunt = try await workers.run { try hunter.open(job.order) }
    if try await clerk.run({ try store.isPlanned(sequence) }) {
      try await clerk.run { try store.recordResume(of: sequence) }
    } else {
      try await layOut(sequence, hunt)
    }
    // Units that have gone away are planned anew; each round drops at least one unit for good.
    while !cancellation.isCancelled {
      let pending = try await clerk.run { try store.pendingUnits(of: sequence) }
      if pending.isEmpty { break }
      let isComplete = try await run(pending, of: sequence, hunt, cancellation)
      if !isComplete, !cancellation.isCancelled { try await layOut(sequence, hunt) }
      try Task.checkCancellation()
    }
    if !cancellation.isCancelled { await apply(.allUnitsDone, to: sequence) }
  }

  private func layOut(_ sequence: Int64, _ hunt: any OpenHunt) async throws {
    let store = store
    let (plan, explanation) = try await workers.run { (try hunt.plan(), try hunt.explanation()) }
    try await clerk.run { try store.recordExplanation(explanation, for: sequence) }
    _ = try await clerk.run { try store.recordPlan(plan, for: sequence) }
  }

  /// Runs the units, as many at once as there are threads. False when one of them is gone.
  private func run(
    _ units: [String], of sequence: Int64, _ hunt: any OpenHunt, _ cancellation: Cancellation
  ) async throws -> Bool {
    try await withThrowingTaskGroup(of: Bool.self) { group in
      var waiting = units.makeIterator()
      var isComplete = true
      for _ in 0..<workers.count {
        guard let unit = waiting.next() else { break }
        group.addTask { try await self.run(unit, of: sequence, hunt, cancellation) }
      }
      do {
        while let isDone = try await group.next() {
          isComplete = isComplete && isDone
          guard !cancellation.isCancelled, !Task.isCancelled, let unit = waiting.next() else {
            continue
          }
          group.addTask { try await self.run(unit, of: sequence, hunt, cancellation) }
        }
      } catch {
        // The job is lost: no use in waiting long for its other units.
        cancellation.cancel()
        throw JobFailure(underlying: error)
      }
      return isComplete
    }
  }

  /// Runs one unit and merges its result; tries again when it fails. False when it is gone.
  private func run(
    _ unit: String, of sequence: Int64, _ hunt: any OpenHunt, _ cancellation: Cancellation
  ) async throws -> Bool {
    let store = store
    let (proceeds, begun) = try await clerk.run { try store.begin(unit: unit, of: sequence) }
    guard proceeds, !cancellation.isCancelled else {
      if proceeds { try await clerk.run { try store.giveBack(unit: unit, of: sequence) } }
      return true
    }
    guard begun <= store.limits.unitStarts else { throw PoisonousUnit(unit: unit, begun: begun) }
    var failures = 0
    while true {
      do {
        try await workers.run {
          guard !cancellation.isCancelled else { return try store.giveBack(unit: unit, of: sequence) }
          let outcome = try hunt.run(unit: unit, cancellation: cancellation)
          if cancellation.isCancelled {
            try store.giveBack(unit: unit, of: sequence)
          } else {
            try store.merge(outcome, of: unit, into: sequence)
          }
        }
        return true
      } catch is UnitGone {
        try await clerk.run { try store.drop(unit: unit, of: sequence) }
        return false
      } catch {
        if cancellation.isCancelled || error is CancellationError {
          try? await clerk.run { try store.giveBack(unit: unit, of: sequence) }
          throw CancellationError()
        }
        failures += 1
        logger.warning(
          "unit failed",
          metadata: ["job": "\(sequence)", "unit": "\(unit)", "error": "\(error)"])
        guard failures < store.limits.unitFailures else { throw error }
        try await Task.sleep(for: .milliseconds(100 << failures))
      }
    }
  }
}

/// A unit's error that ends its job, apart from the cancellation that follows it.
private struct JobFailure: Error, CustomStringConvertible {
  let underlying: any Error
  var description: String { "\(underlying)" }
}

/// A unit that was begun again and again without an end.
private struct PoisonousUnit: Error, CustomStringConvertible {
  let unit: String
  let begun: Int
  var description: String {
    "work on unit \(unit) was begun \(begun - 1) times and the process died each time"
  }
}

/// The jobs being worked on, by sequence, with what stops them.
private final class ActiveJobs: Sendable {
  private let jobs = Mutex<[Int64: Cancellation]>([:])

  /// Nil when the job is worked on already or all slots are taken.
  func begin(_ sequence: Int64, slots: Int) -> Cancellation? {
    jobs.withLock { jobs in
      guard jobs[sequence] == nil, jobs.count < slots else { return nil }
      let cancellation = Cancellation()
      jobs[sequence] = cancellation
      return cancellation
    }
  }

  func end(_ sequence: Int64) { jobs.withLock { $0[sequence] = nil } }

  func cancelAll() { jobs.withLock { for cancellation in $0.values { cancellation.cancel() } } }

  /// Stops work on jobs that are gone or shall end; gives those that shall end and on which nobody
  /// works any more.
  func stopAll(but claims: [ClaimedJob]) -> [Int64] {
    let going = Set(claims.filter { $0.status != .aborting }.map(\.sequence))
    let ending = claims.filter { $0.status == .aborting }.map(\.sequence)
    return jobs.withLock { jobs in
      for (sequence, cancellation) in jobs where !going.contains(sequence) {
        cancellation.cancel()
      }
      return ending.filter { jobs[$0] == nil }
    }
  }
}
