import Bytes
import FileFormats
import Foundation
import GramIndex
import Testing

@testable import Corpus

/// A folder that goes with the object.
final class TemporaryFolder: Sendable {
  let path: String

  init() throws {
    path =
      FileManager.default.temporaryDirectory
      .appendingPathComponent("retrohunt-corpus-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// Writes a file below the folder and returns its path.
  @discardableResult
  func write(_ bytes: [UInt8], _ name: String) throws -> String {
    let file = "\(path)/\(name)"
    let folder = URL(fileURLWithPath: file).deletingLastPathComponent().path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try Data(bytes).write(to: URL(fileURLWithPath: file))
    return file
  }

  func bytes(_ name: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: URL(fileURLWithPath: "\(path)/\(name)")))
  }

  func names(_ folder: String) -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: "\(path)/\(folder)")) ?? []).sorted()
  }
}

/// Repeatable bytes: a seed gives the same ones on every run and machine.
struct SeededBytes: RandomNumberGenerator {
  private var state: UInt64
  init(_ seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 1 }
  mutating func next() -> UInt64 {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return state
  }

  /// `count` bytes: noise, or text that compresses well.
  mutating func bytes(_ count: Int, compressible: Bool = false) -> [UInt8] {
    if compressible {
      let words = ["segment", "posting", "atom", "rule", "\n", " condition ", "0x41"]
      var text: [UInt8] = []
      while text.count < count { text += Array(words[Int(next() % 7)].utf8) }
      return Array(text.prefix(count))
    }
    return (0..<count).map { _ in UInt8(truncatingIfNeeded: next() >> 11) }
  }
}

/// Samples of many sizes: empty, tiny, shared-frame, one chunk, several chunks, beyond the window.
func sampleSet(seed: UInt64, large: Bool = true) -> [[UInt8]] {
  var random = SeededBytes(seed)
  var samples: [[UInt8]] = [[], [0x41], Array("MZ".utf8)]
  for size in [10, 100, 4_095, 4_096, 4_097, 60_000, 65_536, 65_537, 200_000] {
    samples.append(random.bytes(size))
    samples.append(random.bytes(size + 1, compressible: true))
  }
  if large {
    samples.append(random.bytes(1 << 20, compressible: true))
    samples.append(random.bytes((1 << 20) + 1))
    samples.append(random.bytes(3_500_000, compressible: true))
    samples.append(random.bytes(IngestOptions().window + 700_001, compressible: true))
    samples.append(random.bytes(IngestOptions().window))
  }
  return samples
}

/// Indexes without facts.
struct GramsOnly: SegmentIndexing {
  func makeIndex(
    of contents: SegmentContents, cancellation: Cancellation?, write: (ByteView) throws -> Void
  ) throws {
    let builder = IndexBuilder(identity: contents.identity, factsVersion: "none", columns: [])
    let buffer = ByteBuffer()
    for number in 0..<contents.count {
      builder.add(try contents.read(number, into: buffer), facts: nil)
    }
    try builder.finish(write)
  }

  func isCurrent(_ index: IndexFile) -> Bool { index.factsVersion == "none" }
}

func digest(_ bytes: [UInt8]) -> SHA256Digest {
  ByteView.with(bytes) { SHA256Digest(of: $0) }
}

/// Everything a store gives out through its readers, by digest; fails the test on wrong bytes.
func contents(of store: Store, corpus: CorpusName? = nil) throws -> [SHA256Digest: Int] {
  var found: [SHA256Digest: Int] = [:]
  let buffer = ByteBuffer()
  for segment in try store.segments(corpus: corpus) where segment.documents > 0 {
    let reader = try store.reader(for: segment.id)
    for index in 0..<reader.count {
      guard let document = try reader.document(at: index) else { continue }
      let view = try reader.read(index, into: buffer)
      #expect(SHA256Digest(of: view) == document.sha256)
      #expect(view.count == document.size)
      found[document.sha256, default: 0] += 1
    }
  }
  return found
}

func add(
  _ samples: [[UInt8]], to store: Store, corpus: CorpusName = .main, date: Int64 = 1_000,
  options: IngestOptions = IngestOptions()
) throws -> [IngestEvent] {
  var events: [IngestEvent] = []
  let ingestor = try store.makeIngestor(corpus: corpus, date: date, options: options) {
    events.append($0)
  }
  for (index, sample) in samples.enumerated() {
    try ByteView.with(sample) { view throws(StoreError) in
      try ingestor.add(bytes: view, name: "sample-\(index)")
    }
  }
  try ingestor.flush()
  return events
}
