import Bytes
import FileFormats
import Foundation
import GramIndex
import Synchronization
import Testing

@testable import Corpus

/// Stops the world at one step of the file system, and undoes at the "crash" what the disk had
/// not promised to keep: bytes written since a file's last sync, names since a folder's last sync.
final class CrashingDisk: FileFault {
  enum Manner: CaseIterable { case kill, powerLoss, fail, diskFull }

  private struct State {
    var step = 0
    var stopped = false
    /// Bytes promised, per file; the rest may be gone.
    var synced: [String: Int] = [:]
    var length: [String: Int] = [:]
    /// Names created or moved since their folder was synced: new name and where it came from.
    var unsyncedNames: [(folder: String, new: String, old: String?)] = []
    /// The bytes a rename is about to replace.
    var replaced: [String: Data] = [:]
  }
  private let state = Mutex(State())
  let stopAt: Int
  let manner: Manner

  init(stopAt: Int, manner: Manner) {
    self.stopAt = stopAt
    self.manner = manner
  }

  var steps: Int { state.withLock { $0.step } }
  var hasStopped: Bool { state.withLock { $0.stopped } }

  func before(_ step: FileStep) -> FaultVerdict {
    switch step {
    case .open, .read:
      return state.withLock { $0.stopped && manner != .fail && manner != .diskFull }
        ? .fail(errorNumber: 5) : .proceed
    default: break
    }
    return state.withLock { state in
      if state.stopped {
        return manner == .kill || manner == .powerLoss ? .fail(errorNumber: 5) : .proceed
      }
      state.step += 1
      if case .rename(_, let to) = step {
        state.replaced[to] = try? Data(contentsOf: URL(fileURLWithPath: to))
      }
      guard state.step == stopAt else { return .proceed }
      state.stopped = true
      if case .write(let path, let offset, let count) = step {
        state.length[path] = max(state.length[path] ?? 0, offset + count / 2)
        return .tear(
          bytes: count / 2, errorNumber: manner == .diskFull ? SystemFailure.diskFull : 5)
      }
      return .fail(errorNumber: manner == .diskFull ? SystemFailure.diskFull : 5)
    }
  }

  func after(_ step: FileStep) {
    state.withLock { state in
      switch step {
      case .create(let path):
        state.unsyncedNames.append((CrashingDisk.folder(path), path, nil))
      case .write(let path, let offset, let count):
        state.length[path] = max(state.length[path] ?? 0, offset + count)
      case .truncate(let path, let length):
        state.length[path] = length
        state.synced[path] = min(state.synced[path] ?? 0, length)
      case .sync(let path): state.synced[path] = state.length[path]
      case .rename(let from, let to):
        state.unsyncedNames.append((CrashingDisk.folder(to), to, from))
        state.length[to] = state.length[from]
        state.synced[to] = state.synced[from]
      case .remove(let path): state.unsyncedNames.removeAll { $0.new == path }
      case .syncFolder(let folder): state.unsyncedNames.removeAll { $0.folder == folder }
      default: break
      }
    }
  }

  /// What a power loss leaves of it.
  func loseWhatWasNotSynced() throws {
    try state.withLock { state in
      for (path, length) in state.length where (state.synced[path] ?? 0) < length {
        guard let handle = FileHandle(forWritingAtPath: path) else { continue }
        // Half of the unsynced bytes are gone, the other half is garbage.
        let synced = UInt64(state.synced[path] ?? 0)
        try handle.truncate(atOffset: synced)
        try handle.seek(toOffset: synced)
        try handle.write(contentsOf: Data(repeating: 0xA5, count: (length - Int(synced)) / 2))
        try handle.close()
      }
      for (_, new, old) in state.unsyncedNames.reversed() {
        if let old {
          _ = try? FileManager.default.moveItem(atPath: new, toPath: old)
          if let data = state.replaced[new] { try data.write(to: URL(fileURLWithPath: new)) }
        } else if new.hasSuffix(".inbox") || new.hasSuffix(".tmp") {
          _ = try? FileManager.default.removeItem(atPath: new)
        }
      }
    }
  }

  private static func folder(_ path: String) -> String {
    path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
  }
}

