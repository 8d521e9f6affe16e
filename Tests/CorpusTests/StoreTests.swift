import Bytes
import FileFormats
import GRDB
import Testing

@testable import Corpus

@Suite struct StoreTests {
  @Test func everySampleComesBackFromTheBatchAndFromTheSealedSegment() throws {
    let folder = try TemporaryFolder()
    let samples = sampleSet(seed: 1)
    let store = try Store(directory: folder.path, mode: .readWrite)
    let events = try add(samples, to: store)
    #expect(events.count == samples.count)
    let expected = Set(samples.map(digest))
    #expect(try Set(contents(of: store).keys) == expected)
    let open = try store.segments(corpus: .main)
    #expect(open.map(\.state) == [.open])
    #expect(open.map(\.documents) == [samples.count])

    let sealed = try store.seal(.main)
    #expect(sealed == open.first?.id)
    #expect(try store.segments(corpus: .main).map(\.state) == [.sealed])
    #expect(try Set(contents(of: store).keys) == expected)
    #expect(folder.names("inbox") == ["tmp"])
    let report = try store.verify()
    #expect(report.damages.map(\.description) == [])
    #expect(report.documents == samples.count)
    for sample in samples { #expect(try store.read(digest(sample)) == sample) }
  }

  @Test func aKnownSampleOnlyCountsASubmission() throws {
    let folder = try TemporaryFolder()
    let store = try Store(directory: folder.path, mode: .readWrite)
    let sample = Array("the same bytes".utf8)
    _ = try add([sample, sample], to: store, date: 500)
    try store.seal(.main)
    _ = try add([sample], to: store, date: 900)
    let record = try #require(try store.document(sha256: digest(sample)))
    #expect(record.timesSubmitted == 3)
    #expect(record.firstSubmission == 500)
    #expect(record.lastSubmission == 900)
    #expect(record.names == ["sample-0", "sample-1"])
    let reader = try store.reader(for: record.segment)
    let document = try #require(try reader.document(at: 0))
    #expect(document.firstSubmission == 500 && document.lastSubmission == 900)
    #expect(try store.segments().count == 1)
  }

  /// The pack knows the names a sample came with; of later ones only the catalogue tells.
  @Test(arguments: [500, 900] as [Int64])
  func namesAddedLaterAreNotReadFromThePack(_ date: Int64) throws {
    let folder = try TemporaryFolder()
    let store = try Store(directory: folder.path, mode: .readWrite)
    let samples = [Array("the first".utf8), Array("the second".utf8)]
    _ = try add(samples, to: store, date: 500)
    try store.seal(.main)
    let segment = try #require(try store.segments().first).id
    let before = try store.reader(for: segment)
    #expect(try before.names(at: 0) == ["sample-0"])
    #expect(try before.names(at: 1) == ["sample-1"])
    // The second sample once more, under the name of the first.
    _ = try add([samples[1]], to: store, date: date)
    let after = try store.reader(for: segment)
    #expect(try after.names(at: 0) == ["sample-0"])
    #expect(try after.names(at: 1) == nil)
    #expect(
      try #require(try store.document(sha256: digest(samples[1]))).names == ["sample-1", "sample-0"])
    // Written anew, the pack may tell of both, but not of fewer.
    _ = try store.compact(all: true)
    let compacted = try store.reader(for: segment).names(at: 1)
    #expect(compacted == nil || compacted == ["sample-1", "sample-0"])
  }

  @Test func nothingAtRestShowsTheSamplesBytes() throws {
    let folder = try TemporaryFolder()
    let store = try Store(directory: folder.path, mode: .readWrite)
    let marker = Array("X5O!P%@AP[4-RECOGNISABLE-SIGNATURE".utf8)
    _ = try add([marker, SeededBytes.noise(3) + marker], to: store)
    let log = try folder.bytes("inbox/1.inbox")
    #expect(!contains(log, marker) && !contains(log, Array("sample-0".utf8)))
    try store.seal(.main)
    let pack = try folder.bytes("segments/1.pack")
    #expect(!contains(pack, marker) && !contains(pack, Array("sample-0".utf8)))
  }

  @Test func theTwoCorporaAreKeptApart() throws {
    let folder = try TemporaryFolder()
    let store = try Store(directory: folder.path, mode: .readWrite)
    let sample = Array("in both".utf8)
    _ = try add([sample], to: store, corpus: .main)
    _ = try add([sample], to: store, corpus: .goodware)
    #expect(try store.segments(corpus: .main).map(\.documents) == [1])
    #expect(try store.segments(corpus: .goodware).map(\.documents) == [1])
    #expect(try store.remove([digest(sample)], corpus: .main) == 1)
    #expect(try contents(of: store, corpus: .main).isEmpty)
    #expect(try contents(of: store, corpus: .goodware).count == 1)
  }

  @Test func theCatalogueIsAskedByEveryDigest() throws {
    let folder = try TemporaryFolder()
    let store = try Store(directory: folder.path, mode: .readWrite)
    let sample = Array("abc".utf8)
    _ = try add([sample], to: store)
    let hex = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    #expect(try store.document(hex: hex)?.sha256.hex == hex)
    #expect(try store.document(hex: "a9993e364706816aba3e25717850c26c9cd0d89d") != nil)
    #expect(try store.document(hex: "900150983CD24FB0D6963F7D28E17F72") != nil)
    #expect(try store.document(hex: "900150983cd24fb0d6963f7d28e17f73") == nil)
    #expect(try store.document(hex: "not hexadecimal") == nil)
  }

  @Test func removedSamplesAreGoneAtOnceAndTheirSpaceAfterCompacting() throws {
    let folder = try TemporaryFolder()
    let store = try Store(directory: folder.path, mode: .readWrite)
    let samples = sampleSet(seed: 4)
    _ = try add(samples, to: store)
    try store.seal(.main)
    let gone = Set(samples.indices.filter { $0 % 2 == 1 }.map { digest(samples[$0]) })
    let older = try store.reader(for: SegmentID(1))
    #expect(try store.remove(Array(gone)) == gone.count)
    let kept = Set(samples.map(digest)).subtracting(gone)
    #expect(try Set(contents(of: store).keys) == kept)
    #expect(try store.segments().map(\.removed) == [gone.count])
    let before = try store.segments().map(\.identity)
    #expect(try store.compact() > 0)
    #expect(try Set(contents(of: store).keys) == kept)
    #expect(try store.segments().map(\.removed) == [0])
    #expect(try store.segments().map(\.identity) != before)
    #expect(try store.verify().isIntact)
    // The reader from before still has all it had.
    let buffer = ByteBuffer()
    for index in 0..<older.count {
      let document = try #require(try older.document(at: index))
      #expect(SHA256Digest(of: try older.read(index, into: buffer)) == document.sha256)
    }
    // A removed sample may come again.
    _ = try add(samples, to: store)
    #expect(try Set(contents(of: store).keys) == Set(samples.map(digest)))
  }

  @Test func aSampleRemovedFromTheOpenBatchMayComeAgain() throws {
    let folder = try TemporaryFolder()
    let store = try Store(directory: folder.path, mode: .readWrite)
    let samples: [[UInt8]] = [Array("one".utf8), Array("two".utf8)]
    _ = try add(samples, to: store)
    try store.remove([digest(samples[1])])
    #expect(try contents(of: store).count == 1)
    _ = try add([samples[1]], to: store)
    #expect(try contents(of: store) == [digest(samples[0]): 1, digest(samples[1]): 1])
    try store.seal(.main)
    #expect(try contents(of: store) == [digest(samples[0]): 1, digest(samples[1]): 1])
    #expect(try store.verify().isIntact)
  }

  @Test func exportWritesTheSampleUnderItsDigestOnly() throws {
    let folder = try TemporaryFolder()
    let store = try Store(directory: "\(folder.path)/store", mode: .readWrite)
    let samples = sampleSet(seed: 9)
    _ = try add(samples, to: store)
    for sample in samples {
      let path = try store.export(digest(sample), toFolder: "\(folder.path)/out")
      #expect(path == "\(folder.path)/out/\(digest(sample).hex)")
      #expect(try folder.bytes("out/\(digest(sample).hex)") == sample)
    }
    #expect(throws: StoreError(.invalidArgument, "")) {
      try store.export(digest(samples[0]), toFolder: "\(folder.path)/out")
    }
    #expect(throws: StoreError(.notFound, "")) {
      try store.export(digest(Array("never added".utf8)), toFolder: "\(folder.path)/out")
    }
  }

  @Test func oneWriterAtATimeAndManyReaders() throws {
    let folder = try TemporaryFolder()
    let writer = try Store(directory: folder.path, mode: .readWrite)
    _ = try add([Array("x".utf8)], to: writer)
    #expect(throws: StoreError(.locked, "")) { try Store(directory: folder.path, mode: .readWrite) }
    let error = #expect(throws: StoreError.self) {
      try Store(directory: folder.path, mode: .readWrite)
    }
    #expect(error?.reason.contains("process") == true)
    let reader = try Store(directory: folder.path, mode: .readOnly)
    #expect(try contents(of: reader).count == 1)
    #expect(throws: StoreError(.readOnly, "")) {
      try reader.makeIngestor(corpus: .main, date: 1) { _ in }
    }
    let jobs = try Store(directory: folder.path, mode: .database)
    try jobs.database.write { try $0.execute(sql: "CREATE TABLE jobs_probe (a)") }
    #expect(throws: StoreError(.readOnly, "")) { try jobs.remove([]) }
  }

  @Test func aStoreThatIsNotThereIsNotMadeByReading() throws {
    let folder = try TemporaryFolder()
    #expect(throws: StoreError(.notFound, "")) {
      try Store(directory: "\(folder.path)/none", mode: .readOnly)
    }
    #expect(folder.names("").isEmpty)
  }

  @Test func theNumbersAddUp() throws {
    let folder = try TemporaryFolder()
    let store = try Store(directory: folder.path, mode: .readWrite)
    let samples = sampleSet(seed: 12, large: false)
    _ = try add(samples, to: store, date: 7)
    try store.seal(.main)
    _ = try add([Array("later".utf8)], to: store, date: 99)
    let statistics = try store.statistics()
    let main = try #require(statistics.corpora[.main])
    #expect(main.samples == samples.count + 1)
    #expect(main.segments == 2 && main.openBatches == 1)
    #expect(main.rawBytes == Int64(samples.reduce(5) { $0 + $1.count }))
    #expect(main.firstSubmission == 7 && main.lastSubmission == 99)
    #expect(statistics.types.values.reduce(0, +) == samples.count + 1)
  }

  private func sealed(_ store: Store) throws -> SegmentReader {
    try store.seal(.main)
    return try store.reader(for: SegmentID(1))
  }

  /// Each document's number with its bytes as they were added.
  private func documents(
    of reader: SegmentReader, among samples: [[UInt8]]
  ) throws -> [(index: Int, sample: [UInt8])] {
    let byDigest = Dictionary(samples.map { (digest($0), $0) }, uniquingKeysWith: { a, _ in a })
    return try (0..<reader.count).map { index in
      let document = try #require(try reader.document(at: index))
      return (index, try #require(byDigest[document.sha256]))
    }
  }

  @Test func prefixesAreReadWithoutTheRest() throws {
    let folder = try TemporaryFolder()
    let store = try Store(directory: folder.path, mode: .readWrite)
    let samples = sampleSet(seed: 20)
    _ = try add(samples, to: store)
    let (reader, buffer) = (try sealed(store), ByteBuffer())
    for (index, sample) in try documents(of: reader, among: samples) {
      for limit in [0, 1, 64, 1 << 20, (1 << 20) + 1] {
        let view = try reader.read(index, limit: limit, into: buffer)
        #expect(view.array == Array(sample.prefix(limit)))
      }
    }
  }

  @Test(arguments: Codec.allCases) func partsAreReadWithoutTheRest(_ codec: Codec) throws {
    let folder = try TemporaryFolder()
    let store = try Store(directory: folder.path, mode: .readWrite)
    var random = SeededBytes(21)
    let large = (0..<3).map { random.bytes(270_000 + $0 * 130_000, compressible: $0 != 1) }
    let samples = large + [random.bytes(700, compressible: true), [1]]
    var options = IngestOptions()
    options.compression = CompressionChoice(codec: codec, level: 1)
    _ = try add(samples, to: store, options: options)
    let (reader, buffer) = (try sealed(store), ByteBuffer())
    for (index, sample) in try documents(of: reader, among: samples) {
      var ranges = [0..<sample.count, sample.count - 1..<sample.count]
      for _ in 0..<4 {
        let low = Int.random(in: 0..<sample.count, using: &random)
        ranges.append(low..<Int.random(in: low + 1...sample.count, using: &random))
      }
      for frame in stride(from: 262_144, to: sample.count, by: 262_144) {
        ranges += [frame - 1..<frame, frame..<min(sample.count, frame + 512)]
        ranges.append(frame - 262_144..<min(sample.count, frame + 512))
      }
      for range in ranges {
        #expect(try reader.read(index, range: range, into: buffer).array == Array(sample[range]), "\(range)")
      }
      #expect(throws: StoreError.self) {
        try reader.read(index, range: 0..<sample.count + 1, into: buffer)
      }
    }
  }
}

func contains(_ bytes: [UInt8], _ needle: [UInt8]) -> Bool {
  guard bytes.count >= needle.count else { return false }
  return (0...(bytes.count - needle.count)).contains { start in
    bytes[start] == needle[0] && bytes[start..<(start + needle.count)].elementsEqual(needle)
  }
}

extension SeededBytes {
  static func noise(_ seed: UInt64) -> [UInt8] {
    var random = SeededBytes(seed)
    return random.bytes(100_000)
  }
}
