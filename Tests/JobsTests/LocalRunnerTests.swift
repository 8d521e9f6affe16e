import Foundation
import GRDB
import Logging
import Testing
import VirusTotalModel

@testable import Jobs

/// Runs of the runner over rows and a pretended hunter, with crashes anywhere.
@Suite struct LocalRunnerTests {
  private let scratch: ScratchDatabase
  private let store: JobStore

  init() throws {
    scratch = try ScratchDatabase()
    store = try JobStore(database: scratch.pool, slots: 2)
  }

  private func create(_ owner: String = "ann") throws -> Job {
    try store.create(
      NewJob(
        owner: owner, rules: "rule a", corpus: "main", timeRange: nil, notificationEmail: nil))
  }

  private func runner(_ hunter: PretendedHunter, _ signal: RunnerSignal = RunnerSignal())
    -> LocalRunner
  {
    var logger = Logger(label: "test")
    logger.logLevel = .critical
    return LocalRunner(
      store: store, hunter: hunter, signal: signal, threads: 2,
      lockPath: scratch.folder.appendingPathComponent("lock").path, logger: logger)
  }

  /// Starts a runner, waits for `condition` and ends the runner.
  private func run(
    _ hunter: PretendedHunter, until condition: () throws -> Bool
  ) async throws {
    let runner = runner(hunter)
    let task = Task { try await runner.run() }
    let isMet = try await eventually(condition)
    task.cancel()
    _ = await task.result
    #expect(isMet)
  }

  private func isOver(_ job: Job) throws -> Bool {
    try store.job(sequence: job.sequence)?.status.isOver ?? true
  }

