import Bytes
import Foundation
import GRDB
import Jobs
import Synchronization
import VirusTotalModel

/// A hunter over made-up units, in memory, that can be told to fail, wait and vanish.
final class PretendedHunter: Hunter {
  struct Trouble: Error {}

  struct State {
    var units: [String: UnitOutcome] = [:]
    /// Calls of `run` by unit.
    var runs: [String: Int] = [:]
    var totalRuns = 0
    /// Errors a unit throws before it works.
    var failures: [String: Int] = [:]
    /// Units that are gone, and those that took their place.
    var gone: [String: [String: UnitOutcome]] = [:]
    /// Units that go with any of these, though they may be done.
    var goneTogether: Set<String> = []
    /// Units that wait until they are cancelled or released.
    var waiting: Set<String> = []
    /// From this run on (counted from 1), every unit waits.
    var stallsAtRun: Int?
    var refusesToOpen = false
    var planFails = false
  }

  let state: Mutex<State>

  init(units: [String: UnitOutcome]) {
    var state = State()
    state.units = units
    self.state = Mutex(state)
  }

  func set(_ change: @Sendable (inout State) -> Void) { state.withLock { change(&$0) } }
  var runs: [String: Int] { state.withLock { $0.runs } }
  var totalRuns: Int { state.withLock { $0.totalRuns } }

  func check(rules: String) throws -> Int {
    if rules.contains("!") { throw RulesRefused(message: "1:5: unexpected character \"!\"") }
    return rules.split(separator: " ").count { $0 == "rule" }
  }

  func open(_ order: HuntOrder) throws -> any OpenHunt {
    if state.withLock({ $0.refusesToOpen }) { throw RulesRefused(message: "no more") }
    return PretendedHunt(hunter: self)
  }
}

private struct PretendedHunt: OpenHunt {
  let hunter: PretendedHunter

  func plan() throws -> [PlannedUnit] {
    try hunter.state.withLock { state in
      if state.planFails { throw PretendedHunter.Trouble() }
      return state.units.map {
        PlannedUnit(unit: $0.key, files: Int($0.value.files), bytes: $0.value.files * 1000)
      }
    }
  }

  func explanation() throws -> String { #"{"plans":[{"rule":"r"}]}"# }

  func run(unit: String, cancellation: Cancellation) throws -> UnitOutcome {
    let outcome: UnitOutcome? = try hunter.state.withLock { state in
      state.runs[unit, default: 0] += 1
      state.totalRuns += 1
      if let stall = state.stallsAtRun, state.totalRuns >= stall { state.waiting.insert(unit) }
      if let heirs = state.gone[unit] {
        state.units[unit] = nil
        for other in state.goneTogether { state.units[other] = nil }
        state.units.merge(heirs) { old, _ in old }
        throw UnitGone()
      }
      if let left = state.failures[unit], left > 0 {
        state.failures[unit] = left - 1
        throw PretendedHunter.Trouble()
      }
      return state.units[unit]
    }
    while hunter.state.withLock({ $0.waiting.contains(unit) }), !cancellation.isCancelled {
      Thread.sleep(forTimeInterval: 0.002)
    }
    return outcome ?? UnitOutcome()
  }
}

/// Units `u00`, `u01`, ... of ten files each, with matches of two rules and a skipped file.
func pretendedUnits(_ count: Int, matchesEach: Int = 3) -> [String: UnitOutcome] {
  var units: [String: UnitOutcome] = [:]
  for unit in 0..<count {
    let name = String(format: "u%02d", unit)
    let digests = (0..<10).map { String(format: "%064x", unit * 10 + $0) }
    units[name] = UnitOutcome(
      files: 10, prunedByIndex: 4, prunedByFacts: 2, scannedFiles: 3, scannedBytes: 3000,
      skipped: [SkippedSample(sha256: digests[9], reason: "too large")],
      limited: [
        LimitedSample(
          sha256: digests[0], limit: "matches", rule: "r0", string: "$a", message: "too often")
      ],
      matches: (0..<matchesEach).map {
        FoundMatch(sha256: digests[$0 % 9], rule: "r\($0 / 9)", tags: ["t", "\(unit)"])
      } + [FoundMatch(sha256: digests[8], rule: "old", tags: [], isOutsideTimeRange: true)])
  }
  return units
}

/// A database of its own in a folder that goes with this object.
final class ScratchDatabase: Sendable {
  let folder: URL
  let pool: DatabasePool

  init() throws {
    folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("retrohunt-jobs-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    pool = try DatabasePool(path: folder.appendingPathComponent("test.sqlite").path)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }
}

/// A clock that stands still until told.
final class PretendedClock: Sendable {
  private let seconds: Mutex<Int64>
  init(_ seconds: Int64) { self.seconds = Mutex(seconds) }
  var now: Int64 { seconds.withLock { $0 } }
  func set(_ value: Int64) { seconds.withLock { $0 = value } }
}

/// Waits for what happens on other threads; the bound only ends a test that would never end.
func eventually(_ condition: () throws -> Bool) async throws -> Bool {
  for _ in 0..<3000 {
    if try condition() { return true }
    try await Task.sleep(for: .milliseconds(10))
  }
  return false
}
