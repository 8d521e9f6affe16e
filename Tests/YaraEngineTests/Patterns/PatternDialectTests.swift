import Bytes
import Testing
import YaraSyntax

@testable import YaraEngine

/// Where YARA and YARA-X find different matches of one pattern, as both were asked.
@Suite struct PatternDialectTests {
  private func offsets(_ pattern: String, _ data: [UInt8], _ dialect: Dialect) -> [Int] {
    let (set, ids, diagnostics) = compile([pattern], dialect: dialect)
    #expect(!diagnostics.contains { $0.severity == .error })
    guard let id = ids.first ?? nil else { return [] }
    return matches(set, data)[id.index].map(\.offset)
  }

  private func lengths(_ pattern: String, _ data: [UInt8], _ dialect: Dialect) -> [Int] {
    let (set, ids, _) = compile([pattern], dialect: dialect)
    guard let id = ids.first ?? nil else { return [] }
    return matches(set, data)[id.index].map(\.length)
  }

  private func wide(_ text: String) -> [UInt8] { text.utf8.flatMap { [$0, 0] } }

  @Test(arguments: [
    (1016, true, true), (1017, false, true), (4088, false, true), (4089, false, false),
  ])
  func anExpressionReadsSoFarFromItsAtom(gap: Int, inYara: Bool, inYaraX: Bool) {
    let data = [UInt8](".begin".utf8) + [UInt8](repeating: 0x78, count: gap) + [UInt8]("end.".utf8)
    #expect(offsets("/begin.*end/", data, .yara) == (inYara ? [1] : []))
    #expect(offsets("/begin.*end/", data, .yaraX) == (inYaraX ? [1] : []))
  }

