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

  private func wide(_ text: String) -> [UInt8] { text.utf8.flatMap { [$0, 0] } }

  @Test(arguments: [
    (1016, true, true), (1017, false, true), (4088, false, true), (4089, false, false),
  ])
  func anExpressionReadsSoFarFromItsAtom(gap: Int, inYara: Bool, inYaraX: Bool) {
    let data = [UInt8](".begin".utf8) + [UInt8](repeating: 0x78, count: gap) + [UInt8]("end.".utf8)
    #expect(offsets("/begin.*end/", data, .yara) == (inYara ? [1] : []))
    #expect(offsets("/begin.*end/", data, .yaraX) == (inYaraX ? [1] : []))
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
    for dialect in Dialect.allCases {
      #expect(offsets("/1[0-9]{2}4/ wide fullword", inWord, dialect) == [])
      #expect(offsets("/1[0-9]{2}4/ wide fullword", behindLetters, dialect) == [4])
    }
  }
}
