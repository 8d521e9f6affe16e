import Bytes

/// One way in for hostile bytes.
///
/// `run` gets any bytes and must return: a trap, a hang, memory beyond the limit or a broken law
/// (`FuzzTarget.require`) is a finding.
struct FuzzTarget: Sendable {
  let name: String
  /// What the inputs are, in one line.
  let summary: String
  /// Small valid inputs to start from.
  let seeds: @Sendable () -> [[UInt8]]
  /// Words that mutations insert.
  var dictionary: [[UInt8]] = []
  let run: @Sendable ([UInt8]) -> Void

  static let all: [FuzzTarget] =
    ruleTargets + formatTargets + storeTargets + requestTargets + indexTargets

  static func require(_ law: Bool, _ words: @autoclosure () -> String) {
    if !law { fatalError("law broken: \(words())") }
  }

  /// Keeps a result from being optimised away.
  @inline(never) static func use<T>(_: T) {}
}

extension [UInt8] {
  /// What stands before and after the first NUL; the second half is empty without one.
  var halves: (first: [UInt8], second: [UInt8]) {
    guard let middle = firstIndex(of: 0) else { return (self, []) }
    return (Array(self[..<middle]), Array(self[(middle + 1)...]))
  }

  init(_ text: String) { self = Array(text.utf8) }
}

/// Takes numbers from the front of an input; zeros after its end.
struct InputReader {
  private var rest: ArraySlice<UInt8>
  init(_ bytes: [UInt8]) { rest = bytes[...] }

  var isEmpty: Bool { rest.isEmpty }

  mutating func next<T: FixedWidthInteger>(_: T.Type = T.self) -> T {
    var value: T = 0
    for shift in stride(from: 0, to: T.bitWidth, by: 8) {
      value |= T(truncatingIfNeeded: rest.popFirst() ?? 0) << T(shift)
    }
    return value
  }

  mutating func take(_ count: Int) -> [UInt8] {
    let part = rest.prefix(count)
    rest = rest.dropFirst(count)
    return Array(part)
  }

  mutating func remainder() -> [UInt8] { take(rest.count) }
}
