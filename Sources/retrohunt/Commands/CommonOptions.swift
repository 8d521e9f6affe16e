public import ArgumentParser
public import Corpus
internal import Foundation
internal import Hunt

/// Options that every command has.
struct OutputOptions: ParsableArguments {
  enum Color: String, ExpressibleByArgument, CaseIterable {
    case auto, always, never
  }

  @Flag(name: .long, help: "Print output for programs: JSON, one object a line.")
  var json = false

  @Flag(name: .shortAndLong, help: "No progress and no notes on standard error.")
  var quiet = false

  @Option(name: .long, help: "Colours in diagnostics.")
  var color: Color = .auto

  var usesColor: Bool {
    switch color {
    case .always: true
    case .never: false
    case .auto:
      Terminal.errorIsTerminal && ProcessInfo.processInfo.environment["NO_COLOR"] == nil
    }
  }
}

/// Where the store is.
struct DataOptions: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp(
      "The data directory. Default: RETROHUNT_DATA, else ~/.local/share/retrohunt.",
      valueName: "dir"))
  var data: String?

  var directory: String {
    let environment = ProcessInfo.processInfo.environment
    if let data { return data }
    if let data = environment["RETROHUNT_DATA"], !data.isEmpty { return data }
    let home = environment["HOME"] ?? NSHomeDirectory()
    return home + "/.local/share/retrohunt"
  }

  /// - Parameter mappedIndexes: bytes of indexes kept for the next hunt; a command makes only one.
  func openStore(_ mode: Store.Mode, mappedIndexes: Int = 64 << 20) throws -> Store {
    try Store(
      directory: directory, mode: mode, indexer: SegmentIndexer(), mappedIndexes: mappedIndexes)
  }
}

extension CorpusName: ExpressibleByArgument {}

/// A day or a moment on the command line, in UTC unless it says otherwise.
struct Moment: ExpressibleByArgument {
  /// Seconds since 1970.
  let seconds: Int64
  /// True for a day without a time, which as an upper bound means its last second.
  let isDay: Bool

  init?(argument: String) {
    if let seconds = Int64(argument), argument.count > 8 {
      self.seconds = seconds
      isDay = false
      return
    }
    let formatter = DateFormatter()
    formatter.locale = Locale(identifier: "en_US_POSIX")
    formatter.timeZone = TimeZone(secondsFromGMT: 0)
    formatter.isLenient = false
    for (format, isDay) in [
      ("yyyy-MM-dd", true), ("yyyy-MM-dd'T'HH:mm:ss'Z'", false),
      ("yyyy-MM-dd'T'HH:mm:ssXXXXX", false), ("yyyy-MM-dd'T'HH:mm:ss", false),
      ("yyyy-MM-dd HH:mm:ss", false), ("yyyy-MM-dd HH:mm", false),
    ] {
      formatter.dateFormat = format
      if let date = formatter.date(from: argument) {
        seconds = Int64(date.timeIntervalSince1970)
        self.isDay = isDay
        return
      }
    }
    return nil
  }

  var lastSecond: Int64 { isDay ? seconds + 86_399 : seconds }
}
