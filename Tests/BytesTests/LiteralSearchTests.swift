import Bytes
import Testing

@Suite struct LiteralSearchTests {
  private static func hits(_ database: LiteralDatabase, _ data: [UInt8]) throws -> Set<[Int]> {
    var found: Set<[Int]> = []
    let scratch = LiteralScratch()
    try ByteView.with(data) { view in
      _ = try database.search(view, scratch: scratch) { batch in
        for index in batch.indices { found.insert([batch[index].literal, batch[index].end]) }
        return true
      }
    }
    return found
  }

  private static func expected(_ literals: [[UInt8]], _ data: [UInt8]) -> Set<[Int]> {
    var found: Set<[Int]> = []
    for (index, literal) in literals.enumerated() where literal.count <= data.count {
      for start in 0...(data.count - literal.count)
      where data[start..<start + literal.count].elementsEqual(literal) {
        found.insert([index, start + literal.count])
      }
    }
    return found
  }

  /// Vectorscan alone loses some of these, depending on where the data lies in memory.
  @Test(arguments: [["a", "a\0"], ["ab", "a\0b\0"], ["abcd", "a\0b\0"], ["\0a", "b"], ["abcdef"]])
  func hitsNearTheEndOfTheDataAreFound(texts: [String]) throws {
    let literals = texts.map { Array($0.utf8) }
    let database = try LiteralDatabase(
      literals.map { SearchLiteral(bytes: $0, isCaseless: false) })
    for length in [1, 2, 15, 64, 100, 127, 128, 129, 160, 256, 300, 1041, 2000] {
      for distance in 0..<40 {
        for literal in literals where literal.count + distance <= length {
          var data = Array(repeating: UInt8(0x30), count: length)
          let start = length - distance - literal.count
          data.replaceSubrange(start..<start + literal.count, with: literal)
          #expect(try Self.hits(database, data) == Self.expected(literals, data))
        }
      }
    }
  }

  @Test func hitsNearTheEndOfABlockAreFoundOnce() throws {
    let block = 8 << 20
    var data = Array(repeating: UInt8(0x30), count: block + 500)
    var wanted: Set<[Int]> = []
    for end in [block - 300, block - 130, block - 128, block - 127, block - 5, block, block + 1, block + 499] {
      data[end - 1] = 0x61
      wanted.insert([0, end])
    }
    let database = try LiteralDatabase([
      SearchLiteral(bytes: [0x61], isCaseless: false), SearchLiteral(bytes: [0x61, 0], isCaseless: false),
    ])
    var ends: [Int] = []
    let scratch = LiteralScratch()
    try ByteView.with(data) { view in
      _ = try database.search(view, scratch: scratch) { batch in
        for index in batch.indices { ends.append(batch[index].end) }
        return true
      }
    }
    #expect(ends == wanted.map { $0[1] }.sorted())
  }
}
