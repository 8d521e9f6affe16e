import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import VirusTotalModel

/// One request on its way to its answer, as handlers see it.
struct Exchange: Sendable {
  let request: Request
  /// Values of the `:name` parts of the route's path, percent-decoded.
  let parameters: [String: String]
  let query: Query
  /// Scheme, host and port as the client knows us, without a final slash.
  let origin: String
  /// The user whose key came with the request; empty on routes that need none.
  let user: String
  let logger: Logger

  /// A path parameter of the route.
  func parameter(_ name: String) -> String { parameters[name] ?? "" }

  /// An absolute URL of the API.
  func url(_ path: String) -> String { origin + "/api/v3" + path }

  /// The JSON value of the body. The declared content type does not matter: clients send any.
  /// Throws `APIError` for what is no JSON, too large or too slow.
  func json(limit: Int) async throws -> JSONValue {
    let buffer = try await body(limit: limit)
    do {
      return try JSONDecoder().decode(JSONValue.self, from: Data(buffer.readableBytesView))
    } catch {
      throw APIError(.badRequest, "The request body is not valid JSON")
    }
  }

  /// At most `limit` bytes of body, within 60 s.
  private func body(limit: Int) async throws -> ByteBuffer {
    try refuseDeclaredLength(above: limit)
    let body = request.body
    return try await withThrowingTaskGroup(of: ByteBuffer.self) { group in
      group.addTask {
        var whole = ByteBuffer()
        for try await var part in body {
          guard whole.readableBytes + part.readableBytes <= limit else {
            throw APIError.tooLarge(limit: limit)
          }
          whole.writeBuffer(&part)
        }
        return whole
      }
      group.addTask {
        try await Task.sleep(for: .seconds(60))
        throw APIError(.badRequest, "The request body came too slowly", detail: .bodyTooSlow)
      }
      defer { group.cancelAll() }
      return try await group.next() ?? ByteBuffer()
    }
  }

  func refuseDeclaredLength(above limit: Int) throws {
    if let declared = request.headers[.contentLength].flatMap({ Int($0) }), declared > limit {
      throw APIError.tooLarge(limit: limit)
    }
  }
}

/// The parameters of a query; the first of equal names counts.
struct Query: Sendable, Hashable {
  /// Name and value, decoded, in the order given.
  let items: [(name: String, value: String)]

  init(_ text: String?) {
    items = (text ?? "").split(separator: "&").prefix(64).map { item in
      let parts = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      return (Self.decoded(parts[0]), parts.count > 1 ? Self.decoded(parts[1]) : "")
    }
  }

  subscript(name: String) -> String? { items.first { $0.name == name }?.value }

  /// The names asked for in `relationships=a,b`.
  var relationships: [String] {
    var names: [String] = []
    for name in (self["relationships"] ?? "").split(separator: ",").prefix(32) {
      let name = name.trimmingCharacters(in: .whitespaces)
      if !name.isEmpty, !names.contains(name) { names.append(name) }
    }
    return names
  }

  static func == (a: Self, b: Self) -> Bool {
    a.items.elementsEqual(b.items) { $0.name == $1.name && $0.value == $1.value }
  }
  func hash(into hasher: inout Hasher) {
    for item in items {
      hasher.combine(item.name)
      hasher.combine(item.value)
    }
  }

  /// `+` is a space in a query; what is no valid escape stays as it is.
  private static func decoded(_ text: Substring) -> String {
    let spaced = text.replacing("+", with: " ")
    return spaced.removingPercentEncoding ?? String(spaced)
  }

  /// A value as it may stand in a query.
  static func encoded(_ text: String) -> String {
    text.addingPercentEncoding(withAllowedCharacters: unreserved) ?? ""
  }

  private static let unreserved = CharacterSet(
    charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~:,")
}
