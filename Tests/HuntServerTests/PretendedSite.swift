import Bytes
import Foundation
import GRDB
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Jobs
import Logging
import Synchronization
import Testing
import VirusTotalModel

@testable import HuntServer

/// Samples in memory. The sample of digest `d` has the content "content of d".
final class PretendedLibrary: SampleLibrary {
  let files = Mutex<[String: [UInt8]]>([:])
  let passwords = Mutex<[String?]>([])
  let refusal = Mutex<SampleRefused?>(nil)

  func add(_ sha256: String, _ bytes: [UInt8]) { files.withLock { $0[sha256] = bytes } }
  func remove(_ sha256: String) { files.withLock { $0[sha256] = nil } }

  func sample(digest: String) throws -> FileAttributes? {
    let digest = digest.lowercased()
    return files.withLock { files in
      files.first { $0.key == digest || $0.key.prefix(digest.utf8.count) == digest }
        .map { attributes($0.key, $0.value) }
    }
  }

  private func attributes(_ sha256: String, _ bytes: [UInt8]) -> FileAttributes {
    var attributes = FileAttributes(sha256: sha256, size: Int64(bytes.count))
    attributes.sha1 = String(sha256.prefix(40))
    attributes.md5 = String(sha256.prefix(32))
    return attributes
  }

  func samples(sha256: [String]) throws -> [String: FileAttributes] {
    files.withLock { files in
      var found: [String: FileAttributes] = [:]
      for digest in sha256 {
        if let bytes = files[digest] { found[digest] = attributes(digest, bytes) }
      }
      return found
    }
  }

  func bytes(sha256: String) throws -> [UInt8]? { files.withLock { $0[sha256] } }

  func beginUpload() throws -> any SampleUpload {
    if let refusal = refusal.withLock({ $0 }) { throw refusal }
    return Upload(library: self)
  }

  final class Upload: SampleUpload {
    let library: PretendedLibrary
    let bytes = Mutex<[UInt8]>([])
    init(library: PretendedLibrary) { self.library = library }
    func append(_ more: [UInt8]) throws { bytes.withLock { $0 += more } }
    func finish(name: String?, password: String?) throws -> String {
      let content = bytes.withLock { $0 }
      // Not a digest, but as good a name for a test.
      let sum = content.reduce(UInt64(1)) { $0 &* 31 &+ UInt64($1) }
      let name = String(format: "%016lx", sum) + String(repeating: "a", count: 48)
      library.add(name, content)
      library.passwords.withLock { $0.append(password) }
      return name
    }
    func discard() {}
  }
}

/// Hunts with three units; rules named in the text match made-up files.
final class PretendedHunter: Hunter {
  let matches: Int
  let release = Mutex(true)
  init(matches: Int) { self.matches = matches }

  func check(rules: String) throws -> Int {
    if rules.contains("!") {
      throw RulesRefused(message: "line 3, column 5: E101 unexpected character \"!\"")
    }
    return rules.split(separator: " ").count { $0 == "rule" }
  }

  func open(_ order: HuntOrder) throws -> any OpenHunt { Open(hunter: self) }

  struct Open: OpenHunt {
    let hunter: PretendedHunter
    func plan() throws -> [PlannedUnit] {
      (0..<3).map { PlannedUnit(unit: "u\($0)", files: 10, bytes: 100) }
    }
    func explanation() throws -> String { #"{"plans":[{"rule":"r"}]}"# }

    func run(unit: String, cancellation: Cancellation) throws -> UnitOutcome {
      while !hunter.release.withLock({ $0 }), !cancellation.isCancelled {
        Thread.sleep(forTimeInterval: 0.002)
      }
      guard unit == "u0" else {
        return UnitOutcome(files: 10, prunedByIndex: 10, scannedBytes: 2_000_000_000)
      }
      return UnitOutcome(
        files: 10, prunedByIndex: 8, scannedFiles: 1, scannedBytes: 2_000_000_000,
        skipped: [SkippedSample(sha256: digest(999), reason: "larger than 100 MB")],
        limited: [
          LimitedSample(sha256: digest(0), limit: "console", message: "too much"),
          LimitedSample(
            sha256: digest(0), limit: "matches", rule: "r0", string: "$a", message: "too often"),
        ],
        matches: (0..<hunter.matches).map {
          FoundMatch(sha256: digest($0), rule: "r\($0 % 2)", tags: ["tag"])
        })
    }
  }
}

func digest(_ number: Int) -> String { String(format: "%064x", number) }

/// A server over a database of its own, with a runner.
final class PretendedSite: Sendable {
  let folder: URL
  let library = PretendedLibrary()
  let hunter: PretendedHunter
  let keys: KeyStore
  let server: HuntServer
  let annKey: String
  let bobKey: String

