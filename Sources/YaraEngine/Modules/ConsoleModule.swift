internal import Bytes

/// YARA's `console`: writes a line and is true. The lines are part of the scan's outcome.
extension ModuleDefinition {
  static let console = ModuleDefinition(
    name: "console",
    root: StructureType(
      "console",
      [
        ModuleField(
          "log",
          .function(
            withAndWithoutMessage(.text) { $0.text($1).bytes }
              + withAndWithoutMessage(.integer) { Array(String($0.integer($1)).utf8) }
              + withAndWithoutMessage(.float) { decimal($0.float($1)) }
              + withAndWithoutMessage(.boolean) {
                Array(($0.boolean($1) ? "true" : "false").utf8)
              } + ofTheFile)),
        ModuleField(
          "hex",
          .function(
            withAndWithoutMessage(.integer) {
              Array(("0x" + String(UInt64(bitPattern: $0.integer($1)), radix: 16)).utf8)
            })),
      ]),
    makeState: { PlainState($0) })

  /// The overloads `(value)` and `(message, value)`.
  private static func withAndWithoutMessage(
    _ type: ParameterType, _ show: @escaping @Sendable (ModuleArguments, Int) -> [UInt8]
  ) -> [FunctionOverload] {
    [
      .boolean([type], of: PlainState.self, hasEffects: true) { state, arguments in
        state.input.console.write(show(arguments, 0))
        return true
      },
      .boolean([.text, type], of: PlainState.self, hasEffects: true) { state, arguments in
        state.input.console.write(arguments.text(0).bytes + show(arguments, 1))
        return true
      },
    ]
  }

  /// YARA-X's `(offset, length)` and `(message, offset, length)`: bytes of the file. Nothing is
  /// written where they do not lie in it.
  private static let ofTheFile: [FunctionOverload] = [0, 1].map { first in
    .boolean(
      Array(repeating: .text, count: first) + [.integer, .integer], of: PlainState.self,
      hasEffects: true
    ) { state, arguments in
      let (offset, length) = (arguments.integer(first), arguments.integer(first + 1))
      let data = state.input.data
      guard offset >= 0, length >= 0, offset <= Int64(data.count),
        length <= Int64(data.count) - offset
      else { return true }
      let bytes = (Int(offset)..<Int(offset) + Int(length)).map { data[$0] }
      state.input.console.write((first == 1 ? arguments.text(0).bytes : []) + escaped(bytes))
      return true
    }
  }

  /// Text as it is where it can be read; else with C's escapes.
  static func escaped(_ bytes: [UInt8]) -> [UInt8] {
    let mustEscape: (Unicode.Scalar) -> Bool = {
      $0.value < 0x20 || (0x7F..<0xA0).contains($0.value) || $0 == "\\" || $0 == "\""
    }
    if let text = String(validating: bytes, as: UTF8.self), !text.unicodeScalars.contains(where: mustEscape) {
      return bytes
    }
    let digits = Array("0123456789abcdef".utf8)
    return bytes.flatMap { byte -> [UInt8] in
      switch byte {
      case 0x09: Array("\\t".utf8)
      case 0x0A: Array("\\n".utf8)
      case 0x0D: Array("\\r".utf8)
      case 0x27: Array("\\'".utf8)
      case 0x22: Array("\\\"".utf8)
      case 0x5C: Array("\\\\".utf8)
      case 0x20..<0x7F: [byte]
      default: Array("\\x".utf8) + [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      }
    }
  }

  /// A float as YARA-X shows it: the shortest decimal digits that give the same number, never an
  /// exponent, no fraction where it is whole.
  static func decimal(_ value: Double) -> [UInt8] {
    guard value.isFinite else {
      return Array((value.isNaN ? "NaN" : value < 0 ? "-inf" : "inf").utf8)
    }
    var digits: [UInt8] = []
    var point = 0
    var exponent = 0
    var afterPoint = false
    let shortest = Array(value.magnitude.description.utf8)
    for (index, byte) in shortest.enumerated() {
      if byte == UInt8(ascii: ".") {
        afterPoint = true
      } else if byte == UInt8(ascii: "e") {
        exponent = Int(String(decoding: shortest[(index + 1)...], as: UTF8.self)) ?? 0
        break
      } else {
        digits.append(byte)
        if !afterPoint { point += 1 }
      }
    }
    point += exponent
    while digits.count > max(point, 1), digits.last == UInt8(ascii: "0") { digits.removeLast() }
    var text: [UInt8] = value.sign == .minus ? [UInt8(ascii: "-")] : []
    if point <= 0 {
      text += [UInt8(ascii: "0")]
      if digits.contains(where: { $0 != UInt8(ascii: "0") }) {
        text += [UInt8(ascii: ".")] + Array(repeating: UInt8(ascii: "0"), count: -point) + digits
      }
    } else if digits.count <= point {
      text += digits + Array(repeating: UInt8(ascii: "0"), count: point - digits.count)
    } else {
      text += digits[..<point] + [UInt8(ascii: ".")] + digits[point...]
    }
    return text
  }
}
