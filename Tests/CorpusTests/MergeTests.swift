import Bytes
import FileFormats
import Foundation
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
}
