import Bytes
import FileFormats
import Testing

@testable import Corpus

/// A segment file whose bytes are not what was written: nothing may trap, damage must be told, and
/// what is not touched must stay readable.
@Suite struct DamageTests {
  /// Two small samples in one shared frame, one in frames of its own.
  static let samples: [[UInt8]] = {
    var random = SeededBytes(77)
    return [
      Array("first small sample, first small sample".utf8), random.bytes(30),
      random.bytes(PackPlan.sharedDocument + 10, compressible: true),
    ]
  }()

  struct Outcome {
    var intact: Set<SHA256Digest> = []
    var damaged: Set<SHA256Digest> = []
    var flaws: [String] = []
    /// The file as a whole was refused.
    var refused = false
  }

  /// Reads everything there is; fails the test when a sample comes out wrong without an error.
  private func outcome(_ store: Store) throws -> Outcome {
    var result = Outcome()
    let buffer = ByteBuffer()
    let reader: SegmentReader
    do throws(StoreError) {
      reader = try store.reader(for: SegmentID(1))
    } catch {
      #expect([.damaged, .unsupportedFormat, .notFound].contains(error.code))
      result.refused = true
      return result
    }
    result.flaws = reader.flaws
    for index in 0..<reader.count {
      do throws(StoreError) {
        guard let document = try reader.document(at: index) else { continue }
        let view = try reader.read(index, into: buffer)
        #expect(SHA256Digest(of: view) == document.sha256)
        result.intact.insert(document.sha256)
      } catch {
        guard error.code == .damaged, case .sample(let digest, let segment)? = error.subject else {
          Issue.record("damage must name the sample: \(error)")
          continue
        }
        #expect(segment == SegmentID(1))
        result.damaged.insert(digest)
      }
    }
    return result
  }

  private func check(
    _ store: Store, _ outcome: Outcome, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let all = Set(DamageTests.samples.map(digest))
    if outcome.refused { return }
    #expect(outcome.intact.union(outcome.damaged) == all, sourceLocation: sourceLocation)
    #expect(outcome.intact.isDisjoint(with: outcome.damaged), sourceLocation: sourceLocation)
  }

  @Test(arguments: [true, false])
  func everyFlippedByteIsToldAndCostsAtMostItsFrame(sealed: Bool) throws {
    let folder = try TemporaryFolder()
    let store = try Store(directory: folder.path, mode: .readWrite)
    _ = try add(DamageTests.samples, to: store)
    if sealed { try store.seal(.main) }
    let name = sealed ? "segments/1.pack" : "inbox/1.inbox"
    let good = try folder.bytes(name)
    var untold: [Int] = []
    for offset in good.indices {
      // The large sample's bytes are alike: every 41st stands for them.
      let isTail = good.count - offset < 2_000
      if !isTail, offset > 1_000, offset % 41 != 0 { continue }
      var bad = good
      bad[offset] ^= 0x20
      try folder.write(bad, name)
      let result = try outcome(store)
      check(store, result)
      // One byte never takes more than the samples of one shared frame, and never the whole file.
      #expect(!result.refused)
      #expect(result.damaged.count <= 2)
      if try result.damaged.isEmpty && result.flaws.isEmpty && store.verify().isIntact {
        untold.append(offset)
      }
    }
    // Only the padding behind a record may change unseen: at most seven bytes for each.
    #expect(untold.count <= (sealed ? 0 : 7 * DamageTests.samples.count))
    try folder.write(good, name)
    #expect(try store.verify().isIntact)
  }

  @Test(arguments: [true, false])
  func everyTruncationIsToldAndNeverTraps(sealed: Bool) throws {
    let folder = try TemporaryFolder()
    let store = try Store(directory: folder.path, mode: .readWrite)
    _ = try add(DamageTests.samples, to: store)
    if sealed { try store.seal(.main) }
    let name = sealed ? "segments/1.pack" : "inbox/1.inbox"
    let good = try folder.bytes(name)
    for length in good.indices where length < 700 || length % 53 == 0 || good.count - length < 900 {
      try folder.write(Array(good.prefix(length)), name)
      let result = try outcome(store)
      check(store, result)
      #expect(result.refused || !result.damaged.isEmpty || !result.flaws.isEmpty)
      #expect(try !store.verify().isIntact)
    }
  }

