import Testing
import YaraSyntax

@testable import YaraEngine

/// Many xor texts are searched for in another way than few: the answers must be the same.
@Suite struct XorSearchTests {
  static let patterns = [
    #""cannot be run" xor"#, #""cannot be run" xor wide"#, #""This program" xor(1-255)"#,
    #""aaaa" xor"#, #""aaaabaaaa" xor ascii wide"#, #""kernel32.dll" xor(0x10-0x1f) fullword"#,
    #""GetProcAddress" xor ascii wide fullword"#, #""ab" xor"#, #""abc" xor wide"#,
    #""\x00\x00\x00\x00\x01" xor"#, #""http://" xor(5)"#, #""http://" xor ascii wide"#,
    #""powershell" xor(0x01-0xff) wide"#, #""MZ\x90\x00" xor"#, #""VirtualAlloc" xor"#,
    #""cmd.exe" xor ascii wide private"#, #""abc" xor"#, #""aaa" xor(0-9)"#, #""v12" xor(1-255)"#,
    #""12x" xor"#, #""plain text""#, #"/v[0-9]{2}x/"#,
  ]

  /// Every text under some keys, plain and wide, with neighbours of all kinds, at both ends too.
  static let data: [UInt8] = {
    var data = [UInt8]("aaaabaaaa".utf8)
    let texts = [
      "cannot be run", "This program", "aaaa", "kernel32.dll", "GetProcAddress", "abc", "http://",
      "powershell", "MZ\u{90}\u{0}", "VirtualAlloc", "cmd.exe", "plain text", "v12x",
    ]
    for (number, text) in texts.enumerated() {
      for key in [0, 1, 5, 0x10, 0x1F, 0x20, 0x80, 0xFF] as [UInt8] {
        for isWide in [false, true] {
          let plain = text.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) }
          let form = isWide ? plain.flatMap { [$0, 0] } : plain
          data += [UInt8(truncatingIfNeeded: number &* 37) ^ key, 0x2E ^ key]
          data += form.map { $0 ^ key }
          data += number % 5 == 0 ? [0x61 ^ key] : [0x20, key]
        }
      }
    }
    return data + [UInt8](repeating: 0, count: 40) + [7, 7, 7, 7, 6] + [UInt8]("VirtualAlloc".utf8).map { $0 ^ 3 }
  }()

  @Test func manyTogetherAnswerAsEachAlone() {
    let (set, ids, diagnostics) = compile(Self.patterns)
    #expect(!diagnostics.contains { $0.severity == .error })
    #expect(set.xorSearch != nil)
    let together = matches(set, Self.data)
    var found = 0
    for (pattern, id) in zip(Self.patterns, ids) {
      let (single, _, _) = compile([pattern])
      #expect(single.xorSearch == nil)
      let alone = matches(single, Self.data)[0]
      #expect(!alone.isEmpty, "\(pattern) tests nothing")
      if let id { #expect(together[id.index] == alone, "\(pattern)") }
      found += alone.count
    }
    #expect(found > 150)
  }

  @Test func shortDataAndSelectionsAreSearched() {
    let (set, ids, _) = compile(Self.patterns)
    for count in 0..<12 {
      let start = Array(Self.data.prefix(count))
      for (pattern, id) in zip(Self.patterns, ids) {
        let (single, _, _) = compile([pattern])
        if let id { #expect(matches(set, start)[id.index] == matches(single, start)[0], "\(pattern)") }
      }
    }
    var wanted = PatternSelection()
    if let id = ids[0] { wanted.insert(id) }
    let some = matches(set, Self.data, wanted: wanted)
    let all = matches(set, Self.data)
    #expect(some[0] == all[0] && some.dropFirst().allSatisfy(\.isEmpty))
  }
}
