import Bytes
import FileFormats
import Foundation
import Testing

@testable import Corpus

/// Zip archives made on the spot: stored members only, so that every byte is known.
struct StoredZip {
  private var body = ByteWriter()
  private var directory = ByteWriter()
  private var count: UInt16 = 0

  mutating func add(_ name: String, _ data: [UInt8], claimedSize: UInt32? = nil) {
    let start = UInt32(body.bytes.count)
    let size = claimedSize ?? UInt32(data.count)
    let sum = ByteView.with(data) { CRC32.checksum($0) }
    func common(_ writer: inout ByteWriter) {
      for value: UInt16 in [10, 0, 0, 0, 0x21] { writer.append(value) }
      writer.append(sum)
      writer.append(UInt32(data.count))
      writer.append(size)
      writer.append(UInt16(name.utf8.count))
      writer.append(UInt16(0))
    }
    body.append(UInt32(0x0403_4B50))
    common(&body)
    body.append(contentsOf: Array(name.utf8))
    body.append(contentsOf: data)
    directory.append(UInt32(0x0201_4B50))
    directory.append(UInt16(0x31E))
    common(&directory)
    for value: UInt16 in [0, 0, 0] { directory.append(value) }
    directory.append(UInt32(0o100644) << 16)
    directory.append(start)
    directory.append(contentsOf: Array(name.utf8))
    count += 1
  }

  var bytes: [UInt8] {
    var end = ByteWriter()
    end.append(UInt32(0x0605_4B50))
    for value in [0, 0, count, count] { end.append(value) }
    end.append(UInt32(directory.bytes.count))
    end.append(UInt32(body.bytes.count))
    end.append(UInt16(0))
    return body.bytes + directory.bytes + end.bytes
  }
}

@Suite struct IngestTests {
  private func ingest(
    _ path: String, into store: Store, _ options: IngestOptions = IngestOptions()
  ) throws -> [IngestEvent] {
    var events: [IngestEvent] = []
    let ingestor = try store.makeIngestor(corpus: .main, date: 10, options: options) {
      events.append($0)
    }
    try ingestor.add(path: path)
    try ingestor.finish()
    return events
  }

  private func skips(_ events: [IngestEvent]) -> [String: IngestEvent.SkipReason] {
    var result: [String: IngestEvent.SkipReason] = [:]
    for event in events {
      if case .skipped(let reason, _) = event.outcome { result[event.label] = reason }
    }
    return result
  }

  private func added(_ events: [IngestEvent]) -> Set<SHA256Digest> {
    Set(events.compactMap { if case .added(let digest, _) = $0.outcome { digest } else { nil } })
  }

