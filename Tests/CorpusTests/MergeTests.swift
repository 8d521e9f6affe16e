import Bytes
import FileFormats
import Foundation
import GramIndex
import Synchronization
import Testing

@testable import Corpus

@Suite struct MergeTests {
  @Test func smallSegmentsBecomeOneAndEverySampleStays() throws {
    let folder = try TemporaryFolder()
    let store = try Store(directory: folder.path, mode: .readWrite, indexer: GramsOnly())
    var all: Set<SHA256Digest> = []
    for seed in 1...4 {
      let samples = sampleSet(seed: UInt64(seed), large: false)
      all.formUnion(samples.map(digest))
      _ = try add(samples, to: store, date: Int64(1000 * seed))
      try store.seal(.main)
    }
    let good = sampleSet(seed: 9, large: false)
    _ = try add(good, to: store, corpus: .goodware)
    try store.seal(.goodware)
    let names = try #require(try store.document(sha256: digest([0x41]))).names
    let before = try store.segments(corpus: .main)
    let removed = digest(sampleSet(seed: 2, large: false)[7])
    try store.remove([removed])

    // A reader opened before keeps reading.
    let old = try store.reader(for: before[1].id)
    #expect(try store.merge() == 3)
    let buffer = ByteBuffer()
    for index in 0..<old.count where try old.document(at: index) != nil {
      #expect(try old.read(index, into: buffer).count >= 0)
    }

    let segments = try store.segments(corpus: .main)
    #expect(segments.count == 1)
    #expect(try store.segments(corpus: .goodware).count == 1)
    #expect(segments[0].documents == all.count - 1)
    #expect(segments[0].removed == 0)
    #expect(segments[0].rawBytes == before.reduce(0) { $0 + $1.rawBytes } - 4_095)
    #expect(segments[0].firstSubmission == 1000)
    #expect(segments[0].lastSubmission == 4000)
    #expect(try Set(contents(of: store, corpus: .main).keys) == all.subtracting([removed]))
    #expect(try #require(try store.document(sha256: digest([0x41]))).names == names)
    #expect(try store.verify().isIntact)
    #expect(try store.verify().unlisted.isEmpty)
    #expect(folder.names("segments").filter { $0.hasSuffix(".pack") }.count == 2)
    // Numbers are never given twice, and nothing is left to join.
    #expect(segments[0].id > before[3].id)
    #expect(try store.merge() == 0)
    _ = try add([Array("one more".utf8)], to: store)
    try store.seal(.main)
    #expect(try store.merge() == 1)
    #expect(try contents(of: store, corpus: .main).count == all.count)
  }

  /// Indexes are joined where they speak for all of a segment, and come out as if made anew.
  @Test(arguments: [Obstacle.none, .removedSample, .damagedIndex, .missingIndex])
  func indexesAreJoined(_ obstacle: Obstacle) throws {
    let folder = try TemporaryFolder()
    let indexer = CountingIndexer()
    let store = try Store(directory: folder.path, mode: .readWrite, indexer: indexer)
    for seed in 1...3 {
      _ = try add(sampleSet(seed: UInt64(seed), large: false), to: store)
      try store.seal(.main)
    }
    #expect(try store.reindex() == 3)
    let parts = try store.segments(corpus: .main)
    switch obstacle {
    case .none: break
    case .removedSample: try store.remove([digest(sampleSet(seed: 2, large: false)[7])])
    case .damagedIndex:
      let path = URL(fileURLWithPath: store.layout.index(parts[1].id))
      var bytes = try Data(contentsOf: path)
      bytes[600] ^= 1
      store.indexes.forget(parts[1].id)
      try bytes.write(to: path)
    case .missingIndex:
      store.indexes.forget(parts[1].id)
      try FileManager.default.removeItem(atPath: store.layout.index(parts[1].id))
    }
    let before = indexer.made
    #expect(try store.merge() == 2)
    #expect(indexer.made == before + (obstacle == .none ? 0 : 1))
    let merged = try #require(try store.segments(corpus: .main).first)
    #expect(store.indexState(of: merged, for: indexer, thorough: true) == .current)
    let path = URL(fileURLWithPath: store.layout.index(merged.id))
    let joined = try Data(contentsOf: path)
    #expect(try store.reindex(all: true) == 1)
    #expect(try Data(contentsOf: path) == joined)
  }

  enum Obstacle: Sendable { case none, removedSample, damagedIndex, missingIndex }
}

/// `GramsOnly`, counting what it makes.
private final class CountingIndexer: SegmentIndexing {
  private let count = Mutex(0)
  var made: Int { count.withLock { $0 } }

  func makeIndex(
    of contents: SegmentContents, cancellation: Cancellation?, write: (ByteView) throws -> Void
  ) throws {
    count.withLock { $0 += 1 }
    try GramsOnly().makeIndex(of: contents, cancellation: cancellation, write: write)
  }

  func isCurrent(_ index: IndexFile) -> Bool { GramsOnly().isCurrent(index) }
}
