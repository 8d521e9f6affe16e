internal import ArgumentParser

/// `retrohunt serve`: the API and the job runner over the local store.
struct ServeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve", abstract: "Serve VirusTotal's API over the local store.")

  func run() async throws { throw CommandFailure.failed("not built yet") }
}
