import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdCore
import Jobs
import NIOCore
import VirusTotalModel

/// `/files/{id}` and what hangs below it; the id is a SHA-256, SHA-1 or MD5 in either case.
struct FileRoutes: Sendable {
  let site: Site

  var routes: [Route] {
    [
      Route(.get, "/api/v3/files/:id", read),
      Route(.get, "/api/v3/files/:id/download", download),
      Route(.get, "/api/v3/files/:id/download_url", downloadURL),
      Route(.get, "/api/v3/downloads/:id/:expiring/:signature", access: .open, signedDownload),
    ]
  }

  /// A file as the API shows it; without attributes for one that has left the store. Every
  /// relationship asked for is there, empty: a store of samples knows none.
  static func object(
    _ attributes: FileAttributes?, id: String, _ exchange: Exchange
  ) -> APIObject<FileAttributes> {
    guard let attributes else {
      return APIObject(
        type: FileAttributes.type, id: id,
        error: ErrorBody(
          code: APIError.Code.notFound.rawValue, message: "File \"\(id)\" not found"))
    }
    let url = exchange.url("/files/\(attributes.sha256)")
    var relationships: [String: Relationship]?
    for name in exchange.query.relationships {
      let name = Query.encoded(name)
      relationships = relationships ?? [:]
      relationships?[name] = Relationship(
        data: .many([]),
        links: Links(own: "\(url)/relationships/\(name)", related: "\(url)/\(name)"))
    }
    return APIObject(
      type: FileAttributes.type, id: attributes.sha256, links: Links(own: url),
      attributes: attributes, relationships: relationships)
  }

  @Sendable private func read(_ exchange: Exchange) async throws -> Response {
    let file = try await site.file(exchange.parameter("id"))
    return JSONAnswer.response(DataAnswer(data: Self.object(file, id: file.sha256, exchange)))
  }

  @Sendable private func download(_ exchange: Exchange) async throws -> Response {
    try await bytes(of: try await site.file(exchange.parameter("id")), exchange)
  }

  @Sendable private func downloadURL(_ exchange: Exchange) async throws -> Response {
    let file = try await site.file(exchange.parameter("id"))
    let expiring = site.jobs.now + URLSigner.lifetime
    let signature = site.signer.signature(of: "download \(file.sha256)", expiring: expiring)
    return JSONAnswer.response(
      DataAnswer(data: exchange.url("/downloads/\(file.sha256)/\(expiring)/\(signature)")))
  }

  /// The way of a signed URL: no key is needed.
  @Sendable private func signedDownload(_ exchange: Exchange) async throws -> Response {
    let id = exchange.parameter("id")
    guard let expiring = Int64(exchange.parameter("expiring")),
      site.signer.admits(
        exchange.parameter("signature"), purpose: "download \(id)", expiring: expiring,
        now: site.jobs.now)
    else { throw APIError(.forbidden, "The download URL is not valid or has expired") }
    return try await bytes(of: try await site.file(id), exchange)
  }

  /// Never compressed: clients would not undo it.
  private func bytes(of file: FileAttributes, _ exchange: Exchange) async throws -> Response {
    guard file.size <= Int64(Int32.max) else {
      throw APIError(.forbidden, "The file is too large to be downloaded")
    }
    let size = Int(file.size)
    let samples = site.samples
    let headers: HTTPFields = [
      .contentType: "application/octet-stream",
      .contentDisposition: "attachment; filename=\"\(file.sha256)\"",
      .contentLength: "\(size)",
      .cacheControl: "no-store",
      .xContentTypeOptions: "nosniff",
    ]
    guard exchange.request.method != .head else { return Response(status: .ok, headers: headers) }
    let permits = try await site.downloadGate.take(max(size, 1))
    do {
      guard let bytes = try await site.blocking({ try samples.bytes(sha256: file.sha256) }) else {
        throw APIError.notFound("File \"\(file.sha256)\"")
      }
      // Given back when the last of body and response goes, also when nobody ever reads it.
      let lease = GateLease(gate: site.downloadGate, permits: permits)
      return Response(
        status: .ok, headers: headers,
        body: ResponseBody(contentLength: bytes.count) { writer in
          var start = 0
          while start < bytes.count {
            let end = min(start + (256 << 10), bytes.count)
            try await writer.write(ByteBuffer(bytes: bytes[start..<end]))
            start = end
          }
          try await writer.finish(nil)
          lease.touch()
        })
    } catch {
      await site.downloadGate.give(permits)
      throw error
    }
  }
}

/// Gives permits back when it goes.
private final class GateLease: Sendable {
  private let gate: Gate
  private let permits: Int

  init(gate: Gate, permits: Int) {
    self.gate = gate
    self.permits = permits
  }

  deinit { Task { [gate, permits] in await gate.give(permits) } }

  /// Keeps the lease alive to this point.
  func touch() {}
}
