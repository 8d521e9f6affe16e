import Foundation
import GRDB
import Testing
import VirusTotalModel

@testable import Jobs

@Suite struct JobStoreTests {
  private let scratch: ScratchDatabase
  private let clock = PretendedClock(1_700_000_000)

  init() throws { scratch = try ScratchDatabase() }

  private func store(slots: Int = 2, _ change: (inout JobLimits) -> Void = { _ in }) throws
    -> JobStore
  {
    var limits = JobLimits()
    change(&limits)
    return try JobStore(
      database: scratch.pool, limits: limits, slots: slots, now: { [clock] in clock.now })
  }

  private func new(_ owner: String = "ann", rules: String = "rule a") -> NewJob {
    NewJob(owner: owner, rules: rules, corpus: "main", timeRange: nil, notificationEmail: nil)
  }

  private func planned(_ store: JobStore, _ units: [String: UnitOutcome]) throws -> Job {
    let job = try store.create(new())
    _ = try store.recordPlan(
      units.map { PlannedUnit(unit: $0.key, files: Int($0.value.files), bytes: 1) },
      for: job.sequence)
    return job
  }

  @Test func idsAreNeverGivenTwice() throws {
    let store = try store()
    let first = try store.create(new())
    let second = try store.create(new())
    #expect(first.id == "ann-1700000000")
    #expect(second.id == "ann-1700000001")
    #expect(second.creationDate == 1_700_000_000)
    try store.delete(id: second.id, owner: "ann")
    #expect(try store.create(new()).id == "ann-1700000002")
    #expect(try store.create(new("bob")).id == "bob-1700000000")
    clock.set(1_600_000_000)
    #expect(try store.create(new()).id == "ann-1700000003")
    clock.set(1_800_000_000)
    #expect(try store.create(new()).id == "ann-1800000000")
  }

  @Test func jobsBeyondTheSlotsWaitInOrder() throws {
    let store = try store(slots: 2)
    let jobs = try (0..<5).map { _ in try store.create(new()) }
    func statuses() throws -> [JobStatus?] { try jobs.map { try store.job(sequence: $0.sequence)?.status } }
    #expect(try statuses() == [.starting, .starting, .queued, .queued, .queued])
    _ = try store.abort(id: jobs[0].id, owner: "ann")
    #expect(try statuses() == [.aborted, .starting, .starting, .queued, .queued])
    try store.delete(id: jobs[1].id, owner: "ann")
    #expect(try statuses() == [.aborted, nil, .starting, .starting, .queued])
    _ = try store.abort(id: jobs[4].id, owner: "ann")
    #expect(try statuses() == [.aborted, nil, .starting, .starting, .aborted])
    #expect(try store.job(sequence: jobs[4].sequence)?.finishDate == clock.now)
  }

  @Test func tenUnfinishedJobsAreEnough() throws {
    let store = try store()
    let jobs = try (0..<10).map { _ in try store.create(new()) }
    #expect(throws: JobError(.tooManyUnfinished, "")) { try store.create(new()) }
    _ = try store.create(new("bob"))
    _ = try store.abort(id: jobs[3].id, owner: "ann")
    _ = try store.create(new())
  }

  @Test func aMonthlyQuotaCountsDeletedJobsAndEndsWithTheMonth() throws {
    let store = try store { $0.jobsPerMonth = 2 }
    for _ in 0..<2 { try store.delete(id: try store.create(new()).id, owner: "ann") }
    #expect(throws: JobError(.monthlyQuotaSpent, "")) { try store.create(new()) }
    #expect(try store.createdInMonth(owner: "ann") == 2)
    clock.set(clock.now + 31 * 86_400)
    #expect(try store.createdInMonth(owner: "ann") == 0)
    _ = try store.create(new())
  }

  @Test(arguments: [
    [0, 1970, 0], [-1, 1969, 11], [951_782_400, 2000, 1], [951_868_800, 2000, 2],
    [1_704_067_199, 2023, 11], [1_704_067_200, 2024, 0],
  ] as [[Int64]]) func monthsAreCalendarMonths(_ row: [Int64]) {
    #expect(JobStore.month(of: row[0]) == row[1] * 12 + row[2])
  }

