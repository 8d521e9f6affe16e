import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Synchronization
import Testing
import VirusTotalModel

@testable import HuntServer

@Suite struct FileRouteTests {
  private static let boundary = "----x-7"
  private static let form: HTTPFields = [
    .contentType: "multipart/form-data; boundary=\(boundary)"
  ]

  private func body(_ content: String, password: String? = nil) -> String {
    var text =
      "--\(Self.boundary)\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a b\"\r\n"
      + "Content-Type: application/octet-stream\r\n\r\n\(content)\r\n"
    if let password {
      text +=
        "--\(Self.boundary)\r\nContent-Disposition: form-data; name=\"password\"\r\n\r\n\(password)\r\n"
    }
    return text + "--\(Self.boundary)--\r\n"
  }

  @Test func filesByAnyDigest() async throws {
    try await PretendedSite(runs: false).test { ann in
      for name in [digest(4), digest(4).uppercased()] {
        let file = try await ann.get("/files/\(name)")
        #expect(file.status == 200)
        #expect(file.data["id"] == .string(digest(4)))
        #expect(file.data["links"]?["self"] == .string("http://hunt.test/api/v3/files/\(digest(4))"))
      }
      #expect(try await ann.get("/files/" + String(repeating: "0", count: 40)).status == 200)
      #expect(try await ann.get("/files/" + String(repeating: "0", count: 32)).status == 200)
      #expect(try await ann.get("/files/" + String(repeating: "0", count: 31)).status == 404)
    }
  }

  @Test func downloads() async throws {
    try await PretendedSite(runs: false).test { ann in
      let file = try await ann.get("/files/\(digest(2))/download")
      #expect(file.status == 200)
      #expect(file.bytes == Array("content of 2".utf8))
      #expect(file.headers[.contentEncoding] == nil)
      #expect(file.headers[.contentDisposition] == "attachment; filename=\"\(digest(2))\"")
      let url = try #require(try await ann.get("/files/\(digest(2))/download_url").data.string)
      let keyless = ann.with(key: nil)
      for _ in 0..<2 {
        #expect(try await keyless.get(url).bytes == Array("content of 2".utf8))
      }
      #expect(try await ann.get(url).bytes == Array("content of 2".utf8))
      let other = url.replacing(digest(2), with: digest(3))
      #expect(try await keyless.get(other).status == 403)
      #expect(try await keyless.get(String(url.dropLast()) + "x").status == 403)
      let parts = url.split(separator: "/")
      let later = url.replacing(parts[parts.count - 2], with: "99999999999")
      #expect(try await keyless.get(later).status == 403)
    }
  }

  @Test func uploadsBecomeSamples() async throws {
    let site = try PretendedSite(runs: false)
    try await site.test { ann in
      let content = "MZ\r\n--\(Self.boundary)x\r\n\r\nend\r"
      let answer = try await ann.call(
        .post, "/files", body: body(content, password: "infected"), headers: Self.form)
      #expect(answer.status == 200)
      #expect(answer.data["type"] == "analysis")
      let id = try #require(answer.data["id"]?.string)
      #expect(id.firstMatch(of: #/^(f|u)-[0-9a-f]{64}-\d+$/#) != nil)
      #expect(answer.data["links"]?["self"] == .string("http://hunt.test/api/v3/analyses/\(id)"))
      let analysis = try await ann.get("/analyses/\(id)")
      #expect(analysis.data["attributes"]?["status"] == "completed")
      #expect(analysis.data["attributes"]?["stats"]?["malicious"] == 0)
      let item = try await ann.get("/analyses/\(id)/item")
      let sha256 = try #require(item.data["id"]?.string)
      #expect(try await ann.get("/files/\(sha256)/download").bytes == Array(content.utf8))
      #expect(site.library.passwords.withLock { $0 } == ["infected"])
      let again = try await ann.call(.post, "/files/\(sha256)/analyse", body: "")
      #expect(again.data["type"] == "analysis")
    }
  }

  @Test func uploadURLsWorkOnceAndWithoutKey() async throws {
    try await PretendedSite(runs: false).test { ann in
      let url = try #require(try await ann.get("/files/upload_url").data.string)
      let keyless = ann.with(key: nil)
      let first = try await keyless.call(.post, url, body: body("x"), headers: Self.form)
      #expect(first.status == 200)
      let second = try await keyless.call(.post, url, body: body("x"), headers: Self.form)
      #expect(second.status == 403)
    }
  }

  @Test func wrongUploadsAreRefused() async throws {
    let site = try PretendedSite(runs: false) { $0.directUploadBytes = 1000 }
    try await site.test { ann in
      func upload(_ text: String, _ headers: HTTPFields = Self.form) async throws -> Caller.Answer {
        try await ann.call(.post, "/files", body: text, headers: headers)
      }
      #expect(try await upload(body(String(repeating: "x", count: 1000))).status == 200)
      #expect(try await upload(body(String(repeating: "x", count: 1001))).status == 413)
      #expect(try await upload(String(repeating: "x", count: 200_000)).status == 413)
      #expect(try await upload(body("x"), [.contentType: "application/json"]).status == 400)
      #expect(try await upload(body("x"), [.contentType: "multipart/form-data"]).status == 400)
      #expect(try await upload(String(body("x").dropLast(10))).code == "BadRequestError")
      #expect(try await upload("--\(Self.boundary)--").code == "BadRequestError")
      #expect(try await upload("").code == "BadRequestError")
      site.library.refusal.withLock { $0 = SampleRefused(.notAllowed, "read-only") }
      let refused = try await upload(body("x"))
      #expect(refused.status == 403 && refused.code == "ForbiddenError")
    }
  }

