import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Jobs
import Testing
import VirusTotalModel

@testable import HuntServer

/// Refusals as a table: request, status, code.
@Suite struct ErrorTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var method: HTTPRequest.Method = .get
    var path: String
    var body: String?
    var key: Key = .ann
    var status: Int
    var code: String
    enum Key: Sendable { case ann, bob, none, wrong, empty }
    var testDescription: String { "\(method) \(path) \(body ?? "") \(key) -> \(status)" }
  }

  private static let jobs = "/intelligence/retrohunt_jobs"
  private static func attributes(_ text: String) -> String {
    #"{"data": {"type": "retrohunt_job", "attributes": \#(text)}}"#
  }

  static let table: [Case] = [
    // Keys.
    Case(path: jobs, key: .none, status: 401, code: "AuthenticationRequiredError"),
    Case(path: jobs, key: .empty, status: 401, code: "AuthenticationRequiredError"),
    Case(path: jobs, key: .wrong, status: 401, code: "WrongCredentialsError"),
    Case(path: "/metadata", key: .none, status: 401, code: "AuthenticationRequiredError"),
    // Routes and methods.
    Case(path: "/nothing/here", status: 404, code: "NotFoundError"),
    Case(path: "/xyz", status: 404, code: "NotFoundError"),
    Case(method: .delete, path: jobs, status: 405, code: "BadRequestError"),
    Case(method: .put, path: jobs + "/{id}", status: 405, code: "BadRequestError"),
    Case(method: .get, path: jobs + "/{id}/abort", status: 405, code: "BadRequestError"),
    Case(method: .post, path: "/metadata", status: 405, code: "BadRequestError"),
    // Creation.
    Case(method: .post, path: jobs, body: "", status: 400, code: "BadRequestError"),
    Case(method: .post, path: jobs, body: "{", status: 400, code: "BadRequestError"),
    Case(method: .post, path: jobs, body: "[1]", status: 400, code: "BadRequestError"),
    Case(method: .post, path: jobs, body: "{}", status: 400, code: "BadRequestError"),
    Case(method: .post, path: jobs, body: "\u{FF}", status: 400, code: "BadRequestError"),
    Case(
      method: .post, path: jobs, body: String(repeating: "[", count: 20_000), status: 400,
      code: "BadRequestError"),
    Case(
      method: .post, path: jobs, body: #"{"data": {"type": "file", "attributes": {"rules": ""}}}"#,
      status: 400, code: "BadRequestError"),
    Case(
      method: .post, path: jobs, body: attributes("{}"), status: 400, code: "BadRequestError"),
    Case(
      method: .post, path: jobs, body: attributes(#"{"rules": 5}"#), status: 400,
      code: "BadRequestError"),
    Case(
      method: .post, path: jobs, body: attributes(#"{"rules": "rule !"}"#), status: 400,
      code: "InvalidArgumentError"),
    Case(
      method: .post, path: jobs, body: attributes(#"{"rules": ""}"#), status: 400,
      code: "InvalidArgumentError"),
    Case(
      method: .post, path: jobs, body: attributes(#"{"rules": "rule", "corpus": "x"}"#),
      status: 400, code: "InvalidArgumentError"),
    Case(
      method: .post, path: jobs,
      body: attributes(#"{"rules": "rule", "time_range": {"start": 2, "end": 1}}"#),
      status: 400, code: "InvalidArgumentError"),
    Case(
      method: .post, path: jobs,
      body: attributes(#"{"rules": "\#(String(repeating: "rule ", count: 301))"}"#),
      status: 400, code: "InvalidArgumentError"),
    Case(
      method: .post, path: jobs,
      body: attributes(#"{"rules": "\#(String(repeating: " ", count: (1 << 20) + 1))"}"#),
      status: 400, code: "InvalidArgumentError"),
    Case(
      method: .post, path: jobs, body: String(repeating: " ", count: (8 << 20) + 1),
      status: 413, code: "BadRequestError"),
    // Unknown and foreign things.
    Case(path: jobs + "/ann-1", status: 404, code: "NotFoundError"),
    Case(path: jobs + "/{id}", key: .bob, status: 404, code: "NotFoundError"),
    Case(path: jobs + "/{id}/matching_files", key: .bob, status: 404, code: "NotFoundError"),
    Case(path: jobs + "/{id}/owner", key: .bob, status: 404, code: "NotFoundError"),
    Case(method: .post, path: jobs + "/{id}/abort", key: .bob, status: 404, code: "NotFoundError"),
    Case(method: .delete, path: jobs + "/{id}", key: .bob, status: 404, code: "NotFoundError"),
    Case(path: jobs + "/{id}/friends", status: 404, code: "NotFoundError"),
    Case(path: jobs + "/{id}/relationships/friends", status: 404, code: "NotFoundError"),
    Case(path: "/users/bob", status: 403, code: "ForbiddenError"),
    Case(path: "/users/bob/retrohunt_jobs", status: 403, code: "ForbiddenError"),
    Case(path: "/users/nobody/overall_quotas", status: 403, code: "ForbiddenError"),
    Case(path: "/files/" + digest(77), status: 404, code: "NotFoundError"),
    Case(path: "/files/abc", status: 404, code: "NotFoundError"),
    Case(path: "/files/" + digest(77) + "/download", status: 404, code: "NotFoundError"),
    Case(path: "/analyses/f-\(digest(77))-5", status: 404, code: "NotFoundError"),
    Case(path: "/analyses/zzz", status: 404, code: "NotFoundError"),
    Case(path: "/downloads/\(digest(0))/99999999999/00", status: 403, code: "ForbiddenError"),
    Case(
      method: .post, path: "/uploads/aa/99999999999/00", status: 403, code: "ForbiddenError"),
    // Queries.
    Case(path: jobs + "?limit=0", status: 400, code: "BadRequestError"),
    Case(path: jobs + "?limit=-1", status: 400, code: "BadRequestError"),
    Case(path: jobs + "?limit=ten", status: 400, code: "BadRequestError"),
    Case(path: jobs + "?limit=", status: 400, code: "BadRequestError"),
    Case(path: jobs + "/{id}/matching_files?limit=0", status: 400, code: "BadRequestError"),
    Case(path: jobs + "?cursor=zz", status: 400, code: "InvalidArgumentError"),
    Case(
      path: jobs + "?cursor=0100000000000000010000000a", status: 400, code: "InvalidArgumentError"),
    Case(
      path: jobs + "/{id}/matching_files?cursor=x", status: 400, code: "InvalidArgumentError"),
    Case(path: jobs + "?filter=status:done", status: 400, code: "InvalidArgumentError"),
    Case(path: jobs + "?filter=name:x", status: 400, code: "InvalidArgumentError"),
    Case(path: jobs + "?filter=finished", status: 400, code: "InvalidArgumentError"),
    Case(path: jobs + "?order=name", status: 400, code: "InvalidArgumentError"),
    // Uploads.
    Case(method: .post, path: "/files", body: "x", status: 400, code: "BadRequestError"),
  ]

  @Test func refusalsAreAsTheContractSays() async throws {
    let site = try PretendedSite(runs: false)
    try await site.test { ann in
      let id = try #require(try await ann.create()["id"]?.string)
      for line in Self.table {
        let caller =
          switch line.key {
          case .ann: ann
          case .bob: ann.with(key: site.bobKey)
          case .none: ann.with(key: nil)
          case .wrong: ann.with(key: String(repeating: "0", count: 64))
          case .empty: ann.with(key: "")
          }
        let answer = try await caller.call(
          line.method, line.path.replacing("{id}", with: id), body: line.body)
        #expect(answer.status == line.status, "\(line.testDescription.prefix(200))")
        #expect(answer.code == line.code, "\(line.testDescription.prefix(200))")
        #expect(!answer.message.isEmpty)
        #expect(answer.headers[.contentType] == "application/json; charset=utf-8")
      }
      // Nothing was created or changed on the way.
      let all = try await ann.get("/intelligence/retrohunt_jobs")
      #expect(all.json["meta"]?["count"] == 1)
      #expect(all.items[0]["attributes"]?["status"] == "starting")
    }
  }

  @Test func textsOfKeysAreTheDocumentedOnes() async throws {
    let site = try PretendedSite(runs: false)
    try await site.test { ann in
      let missing = try await ann.with(key: nil).get("/metadata")
      #expect(missing.message == "X-Apikey header is missing")
      let wrong = try await ann.with(key: "x").get("/metadata")
      #expect(wrong.message == "Wrong API key")
      try site.keys.revoke(user: "bob")
      let revoked = try await ann.with(key: site.bobKey).get("/metadata")
      #expect(revoked.status == 401 && revoked.code == "UserNotActiveError")
    }
  }

  @Test func compileErrorsNameTheLine() async throws {
    try await PretendedSite(runs: false).test { ann in
      let answer = try await ann.call(
        .post, "/intelligence/retrohunt_jobs",
        body: #"{"data": {"type": "retrohunt_job", "attributes": {"rules": "rule !"}}}"#)
      #expect(answer.message.contains("line 3"))
      #expect(answer.message.contains("unexpected character"))
    }
  }

  @Test func theEleventhUnfinishedJobIsTooMany() async throws {
    try await PretendedSite(runs: false).test { ann in
      for _ in 0..<10 { _ = try await ann.create() }
      let answer = try await ann.call(
        .post, "/intelligence/retrohunt_jobs",
        body: #"{"data": {"type": "retrohunt_job", "attributes": {"rules": "rule a"}}}"#)
      #expect(answer.status == 429)
      #expect(answer.code == "QuotaExceededError")
      #expect(answer.headers[.retryAfter] != nil)
    }
  }

  @Test func allowNamesTheMethods() async throws {
    try await PretendedSite(runs: false).test { ann in
      let answer = try await ann.call(.delete, "/intelligence/retrohunt_jobs")
      #expect(answer.headers[.allow] == "POST, GET, HEAD")
    }
  }
}