  @Test func verifyNamesTheDamagedSampleAndTheRestIsFine() throws {
    let folder = try TemporaryFolder()
    let store = try Store(directory: folder.path, mode: .readWrite)
    var random = SeededBytes(5)
    let samples = (0..<6).map { _ in random.bytes(100_000) }
    _ = try add(samples, to: store)
    try store.seal(.main)
    var bytes = try folder.bytes("segments/1.pack")
    bytes[PackLayout.descriptorSize + 150_000] ^= 1
    try folder.write(bytes, "segments/1.pack")
    let report = try store.verify()
    #expect(report.documents == 6)
    #expect(report.damages.count == 1)
    let damage = try #require(report.damages.first)
    guard case .sample(let lost, SegmentID(1)?)? = damage.subject else {
      Issue.record("the damage names no sample: \(damage)")
      return
    }
    #expect(throws: StoreError(.damaged, "")) { try store.read(lost) }
    for sample in samples where digest(sample) != lost {
      #expect(try store.read(digest(sample)) == sample)
    }
    // Writing anew keeps the damaged sample as it is: told again, nothing else lost.
    _ = try store.compact(all: true)
    #expect(try store.verify().damages.count == 1)
    // The sample comes back when it is removed and added again.
    try store.remove([lost])
    _ = try add(samples, to: store)
    #expect(try store.verify().isIntact)
    #expect(try contents(of: store).count == 6)
  }

  @Test func aMissingFileIsDamageAndNotACrash() throws {
    let folder = try TemporaryFolder()
    let store = try Store(directory: folder.path, mode: .readWrite)
    _ = try add(DamageTests.samples, to: store)
    try store.seal(.main)
    try store.files.remove(store.layout.pack(SegmentID(1)))
    #expect(throws: StoreError(.damaged, "")) { try store.reader(for: SegmentID(1)) }
    #expect(try store.verify().damages.map(\.code) == [.damaged])
    #expect(throws: StoreError(.notFound, "")) { try store.reader(for: SegmentID(2)) }
    #expect(throws: StoreError(.notFound, "")) { try store.reader(for: SegmentID(-1)) }
  }

  /// Descriptors that are intact by their checksum and lie about everything else.
  @Test(arguments: [
    (UInt32.max, UInt32(1), UInt64(0)), (1, .max, 0), (1, 1, .max), (1, 1, UInt64(Int64.max)),
    (1 << 24, 1 << 26, 0), (0, 0, 1 << 40), (3, 3, 4),
  ])
  func aLyingDescriptorIsRefusedOrReadAsDamage(
    documents: UInt32, frames: UInt32, offset: UInt64
  ) throws {
    let folder = try TemporaryFolder()
    let store = try Store(directory: folder.path, mode: .readWrite)
    _ = try add(DamageTests.samples, to: store)
    try store.seal(.main)
    let good = try folder.bytes("segments/1.pack")
    var descriptor = try ByteView.with(Array(good.prefix(128))) { view in
      try PackDescriptor(view, kind: .pack, role: .head)
    }
    descriptor.documentCount = documents
    descriptor.frameCount = frames
    descriptor.frameTable = offset
    descriptor.documentTable = offset
    descriptor.labels = offset
    descriptor.labelsLength = offset
    let bad =
      descriptor.encoded(.head) + good.dropFirst(128).dropLast(128) + descriptor.encoded(.foot)
    try folder.write(bad, "segments/1.pack")
    check(store, try outcome(store))
    #expect(try !store.verify().isIntact)
  }

