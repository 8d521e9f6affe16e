public import Corpus
public import Jobs
public import Logging
public import ServiceLifecycle
import Foundation
import Hummingbird
import HummingbirdCore
import NIOCore

/// The server as a service: runs until graceful shutdown, together with the runner of jobs.
public struct HuntServer: Service {
  private let configuration: HuntServerConfiguration
  private let responder: HuntResponder
  private let runner: (any Service)?
  private let logger: Logger

  /// A server over a store, with a runner of its jobs. The store may be in any mode but read-only;
  /// in mode `database` other processes can ingest meanwhile. Throws when the tables of jobs and
  /// keys cannot be made.
  public init(configuration: HuntServerConfiguration, store: Store, logger: Logger) throws {
    let cores = ProcessInfo.processInfo.activeProcessorCount
    let jobStore = try JobStore(
      database: store.database, limits: configuration.limits,
      slots: configuration.runningJobs ?? cores)
    let hunter = StoreHunter(store: store)
    let signal = RunnerSignal()
    try self.init(
      configuration: configuration,
      jobs: JobQueue(store: jobStore, hunter: hunter, signal: signal),
      keys: try KeyStore(database: store.database), samples: StoreSamples(store: store),
      runner: LocalRunner(
        store: jobStore, hunter: hunter, signal: signal, threads: cores,
        lockPath: store.directory + "/runner.lock", logger: logger),
      logger: logger)
  }

  /// A server of given parts.
  public init(
    configuration: HuntServerConfiguration, jobs: JobQueue, keys: KeyStore,
    samples: any SampleLibrary, runner: (any Service)?, logger: Logger
  ) throws {
    self.configuration = configuration
    self.runner = runner
    self.logger = logger
    responder = HuntResponder(
      site: Site(
        configuration: configuration, jobs: jobs, keys: keys, samples: samples,
        signer: URLSigner(secret: try keys.secret(named: "url"))),
      logger: logger)
  }

  /// Throws when the address cannot be bound.
  public func run() async throws { try await application().run() }

  /// The server as Hummingbird runs it; tests drive it without a socket.
  func application() -> some ApplicationProtocol {
    let configuration = configuration
    let logger = logger
    return Application(
      responder: responder,
      server: .http1(
        configuration: .init(
          additionalChannelHandlers: [
            UnreadAnswerHandler(timeout: .seconds(configuration.idleSeconds))
          ],
          idleTimeout: .seconds(configuration.idleSeconds),
          httpDecoderConfiguration: .init(
            maxHeaderFieldSize: 16 << 10, maxHeaderListSize: 64 << 10, maxHeaderFieldCount: 100))),
      configuration: ApplicationConfiguration(
        address: .hostname(configuration.host, port: configuration.port), serverName: "retrohunt",
        availableConnectionsDelegate: MaximumAvailableConnections(
          configuration.maximumConnections)),
      services: runner.map { [$0] } ?? [],
      onServerRunning: { channel in
        let port = channel.localAddress?.port ?? configuration.port
        let host =
          configuration.host.contains(":") ? "[\(configuration.host)]" : configuration.host
        logger.notice("listening on http://\(host):\(port)")
        configuration.onListening?(configuration.host, port)
      },
      logger: logger)
  }
}
