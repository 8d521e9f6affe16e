import GramIndex
import Testing

struct IndexQueryTests {
  private let a = IndexQuery.literal([1])
  private let b = IndexQuery.literal([2])
  private let c = IndexQuery.literal([3])

  @Test func conjunctionsAreSimplified() {
    #expect(IndexQuery.all(of: []) == .everything)
    #expect(IndexQuery.all(of: [a, .everything, .and([a, b])]) == .and([a, b]))
    #expect(IndexQuery.all(of: [a, .nothing]) == .nothing)
  }

  @Test func disjunctionsAreSimplified() {
    #expect(IndexQuery.any(of: []) == .nothing)
    #expect(IndexQuery.any(of: [a, .nothing, .or([a, b])]) == .or([a, b]))
    #expect(IndexQuery.any(of: [a, .everything]) == .everything)
  }

  @Test func countsTakeWhatIsAlwaysTrueForGranted() {
    #expect(IndexQuery.atLeast(2, of: [a, .everything, b]) == .or([a, b]))
    #expect(IndexQuery.atLeast(3, of: [a, .nothing, b]) == .nothing)
    #expect(IndexQuery.atLeast(2, of: [a, b]) == .and([a, b]))
    #expect(IndexQuery.atLeast(2, of: [a, b, c]) == .atLeast(2, [a, b, c]))
    #expect(IndexQuery.atLeast(0, of: [.nothing]) == .everything)
    // Two patterns with the same query may both match where one literal is found.
    #expect(IndexQuery.atLeast(2, of: [a, a, b]) == .atLeast(2, [a, a, b]))
  }
}
