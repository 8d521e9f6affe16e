import Corpus
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Jobs
import Logging
import Testing
import VirusTotalModel

@testable import HuntServer

/// The server over a real store: rules are compiled, samples hunted, uploads stored.
@Suite struct StoreServerTests {
  private final class Folder: Sendable {
    let path = FileManager.default.temporaryDirectory
      .appendingPathComponent("retrohunt-store-\(UUID().uuidString)").path
    deinit { try? FileManager.default.removeItem(atPath: path) }
  }

  private let folder = Folder()

  private func withServer(
    samples: [(name: String, content: String, date: Int64)] = [],
    _ body: @escaping @Sendable (Caller) async throws -> Void
  ) async throws {
    try fill(samples)
    try await serve(body)
  }

  /// The writer's lock is given back when the store that filled goes, at the end of this.
  private func fill(_ samples: [(name: String, content: String, date: Int64)]) throws {
    let store = try Store(directory: folder.path, mode: .readWrite)
    for sample in samples {
      let ingestor = try store.makeIngestor(corpus: .main, date: sample.date) { _ in }
      var chunks = [Array(sample.content.utf8)]
      try ingestor.add(name: sample.name) { chunks.popLast() }
      try ingestor.finish()
    }
  }

  private func serve(_ body: @escaping @Sendable (Caller) async throws -> Void) async throws {
    let store = try Store(directory: folder.path, mode: .database)
    var configuration = HuntServerConfiguration()
    configuration.port = 0
    configuration.publicURL = "http://hunt.test"
    var logger = Logger(label: "test")
    logger.logLevel = .critical
    let server = try HuntServer(configuration: configuration, store: store, logger: logger)
    let key = try KeyStore(database: store.database).create(user: "ann")
    try await server.application().test(.live) { client in
      try await body(Caller(client: client, key: key))
    }
  }

  private static func creation(_ rules: String, _ more: String = "") throws -> String {
    let text = String(decoding: try JSONEncoder().encode(rules), as: UTF8.self)
    return #"{"rules": \#(text)\#(more)}"#
  }

  private static let samples: [(name: String, content: String, date: Int64)] = [
    ("one.bin", "here is the needle, once", 1000), ("two.bin", "needle needle thread", 2000),
    ("three.bin", "nothing to see", 3000),
  ]

  @Test func huntsTheStore() async throws {
    try await withServer(samples: Self.samples) { ann in
      let rules = """
        rule needle : sewing tool { strings: $a = "needle" condition: $a }
        rule thread { strings: $a = "thread" condition: $a }
        private rule hidden { condition: true }
        rule nothing { condition: false }
        """
      let job = try await ann.finished(
        try await ann.create(try Self.creation(rules))["id"]?.string ?? "")
      let attributes = try #require(job["attributes"])
      #expect(attributes["status"] == "finished")
      #expect(attributes["num_matches"] == 3)
      #expect(attributes["accounting"]?["files"] == 3)
      let files = try await ann.get(
        "/intelligence/retrohunt_jobs/\(job["id"]?.string ?? "")/matching_files")
      let found = files.items.map {
        "\($0["attributes"]?["meaningful_name"]?.string ?? "") \($0["context_attributes"]?["rule_name"]?.string ?? "")"
      }
      #expect(found.sorted() == ["one.bin needle", "two.bin needle", "two.bin thread"])
      let tagged = try #require(
        files.items.first { $0["context_attributes"]?["rule_name"] == "needle" })
      #expect(tagged["context_attributes"]?["rule_tags"] == ["sewing", "tool"])
      let file = try #require(tagged["attributes"])
      for name in ["md5", "sha1", "sha256"] { #expect(file[name]?.string != nil) }
      #expect(file["size"]?.integer != nil && file["last_submission_date"]?.integer != nil)
      let id = tagged["id"]?.string ?? ""
      for digest in [id, file["md5"]?.string ?? "", file["sha1"]?.string ?? ""] {
        #expect(try await ann.get("/files/\(digest)").data["id"]?.string == id)
        let bytes = try await ann.get("/files/\(digest)/download").bytes
        #expect(String(decoding: bytes, as: UTF8.self).contains("needle"))
      }
    }
  }

