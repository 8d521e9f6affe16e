import Bytes
import FileFormats
import Jobs
import Synchronization

/// Signs URLs so that they can be used without a key for a time: HMAC-SHA-256 (RFC 2104) over what
/// the URL is for and when it ends.
struct URLSigner: Sendable {
  /// 32 bytes; kept with the keys, so that URLs outlive a restart.
  let secret: [UInt8]

  /// Seconds a signed URL is good for.
  static let lifetime: Int64 = 3600

  func signature(of purpose: String, expiring: Int64) -> String {
    Hexadecimal.text(authenticationCode(Array("\(purpose)\n\(expiring)".utf8)))
  }

  /// Whether the signature is ours and has not expired.
  func admits(_ signature: String, purpose: String, expiring: Int64, now: Int64) -> Bool {
    guard now <= expiring, let given = Hexadecimal.bytes(signature) else { return false }
    return KeyStore.areEqual(given, authenticationCode(Array("\(purpose)\n\(expiring)".utf8)))
  }

  private func authenticationCode(_ message: [UInt8]) -> [UInt8] {
    var block = secret.count > 64 ? Self.digest(secret) : secret
    block += [UInt8](repeating: 0, count: 64 - block.count)
    let inner = Self.digest(block.map { $0 ^ 0x36 } + message)
    return Self.digest(block.map { $0 ^ 0x5C } + inner)
  }

  private static func digest(_ bytes: [UInt8]) -> [UInt8] {
    ByteView.with(bytes) { Digest.bytes(.sha256, of: $0) }
  }
}

/// Upload URLs that have been used, until they would have expired anyway: each is good for one
/// upload. Kept in memory: after a restart a used URL may work once more within its hour.
final class UploadTickets: Sendable {
  private let used = Mutex<[String: Int64]>([:])

  /// False when the ticket was used before.
  func use(_ ticket: String, expiring: Int64, now: Int64) -> Bool {
    used.withLock { used in
      guard used[ticket] == nil else { return false }
      used = used.filter { $0.value >= now }
      used[ticket] = expiring
      return true
    }
  }
}
