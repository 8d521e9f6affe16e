import HTTPTypes
import Hummingbird
import HummingbirdCore
import Jobs
import VirusTotalModel

/// `/users/{id}`: the caller's own account, by user id or by API key.
struct UserRoutes: Sendable {
  let site: Site

  var routes: [Route] {
    [
      Route(.get, "/api/v3/users/:user", read),
      Route(.get, "/api/v3/users/:user/overall_quotas", overallQuotas),
    ]
  }

  @Sendable private func read(_ exchange: Exchange) async throws -> Response {
    try await site.requireSelf(exchange)
    return JSONAnswer.response(
      DataAnswer(data: try await site.userObject(exchange.user, exchange)))
  }

  @Sendable private func overallQuotas(_ exchange: Exchange) async throws -> Response {
    try await site.requireSelf(exchange)
    let quotas = try await site.quotas(of: exchange.user).mapValues { OverallQuota(user: $0) }
    return JSONAnswer.response(DataAnswer(data: quotas))
  }
}

extension Site {
  /// What stands for no limit: VirusTotal's quotas are numbers, too.
  private static let unlimited: Int64 = 1_000_000_000

  /// Throws unless the `user` of the path is the caller: by id, or by a key of theirs.
  func requireSelf(_ exchange: Exchange) async throws {
    let named = exchange.parameter("user")
    if named == exchange.user { return }
    if named.utf8.count == 64, case .user(let user) = try await bearer(of: named),
      user == exchange.user
    {
      return
    }
    throw APIError(.forbidden, "You can only see your own account")
  }

  func quotas(of user: String) async throws -> [String: Quota] {
    func quota(_ used: Int64, _ allowed: Int64? = nil) -> Quota {
      Quota(used: used, allowed: allowed ?? Self.unlimited)
    }
    return [
      "api_requests_hourly": quota(0),
      "api_requests_daily": quota(0),
      "api_requests_monthly": quota(0),
      "intelligence_retrohunt_jobs_monthly": quota(
        try await jobs.createdInMonth(owner: user), jobs.limits.jobsPerMonth),
      "intelligence_downloads_monthly": quota(0),
      "intelligence_searches_monthly": quota(0, 0),
      "intelligence_hunting_rules": quota(0, 0),
    ]
  }

  func userObject(
    _ user: String, _ exchange: Exchange
  ) async throws -> APIObject<UserAttributes> {
    let keys = keys
    let since = try await blocking { try keys.user(id: user)?.since }
    return APIObject(
      type: UserAttributes.type, id: user, links: Links(own: exchange.url("/users/\(user)")),
      attributes: UserAttributes(
        status: "active", userSince: since, quotas: try await quotas(of: user),
        privileges: [
          "retrohunt": .init(granted: true), "download-file": .init(granted: true),
          "intelligence": .init(granted: false),
        ]))
  }
}
