internal import Bytes

/// A JSON value with all that it holds. For what has to be looked at twice; else read it piece by
/// piece with `JSONReader`.
indirect enum JSONValue: Sendable, Equatable {
  case null
  case boolean(Bool)
  case integer(Int64)
  /// From 2^63 to 2^64 - 1.
  case unsigned(UInt64)
  case float(Double)
  case text([UInt8])
  case array([JSONValue])
  /// By key; of equal keys the last.
  case object([[UInt8]: JSONValue])

  subscript(key: String) -> JSONValue? {
    if case .object(let members) = self { members[Array(key.utf8)] } else { nil }
  }

  var text: [UInt8]? { if case .text(let bytes) = self { bytes } else { nil } }
  var elements: [JSONValue]? { if case .array(let elements) = self { elements } else { nil } }
}

extension JSONReader {
  /// The next value. Takes no stack for its depth.
  mutating func value() throws(JSONDamage) -> JSONValue {
    // Values whose container is open, container after container, and for each container where its
    // values begin.
    var values: [JSONValue] = []
    var keys: [[UInt8]] = []
    var open: [(start: Int, isObject: Bool)] = []
    while true {
      let first = peek()
      if first == UInt8(ascii: "{") {
        try enter("{")
        if !take("}") {
          open.append((values.count, true))
          keys.append(try key())
          continue
        }
        leave()
        values.append(.object([:]))
      } else if first == UInt8(ascii: "[") {
        try enter("[")
        if !take("]") {
          open.append((values.count, false))
          continue
        }
        leave()
        values.append(.array([]))
      } else {
        values.append(try plainValue())
      }
      // A value has ended, and with it perhaps containers around it.
      while let container = open.last {
        if take(",") {
          if container.isObject { keys.append(try key()) }
          break
        }
        try expect(container.isObject ? "}" : "]")
        leave()
        open.removeLast()
        let inner = Array(values[container.start...])
        values.removeLast(inner.count)
        if container.isObject {
          let names = keys.suffix(inner.count)
          values.append(.object(Dictionary(zip(names, inner), uniquingKeysWith: { $1 })))
          keys.removeLast(inner.count)
        } else {
          values.append(.array(inner))
        }
      }
      if open.isEmpty { return values.last ?? .null }
    }
  }

  private mutating func key() throws(JSONDamage) -> [UInt8] {
    guard peek() == UInt8(ascii: "\"") else { throw damage }
    let key = try text()
    try expect(":")
    return key
  }

  private mutating func plainValue() throws(JSONDamage) -> JSONValue {
    switch peek() {
    case UInt8(ascii: "\""): return .text(try text())
    case UInt8(ascii: "t"), UInt8(ascii: "f"), UInt8(ascii: "n"): return try word()
    default:
      let (bytes, isInteger) = try number()
      let digits = String(decoding: bytes.array, as: UTF8.self)
      if isInteger, let value = Int64(digits) { return .integer(value) }
      if isInteger, hasShortIntegers { throw damage }
      if isInteger, let value = UInt64(digits) { return .unsigned(value) }
      guard let value = Double(digits), value.isFinite else { throw damage }
      return .float(value)
    }
  }
}
