import Foundation
import Testing

/// Law 3: acknowledged means durable. An ingest of 1,000 files is killed at random moments, begun
/// again and killed again; what it had acknowledged by then is there and intact, byte by byte.
@Suite(.serialized) struct KillTests {
  let scratch: Scratch
  /// By path as ingest names it.
  var originals: [String: [UInt8]] = [:]

  init() throws {
    scratch = try Scratch()
    // Sizes from nothing to some hundred kilobytes: together more than one sealed segment.
    for index in 0..<1000 {
      let size = index == 0 ? 0 : index % 97 == 0 ? 400_000 : 1000 + (index * 7919) % 70_000
      let bytes = noise(seed: UInt64(index), count: size)
      let path = "in/\(index % 10)/\(index)"
      try scratch.write(path, bytes)
      originals[path] = bytes
    }
    try scratch.write("every.yar", "rule every { condition: filesize >= 0 }")
  }

  private func start(_ store: String) throws -> Program.Running {
    try Program.start(["ingest", "--json", "in", "--data", scratch.path(store)], folder: scratch.folder)
  }

  /// Digest to path of what the output acknowledges. A line cut by the kill was never read as a
  /// whole: nobody was told.
  private func acknowledged(_ output: String) throws -> [String: String] {
    var result: [String: String] = [:]
    for line in output.split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
      if let event = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any],
        let digest = event["sha256"] as? String, let path = event["path"] as? String
      { result[digest] = path }
    }
    return result
  }

  /// Digests of all files that a hunt reads: it may repair nothing.
  private func hunted(_ store: String) throws -> Set<String> {
    let outcome = try Program.run(
      ["hunt", "-q", "--json", "every.yar", "--data", scratch.path(store)], folder: scratch.folder)
    #expect(outcome.status == 0, "\(outcome.errors)")
    let objects = try outcome.objects()
    let summary = try #require(objects.last?["summary"] as? [String: Any])
    #expect((summary["skipped"] as? [Any])?.isEmpty == true, "\(summary)")
    return Set(objects.compactMap { $0["sha256"] as? String })
  }

  private func checkIntact(_ store: String) throws {
    let verify = try Program.run(["corpus", "verify", "--json", "--data", scratch.path(store)])
    #expect(verify.status == 0, "\(verify.output) \(verify.errors)")
  }

  @Test func killedIngestsLoseNothingAcknowledged() throws {
    let seed = UInt64(Date().timeIntervalSince1970 * 1000)
    var random = SeededRandom(state: seed)
    // How long an ingest takes here and now: kills fall anywhere in it.
    let began = Date()
    #expect(try start("whole").wait().status == 0)
    let duration = Date().timeIntervalSince(began)

    var kills = 0
    for round in 0..<8 {
      let store = "store\(round)"
      var known: [String: String] = [:]
      for _ in 0..<4 {
        let running = try start(store)
        Thread.sleep(forTimeInterval: Double.random(in: 0...duration * 0.7, using: &random))
        running.send(SIGKILL)
        let outcome = running.wait()
        if outcome.signal == nil { break }
        kills += 1
        known.merge(try acknowledged(outcome.output)) { $1 }
        // Nothing may be missing before the next writer repairs anything.
        if !known.isEmpty {
          let found = try hunted(store)
          #expect(found.isSuperset(of: known.keys), "seed \(seed), round \(round)")
        }
      }
      let last = try start(store).wait()
      #expect(last.status == 0, "seed \(seed), round \(round): \(last.errors)")
      #expect(try acknowledged(last.output).count == 1000)
      try checkIntact(store)
      let export = try Program.run(
        ["corpus", "export", "-q", "--all", "-o", scratch.path("out\(round)"), "--data", scratch.path(store)])
      #expect(export.status == 0, "\(export.errors)")
      var wrong: [String] = []
      for (digest, path) in try acknowledged(last.output)
      where try scratch.bytes("out\(round)/\(digest)") != originals[path] { wrong.append(path) }
      #expect(wrong == [], "seed \(seed), round \(round)")
      try? FileManager.default.removeItem(at: scratch.url("out\(round)"))
      try? FileManager.default.removeItem(at: scratch.url(store))
    }
    print("kill test: seed \(seed), \(kills) kills")
    #expect(kills >= 4, "too few kills to say anything")
  }

  @Test func whatWasAcknowledgedBeforeAKillIsThereAtOnce() throws {
    let running = try start("data")
    #expect(running.wait { $0.output.utf8.count > 10_000 })
    running.send(SIGKILL)
    let known = try acknowledged(running.wait().output)
    #expect(known.count > 20)
    #expect(try hunted("data").isSuperset(of: known.keys))
    try checkIntact("data")
  }
}

struct SeededRandom: RandomNumberGenerator {
  var state: UInt64
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