  /// A frame entry that is intact by its checksum and claims sizes that are not there.
  @Test func lyingFramesAreDamage() throws {
    for (stored, raw) in [
      (UInt32(0), UInt32(100)), (100, 0), (100, 1 << 22), (1 << 22, 100), (1, 1),
    ] {
      for codec in Codec.allCases {
        let folder = try TemporaryFolder()
        let files = FileSystem()
        let path = "\(folder.path)/x.pack"
        let writer = try PackWriter(
          path,
          PackDescriptor(
            kind: .pack, segment: SegmentID(1), identity: 1, maskSeed: 2, corpus: .main),
          files: files)
        let body = [UInt8](repeating: 0x55, count: Int(min(stored, 100)))
        try ByteView.with(body) { view throws(SystemFailure) in
          try writer.append(
            frame: view, codec: codec, rawSize: raw, checksum: FrameChecksum(of: view))
        }
        var entry = DocumentEntry(
          sha256: digest(body), sha1: [UInt8](repeating: 0, count: 20),
          md5: [UInt8](repeating: 0, count: 16), type: .unknown, id: 1, size: 1 << 40,
          firstSubmission: 0, lastSubmission: 0, timesSubmitted: 1)
        try writer.append(entry, DocumentLabels(source: "", names: []))
        entry.firstFrame = .max
        entry.offsetInFrame = .max
        try writer.append(entry, DocumentLabels(source: "", names: []))
        // The end of this one lies beyond all integers.
        entry.firstFrame = 0
        entry.offsetInFrame = 1
        entry.size = UInt64(Int64.max)
        try writer.append(entry, DocumentLabels(source: "", names: []))
        _ = try writer.finish()
        let file = try SegmentFile(pack: path, segment: SegmentID(1), files: files)
        let buffer = ByteBuffer()
        for index in 0..<3 {
          let document = try #require(file.entry(index))
          #expect(throws: StoreError(.damaged, "")) { try file.read(document, into: buffer) }
        }
      }
    }
  }

  @Test func aNewerFormatIsNamedSo() throws {
    let folder = try TemporaryFolder()
    let store = try Store(directory: folder.path, mode: .readWrite)
    _ = try add(DamageTests.samples, to: store)
    try store.seal(.main)
    let bytes = withVersion(UInt8(PackLayout.version + 1), try folder.bytes("segments/1.pack"))
    try folder.write(bytes, "segments/1.pack")
    #expect(throws: StoreError(.unsupportedFormat, "")) { try store.reader(for: SegmentID(1)) }
  }

  private func withVersion(_ version: UInt8, _ pack: [UInt8]) -> [UInt8] {
    var bytes = pack
    for start in [0, bytes.count - 128] {
      bytes[start + 8] = version
      let sum = ByteView.with(Array(bytes[start..<(start + 120)])) { XXH64.checksum($0) }
      for index in 0..<8 {
        bytes[start + 120 + index] = UInt8(truncatingIfNeeded: sum >> UInt64(8 * index))
      }
    }
    return bytes
  }

  /// Packs of version 1 have frames of the older checksum only.
  @Test func theOldFormatIsRead() throws {
    let folder = try TemporaryFolder()
    let files = FileSystem()
    let path = "\(folder.path)/x.pack"
    let writer = try PackWriter(
      path,
      PackDescriptor(kind: .pack, segment: SegmentID(1), identity: 1, maskSeed: 2, corpus: .main),
      files: files)
    let body = SeededBytes.noise(4)
    try ByteView.with(body) { view throws(SystemFailure) in
      for sum in [XXH64.checksum(view), XXH64.checksum(view) ^ 1] {
        try writer.append(
          frame: view, codec: .stored, rawSize: UInt32(body.count),
          checksum: FrameChecksum(kind: .xxh64, value: sum))
      }
    }
    var entry = DocumentEntry(
      sha256: digest(body), sha1: [UInt8](repeating: 0, count: 20), md5: [UInt8](repeating: 0, count: 16),
      type: .unknown, id: 1, size: UInt64(body.count), firstSubmission: 0, lastSubmission: 0,
      timesSubmitted: 1)
    try writer.append(entry, DocumentLabels(source: "", names: []))
    entry.firstFrame = 1
    try writer.append(entry, DocumentLabels(source: "", names: []))
    _ = try writer.finish()
    try folder.write(withVersion(1, try folder.bytes("x.pack")), "x.pack")
    let file = try SegmentFile(pack: path, segment: SegmentID(1), files: files)
    let buffer = ByteBuffer()
    #expect(try file.read(#require(file.entry(0)), into: buffer).array == body)
    #expect(throws: StoreError(.damaged, "")) { try file.read(#require(file.entry(1)), into: buffer) }
  }
}
