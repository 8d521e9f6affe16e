import Bytes
import Testing

/// Literals with known surroundings, found by sampling: what stands there is found once and in order,
/// whatever else may be found.
@Suite struct SampledSearchTests {
  private struct Numbers: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return state ^ state >> 29
    }
  }

  private struct Case {
    var literals: [SearchLiteral]
    var data: [UInt8]
  }

  /// Few values, so that samples occur by chance.
  private static func randomCase(_ seed: UInt64) -> Case {
    var random = Numbers(state: seed)
    let letters: [[UInt8]] = [
      Array("ab".utf8), Array("abcdefgh".utf8), Array("aBcD e\0\0\0".utf8), Array(0...255),
    ]
    let alphabet = letters[Int.random(in: 0..<letters.count, using: &random)]
    func bytes(_ count: Int, _ random: inout Numbers) -> [UInt8] {
      (0..<count).map { _ in alphabet[Int.random(in: 0..<alphabet.count, using: &random)] }
    }
    let hasCaseless = Bool.random(using: &random)
    let shortest = Int.random(in: 1...12, using: &random)
    let literals = (0..<Int.random(in: 1...150, using: &random)).map { _ in
      let isCaseless = hasCaseless && Bool.random(using: &random)
      func text(_ count: Int) -> [UInt8] {
        let text = bytes(count, &random)
        return isCaseless ? text.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 } : text
      }
      var literal = SearchLiteral(
        bytes: text(Int.random(in: shortest...max(shortest, 11), using: &random)),
        isCaseless: isCaseless)
      literal.before = text(Int.random(in: 0...20, using: &random))
      literal.after = text(Int.random(in: 0...20, using: &random))
      return literal
    }
    var data = bytes([100, 3_000, 70_000, 140_000].randomElement(using: &random) ?? 0, &random)
    for _ in 0..<60 {
      guard let literal = literals.randomElement(using: &random) else { continue }
      var text = literal.before + literal.bytes + literal.after
      if literal.isCaseless {
        for place in text.indices
        where (0x61...0x7A).contains(text[place]) && Bool.random(using: &random) {
          text[place] ^= 0x20
        }
      }
      // At the ends of the data as often as inside, cut off or not.
      let start =
        [0, data.count - text.count, Int.random(in: 0..<data.count, using: &random)].randomElement(
          using: &random) ?? 0
      for (place, byte) in text.enumerated() where data.indices.contains(start + place) {
        data[start + place] = byte
      }
    }
    return Case(literals: literals, data: data)
  }

  private static func equal(_ a: UInt8, _ b: UInt8, _ isCaseless: Bool) -> Bool {
    a == b || isCaseless && a ^ b == 0x20 && (0x61...0x7A).contains(a | 0x20)
  }

  private static func stands(_ text: [UInt8], _ isCaseless: Bool, in data: [UInt8], at start: Int)
    -> Bool
  {
    start >= 0 && start + text.count <= data.count
      && text.indices.allSatisfy { equal(text[$0], data[start + $0], isCaseless) }
  }

  @Test(arguments: 1...40) func whatStandsThereIsFound(seed: Int) throws {
    let one = Self.randomCase(UInt64(seed) &* 977)
    let database = try LiteralDatabase(one.literals)
    let scratch = LiteralScratch()
    let from = seed % 3 == 0 ? one.data.count / 3 : 0
    var hits: [(literal: Int, end: Int)] = []
    try ByteView.with(one.data) { view in
      _ = try database.search(view, from: from, scratch: scratch) { batch in
        for index in batch.indices { hits.append((batch[index].literal, batch[index].end)) }
        return true
      }
    }
    var found: Set<[Int]> = []
    for (index, hit) in hits.enumerated() {
      let literal = one.literals[hit.literal]
      #expect(hit.end > from)
      #expect(
        Self.stands(
          literal.bytes, literal.isCaseless, in: one.data, at: hit.end - literal.bytes.count))
      #expect(found.insert([hit.literal, hit.end]).inserted, "delivered once")
      if database.isOrdered, index > 0 { #expect(hits[index - 1].end <= hit.end) }
    }
    for (index, literal) in one.literals.enumerated() {
      let text = literal.before + literal.bytes + literal.after
      guard let first = text.first else { continue }
      for start in one.data.indices where Self.equal(first, one.data[start], literal.isCaseless) {
        guard Self.stands(text, literal.isCaseless, in: one.data, at: start) else { continue }
        let end = start + literal.before.count + literal.bytes.count
        if end > from {
          #expect(found.contains([index, end]), "literal \(index) that ends at \(end)")
        }
      }
    }
  }

  @Test func aSearchThatIsStoppedDeliversNoMore() throws {
    let text = Array("some text that is long enough to be found by sampling".utf8)
    let database = try LiteralDatabase([SearchLiteral(bytes: text, isCaseless: false)])
    let data = Array(repeating: text, count: 50_000).flatMap { $0 }
    var batches = 0
    let isDone = try ByteView.with(data) { view in
      try database.search(view, scratch: LiteralScratch()) { _ in
        batches += 1
        return batches < 2
      }
    }
    #expect(!isDone)
    #expect(batches == 2)
  }
}
