import Foundation
import OracleSupport
import Testing

/// The server as a process: VirusTotal's own client against it, signals, and what a restart keeps.
@Suite struct ServeTests {
  let scratch: Scratch
  let store: String

  init() throws {
    scratch = try Scratch()
    store = scratch.path("data")
  }

  private struct Server {
    let running: Program.Running
    let url: String
  }

  private func serve(_ options: [String] = []) throws -> Server {
    let running = try Program.start(
      ["serve", "--json", "--listen", "127.0.0.1:0", "--data", store] + options)
    #expect(running.wait { $0.output.contains("\n") }, "\(running.errors)")
    let line = running.output.split(separator: "\n").first.map(String.init) ?? ""
    let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
    return Server(running: running, url: try #require(object?["listening"] as? String))
  }

  private func key(_ user: String = "ana") throws -> String {
    let outcome = try Program.run(["keys", "create", user, "--data", store])
    #expect(outcome.status == 0, "\(outcome.errors)")
    return try #require(outcome.lines.first)
  }

  /// Status and body of a request made by curl's everyday cousin, Foundation.
  private func request(_ method: String, _ url: String, key: String?, body: String? = nil) throws -> (
    status: Int, json: [String: Any]
  ) {
    let script = """
      import json, sys, urllib.request, urllib.error
      request = urllib.request.Request(sys.argv[2], method=sys.argv[1])
      if sys.argv[3]: request.add_header("x-apikey", sys.argv[3])
      if sys.argv[4]:
          request.data = sys.argv[4].encode()
          request.add_header("content-type", "application/json")
      try:
          answer = urllib.request.urlopen(request, timeout=30)
          print(answer.status, answer.read().decode())
      except urllib.error.HTTPError as error:
          print(error.code, error.read().decode())
      """
    let file = try scratch.write("request.py", script)
    let process = Process()
    let output = scratch.url("answer-\(UUID().uuidString)")
    try Data().write(to: output)
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["python3", file.path, method, url, key ?? "", body ?? ""]
    process.standardOutput = try FileHandle(forWritingTo: output)
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    let text = String(decoding: try Data(contentsOf: output), as: UTF8.self)
    let parts = text.split(separator: " ", maxSplits: 1)
    let status = try #require(parts.first.flatMap { Int($0) }, "no answer: \(text)")
    let json = parts.count > 1 ? try JSONSerialization.jsonObject(with: Data(parts[1].utf8)) : [:]
    return (status, json as? [String: Any] ?? [:])
  }

  private let jobs = "/api/v3/intelligence/retrohunt_jobs"

  private func body(_ rules: String) throws -> String {
    let object: [String: Any] = [
      "data": ["type": "retrohunt_job", "attributes": ["rules": rules, "corpus": "main"]]
    ]
    return String(decoding: try JSONSerialization.data(withJSONObject: object), as: UTF8.self)
  }

  private func attributes(_ json: [String: Any]) throws -> [String: Any] {
    let data = try #require(json["data"] as? [String: Any], "\(json)")
    return try #require(data["attributes"] as? [String: Any])
  }

  private func follow(_ id: String, _ server: Server, key: String) throws -> [String: Any] {
    for _ in 0..<600 {
      let attributes = try attributes(request("GET", server.url + jobs + "/" + id, key: key).json)
      if ["finished", "aborted"].contains(attributes["status"] as? String) { return attributes }
      Thread.sleep(forTimeInterval: 0.1)
    }
    return [:]
  }

  @Test(.enabled(if: Oracle.isWanted)) func virusTotalsClientIsServed() throws {
    let server = try serve()
    let key = try key()
    let process = Process()
    let output = scratch.url("client")
    try Data().write(to: output)
    process.executableURL = URL(filePath: Oracle.python)
    process.arguments = [Oracle.root.appending(path: "Tests/Clients/drive_server.py").path]
    process.environment = ProcessInfo.processInfo.environment.merging(
      ["RETROHUNT_SERVER": server.url, "RETROHUNT_APIKEY": key]) { $1 }
    process.standardOutput = try FileHandle(forWritingTo: output)
    process.standardError = try FileHandle(forWritingTo: output)
    try process.run()
    process.waitUntilExit()
    let said = String(decoding: try Data(contentsOf: output), as: UTF8.self)
    #expect(process.terminationStatus == 0, "\(said)")
    #expect(said.split(separator: "\n").last == "ok", "\(said)")
    server.running.send(SIGTERM)
    #expect(server.running.wait(limit: 60).status == 0)
  }

  @Test func aJobOutlivesAKillAndGoesOn() throws {
    for index in 0..<200 { try scratch.write("in/\(index)", "hello \(index)") }
    #expect(try Program.run(["ingest", "in", "--data", store], folder: scratch.folder).status == 0)
    let key = try key()
    let first = try serve()
    let created = try request(
      "POST", first.url + jobs, key: key,
      body: body("rule hello { strings: $a = \"hello\" condition: $a }"))
    #expect(created.status == 200, "\(created.json)")
    let id = try #require((created.json["data"] as? [String: Any])?["id"] as? String)
    first.running.send(SIGKILL)
    _ = first.running.wait()

    let second = try serve()
    let end = try follow(id, second, key: key)
    #expect(end["status"] as? String == "finished")
    #expect(end["num_matches"] as? Int == 200)
    #expect(end["progress"] as? Int == 100)
    let files = try request("GET", second.url + jobs + "/" + id + "/matching_files?limit=40", key: key)
    #expect(files.status == 200)
    #expect((files.json["data"] as? [Any])?.count == 40)
    second.running.send(SIGINT)
    #expect(second.running.wait(limit: 60).status == 0)
  }

  @Test func badRequestsAreAnsweredAndNothingIsCreated() throws {
    let key = try key()
    let other = try self.key("bob")
    let server = try serve()
    let url = server.url + jobs
    #expect(try request("GET", url, key: nil).status == 401)
    #expect(try request("GET", url, key: "wrong").status == 401)
    #expect(try request("GET", server.url + "/nosuch", key: key).status == 404)
    #expect(try request("GET", url + "/ana-1", key: key).status == 404)
    for text in ["", "{", "[]", "{\"data\": 7}", "{\"data\": {\"type\": \"file\"}}",
      "{\"data\": {\"type\": \"retrohunt_job\", \"attributes\": {\"rules\": 7}}}"]
    where !text.isEmpty {
      let answer = try request("POST", url, key: key, body: text)
      #expect(answer.status == 400, "\(text)")
      #expect((answer.json["error"] as? [String: Any])?["code"] is String, "\(text)")
    }
    let broken = try request("POST", url, key: key, body: body("rule a {\n condition: $x }"))
    #expect(broken.status == 400)
    let message = (broken.json["error"] as? [String: Any])?["message"] as? String ?? ""
    #expect(message.contains("2"), "the line is told: \(message)")
    let include = try request("POST", url, key: key, body: body("include \"/etc/passwd\"\nrule a { condition: true }"))
    #expect(include.status == 400)
    let list = try request("GET", url, key: key)
    #expect((list.json["data"] as? [Any])?.isEmpty == true)

    // A job of one user is not there for another.
    let created = try request("POST", url, key: key, body: body("rule a { condition: false }"))
    let id = try #require((created.json["data"] as? [String: Any])?["id"] as? String)
    #expect(try request("GET", url + "/" + id, key: other).status == 404)
    #expect(try request("DELETE", url + "/" + id, key: other).status == 404)
    #expect(try request("GET", url + "/" + id, key: key).status == 200)

    // A revoked key opens nothing any more, at once.
    #expect(try Program.run(["keys", "revoke", "bob", "--data", store]).status == 0)
    #expect(try request("GET", url, key: other).status == 401)
    server.running.send(SIGTERM)
    #expect(server.running.wait(limit: 60).status == 0)
  }

  @Test func anAddressInUseIsAFailure() throws {
    let server = try serve()
    let address = String(server.url.dropFirst("http://".count))
    let second = try Program.run(["serve", "--listen", address, "--data", store], limit: 60)
    #expect(second.status == 2)
    #expect(second.errors.contains("error: "))
    server.running.send(SIGTERM)
    #expect(server.running.wait(limit: 60).status == 0)
  }

  @Test func keysAreShownOnceAndNeverStored() throws {
    let key = try key()
    #expect(key.count >= 32)
    let list = try Program.run(["keys", "list", "--json", "--data", store])
    #expect(list.status == 0)
    #expect(!list.output.contains(key))
    #expect(try list.objects().first?["user"] as? String == "ana")
    for name in try FileManager.default.subpathsOfDirectory(atPath: store) {
      guard let data = try? Data(contentsOf: URL(filePath: store + "/" + name)) else { continue }
      #expect(data.range(of: Data(key.utf8)) == nil, "\(name)")
    }
    #expect(try Program.run(["keys", "revoke", "nobody", "--data", store]).status == 1)
  }
}
