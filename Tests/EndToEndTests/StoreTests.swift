import Foundation
import Testing

/// Ingest, hunt and the care of the store.
@Suite struct StoreTests {
  let scratch: Scratch
  let store: String

  init() throws {
    scratch = try Scratch()
    store = scratch.path("data")
    try scratch.write("r.yar", "rule hello { strings: $a = \"hello\" condition: $a }\nrule big { condition: filesize > 1000 }")
  }

  private func run(_ arguments: [String], input: [UInt8] = []) throws -> Program.Outcome {
    try Program.run(arguments + ["--data", store], input: input, folder: scratch.folder)
  }

  private func summary(_ outcome: Program.Outcome) throws -> [String: Any] {
    try #require(try outcome.objects().last?["summary"] as? [String: Any])
  }

  /// Names of the files that a rule matched.
  private func hunted(_ options: [String] = [], rule: String = "hello") throws -> Set<String> {
    let outcome = try run(["hunt", "--json"] + options + ["r.yar"])
    #expect(outcome.status == 0, "\(outcome.errors)")
    var names: Set<String> = []
    for object in try outcome.objects().dropLast() {
      let rules = try #require(object["rules"] as? [[String: Any]])
      if rules.contains(where: { $0["identifier"] as? String == rule }) {
        names.formUnion(object["names"] as? [String] ?? [])
      }
    }
    return names
  }

  @Test func ingestTwiceStoresOnce() throws {
    try scratch.write("in/a", "hello")
    try scratch.write("in/b/c", "hello there")
    try scratch.write("in/b/copy", "hello")
    let first = try run(["ingest", "--json", "in"])
    #expect(first.status == 0)
    #expect(try summary(first)["added"] as? Int == 2)
    #expect(try summary(first)["duplicates"] as? Int == 1)
    let second = try run(["ingest", "--json", "in"])
    #expect(try summary(second)["added"] as? Int == 0)
    #expect(try summary(second)["duplicates"] as? Int == 3)
    let text = try run(["ingest", "in"])
    #expect(text.status == 0)
    #expect(text.output.contains("0 added"))
    #expect(try hunted() == ["a", "copy", "c"])
  }

  @Test func eachEventNamesTheSample() throws {
    try scratch.write("in/a", "hello")
    let event = try #require(try run(["ingest", "--json", "in/a"]).objects().first)
    #expect(event["event"] as? String == "added")
    #expect(event["path"] as? String == "in/a")
    #expect(event["size"] as? Int == 5)
    #expect(event["sha256"] as? String == "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824")
  }

  @Test func exportGivesBackTheSameBytes() throws {
    let bytes = noise(seed: 9, count: 700_000) + [UInt8](repeating: 0, count: 300_000)
    try scratch.write("in/sample", bytes)
    let event = try #require(try run(["ingest", "--json", "in/sample"]).objects().first)
    let digest = try #require(event["sha256"] as? String)
    let outcome = try run(["corpus", "export", "-o", "out", digest])
    #expect(outcome.status == 0)
    #expect(try scratch.bytes("out/\(digest)") == bytes)
    // Never over an existing file.
    #expect(try run(["corpus", "export", "-o", "out", digest]).status != 0)
  }

  @Test func samplesAtRestAreMasked() throws {
    try scratch.write("in/sample", "X5-a-harmless-line-that-a-scanner-would-look-for")
    #expect(try run(["ingest", "in"]).status == 0)
    for name in try FileManager.default.subpathsOfDirectory(atPath: store) {
      guard let data = try? Data(contentsOf: URL(filePath: store + "/" + name)) else { continue }
      #expect(data.range(of: Data("X5-a-harmless-line".utf8)) == nil, "\(name)")
    }
  }

  @Test func standardInputIsOneSample() throws {
    #expect(try run(["ingest", "--name", "piped", "-"], input: Array("hello from a pipe".utf8)).status == 0)
    #expect(try hunted() == ["piped"])
  }

