internal import Bytes

/// Reads JSON (RFC 8259) token by token, so that what nobody asks for is passed over and kept
/// nowhere.
///
/// In: bytes, hostile or not. Out: values, or `JSONDamage` at the first byte that is none of JSON.
/// The law: every byte is read once, containers are followed no deeper than `maximumDepth` unless
/// they are passed over, which takes no stack.
///
/// What is read as a value is read strictly: texts are UTF-8, surrogates come in pairs, numbers
/// are finite. What is passed over has to have the form of JSON only, as in YARA-X.
struct JSONReader {
  private let data: ByteView
  private var offset = 0
  private var depth = 0
  let maximumDepth: Int

  /// Whether whole numbers of more than 64 bits with sign are damage; else they become floats.
  let hasShortIntegers: Bool

  init(_ data: ByteView, maximumDepth: Int = 127, hasShortIntegers: Bool = false) {
    self.data = data
    self.maximumDepth = maximumDepth
    self.hasShortIntegers = hasShortIntegers
  }

  /// The first byte of the next value, behind the white space; nil at the end.
  mutating func peek() -> UInt8? {
    while let byte = data.byte(at: offset), byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 {
      offset += 1
    }
    return data.byte(at: offset)
  }

  /// Passes over the byte if it is the next after white space.
  mutating func take(_ byte: Character) -> Bool {
    guard let expected = byte.asciiValue, peek() == expected else { return false }
    offset += 1
    return true
  }

  mutating func expect(_ byte: Character) throws(JSONDamage) {
    guard take(byte) else { throw JSONDamage(offset: offset) }
  }

  /// Nothing but white space may follow.
  mutating func end() throws(JSONDamage) {
    guard peek() == nil else { throw JSONDamage(offset: offset) }
  }

  var damage: JSONDamage { JSONDamage(offset: offset) }

  // MARK: - Containers

  /// Calls `body` for each member, which has to read or skip the value.
  mutating func object(
    _ body: (inout JSONReader, [UInt8]) throws(JSONDamage) -> Void
  ) throws(JSONDamage) {
    try enter("{")
    defer { depth -= 1 }
    if take("}") { return }
    repeat {
      guard peek() == UInt8(ascii: "\"") else { throw damage }
      let key = try text()
      try expect(":")
      try body(&self, key)
    } while take(",")
    try expect("}")
  }

  /// Calls `body` for each element, which has to read or skip it.
  mutating func array(_ body: (inout JSONReader) throws(JSONDamage) -> Void) throws(JSONDamage) {
    try enter("[")
    defer { depth -= 1 }
    if take("]") { return }
    repeat { try body(&self) } while take(",")
    try expect("]")
  }

  /// Calls `body` with the place in `fields` of each member of an object that has one of these
  /// names; others are passed over. A list gives the fields one after the other, as in YARA-X.
  ///
  /// - Throws: also where a field comes twice, or a list ends before `required` fields.
  mutating func fields(
    _ fields: [String], required: Int,
    _ body: (inout JSONReader, Int) throws(JSONDamage) -> Void
  ) throws(JSONDamage) {
    if peek() == UInt8(ascii: "[") {
      var index = 0
      try array { (reader) throws(JSONDamage) in
        guard index < fields.count else { throw reader.damage }
        try body(&reader, index)
        index += 1
      }
      guard index >= required else { throw damage }
      return
    }
    var seen: Set<Int> = []
    try object { (reader, name) throws(JSONDamage) in
      guard let index = fields.firstIndex(where: { $0.utf8.elementsEqual(name) }) else {
        return try reader.skip()
      }
      guard seen.insert(index).inserted else { throw reader.damage }
      try body(&reader, index)
    }
  }

  mutating func enter(_ opening: Character) throws(JSONDamage) {
    try expect(opening)
    depth += 1
    guard depth <= maximumDepth else { throw damage }
  }

  mutating func leave() { depth -= 1 }

  /// Passes over a value of any depth.
  mutating func skip() throws(JSONDamage) {
    // The containers that are open, as the bytes that close them.
    var open: [UInt8] = []
    while true {
      switch peek() {
      case UInt8(ascii: "{"):
        offset += 1
        if !take("}") {
          open.append(UInt8(ascii: "}"))
          try skipKey()
          continue
        }
      case UInt8(ascii: "["):
        offset += 1
        if !take("]") {
          open.append(UInt8(ascii: "]"))
          continue
        }
      case UInt8(ascii: "\""): try skipText()
      case UInt8(ascii: "t"), UInt8(ascii: "f"), UInt8(ascii: "n"): try word()
      default: _ = try number()
      }
      // A value has ended, and with it perhaps containers around it.
      while let closing = open.last {
        if take(",") {
          if closing == UInt8(ascii: "}") { try skipKey() }
          break
        }
        guard peek() == closing else { throw damage }
        offset += 1
        open.removeLast()
      }
      if open.isEmpty { return }
    }
  }

  private mutating func skipKey() throws(JSONDamage) {
    guard peek() == UInt8(ascii: "\"") else { throw damage }
    try skipText()
    try expect(":")
  }

