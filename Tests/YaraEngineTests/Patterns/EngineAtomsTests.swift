import Testing

@testable import YaraEngine

/// The literals that YARA-X 1.23 searches for instead of an expression. The values are those that its compiled
/// rules hold (`Rules.serialize_into`), with the places in the expression that it reads from.
@Suite struct EngineAtomsTests {
  private static func best(_ pattern: String) throws -> EngineAtoms.Choice? {
    let end = try #require(pattern.lastIndex(of: "/"))
    let node = try RegexParser.parse(
      Array(pattern[..<end].utf8.dropFirst()), caseInsensitive: false,
      dotMatchesNewline: pattern.hasSuffix("s"), dialect: .yaraX, use: .pattern
    ).node
    var atoms = EngineAtoms(work: 4_000_000)
    return atoms.best(node.uncaptured.withCommonBeginningsApart)
  }

  private static func places(_ place: EngineAtoms.Place) -> Int {
    switch place {
    case .start, .offset: 1
    case .item(_, let inner), .turn(let inner): places(inner)
    case .branches(let all): all.reduce(0) { $0 + places($1) }
    }
  }

  @Test(arguments: [
    // Of literals in order those that go on from the one before are left out, but not all that go on from the first.
    (#"/x1?|x1\s+/"#, 1, ["x", "x1\u{a}", "x1\u{b}", "x1\u{c}", "x1\u{d}", "x1 "]),
    (#"/x1{0,2}|x1\s/"#, 1, ["x", "x1\u{a}", "x1\u{b}", "x1\u{c}", "x1\u{d}", "x1 "]),
    (#"/Ba|Ba\s+\S/"#, 1, ["Ba", "Ba\u{a}", "Ba\u{b}", "Ba\u{c}", "Ba\u{d}", "Ba "]),
    ("/x|x1|x1a+|x1b|x1c/", 1, ["x", "x1b", "x1c"]),
    ("/x[1-3]?|x1a/", 1, ["x", "x2", "x3"]),
    ("/x1|x2|x1z+|x1a/", 1, ["x1", "x1z", "x2"]),
    ("/(ab|abc|abd)+/", 1, ["ab", "abd"]),
    ("/[ab]c?|ac/", 1, ["a", "b"]),
    // Each branch by itself where those are fewer, or rarer.
    ("/xyz1?|x|xy/", 3, ["x", "xy", "xyz"]),
    ("/x[ab]*|xa[cd]+/", 2, ["x", "xac", "xad"]),
    ("/x[ab]*|xa[cd]+|xb[cd]+/", 1, ["x", "xad", "xb", "xbd"]),
    ("/ab.*|abc|1bxbx/", 3, ["1bxb", "ab", "abc"]),
    ("/aa.*|1bxbx|a{2}/", 3, ["1bxb", "aa", "aa"]),
    (#"/1*x\s+.|ab/"#, 2, ["ab", "x\u{9}", "x\u{a}", "x\u{b}", "x\u{c}", "x\u{d}", "x "]),
    // What may be left out at the end of a sequence tells nothing, in the middle it does.
    ("/cc[ab]*/", 1, ["cc"]),
    ("/c[bd][0-9a-f]*/", 1, ["cb", "cd"]),
    ("/q[ab][cd]?[ef]?/", 1, ["qa", "qb"]),
    ("/qz(a|)(b|)(c|)x?/", 1, ["qz"]),
    ("/cc(abq|cdq)?[xy]/", 1, ["ccab", "cccd", "ccx", "ccy"]),
    // Turns of loops.
    ("/(ab|abc){2}/", 1, ["abab", "abca"]),
    ("/ab{2,}c*/", 1, ["abb"]),
    (#"/\b[a-c]z/"#, 1, ["az", "bz", "cz"]),
    ("/(?:foo|bar)+baz[0-3]/", 1, ["baz0", "baz1", "baz2", "baz3"]),
  ])
  func theLiteralsOfYaraX(pattern: String, places: Int, literals: [String]) throws {
    let best = try #require(try Self.best(pattern))
    #expect(best.texts.map { String(decoding: $0, as: UTF8.self) }.sorted() == literals.sorted())
    #expect(Self.places(best.place) == places)
  }
}
