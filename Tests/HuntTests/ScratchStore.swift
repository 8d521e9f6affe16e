import Bytes
import Corpus
import FileFormats
import Foundation
import Hunt
import Testing
import YaraEngine

/// A store in a scratch folder with samples made here; gone with the test.
final class ScratchStore {
  let directory = FileManager.default.temporaryDirectory
    .appendingPathComponent("HuntTests-\(UUID().uuidString)")

  deinit { try? FileManager.default.removeItem(at: directory) }

  func open(_ mode: Store.Mode = .readWrite) throws -> Store {
    try Store(directory: directory.path, mode: mode, indexer: SegmentIndexer())
  }

  /// Adds samples, sealed into one segment each call unless told otherwise.
  @discardableResult
  func add(
    _ samples: [[UInt8]], corpus: CorpusName = .main, date: Int64 = 1_700_000_000,
    sealed: Bool = true
  ) throws -> [String] {
    let store = try open()
    var options = IngestOptions()
    options.sealAtFinish = sealed ? 0 : Int64.max
    var digests: [String] = []
    let ingestor = try store.makeIngestor(corpus: corpus, date: date, options: options) { event in
      switch event.outcome {
      case .added(let digest, _), .duplicate(let digest, _): digests.append(digest.hex)
      case .skipped: break
      }
    }
    for (index, sample) in samples.enumerated() {
      try ByteView.with(sample) { try ingestor.add(bytes: $0, name: "sample-\(index)") }
    }
    try ingestor.finish()
    return digests
  }

  func hunt(
    _ rules: String, corpus: CorpusName = .main, timeRange: ClosedRange<Int64>? = nil,
    usesIndex: Bool = true, limits: HuntLimits = HuntLimits(), reads: SharedReads = SharedReads()
  ) throws -> Hunt {
    var compiler = RuleCompiler(CompilerOptions())
    compiler.add(name: "<test>", bytes: Array(rules.utf8))
    let compilation = compiler.build()
    return Hunt(
      store: try open(.readOnly),
      request: HuntRequest(
        rules: try #require(compilation.rules, "\(compilation.diagnostics)"), corpus: corpus,
        timeRange: timeRange, usesIndex: usesIndex, limits: limits),
      reads: reads)
  }
}

final class Collected: @unchecked Sendable {
  // HuntRunner never calls back from two threads at a time.
  var matches: [FileMatch] = []
  var pairs: Set<String> {
    Set(matches.flatMap { file in file.rules.map { "\(file.sha256) \($0.identifier)" } })
  }
}

func run(
  _ hunt: Hunt, threads: Int = 2, limit: Int? = nil, cancellation: Cancellation = Cancellation()
) throws -> (summary: HuntSummary, found: Collected) {
  let found = Collected()
  let summary = try HuntRunner(hunt, threads: threads).run(
    plan: try hunt.plan(), limit: limit, cancellation: cancellation, progress: HuntProgress()
  ) { found.matches.append($0) }
  return (summary, found)
}