  @Test func accountsAndService() async throws {
    let site = try PretendedSite(runs: false)
    try await site.test { ann in
      _ = try await ann.create()
      for name in ["ann", site.annKey] {
        let user = try await ann.get("/users/\(name)")
        #expect(user.data["type"] == "user" && user.data["id"] == "ann")
        let quotas = try await ann.get("/users/\(name)/overall_quotas")
        #expect(
          quotas.data["intelligence_retrohunt_jobs_monthly"]?["user"]?["used"] == 1)
      }
      let metadata = try await ann.get("/metadata")
      #expect(metadata.data["relationships"]?["retrohunt_job"]?.array?.count == 2)
      let rulesets = try await ann.get("/intelligence/hunting_rulesets?limit=1")
      #expect(rulesets.items.isEmpty && rulesets.json["meta"]?["count"] == 0)
      let home = try await ann.with(key: nil).get("/")
      #expect(home.status == 200)
      #expect(home.headers[.contentType]?.hasPrefix("text/html") == true)
      #expect(try await ann.with(key: nil).get("/favicon.ico").status == 200)
    }
  }
}

@Suite struct MultipartParserTests {
  private func events(_ text: String, pieces: Int) throws -> [MultipartParser.Event] {
    var parser = MultipartParser(boundary: "b")
    var events: [MultipartParser.Event] = []
    let bytes = Array(text.utf8)
    for start in stride(from: 0, to: bytes.count, by: pieces) {
      try parser.feed(bytes[start..<min(start + pieces, bytes.count)]) { event in
        if case .bytes(let more) = event, case .bytes(let before)? = events.last {
          events[events.count - 1] = .bytes(before + more)
        } else {
          events.append(event)
        }
      }
    }
    try parser.finish()
    return events
  }

  /// Any cutting of the stream gives the same parts.
  @Test(arguments: 1...40) func cuttingDoesNotMatter(_ pieces: Int) throws {
    let text =
      "preamble\r\n--b\r\nContent-Disposition: form-data; name=file; filename=\"q\\\"x\"\r\n\r\n"
      + "one\r\n--bx? no: \r\n-\r\n\r\n--b  \r\n\r\n\r\n--b\r\nX: y\r\n\r\n\r\n--b--\r\nepilogue"
    #expect(
      try events(text, pieces: pieces) == [
        .part(.init(name: "file", filename: "q\"x")), .bytes(Array("one\r\n--bx? no: \r\n-\r\n".utf8)),
        .endOfPart, .part(.init()), .endOfPart, .part(.init()), .endOfPart, .end,
      ])
  }

  @Test(arguments: [
    ("multipart/form-data; boundary=abc", "abc"),
    ("Multipart/Form-Data; charset=x; Boundary=\"a b;c\"", "a b;c"),
    ("multipart/form-data", nil), ("multipart/form-data; boundary=", nil),
    ("text/plain; boundary=x", nil),
  ]) func boundaries(_ value: String, _ boundary: String?) {
    #expect(MultipartParser.boundary(ofContentType: value) == boundary)
  }

  @Test(arguments: [
    ("form-data; name=\"file\"; filename=\"C:\\dir\\a.exe\"", "C:\\dir\\a.exe"),
    ("form-data; name=file; filename=plain.bin", "plain.bin"),
    ("form-data; filename=\"x\"; filename*=UTF-8''na%C3%AFve", "naïve"),
    ("form-data; name=\"file\"", nil),
  ]) func filenames(_ value: String, _ name: String?) {
    #expect(HeaderParameters(value).filename == name)
  }

  @Test func headersAreBounded() {
    var parser = MultipartParser(boundary: "b")
    #expect(throws: MultipartParser.Malformed.self) {
      for _ in 0..<100 {
        try parser.feed(Array("--b\r\nX: \(String(repeating: "x", count: 1000))".utf8)) { _ in }
      }
    }
  }
}

@Suite struct PageCursorTests {
  @Test func onlyOneReadingOfEachCursor() throws {
    let text = PageCursor.text(position: 0x0102_0304_0506_0708, scope: "a")
    #expect(PageCursor.position(text, scope: "a") == 0x0102_0304_0506_0708)
    #expect(PageCursor.position(text, scope: "b") == nil)
    for index in text.indices {
      var damaged = text
      damaged.replaceSubrange(index...index, with: text[index] == "0" ? "1" : "0")
      #expect(PageCursor.position(damaged, scope: "a") == nil)
    }
    #expect(PageCursor.position(String(text.dropLast()), scope: "a") == nil)
    #expect(PageCursor.position("", scope: "a") == nil)
  }
}
