import Foundation
import Testing

@Suite struct ScanTests {
  let scratch: Scratch

  init() throws {
    scratch = try Scratch()
    try scratch.write(
      "rules.yar",
      """
      private rule helper { condition: filesize > 0 }
      rule greeting : polite short {
        meta:
          author = "nobody"
          level = 3
          sure = true
        strings:
          $hello = "hello"
          $bytes = { 00 FF }
          $secret = "world" private
          $key = "attack" xor(1-255)
        condition:
          helper and ($hello or $bytes or $key) and #secret >= 0
      }
      rule numbers { strings: $n = /year [0-9]{4,}/ condition: $n }
      """)
    try scratch.write("files/a.txt", "say hello world")
    try scratch.write("files/b.bin", [0x00, 0xFF] + "attack".utf8.map { $0 ^ 0x20 })
    try scratch.write("files/below/c.txt", "the year 2026")
    try scratch.write("files/none.txt", "nothing here")
    try scratch.write("files/empty", [])
  }

  private func scan(_ options: [String], _ path: String = "files") throws -> Program.Outcome {
    try Program.run(["scan"] + options + ["rules.yar", path], folder: scratch.folder)
  }

  @Test func printsRuleAndPath() throws {
    let outcome = try scan(["-p", "1"])
    #expect(outcome.status == 0)
    #expect(
      outcome.lines == [
        "greeting files/a.txt", "greeting files/b.bin", "numbers files/below/c.txt",
      ])
    #expect(outcome.errors == "")
  }

  @Test func printsTagsMetaNamespaceAndStrings() throws {
    let outcome = try scan(["-g", "-m", "-e", "-s"], "files/a.txt")
    #expect(outcome.status == 0)
    let lines = outcome.lines
    #expect(lines.count == 2)
    #expect(lines.first?.hasPrefix("default:greeting [polite,short] [author=\"nobody\",level=3,sure=true]") == true)
    #expect(lines.last?.hasPrefix("0x4:$hello: hello") == true)
  }

  @Test func aReportServesTheModuleThatItIsFor() throws {
    try scratch.write(
      "cuckoo.yar",
      #"import "cuckoo" rule called { condition: cuckoo.network.http_get(/evil/) == 1 }"#)
    try scratch.write(
      "report.json", #"{"network": {"http": [{"uri": "http://evil/", "method": "GET"}]}}"#)
    try scratch.write("damaged.json", "{")
    func scan(_ options: [String]) throws -> Program.Outcome {
      try Program.run(["scan"] + options + ["cuckoo.yar", "files/a.txt"], folder: scratch.folder)
    }
    #expect(try scan(["-x", "cuckoo=report.json"]).lines == ["called files/a.txt"])
    #expect(try scan([]).lines == [])
    for wrong in ["cuckoo=damaged.json", "cuckoo=absent.json", "pe=report.json", "report.json"] {
      let outcome = try scan(["-x", wrong])
      #expect(outcome.status == 1, "\(wrong)")
      #expect(outcome.errors.hasPrefix("error: "), "\(wrong)")
    }
  }

  @Test func filtersByTagAndIdentifier() throws {
    #expect(try scan(["-p", "1", "-t", "polite"]).lines.count == 2)
    #expect(try scan(["-p", "1", "-i", "numbers"]).lines == ["numbers files/below/c.txt"])
    #expect(try scan(["-t", "nosuch"]).lines == [])
  }

  @Test func printsAnObjectForEveryFileAsJSON() throws {
    let outcome = try scan(["--json", "-p", "1"])
    #expect(outcome.status == 0)
    let objects = try outcome.objects()
    #expect(objects.compactMap { $0["path"] as? String } == [
      "files/a.txt", "files/b.bin", "files/below/c.txt", "files/empty", "files/none.txt",
    ])
    let rules = try #require(objects[0]["rules"] as? [[String: Any]])
    #expect(rules.count == 1)
    #expect(Set(rules[0].keys) == ["identifier", "namespace", "tags", "meta", "strings"])
    #expect(rules[0]["identifier"] as? String == "greeting")
    #expect(rules[0]["namespace"] as? String == "default")
    #expect(rules[0]["tags"] as? [String] == ["polite", "short"])
    let meta = try #require(rules[0]["meta"] as? [String: Any])
    #expect(meta["author"] as? String == "nobody")
    #expect(meta["level"] as? Int == 3)
    #expect(meta["sure"] as? Bool == true)
    let strings = try #require(rules[0]["strings"] as? [[String: Any]])
    // The private pattern and the private rule are left out.
    #expect(strings.count == 1)
    #expect(strings[0]["identifier"] as? String == "$hello")
    #expect(strings[0]["offset"] as? Int == 4)
    #expect(strings[0]["length"] as? Int == 5)
    #expect(strings[0]["data"] as? String == "68656c6c6f")
    #expect(strings[0]["xor_key"] == nil)

    let xored = try #require(objects[1]["rules"] as? [[String: Any]])
    let found = try #require(xored.first?["strings"] as? [[String: Any]])
    #expect(found.contains { $0["identifier"] as? String == "$key" && $0["xor_key"] as? Int == 0x20 && $0["offset"] as? Int == 2 })
    for object in objects.dropFirst(3) { #expect((object["rules"] as? [Any])?.isEmpty == true) }
  }

  @Test func dataHoldsAtMost64Bytes() throws {
    try scratch.write("long.yar", "rule long { strings: $a = /a{100}/ condition: $a }")
    try scratch.write("long.txt", String(repeating: "a", count: 100))
    let outcome = try Program.run(["scan", "--json", "long.yar", "long.txt"], folder: scratch.folder)
    let rules = try #require(try outcome.objects().first?["rules"] as? [[String: Any]])
    let strings = try #require(rules.first?["strings"] as? [[String: Any]])
    #expect(strings.first?["length"] as? Int == 100)
    #expect((strings.first?["data"] as? String)?.count == 128)
  }

  @Test func threadsFindTheSame() throws {
    for index in 0..<200 { try scratch.write("many/\(index)", index % 3 == 0 ? "hello \(index)" : "\(index)") }
    let one = try scan(["-p", "1"], "many")
    let four = try scan(["-p", "4"], "many")
    #expect(one.lines.count == 67)
    #expect(one.lines.sorted() == four.lines.sorted())
    // One thread gives the order of names, twice the same.
    #expect(try scan(["-p", "1"], "many").lines == one.lines)
  }

  @Test func recursesUnlessToldNot() throws {
    let outcome = try scan(["--no-recurse", "-p", "1"])
    #expect(outcome.lines == ["greeting files/a.txt", "greeting files/b.bin"])
  }

  @Test func linksInFoldersAreNotFollowed() throws {
    try FileManager.default.createSymbolicLink(
      atPath: scratch.path("files/loop"), withDestinationPath: scratch.path("files"))
    try FileManager.default.createSymbolicLink(
      atPath: scratch.path("files/link"), withDestinationPath: scratch.path("files/a.txt"))
    #expect(try scan(["-p", "1"]).lines.count == 3)
    // One that is named is.
    #expect(try scan([], "files/link").lines == ["greeting files/link"])
  }

  @Test func externalVariablesAreTyped() throws {
    try scratch.write(
      "external.yar",
      "rule external { condition: number == 7 and flag and word == \"seven\" and ratio > 0.5 }")
    let arguments = ["-d", "number=7", "-d", "flag=true", "-d", "word=seven", "-d", "ratio=0.75"]
    let outcome = try Program.run(
      ["scan"] + arguments + ["external.yar", "files/a.txt"], folder: scratch.folder)
    #expect(outcome.lines == ["external files/a.txt"])
    let missing = try Program.run(["scan", "external.yar", "files/a.txt"], folder: scratch.folder)
    #expect(missing.status == 1)
    #expect(missing.errors.contains("number"))
  }

  @Test func severalRuleFilesAndIncludes() throws {
    try scratch.write("more/first.yar", "include \"second.yar\"\nrule first { condition: second }")
    try scratch.write("more/second.yar", "rule second { condition: filesize == 13 }")
    let outcome = try Program.run(
      ["scan", "-p", "1", "more/first.yar", "rules.yar", "files/below/c.txt"], folder: scratch.folder)
    #expect(outcome.status == 0)
    #expect(Set(outcome.lines) == ["second files/below/c.txt", "first files/below/c.txt", "numbers files/below/c.txt"])
  }

  @Test func aNamedPathThatCannotBeReadIsWrongInput() throws {
    let outcome = try Program.run(["scan", "rules.yar", "files/a.txt", "nosuch"], folder: scratch.folder)
    #expect(outcome.status == 1)
    #expect(outcome.errors.contains("nosuch"))
    // The rest was scanned.
    #expect(outcome.lines == ["greeting files/a.txt"])
  }

  @Test func whatCannotBeReadInAFolderIsToldAndDoesNotSpoilTheScan() throws {
    // A FIFO cannot be scanned, by root either; reading it would hang.
    #expect(try tool(["mkfifo", "files/pipe"], in: scratch.folder) == 0)
    let outcome = try scan(["-p", "1"])
    #expect(outcome.status == 0)
    #expect(outcome.lines.count == 3)
    #expect(outcome.errors.contains("files/pipe"))
  }

  @Test func hostileNamesDoNotSteerTheTerminal() throws {
    try scratch.write("names/\u{1b}[31mred\nhello", "hello")
    let outcome = try scan([], "names")
    #expect(!outcome.output.contains("\u{1b}"))
    #expect(outcome.lines.count == 1)
    let json = try scan(["--json"], "names").objects()
    #expect(json.first?["path"] as? String == "names/\u{1b}[31mred\nhello")
  }

  @Test func aReaderThatGoesAwayEndsTheScanQuietly() throws {
    for index in 0..<3000 { try scratch.write("crowd/\(index)", "hello") }
    let shell = Process()
    shell.executableURL = URL(filePath: "/bin/sh")
    shell.arguments = ["-c", "\"\(Program.path)\" scan -q rules.yar crowd 2>errors | head -n 1 >first"]
    shell.currentDirectoryURL = scratch.folder
    try shell.run()
    shell.waitUntilExit()
    #expect(shell.terminationStatus == 0)
    #expect(String(decoding: try scratch.bytes("errors"), as: UTF8.self) == "")
    #expect(String(decoding: try scratch.bytes("first"), as: UTF8.self).hasPrefix("greeting crowd/"))
  }

  @Test func interruptEndsAScanThatWouldRunOn() throws {
    // Rules that visit every byte many times, over enough data for hours.
    try scratch.write(
      "slow.yar", "rule slow { condition: for all i in (0..filesize - 1) : ( for all k in (0..filesize - 1) : ( uint8(i) + uint8(k) >= 0 ) ) }")
    try scratch.write("big/one", noise(seed: 1, count: 4 << 20))
    for index in 0..<3000 { try scratch.write("big/small\(index)", "x") }
    for _ in 0..<2 {
      let running = try Program.start(
        ["scan", "--timeout", "0", "-p", "2", "slow.yar", "big"], folder: scratch.folder)
      Thread.sleep(forTimeInterval: 0.5)
      running.send(SIGINT)
      let outcome = running.wait(limit: 60)
      #expect(outcome.signal == nil, "it had to be killed")
      #expect(outcome.status == 130)
    }
  }

  @Test func aFileThatTakesTooLongIsGivenUpAndTheRestScanned() throws {
    try scratch.write(
      "slow.yar", "rule slow { condition: filesize > 100 and for all i in (0..filesize - 1) : ( for all k in (0..filesize - 1) : ( uint8(i) + uint8(k) >= 0 ) ) } rule every { condition: true }")
    try scratch.write("some/a", "x")
    try scratch.write("some/slow", noise(seed: 1, count: 4 << 20))
    try scratch.write("some/z", "x")
    let outcome = try Program.run(
      ["scan", "--timeout", "1", "-p", "1", "slow.yar", "some"], folder: scratch.folder)
    #expect(outcome.status == 0)
    #expect(outcome.lines == ["every some/a", "every some/z"])
    #expect(outcome.errors.contains("some/slow"))
  }
}
