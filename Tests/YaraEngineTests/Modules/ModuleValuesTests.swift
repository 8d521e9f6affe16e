import Testing

@testable import YaraEngine

/// Floats are the same to the last bit: they are compared as their shortest decimal digits.
@Suite struct ModuleValuesTests {
  @Test func valuesAreThoseOfYaraX() {
    let digits = RecordedModuleValues.data.filter { !$0.isWhitespace }
    let data = bytes(hexadecimal: digits)
    #expect(data.count == 997)
    for (expression, line) in RecordedModuleValues.lines {
      let found = ConsoleModuleTests.lines(
        #"import "math" import "hash" rule r { condition: console.log(\#(expression)) }"#, data)
      #expect(found == [line], "\(expression)")
    }
  }

  @Test func theLowestIntegerHasNoAbsoluteValueExceptInYara() {
    let condition = "math.abs(-0x7fffffffffffffff - 1) < 0"
    #expect(Engine.holds(condition, imports: #"import "math""#) == false)
    #expect(Engine.holds("defined \(condition)", imports: #"import "math""#) == false)
    #expect(Engine.holds(condition, [], .yara, imports: #"import "math""#) == true)
  }

  @Test func resultsOfRangesAreKeptPerFile() {
    // The same range twice, then another; the second must not answer for the third.
    #expect(
      Engine.holds(
        "hash.md5(0, 1) == hash.md5(0, 1) and hash.md5(0, 1) != hash.md5(1, 1) and "
          + "math.count(0x61, 0, 1) == 1 and math.count(0x61, 1, 1) == 0", Array("ab".utf8),
        imports: #"import "hash" import "math""#) == true)
  }
}
