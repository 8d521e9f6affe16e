import Bytes
import Testing

@testable import YaraEngine

@Suite struct EntryPointTests {
  static func file(_ digits: String, _ count: Int) -> [UInt8] {
    let start = bytes(hexadecimal: digits)
    return start + [UInt8](repeating: 0, count: count - start.count)
  }

  @Test func entryPointsAreThoseOfYara() {
    for (name, digits, count, expected) in RecordedEntryPoints.files {
      let found = ByteView.with(Self.file(digits, count)) { EntryPoint.offset(in: $0) }
      #expect(found == expected, "\(name)")
      let condition = expected.map { "entrypoint == \($0)" } ?? "not defined entrypoint"
      #expect(Engine.holds(condition, Self.file(digits, count)) == true, "\(name)")
    }
  }

  @Test func noHeaderMakesItTrap() {
    // Every third byte of each header set to its extremes.
    for (_, digits, count, _) in RecordedEntryPoints.files where count > 8 {
      let file = Self.file(digits, min(count, 700))
      for offset in stride(from: 0, to: min(file.count, 400), by: 3) {
        for value: UInt8 in [0, 0x7F, 0xFF] {
          var changed = file
          changed[offset] = value
          _ = ByteView.with(changed) { EntryPoint.offset(in: $0) }
        }
      }
    }
  }
}
