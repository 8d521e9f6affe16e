import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdCore
import Jobs
import NIOCore
import VirusTotalModel

/// Uploads and their analyses. There is no engine to wait for: an analysis is completed as soon as
/// its sample is in the store. Its id says all about it, `f-{sha256}-{second}`.
struct UploadRoutes: Sendable {
  let site: Site
  /// What multipart may add to the file.
  private static let overhead = 64 << 10

  var routes: [Route] {
    [
      Route(.get, "/api/v3/files/upload_url", uploadURL),
      Route(.post, "/api/v3/files", uploadDirectly),
      Route(.post, "/api/v3/uploads/:ticket/:expiring/:signature", access: .open, uploadByTicket),
      Route(.post, "/api/v3/files/:id/analyse", analyse),
      Route(.get, "/api/v3/analyses/:id", analysis),
      Route(.get, "/api/v3/analyses/:id/item", item),
    ]
  }

  // MARK: Uploads

  @Sendable private func uploadURL(_ exchange: Exchange) async throws -> Response {
    var random = SystemRandomNumberGenerator()
    let ticket = Hexadecimal.text((0..<16).map { _ in UInt8.random(in: 0...255, using: &random) })
    let expiring = site.jobs.now + URLSigner.lifetime
    let signature = site.signer.signature(of: "upload \(ticket)", expiring: expiring)
    return JSONAnswer.response(
      DataAnswer(data: exchange.url("/uploads/\(ticket)/\(expiring)/\(signature)")))
  }

  @Sendable private func uploadDirectly(_ exchange: Exchange) async throws -> Response {
    try await upload(exchange, limit: site.configuration.directUploadBytes)
  }

  /// The way of an upload URL: no key is needed, and it works once.
  @Sendable private func uploadByTicket(_ exchange: Exchange) async throws -> Response {
    let ticket = exchange.parameter("ticket")
    guard let expiring = Int64(exchange.parameter("expiring")),
      site.signer.admits(
        exchange.parameter("signature"), purpose: "upload \(ticket)", expiring: expiring,
        now: site.jobs.now)
    else { throw APIError(.forbidden, "The upload URL is not valid or has expired") }
    guard site.uploadTickets.use(ticket, expiring: expiring, now: site.jobs.now) else {
      throw APIError(.forbidden, "The upload URL has been used")
    }
    return try await upload(exchange, limit: site.configuration.uploadBytes)
  }

  private func upload(_ exchange: Exchange, limit: Int) async throws -> Response {
    try exchange.refuseDeclaredLength(above: limit + Self.overhead)
    guard let contentType = exchange.request.headers[.contentType],
      let boundary = MultipartParser.boundary(ofContentType: contentType)
    else {
      throw APIError(.badRequest, "An upload is multipart/form-data with a boundary")
    }
    let sha256 = try await site.uploadGate.pass {
      let samples = site.samples
      let upload = try await site.blocking { try samples.beginUpload() }
      defer { upload.discard() }
      let form = UploadForm(boundary: boundary, upload: upload, limit: limit)
      let pace = Pace()
      for try await part in exchange.request.body {
        try await site.blocking { try form.feed(part) }
        try pace.check(received: part.readableBytes)
      }
      return try await site.blocking { try form.finish() }
    }
    return JSONAnswer.response(DataAnswer(data: descriptor(sha256, exchange)))
  }

  private func descriptor(_ sha256: String, _ exchange: Exchange) -> APIObject<NoAttributes> {
    let id = "f-\(sha256)-\(site.jobs.now)"
    return APIObject(
      type: AnalysisAttributes.type, id: id, links: Links(own: exchange.url("/analyses/\(id)")))
  }

  // MARK: Analyses

  @Sendable private func analyse(_ exchange: Exchange) async throws -> Response {
    let file = try await site.file(exchange.parameter("id"))
    return JSONAnswer.response(DataAnswer(data: descriptor(file.sha256, exchange)))
  }