  // MARK: - Plain values

  /// `true`, `false` or `null`.
  @discardableResult
  mutating func word() throws(JSONDamage) -> JSONValue {
    _ = peek()
    for (word, value) in [("true" as StaticString, JSONValue.boolean(true)), ("false", .boolean(false)), ("null", .null)]
    where data.has(word, at: offset) {
      offset += word.utf8CodeUnitCount
      return value
    }
    throw damage
  }

  /// True if the next value is `null`, which is then read.
  mutating func null() throws(JSONDamage) -> Bool {
    guard peek() == UInt8(ascii: "n") else { return false }
    try word()
    return true
  }

  /// The bytes of a number; its value is not looked at.
  mutating func number() throws(JSONDamage) -> (bytes: ByteView, isInteger: Bool) {
    _ = peek()
    let start = offset
    if data.byte(at: offset) == UInt8(ascii: "-") { offset += 1 }
    if data.byte(at: offset) == UInt8(ascii: "0") { offset += 1 } else { try digits() }
    if let byte = data.byte(at: offset), Self.isDigit(byte) { throw damage }
    var isInteger = true
    if data.byte(at: offset) == UInt8(ascii: ".") {
      isInteger = false
      offset += 1
      try digits()
    }
    if let byte = data.byte(at: offset), byte | 0x20 == UInt8(ascii: "e") {
      isInteger = false
      offset += 1
      if let sign = data.byte(at: offset), sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") {
        offset += 1
      }
      try digits()
    }
    return (data.clamped(at: start, length: offset - start), isInteger)
  }

  private mutating func digits() throws(JSONDamage) {
    guard let byte = data.byte(at: offset), Self.isDigit(byte) else { throw damage }
    while let byte = data.byte(at: offset), Self.isDigit(byte) { offset += 1 }
  }

  private static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }

  /// A text with its escapes resolved.
  mutating func text() throws(JSONDamage) -> [UInt8] {
    try expect("\"")
    var bytes: [UInt8] = []
    var start = offset
    var isASCII = true
    while let byte = data.byte(at: offset) {
      switch byte {
      case UInt8(ascii: "\""):
        bytes += data.clamped(at: start, length: offset - start).array
        offset += 1
        guard isASCII || String(validating: bytes, as: UTF8.self) != nil else { throw damage }
        return bytes
      case UInt8(ascii: "\\"):
        bytes += data.clamped(at: start, length: offset - start).array
        offset += 1
        try escape(into: &bytes)
        start = offset
      case 0..<0x20: throw damage
      default:
        if byte >= 0x80 { isASCII = false }
        offset += 1
      }
    }
    throw damage
  }

  private static let plainEscapes: [UInt8: UInt8] = [
    0x22: 0x22, 0x5C: 0x5C, 0x2F: 0x2F, 0x62: 0x08, 0x66: 0x0C, 0x6E: 0x0A, 0x72: 0x0D, 0x74: 0x09,
  ]

  private mutating func escape(into bytes: inout [UInt8]) throws(JSONDamage) {
    guard let mark = data.byte(at: offset) else { throw damage }
    offset += 1
    if let byte = Self.plainEscapes[mark] {
      bytes.append(byte)
      return
    }
    guard mark == UInt8(ascii: "u"), var unit = hexadecimal() else { throw damage }
    if unit >= 0xD800, unit < 0xDC00 {
      guard data.has("\\u", at: offset) else { throw damage }
      offset += 2
      guard let low = hexadecimal(), low >= 0xDC00, low < 0xE000 else { throw damage }
      unit = 0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00)
    }
    guard let scalar = Unicode.Scalar(unit) else { throw damage }
    bytes += Array(String(scalar).utf8)
  }

  private mutating func hexadecimal() -> UInt32? {
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard let byte = data.byte(at: offset), let digit = Self.hexDigit(byte) else { return nil }
      value = value << 4 | digit
      offset += 1
    }
    return value
  }

  private static func hexDigit(_ byte: UInt8) -> UInt32? {
    switch byte {
    case 0x30...0x39: UInt32(byte) - 0x30
    case 0x41...0x46: UInt32(byte) - 0x37
    case 0x61...0x66: UInt32(byte) - 0x57
    default: nil
    }
  }

  /// Passes over a text: its escapes have to be escapes, surrogates need not come in pairs.
  private mutating func skipText() throws(JSONDamage) {
    try expect("\"")
    while let byte = data.byte(at: offset) {
      offset += 1
      switch byte {
      case UInt8(ascii: "\""): return
      case UInt8(ascii: "\\"):
        guard let mark = data.byte(at: offset) else { throw damage }
        offset += 1
        if mark == UInt8(ascii: "u") {
          guard hexadecimal() != nil else { throw damage }
        } else if Self.plainEscapes[mark] == nil {
          throw damage
        }
      case 0..<0x20: throw damage
      default: break
      }
    }
    throw damage
  }
}

/// The first byte that is not as JSON has it, or not as the reader of the text needs it.
public struct JSONDamage: Error, Sendable, Hashable {
  public let offset: Int
}