  @Test func foldersAreWalkedAndWhatIsNoFileIsListed() throws {
    let folder = try TemporaryFolder()
    let source = "\(folder.path)/source"
    try folder.write(Array("one".utf8), "source/one.txt")
    try folder.write(Array("two".utf8), "source/deep/er/two")
    try folder.write([UInt8](repeating: 1, count: 5_000), "source/large")
    try FileManager.default.createSymbolicLink(
      atPath: "\(source)/link", withDestinationPath: "\(source)/one.txt")
    try FileManager.default.createSymbolicLink(
      atPath: "\(source)/loop", withDestinationPath: source)
    #expect(unsafe mkfifo("\(source)/pipe", 0o600) == 0)
    let store = try Store(directory: "\(folder.path)/store", mode: .readWrite)
    var options = IngestOptions()
    options.sizeLimit = 4_999
    let events = try ingest(source, into: store, options)
    #expect(added(events) == [digest(Array("one".utf8)), digest(Array("two".utf8))])
    #expect(
      skips(events) == [
        "\(source)/link": .symbolicLink, "\(source)/loop": .symbolicLink,
        "\(source)/pipe": .special,
        "\(source)/large": .tooLarge,
      ])
    #expect(try store.document(sha256: digest(Array("two".utf8)))?.names == ["two"])
    #expect(skips(try ingest("\(folder.path)/absent", into: store)).values.first == .unreadable)
  }

  @Test func theSizeLimitHoldsForStreamsToo() throws {
    let folder = try TemporaryFolder()
    let store = try Store(directory: folder.path, mode: .readWrite)
    var options = IngestOptions()
    options.sizeLimit = 1_000_000
    options.window = 300_000
    var events: [IngestEvent] = []
    let ingestor = try store.makeIngestor(corpus: .main, date: 1, options: options) {
      events.append($0)
    }
    for total in [1_000_000, 1_000_001] {
      var left = total
      try ingestor.add(name: "\(total)") {
        defer { left -= min(left, 70_000) }
        return left > 0 ? [UInt8](repeating: 7, count: min(left, 70_000)) : nil
      }
    }
    struct Broken: Error {}
    try ingestor.add(name: "broken") { throw Broken() }
    try ingestor.finish()
    #expect(added(events) == [digest([UInt8](repeating: 7, count: 1_000_000))])
    #expect(skips(events) == ["1000001": .tooLarge, "broken": .unreadable])
    #expect(try store.verify().isIntact)
  }

  @Test func aGivenZipIsAnEnvelopeAndAFoundOneASample() throws {
    var zip = StoredZip()
    zip.add("a/../../../etc/passwd", Array("not a path".utf8))
    zip.add("b", Array("second".utf8))
    let members: Set = [digest(Array("not a path".utf8)), digest(Array("second".utf8))]
    for (treatment, given, expected) in [
      (IngestOptions.ArchiveTreatment?.none, true, members),
      (nil, false, [digest(zip.bytes)]),
      (.expandAndKeep, false, members.union([digest(zip.bytes)])),
      (.keep, true, [digest(zip.bytes)]), (.keep, false, [digest(zip.bytes)]),
      (.expand, false, members),
    ] {
      let folder = try TemporaryFolder()
      let path = try folder.write(zip.bytes, "in/x.zip")
      let store = try Store(directory: "\(folder.path)/store", mode: .readWrite)
      var options = IngestOptions()
      if let treatment {
        options.givenArchives = treatment
        options.foundArchives = treatment
      }
      let events = try ingest(given ? path : "\(folder.path)/in", into: store, options)
      #expect(added(events) == expected)
      #expect(try Set(contents(of: store).keys) == expected)
      if treatment == nil, given {
        let record = try store.document(sha256: digest(Array("not a path".utf8)))
        #expect(record?.names == ["a/../../../etc/passwd"])
      }
      #expect(folder.names("") == ["in", "store"])
    }
  }

  @Test func documentsAndPackagesThatAreZipsStayWhole() throws {
    for member in ["word/document.xml", "META-INF/MANIFEST.MF", "AndroidManifest.xml"] {
      var zip = StoredZip()
      zip.add("[Content_Types].xml", Array("<Types/>".utf8))
      zip.add(member, Array("content".utf8))
      let folder = try TemporaryFolder()
      let path = try folder.write(zip.bytes, "x.zip")
      let store = try Store(directory: "\(folder.path)/store", mode: .readWrite)
      #expect(added(try ingest(path, into: store)) == [digest(zip.bytes)])
    }
  }

  /// One member `a.bin`, in the first two also `b.bin`; passwords "infected", "infected", "hunter2".
  static let encrypted = [
    "zipcrypto":
      "UEsDBAoACQAAAOewd12ZaRNBIgAAABYAAAAFAAAAYS5iaW6Upa3sOLE+HhCvEKa+8eRoWbRtG71J11yQmbTqlJPHf8"
      + "UPUEsHCJlpE0EiAAAAFgAAAFBLAwQKAAkAAADnsHddDNxR1ygAAAAcAAAABQAAAGIuYmluCHkzrLz2FTIYSH5CrAh5"
      + "9JWPlafLpgZEfkPEGzXJ6jJTu+o0HozqKVBLBwgM3FHXKAAAABwAAABQSwECHgMKAAkAAADnsHddmWkTQSIAAAAWAA"
      + "AABQAAAAAAAAABAAAApIEAAAAAYS5iaW5QSwECHgMKAAkAAADnsHddDNxR1ygAAAAcAAAABQAAAAAAAAABAAAApIFV"
      + "AAAAYi5iaW5QSwUGAAAAAAIAAgBmAAAAsAAAAAAA",
    "aes":
      "UEsDBDMAAQBjAOewd10AAAAAMgAAABYAAAAFAAsAYS5iaW4BmQcAAgBBRQMAABwyNRrAER7O7DBRk7HXEItNtnzAqj"
      + "SokipdUWqUs7jA6ctmalyUWHw4HI7ua2VuD+Z+UEsDBDMAAQBjAOewd10AAAAAOAAAABwAAAAFAAsAYi5iaW4BmQcA"
      + "AgBBRQMAAIBQ7dMRSE+A1PZyScNlNAkRZbus0fsYoOjm4jOY9mq3Oekz2Ts6iyfb8A7eKqd5gyJNtgfBlfKcUEsBAj"
      + "8DMwABAGMA57B3XQAAAAAyAAAAFgAAAAUALwAAAAAAAAAggKSBAAAAAGEuYmluCgAgAAAAAAABABgATeBq/pZ73QEA"
      + "AAAAAAAAAAAAAAAAAAAAAZkHAAIAQUUDAABQSwECPwMzAAEAYwDnsHddAAAAADgAAAAcAAAABQAvAAAAAAAAACCApI"
      + "FgAAAAYi5iaW4KACAAAAAAAAEAGABN4Gr+lnvdAQAAAAAAAAAAAAAAAAAAAAABmQcAAgBBRQMAAFBLBQYAAAAAAgAC"
      + "AMQAAADGAAAAAAA=",
    "other":
      "UEsDBAoACQAAAOewd12ZaRNBIgAAABYAAAAFAAAAYS5iaW5XrKW4ZH9ILZXDfGa8ZkivmMpNi/JrtHTa1IVAU0xoIp"
      + "m2UEsHCJlpE0EiAAAAFgAAAFBLAQIeAwoACQAAAOewd12ZaRNBIgAAABYAAAAFAAAAAAAAAAEAAACkgQAAAABhLmJp"
      + "blBLBQYAAAAAAQABADMAAABVAAAAAAA=",
  ]

  @Test(arguments: ["zipcrypto", "aes", "other"])
  func encryptedZipsAreOpenedWithTheUsualPassword(_ kind: String) throws {
    let text = try #require(IngestTests.encrypted[kind])
    let bytes = [UInt8](try #require(Data(base64Encoded: text)))
    let first = digest(Array("first encrypted member".utf8))
    let second = digest(Array("second member of the archive".utf8))
    let folder = try TemporaryFolder()
    let path = try folder.write(bytes, "x.zip")
    let store = try Store(directory: "\(folder.path)/store", mode: .readWrite)
    let events = try ingest(path, into: store)
    guard kind == "other" else {
      #expect(added(events) == [first, second])
      return
    }
    // Nobody knows the password: said, and the archive itself is kept.
    #expect(skips(events) == ["\(path) > a.bin": .archivePassword])
    #expect(added(events) == [digest(bytes)])
    var options = IngestOptions()
    options.passwords = ["wrong", "hunter2"]
    #expect(added(try ingest(path, into: store, options)) == [first])
  }

  @Test func nestedArchivesAreOpenedToADepth() throws {
    var bytes = Array("the innermost sample".utf8)
    var expected: Set = [digest(bytes)]
    for level in 0..<5 {
      var zip = StoredZip()
      zip.add("level-\(level).zip", bytes)
      bytes = zip.bytes
      if level < 4 { expected.insert(digest(bytes)) }
    }
    let folder = try TemporaryFolder()
    let path = try folder.write(bytes, "x.zip")
    let store = try Store(directory: "\(folder.path)/store", mode: .readWrite)
    var options = IngestOptions()
    options.foundArchives = .expandAndKeep
    options.archiveDepth = 9
    #expect(added(try ingest(path, into: store, options)) == expected)
    let shallow = try Store(directory: "\(folder.path)/shallow", mode: .readWrite)
    options.archiveDepth = 2
    let events = try ingest(path, into: shallow, options)
    #expect(added(events).count == 2)
    #expect(Array(skips(events).values) == [.archiveLimit])
  }

  @Test func bombsEndInAClearErrorAndAreKeptThemselves() throws {
    // Members over the count, and more bytes than allowed.
    var zip = StoredZip()
    for index in 0..<50 { zip.add("m\(index)", Array("member \(index)".utf8)) }
    zip.add("big", [UInt8](repeating: 0, count: 3_000_000))
    let folder = try TemporaryFolder()
    let path = try folder.write(zip.bytes, "x.zip")
    var few = IngestOptions()
    few.archiveMembers = 10
    var small = IngestOptions()
    small.archiveBytes = 100_000
    for (name, options, count) in [("few", few, 10), ("small", small, 50)] {
      let store = try Store(directory: "\(folder.path)/\(name)", mode: .readWrite)
      let events = try ingest(path, into: store, options)
      #expect(skips(events) == [path: .archiveLimit])
      #expect(added(events).count == count + 1)
      #expect(added(events).contains(digest(zip.bytes)))
      #expect(try store.verify().isIntact)
    }
  }

  @Test func damagedArchivesAreKeptAndNeverTrap() throws {
    var zip = StoredZip()
    zip.add("one", Array("first member".utf8))
    zip.add("two", [UInt8](repeating: 9, count: 500))
    let good = zip.bytes
    let folder = try TemporaryFolder()
    let store = try Store(directory: "\(folder.path)/store", mode: .readWrite)
    var random = SeededBytes(8)
    for round in 0..<60 {
      var bad = good
      if round % 2 == 0 {
        bad = Array(good.prefix(Int(random.next() % UInt64(good.count))))
      } else {
        for _ in 0..<4 {
          bad[4 + Int(random.next() % UInt64(good.count - 4))] = UInt8(
            truncatingIfNeeded: random.next())
        }
      }
      let path = try folder.write(bad, "in/\(round).zip")
      let events = try ingest(path, into: store)
      // Either its members or the archive itself: something is always kept.
      #expect(events.contains { if case .skipped = $0.outcome { false } else { true } })
    }
    #expect(try store.verify().isIntact)
  }

  @Test func batchesAreSealedWhenTheyHoldEnough() throws {
    let folder = try TemporaryFolder()
    let store = try Store(directory: folder.path, mode: .readWrite)
    var options = IngestOptions()
    options.segmentDocuments = 10
    options.groupSamples = 4
    options.groupDelay = .seconds(3_600)
    var random = SeededBytes(3)
    let samples = (0..<30).map { _ in random.bytes(200) }
    _ = try add(samples, to: store, options: options)
    let segments = try store.segments()
    #expect(segments.filter { $0.state == .sealed }.map(\.documents) == [12, 12])
    #expect(segments.filter { $0.state == .open }.map(\.documents) == [6])
    #expect(try contents(of: store).count == 30)
    // By age.
    try store.seal(openedBefore: 1_000)
    #expect(try store.segments().filter { $0.state == .open }.count == 1)
    try store.seal(openedBefore: 1_001)
    #expect(try store.segments().filter { $0.state == .open }.isEmpty)
  }

  @Test func namesAreBoundedInNumberAndLength() throws {
    let folder = try TemporaryFolder()
    let store = try Store(directory: folder.path, mode: .readWrite)
    var options = IngestOptions()
    options.nameLimit = 3
    options.nameLength = 10
    let ingestor = try store.makeIngestor(corpus: .main, date: 1, options: options) { _ in }
    for name in ["α-β-γ-δ-ε-ζ", "b", "b", "c", "d"] {
      try ByteView.with([1]) { view throws(StoreError) in try ingestor.add(bytes: view, name: name)
      }
    }
    try ingestor.finish()
    let record = try #require(try store.document(sha256: digest([1])))
    #expect(record.names == ["α-β-γ-", "b", "c"])
    #expect(record.timesSubmitted == 5)
  }

  @Test(arguments: [Codec.stored, .lz4, .zstd])
  func everyCodecGivesTheSamplesBack(_ codec: Codec) throws {
    let folder = try TemporaryFolder()
    let store = try Store(directory: folder.path, mode: .readWrite)
    var options = IngestOptions()
    options.compression = CompressionChoice(codec: codec, level: 1)
    options.window = 300_000
    let samples = sampleSet(seed: 6, large: false) + [[UInt8](repeating: 3, count: 900_000)]
    _ = try add(samples, to: store, options: options)
    #expect(try Set(contents(of: store).keys) == Set(samples.map(digest)))
    try store.seal(.main, compression: options.compression)
    #expect(try Set(contents(of: store).keys) == Set(samples.map(digest)))
    _ = try store.compact(all: true, compression: .lz4High)
    #expect(try Set(contents(of: store).keys) == Set(samples.map(digest)))
    #expect(try store.verify().isIntact)
  }
}
