import Bytes
import Testing

/// Against a naive search: no hit may be lost, wherever it stands.
@Suite struct LiteralSearchTests {
  private static func naive(_ literals: [SearchLiteral], _ data: [UInt8]) -> Set<LiteralHit> {
    func folded(_ byte: UInt8) -> UInt8 { byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte }
    var hits: Set<LiteralHit> = []
    for (number, literal) in literals.enumerated() {
      guard literal.bytes.count <= data.count else { continue }
      for start in 0...(data.count - literal.bytes.count) {
        let isHere = literal.bytes.indices.allSatisfy {
          let (a, b) = (literal.bytes[$0], data[start + $0])
          return a == b || (literal.isCaseless && folded(a) == folded(b))
        }
        if isHere { hits.insert(LiteralHit(literal: number, end: start + literal.bytes.count)) }
      }
    }
    return hits
  }

  @Test(arguments: [
    (["b", "ab"], true), (["b", "ab"], false), (["\0b", "\0ab"], true), (["bb", "b"], false),
    (["ca", "cgdhb", "ahhxdcx"], true), (["ab"], false), (["d\0dg", "fagad\0cc"], false),
  ])
  func findsEveryHitNearTheEndAtEveryAlignment(_ texts: [String], _ isCaseless: Bool) throws {
    let literals = texts.map { SearchLiteral(bytes: Array($0.utf8), isCaseless: isCaseless) }
    let database = try LiteralDatabase(literals)
    let scratch = LiteralScratch()
    for count in [20, 130, 517] {
      for distance in stride(from: 0, to: 40, by: 3) {
        let text = Array(texts[distance / 3 % texts.count].utf8)
        guard distance + text.count <= count else { continue }
        var data = [UInt8](repeating: 0x78, count: count)
        data.replaceSubrange((count - distance - text.count)..<(count - distance), with: text)
        for shift in stride(from: 0, to: 64, by: 11) {
          var found: Set<LiteralHit> = []
          let padded = [UInt8](repeating: 0x79, count: shift) + data
          let expected = Self.naive(literals, data)
          let finished = try ByteView.with(padded) { view in
            try database.search(view.clamped(at: shift, length: data.count), scratch: scratch) { hits in
              for index in hits.indices { found.insert(hits[index]) }
              return true
            }
          }
          #expect(finished)
          #expect(found == expected)
        }
      }
    }
  }
}
