public import ArgumentParser
internal import Bytes
public import Corpus
internal import FileFormats
internal import Foundation
internal import Hunt

/// `retrohunt ingest`: samples into the store. What is reported as added is durable.
struct IngestCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ingest", abstract: "Add files, folders and zip archives to the store.",
    discussion: """
      Known samples are not stored again, only their new name and date; so the same command may be \
      run again after it was interrupted. Encrypted archives are tried with the password "infected" \
      and those given.
      """)

  @OptionGroup var output: OutputOptions
  @OptionGroup var data: DataOptions

  @Option(name: .long, help: "Which corpus: main or goodware.")
  var corpus: CorpusName = .main

  @Option(name: .long, help: "The submission date, a day or a moment (UTC). Default: now.")
  var date: Moment?

  @Option(name: .long, help: "A password for encrypted archives; may be given several times.")
  var password: [String] = []

  @Option(name: .customLong("max-size"), help: "Larger files are skipped and listed (bytes).")
  var maximumSize: Int?

  @Option(name: .long, help: "What to do with archives: expand, keep as they are, or both.")
  var archives: IngestOptions.ArchiveTreatment?

  @Option(name: .long, help: "The name of what standard input gives.")
  var name: String?

  @Argument(help: "Files, folders, zip archives; - is standard input.")
  var paths: [String]

  func run() throws {
    var options = IngestOptions()
    options.passwords = password + options.passwords.filter { !password.contains($0) }
    if let maximumSize {
      guard maximumSize > 0 else { throw ValidationError("--max-size takes bytes, above 0") }
      options.sizeLimit = maximumSize
    }
    if let archives {
      options.givenArchives = archives
      options.foundArchives = archives
    }
    let store = try data.openStore(.readWrite)
    let bar = ProgressBar.start("ingest", quiet: output.quiet)
    let json = output.json
    let quiet = output.quiet
    let given = Set(paths)
    var done = 0
    var failedPaths = 0
    let ingestor = try store.makeIngestor(
      corpus: corpus, date: date?.seconds ?? Int64(Date().timeIntervalSince1970),
      options: options
    ) { event in
      done += 1
      bar?.update(0, "\(done) files")
      // What was named and cannot be taken is wrong input; what lies in a folder is told only.
      if case .skipped = event.outcome, given.contains(event.label) { failedPaths += 1 }
      IngestReport.write(event, json: json)
    }
    let summary: IngestSummary
    do {
      for path in paths where !Interruption.cancellation.isCancelled {
        if path == "-" {
          try ingestor.addStandardInput(name: name)
        } else {
          try ingestor.add(path: path, cancellation: Interruption.cancellation)
        }
      }
      // Also after an interruption: what was read is worth keeping.
      summary = try ingestor.finish()
    } catch {
      bar?.finish()
      Terminal.note("\(ingestor.summary.added) samples were added before it failed; they are safe")
      throw error
    }
    bar?.finish()
    IngestReport.write(summary, json: json, quiet: quiet)
    for failure in summary.indexFailures {
      Terminal.warning("\(failure); hunts read it whole until `retrohunt corpus reindex`")
    }
    try Interruption.throwIfCancelled()
    if failedPaths > 0 { throw CommandFailure.reported }
  }
}

extension IngestOptions.ArchiveTreatment: ExpressibleByArgument {}

/// How events and the summary of an ingest are printed.
private enum IngestReport {
  static func write(_ event: IngestEvent, json: Bool) {
    guard json else {
      // A link within a folder is counted; it is not worth a line.
      if case .skipped(let kind, let reason) = event.outcome, kind != .symbolicLink {
        Terminal.warning("\(Terminal.printable(event.label)): skipped (\(kind.rawValue)): \(reason)")
      }
      return
    }
    var text = JSONText()
    text.object { text in
      switch event.outcome {
      case .added(let sha256, let size), .duplicate(let sha256, let size):
        text.key("event")
        if case .added = event.outcome { text.string("added") } else { text.string("duplicate") }
        text.key("sha256")
        text.string(sha256.hex)
        text.key("size")
        text.integer(size)
      case .skipped(let kind, let reason):
        text.key("event")
        text.string("skipped")
        text.key("reason")
        text.string(kind.rawValue)
        text.key("message")
        text.string(reason)
      }
      text.key("path")
      text.string(event.label)
    }
    text.newline()
    // Whoever reads this must not lose an acknowledgement to a buffer.
    StandardOutput.write(text.bytes, flush: true)
  }

  static func write(_ summary: IngestSummary, json: Bool, quiet: Bool) {
    guard json else {
      if !quiet {
        StandardOutput.line(
          "\(summary.added) added (\(Terminal.bytes(summary.addedBytes))), "
            + "\(summary.duplicates) known, \(summary.skipped) skipped")
      }
      return
    }
    var text = JSONText()
    text.object { text in
      text.key("summary")
      text.object { text in
        text.key("added")
        text.integer(summary.added)
        text.key("duplicates")
        text.integer(summary.duplicates)
        text.key("skipped")
        text.integer(summary.skipped)
        text.key("added_bytes")
        text.integer(summary.addedBytes)
        text.key("read_bytes")
        text.integer(summary.readBytes)
      }
    }
    text.newline()
    StandardOutput.write(text.bytes, flush: true)
  }
}