/// What the writing task tells the reading ones.
private final class SharedProgress: Sendable {
  let acknowledged = Mutex<Set<SHA256Digest>>([])
  let done = Mutex(false)
}

@Suite struct RecoveryTests {
  static let samples: [[UInt8]] = {
    var random = SeededBytes(31)
    return [
      [], Array("a".utf8), random.bytes(5_000), random.bytes(90_000, compressible: true),
      random.bytes(300_000), random.bytes(600_000, compressible: true),
    ]
  }()

  /// Ingest in groups of two, a seal in the middle, a removal, a compaction, indexes, a merge: what
  /// was acknowledged until the fault, and what was removed.
  private func work(_ folder: String, _ fault: CrashingDisk) -> (
    acknowledged: Set<SHA256Digest>, removed: Set<SHA256Digest>
  ) {
    var acknowledged: Set<SHA256Digest> = []
    var removed: Set<SHA256Digest> = []
    do {
      let store = try Store(
        directory: folder, mode: .readWrite, files: FileSystem(fault: fault), indexer: GramsOnly())
      var options = IngestOptions()
      options.groupSamples = 2
      options.window = 400_000
      options.groupDelay = .seconds(3_600)
      let ingestor = try store.makeIngestor(corpus: .main, date: 5, options: options) { event in
        if case .added(let digest, _) = event.outcome { acknowledged.insert(digest) }
      }
      for (index, sample) in RecoveryTests.samples.enumerated() {
        try ByteView.with(sample) { view throws(StoreError) in
          try ingestor.add(bytes: view, name: "\(index)")
        }
        if index == 3 { try store.seal(.main) }
      }
      try ingestor.flush()
      try store.remove([digest(RecoveryTests.samples[2])])
      removed.insert(digest(RecoveryTests.samples[2]))
      _ = try store.compact()
      try store.seal(.main)
      try store.reindex()
      try store.merge()
    } catch {
      // The fault; what it broke is asked below.
    }
    return (acknowledged, removed)
  }