  /// The file and the date that an analysis id stands for.
  private func analysed(_ exchange: Exchange) async throws -> (file: FileAttributes, date: Int64) {
    let parts = exchange.parameter("id").split(separator: "-")
    guard parts.count == 3, parts[0] == "f", parts[1].utf8.count == 64,
      let date = Int64(parts[2]), date >= 0
    else { throw APIError.notFound("Analysis") }
    return (try await site.file(String(parts[1])), date)
  }

  @Sendable private func analysis(_ exchange: Exchange) async throws -> Response {
    let (file, date) = try await analysed(exchange)
    let id = "f-\(file.sha256)-\(date)"
    let url = exchange.url("/analyses/\(id)")
    var relationships: [String: Relationship]?
    if exchange.query.relationships.contains("item") {
      relationships = [
        "item": Relationship(
          data: .one(.init(type: FileAttributes.type, id: file.sha256)),
          links: Links(own: url + "/relationships/item", related: url + "/item"))
      ]
    }
    return JSONAnswer.response(
      DataAnswer(
        data: APIObject(
          type: AnalysisAttributes.type, id: id, links: Links(own: url),
          attributes: AnalysisAttributes(date: date, status: "completed"),
          relationships: relationships)))
  }

  @Sendable private func item(_ exchange: Exchange) async throws -> Response {
    let file = try await analysed(exchange).file
    return JSONAnswer.response(
      DataAnswer(data: FileRoutes.object(file, id: file.sha256, exchange)))
  }
}

/// The form of one upload while it streams in: part `file` goes to the store's spool, the field
/// `password` is kept, others are passed over. Used by one request, one call at a time.
private final class UploadForm: @unchecked Sendable {
  private enum Part { case file, password, other }

  private var parser: MultipartParser
  private let upload: any SampleUpload
  private let limit: Int
  private var part = Part.other
  private var hasFile = false
  private var fileBytes = 0
  private var filename: String?
  private var password: [UInt8] = []
  private static let passwordLimit = 1024

  init(boundary: String, upload: any SampleUpload, limit: Int) {
    parser = MultipartParser(boundary: boundary)
    self.upload = upload
    self.limit = limit
  }

  func feed(_ buffer: ByteBuffer) throws {
    do {
      try parser.feed(buffer.readableBytesView) { try take($0) }
    } catch let error as MultipartParser.Malformed {
      throw APIError(.badRequest, error.reason)
    }
  }

  private func take(_ event: MultipartParser.Event) throws {
    switch event {
    case .part(let header):
      switch header.name {
      case "file":
        guard !hasFile else { throw APIError(.badRequest, "The form has two files") }
        hasFile = true
        filename = header.filename
        part = .file
      case "password": part = .password
      default: part = .other
      }
    case .bytes(let bytes):
      switch part {
      case .file:
        fileBytes += bytes.count
        guard fileBytes <= limit else { throw APIError.tooLarge(limit: limit) }
        try upload.append(bytes)
      case .password:
        password += bytes
        guard password.count <= Self.passwordLimit else {
          throw APIError(.badRequest, "The password is too long")
        }
      case .other: break
      }
    case .endOfPart: part = .other
    case .end: break
    }
  }

  /// Stores the sample; gives its SHA-256.
  func finish() throws -> String {
    do { try parser.finish() } catch let error as MultipartParser.Malformed {
      throw APIError(.badRequest, error.reason)
    }
    guard hasFile else { throw APIError(.badRequest, "The form has no part \"file\"") }
    return try upload.finish(
      name: filename.flatMap { $0.isEmpty ? nil : $0 },
      password: password.isEmpty ? nil : String(decoding: password, as: UTF8.self))
  }
}

/// Refuses uploads that trickle: after a minute, at least 1 KiB a second on average.
private final class Pace: @unchecked Sendable {
  private let begin = ContinuousClock.now
  private var received = 0

  func check(received bytes: Int) throws {
    received += bytes
    let seconds = Int((ContinuousClock.now - begin).components.seconds)
    guard seconds > 60, received / seconds < 1024 else { return }
    throw APIError(.badRequest, "The request body came too slowly", detail: .bodyTooSlow)
  }
}
