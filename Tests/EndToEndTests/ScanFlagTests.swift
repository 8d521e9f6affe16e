import Foundation
import Testing

/// The options of `scan` and `check` that users of `yara` and `yr` bring along.
@Suite struct ScanFlagTests {
  let scratch: Scratch

  init() throws {
    scratch = try Scratch()
    try scratch.write(
      "rules.yar",
      """
      rule one : red { strings: $a = "hello" condition: $a }
      rule two : red blue { strings: $b = "attack" xor(1-255) condition: $b }
      rule three { condition: filesize > 1000 }
      private rule four { condition: filesize > 1000 }
      """)
    try scratch.write("a.txt", Array("hello ".utf8) + "attack".utf8.map { $0 ^ 0x20 })
    try scratch.write("b.txt", "nothing")
  }

  private func scan(_ arguments: [String]) throws -> Program.Outcome {
    try Program.run(["scan", "-p", "1"] + arguments, folder: scratch.folder)
  }

  @Test func negatedRulesAreThoseThatDoNotMatch() throws {
    #expect(try scan(["-n", "rules.yar", "a.txt"]).lines == ["three a.txt"])
    #expect(try scan(["-n", "-t", "blue", "rules.yar", "b.txt"]).lines == ["two b.txt"])
    let refused = try scan(["-n", "--json", "rules.yar", "a.txt"])
    #expect(refused.status == 1)
    #expect(refused.errors.contains("--json"))
  }

  @Test func rulesOfAFileCanBeLimited() throws {
    #expect(try scan(["-l", "1", "rules.yar", "a.txt"]).lines == ["one a.txt"])
    #expect(try scan(["-l", "0", "rules.yar", "a.txt"]).status == 1)
    #expect(try scan(["-c", "rules.yar", "a.txt", "b.txt"]).lines == ["a.txt: 2", "b.txt: 0"])
  }

