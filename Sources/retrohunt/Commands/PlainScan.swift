internal import Bytes
internal import Foundation
internal import Hunt
internal import Synchronization
internal import YaraEngine

/// Scans files that lie in the file system, on several threads, and prints as it goes.
///
/// The threads take the next few files from one walk, so that a tree of millions of files costs no
/// memory; with one thread the output follows the order of the walk.
final class PlainScan: Sendable {
  struct Problems {
    /// Files and folders that were not scanned, for whatever reason.
    var count = 0
    var namedPathFailed = false
  }

  private let rules: RuleSet
  private let threads: Int
  private let options: ScanOptions
  private let maximumSize: Int
  private let format: ScanFormat
  private let selection: Selection
  private let problems = Mutex(Problems())
  private let walk = Mutex(FolderWalk([]))
  /// Files that a thread takes at once: enough that the lock is no cost, few enough that the last
  /// ones are shared.
  private static let filesAtOnce = 8
  private let filesDone = Atomic<Int>(0)

  /// Which of a file's results are wanted.
  struct Selection: Sendable {
    /// The rules that do not match instead of those that do.
    var isNegated = false
    /// Whether what rules write to the console is shown.
    var showsConsole = true
  }

  init(
    rules: RuleSet, threads: Int, options: ScanOptions, maximumSize: Int, format: ScanFormat,
    selection: Selection = Selection()
  ) {
    self.selection = selection
    self.rules = rules
    self.threads = threads
    self.options = options
    self.maximumSize = maximumSize
    self.format = format
  }

  func run(_ targets: [String], recursive: Bool, quiet: Bool) -> Problems {
    let bar = ProgressBar.start("scan", quiet: quiet)
    walk.withLock { $0 = FolderWalk(targets, recursive: recursive) }
    let group = ScanThreads.start(threads) { [self] in work() }
    if let bar {
      while group.wait(timeout: .now() + .milliseconds(100)) == .timedOut {
        bar.update(0, "\(filesDone.load(ordering: .relaxed)) files")
      }
    } else {
      group.wait()
    }
    bar?.finish()
    let result = problems.withLock { $0 }
    if !quiet, result.count > 0 {
      Terminal.note("\(result.count) not scanned; the messages above say why")
    }
    return result
  }

  private func work() {
    let scanner = Scanner(rules, options: options)
    let contents = FileContents()
    var text = JSONText()
    var entries: [FolderWalk.Entry] = []
    while true {
      walk.withLock { walk in
        while entries.count < Self.filesAtOnce, let entry = walk.next() { entries.append(entry) }
      }
      guard !entries.isEmpty else { return }
      for entry in entries {
        guard !Interruption.cancellation.isCancelled else { return }
        if let problem = entry.problem {
          report(entry.path, problem, isNamed: entry.isNamed)
        } else if !scan(entry, with: scanner, contents, &text) {
          return
        }
      }
      entries.removeAll(keepingCapacity: true)
    }
  }

  /// False where the scan was cancelled.
  private func scan(
    _ item: FolderWalk.Entry, with scanner: YaraEngine.Scanner, _ contents: FileContents,
    _ text: inout JSONText
  ) -> Bool {
    let outcome: ScanOutcome
    do {
      try contents.start(item, limit: maximumSize)
      outcome = try scanner.scan(contents, cancellation: Interruption.cancellation)
    } catch {
      report(item.path, error.reason, isNamed: item.isNamed)
      return true
    }
    if contents.wasShortened {
      report(item.path, "the file was shortened while it was scanned", isNamed: item.isNamed)
      return true
    }
    switch outcome {
    case .finished(let result): write(result, of: item, contents.fetched, scanner, &text)
    case .timedOut(let stage):
      let limit = LimitReport(timeUpAt: stage, limit: options.fileTimeLimit, in: rules)
      report(item.path, limit.message, isNamed: false, limits: [limit])
    case .cancelled: return false
    }
    filesDone.add(1, ordering: .relaxed)
    contents.close()
    return true
  }

  private func write(
    _ result: ScanResult, of item: FolderWalk.Entry, _ view: ByteView, _ scanner: YaraEngine.Scanner,
    _ text: inout JSONText
  ) {
    if selection.showsConsole {
      for line in result.console { Terminal.write(Terminal.printable(line) + "\n") }
    }
    guard
      format.json || format.count || selection.isNegated || !result.matching.isEmpty
        || !result.cuts.isEmpty
    else { return }
    let path = item.path
    let matches =
      selection.isNegated
      ? RuleMatch.others(than: result, in: rules)
      : RuleMatch.all(
        of: result, by: scanner, in: view, withStrings: format.json || format.strings)
    let limits = RuleMatch.limits(of: result, matches, in: rules)
    for limit in limits {
      Terminal.warning(Terminal.printable(path) + ": " + Terminal.printable(limit.message))
    }
    format.write(path: path, matches: matches, limits: limits, to: &text)
    StandardOutput.write(text.bytes)
    text.removeAll()
  }

  private func report(
    _ path: String, _ reason: String, isNamed: Bool, limits: [LimitReport] = []
  ) {
    if format.json {
      var text = JSONText()
      format.write(path: path, problem: reason, limits: limits, to: &text)
      StandardOutput.write(text.bytes)
    }
    problems.withLock { problems in
      problems.count += 1
      if isNamed { problems.namedPathFailed = true }
    }
    if isNamed {
      Terminal.error("\(Terminal.printable(path)): \(Terminal.printable(reason))")
    } else {
      Terminal.warning("\(Terminal.printable(path)): \(Terminal.printable(reason))")
    }
  }
}
