import Bytes
import Testing

@testable import YaraEngine

/// The look at the bytes around an atom, before its automata run: it may only spare runs that find nothing.
@Suite struct CutNeighbourhoodTests {
  private static func node(_ text: String) throws -> PatternNode {
    try RegexParser.parse(
      Array(text.utf8), caseInsensitive: false, dotMatchesNewline: true, dialect: .yaraX, use: .pattern
    ).node
  }

  private static func program(_ node: PatternNode) throws -> AutomatonProgram {
    try #require(AutomatonCompiler.compile(node, isBounded: true))
  }

  /// What stands before the cut, what after it, and bytes that files are made of.
  private static let cuts: [(before: String, after: String, bytes: String)] = [
    ("", "ab.[cd]e", "abcde"), ("a[bc].", "ab.[^a]b{2}", "abc"), ("x?a", "b(c|dd|e{3})a*f", "abcdefx"),
    ("(a|bc)+", "a?b?c?", "abc"), (#"\ba"#, #"b\b.c"#, "abc "), ("a{9}", "b{20}", "aaaaaab"),
    ("(aa|b){4}", "(ab|ba){4,9}", "ab"), ("^a", "b$", "ab\n"), ("[a-d]{3}x", "x[a-d]{3}", "abcdx"),
    ("a.{0,3}", "(b|bc|bcd)x", "abcdx"),
  ]

  @Test(arguments: [1, 2])
  func noMatchIsTurnedAway(_ stride: Int) throws {
    var random = Lehmer(state: 0x1357_9BDF_0246_8ACE)
    var matches = 0
    var turnedAway = 0
    for cut in Self.cuts {
      let forward = try Self.program(Self.node(cut.after))
      let backward = cut.before.isEmpty ? nil : try Self.program(Self.node(cut.before).reversed)
      let neighbourhood = CutNeighbourhood(forward: forward, backward: backward, stride: stride)
      let bytes = Array(cut.bytes.utf8)
      for _ in 0..<40 {
        var data: [UInt8] = []
        while data.count < 200 {
          data.append(bytes[random.below(bytes.count)])
          if stride == 2 { data.append(random.below(30) == 0 ? 1 : 0) }
        }
        var pike = PikeMatcher()
        ByteView.with(data) { view in
          for place in 0...data.count {
            let admits = neighbourhood.admits(view, place)
            if !admits { turnedAway += 1 }
            let ahead = PikeMatcher.Reading(stride: stride, isBackward: false, limit: 1000)
            let back = PikeMatcher.Reading(stride: stride, isBackward: true, limit: 1000)
            guard pike.preferredLength(forward, view, at: place, ahead) != nil else { continue }
            if let backward, pike.preferredLength(backward, view, at: place, back) == nil { continue }
            matches += 1
            #expect(admits, "\(cut.before)|\(cut.after) at \(place)")
          }
        }
      }
    }
    #expect(matches > 1000)
    #expect(turnedAway > 10_000)
  }

  /// Sixteen bytes after the cut and eight before it are looked at, each by the bits that all its
  /// values share.
  @Test func looksAtBytesOfItsOwn() throws {
    let neighbourhood = CutNeighbourhood(
      forward: try Self.program(Self.node(#"ab.{12}[\x50-\x5f]z"#)),
      backward: try Self.program(Self.node("[xy].{7}").reversed), stride: 1)
    let good = Array("x1234567ab123456789012Uz".utf8)
    func admits(_ bytes: [UInt8]) -> Bool {
      ByteView.with(bytes) { neighbourhood.admits($0, 8) }
    }
    #expect(admits(good))
    for (place, byte, expected) in [
      (0, "z", false), (0, "y", true), (5, "?", true), (8, "b", false), (10, "?", true), (22, "a", false),
      (22, "P", true), (23, "Z", false),
    ] {
      var bytes = good
      bytes[place] = Array(byte.utf8)[0]
      #expect(admits(bytes) == expected, "\(place): \(byte)")
    }
    // Too close to the file's ends to be looked at.
    #expect(admits(Array("x1234567ab".utf8)))
  }
}
