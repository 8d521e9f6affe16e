import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdCore
import Jobs
import Logging

/// Takes every request to its route and every error to its answer. Nothing it throws reaches the
/// framework, whose own answers would not be JSON.
struct HuntResponder: HTTPResponder {
  typealias Context = BasicRequestContext

  private let site: Site
  private let routes: RouteTable
  private let logger: Logger

  init(site: Site, logger: Logger) {
    self.site = site
    self.logger = logger
    routes = RouteTable(
      JobRoutes(site: site).routes + UploadRoutes(site: site).routes
        + FileRoutes(site: site).routes + UserRoutes(site: site).routes
        + ServiceRoutes(site: site).routes)
  }

  func respond(to request: Request, context: Context) async throws -> Response {
    var response: Response
    do {
      response = try await answer(request)
    } catch {
      response = ErrorAnswers.response(to: error, logger: logger)
    }
    if request.method == .head { response = response.createHeadResponse() }
    logger.debug(
      "request",
      metadata: [
        "method": "\(request.method)", "path": "\(request.uri.path)",
        "status": "\(response.status.code)",
      ])
    return response
  }

  private func answer(_ request: Request) async throws -> Response {
    let path = PathSegments(request.uri.path)
    let (route, parameters) = try routes.route(request.method, path)
    let user: String
    switch route.access {
    case .key: user = try await authenticated(request)
    case .open: user = ""
    }
    return try await route.handler(
      Exchange(
        request: request, parameters: parameters, query: Query(request.uri.query),
        origin: origin(of: request), user: user, logger: logger))
  }

  /// The user of the request's key; throws what the API has for a missing and a wrong one.
  private func authenticated(_ request: Request) async throws -> String {
    guard let key = request.headers[.apiKey], !key.isEmpty else {
      throw APIError(.authenticationRequired, "X-Apikey header is missing")
    }
    switch try await site.bearer(of: key) {
    case .user(let user): return user
    case .revoked: throw APIError(.userNotActive, "The API key has been revoked")
    case .unknown: throw APIError(.wrongCredentials, "Wrong API key")
    }
  }

  private func origin(of request: Request) -> String {
    if let url = site.configuration.publicURL {
      var url = Substring(url)
      while url.hasSuffix("/") { url = url.dropLast() }
      return String(url)
    }
    var scheme = "http"
    var host = request.head.authority ?? ""
    if site.configuration.trustsForwardedHeaders {
      if request.headers[.forwardedProto]?.lowercased() == "https" { scheme = "https" }
      if let forwarded = request.headers[.forwardedHost], Self.isHost(forwarded) {
        host = forwarded
      }
    }
    if !Self.isHost(host) { host = "\(site.configuration.host):\(site.configuration.port)" }
    return "\(scheme)://\(host)"
  }

  /// Whether the text can be the host and port of a URL: nothing else is put into links.
  private static func isHost(_ text: String) -> Bool {
    !text.isEmpty && text.utf8.count <= 255
      && text.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"),
          UInt8(ascii: ":"), UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "_"):
          true
        default: false
        }
      }
  }
}

extension HTTPField.Name {
  static let apiKey = optional("x-apikey")
  static let forwardedProto = optional("x-forwarded-proto")
  static let forwardedHost = optional("x-forwarded-host")

  private static func optional(_ name: String) -> HTTPField.Name {
    guard let name = HTTPField.Name(name) else { preconditionFailure("\(name) is a field name") }
    return name
  }
}