  @Test(arguments: CrashingDisk.Manner.allCases)
  func nothingAcknowledgedIsLostWhateverStepIsTheLast(_ manner: CrashingDisk.Manner) throws {
    // How many steps there are without a fault.
    let probe = CrashingDisk(stopAt: .max, manner: manner)
    let clean = try TemporaryFolder()
    let all = work(clean.path, probe)
    #expect(all.acknowledged.count == RecoveryTests.samples.count)
    #expect(probe.steps > 30)

    for step in 1...probe.steps {
      let folder = try TemporaryFolder()
      let fault = CrashingDisk(stopAt: step, manner: manner)
      let before = work(folder.path, fault)
      #expect(fault.hasStopped)
      if manner == .powerLoss { try fault.loseWhatWasNotSynced() }

      let store = try Store(directory: folder.path, mode: .readWrite)
      let found = try contents(of: store)
      let expected = before.acknowledged.subtracting(before.removed)
      let missing = expected.subtracting(found.keys)
      #expect(missing.isEmpty, "step \(step): \(missing.count) acknowledged samples are lost")
      #expect(found.values.allSatisfy { $0 == 1 }, "step \(step): a sample is there twice")
      #expect(before.removed.isDisjoint(with: found.keys), "step \(step): a removed sample is back")
      let report = try store.verify()
      #expect(report.isIntact, "step \(step): \(report.damages)")
      #expect(report.unlisted.isEmpty, "step \(step)")
      #expect(
        folder.names("inbox/tmp").isEmpty
          && folder.names("segments").allSatisfy { $0.hasSuffix(".pack") || $0.hasSuffix(".index") })
      // An index that can be used is whole, and of its segment's file.
      for info in try store.segments() where info.state == .sealed {
        guard let index = store.index(of: info) else { continue }
        #expect(index.verify().isEmpty, "step \(step)")
        #expect(try index.documentCount == store.reader(for: info.id).count, "step \(step)")
      }
      // The same ingest again adds what is missing, and only that.
      let events = try add(RecoveryTests.samples, to: store)
      let added = events.filter { if case .added = $0.outcome { true } else { false } }.count
      #expect(added == RecoveryTests.samples.count - found.count, "step \(step)")
      try store.seal(.main)
      #expect(try Set(contents(of: store).keys) == Set(RecoveryTests.samples.map(digest)))
      #expect(try store.verify().isIntact)
    }
  }

  @Test func aFullDiskIsSaidAndTheIngestGoesOnAfterwards() throws {
    var said = 0
    for step in 1...24 {
      let folder = try TemporaryFolder()
      let fault = CrashingDisk(stopAt: step, manner: .diskFull)
      guard
        let store = try? Store(
          directory: folder.path, mode: .readWrite, files: FileSystem(fault: fault))
      else { continue }
      do throws(StoreError) {
        let ingestor = try store.makeIngestor(corpus: .main, date: 1) { _ in }
        try ByteView.with(Array("x".utf8)) { view throws(StoreError) in
          try ingestor.add(bytes: view, name: nil)
        }
        try ingestor.flush()
      } catch {
        said += 1
        #expect(error.code == .diskFull && error.isRetryable)
        #expect(error.description.contains("free space"))
      }
      guard fault.hasStopped else { break }
      // The same store object goes on once there is room.
      _ = try add([Array("x".utf8), Array("y".utf8)], to: store)
      #expect(try contents(of: store).count == 2)
    }
    #expect(said >= 4)
  }

  @Test func aTornTailBehindTheAcknowledgedLengthGoesAtTheNextStart() throws {
    let folder = try TemporaryFolder()
    do {
      let store = try Store(directory: folder.path, mode: .readWrite)
      _ = try add([Array("kept".utf8)], to: store)
    }
    let good = try folder.bytes("inbox/1.inbox")
    try folder.write(good + Array(repeating: 0x7E, count: 999), "inbox/1.inbox")
    let reader = try Store(directory: folder.path, mode: .readOnly)
    #expect(try contents(of: reader).count == 1)
    #expect(try reader.verify().isIntact)
    let store = try Store(directory: folder.path, mode: .readWrite)
    #expect(try folder.bytes("inbox/1.inbox") == good)
    _ = try add([Array("next".utf8)], to: store)
    #expect(try contents(of: store).count == 2)
  }

  @Test func packsTheCatalogueDoesNotKnowAreReportedAndKept() throws {
    let folder = try TemporaryFolder()
    do {
      let store = try Store(directory: folder.path, mode: .readWrite)
      _ = try add([Array("one".utf8)], to: store)
      try store.seal(.main)
    }
    try folder.write(try folder.bytes("segments/1.pack"), "segments/900.pack")
    try folder.write([1, 2, 3], "segments/77.pack.tmp")
    let store = try Store(directory: folder.path, mode: .readWrite)
    #expect(folder.names("segments") == ["1.pack", "900.pack"])
    let report = try store.verify()
    #expect(report.isIntact)
    #expect(report.unlisted == ["\(folder.path)/segments/900.pack"])
  }

  @Test func readersSeeEverySampleWhileBatchesAreFilledSealedAndCompacted() async throws {
    let folder = try TemporaryFolder()
    let store = try Store(directory: folder.path, mode: .readWrite)
    var random = SeededBytes(2)
    let rounds = (0..<12).map { _ in (0..<4).map { _ in random.bytes(20_000) } }
    let shared = SharedProgress()
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<2 {
        group.addTask {
          let reader = try Store(directory: folder.path, mode: .readOnly)
          repeat {
            let expected = shared.acknowledged.withLock { $0 }
            let found = try contents(of: reader)
            #expect(expected.isSubset(of: found.keys))
            await Task.yield()
          } while !shared.done.withLock { $0 }
        }
      }
      group.addTask {
        for (index, samples) in rounds.enumerated() {
          _ = try add(samples, to: store)
          shared.acknowledged.withLock { $0.formUnion(samples.map(digest)) }
          if index % 3 == 2 { try store.seal(.main) }
          if index % 5 == 4 { _ = try store.compact(all: true) }
          await Task.yield()
        }
        shared.done.withLock { $0 = true }
      }
      try await group.waitForAll()
    }
    #expect(try contents(of: store).count == 48)
  }
}
