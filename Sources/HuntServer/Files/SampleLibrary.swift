public import VirusTotalModel

/// The samples as the API needs them. Calls are synchronous and may read the disk: they are made
/// off the event loops.
public protocol SampleLibrary: Sendable {
  /// By SHA-256, SHA-1 or MD5 in hexadecimal digits of either case; nil when there is none.
  func sample(digest: String) throws -> FileAttributes?
  /// Those of the SHA-256 that are there.
  func samples(sha256: [String]) throws -> [String: FileAttributes]
  /// The bytes; nil when there is no such sample.
  func bytes(sha256: String) throws -> [UInt8]?
  /// Throws `SampleRefused`.
  func beginUpload() throws -> any SampleUpload
}

/// A sample on its way in, used by one request. Bytes are kept on the disk, not in memory.
public protocol SampleUpload: AnyObject, Sendable {
  func append(_ bytes: [UInt8]) throws
  /// Makes the bytes a sample that is durable when this returns, and gives its SHA-256; with a
  /// password, the bytes are a zip archive whose one member is the sample. Throws `SampleRefused`.
  func finish(name: String?, password: String?) throws -> String
  /// Forgets the bytes; harmless after `finish`.
  func discard()
}

/// Why a sample was not taken or given.
public struct SampleRefused: Error, Sendable, Hashable {
  public enum Code: Sendable, Hashable {
    /// The upload is wrong.
    case refused
    /// This server does not take or give samples.
    case notAllowed
    /// It may work later.
    case unavailable
  }

  public var code: Code
  public var reason: String
  public init(_ code: Code, _ reason: String) {
    self.code = code
    self.reason = reason
  }
}
