import Testing

@testable import YaraEngine

/// Which patterns are listed at one place only, as both engines were seen to list them.
@Suite struct AnchoredListTests {
  private static func place(_ pattern: String, _ condition: String, _ dialect: Dialect) -> Int?? {
    var compiler = RuleCompiler(CompilerOptions(dialect: dialect))
    compiler.add(
      name: "r.yar", bytes: Array("rule r { strings: $a = \(pattern) condition: \(condition) }".utf8))
    return compiler.build().rules?.rules.first?.patterns.first.map(\.listedPlace)
  }

  @Test(arguments: [
    ("$a at 0", 0), ("$a at 4", 4), ("$a at 1 - 1", 0), ("$a at 0 and $a at 0", 0),
    ("defined ($a at 0)", 0), ("($a at 0) and filesize > 3", 0), ("not $a at 7", 7),
    ("$a at 0 or $a at 4", nil), ("$a at 0 and #a > 1", nil), ("$a at 0 and @a[2] == 4", nil),
    ("$a at 0 and !a == 2", nil), ("$a at 0 and $a", nil), ("$a and $a at 0", nil),
    ("$a at 0 and $a in (0..3)", nil), ("$a at 0 and any of them", nil), ("$a at filesize - 2", nil),
    ("for any of them : ($ at 0)", nil), ("for any i in (0..4) : ($a at i)", nil), ("$a", nil),
  ] as [(String, Int?)])
  func everyUseMustAskForTheSamePlace(_ condition: String, _ expected: Int?) {
    for dialect in Dialect.allCases {
      #expect(Self.place("\"ab\"", condition, dialect) == .some(expected), "\(condition)")
    }
  }

  @Test(arguments: [
    ("\"abcd\"", true, true), ("\"abcd\" fullword", true, true), ("\"abcd\" wide ascii", true, true),
    ("{ 61 62 63 64 }", true, true), ("/abcd/", true, true), ("\"abcd\" nocase", false, true),
    ("\"abcd\" xor", false, true), ("{ 61 62 63 ?4 }", false, false), ("/a(b|x)cd/", false, false),
    ("\"____\" nocase", false, true), ("/a(b)cd/", false, false), ("/abc[d]/", false, false),
    ("\"abcd\" base64", false, false), ("{ 61 62 [1-4] 61 62 }", false, false),
  ])
  func onlyPatternsOfOneLiteralAreListedAtOnePlace(_ pattern: String, _ inX: Bool, _ inYara: Bool) {
    #expect(Self.place(pattern, "$a at 6", .yaraX) == .some(inX ? 6 : nil), "\(pattern)")
    #expect(Self.place(pattern, "$a at 6", .yara) == .some(inYara ? 6 : nil), "\(pattern)")
  }
}
