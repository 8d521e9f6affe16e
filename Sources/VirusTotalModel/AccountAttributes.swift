/// How much of an allowance is used.
public struct Quota: Codable, Sendable, Hashable {
  public var used: Int64
  public var allowed: Int64
  public init(used: Int64, allowed: Int64) {
    self.used = used
    self.allowed = allowed
  }
}

/// A quota as `overall_quotas` shows it.
public struct OverallQuota: Codable, Sendable, Hashable {
  public var user: Quota
  public init(user: Quota) { self.user = user }
}

/// The attributes of a `user`.
public struct UserAttributes: Codable, Sendable, Hashable {
  public static let type = "user"

  public struct Privilege: Codable, Sendable, Hashable {
    public var granted: Bool
    public init(granted: Bool) { self.granted = granted }
  }

  public var status: String
  public var userSince: Int64?
  public var quotas: [String: Quota]
  public var privileges: [String: Privilege]

  public init(
    status: String, userSince: Int64?, quotas: [String: Quota], privileges: [String: Privilege]
  ) {
    self.status = status
    self.userSince = userSince
    self.quotas = quotas
    self.privileges = privileges
  }

  enum CodingKeys: String, CodingKey {
    case status, quotas, privileges
    case userSince = "user_since"
  }
}

/// The attributes of an `analysis`: what became of an upload.
public struct AnalysisAttributes: Codable, Sendable, Hashable {
  public static let type = "analysis"

  public var date: Int64
  /// `queued`, `in-progress` or `completed`.
  public var status: String
  public var stats: FileAttributes.AnalysisStats
  public var results: [String: JSONValue]

  public init(date: Int64, status: String) {
    self.date = date
    self.status = status
    stats = .init()
    results = [:]
  }
}

/// The attributes of a `zip_file`: a bundle of samples in the making.
public struct ZipFileAttributes: Codable, Sendable, Hashable {
  public static let type = "zip_file"

  /// `starting`, `creating`, `finished`, `timeout`, `error-starting` or `error-creating`.
  public var status: String
  /// 0 to 1.
  public var progress: Double
  public var filesOK: Int
  public var filesError: Int

  public init(status: String, progress: Double, filesOK: Int, filesError: Int) {
    self.status = status
    self.progress = progress
    self.filesOK = filesOK
    self.filesError = filesError
  }

  enum CodingKeys: String, CodingKey {
    case status, progress
    case filesOK = "files_ok"
    case filesError = "files_error"
  }
}
