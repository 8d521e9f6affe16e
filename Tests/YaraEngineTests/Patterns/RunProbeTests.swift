import Testing
import YaraSyntax

@testable import YaraEngine

/// Expressions without literals are looked for only where their characters stand in a row: the
/// matches must be those of a look at every place.
@Suite struct RunProbeTests {
  static let expressions = [
    "[0-9a-f]{8}", "[0-9a-f]{8,}", "[a-p][0-9]{9}[i-z]", "[0-9]{9,11}[a-p]{2}", "[0-9a-f:-]{19}",
    #"\b[0-9]{9}\b"#, "[x-z]?[0-9]{8}[a-p]*", ".{2,5}[0-9]{9}", "[0-9]{8}.{0,3}[a-p]", "([0-9]|[a-p][i-z]){12}",
    "[0-9]{8}[a-p]{1,4}",
  ]

  private static func pattern(_ expression: String, _ modifiers: String) -> Pattern? {
    let (set, ids, _) = compile(["/\(expression)/ \(modifiers)"])
    return ids.first?.map { set.pattern($0) }
  }

  /// Runs of digits and letters of all lengths, whole and broken, between other bytes.
  private static func data(_ random: inout SeededNumbers) -> [UInt8] {
    var data: [UInt8] = []
    while data.count < 3_000 {
      let length = Int.random(in: 0...14, using: &random)
      switch Int.random(in: 0..<6, using: &random) {
      case 0: data += (0..<length).map { _ in "0123456789".utf8.randomElement(using: &random)! }
      case 1: data += (0..<length).map { _ in "0123456789abcdefxz:-".utf8.randomElement(using: &random)! }
      case 2: data += [UInt8](repeating: 0, count: length * 5)
      case 3: data += (0..<length).map { _ in UInt8.random(in: 0...255, using: &random) }
      case 4: data += Array("12ab:34cd-56ef:7890".utf8.prefix(length + 5))
      default: data += Array("abc12345678901xyz 9999999999 ".utf8.suffix(length + 12))
      }
    }
    return data
  }

  /// Offsets at which anything that the node takes begins; `stride` 2 for wide.
  private static func starts(_ node: PatternNode, _ data: [UInt8], stride: Int) -> [Int] {
    if stride == 1 {
      let reference = ReferenceMatcher(data: data)
      return data.indices.filter { start in reference.ends(node, start).contains { $0 > start } }
    }
    return data.indices.filter { start in
      var characters: [UInt8] = []
      var place = start
      while place + 1 < data.count, data[place + 1] == 0, characters.count < 200 {
        characters.append(data[place])
        place += 2
      }
      return ReferenceMatcher(data: characters).ends(node, 0).contains { $0 > 0 }
    }
  }

  @Test(arguments: expressions)
  func leavesNoMatchOut(_ expression: String) throws {
    var random = SeededNumbers(seed: UInt64(expression.utf8.count))
    var found = 0
    for modifiers in ["", "wide"] where modifiers.isEmpty || !expression.contains(#"\b"#) {
      let (set, ids, _) = compile(["/\(expression)/ \(modifiers)"])
      let id = try #require(ids.first ?? nil)
      #expect(!set.probes.isEmpty, "\(expression) has no run that is looked for")
      guard case .regex(let node, _) = set.pattern(id).content else { continue }
      for _ in 0..<6 {
        var data = Self.data(&random)
        if modifiers == "wide" {
          data = data.flatMap { UInt8.random(in: 0...40, using: &random) == 0 ? [$0] : [$0, 0] }
        }
        let expected = Self.starts(node, data, stride: modifiers.isEmpty ? 1 : 2)
        #expect(matches(set, data)[id.index].map(\.offset) == expected, "/\(expression)/ \(modifiers)")
        found += expected.count
      }
    }
    #expect(found > 0, "\(expression) tests nothing")
  }

  /// Across the stretches that are searched one after the other, and at both ends.
  @Test func runsAcrossStretchesAreFound() throws {
    let (set, ids, _) = compile(["/[0-9a-f]{64}/"])
    let id = try #require(ids.first ?? nil)
    let run = Array("0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef".utf8)
    var data = [UInt8](repeating: 0x2E, count: (2 << 20) + 100)
    var places = [0, data.count - 64]
    for start in [(1 << 20) - 64, (1 << 20) - 1, (1 << 20) + 700, (2 << 20) - 30] { places.append(start) }
    places.sort()
    var expected: [Int] = []
    for place in places where expected.last.map({ $0 + 128 < place }) ?? true {
      data.replaceSubrange(place..<place + 64, with: run)
      expected.append(place)
    }
    #expect(matches(set, data)[id.index].map(\.offset) == expected)
  }

  /// What may be anything, or is too short, is not looked for in this way.
  @Test(arguments: [#"[^\n]{40}"#, "[0-9]{3}", ".*", "[a-z]*[0-9]*"])
  func littleIsNoRun(_ expression: String) {
    let (set, _, _) = compile(["/\(expression)/"])
    #expect(set.probes.isEmpty)
  }
}
