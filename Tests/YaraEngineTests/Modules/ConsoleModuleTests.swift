import Bytes
import Testing

@testable import YaraEngine

@Suite struct ConsoleModuleTests {
  static func lines(_ rules: String, _ data: [UInt8] = Array("abcabc".utf8)) -> [String] {
    guard let set = Engine.compile("import \"console\" \(rules)").rules else { return ["refused"] }
    return ByteView.with(data) { view in
      guard case .finished(let result) = Scanner(set).scan(view) else { return ["stopped"] }
      return result.console
    }
  }

  /// Recorded from YARA-X 1.23.0.
  @Test(arguments: [
    ("1.0", "1"), ("0.1", "0.1"), ("1.5", "1.5"), ("100000000000000000000.0", "100000000000000000000"),
    ("0.00000001", "0.00000001"), ("-0.0", "-0"), ("1.0 \\ 0", "inf"), ("0.0 \\ 0", "NaN"),
    ("1.0 \\ 3", "0.3333333333333333"), ("123456.789", "123456.789"), ("filesize == 6", "true"),
    ("-5", "-5"), (#""a", 1"#, "a1"), (#""x ", filesize == 1"#, "x false"), (#""a", "b""#, "ab"),
  ])
  func values(_ argument: String, _ line: String) {
    #expect(Self.lines("rule r { condition: console.log(\(argument)) }") == [line])
  }

  /// YARA-X shows bytes of the file; recorded from YARA-X 1.23.0.
  @Test(arguments: [
    ("0, 2", ["ab"]), (#""m ", 1, 3"#, [#"m b\"c"#]), ("4, 3", [#"\n\x00\xff"#]), ("7, 2", ["\u{E9}"]),
    ("0, 0", [""]), ("0, 10", []), ("-1, 1", []), ("9, 1", []), ("0x7fffffffffffffff, 1", []),
    ("8, 1", [#"\xa9"#]),
  ])
  func partsOfTheFile(_ arguments: String, _ lines: [String]) {
    let data = Array("ab\"c\n".utf8) + [0, 0xFF, 0xC3, 0xA9]
    #expect(Self.lines("rule r { condition: console.log(\(arguments)) }", data) == lines)
  }

  @Test func hexadecimalNumbersHaveNoSign() {
    #expect(
      Self.lines(#"rule r { condition: console.hex(-1) and console.hex("n: ", 255) }"#)
        == ["0xffffffffffffffff", "n: 0xff"])
  }

  @Test func rulesWriteOnceAndInOrderAlsoWhereTheyAreSearchedFor() {
    let rules = """
      rule a { strings: $a = "abc" condition: console.log("a") and $a and console.log("found") }
      global rule b { condition: console.log("b") and filesize > 1 }
      rule c { condition: console.log("c") and filesize > 1000000 }
      rule d { condition: filesize > 1000000 and console.log("d") }
      """
    #expect(Self.lines(rules) == ["a", "found", "b", "c"])
  }

  @Test func undefinedArgumentsWriteNothing() {
    #expect(Self.lines("rule r { condition: console.log(uint8(1000)) or true }") == [])
  }

  @Test func endlessOutputIsCut() {
    let rules = #"rule r { condition: for all i in (1..20000) : (console.log(i)) }"#
    guard let set = Engine.compile("import \"console\" \(rules)").rules else {
      Issue.record("refused")
      return
    }
    ByteView.with([]) { view in
      guard case .finished(let result) = Scanner(set).scan(view) else {
        Issue.record("stopped")
        return
      }
      #expect(result.console.count == ConsoleOutput.maximumLines)
      #expect(result.cuts == [.console])
    }
  }
}
