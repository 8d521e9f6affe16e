import GRDB
import Testing
import VirusTotalModel

@testable import Jobs

@Suite struct JobQueueTests {
  private let scratch: ScratchDatabase
  private let queue: JobQueue

  init() throws {
    scratch = try ScratchDatabase()
    let store = try JobStore(database: scratch.pool, slots: 1, now: { 5000 })
    queue = JobQueue(store: store, hunter: PretendedHunter(units: [:]), signal: RunnerSignal())
  }

  @Test(arguments: [
    (RetrohuntJobCreation(rules: "rule !"), JobError.Code.rulesRefused),
    (RetrohuntJobCreation(rules: ""), .rulesRefused),
    (RetrohuntJobCreation(rules: String(repeating: "rule ", count: 301)), .tooManyRules),
    (RetrohuntJobCreation(rules: String(repeating: "rule ", count: 210_000)), .rulesTooLarge),
    (RetrohuntJobCreation(rules: "rule", corpus: "other"), .unknownCorpus),
    (RetrohuntJobCreation(rules: "rule", timeRange: .init(start: 9, end: 8)), .badTimeRange),
    (RetrohuntJobCreation(rules: "rule", timeRange: .init(start: -1, end: nil)), .badTimeRange),
    (RetrohuntJobCreation(rules: "rule", timeRange: .init(start: nil, end: -5)), .badTimeRange),
  ]) func refusesAndCreatesNothing(_ creation: RetrohuntJobCreation, _ code: JobError.Code)
    async throws
  {
    await #expect(throws: JobError(code, "")) {
      try await queue.create(creation, owner: "ann")
    }
    let all = try await queue.jobs(
      owner: "ann", filter: JobFilter(), ascending: false, after: nil, limit: 1)
    #expect(all.count == 0)
    #expect(try await queue.createdInMonth(owner: "ann") == 0)
  }

  @Test func refusalNamesLineAndCause() async throws {
    do {
      _ = try await queue.create(RetrohuntJobCreation(rules: "rule !"), owner: "ann")
      Issue.record("the rules were taken")
    } catch let error as JobError {
      #expect(error.reason == "1:5: unexpected character \"!\"")
    }
  }

  @Test func limitsThemselvesAreAllowed() async throws {
    let rules = String(repeating: "rule ", count: 300)
    let padded = rules + String(repeating: " ", count: (1 << 20) - rules.utf8.count)
    #expect(
      try await queue.create(RetrohuntJobCreation(rules: padded), owner: "ann").rules == padded)
  }

  @Test(arguments: [
    (RetrohuntJobCreation.Range?.none, TimeRange?.none),
    (.init(start: 7, end: nil), TimeRange(start: 7, end: 5000)),
    (.init(start: nil, end: 7), TimeRange(start: 0, end: 7)),
    (.init(start: 6000, end: nil), TimeRange(start: 6000, end: 6000)),
    (.init(start: 7, end: 7), TimeRange(start: 7, end: 7)),
  ]) func missingEndsAreFilledIn(_ given: RetrohuntJobCreation.Range?, _ stored: TimeRange?)
    async throws
  {
    let job = try await queue.create(
      RetrohuntJobCreation(rules: "rule", timeRange: given), owner: "ann")
    #expect(job.timeRange == stored)
  }

  @Test func othersJobsDoNotExist() async throws {
    let job = try await queue.create(RetrohuntJobCreation(rules: "rule"), owner: "ann")
    await #expect(throws: JobError(.notFound, "")) {
      try await queue.job(id: job.id, owner: "bob")
    }
    await #expect(throws: JobError(.notFound, "")) {
      try await queue.abort(id: job.id, owner: "bob")
    }
    await #expect(throws: JobError(.notFound, "")) {
      try await queue.delete(id: job.id, owner: "bob")
    }
    await #expect(throws: JobError(.notFound, "")) {
      try await queue.matches(id: job.id, owner: "bob", after: nil, limit: 1)
    }
    #expect(try await queue.job(id: job.id, owner: "ann").status == .starting)
  }

  @Test(arguments: ["", "a-b", "a b", "é", "a/b", String(repeating: "x", count: 65)])
  func namesThatBreakJobIdsAreRefused(_ name: String) async throws {
    #expect(!UserName.isValid(name))
    await #expect(throws: JobError(.badUser, "")) {
      try await queue.create(RetrohuntJobCreation(rules: "rule"), owner: name)
    }
  }
}

@Suite struct KeyStoreTests {
  private let scratch: ScratchDatabase
  private let keys: KeyStore

  init() throws {
    scratch = try ScratchDatabase()
    keys = try KeyStore(database: scratch.pool)
  }

  @Test func aKeyIsGoodUntilRevoked() throws {
    let key = try keys.create(user: "ann")
    let second = try keys.create(user: "ann")
    let other = try keys.create(user: "bob")
    #expect(Set([key, second, other]).count == 3)
    #expect(key.utf8.count == 64)
    #expect(try keys.bearer(of: key) == .user("ann"))
    #expect(try keys.bearer(of: other) == .user("bob"))
    #expect(try keys.bearer(of: "") == .unknown)
    #expect(try keys.bearer(of: String(key.dropLast())) == .unknown)
    #expect(try keys.bearer(of: key.uppercased() + "x") == .unknown)
    let listed = try keys.list()
    #expect(listed.map(\.user) == ["ann", "ann", "bob"])
    #expect(try keys.revoke(user: "ann", fingerprint: "000000000000") == 0)
    #expect(try keys.revoke(user: "ann") == 2)
    #expect(try keys.revoke(user: "ann") == 0)
    #expect(try keys.bearer(of: key) == .revoked)
    #expect(try keys.bearer(of: other) == .user("bob"))
    #expect(try keys.list().count { $0.revocationDate != nil } == 2)
  }

  @Test func keysAreNotStored() throws {
    let key = try keys.create(user: "ann")
    let dump = try scratch.pool.read { db in
      try String.fetchAll(db, sql: "SELECT hex(hash) || user FROM api_keys").joined()
    }
    #expect(!dump.lowercased().contains(key))
    #expect(throws: KeyStore.KeyError.self) { try keys.create(user: "a-b") }
  }

  @Test func secretsStayTheSame() throws {
    let first = try keys.secret(named: "url")
    #expect(first.count == 32)
    #expect(try KeyStore(database: scratch.pool).secret(named: "url") == first)
    #expect(try keys.secret(named: "other") != first)
  }
}