  @Test func whatBoundsLeaveOutIsListed() async throws {
    try await withServer(samples: Self.samples) { ann in
      let rules = """
        import "console"
        rule noisy {
          strings: $a = "thread"
          condition: $a and for all i in (0..20000) : (console.log(i))
        }
        """
      let job = try await ann.finished(
        try await ann.create(try Self.creation(rules))["id"]?.string ?? "")
      let path = "/intelligence/retrohunt_jobs/\(job["id"]?.string ?? "")"
      #expect(job["attributes"]?["num_matches"] == 1)
      let match = try #require(try await ann.get(path + "/matching_files").items.first)
      let limited = try await ann.get(path + "/limited_files").items
      #expect(limited.map { $0["id"] } == [match["id"]])
      #expect(limited.first?["context_attributes"]?["limit"] == "console")
    }
  }

  @Test func matchesOutsideTheTimeRangeAreCounted() async throws {
    try await withServer(samples: Self.samples) { ann in
      let rules = #"rule needle { strings: $a = "needle" condition: $a }"#
      for (range, inside, outside) in [
        (#"{"start": 1500, "end": 2000}"#, 1, 1), (#"{"start": 2001}"#, 0, 2),
        (#"{"end": 1000}"#, 1, 1), (#"{"start": 1000, "end": 2000}"#, 2, 0),
      ] {
        let created = try await ann.create(
          try Self.creation(rules, #", "time_range": \#(range)"#))
        let attributes = try await ann.finished(created["id"]?.string ?? "")["attributes"]
        #expect(attributes?["num_matches"]?.integer == Int64(inside), "\(range)")
        #expect(
          attributes?["num_matches_outside_time_range"]?.integer == Int64(outside), "\(range)")
      }
    }
  }

  @Test func rulesThatDoNotCompileAreRefusedWithTheirLine() async throws {
    try await withServer { ann in
      for (rules, line) in [
        ("rule a {\n condition: $x }", "line 2"), ("rule a { condition: true", "line 1"),
        ("\n\ninclude \"other.yar\"", "line 3"), ("import \"nothing\"\nrule a { condition: true }", "line 1"),
      ] {
        let answer = try await ann.call(
          .post, "/intelligence/retrohunt_jobs",
          body:
            #"{"data": {"type": "retrohunt_job", "attributes": \#(try Self.creation(rules))}}"#)
        #expect(answer.status == 400 && answer.code == "InvalidArgumentError")
        #expect(answer.message.contains(line), "\(answer.message)")
        #expect(answer.message.contains("error E"), "\(answer.message)")
      }
    }
  }

  @Test func uploadsAreStoredBesideAnotherWriter() async throws {
    try await withServer { ann in
      let form: HTTPFields = [.contentType: "multipart/form-data; boundary=x"]
      let content = String(repeating: "uploaded needle \r\n", count: 100_000)
      let body =
        "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"up.bin\"\r\n\r\n\(content)\r\n--x--\r\n"
      let answer = try await ann.call(.post, "/files", body: body, headers: form)
      #expect(answer.status == 200, "\(answer.json)")
      let item = try await ann.get("/analyses/\(answer.data["id"]?.string ?? "")/item")
      #expect(item.data["attributes"]?["meaningful_name"] == "up.bin")
      #expect(item.data["attributes"]?["times_submitted"] == 1)
      let bytes = try await ann.get("/files/\(item.data["id"]?.string ?? "")/download").bytes
      #expect(bytes == Array(content.utf8))
      // The same again is the same sample.
      let again = try await ann.call(.post, "/files", body: body, headers: form)
      #expect(again.status == 200)
      let known = try await ann.get("/files/\(item.data["id"]?.string ?? "")")
      #expect(known.data["attributes"]?["times_submitted"] == 2)
      // No archive, with a password.
      let wrong = body.replacing(
        "\r\n--x--", with: "\r\n--x\r\nContent-Disposition: form-data; name=\"password\"\r\n\r\np\r\n--x--")
      let plain = try await ann.call(.post, "/files", body: wrong, headers: form)
      #expect(plain.status == 200, "what is no archive is taken as it is")
    }
  }

  @Test func aHuntFindsWhatWasUploadedDuringIt() async throws {
    try await withServer(samples: Self.samples) { ann in
      let form: HTTPFields = [.contentType: "multipart/form-data; boundary=x"]
      _ = try await ann.call(
        .post, "/files",
        body: "--x\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\na new needle\r\n--x--",
        headers: form)
      let job = try await ann.create(
        try Self.creation(#"rule n { strings: $a = "needle" condition: $a }"#))
      let done = try await ann.finished(job["id"]?.string ?? "")
      #expect(done["attributes"]?["num_matches"] == 3)
    }
  }
}