  init(
    matches: Int = 5, runs: Bool = true,
    _ change: (inout HuntServerConfiguration) -> Void = { _ in }
  ) throws {
    folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("retrohunt-server-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let pool = try DatabasePool(path: folder.appendingPathComponent("test.sqlite").path)
    var configuration = HuntServerConfiguration()
    configuration.port = 0
    configuration.publicURL = "http://hunt.test"
    change(&configuration)
    hunter = PretendedHunter(matches: matches)
    for number in 0..<max(matches, 1) {
      library.add(digest(number), Array("content of \(number)".utf8))
    }
    keys = try KeyStore(database: pool)
    annKey = try keys.create(user: "ann")
    bobKey = try keys.create(user: "bob")
    var logger = Logger(label: "test")
    logger.logLevel = .critical
    let store = try JobStore(database: pool, limits: configuration.limits, slots: 2)
    let signal = RunnerSignal()
    server = try HuntServer(
      configuration: configuration,
      jobs: JobQueue(store: store, hunter: hunter, signal: signal), keys: keys,
      samples: library,
      runner: runs
        ? LocalRunner(store: store, hunter: hunter, signal: signal, threads: 2, logger: logger)
        : nil,
      logger: logger)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  /// Runs `body` with a client; requests carry Ann's key unless told otherwise.
  func test(
    _ setup: TestingSetup = .router, _ body: @escaping @Sendable (Caller) async throws -> Void
  ) async throws {
    try await server.application().test(setup) { client in
      try await body(Caller(client: client, key: self.annKey))
    }
  }
}

/// Calls with a key; answers as JSON.
struct Caller: Sendable {
  let client: any TestClientProtocol
  let key: String?

  struct Answer: Sendable {
    let status: Int
    let headers: HTTPFields
    let body: ByteBuffer
    let json: JSONValue

    var code: String? { json["error"]?["code"]?.string }
    var message: String { json["error"]?["message"]?.string ?? "" }
    var data: JSONValue { json["data"] ?? .null }
    var items: [JSONValue] { json["data"]?.array ?? [] }
    var bytes: [UInt8] { Array(body.readableBytesView) }
  }

  func with(key: String?) -> Caller { Caller(client: client, key: key) }

  func call(
    _ method: HTTPRequest.Method, _ path: String, body: String? = nil,
    headers: HTTPFields = [:]
  ) async throws -> Answer {
    try await call(method, path, body: body.map { ByteBuffer(string: $0) }, headers: headers)
  }

  func call(
    _ method: HTTPRequest.Method, _ path: String, body: ByteBuffer?, headers: HTTPFields = [:]
  ) async throws -> Answer {
    var headers = headers
    if let key { headers[.apiKey] = key }
    let path = path.hasPrefix("http://hunt.test") ? String(path.dropFirst(16)) : path
    let response = try await client.executeRequest(
      uri: path.hasPrefix("/") && !path.hasPrefix("/api") && path != "/" && path != "/favicon.ico"
        && !path.hasPrefix("//") && !path.hasPrefix("/x") ? "/api/v3" + path : path,
      method: method, headers: headers, body: body)
    let data = Data(response.body.readableBytesView)
    let isJSON = response.headers[.contentType]?.hasPrefix("application/json") == true
    let json = isJSON && !data.isEmpty ? try JSONDecoder().decode(JSONValue.self, from: data) : .null
    return Answer(
      status: response.status.code, headers: response.headers, body: response.body, json: json)
  }

  func get(_ path: String) async throws -> Answer { try await call(.get, path) }

  func create(_ attributes: String = #"{"rules": "rule a"}"#) async throws -> JSONValue {
    let answer = try await call(
      .post, "/intelligence/retrohunt_jobs",
      body: #"{"data": {"type": "retrohunt_job", "attributes": \#(attributes)}}"#)
    #expect(answer.status == 200, "\(answer.json)")
    checkShape(ofJob: answer.data)
    return answer.data
  }

  /// Reads the job until it is over.
  func finished(_ id: String) async throws -> JSONValue {
    try #require(!id.isEmpty)
    for _ in 0..<3000 {
      let job = try await get("/intelligence/retrohunt_jobs/\(id)").data
      checkShape(ofJob: job)
      let status = job["attributes"]?["status"]?.string ?? ""
      if status == "finished" || status == "aborted" { return job }
      try await Task.sleep(for: .milliseconds(10))
    }
    Issue.record("job \(id) does not end")
    return .null
  }
}

extension HTTPField.Name {
  static let apiKey = HTTPField.Name("x-apikey") ?? .authorization
}

/// The rules of shape that hold for a job object in every status, by the published definition and
/// by what clients rely on.
func checkShape(ofJob job: JSONValue, strict: Bool = false) {
  guard case .object(let members) = job, case .object(let attributes)? = members["attributes"]
  else {
    Issue.record("no job object: \(job)")
    return
  }
  #expect(job["type"] == "retrohunt_job")
  let id = job["id"]?.string ?? ""
  #expect(id.firstMatch(of: #/^\w+-\d+$/#) != nil)
  #expect(
    job["links"]?["self"]?.string
      == "http://hunt.test/api/v3/intelligence/retrohunt_jobs/\(id)")
  #expect(!attributes.values.contains(.null), "a member is null")
  for name in ["rules", "corpus", "status"] { #expect(attributes[name]?.string != nil, "\(name)") }
  for name in [
    "creation_date", "scanned_bytes", "num_matches", "num_matches_outside_time_range", "progress",
  ] {
    #expect(attributes[name]?.integer != nil, "\(name)")
  }
  #expect(["main", "goodware"].contains(attributes["corpus"]?.string))
  #expect((0...100).contains(attributes["progress"]?.integer ?? -1))
  let status = attributes["status"]?.string.flatMap(JobStatus.init(rawValue:))
  #expect(status != nil)
  if let status {
    #expect((attributes["eta_seconds"]?.integer != nil) == (status == .running))
    #expect((attributes["finish_date"]?.integer != nil) == status.isOver)
    if [.queued, .starting].contains(status) { #expect(attributes["start_date"] == nil) }
    if [.running, .aborting, .finished].contains(status) {
      #expect(attributes["start_date"]?.integer != nil)
    }
    if status == .finished { #expect(attributes["progress"] == 100) }
  }
  if let range = attributes["time_range"] {
    #expect(range["start"]?.integer != nil && range["end"]?.integer != nil)
  }
  if strict {
    for (name, value) in attributes {
      if let number = value.integer { #expect(number <= 2_147_483_647, "\(name)") }
    }
  }
}
