import Foundation
import Testing

/// Law 3: acknowledged means durable. An ingest of 1,000 files is killed at random moments, begun
/// again and killed again; what it had acknowledged by then is there and intact, byte by byte.
@Suite struct KillTests {
  @Test func killedIngestsLoseNothingAcknowledged() throws {
    let scratch = try Scratch()
    let store = scratch.path("data")
    var random = SystemRandomNumberGenerator()
    let seed = UInt64.random(in: 0...UInt64.max, using: &random)
    print("kill test: seed \(seed)")

    // Sizes from nothing to some hundred kilobytes: together more than one sealed segment.
    var originals: [String: [UInt8]] = [:]
    for index in 0..<1000 {
      let size = index == 0 ? 0 : index % 97 == 0 ? 400_000 : 1000 + (index * 7919) % 70_000
      let bytes = noise(seed: seed &+ UInt64(index), count: size)
      try scratch.write("in/\(index % 10)/\(index)", bytes)
      originals["in/\(index % 10)/\(index)"] = bytes
    }

    var acknowledged: [String: String] = [:]  // digest to path
    var kills = 0
    var finished = false
    var rounds = 0
    while !finished, rounds < 60 {
      rounds += 1
      // The last rounds run to the end: a store that can never be finished is a fault as well.
      let mayKill = rounds <= 40
      let running = try Program.start(["ingest", "--json", "in", "--data", store], folder: scratch.folder)
      if mayKill {
        // From the first moments to somewhere in the middle; short ones hit the start-up and repair.
        let wait = Double.random(in: 0...1, using: &random)
        Thread.sleep(forTimeInterval: wait * wait * 1.5)
        running.send(SIGKILL)
      }
      let outcome = running.wait()
      if outcome.signal != nil { kills += 1 }
      finished = outcome.signal == nil
      if finished { #expect(outcome.status == 0, "\(outcome.errors)") }
      // A line cut by the kill was never read as a whole: nobody was told.
      var lines = outcome.output.split(separator: "\n", omittingEmptySubsequences: false)
      lines.removeLast()
      for line in lines {
        guard let event = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any],
          let digest = event["sha256"] as? String, let path = event["path"] as? String
        else { continue }
        acknowledged[digest] = path
      }
    }
    print("kill test: \(kills) kills in \(rounds) rounds, \(acknowledged.count) acknowledged")
    #expect(finished, "the ingest never came to its end")
    #expect(kills >= 3, "too few kills to say anything")
    #expect(acknowledged.count == 1000)

    let verify = try Program.run(["corpus", "verify", "--json", "--data", store])
    #expect(verify.status == 0, "\(verify.output)")
    let report = try #require(try verify.objects().first)
    #expect(report["files"] as? Int == 1000)

    let export = try Program.run(
      ["corpus", "export", "-q", "--all", "-o", scratch.path("out"), "--data", store])
    #expect(export.status == 0, "\(export.errors)")
    var wrong: [String] = []
    for (digest, path) in acknowledged where try scratch.bytes("out/\(digest)") != originals[path] {
      wrong.append(path)
    }
    #expect(wrong == [])
  }

  @Test func whatWasAcknowledgedBeforeAKillIsThereWithoutAnotherIngest() throws {
    let scratch = try Scratch()
    let store = scratch.path("data")
    for index in 0..<1000 { try scratch.write("in/\(index)", noise(seed: UInt64(index), count: 40_000)) }
    let running = try Program.start(["ingest", "--json", "in", "--data", store], folder: scratch.folder)
    #expect(running.wait { $0.output.utf8.count > 20_000 })
    running.send(SIGKILL)
    let outcome = running.wait()
    var digests: Set<String> = []
    for line in outcome.output.split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
      if let event = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any],
        let digest = event["sha256"] as? String
      { digests.insert(digest) }
    }
    #expect(digests.count > 50)
    // Read at once, by a reader that may not repair anything.
    try scratch.write("all.yar", "rule all { condition: true }")
    let hunt = try Program.run(
      ["hunt", "--json", "all.yar", "--data", store], folder: scratch.folder)
    #expect(hunt.status == 0, "\(hunt.errors)")
    let found = Set(try hunt.objects().compactMap { $0["sha256"] as? String })
    #expect(digests.isSubset(of: found))
    #expect(try Program.run(["corpus", "verify", "--data", store]).status == 0)
  }
}
