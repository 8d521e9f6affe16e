import Testing

@testable import YaraEngine

@Suite struct ScalarSetTests {
  /// Planes that hold nothing, or are for private use as a whole, are asked about once.
  @Test(arguments: [.unassigned, .privateUse, .otherLetter, .format] as [Unicode.GeneralCategory])
  func aSetHoldsEveryScalarOfItsCategory(_ category: Unicode.GeneralCategory) {
    let set = ScalarSet.matching { $0.generalCategory == category }
    let wrong = allScalars.first {
      set.contains($0.value) != ($0.properties.generalCategory == category)
    }
    #expect(wrong == nil)
    #expect(!set.isEmpty)
  }

  @Test func wordsAreWhatUnicodeSays() {
    let wrong = allScalars.first { scalar in
      let properties = scalar.properties
      let isWord =
        switch properties.generalCategory {
        case .nonspacingMark, .spacingMark, .enclosingMark, .decimalNumber, .connectorPunctuation: true
        default: properties.isAlphabetic || properties.isJoinControl
        }
      return ScalarSet.words.contains(scalar.value) != isWord
    }
    #expect(wrong == nil)
  }

  private var allScalars: some Sequence<Unicode.Scalar> {
    (0...ScalarSet.largestScalar).lazy.compactMap { Unicode.Scalar($0) }
  }
}
