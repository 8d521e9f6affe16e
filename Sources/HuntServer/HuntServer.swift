public import Jobs
public import Logging
public import ServiceLifecycle
import Hummingbird
import HummingbirdCore
import NIOCore

// HuntServer: VirusTotal's Retrohunt API over jobs and the store; the only place that knows HTTP.
//
//   HTTP     request -> Exchange -> route table -> answer; errors become answers in one file
//   Routes   one file a family of resources
//   Files    the samples as the API needs them, uploads, signed URLs
//
// Laws: every answer of the API is JSON in the API's envelopes, errors too; success is always 200;
// links are absolute; whatever a client sends or fails to read costs bounded memory and time.

/// How the server is reached and what it allows.
public struct HuntServerConfiguration: Sendable {
  public var host = "127.0.0.1"
  /// 0 asks the system for a free port.
  public var port = 8080
  /// What links begin with, such as `https://hunt.example.org`; nil: as the client addressed us.
  public var publicURL: String?
  /// Believe `X-Forwarded-Proto` and `X-Forwarded-Host`, for a server behind a proxy of its own.
  public var trustsForwardedHeaders = false
  /// Cap numbers of job objects at 32 signed bits, as the published definition has them.
  public var strictStructure = false
  /// For jobs; a monthly quota is off by default.
  public var limits = JobLimits()
  /// Jobs that run at once; nil: one a core.
  public var runningJobs: Int?
  /// Bytes of a file sent to `/files`, as VirusTotal has it.
  public var directUploadBytes = 32 << 20
  /// Bytes of a file sent to an upload URL.
  public var uploadBytes = 650 << 20
  public var maximumConnections = 512
  /// Seconds without progress after which a slow client is cut off.
  public var idleSeconds: Int64 = 60
  /// Told the host and the actual port once the server accepts connections.
  public var onListening: (@Sendable (_ host: String, _ port: Int) -> Void)?

  public init() {}
}

/// The server as a service: runs until graceful shutdown, together with the runner of jobs.
public struct HuntServer: Service {
  private let configuration: HuntServerConfiguration
  private let responder: HuntResponder
  private let runner: (any Service)?
  private let logger: Logger

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