  @Test func anEmptyFileIsASample() throws {
    try scratch.write("in/empty", [])
    #expect(try summary(run(["ingest", "--json", "in"]))["added"] as? Int == 1)
    try scratch.write("r.yar", "rule hello { condition: filesize == 0 }")
    #expect(try hunted() == ["empty"])
  }

  @Test func archivesAreOpened() throws {
    try scratch.write("box/one", "hello one")
    try scratch.write("box/two", "two")
    #expect(try tool(["zip", "-q", "-r", "plain.zip", "box"], in: scratch.folder) == 0)
    #expect(try tool(["zip", "-q", "-r", "-P", "infected", "locked.zip", "box"], in: scratch.folder) == 0)
    #expect(try summary(run(["ingest", "--json", "plain.zip"]))["added"] as? Int == 2)
    let locked = try summary(run(["ingest", "--json", "locked.zip"]))
    #expect(locked["duplicates"] as? Int == 2)
    #expect(try hunted().count == 1)
  }

  @Test func anArchiveWithAnotherPasswordIsKeptAndTold() throws {
    try scratch.write("box/one", "hello one")
    #expect(try tool(["zip", "-q", "-r", "-P", "tomato", "locked.zip", "box"], in: scratch.folder) == 0)
    let refused = try run(["ingest", "--json", "locked.zip"])
    #expect(try refused.objects().contains { $0["event"] as? String == "skipped" })
    #expect(try hunted() == [])
    let opened = try run(["ingest", "--json", "--password", "tomato", "locked.zip"])
    #expect(opened.status == 0)
    #expect(try hunted().count == 1)
  }

  @Test func namesInArchivesAreLabels() throws {
    // `zip` strips nothing that stands in the list, when made by a library: by Python here.
    try scratch.write(
      "make.py",
      """
      import zipfile
      z = zipfile.ZipFile("evil.zip", "w")
      z.writestr("../../../../escaped.txt", "hello up")
      z.writestr("/absolute.txt", "hello root")
      """)
    #expect(try tool(["python3", "make.py"], in: scratch.folder) == 0)
    #expect(try summary(run(["ingest", "--json", "evil.zip"]))["added"] as? Int == 2)
    #expect(try hunted().count == 2)
    #expect(!FileManager.default.fileExists(atPath: scratch.path("../escaped.txt")))
    #expect(!FileManager.default.fileExists(atPath: "/absolute.txt"))
  }

  @Test func aZipBombIsStopped() throws {
    try scratch.write(
      "make.py",
      """
      import zipfile
      z = zipfile.ZipFile("bomb.zip", "w", zipfile.ZIP_DEFLATED)
      with z.open("zeroes", "w", force_zip64=True) as f:
          for i in range(600): f.write(bytes(1 << 20))
      """)
    #expect(try tool(["python3", "make.py"], in: scratch.folder) == 0)
    let outcome = try run(["ingest", "--json", "bomb.zip"])
    #expect(outcome.signal == nil)
    #expect(try outcome.objects().contains { $0["reason"] as? String == "archive-limit" })
  }

  @Test func corporaAreApart() throws {
    try scratch.write("bad", "hello bad")
    try scratch.write("good", "hello good")
    #expect(try run(["ingest", "bad"]).status == 0)
    #expect(try run(["ingest", "--corpus", "goodware", "good"]).status == 0)
    #expect(try hunted() == ["bad"])
    #expect(try hunted(["--corpus", "goodware"]) == ["good"])
    let statistics = try #require(try run(["corpus", "stats", "--json"]).objects().first)
    let corpora = try #require(statistics["corpora"] as? [String: [String: Any]])
    #expect(corpora["main"]?["files"] as? Int == 1)
    #expect(corpora["goodware"]?["files"] as? Int == 1)
  }

