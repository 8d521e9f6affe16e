import Foundation
import Testing

/// Exit codes and messages of wrong use: 1 for what the caller can mend, 2 for what failed.
@Suite struct UsageTests {
  @Test(arguments: [
    [], ["--help"], ["--version"], ["help", "hunt"], ["scan", "--help"], ["corpus", "export", "--help"],
  ]) func helpIsNoError(_ arguments: [String]) throws {
    let outcome = try Program.run(arguments)
    #expect(outcome.status == 0)
    #expect(!outcome.output.isEmpty)
  }

  @Test(arguments: [
    ["nosuch"], ["scan"], ["scan", "only-rules.yar"], ["scan", "--nosuch", "a", "b"], ["hunt"],
    ["hunt", "--corpus", "nosuch", "r.yar"], ["ingest"], ["ingest", "--date", "yesterday", "x"],
    ["check"], ["check", "nosuch.yar"], ["scan", "nosuch.yar", "."], ["scan", "-p", "0", "a", "b"],
    ["hunt", "--limit", "0", "a.yar"], ["hunt", "--after", "2026-02-01", "--before", "2026-01-01", "a.yar"],
    ["scan", "--dialect", "klingon", "a", "b"], ["scan", "-d", "novalue", "a", "b"],
    ["serve", "--listen", "nonsense:port"], ["keys", "create", "no spaces"],
    ["corpus", "export"], ["corpus", "remove"], ["corpus", "nosuch"],
  ]) func wrongUseExitsWithOne(_ arguments: [String]) throws {
    let scratch = try Scratch()
    let outcome = try Program.run(
      arguments, environment: ["RETROHUNT_DATA": scratch.path("data")], folder: scratch.folder)
    #expect(outcome.status == 1)
    #expect(outcome.output == "")
    #expect(outcome.errors.lowercased().contains("error") || outcome.errors.contains("Usage"))
  }

  @Test func aDataDirectoryThatCannotBeIsAFailure() throws {
    let scratch = try Scratch()
    try scratch.write("file", "in the way")
    try scratch.write("r.yar", "rule a { condition: true }")
    for arguments in [["ingest", "r.yar"], ["hunt", "r.yar"], ["corpus", "stats"], ["keys", "list"]] {
      let outcome = try Program.run(
        arguments + ["--data", scratch.path("file/below")], folder: scratch.folder)
      #expect(outcome.status == 2, "\(arguments)")
      #expect(outcome.errors.contains("error: "), "\(arguments)")
    }
  }

  @Test func aStoreThatIsNotThereIsNotMadeByReading() throws {
    let scratch = try Scratch()
    try scratch.write("r.yar", "rule a { condition: true }")
    for arguments in [["hunt", "r.yar"], ["corpus", "stats"], ["corpus", "verify"]] {
      let outcome = try Program.run(arguments + ["--data", scratch.path("data")], folder: scratch.folder)
      #expect(outcome.status == 2)
      #expect(outcome.errors.contains("ingest"), "the remedy is named")
      #expect(!FileManager.default.fileExists(atPath: scratch.path("data")))
    }
  }

  @Test func globalOptionsMayStandBeforeTheCommand() throws {
    let scratch = try Scratch()
    try scratch.write("sample", "abc")
    try scratch.write("r.yar", "rule a { condition: true }")
    let before = try Program.run(["--json", "--data", "d", "ingest", "sample"], folder: scratch.folder)
    #expect(before.status == 0)
    #expect(before.output.hasPrefix("{"))
    #expect(FileManager.default.fileExists(atPath: scratch.path("d/retrohunt.sqlite")))
    #expect(try Program.run(["--data=d", "corpus", "stats"], folder: scratch.folder).status == 0)
    #expect(
      try Program.run(["-q", "scan", "r.yar", "--", "sample"], folder: scratch.folder).lines
        == ["a sample"])
  }

  @Test func theVariableNamesTheStore() throws {
    let scratch = try Scratch()
    try scratch.write("sample", "abc")
    let environment = ["RETROHUNT_DATA": scratch.path("here")]
    #expect(try Program.run(["ingest", "sample"], environment: environment, folder: scratch.folder).status == 0)
    #expect(FileManager.default.fileExists(atPath: scratch.path("here/retrohunt.sqlite")))
    // An option is stronger.
    #expect(
      try Program.run(
        ["ingest", "--data", scratch.path("there"), "sample"], environment: environment,
        folder: scratch.folder
      ).status == 0)
    #expect(FileManager.default.fileExists(atPath: scratch.path("there/retrohunt.sqlite")))
  }
}
