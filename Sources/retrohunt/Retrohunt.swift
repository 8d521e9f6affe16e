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
      ScanCommand.self, CheckCommand.self, IngestCommand.self, HuntCommand.self,
      ServeCommand.self, KeysCommand.self, CorpusCommand.self,
    ])

  static func main() async {
    Interruption.install()
    do {
      var command = try parseAsRoot()
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
}