  @Test func aUnitMergedTwiceCountsOnce() throws {
    let store = try store()
    let units = pretendedUnits(3)
    let job = try planned(store, units)
    for name in ["u00", "u01", "u00", "u00"] {
      _ = try store.merge(try #require(units[name]), of: name, into: job.sequence)
    }
    let read = try #require(try store.job(sequence: job.sequence))
    #expect(read.numMatches == 6)
    #expect(read.numMatchesOutsideTimeRange == 2)
    #expect(read.scannedBytes == 6000)
    #expect(read.filesDone == 20)
    #expect(read.progress == 66)
    #expect(
      read.accounting
        == JobAccounting(files: 20, prunedByIndex: 8, prunedByFacts: 4, scannedFiles: 6, skipped: 2))
    #expect(try store.pendingUnits(of: job.sequence) == ["u02"])
    #expect(try store.apply(.allUnitsDone, to: job.sequence) == .running)
  }

  @Test func cutsAreListedUpToABound() throws {
    let store = try store { $0.listedCuts = 3 }
    let units = pretendedUnits(5)
    let job = try planned(store, units)
    for (name, outcome) in units { try store.merge(outcome, of: name, into: job.sequence) }
    let first = try store.limited(id: job.id, owner: job.owner, after: nil, limit: 2)
    #expect(first.count == 3)
    #expect(first.items.count == 2)
    let rest = try store.limited(id: job.id, owner: job.owner, after: first.next, limit: 2)
    #expect(rest.items.count == 1 && rest.next == nil)
  }

  @Test func twoStoresOnOneDatabaseAgree() throws {
    let a = try store()
    let b = try JobStore(
      database: try DatabasePool(path: scratch.pool.path), slots: 2, now: { [clock] in clock.now })
    let units = pretendedUnits(4)
    let job = try planned(a, units)
    for (name, outcome) in units {
      let first = try a.merge(outcome, of: name, into: job.sequence)
      let second = try b.merge(outcome, of: name, into: job.sequence)
      #expect(first && !second)
    }
    #expect(try b.apply(.allUnitsDone, to: job.sequence) == .finished)
    #expect(try a.job(sequence: job.sequence)?.numMatches == 12)
    let ids = try (0..<4).map { try ($0 % 2 == 0 ? a : b).create(new("bob")).id }
    #expect(Set(ids).count == 4)
  }

  @Test func matchesStopAtTheCapAndTheJobFinishes() throws {
    let store = try store { $0.matchesPerJob = 10 }
    let units = pretendedUnits(3, matchesEach: 9)
    let job = try planned(store, units)
    for (name, outcome) in units.sorted(by: { $0.key < $1.key }) {
      _ = try store.merge(outcome, of: name, into: job.sequence)
    }
    #expect(try store.apply(.allUnitsDone, to: job.sequence) == .finished)
    let read = try #require(try store.job(sequence: job.sequence))
    #expect(read.numMatches == 10)
    #expect(read.progress == 100)
    let page = try store.matches(id: job.id, owner: "ann", after: nil, limit: 100)
    #expect(page.items.count == 10)
    #expect(page.count == 10)
  }