  /// What must hold of a finished job over `units`, read back from every table.
  private func checkFinished(_ job: Job, _ units: [String: UnitOutcome]) throws {
    let read = try #require(try store.job(sequence: job.sequence))
    #expect(read.status == .finished)
    #expect(read.progress == 100)
    #expect(read.abortReason == nil)
    #expect((read.finishDate ?? 0) >= (read.startDate ?? .max))
    let outcomes = units.values
    #expect(read.accounting.files == outcomes.reduce(0) { $0 + $1.files })
    #expect(read.scannedBytes == outcomes.reduce(0) { $0 + $1.scannedBytes })
    let account = read.accounting
    #expect(
      account.files == account.prunedByIndex + account.prunedByFacts + account.scannedFiles
        + account.skipped)
    var pairs = Set<String>()
    for match in outcomes.flatMap(\.matches) where !match.isOutsideTimeRange {
      pairs.insert("\(match.sha256) \(match.rule)")
    }
    let page = try store.matches(id: job.id, owner: job.owner, after: nil, limit: 100_000)
    #expect(Set(page.items.map { "\($0.sha256) \($0.rule)" }) == pairs)
    #expect(page.items.count == pairs.count)
    #expect(read.numMatches == Int64(pairs.count))
    let skipped = try store.skipped(id: job.id, owner: job.owner, after: nil, limit: 100_000)
    #expect(skipped.items.count == outcomes.reduce(0) { $0 + $1.skipped.count })
    let limited = try store.limited(id: job.id, owner: job.owner, after: nil, limit: 100_000)
    #expect(Set(limited.items) == Set(outcomes.flatMap(\.limited)))
    #expect(limited.count == limited.items.count)
  }

  @Test func runsJobsToTheirEnd() async throws {
    let units = pretendedUnits(7)
    let hunter = PretendedHunter(units: units)
    let jobs = try (0..<3).map { _ in try create() }
    #expect(jobs.map(\.status) == [.starting, .starting, .queued])
    try await run(hunter) { try jobs.allSatisfy(isOver) }
    for job in jobs { try checkFinished(job, units) }
    #expect(hunter.runs.values.allSatisfy { $0 == 3 })
  }

  @Test func aHuntOverNothingFinishes() async throws {
    let job = try create()
    try await run(PretendedHunter(units: [:])) { try isOver(job) }
    try checkFinished(job, [:])
  }

  /// The runner is stopped while the n-th unit runs; the next one goes on from there.
  @Test(arguments: 1...7) func goesOnAfterAStopDuringAnyUnit(_ step: Int) async throws {
    let units = pretendedUnits(6)
    let hunter = PretendedHunter(units: units)
    hunter.set { $0.stallsAtRun = step }
    let job = try create()
    try await run(hunter) { try hunter.totalRuns >= step || isOver(job) }
    let done = try doneUnits(job)
    let before = hunter.runs
    hunter.set {
      $0.stallsAtRun = nil
      $0.waiting = []
    }
    try await run(hunter) { try isOver(job) }
    try checkFinished(job, units)
    for unit in done { #expect(hunter.runs[unit] == before[unit], "a done unit ran again") }
  }

  private func doneUnits(_ job: Job) throws -> [String] {
    try scratch.pool.read { db in
      try String.fetchAll(
        db, sql: "SELECT unit FROM job_units WHERE job = ? AND done = 1",
        arguments: [job.sequence])
    }
  }

  /// The process dies after the n-th write: nothing of the runner is told, the rows stay as they
  /// are, and a new runner takes over.
  @Test(arguments: 0...14) func goesOnAfterACrashAfterAnyWrite(_ step: Int) async throws {
    let units = pretendedUnits(5)
    let job = try create()
    var writes: [() throws -> Void] = [
      {
        _ = try store.recordPlan(
          units.map { PlannedUnit(unit: $0.key, files: Int($0.value.files), bytes: 1) },
          for: job.sequence)
      }
    ]
    for (name, outcome) in units.sorted(by: { $0.key < $1.key }) {
      writes.append { _ = try store.begin(unit: name, of: job.sequence) }
      writes.append { _ = try store.merge(outcome, of: name, into: job.sequence) }
      // A second worker that was slower.
      if name == "u02" { writes.append { _ = try store.merge(outcome, of: name, into: job.sequence) } }
    }
    writes.append { try store.apply(.allUnitsDone, to: job.sequence) }
    writes.append { try store.apply(.allUnitsDone, to: job.sequence) }
    for write in writes.prefix(step) { try write() }

    let hunter = PretendedHunter(units: units)
    let done = try doneUnits(job)
    try await run(hunter) { try isOver(job) }
    try checkFinished(job, units)
    for unit in done { #expect(hunter.runs[unit] == nil, "a done unit ran again") }
  }

  @Test func aJobTornDownWhileAbortingEndsAborted() async throws {
    let job = try create()
    _ = try store.recordPlan([PlannedUnit(unit: "u", files: 1, bytes: 1)], for: job.sequence)
    _ = try store.abort(id: job.id, owner: "ann")
    try await run(PretendedHunter(units: [:])) { try isOver(job) }
    #expect(try store.job(sequence: job.sequence)?.status == .aborted)
  }

  @Test func aFailingUnitIsTriedAgain() async throws {
    let units = pretendedUnits(3)
    let hunter = PretendedHunter(units: units)
    hunter.set { $0.failures = ["u01": 2] }
    let job = try create()
    try await run(hunter) { try isOver(job) }
    try checkFinished(job, units)
    #expect(hunter.runs["u01"] == 3)
  }

  @Test func aUnitThatAlwaysFailsEndsItsJobWithAReason() async throws {
    let hunter = PretendedHunter(units: pretendedUnits(3))
    hunter.set { $0.failures = ["u01": 1000] }
    let job = try create()
    try await run(hunter) { try isOver(job) }
    let read = try #require(try store.job(sequence: job.sequence))
    #expect(read.status == .aborted)
    #expect(read.abortReason?.contains("Trouble") == true)
    #expect(read.finishDate != nil)
  }

  @Test func aUnitThatKillsTheProcessIsGivenUp() async throws {
    let hunter = PretendedHunter(units: pretendedUnits(1))
    let job = try create()
    _ = try store.recordPlan([PlannedUnit(unit: "u00", files: 10, bytes: 1)], for: job.sequence)
    for _ in 0..<store.limits.unitStarts { _ = try store.begin(unit: "u00", of: job.sequence) }
    try await run(hunter) { try isOver(job) }
    #expect(try store.job(sequence: job.sequence)?.status == .aborted)
    #expect(hunter.totalRuns == 0)
  }

  @Test func rulesThatNoLongerCompileEndTheJobWithAReason() async throws {
    let hunter = PretendedHunter(units: pretendedUnits(1))
    hunter.set { $0.refusesToOpen = true }
    let job = try create()
    try await run(hunter) { try isOver(job) }
    let read = try #require(try store.job(sequence: job.sequence))
    #expect(read.status == .aborted)
    #expect(read.abortReason?.contains("no more") == true)
  }

  @Test func aPlanThatFailsEndsTheJob() async throws {
    let hunter = PretendedHunter(units: [:])
    hunter.set { $0.planFails = true }
    let job = try create()
    try await run(hunter) { try isOver(job) }
    #expect(try store.job(sequence: job.sequence)?.status == .aborted)
  }

  @Test func unitsThatMovedAreFoundAgain() async throws {
    var units = pretendedUnits(4)
    let heirs = pretendedUnits(6).filter { $0.key > "u03" }
    let hunter = PretendedHunter(units: units)
    hunter.set { $0.gone = ["u01": heirs] }
    let job = try create()
    try await run(hunter) { try isOver(job) }
    units["u01"] = nil
    units.merge(heirs) { old, _ in old }
    try checkFinished(job, units)
  }

  /// A done unit whose samples moved on with another one's is not counted beside their heir.
  @Test func unitsThatWereMergedCountOnce() async throws {
    var units = pretendedUnits(4)
    let heir = pretendedUnits(6).filter { $0.key == "u04" }
    let hunter = PretendedHunter(units: units)
    hunter.set {
      $0.gone = ["u03": heir]
      $0.goneTogether = ["u00"]
    }
    let job = try create()
    try await run(hunter) { try isOver(job) }
    #expect(hunter.runs["u00"] == 1)
    let read = try #require(try store.job(sequence: job.sequence))
    units["u00"] = nil
    units["u03"] = nil
    units.merge(heir) { old, _ in old }
    let sum = { (value: (UnitOutcome) -> Int64) in units.values.reduce(0) { $0 + value($1) } }
    #expect(read.status == .finished)
    #expect(read.accounting.files == sum { $0.files })
    #expect(read.scannedBytes == sum { $0.scannedBytes })
    #expect(read.accounting.prunedByIndex == sum { $0.prunedByIndex })
    #expect(read.accounting.prunedByFacts == sum { $0.prunedByFacts })
    #expect(read.accounting.scannedFiles == sum { $0.scannedFiles })
    #expect(read.accounting.skipped == sum { Int64($0.skipped.count) })
    #expect(read.filesDone == read.filesTotal)
  }

  @Test func abortStopsWorkInFlight() async throws {
    let hunter = PretendedHunter(units: pretendedUnits(4))
    hunter.set { $0.waiting = ["u00", "u01", "u02", "u03"] }
    let signal = RunnerSignal()
    let queue = JobQueue(store: store, hunter: hunter, signal: signal)
    let runner = runner(hunter, signal)
    let task = Task { try await runner.run() }
    let job = try await queue.create(RetrohuntJobCreation(rules: "rule a"), owner: "ann")
    #expect(try await eventually { hunter.totalRuns == 2 })
    #expect(try await queue.abort(id: job.id, owner: "ann").status == .aborting)
    #expect(try await eventually { try isOver(job) })
    #expect(try store.job(sequence: job.sequence)?.status == .aborted)
    #expect(hunter.totalRuns == 2)
    // The slots are free again.
    hunter.set { $0.waiting = [] }
    let next = try await queue.create(RetrohuntJobCreation(rules: "rule a"), owner: "ann")
    #expect(try await eventually { try isOver(next) })
    #expect(try store.job(sequence: next.sequence)?.status == .finished)
    task.cancel()
    _ = await task.result
  }

  @Test func deletingARunningJobStopsIt() async throws {
    let hunter = PretendedHunter(units: pretendedUnits(4))
    hunter.set { $0.waiting = ["u00", "u01", "u02", "u03"] }
    let job = try create()
    let runner = runner(hunter)
    let task = Task { try await runner.run() }
    #expect(try await eventually { hunter.totalRuns == 2 })
    try store.delete(id: job.id, owner: "ann")
    let next = try create()
    hunter.set { $0.units = [:] }
    #expect(try await eventually { try isOver(next) })
    task.cancel()
    _ = await task.result
    let rows = try await scratch.pool.read { db in
      try Int.fetchOne(
        db,
        sql: """
          SELECT (SELECT COUNT(*) FROM job_units) + (SELECT COUNT(*) FROM job_matches)
            + (SELECT COUNT(*) FROM job_skipped) + (SELECT COUNT(*) FROM job_limited)
          """)
    }
    #expect(rows == 0)
  }

  @Test func progressOnlyGrows() async throws {
    let units = pretendedUnits(40)
    let hunter = PretendedHunter(units: units)
    let job = try create()
    let runner = runner(hunter)
    let task = Task { try await runner.run() }
    var last: (progress: Int64, bytes: Int64, matches: Int64) = (0, 0, 0)
    let isDone = try await eventually {
      let read = try #require(try store.job(sequence: job.sequence))
      #expect(read.progress >= last.progress && read.scannedBytes >= last.bytes)
      #expect(read.numMatches >= last.matches)
      #expect((read.progress == 100) == (read.status == .finished))
      #expect((read.estimatedSeconds(now: store.now()) != nil) == (read.status == .running))
      last = (read.progress, read.scannedBytes, read.numMatches)
      return read.status.isOver
    }
    #expect(isDone)
    task.cancel()
    _ = await task.result
  }

  @Test func oneRunnerAtATime() async throws {
    let path = scratch.folder.appendingPathComponent("lock").path
    let other = try #require(try RunnerLock(path: path))
    let hunter = PretendedHunter(units: pretendedUnits(1))
    let job = try create()
    let runner = runner(hunter)
    let task = Task { try await runner.run() }
    #expect(try RunnerLock(path: path) == nil)
    #expect(hunter.totalRuns == 0)
    other.unlock()
    #expect(try await eventually { try isOver(job) })
    task.cancel()
    _ = await task.result
  }
}
