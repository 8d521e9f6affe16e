public import Jobs

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