  @Test func anAbortedJobKeepsItsMatchesAndTakesNoMore() throws {
    let store = try store()
    let units = pretendedUnits(3)
    let job = try planned(store, units)
    _ = try store.merge(try #require(units["u00"]), of: "u00", into: job.sequence)
    #expect(try store.abort(id: job.id, owner: "ann").status == .aborting)
    #expect(try store.abort(id: job.id, owner: "ann").status == .aborting)
    #expect(try !store.begin(unit: "u01", of: job.sequence).proceeds)
    #expect(try store.apply(.workStopped, to: job.sequence) == .aborted)
    #expect(try !store.merge(try #require(units["u02"]), of: "u02", into: job.sequence))
    let read = try store.abort(id: job.id, owner: "ann")
    #expect(read.status == .aborted)
    #expect(read.numMatches == 3)
  }

  @Test func ruleTextsKeepEveryByte() throws {
    let text = "rule a { strings: $a = \"\u{0}\u{1F480}\" condition: $a }\r\n\u{0}end"
    let store = try store()
    #expect(try store.create(new(rules: text)).rules == text)
  }

  @Test func listsAreStableWhileJobsComeAndGo() throws {
    let store = try store(slots: 100)
    var jobs: [Job] = []
    for _ in 0..<5 { jobs.append(try store.create(new())) }
    let filter = JobFilter()
    let first = try store.jobs(owner: "ann", filter: filter, ascending: false, after: nil, limit: 2)
    #expect(first.items.map(\.id) == [jobs[4].id, jobs[3].id])
    #expect(first.count == 5)
    jobs.append(try store.create(new()))
    try store.delete(id: jobs[3].id, owner: "ann")
    let second = try store.jobs(
      owner: "ann", filter: filter, ascending: false, after: first.next, limit: 2)
    #expect(second.items.map(\.id) == [jobs[2].id, jobs[1].id])
    let third = try store.jobs(
      owner: "ann", filter: filter, ascending: false, after: second.next, limit: 2)
    #expect(third.items.map(\.id) == [jobs[0].id])
    #expect(third.next == nil)
    let others = try store.jobs(owner: "bob", filter: filter, ascending: false, after: nil, limit: 2)
    #expect(others.items.isEmpty && others.next == nil && others.count == 0)
  }

  @Test func filtersByStatusAndCorpus() throws {
    let store = try store(slots: 1)
    let jobs = try (0..<3).map { _ in try store.create(new()) }
    _ = try store.abort(id: jobs[2].id, owner: "ann")
    func ids(_ statuses: Set<JobStatus>, _ corpora: Set<String> = []) throws -> [String] {
      var filter = JobFilter()
      filter.statuses = statuses
      filter.corpora = corpora
      return try store.jobs(owner: "ann", filter: filter, ascending: true, after: nil, limit: 9)
        .items.map(\.id)
    }
    #expect(try ids([.queued]) == [jobs[1].id])
    #expect(try ids([.aborted, .starting]) == [jobs[0].id, jobs[2].id])
    #expect(try ids([], ["goodware"]).isEmpty)
    #expect(try ids([.aborted], ["main"]) == [jobs[2].id])
  }

  @Test func estimateFollowsTheRateSinceWorkBegan() throws {
    let store = try store()
    let units = pretendedUnits(10)
    let job = try planned(store, units)
    clock.set(clock.now + 20)
    for name in ["u00", "u01"] {
      _ = try store.merge(try #require(units[name]), of: name, into: job.sequence)
    }
    let read = try #require(try store.job(sequence: job.sequence))
    #expect(read.estimatedSeconds(now: clock.now) == 80)
    // After a pause of a day the rate is that of the work since.
    clock.set(clock.now + 86_400)
    try store.recordResume(of: job.sequence)
    clock.set(clock.now + 10)
    _ = try store.merge(try #require(units["u02"]), of: "u02", into: job.sequence)
    #expect(try store.job(sequence: job.sequence)?.estimatedSeconds(now: clock.now) == 70)
  }

  @Test func theOwnerIsToldOnceOnlyWhenAnAddressWasGiven() throws {
    let store = try store()
    var asking = new()
    asking.notificationEmail = "a@b.c"
    let told = try store.abort(id: try store.create(asking).id, owner: "ann")
    let silent = try store.abort(id: try store.create(new()).id, owner: "ann")
    let due = try scratch.pool.read { db in
      try Int64.fetchAll(db, sql: "SELECT seq FROM jobs WHERE notify_due = 1")
    }
    #expect(due == [told.sequence])
    #expect(silent.notificationEmail == nil)
  }
}
