import Bytes
import FileFormats
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

  /// More ranges than are kept, each asked for twice.
  @Test func rangesBeyondThoseKeptAreAnsweredToo() {
    var random = SeededNumbers(seed: 7)
    let data = (0..<6_000).map { _ in UInt8(random.next() & 1) }
    #expect(
      Engine.holds(
        "for all i in (0..5990) : (math.count(1, i, 1) == uint8(i) and "
          + "hash.checksum32(i, 2) == uint8(i) + uint8(i + 1) and "
          + "((hash.md5(i, 1) == hash.md5(0, 1) and uint8(i) == uint8(0)) or "
          + "(hash.md5(i, 1) != hash.md5(0, 1) and uint8(i) != uint8(0))))", data,
        imports: #"import "hash" import "math""#) == true)
  }

  @Test func longRangesAreReadInBlocksWhileThereIsTime() {
    let scratch = ModuleScratch()
    var lengths: [Int] = []
    ByteView.with([UInt8](repeating: 1, count: (5 << 20) / 2 + 1)) { view in
      scratch.forEachBlock(of: view, unit: 6) { lengths.append($0.count) }
      #expect(lengths.count == 3)
      #expect(lengths.reduce(0, +) == view.count)
      #expect(lengths.dropLast().allSatisfy { $0 % 6 == 0 })
      lengths = []
      let cancellation = Cancellation()
      scratch.cancellation = cancellation
      scratch.forEachBlock(of: view) { lengths.append($0.count); cancellation.cancel() }
      #expect(lengths == [1 << 20])
      lengths = []
      scratch.cancellation = nil
      scratch.deadline = .after(.zero)
      scratch.forEachBlock(of: view) { lengths.append($0.count) }
      #expect(lengths.isEmpty)
    }
  }

  /// A block's end must not be seen in what is made of the bytes.
  @Test func blocksJoin() throws {
    var random = SeededNumbers(seed: 11)
    let data = (0..<(1 << 20) + 11).map { _ in UInt8(truncatingIfNeeded: random.next()) }
    let whole = try ByteView.with(data) { view in
      let digest = Digest.hexadecimal(.sha256, of: view)
      let input = ModuleInput(data: view, dialect: .yaraX, now: 0, console: ConsoleOutput())
      let state = MathState(input)
      let counts = state.distribution(view)
      #expect(counts.reduce(0, +) == view.count)
      #expect(counts.indices.allSatisfy { byte in counts[byte] == data.count { Int($0) == byte } })
      var products = 0.0
      for index in data.indices {
        products += Double(data[index]) * Double(data[(index + 1) % data.count])
      }
      let sum = data.reduce(0.0) { $0 + Double($1) }
      let squares = data.reduce(0.0) { $0 + Double($1) * Double($1) }
      let count = Double(data.count)
      #expect(
        state.serialCorrelation(view, isText: false)
          == (count * products - sum * sum) / (count * squares - sum * sum))
      return try #require(String(validating: digest, as: UTF8.self))
    }
    #expect(
      Engine.holds("hash.sha256(0, filesize) == \"\(whole)\"", data, imports: #"import "hash""#) == true)
  }
}
