import Bytes
import Testing
import YaraSyntax

@testable import YaraEngine

@Suite struct MagicModuleTests {
  static let elf: [UInt8] = [0x7F, 0x45, 0x4C, 0x46, 2, 1, 1, 0] + [UInt8](repeating: 0, count: 56)

  @Test func typesAreThoseOfLibmagic() {
    for dialect in Dialect.allCases {
      #expect(
        Engine.holds(
          #"magic.type() startswith "ELF 64-bit LSB" and magic.mime_type() startswith "application/""#, Self.elf,
          dialect, imports: #"import "magic""#) == true)
      #expect(
        Engine.holds(
          #"magic.mime_type() == "text/plain" and magic.type() contains "ASCII text""#,
          Array("only text here\n".utf8), dialect, imports: #"import "magic""#) == true)
    }
  }

  @Test func aFileOfNoBytesHasATypeExceptInYara() {
    for (dialect, isDefined) in [(Dialect.yara, false), (.yaraX, true)] {
      #expect(Engine.holds("defined magic.type()", [], dialect, imports: #"import "magic""#) == isDefined)
    }
  }

  @Test func libmagicIsAskedOnlyWhenThePatternsLeaveTheRuleOpen() {
    let rules = #"import "magic" rule r { strings: $a = "abc" condition: $a and magic.type() contains "text" }"#
    guard let set = Engine.compile(rules).rules else {
      Issue.record("refused")
      return
    }
    ByteView.with(Array("abc\n".utf8)) { view in
      #expect(Scanner(set).earlyAnswers(view) == [nil])
      #expect(Scanner(set).lateAnswers(view) == [true])
    }
    // What decides without it still decides at once.
    guard
      let small = Engine.compile(
        #"import "magic" rule r { condition: filesize > 9 and magic.type() contains "text" }"#).rules
    else {
      Issue.record("refused")
      return
    }
    ByteView.with(Array("abc\n".utf8)) { #expect(Scanner(small).earlyAnswers($0) == [false]) }
  }

  @Test func oneScannerServesFileAfterFile() {
    guard
      let rules = Engine.compile(#"import "magic" rule r { condition: magic.type() contains "ELF" }"#).rules
    else {
      Issue.record("refused")
      return
    }
    let scanner = Scanner(rules)
    for (data, matches) in [(Self.elf, 1), (Array("text".utf8), 0), (Self.elf, 1)] {
      ByteView.with(data) { view in
        guard case .finished(let result) = scanner.scan(view) else {
          Issue.record("stopped")
          return
        }
        #expect(result.matching.count == matches)
        #expect(result.cuts == [])
      }
    }
  }

  @Test func aModuleThatCannotAnswerIsAnError() {
    let lame = ModuleDefinition(
      name: "lame", root: StructureType("lame", []), makeState: { PlainState($0) },
      whyUnusable: { "no database" })
    let compilation = Engine.compile(
      #"import "lame" rule r { condition: filesize > 1 }"#, modules: ModuleRegistry([lame]))
    #expect(compilation.diagnostics.map(\.message) == ["module `lame` cannot be used"])
    #expect(Engine.codes(compilation) == ["E319"])
    #expect(compilation.rules == nil)
  }
}