  @Test func datesNarrowAHunt() throws {
    try scratch.write("old", "hello old")
    try scratch.write("new", "hello new")
    #expect(try run(["ingest", "--date", "2020-05-01", "old"]).status == 0)
    #expect(try run(["ingest", "--date", "2025-05-01T12:00:00Z", "new"]).status == 0)
    #expect(try hunted(["--after", "2024-01-01"]) == ["new"])
    #expect(try hunted(["--before", "2024-01-01"]) == ["old"])
    #expect(try hunted(["--before", "2020-05-01"]) == ["old"])
    #expect(try hunted(["--after", "2020-05-02", "--before", "2025-04-30"]) == [])
    #expect(try hunted() == ["old", "new"])
  }

  @Test func everythingIsAccountedFor() throws {
    for index in 0..<50 { try scratch.write("in/\(index)", index % 5 == 0 ? "hello \(index)" : "other \(index)") }
    #expect(try run(["ingest", "in"]).status == 0)
    for options in [[], ["--no-index"], ["-p", "1"]] {
      let outcome = try run(["hunt", "--json"] + options + ["r.yar"])
      let account = try summary(outcome)
      #expect(account["files"] as? Int == 50)
      let skipped = try #require(account["skipped"] as? [Any])
      let parts = ["pruned_by_index", "pruned_by_facts", "scanned_files"].compactMap { account[$0] as? Int }
      #expect(parts.reduce(skipped.count, +) == 50)
      #expect(account["matches"] as? Int == 10)
      #expect(account["scanned_bytes"] is Int)
      #expect(account["seconds"] is Double)
      #expect(try outcome.objects().count == 11)
    }
  }

  @Test func aLimitStopsAHunt() throws {
    for index in 0..<50 { try scratch.write("in/\(index)", "hello \(index)") }
    #expect(try run(["ingest", "in"]).status == 0)
    let outcome = try run(["hunt", "--json", "--limit", "7", "r.yar"])
    #expect(outcome.status == 0)
    #expect(try outcome.objects().count == 8)
  }

