internal import ArgumentParser
internal import Bytes
internal import Foundation
internal import Hunt
internal import YaraEngine

/// `retrohunt scan`: rules over plain files and folders, as `yara` does it.
struct ScanCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "scan", abstract: "Scan plain files and folders.",
    discussion: """
      The first argument is a rule file (or namespace:file), as are those after it that end in .yar or \
      .yara; the rest is what is scanned. Folders are scanned with all they hold.
      """)

  @OptionGroup var output: OutputOptions
  @OptionGroup var rule: RuleOptions

  @Option(name: [.customShort("p"), .customLong("threads")], help: "Threads. Default: one a core.")
  var threads: Int?

  @Flag(name: .customLong("no-recurse"), help: "Only the files that lie directly in a folder.")
  var noRecurse = false

  @Flag(name: [.customShort("s"), .customLong("print-strings")], help: "Print what matched where.")
  var printStrings = false

  @Flag(name: [.customShort("m"), .customLong("print-meta")], help: "Print metadata.")
  var printMeta = false

  @Flag(name: [.customShort("g"), .customLong("print-tags")], help: "Print tags.")
  var printTags = false

  @Flag(name: [.customShort("e"), .customLong("print-namespace")], help: "Print namespaces.")
  var printNamespace = false

  @Flag(
    name: [.customShort("L"), .customLong("print-string-length")], help: "Print lengths of matches.")
  var printLengths = false

  @Flag(
    name: [.customShort("X"), .customLong("print-xor-key")],
    help: "Print keys and plain texts of xor matches.")
  var printXorKeys = false

  @Flag(name: [.customShort("c"), .customLong("count")], help: "Print how many rules match a file.")
  var count = false

  @Flag(name: [.customShort("n"), .customLong("negate")], help: "Print the rules that do not match.")
  var negate = false

  @Option(
    name: [.customShort("l"), .customLong("max-rules")], help: "At most so many rules of a file.")
  var maximumRules: Int?

  @Option(name: [.customShort("t"), .customLong("tag")], help: "Only rules with this tag.")
  var tag: String?

  @Option(name: [.customShort("i"), .customLong("identifier")], help: "Only this rule.")
  var identifier: String?

  @Option(
    name: [.customShort("a"), .customLong("timeout")],
    help: "Seconds after which a file is given up. 0: never.")
  var timeout = 60

  @Option(
    name: [.customShort("x"), .customLong("module-data")],
    help: ArgumentHelp(
      "A report about the files scanned, for a module: cuckoo.", valueName: "module=file"))
  var moduleData: [String] = []

  @Option(
    name: [.customShort("z"), .customLong("skip-larger"), .customLong("max-size")],
    help: "Larger files are skipped (bytes).")
  var maximumSize = 4 << 30

  @Flag(
    name: .customLong("scan-list"), help: "The paths are lists: files with a path to scan a line.")
  var scanList = false

  @Flag(
    name: .customLong("disable-console-logs"), help: "Do not print what rules write to the console.")
  var disableConsole = false

  // What `yara` takes and is no question here.
  @Flag(
    name: [.customShort("r"), .customLong("recursive")],
    help: "Accepted: folders are scanned with all they hold anyway.")
  var recursive = false

  @Flag(
    name: [.customShort("f"), .customLong("fast-scan")],
    help: "Accepted: matches that are not printed are not looked for anyway.")
  var fast = false

  @Flag(
    name: [.customShort("C"), .customLong("compiled-rules")], help: ArgumentHelp(visibility: .hidden))
  var compiledRules = false

  @Argument(help: "Rule files, then files and folders to scan.")
  var paths: [String]

  func validate() throws {
    if let threads, threads < 1 || threads > 1024 {
      throw ValidationError("-p takes a number of threads from 1 to 1024")
    }
    if paths.count < 2 {
      throw ValidationError("give rules and what to scan: retrohunt scan RULES... PATH...")
    }
    if timeout < 0 { throw ValidationError("--timeout takes seconds, 0 for never") }
    if let maximumRules, maximumRules < 1 {
      throw ValidationError("--max-rules takes a number above 0")
    }
    if maximumSize < 0 { throw ValidationError("--skip-larger takes a size in bytes") }
    if recursive, noRecurse { throw ValidationError("--recursive and --no-recurse exclude each other") }
    if negate, output.json {
      throw ValidationError("--negate and --json exclude each other: JSON lists the rules that match")
    }
    if compiledRules {
      throw ValidationError(
        "-C: compiled rules are not read; give the rules as text, they compile in no time")
    }
  }

  func run() throws {
    let (rulePaths, targets) = try split(paths)
    let rules = try rule.compile(rulePaths, output: output).rules
    let workers = threads ?? max(1, ProcessInfo.processInfo.activeProcessorCount)
    let scan = PlainScan(
      rules: rules, threads: workers,
      options: ScanOptions(
        fileTimeLimit: timeout == 0 ? nil : .seconds(timeout), reportsMatches: output.json || showsStrings,
        now: Int64(Date().timeIntervalSince1970), reports: try reports()),
      maximumSize: maximumSize, format: format,
      selection: PlainScan.Selection(isNegated: negate, showsConsole: !disableConsole))
    let problems = scan.run(
      scanList ? try Self.lists(targets) : targets, recursive: !noRecurse, quiet: output.quiet)
    try Interruption.throwIfCancelled()
    // A path that was asked for by name and cannot be read is wrong input; one found in a folder
    // is told, counted, and does not spoil the scan.
    if problems.namedPathFailed { throw CommandFailure.reported }
  }

  private var showsStrings: Bool { (printStrings || printLengths || printXorKeys) && !negate }

  /// The reports of `-x`.
  private func reports() throws -> ModuleReports {
    var reports = ModuleReports()
    for argument in moduleData {
      guard let sign = argument.firstIndex(of: "="), sign != argument.startIndex else {
        throw CommandFailure.wrongInput("-x \(argument): a report is given as MODULE=FILE")
      }
      let path = String(argument[argument.index(after: sign)...])
      let report = try InputFile.read(path, allowsDash: false)
      do {
        try reports.add(report, for: String(argument[..<sign]), dialect: rule.dialect)
      } catch {
        throw CommandFailure.wrongInput("\(Terminal.printable(path)): \(error.description)")
      }
    }
    return reports
  }

  private var format: ScanFormat {
    ScanFormat(
      json: output.json, strings: showsStrings, meta: printMeta, tags: printTags,
      namespace: printNamespace, lengths: printLengths, xorKeys: printXorKeys, count: count,
      tag: tag, identifier: identifier, maximumRules: maximumRules ?? Int.max)
  }

  /// The paths that lists name, a line each; empty lines are left out.
  private static func lists(_ paths: [String]) throws -> [String] {
    var result: [String] = []
    for path in paths {
      let text = String(decoding: try InputFile.read(path, allowsDash: true), as: UTF8.self)
      result += text.split(whereSeparator: \.isNewline).map(String.init)
    }
    return result
  }

  /// Which arguments are rules: those before `--`-separated paths cannot be told by the parser, so
  /// by what they are: leading arguments that end in .yar or .yara, and always the first.
  private func split(_ arguments: [String]) throws -> (rules: [String], targets: [String]) {
    var rules = [arguments[0]]
    var index = 1
    while index < arguments.count - 1 {
      let name = arguments[index].lowercased()
      guard name.hasSuffix(".yar") || name.hasSuffix(".yara") else { break }
      rules.append(arguments[index])
      index += 1
    }
    return (rules, Array(arguments[index...]))
  }
}
