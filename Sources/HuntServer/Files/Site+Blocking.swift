import Jobs
import NIOPosix
import VirusTotalModel

/// Synchronous calls, made on threads for blocking work.
extension Site {
  func bearer(of key: String) async throws -> KeyStore.Bearer {
    try await blocking { try keys.bearer(of: key) }
  }

  func blocking<R: Sendable>(_ body: @escaping @Sendable () throws -> R) async throws -> R {
    try await NIOThreadPool.singleton.runIfActive(body)
  }

  /// The attributes of a file; throws `APIError` when there is none.
  func file(_ digest: String) async throws -> FileAttributes {
    guard [32, 40, 64].contains(digest.utf8.count), Hexadecimal.bytes(digest) != nil,
      let found = try await blocking({ try samples.sample(digest: digest) })
    else { throw APIError.notFound("File \"\(digest.prefix(100))\"") }
    return found
  }
}
