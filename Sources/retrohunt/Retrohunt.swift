// retrohunt: the command line; the one place where concrete parts are put together.
//
//   arguments -> a command -> the store, the engine, a hunt or the server -> output, exit status
//
// Commands  one file a command, and the options that several share
// Terminal  what people and programs read: matches, diagnostics, progress, signals
// ExitStatus.swift  every exit status is decided there
internal import ArgumentParser

/// The command line: one file a command under `Commands`, and here the one place where a command
/// is found, run, and turned into an exit status.
@main
struct Retrohunt: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "retrohunt",
    abstract: "Keep every sample, ask any YARA question of all of them.",
    discussion: """
      A hunt in three commands:
        retrohunt ingest ~/samples
        retrohunt hunt rules.yar
        retrohunt serve --listen 127.0.0.1:8080
      """,
    version: "0.1.0",
    subcommands: [
      ScanCommand.self, CheckCommand.self, DumpCommand.self, IngestCommand.self, HuntCommand.self,
      ServeCommand.self, KeysCommand.self, CorpusCommand.self,
    ])

  static func main() async {
    Interruption.install()
    do {
      var command = try parseAsRoot(globalOptionsLast(Array(CommandLine.arguments.dropFirst())))
      if var asynchronous = command as? any AsyncParsableCommand {
        try await asynchronous.run()
      } else {
        try command.run()
      }
      StandardOutput.flush()
    } catch {
      StandardOutput.flush()
      ExitStatus.exit(for: error, of: Self.self)
    }
  }

  /// Global options may stand before the command (`retrohunt --data D hunt R`): the parser knows
  /// them as options of each command, so they are moved behind it.
  static func globalOptionsLast(_ arguments: [String]) -> [String] {
    var moved: [String] = []
    var index = 0
    while index < arguments.count {
      let argument = arguments[index]
      switch argument {
      case "--data", "--color":
        guard index + 1 < arguments.count else { return arguments }
        moved += [argument, arguments[index + 1]]
        index += 2
        continue
      case "--json", "-q", "--quiet":
        moved.append(argument)
        index += 1
        continue
      default:
        if argument.hasPrefix("--data=") || argument.hasPrefix("--color=") {
          moved.append(argument)
          index += 1
          continue
        }
      }
      break
    }
    // Without a command there is nothing to move them behind.
    guard !moved.isEmpty, index < arguments.count else { return arguments }
    let rest = arguments[index...]
    let end = rest.firstIndex(of: "--") ?? rest.endIndex
    return rest[..<end] + moved + rest[end...]
  }
}
