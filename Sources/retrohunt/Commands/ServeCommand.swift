internal import ArgumentParser
internal import Corpus
internal import Foundation
internal import HuntServer
internal import Jobs
internal import Logging
internal import ServiceLifecycle
internal import UnixSignals

/// `retrohunt serve`: VirusTotal's API and the job runner over the local store, until a signal.
struct ServeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve", abstract: "Serve VirusTotal's API over the local store.",
    discussion: """
      Clients of VirusTotal work after changing the host; `retrohunt keys create NAME` makes the \
      key they send. It speaks plain HTTP: put a TLS proxy in front of it where it leaves the \
      machine, and say its address with --public-url.
      """)

  @OptionGroup var output: OutputOptions
  @OptionGroup var data: DataOptions

  @Option(name: .long, help: ArgumentHelp("Where to listen; port 0 takes a free one.", valueName: "host:port"))
  var listen: ListenAddress = ListenAddress(host: "127.0.0.1", port: 8080)

  @Option(
    name: .customLong("public-url"),
    help: "What links in answers begin with. Default: as the client addressed the server.")
  var publicURL: String?

  @Flag(
    name: .customLong("strict-structure"),
    help: "Cap numbers in job objects at 2147483647, as the published definition has them.")
  var strictStructure = false

  @Flag(
    name: .customLong("trust-proxy"),
    help: "Believe X-Forwarded-Proto and X-Forwarded-Host: only behind a proxy of your own.")
  var trustProxy = false

  @Option(name: .customLong("running-jobs"), help: "Jobs that run at once. Default: one a core.")
  var runningJobs: Int?

  func validate() throws {
    if let runningJobs, runningJobs < 1 { throw ValidationError("--running-jobs takes 1 or more") }
    if let publicURL {
      let url = URL(string: publicURL)
      guard let scheme = url?.scheme, ["http", "https"].contains(scheme), url?.host() != nil else {
        throw ValidationError("--public-url takes an absolute URL such as https://hunt.example.org")
      }
    }
  }

  func run() async throws {
    let isQuiet = output.quiet
    LoggingSystem.bootstrap { label in
      var handler = StreamLogHandler.standardError(label: label)
      handler.logLevel = isQuiet ? .error : .info
      return handler
    }
    let logger = Logger(label: "retrohunt")

    // Pages that are not used go when the machine needs them.
    let memory = Int(clamping: ProcessInfo.processInfo.physicalMemory)
    let store = try data.openStore(.database, mappedIndexes: max(64 << 20, memory / 2))
    var configuration = HuntServerConfiguration()
    configuration.host = listen.host
    configuration.port = listen.port
    configuration.publicURL = publicURL
    configuration.trustsForwardedHeaders = trustProxy
    configuration.strictStructure = strictStructure
    configuration.runningJobs = runningJobs
    let isJSON = output.json
    configuration.onListening = { host, port in
      let name = host.contains(":") ? "[\(host)]" : host
      let url = "http://\(name):\(port)"
      StandardOutput.line(isJSON ? "{\"listening\":\"\(url)\"}" : "listening on \(url)", flush: true)
    }

    let keys = try KeyStore(database: store.database)
    if try keys.list().allSatisfy({ $0.revocationDate != nil }), !isQuiet {
      Terminal.note("There is no API key yet: retrohunt keys create NAME")
    }
    let server = try HuntServer(configuration: configuration, store: store, logger: logger)
    let group = ServiceGroup(
      configuration: ServiceGroupConfiguration(
        services: [.init(service: server)], gracefulShutdownSignals: [.sigterm, .sigint],
        logger: logger))
    do {
      try await group.run()
    } catch {
      throw CommandFailure.failed("cannot serve on \(listen.host):\(listen.port): \(error)")
    }
  }
}

/// `HOST:PORT`; an IPv6 host stands in brackets.
struct ListenAddress: ExpressibleByArgument {
  var host: String
  var port: Int

  init(host: String, port: Int) {
    self.host = host
    self.port = port
  }

  init?(argument: String) {
    guard let colon = argument.lastIndex(of: ":"),
      let port = UInt16(argument[argument.index(after: colon)...])
    else { return nil }
    var host = String(argument[..<colon])
    if host.hasPrefix("["), host.hasSuffix("]") {
      host = String(host.dropFirst().dropLast())
    } else if host.contains(":") {
      return nil
    }
    guard !host.isEmpty else { return nil }
    self.init(host: host, port: Int(port))
  }

  var defaultValueDescription: String { "\(host):\(port)" }
}