  @Test func lengthsAndKeysArePrintedAsYaraDoes() throws {
    #expect(try scan(["-s", "-L", "-i", "one", "rules.yar", "a.txt"]).lines.last == "0x0:5:$a: hello")
    #expect(
      try scan(["-X", "-i", "two", "rules.yar", "a.txt"]).lines.last
        == "0x6:$b:xor(0x20,attack): ATTACK")
  }

  @Test func pathsCanComeFromAList() throws {
    try scratch.write("list", "a.txt\n\nb.txt\n")
    #expect(try scan(["--scan-list", "-c", "rules.yar", "list"]).lines == ["a.txt: 2", "b.txt: 0"])
    let missing = try scan(["--scan-list", "rules.yar", "nosuch"])
    #expect(missing.status == 1)
    #expect(missing.errors.contains("nosuch"))
  }

  @Test func namespacesGoBeforeTheFile() throws {
    #expect(
      try scan(["-e", "-i", "one", "mine:rules.yar", "a.txt"]).lines == ["mine:one a.txt"])
  }

  @Test func whatYaraTakesAndIsNoQuestionHereIsAccepted() throws {
    #expect(try scan(["-r", "-f", "-w", "rules.yar", "a.txt"]).status == 0)
    #expect(try scan(["-z", "5", "rules.yar", "a.txt", "b.txt"]).lines == [])
  }

  @Test func compiledRulesAreRefusedWithAReason() throws {
    let flagged = try scan(["-C", "rules.yar", "a.txt"])
    #expect(flagged.status == 1)
    #expect(flagged.errors.contains("compiled rules"))
    try scratch.write("compiled", Array("YARA-X\0\0".utf8) + noise(seed: 1, count: 200))
    let given = try scan(["compiled", "a.txt"])
    #expect(given.status == 1)
    #expect(given.errors.contains("compiled: these are compiled rules"))
  }

  @Test func consoleLogsCanBeTurnedOff() throws {
    try scratch.write("log.yar", "import \"console\" rule a { condition: console.log(\"seen\") }")
    #expect(try scan(["log.yar", "a.txt"]).errors == "seen\n")
    #expect(try scan(["--disable-console-logs", "log.yar", "a.txt"]).errors == "")
  }

  // MARK: - Warnings

  @Test func warningsAreShownLeftOutOrTakenForErrors() throws {
    try scratch.write("warned.yar", "rule a { strings: $a = \"x\" condition: $a or true }")
    let usual = try scan(["warned.yar", "b.txt"])
    #expect(usual.status == 0)
    #expect(usual.errors.contains("W601") && usual.errors.contains("W701"))
    #expect(try scan(["-w", "warned.yar", "b.txt"]).errors == "")
    let some = try scan(["--disable-warning", "invariant_expr", "warned.yar", "b.txt"])
    #expect(!some.errors.contains("W601") && some.errors.contains("W701"))
    #expect(try scan(["--disable-warning", "W601,slow_pattern", "warned.yar", "b.txt"]).errors == "")
    let unknown = try scan(["--disable-warning", "nonsense", "warned.yar", "b.txt"])
    #expect(unknown.status == 1)
    #expect(unknown.errors.contains("nonsense"))
    for command in [["scan"], ["check"]] {
      let failed = try Program.run(
        command + ["--fail-on-warnings", "warned.yar"] + (command == ["scan"] ? ["b.txt"] : []),
        folder: scratch.folder)
      #expect(failed.status == 1)
      #expect(failed.output == "")
      #expect(failed.errors.contains("W601"))
    }
  }

  @Test func checkAsksForHouseRules() throws {
    try scratch.write("house.yar", "rule a : x { meta: author = 1 condition: filesize > 0 }")
    let outcome = try Program.run(
      [
        "check", "--json", "--rule-name", "^[A-Z]", "--allowed-tag", "y", "--tag-pattern", "y",
        "--require-meta", "author:text", "--require-meta", "date", "house.yar",
      ], folder: scratch.folder)
    #expect(outcome.status == 0)
    let object = try #require(try outcome.objects().first)
    #expect(object["warnings"] as? Int == 4)
    let found = try #require(object["diagnostics"] as? [[String: Any]])
    #expect(Set(found.compactMap { $0["code"] as? String }) == ["W801", "W802", "W803", "W804"])
    #expect(found.allSatisfy { $0["file"] as? String == "house.yar" && $0["name"] is String })
    let wrong = try Program.run(["check", "--rule-name", "(", "house.yar"], folder: scratch.folder)
    #expect(wrong.status == 1)
    #expect(wrong.errors.contains("--rule-name"))
    let type = try Program.run(["check", "--require-meta", "a:b", "house.yar"], folder: scratch.folder)
    #expect(type.status == 1)
    #expect(type.errors.contains("a:b"))
  }

  @Test func ignoredModulesLeaveRulesOut() throws {
    try scratch.write(
      "acme.yar", "import \"acme\" rule a { condition: acme.x == 1 } rule b { condition: filesize > 0 }")
    #expect(try scan(["acme.yar", "b.txt"]).status == 1)
    let outcome = try scan(["--ignore-module", "acme", "acme.yar", "b.txt"])
    #expect(outcome.status == 0)
    #expect(outcome.lines == ["b b.txt"])
    #expect(outcome.errors.contains("W605"))
  }

  @Test func includesAreShownOnTheWay() throws {
    try scratch.write("main.yar", "\ninclude \"sub/part.yar\"")
    try scratch.write("sub/part.yar", "rule a { condition: nothing }")
    let outcome = try Program.run(["check", "main.yar"], folder: scratch.folder)
    #expect(outcome.status == 1)
    #expect(outcome.errors.contains("error: sub/part.yar:1:21:"))
    #expect(outcome.errors.contains("note: included from main.yar:2:1"))
  }

  // MARK: - Limits

  @Test func aCutIsReportedWithRuleAndFile() throws {
    try scratch.write("many.yar", "rule many { strings: $a = \"ab\" condition: #a > 1 }")
    try scratch.write("many", Array(repeating: Array("ab".utf8), count: 1_000_100).flatMap { $0 })
    let outcome = try scan(["--json", "many.yar", "many"])
    #expect(outcome.status == 0)
    #expect(outcome.errors.contains("many: rule many: $a matches too often"))
    let line = try #require(try outcome.objects().first)
    let limits = try #require(line["limits"] as? [[String: Any]])
    #expect(limits.first?["limit"] as? String == "matches")
    #expect(limits.first?["rule"] as? String == "many")
    #expect(limits.first?["string"] as? String == "$a")
    // A file in which nothing was cut has no such member.
    let usual = try scan(["--json", "many.yar", "b.txt"])
    #expect(try usual.objects().first.map { Set($0.keys) } == ["path", "rules"])
  }

  @Test func timeThatIsUpNamesTheRule() throws {
    try scratch.write(
      "slow.yar", "rule quick { condition: true } rule slow { condition: for all i in (0..99999999999) : (i >= 0) }")
    let outcome = try scan(["--json", "-a", "1", "slow.yar", "a.txt"])
    #expect(outcome.status == 0)
    let line = try #require(try outcome.objects().first)
    #expect((line["error"] as? String)?.contains("rule slow") == true)
    let limits = try #require(line["limits"] as? [[String: Any]])
    #expect(limits.first?["limit"] as? String == "time")
    #expect(limits.first?["rule"] as? String == "slow")
    #expect(outcome.errors.contains("a.txt: timed out after 1 s in the condition of rule slow"))
  }
}
