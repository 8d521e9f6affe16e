internal import ArgumentParser
internal import Corpus
internal import FileFormats
internal import Foundation
internal import Hunt

/// `retrohunt corpus`: look after what is stored.
struct CorpusCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "corpus", abstract: "Look after what is stored.",
    subcommands: [Stats.self, Verify.self, Remove.self, Export.self, Compact.self, Reindex.self])

  struct Stats: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "stats", abstract: "How much is stored, of what, since when.")

    @OptionGroup var output: OutputOptions
    @OptionGroup var data: DataOptions

    func run() throws {
      let statistics = try data.openStore(.readOnly).statistics()
      StandardOutput.write(
        output.json ? Self.json(statistics).bytes : Self.text(statistics).bytes)
    }

    private static func corpora(
      _ statistics: StoreStatistics
    ) -> [(CorpusName, StoreStatistics.PerCorpus)] {
      CorpusName.allCases.map { ($0, statistics.corpora[$0] ?? StoreStatistics.PerCorpus()) }
    }

    private static func types(_ statistics: StoreStatistics) -> [(FileType, Int)] {
      statistics.types.sorted { ($1.value, $0.key.tag) < ($0.value, $1.key.tag) }
    }

    private static func json(_ statistics: StoreStatistics) -> JSONText {
      var text = JSONText()
      text.object { text in
        text.key("corpora")
        text.object { text in
          for (name, corpus) in corpora(statistics) {
            text.key(name.rawValue)
            text.object { text in
              text.key("files")
              text.integer(corpus.samples)
              text.key("segments")
              text.integer(corpus.segments)
              text.key("open_batches")
              text.integer(corpus.openBatches)
              text.key("removed")
              text.integer(corpus.removed)
              text.key("bytes")
              text.integer(corpus.rawBytes)
              text.key("stored_bytes")
              text.integer(corpus.storedBytes)
              text.key("index_bytes")
              text.integer(corpus.indexBytes)
              text.key("unindexed_segments")
              text.integer(corpus.unindexedSegments)
              if let first = corpus.firstSubmission {
                text.key("first_submission_date")
                text.integer(first)
              }
              if let last = corpus.lastSubmission {
                text.key("last_submission_date")
                text.integer(last)
              }
            }
          }
        }
        text.key("types")
        text.object { text in
          for (type, count) in types(statistics) {
            text.key(type.tag)
            text.integer(count)
          }
        }
        text.key("index_sections")
        text.object { text in
          for (name, bytes) in statistics.indexSections.sorted(by: { $0.key < $1.key }) {
            text.key(name)
            text.integer(bytes)
          }
        }
        text.key("database_bytes")
        text.integer(statistics.databaseBytes)
      }
      text.newline()
      return text
    }

    private static func text(_ statistics: StoreStatistics) -> JSONText {
      var text = JSONText()
      for (name, corpus) in corpora(statistics) {
        guard corpus.samples + corpus.removed > 0 else {
          text.raw(line: "\(name.rawValue): empty")
          continue
        }
        func share(_ bytes: Int64) -> String {
          corpus.rawBytes > 0
            ? String(format: " (%.1f %%)", 100 * Double(bytes) / Double(corpus.rawBytes)) : ""
        }
        text.raw(
          line: "\(name.rawValue): \(corpus.samples) files, \(Terminal.bytes(corpus.rawBytes)), "
            + "stored in \(Terminal.bytes(corpus.storedBytes))\(share(corpus.storedBytes)), "
            + "indexed in \(Terminal.bytes(corpus.indexBytes))\(share(corpus.indexBytes)), "
            + "\(corpus.segments) segments, \(corpus.openBatches) of them open")
        if corpus.unindexedSegments > 0 {
          text.raw(
            line: "  \(corpus.unindexedSegments) segments without an index: "
              + "`retrohunt corpus reindex` makes them")
        }
        if corpus.removed > 0 {
          text.raw(line: "  \(corpus.removed) removed, their space not yet given back")
        }
        if let first = corpus.firstSubmission, let last = corpus.lastSubmission {
          text.raw(line: "  submitted from \(day(first)) to \(day(last))")
        }
      }
      let list = types(statistics).prefix(12).map { "\($0.tag) \($1)" }
      if !list.isEmpty { text.raw(line: "types: " + list.joined(separator: ", ")) }
      text.raw(line: "catalogue: \(Terminal.bytes(statistics.databaseBytes))")
      return text
    }

    private static func day(_ seconds: Int64) -> String {
      let formatter = ISO8601DateFormatter()
      formatter.formatOptions = [.withFullDate]
      return formatter.string(from: Date(timeIntervalSince1970: TimeInterval(seconds)))
    }
  }

  struct Verify: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "verify", abstract: "Check every checksum and every SHA-256.",
      discussion: "Exit status 2 when something is damaged.")

    @OptionGroup var output: OutputOptions
    @OptionGroup var data: DataOptions

    func run() throws {
      let store = try data.openStore(.readOnly)
      let bar = ProgressBar.start("verify", quiet: output.quiet)
      let total = try store.segments().count
      let report = try store.verify { _, report in
        bar?.update(
          Double(report.segments) / Double(max(total, 1)), "\(report.documents) files")
      }
      bar?.finish()
      if output.json {
        var text = JSONText()
        text.object { text in
          text.key("intact")
          text.boolean(report.isIntact)
          text.key("segments")
          text.integer(report.segments)
          text.key("files")
          text.integer(report.documents)
          text.key("bytes")
          text.integer(report.rawBytes)
          text.key("damages")
          text.array { text in for damage in report.damages { text.string(damage.description) } }
          text.key("unlisted")
          text.array { text in for path in report.unlisted { text.string(path) } }
          text.key("unindexed")
          text.array { text in
            for (segment, state) in report.unindexed {
              text.object { text in
                text.key("segment")
                text.integer(segment.number)
                text.key("index")
                text.string(state.description)
              }
            }
          }
        }
        text.newline()
        StandardOutput.write(text.bytes)
      } else {
        for damage in report.damages { Terminal.error(damage.description) }
        for path in report.unlisted { Terminal.warning("\(path): the catalogue does not know it") }
        for (segment, state) in report.unindexed {
          Terminal.warning(
            "segment \(segment): its index is \(state); hunts read it whole until `corpus reindex`")
        }
        if !output.quiet {
          StandardOutput.line(
            "\(report.documents) files, \(Terminal.bytes(report.rawBytes)) in \(report.segments) "
              + "segments: " + (report.isIntact ? "all intact" : "\(report.damages.count) damages"))
        }
      }
      if !report.isIntact { throw CommandFailure(status: .failed, message: nil) }
    }
  }

  struct Remove: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "remove", abstract: "Take samples out of the store.")

    @OptionGroup var output: OutputOptions
    @OptionGroup var data: DataOptions

    @Option(name: .long, help: "Only from this corpus. Default: from all.")
    var corpus: CorpusName?

    @Argument(help: "SHA-256, SHA-1 or MD5 digests.")
    var digests: [String]

    func run() throws {
      let store = try data.openStore(.readWrite)
      let samples = try find(digests, in: store)
      let count = try store.remove(samples, corpus: corpus)
      if output.json {
        StandardOutput.line("{\"removed\":\(count)}")
      } else if !output.quiet {
        StandardOutput.line("\(count) removed")
      }
    }
  }

  struct Export: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "export", abstract: "Get samples back as files.",
      discussion: """
        Each is written to a file named by its SHA-256, checked against it. These are live samples: \
        handle them as such.
        """)

    @OptionGroup var output: OutputOptions
    @OptionGroup var data: DataOptions

    @Option(name: [.customShort("o"), .customLong("output")], help: "The folder to write to.")
    var folder = "."

    @Flag(name: .long, help: "All samples of the store.")
    var all = false

    @Argument(help: "SHA-256, SHA-1 or MD5 digests.")
    var digests: [String] = []

    func validate() throws {
      if all == !digests.isEmpty { throw ValidationError("give digests, or --all") }
    }

    func run() throws {
      let store = try data.openStore(.readOnly)
      var samples: [SHA256Digest] = []
      if all {
        var seen: Set<SHA256Digest> = []
        for segment in try store.segments() {
          for sample in try store.samples(of: segment.id) where seen.insert(sample).inserted {
            samples.append(sample)
          }
        }
      } else {
        samples = try find(digests, in: store)
      }
      for sample in samples {
        try Interruption.throwIfCancelled()
        let path = try store.export(sample, toFolder: folder)
        if !output.quiet { StandardOutput.line(path) }
      }
    }
  }

  struct Reindex: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "reindex", abstract: "Make the indexes that are missing, outdated or damaged.",
      discussion: "Ingest makes them too; a hunt reads whole what has none, and misses nothing.")

    @OptionGroup var output: OutputOptions
    @OptionGroup var data: DataOptions

    @Flag(name: .long, help: "All indexes, also those that are in order.")
    var all = false

    func run() throws {
      let store = try data.openStore(.readWrite)
      let bar = ProgressBar.start("reindex", quiet: output.quiet)
      let count = try store.reindex(all: all, cancellation: Interruption.cancellation) { done, total in
        bar?.update(Double(done) / Double(max(total, 1)), "\(done) of \(total) segments")
      }
      bar?.finish()
      try Interruption.throwIfCancelled()
      if output.json {
        StandardOutput.line("{\"indexed_segments\":\(count)}")
      } else if !output.quiet {
        StandardOutput.line("\(count) segments indexed")
      }
    }
  }

  struct Compact: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "compact",
      abstract: "Give back the space of removed samples, and join small segments.")

    @OptionGroup var output: OutputOptions
    @OptionGroup var data: DataOptions

    @Flag(
      name: .long,
      help: "Write all segments anew and tighter, not only those with removed samples.")
    var all = false

    func run() throws {
      let bar = ProgressBar.start("compact", quiet: output.quiet)
      let store = try data.openStore(.readWrite)
      let fewer = try store.merge { id in bar?.update(0, "segment \(id)") }
      let gained = try store.compact(all: all) { id in bar?.update(0, "segment \(id)") }
      bar?.finish()
      if output.json {
        StandardOutput.line("{\"gained_bytes\":\(gained),\"merged_segments\":\(fewer)}")
      } else if !output.quiet {
        StandardOutput.line(
          (gained >= 0
            ? "\(Terminal.bytes(gained)) given back" : "\(Terminal.bytes(-gained)) more are used")
            + (fewer > 0 ? ", \(fewer) segments fewer" : ""))
      }
    }
  }
}

/// The samples of digests given by a person; every unknown one is told before anything is done.
private func find(_ digests: [String], in store: Store) throws -> [SHA256Digest] {
  var samples: [SHA256Digest] = []
  var isComplete = true
  for digest in digests {
    if let record = try store.document(hex: digest.lowercased()) {
      samples.append(record.sha256)
    } else {
      Terminal.error("\(Terminal.printable(digest)): there is no such sample")
      isComplete = false
    }
  }
  guard isComplete else { throw CommandFailure.reported }
  return samples
}
