import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdCore

/// One way in: a method and a path such as `/api/v3/files/:id`.
struct Route: Sendable {
  enum Access: Sendable { case open, key }
  typealias Handler = @Sendable (Exchange) async throws -> Response

  let method: HTTPRequest.Method
  let path: [String]
  let access: Access
  let handler: Handler

  /// A route of the API; a key is needed unless said otherwise.
  init(
    _ method: HTTPRequest.Method, _ path: String, access: Access = .key,
    _ handler: @escaping Handler
  ) {
    self.method = method
    self.path = path.split(separator: "/").map(String.init)
    self.access = access
    self.handler = handler
  }

  /// The values of the `:name` parts, or nil when the path is another one.
  func parameters(of segments: [String]) -> [String: String]? {
    guard segments.count == path.count else { return nil }
    var values: [String: String] = [:]
    for (pattern, segment) in zip(path, segments) {
      if pattern.hasPrefix(":") {
        values[String(pattern.dropFirst())] = segment
      } else if pattern != segment {
        return nil
      }
    }
    return values
  }
}

/// The parts of a path, percent-decoded; doubled and final slashes do not count.
struct PathSegments: Sendable {
  let segments: [String]
  init(_ path: String) {
    segments = path.split(separator: "/").map { $0.removingPercentEncoding ?? String($0) }
  }
}

/// All routes, the more literal path first. Some forty of them: a linear search costs less than a
/// microsecond, against some 100 for the rest of a request.
struct RouteTable: Sendable {
  private let routes: [Route]

  init(_ routes: [Route]) { self.routes = routes }

  /// A HEAD is answered as a GET without its body. Throws `APIError`: not found, or found with
  /// other methods only.
  func route(
    _ method: HTTPRequest.Method, _ path: PathSegments
  ) throws -> (Route, [String: String]) {
    let wanted: HTTPRequest.Method = method == .head ? .get : method
    var allowed: [String] = []
    for route in routes {
      guard let parameters = route.parameters(of: path.segments) else { continue }
      if route.method == wanted { return (route, parameters) }
      if !allowed.contains(route.method.rawValue) { allowed.append(route.method.rawValue) }
      if route.method == .get { allowed.append("HEAD") }
    }
    guard allowed.isEmpty else {
      throw APIError(
        .badRequest, "Method \(method.rawValue) is not allowed here",
        detail: .methodNotAllowed(allowed: allowed))
    }
    throw APIError.notFound("Resource")
  }
}