  /// YARA-X drops a gap of more than 200 bytes at the end where two bytes stand before it.
  @Test(arguments: [
    ("/abx.*/s", 3, 7), ("/abx.+/s", 3, 7), ("/abx.+?/s", 3, 4), (#"/abx[\s\S]{2,}/"#, 3, 7),
    ("/a[bc]x.{0,201}/s", 3, 7), ("/abx.{0,4}/s", 7, 7), ("/abx.*/", 7, 7), ("/abx(.*)/s", 7, 7),
    ("/a.*/s", 7, 7), ("/ab.*.*/s", 7, 7), ("/ab.*23.*/s", 6, 7), ("/abx.*$/s", 7, 7),
    ("/.*abx.*/s", 7, 7),
  ])
  func aGapAtTheEnd(pattern: String, inYaraX: Int, inYara: Int) {
    let data = [UInt8]("abx1234".utf8)
    #expect(lengths(pattern, data, .yaraX).first == inYaraX)
    #expect(lengths(pattern, data, .yara).first == inYara)
  }

  @Test func whatAGapAtTheEndAsksFor() {
    let data = [UInt8]("abx".utf8)
    #expect(offsets("/abx.{3,}/s", data, .yaraX) == [0])
    #expect(offsets("/abx.{3,}/s", data, .yara) == [])
    // The whole file is a word, `abx` is none.
    for dialect in Dialect.allCases {
      #expect(offsets("/abx.*/s fullword", [UInt8]("abx1 ".utf8), dialect) == [0])
    }
  }

  @Test(arguments: [(504, true), (505, false)])
  func yaraCountsTheBytesOfAWideExpression(gap: Int, isFound: Bool) {
    let data = wide("begin" + String(repeating: "x", count: gap) + "end")
    #expect(offsets("/begin.*end/ wide", data, .yara) == (isFound ? [0] : []))
    #expect(offsets("/begin.*end/ wide", data, .yaraX) == [0])
  }

  @Test func yaraJudgesAWideMatchWithoutAtomByPlainNeighbours() {
    let inWord = [1, 2] + wide("x1234") + [0, 0]
    let behindLetters = [1, 2] + [UInt8]("AB".utf8) + wide("1234") + [0, 0]
    #expect(offsets("/[0-9]{4}/ wide fullword", inWord, .yara) == [4])
    #expect(offsets("/[0-9]{4}/ wide fullword", inWord, .yaraX) == [])
    #expect(offsets("/[0-9]{4}/ wide fullword", behindLetters, .yara) == [])
    #expect(offsets("/[0-9]{4}/ wide fullword", behindLetters, .yaraX) == [4])
    // One byte that is fixed is enough, though none is searched for here.
    let beforeLetters = [1, 2] + wide("A0") + [0xFF, 0] + [UInt8]("ba".utf8)
    for dialect in Dialect.allCases {
      #expect(offsets(#"/\w+\xFF/ wide fullword"#, beforeLetters, dialect) == [2])
    }
    // A letter is fixed in either case, a class of two letters is not.
    let amongLetters = [UInt8]("-a".utf8) + wide("   x") + [UInt8]("a-".utf8)
    for dialect in Dialect.allCases {
      #expect(offsets(#"/\s{3}x/ wide fullword nocase"#, amongLetters, dialect) == [2])
      #expect(offsets(#"/\s{3}x/i wide fullword"#, amongLetters, dialect) == [2])
    }
    #expect(offsets(#"/\s{3}[xy]/ wide fullword nocase"#, amongLetters, .yara) == [])
    // A choice of bytes is begun at, a class is not.
    let secondOfTwo = wide("xa.")
    let betweenLetters = [UInt8]("-x".utf8) + wide("a") + [UInt8]("x-".utf8)
    for (pattern, isFixed) in [
      ("/(a|b)/", true), ("/a|b/", true), ("/(a|b)+/", true), ("/((a|b)|c)/", true),
      ("/(a|b)(a|b)*/", true), ("/[ab]/", false), ("/(a|[bc])/", false), ("/(a|b)?[ac]/", false),
    ] {
      #expect(offsets("\(pattern) wide fullword", secondOfTwo, .yara) == (isFixed ? [] : [2]))
      #expect(offsets("\(pattern) wide fullword", betweenLetters, .yara) == (isFixed ? [2] : []))
      #expect(offsets("\(pattern) wide fullword", secondOfTwo, .yaraX) == [])
    }
    for dialect in Dialect.allCases {
      #expect(offsets("/1[0-9]{2}4/ wide fullword", inWord, dialect) == [])
      #expect(offsets("/1[0-9]{2}4/ wide fullword", behindLetters, dialect) == [4])
    }
  }

  /// YARA-X's general machine reads 4095 bytes, the one for simple patterns 4096.
  @Test(arguments: [
    ("/ab.*/", 4095), ("/ab.+/", 4095), ("/a[`-c].*/", 4095), ("/a.*b/", 4094), ("/a.*bx/", 4097),
    ("/a.*xb/", 4098),
  ])
  func aMatchEndsWhereTheMachineStopsReading(_ pattern: String, length: Int) {
    let data = [UInt8]((String(repeating: "ab", count: 3) + String(repeating: "xb", count: 4000)).utf8)
    #expect(lengths(pattern, data, .yaraX).first == length)
  }

  /// A long gap in a group is run through by the automaton, and so has its limit; both engines.
  @Test(arguments: [
    ("/[^b]{2,}(.*[^b]\\s)/s", true), ("/([^b]{2,}.*)[^b]\\s/s", true), ("/([^b]{2,}.*[^b]\\s)/s", true),
    ("/[^b]{2,}(?P<gap>.*)[^b]\\s/s", true), ("/[^b]{2,}(.)*[^b]\\s/s", true),
    ("/[^b]{2,}(.{0,300})([^b]\\s)/s", true),
    // What is outermost is taken apart: the first part takes as much as it can.
    ("/[^b]{2,}.*[^b]\\s/s", false), ("/[^b]{2,}(?:.*[^b]\\s)/s", false),
    ("/([^b]{2,}).*([^b]\\s)/s", false),
  ])
  func onlyOutermostGapsTakeAnExpressionApart(_ pattern: String, isWhole: Bool) {
    let data = [UInt8]("..11\n\nx  1".utf8)
    #expect(offsets(pattern, data, .yaraX) == (isWhole ? [0, 1, 2, 3, 4, 5] : []))
    #expect(offsets(pattern, data, .yara) == [0, 1, 2, 3, 4, 5])
    let far = [UInt8]("begin".utf8) + [UInt8](repeating: 0x2E, count: 5000) + [UInt8]("end".utf8)
    #expect(offsets("/begin.*end/s", far, .yaraX) == [0])
    #expect(offsets("/begin(.*)end/s", far, .yaraX) == [])
  }

  /// YARA-X searches for what alternatives begin with and reads on from there as a whole, so that the first one is
  /// preferred, where that is rarer than what each of them begins with.
  @Test(arguments: [
    ("/x1?|x1[abc]+/", "x1b", 2, 3), (#"/Ba|Ba\s+\S/"#, "Ba x", 2, 4), ("/x[1-3]?|x12/", "x12", 2, 3),
    ("/xyz1?|x|xyzw/", "xyzw", 4, 4), ("/aab*|ab+/", "aabb", 4, 4),
    // Both keep the shorter end where it is found last.
    ("/aa.*|1bxbx|a{2}/", "aaaa", 4, 4),
  ])
  func alternativesFoundByOneLiteral(_ pattern: String, _ text: String, inYaraX: Int, inYara: Int) {
    #expect(lengths(pattern, [UInt8](text.utf8), .yaraX).first == inYaraX)
    #expect(lengths(pattern, [UInt8](text.utf8), .yara).first == inYara)
  }

  @Test func ofAWideAndAPlainFormOfATextTheLongerOneCounts() {
    let data = wide("a.aa") + [UInt8]("a. the rest of the file".utf8)
    #expect(lengths("\"a\" ascii wide", data, .yaraX).prefix(4) == [2, 2, 2, 1])
    #expect(lengths("\"a\" ascii wide", data, .yara).prefix(4) == [1, 1, 1, 1])
    // The wide `a` is followed by another letter, the plain one by a zero byte.
    #expect(lengths("\"a\" ascii wide fullword", data, .yaraX).prefix(3) == [2, 1, 1])
    #expect(lengths("\"a\" ascii wide fullword", data, .yara).prefix(3) == [1, 1, 1])
  }

  @Test func nothingBeforeTheBeginningOfAFile() {
    for dialect in Dialect.allCases {
      for pattern in ["/(|abc)de/", "/(abc|)de/"] {
        #expect(offsets(pattern, [UInt8]("de de".utf8), dialect) == [0, 3])
      }
    }
  }

  /// YARA-X takes the end of the first alternative that is found anywhere, greedy of the last one.
  @Test(arguments: [
    ("{ 61 62 63 64 [0-10] (65 66 | 67 68) }", "abcd gh  ef", "0+7"),
    ("/abcd.*?(ef|gh)/", "abcd gh  ef", "0+7"),
    ("/abcd.*(ef|gh)/", "abcd gh  ef", "0+11"),
    ("/(extract|dump).*(memory|heap)/", "dump heap memory heap memory x", "0+28"),
  ])
  func aGapEndsAtTheNearestOrFarthestAlternative(
    _ pattern: String, _ text: String, _ expected: String
  ) {
    for dialect in Dialect.allCases {
      let (set, _, _) = compile([pattern], dialect: dialect)
      let found = matches(set, [UInt8](text.utf8))[0].map { "\($0.offset)+\($0.length)" }
      #expect(found == [expected], "\(dialect)")
    }
  }

  /// YARA-X reads alternatives from where they begin, the first one first, and what all of them begin with is
  /// in front of them.
  @Test(arguments: [
    ("/.a\\s|Ba\\s+\\S/", "2+3"), ("/Ba\\s+\\S|.a\\s/", "2+6"), ("/..a\\s|.Ba\\s+\\S/", "1+4"),
    ("/.Ba\\s+\\S|..a\\s/", "1+7"), ("/.Ba\\n|..a\\n\\x0b+/", "1+4"),
  ])
  func theFirstAlternativeIsPreferred(_ pattern: String, _ expected: String) {
    let (set, _, _) = compile([pattern], dialect: .yaraX)
    let found = matches(set, [UInt8]("a.Ba\n\u{B}\ta".utf8) + [0x98])[0]
    #expect(found.map { "\($0.offset)+\($0.length)" } == [expected])
  }

  /// YARA-X loses the last byte there, and the match where it has no other.
  @Test(arguments: ["/abcd.*/", "/abcd.?/", "/abcd.{0,3}/", "/(abcd.*)/i"])
  func aGapAtTheEndMayBeEmpty(_ pattern: String) {
    for dialect in Dialect.allCases {
      let (set, _, _) = compile([pattern], dialect: dialect)
      let found = matches(set, [UInt8]("abcd\n abcdx".utf8))[0]
      #expect(found.map { "\($0.offset)+\($0.length)" } == ["0+4", "6+5"], "\(dialect)")
    }
  }

  @Test func aWideMatchEndsAtAWholeCharacter() {
    for dialect in Dialect.allCases {
      let (set, _, _) = compile(["/x_a.+/ wide ascii"], dialect: dialect)
      let found = matches(set, [0x0A] + wide("x_a _P") + [0x62, 0x75])[0]
      #expect(found.map { "\($0.offset)+\($0.length)" } == ["1+12"], "\(dialect)")
    }
  }

  /// YARA-X loses the longest gaps there.
  @Test func aNegatedByteMayStandBetweenTwoGaps() {
    let data = [UInt8]([0]) + [UInt8](repeating: 0x2E, count: 17) + [0x90, 0xFF, 0xFF]
    for dialect in Dialect.allCases {
      #expect(offsets("{ 00 [4-11] ~41 [3-5] 90 FF FF }", data, dialect) == [0])
    }
  }

  /// YARA-X looks for the line end in the wrong bytes there.
  @Test func aPointIsNoLineEndBeforeTheAtomEither() {
    for dialect in Dialect.allCases {
      #expect(offsets("/ab.{3}aaa/", [UInt8]("\nxabcx\naaaaba".utf8), dialect) == [])
      #expect(offsets("/ab.{3}aaa/", [UInt8]("\nxabcxyaaaaba".utf8), dialect) == [2])
    }
  }
}
