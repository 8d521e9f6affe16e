import HTTPTypes
import Hummingbird
import HummingbirdCore
import NIOCore
import VirusTotalModel

/// What clients ask of any VirusTotal server, and the two pages for browsers.
struct ServiceRoutes: Sendable {
  let site: Site

  var routes: [Route] {
    [
      Route(.get, "/", access: .open, home),
      Route(.get, "/favicon.ico", access: .open, icon),
      Route(.get, "/api/v3/metadata", metadata),
      Route(.get, "/api/v3/intelligence/hunting_rulesets", rulesets),
    ]
  }

  private struct Metadata: Codable, Sendable {
    struct Named: Codable, Sendable {
      var name: String
      var description: String
    }
    var engines: [String: JSONValue] = [:]
    var privileges: [String] = ["retrohunt", "download-file"]
    var relationships: [String: [Named]]
  }

  @Sendable private func metadata(_ exchange: Exchange) async throws -> Response {
    JSONAnswer.response(
      DataAnswer(
        data: Metadata(relationships: [
          "retrohunt_job": [
            .init(name: "matching_files", description: "Files that match the rules of the job."),
            .init(name: "owner", description: "The user who created the job."),
          ],
          "analysis": [.init(name: "item", description: "The file that was analysed.")],
          "file": [],
          "user": [
            .init(name: "retrohunt_jobs", description: "The retrohunt jobs of the user.")
          ],
        ])))
  }

  /// Livehunt is not offered; connection tests ask for its list, which is empty.
  @Sendable private func rulesets(_ exchange: Exchange) async throws -> Response {
    let page = try PageRequest(
      exchange.query, url: exchange.url("/intelligence/hunting_rulesets"),
      scope: "rulesets", maximum: 40)
    return JSONAnswer.response(
      PageAnswer<Descriptor>(
        data: [], meta: page.meta(count: 0, next: nil), links: page.links(next: nil)))
  }

  @Sendable private func home(_ exchange: Exchange) async throws -> Response {
    let page = """
      <!doctype html>
      <html lang="en"><head><meta charset="utf-8"><title>Retrohunt</title></head>
      <body><h1>Retrohunt</h1><p>This server is running. Its API, compatible with VirusTotal's,
      is at <code>/api/v3</code>.</p></body></html>

      """
    return Response(
      status: .ok,
      headers: [
        .contentType: "text/html; charset=utf-8",
        .contentSecurityPolicy: "default-src 'none'",
        .xContentTypeOptions: "nosniff",
      ], body: ResponseBody(byteBuffer: ByteBuffer(string: page)))
  }

  @Sendable private func icon(_ exchange: Exchange) async throws -> Response {
    let drawing = """
      <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16">\
      <circle cx="7" cy="7" r="5" fill="none" stroke="#36c" stroke-width="2"/>\
      <path d="M7 4v3l2 2M11 11l4 4" fill="none" stroke="#36c" stroke-width="2"/></svg>
      """
    return Response(
      status: .ok,
      headers: [.contentType: "image/svg+xml", .cacheControl: "max-age=86400"],
      body: ResponseBody(byteBuffer: ByteBuffer(string: drawing)))
  }
}
