import Testing

@testable import GramIndex

struct DocumentSetTests {
  @Test(arguments: [0, 1, 63, 64, 65, 200]) func bitsAreThoseOfASet(limit: Int) {
    var random = SeededNumbers(UInt64(limit))
    let all = Array(0..<limit)
    let a = Set(all.filter { _ in Bool.random(using: &random) })
    let b = Set(all.filter { _ in Bool.random(using: &random) })
    func bits(_ numbers: Set<Int>) -> DocumentSet {
      var set = DocumentSet(limit: limit)
      for number in numbers { set.insert(number) }
      return set
    }
    #expect(Array(bits(a)) == a.sorted())
    #expect(bits(a).union(bits(b)) == bits(a.union(b)))
    #expect(bits(a).intersection(bits(b)) == bits(a.intersection(b)))
    #expect(bits(a).subtracting(bits(b)) == bits(a.subtracting(b)))
    #expect(bits(a).count == a.count)
    #expect(bits(a).isEmpty == a.isEmpty)
    #expect(Array(DocumentSet(allOf: limit)) == all)
    #expect(DocumentSet(allOf: limit).isFull)
    #expect(bits(a).isFull == (a.count == limit))
    #expect(bits(a.intersection(b)).isSubset(of: bits(a)))
    #expect(DocumentSet(limit: limit, bytes: bits(a).bytes) == bits(a))
    // Bits behind the last document are no documents.
    #expect(
      DocumentSet(limit: limit, bytes: Array(repeating: 255, count: 99))
        == DocumentSet(allOf: limit))
    #expect(!DocumentSet(allOf: limit).contains(limit) && !DocumentSet(allOf: limit).contains(-1))
  }
}
