internal import ArgumentParser
internal import Corpus
internal import Foundation
internal import Hunt
internal import YaraEngine
internal import YaraSyntax

/// `retrohunt hunt`: rules over every stored sample; matches as they are found, then a summary.
struct HuntCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "hunt", abstract: "Hunt rules over the local store.")

  @OptionGroup var output: OutputOptions
  @OptionGroup var data: DataOptions
  @OptionGroup var rule: RuleOptions

  @Option(name: .long, help: "Which corpus: main or goodware.")
  var corpus: CorpusName = .main

  @Option(name: .long, help: "Only files last submitted on or after this day or moment (UTC).")
  var after: Moment?

  @Option(name: .long, help: "Only files last submitted on or before this day or moment (UTC).")
  var before: Moment?

  @Flag(name: .customLong("no-index"), help: "Scan everything; the answer is the same.")
  var noIndex = false

  @Flag(
    name: .long,
    help: "Only tell, for each rule, what is asked of the index, what facts decide and what must be read.")
  var explain = false

  @Option(
    name: .long,
    help: "With --explain: ask so often, and tell how long it takes at its quickest.")
  var rounds = 1

  @Option(name: .long, help: "Stop after so many matches.")
  var limit: Int?

  @Option(name: [.customShort("p"), .customLong("threads")], help: "Threads. Default: one a core.")
  var threads: Int?

  @Option(name: .long, help: "Seconds after which a file is given up and listed. 0: never.")
  var timeout = 60

  @Flag(name: [.customShort("s"), .customLong("print-strings")], help: "Print what matched where.")
  var printStrings = false

  @Argument(help: "Rule files; - is standard input.")
  var rules: [String]

  func validate() throws {
    if let limit, limit < 1 { throw ValidationError("--limit takes a number above 0") }
    if let threads, threads < 1 || threads > 1024 {
      throw ValidationError("-p takes a number of threads from 1 to 1024")
    }
    if rounds < 1 || rounds > 1000 { throw ValidationError("--rounds takes a number from 1 to 1000") }
    if rounds > 1, !explain { throw ValidationError("--rounds goes with --explain") }
    if timeout < 0 { throw ValidationError("--timeout takes seconds, 0 for never") }
    if let after, let before, after.seconds > before.lastSecond {
      throw ValidationError("--after lies behind --before: no file can be in between")
    }
  }

  func run() throws {
    let (ruleSet, sources) = try rule.compile(rules, output: output, includes: false)
    let store = try data.openStore(.readOnly)
    var range: ClosedRange<Int64>?
    if after != nil || before != nil {
      range = (after?.seconds ?? 0)...max(after?.seconds ?? 0, before?.lastSecond ?? Int64.max)
    }
    let hunt = Hunt(
      store: store,
      request: HuntRequest(
        rules: ruleSet, corpus: corpus, timeRange: range, usesIndex: !noIndex,
        limits: HuntLimits(fileTime: timeout == 0 ? nil : .seconds(timeout)),
        now: Int64(Date().timeIntervalSince1970)))
    if explain { return try explain(hunt, sources) }
    let plan = try hunt.plan()
    let progress = HuntProgress()
    let bar = ProgressBar.start("hunt", quiet: output.quiet)
    let total = plan.files
    let ticker = bar.map { bar in
      Thread {
        while !Thread.current.isCancelled {
          bar.update(
            total > 0 ? Double(progress.files) / Double(total) : 1,
            "\(progress.files) of \(total) files, \(progress.matches) matches")
          Thread.sleep(forTimeInterval: 0.1)
        }
      }
    }
    ticker?.start()
    let json = output.json
    let strings = printStrings
    let summary = try HuntRunner(
      hunt, threads: threads ?? ProcessInfo.processInfo.activeProcessorCount
    ).run(
      plan: plan, limit: limit, cancellation: Interruption.cancellation, progress: progress
    ) { match in
      StandardOutput.write(
        HuntFormat.match(match, json: json, strings: strings).bytes, flush: true)
    }
    ticker?.cancel()
    bar?.finish()
    StandardOutput.write(HuntFormat.summary(summary, json: json, quiet: output.quiet).bytes)
    if summary.ending == .cancelled { throw CommandFailure.interrupted }
  }

  /// Tells what the hunt would cost, and reads no sample.
  private func explain(_ hunt: Hunt, _ sources: [SourceText]) throws {
    let estimate = try hunt.estimate(rounds: rounds)
    let explanations = hunt.explanations(sources: sources, estimate: estimate)
    var text = JSONText()
    if output.json {
      text.object { text in
        text.key("plans")
        text.array { text in for explanation in explanations { explanation.write(to: &text) } }
        text.key("estimate")
        if let estimate { estimate.write(to: &text) } else { text.null() }
      }
      text.newline()
    } else {
      for explanation in explanations { text.raw(line: explanation.text) }
      if let estimate { text.raw(line: estimate.text) }
    }
    StandardOutput.write(text.bytes)
  }
}
