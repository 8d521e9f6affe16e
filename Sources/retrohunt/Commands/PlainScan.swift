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
  private let queue = BoundedQueue<Item>(capacity: 1024)
  private let problems = Mutex(Problems())
  private let filesDone = Atomic<Int>(0)

  init(
    rules: RuleSet, threads: Int, options: ScanOptions, maximumSize: Int, format: ScanFormat
  ) {
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
        for line in result.console { Terminal.write(line + "\n") }
        for cut in result.cuts {
          Terminal.warning("\(Terminal.printable(item.path)): \(cut.description(in: rules))")
        }
        if format.json || format.count || !result.matching.isEmpty {
          let matches = RuleMatch.all(of: result, by: scanner, in: view)
          format.write(path: item.path, matches: matches, to: &text)
          StandardOutput.write(text.bytes)
          text.removeAll()
        }
      case .timedOut:
        report(item.path, "timed out", isNamed: false)
      case .cancelled: return
      }
      filesDone.add(1, ordering: .relaxed)
      contents.close()
    }
  }

  private func report(_ path: String, _ reason: String, isNamed: Bool) {
    if format.json {
      var text = JSONText()
      format.write(path: path, problem: reason, to: &text)
      StandardOutput.write(text.bytes)
    }
    problems.withLock { problems in
      problems.count += 1
      if isNamed { problems.namedPathFailed = true }
    }
    if isNamed {
      Terminal.error("\(Terminal.printable(path)): \(reason)")
    } else {
      Terminal.warning("\(Terminal.printable(path)): \(reason)")
    }
  }
}
