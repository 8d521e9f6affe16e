internal import Bytes

/// YARA's `string`: numbers in texts and the length of texts.
///
/// The engines differ in what they take for a number (YARA follows C's `strtoll`, YARA-X takes
/// signs and digits alone); each dialect keeps its engine's answer.
extension ModuleDefinition {
  static let string = ModuleDefinition(
    name: "string",
    root: StructureType(
      "string",
      [
        ModuleField(
          "to_int",
          .function([
            .integer([.text], of: PlainState.self) { state, arguments in
              arguments.text(0).withView { text in
                state.input.dialect == .yara
                  ? integerAsC(text, base: 0) : integer(text, base: 10)
              }
            },
            .integer([.text, .integer], of: PlainState.self) { state, arguments in
              let base = arguments.integer(1)
              return arguments.text(0).withView { text in
                if state.input.dialect == .yara {
                  guard base == 0 || (2...36).contains(base) else { return nil }
                  return integerAsC(text, base: base)
                }
                return (2...36).contains(base) ? integer(text, base: base) : nil
              }
            },
          ])),
        ModuleField(
          "length",
          .function([
            .integer([.text], of: PlainState.self) { _, arguments in Int64(arguments.text(0).count) }
          ])),
      ]),
    makeState: { PlainState($0) })

  private static func digit(_ byte: UInt8) -> Int64 {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): Int64(byte) - 0x30
    case UInt8(ascii: "a")...UInt8(ascii: "z"): Int64(byte) - 0x61 + 10
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): Int64(byte) - 0x41 + 10
    default: Int64.max
    }
  }

  /// An optional sign, then digits up to the end of the text; nil beyond 64 bits.
  private static func integer(_ text: ByteView, base: Int64) -> Int64? {
    var index = 0
    var negative = false
    if let first = text.byte(at: 0), first == UInt8(ascii: "+") || first == UInt8(ascii: "-") {
      negative = first == UInt8(ascii: "-")
      index = 1
    }
    return digits(text, from: &index, base: base, negative: negative, endsAtZero: false)
  }

  /// As C's `strtoll`: leading spaces, sign, `0x` and `0` prefixes where the base allows them. YARA
  /// gives no number where other bytes than a zero follow the digits.
  private static func integerAsC(_ text: ByteView, base: Int64) -> Int64? {
    var index = 0
    while let byte = text.byte(at: index), byte == 0x20 || (0x09...0x0D).contains(byte) { index += 1 }
    var negative = false
    if let sign = text.byte(at: index), sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") {
      negative = sign == UInt8(ascii: "-")
      index += 1
    }
    var base = base
    if text.byte(at: index) == UInt8(ascii: "0") {
      let mark = text.byte(at: index + 1).map { $0 | 0x20 }
      if base == 0 || base == 16, mark == UInt8(ascii: "x"),
        let next = text.byte(at: index + 2), digit(next) < 16
      {
        base = 16
        index += 2
      } else if base == 0 {
        base = 8
      }
    } else if base == 0 {
      base = 10
    }
    return digits(text, from: &index, base: base, negative: negative, endsAtZero: true)
  }

  private static func digits(
    _ text: ByteView, from index: inout Int, base: Int64, negative: Bool, endsAtZero: Bool
  ) -> Int64? {
    let start = index
    var value: Int64 = 0
    while let byte = text.byte(at: index) {
      let next = digit(byte)
      guard next < base else { break }
      let (product, overflow) = value.multipliedReportingOverflow(by: base)
      let (sum, overflow2) =
        negative ? product.subtractingReportingOverflow(next) : product.addingReportingOverflow(next)
      guard !overflow, !overflow2 else { return nil }
      value = sum
      index += 1
    }
    guard index > start else { return nil }
    return index == text.count || (endsAtZero && text.byte(at: index) == 0) ? value : nil
  }
}