  @Test func huntSaysAsMuchAsScan() throws {
    try scratch.write("in/a", "well, hello there")
    #expect(try run(["ingest", "in"]).status == 0)
    let hunt = try #require(try run(["hunt", "--json", "r.yar"]).objects().first)
    let scan = try #require(
      try Program.run(["scan", "--json", "r.yar", "in/a"], folder: scratch.folder).objects().first)
    let huntRules = try #require(hunt["rules"] as? NSArray)
    #expect(huntRules == scan["rules"] as? NSArray)
    #expect(hunt["size"] as? Int == 17)
    #expect((hunt["sha256"] as? String)?.count == 64)
  }

  @Test func includesAreNotForHunts() throws {
    try scratch.write("in/a", "hello")
    #expect(try run(["ingest", "in"]).status == 0)
    try scratch.write("i.yar", "include \"r.yar\"\nrule a { condition: true }")
    let outcome = try run(["hunt", "i.yar"])
    #expect(outcome.status == 1)
    #expect(outcome.errors.contains("include"))
  }

  @Test func removedSamplesAreGone() throws {
    try scratch.write("in/a", "hello one")
    try scratch.write("in/b", "hello two")
    let events = try run(["ingest", "--json", "in"]).objects()
    let digest = try #require(events.first?["sha256"] as? String)
    #expect(try run(["corpus", "remove", digest]).status == 0)
    #expect(try hunted() == ["b"])
    #expect(try run(["corpus", "remove", digest]).status == 1)
    #expect(try run(["corpus", "export", "-o", "out", digest]).status == 1)
    #expect(try run(["corpus", "verify"]).status == 0)
    #expect(try run(["corpus", "compact"]).status == 0)
    #expect(try run(["corpus", "verify"]).status == 0)
    #expect(try hunted() == ["b"])
    // And may come back.
    #expect(try summary(run(["ingest", "--json", "in/a"]))["added"] as? Int == 1)
    #expect(try hunted() == ["a", "b"])
  }

  @Test func damageIsNamedAndTheRestStaysUsable() throws {
    // Enough that a segment is sealed.
    for index in 0..<40 { try scratch.write("in/\(index)", noise(seed: UInt64(index), count: 1 << 20) + Array("hello".utf8)) }
    #expect(try run(["ingest", "in"]).status == 0)
    #expect(try run(["corpus", "verify"]).status == 0)
    let segments = try FileManager.default.contentsOfDirectory(atPath: store + "/segments")
      .filter { $0.hasSuffix(".pack") }
    let pack = try #require(segments.first, "nothing was sealed")
    let path = store + "/segments/" + pack
    let file = try FileHandle(forUpdating: URL(filePath: path))
    let size = try file.seekToEnd()
    try file.seek(toOffset: size / 2)
    let old = try #require(try file.read(upToCount: 64))
    try file.seek(toOffset: size / 2)
    try file.write(contentsOf: Data(old.map { ~$0 }))
    try file.close()

    let verify = try run(["corpus", "verify", "--json"])
    #expect(verify.status == 2)
    let report = try #require(try verify.objects().first)
    #expect(report["intact"] as? Bool == false)
    #expect((report["damages"] as? [String])?.count == 1)

    let hunt = try run(["hunt", "--json", "r.yar"])
    #expect(hunt.status == 0)
    let account = try summary(hunt)
    let skipped = try #require(account["skipped"] as? [[String: Any]])
    #expect(skipped.count == 1)
    #expect((skipped.first?["sha256"] as? String)?.count == 64)
    #expect(skipped.first?["reason"] as? String != nil)
    #expect(account["scanned_files"] as? Int == 39)
    #expect(try hunt.objects().count == 40)
  }

  @Test func aSecondWriterIsToldToWait() throws {
    try scratch.write("in/a", "hello")
    for index in 0..<400 { try scratch.write("many/\(index)", noise(seed: UInt64(index), count: 200_000)) }
    #expect(try run(["ingest", "in"]).status == 0)
    let first = try Program.start(["ingest", "--json", "many", "--data", store], folder: scratch.folder)
    #expect(first.wait { !$0.output.isEmpty })
    let second = try run(["ingest", "in"])
    let finished = first.wait()
    #expect(finished.status == 0)
    // Either it came after the first had ended, or it was told why not.
    #expect(second.status == 0 || (second.status == 2 && second.errors.contains("error: ")))
    #expect(try run(["corpus", "verify"]).status == 0)
  }

  @Test func readingGoesOnWhileOneWrites() throws {
    try scratch.write("in/a", "hello")
    #expect(try run(["ingest", "in"]).status == 0)
    for index in 0..<300 { try scratch.write("many/\(index)", noise(seed: UInt64(index), count: 200_000)) }
    let writer = try Program.start(["ingest", "many", "--data", store], folder: scratch.folder)
    for _ in 0..<5 { #expect(try hunted().contains("a")) }
    #expect(writer.wait().status == 0)
  }

  @Test func anInterruptedIngestKeepsWhatItAcknowledged() throws {
    for index in 0..<2000 { try scratch.write("many/\(index)", noise(seed: UInt64(index), count: 50_000)) }
    let running = try Program.start(["ingest", "--json", "many", "--data", store], folder: scratch.folder)
    #expect(running.wait { $0.output.utf8.count > 2000 })
    running.send(SIGINT)
    let outcome = running.wait(limit: 60)
    #expect(outcome.signal == nil)
    #expect(outcome.status == 130 || outcome.status == 0)
    let added = try outcome.objects().filter { $0["event"] as? String == "added" }.count
    let statistics = try #require(try run(["corpus", "stats", "--json"]).objects().first)
    let corpora = try #require(statistics["corpora"] as? [String: [String: Any]])
    #expect((corpora["main"]?["files"] as? Int ?? 0) == added)
    #expect(try run(["corpus", "verify"]).status == 0)
  }
}
