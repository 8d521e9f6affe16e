import GRDB

/// The database could not do what was asked: it is locked for too long, full or damaged. Trying
/// again may help with the first.
public struct StorageTrouble: Error, Sendable, CustomStringConvertible {
  public let description: String
  public let mayRetry: Bool

  /// Runs `body` with SQLite's errors in these words.
  static func wrapping<R>(_ body: () throws -> R) throws -> R {
    do {
      return try body()
    } catch let error as DatabaseError {
      let mayRetry =
        switch error.resultCode {
        case .SQLITE_BUSY, .SQLITE_LOCKED, .SQLITE_FULL, .SQLITE_IOERR: true
        default: false
        }
      throw StorageTrouble(description: "the database failed: \(error)", mayRetry: mayRetry)
    }
  }
}
