public import FileFormats

/// Why a store could not do what was asked. Two errors are equal when their codes are.
public struct StoreError: Error, Sendable, Equatable, CustomStringConvertible {
  public enum Code: String, Sendable, CaseIterable {
    /// No such store, segment or sample.
    case notFound = "not-found"
    /// Another process writes to this store.
    case locked
    /// The store was opened for reading only, or lies on a read-only file system.
    case readOnly = "read-only"
    case diskFull = "disk-full"
    /// A source file or a store file may not be opened.
    case denied
    /// Bytes at rest are not what was written.
    case damaged
    /// A file of a newer or foreign format.
    case unsupportedFormat = "unsupported-format"
    /// A limit of size, count, ratio or depth.
    case tooLarge = "too-large"
    /// An archive that cannot be read: wrong password, damage, unknown method.
    case archive
    case invalidArgument = "invalid-argument"
    case memory
    case database
    /// Any other failure of the operating system.
    case system
  }

  /// What the error is about.
  public enum Subject: Sendable, Hashable, CustomStringConvertible {
    case store(String)
    case segment(SegmentID)
    case sample(SHA256Digest, SegmentID?)
    case path(String)

    public var description: String {
      switch self {
      case .store(let path): "store \(path)"
      case .segment(let id): "segment \(id)"
      case .sample(let digest, let id?): "sample \(digest.hex) in segment \(id)"
      case .sample(let digest, nil): "sample \(digest.hex)"
      case .path(let path): path
      }
    }
  }

  public let code: Code
  /// One sentence, the remedy included where there is one.
  public let reason: String
  public let subject: Subject?
  /// What lay below: a system call and its error, or SQLite's message.
  public let underlying: String?

  public init(_ code: Code, _ reason: String, subject: Subject? = nil, underlying: String? = nil) {
    self.code = code
    self.reason = reason
    self.subject = subject
    self.underlying = underlying
  }

  /// Whether the same call may succeed later without anybody changing the input.
  public var isRetryable: Bool {
    switch code {
    case .locked, .diskFull, .memory, .database, .system: true
    default: false
    }
  }

  public var description: String {
    var text = subject.map { "\($0): \(reason)" } ?? reason
    if let underlying { text += " (\(underlying))" }
    return text
  }

  public static func == (a: Self, b: Self) -> Bool { a.code == b.code }

  init(_ failure: SystemFailure, doing what: String, subject: Subject? = nil) {
    let detail = "\(failure.operation) \(failure.path): \(failure.reason)"
    let subject = subject ?? .path(failure.path)
    switch failure.errorNumber {
    case SystemFailure.diskFull, SystemFailure.quotaExceeded:
      self.init(
        .diskFull,
        "\(what): the disk is full; what was acknowledged is safe; free space and run the same again",
        subject: subject, underlying: detail)
    case SystemFailure.readOnly:
      self.init(
        .readOnly, "\(what): the file system is read-only; mount it writable or choose another data directory",
        subject: subject, underlying: detail)
    case SystemFailure.denied, SystemFailure.notPermitted:
      self.init(
        .denied, "\(what): permission denied; run as the owner of the data directory or change its mode",
        subject: subject, underlying: detail)
    case SystemFailure.noSuchFile:
      self.init(.notFound, "\(what): there is no such file", subject: subject, underlying: detail)
    case SystemFailure.outOfMemory:
      self.init(.memory, "\(what): not enough memory", subject: subject, underlying: detail)
    default:
      self.init(.system, "\(what): \(failure.reason)", subject: subject, underlying: detail)
    }
  }
}
