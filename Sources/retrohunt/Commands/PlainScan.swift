internal import Bytes
internal import Foundation
internal import Hunt
internal import Synchronization
internal import YaraEngine

/// Scans files that lie in the file system, on several threads, and prints as it goes.
///
/// The walk feeds a bounded queue, so that a tree of millions of files costs no memory; with one
/// thread the output follows the order of the walk.
final class PlainScan: Sendable {
  struct Problems {
    /// Files and folders that were not scanned, for whatever reason.
    var count = 0
    var namedPathFailed = false
  }

  private struct Item: Sendable {
    let path: String
    let isNamed: Bool
  }

  private let rules: RuleSet
  private let threads: Int
  private let options: ScanOptions
  private let maximumSize: Int
  private let format: ScanFormat
  private let selection: Selection
  private let queue = BoundedQueue<Item>(capacity: 1024)
  private let problems = Mutex(Problems())
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
    let group = DispatchGroup()
    for _ in 0..<threads {
      group.enter()
      let thread = Thread { [self] in
        work()
        group.leave()
      }
      thread.stackSize = 8 << 20
      thread.start()
    }
    let walk = FolderWalk(recursive: recursive)
    for target in targets {
      walk.walk(target) { entry in
        switch entry {
        case .file(let path, _):
          queue.put(Item(path: path, isNamed: path == target))
          bar?.update(0, "\(filesDone.load(ordering: .relaxed)) files")
        case .skipped(let path, let reason):
          report(path, reason, isNamed: path == target)
        }
        return !Interruption.cancellation.isCancelled
      }
      if Interruption.cancellation.isCancelled { break }
    }
    queue.close()
    group.wait()
    bar?.finish()
    let result = problems.withLock { $0 }
    if !quiet, result.count > 0 {
      Terminal.note("\(result.count) not scanned; the messages above say why")
    }
    return result
  }

  private func work() {
    // Whoever leaves early lets the walk go on putting, or it would wait for room for ever.
    defer { queue.close() }
    let scanner = Scanner(rules, options: options)
    let contents = FileContents()
    var text = JSONText()
    while let item = queue.take(), !Interruption.cancellation.isCancelled {
      let view: ByteView
      do {
        view = try contents.open(path: item.path, limit: maximumSize)
      } catch {
        report(item.path, error.reason, isNamed: item.isNamed)
        continue
      }
      let outcome = scanner.scan(view, cancellation: Interruption.cancellation)
      if contents.wasShortened {
        report(item.path, "the file was shortened while it was scanned", isNamed: item.isNamed)
        continue
      }
      switch outcome {
      case .finished(let result):
        if selection.showsConsole {
          for line in result.console { Terminal.write(Terminal.printable(line) + "\n") }
        }
        if format.json || format.count || selection.isNegated || !result.matching.isEmpty
          || !result.cuts.isEmpty
        {
          let matches =
            selection.isNegated
            ? RuleMatch.others(than: result, in: rules)
            : RuleMatch.all(of: result, by: scanner, in: view)
          let limits = RuleMatch.limits(of: result, matches, in: rules)
          for limit in limits {
            Terminal.warning(
              Terminal.printable(item.path) + ": " + Terminal.printable(limit.message))
          }
          format.write(path: item.path, matches: matches, limits: limits, to: &text)
          StandardOutput.write(text.bytes)
          text.removeAll()
        }
      case .timedOut(let stage):
        let limit = LimitReport(timeUpAt: stage, limit: options.fileTimeLimit, in: rules)
        report(item.path, limit.message, isNamed: false, limits: [limit])
      case .cancelled: return
      }
      filesDone.add(1, ordering: .relaxed)
      contents.close()
    }
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
