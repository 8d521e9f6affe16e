import Bytes
import FileFormats
import Foundation
public import GRDB

/// Users and their API keys, in the database file of the store.
///
/// A key is 32 random bytes, shown once as 64 hexadecimal digits; what is kept is its SHA-256. A
/// key is too long to guess, so a plain digest protects it as well as a slow one would.
public struct KeyStore: Sendable {
  /// A key without its secret. Dates are Unix seconds UTC.
  public struct KeyRecord: Sendable, Hashable, Codable {
    public let user: String
    /// The first digits of the key's SHA-256: enough to tell keys apart.
    public let fingerprint: String
    public let creationDate: Int64
    /// Nil while the key is good.
    public let revocationDate: Int64?
  }

  /// Whom a presented key belongs to.
  public enum Bearer: Sendable, Hashable {
    case user(String)
    /// The key was good once.
    case revoked
    case unknown
  }

  public struct User: Sendable, Hashable {
    public let id: String
    /// When the first key was made; Unix seconds UTC.
    public let since: Int64
  }

  public enum KeyError: Error, Sendable, Hashable, CustomStringConvertible {
    case badUser(String)

    public var description: String {
      switch self {
      case .badUser(let name):
        "\"\(name)\" is no user name: letters, digits and _ are allowed, at most 64"
      }
    }
  }

  private let database: any DatabaseWriter

  /// Brings the tables up to date. Throws `DatabaseError`.
  public init(database: any DatabaseWriter) throws {
    self.database = database
    var migrator = DatabaseMigrator()
    migrator.registerMigration("keys-1") { db in
      try db.execute(
        sql: """
          CREATE TABLE users (id TEXT NOT NULL PRIMARY KEY, since INTEGER NOT NULL) WITHOUT ROWID;
          CREATE TABLE api_keys (
            hash BLOB NOT NULL PRIMARY KEY,
            user TEXT NOT NULL REFERENCES users (id),
            creation_date INTEGER NOT NULL,
            revocation_date INTEGER
          ) WITHOUT ROWID;
          CREATE INDEX api_keys_by_user ON api_keys (user);
          CREATE TABLE server_secrets (name TEXT NOT NULL PRIMARY KEY, value BLOB NOT NULL)
            WITHOUT ROWID;
          """)
    }
    try migrator.migrate(database)
  }

  /// Makes a key for the user, whom it creates when new, and gives the key: the only time it can
  /// be seen. Throws `KeyError.badUser`, `DatabaseError`.
  public func create(user: String) throws -> String {
    guard UserName.isValid(user) else { throw KeyError.badUser(user) }
    let key = Self.randomKey()
    let now = Self.now
    try database.write { db in
      try db.execute(
        sql: "INSERT OR IGNORE INTO users (id, since) VALUES (?, ?)", arguments: [user, now])
      try db.execute(
        sql: "INSERT INTO api_keys (hash, user, creation_date) VALUES (?, ?, ?)",
        arguments: [Data(Self.hash(of: key)), user, now])
    }
    return key
  }

  /// All keys, revoked ones included, by user and age.
  public func list() throws -> [KeyRecord] {
    try database.read { db in
      try Row.fetchAll(
        db,
        sql: """
          SELECT user, hash, creation_date, revocation_date FROM api_keys
          ORDER BY user, creation_date, hash
          """
      ).map { row in
        KeyRecord(
          user: row["user"], fingerprint: Self.fingerprint(of: row["hash"]),
          creationDate: row["creation_date"], revocationDate: row["revocation_date"])
      }
    }
  }

  /// Revokes the user's good keys, or the one with that fingerprint; gives how many.
  @discardableResult
  public func revoke(user: String, fingerprint: String? = nil) throws -> Int {
    try database.write { db in
      let hashes = try Data.fetchAll(
        db, sql: "SELECT hash FROM api_keys WHERE user = ? AND revocation_date IS NULL",
        arguments: [user]
      ).filter { fingerprint == nil || Self.fingerprint(of: $0) == fingerprint }
      for hash in hashes {
        try db.execute(
          sql: "UPDATE api_keys SET revocation_date = ? WHERE hash = ?",
          arguments: [Self.now, hash])
      }
      return hashes.count
    }
  }

  /// Whose key this is. The comparison takes the same time wherever digits differ.
  public func bearer(of key: String) throws -> Bearer {
    guard key.utf8.count <= 256 else { return .unknown }
    let hash = Self.hash(of: key)
    return try StorageTrouble.wrapping {
      try database.read { db in try Self.bearer(of: hash, db) }
    }
  }

  private static func bearer(of hash: [UInt8], _ db: Database) throws -> Bearer {
      // Digests of unknown keys cannot be steered, so finding the row by its digest tells an
      // attacker nothing about stored keys; the row is then compared in constant time.
      guard
        let row = try Row.fetchOne(
          db, sql: "SELECT hash, user, revocation_date FROM api_keys WHERE hash = ?",
          arguments: [Data(hash)]),
        areEqual(Array(row["hash"] as Data), hash)
      else { return .unknown }
      return (row["revocation_date"] as Int64?) == nil ? .user(row["user"]) : .revoked
  }

  public func user(id: String) throws -> User? {
    try database.read { db in
      try Row.fetchOne(db, sql: "SELECT id, since FROM users WHERE id = ?", arguments: [id])
        .map { User(id: $0["id"], since: $0["since"]) }
    }
  }

  /// A secret of the server under that name, made at its first use: it outlives restarts, so that
  /// signed URLs do.
  public func secret(named name: String) throws -> [UInt8] {
    let fresh = Self.randomBytes()
    return try database.write { db in
      try db.execute(
        sql: "INSERT OR IGNORE INTO server_secrets (name, value) VALUES (?, ?)",
        arguments: [name, Data(fresh)])
      let kept = try Data.fetchOne(
        db, sql: "SELECT value FROM server_secrets WHERE name = ?", arguments: [name])
      return kept.map { Array($0) } ?? fresh
    }
  }

  // MARK: Secrets

  private static var now: Int64 { Int64(Date().timeIntervalSince1970) }

  private static func randomBytes() -> [UInt8] {
    var source = SystemRandomNumberGenerator()
    return (0..<32).map { _ in UInt8.random(in: 0...255, using: &source) }
  }

  private static func randomKey() -> String {
    String(decoding: Digest.hexadecimal(randomBytes()), as: UTF8.self)
  }

  private static func hash(of key: String) -> [UInt8] {
    ByteView.with(Array(key.utf8)) { Digest.bytes(.sha256, of: $0) }
  }

  private static func fingerprint(of hash: Data) -> String {
    String(decoding: Digest.hexadecimal(Array(hash.prefix(6))), as: UTF8.self)
  }

  /// Looks at every byte whatever the first ones say.
  public static func areEqual(_ a: [UInt8], _ b: [UInt8]) -> Bool {
    guard a.count == b.count else { return false }
    var difference: UInt8 = 0
    for index in a.indices { difference |= a[index] ^ b[index] }
    return difference == 0
  }
}
