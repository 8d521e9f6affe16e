internal import GramIndex

// An index query in words and as JSON.
extension IndexQuery {
  /// One line a node, indented by its level.
  func lines(indent: Int) -> [String] {
    let space = String(repeating: " ", count: indent)
    switch self {
    case .everything: return [space + "every file"]
    case .nothing: return [space + "no file"]
    case .literal(let bytes): return [space + Self.text(of: bytes)]
    case .together(let runs):
      return [space + "together"] + runs.map { space + "  " + Self.text(of: $0) }
    case .local(_, let inner): return inner.lines(indent: indent)
    case .inside(let bounds, let inner):
      return [space + "from \(Self.text(bounds.first)) to \(Self.text(bounds.last))"]
        + inner.lines(indent: indent + 2)
    case .fact(let key): return [space + "fact \(String(key.hash, radix: 16))"]
    case .column(let column):
      return [space + column.column + Self.text(column.ranges, column.matchesUndefined)]
    case .header(let header):
      let bytes = zip(header.value, header.mask).map { value, mask in
        mask == 0xFF ? Self.hex(value) : mask == 0 ? "??" : "\(Self.hex(value))&\(Self.hex(mask))"
      }
      return [space + "at \(header.offset): { \(bytes.joined(separator: " ")) }"]
    case .headerNumber(let number):
      return [space + Self.name(number) + Self.text(number.ranges, number.matchesUndefined)]
    case .and(let parts): return [space + "all of"] + parts.flatMap { $0.lines(indent: indent + 2) }
    case .or(let parts): return [space + "any of"] + parts.flatMap { $0.lines(indent: indent + 2) }
    case .atLeast(let count, let parts):
      return [space + "\(count) of"] + parts.flatMap { $0.lines(indent: indent + 2) }
    }
  }

  private static func text(_ bound: PlaceBounds.Bound) -> String {
    switch bound {
    case .fromStart(let bytes): "\(bytes)"
    case .fromEnd(0): "filesize"
    case .fromEnd(let bytes): "filesize - \(bytes)"
    case .column(let name): name
    }
  }

  func write(to json: inout JSONText) {
    if case .local(_, let inner) = self { return inner.write(to: &json) }
    json.object { json in
      switch self {
      case .local: break
      case .inside(let bounds, let inner):
        json.key("from")
        json.string(Self.text(bounds.first))
        json.key("to")
        json.string(Self.text(bounds.last))
        json.key("inside")
        inner.write(to: &json)
      case .everything:
        json.key("everything")
        json.boolean(true)
      case .nothing:
        json.key("nothing")
        json.boolean(true)
      case .literal(let bytes):
        json.key("literal")
        json.string(Self.text(of: bytes))
        json.key("hex")
        json.hex(bytes)
      case .together(let runs):
        json.key("together")
        json.array { json in for run in runs { IndexQuery.literal(run).write(to: &json) } }
      case .fact(let key):
        json.key("fact")
        json.string(String(key.hash, radix: 16))
      case .column(let column):
        json.key("column")
        json.string(column.column)
        Self.write(column.ranges, column.matchesUndefined, to: &json)
      case .header(let header):
        json.key("offset")
        json.integer(header.offset)
        json.key("header")
        json.hex(header.value)
        json.key("mask")
        json.hex(header.mask)
      case .headerNumber(let number):
        json.key("number")
        json.string(Self.name(number))
        Self.write(number.ranges, number.matchesUndefined, to: &json)
      case .and(let parts):
        json.key("all")
        json.array { json in for part in parts { part.write(to: &json) } }
      case .or(let parts):
        json.key("any")
        json.array { json in for part in parts { part.write(to: &json) } }
      case .atLeast(let count, let parts):
        json.key("at_least")
        json.integer(count)
        json.key("of")
        json.array { json in for part in parts { part.write(to: &json) } }
      }
    }
  }

  private static func write(
    _ ranges: [ClosedRange<Int64>], _ matchesUndefined: Bool, to json: inout JSONText
  ) {
    json.key("ranges")
    json.array { json in
      for range in ranges {
        json.array { json in
          json.integer(range.lowerBound)
          json.integer(range.upperBound)
        }
      }
    }
    json.key("undefined")
    json.boolean(matchesUndefined)
  }

  private static func text(_ ranges: [ClosedRange<Int64>], _ matchesUndefined: Bool) -> String {
    let shown = ranges.prefix(4).map { range in
      range.lowerBound == range.upperBound
        ? "\(range.lowerBound)"
        : (range.lowerBound == .min ? "" : "\(range.lowerBound)") + ".."
          + (range.upperBound == .max ? "" : "\(range.upperBound)")
    }
    return " in " + shown.joined(separator: ", ") + (ranges.count > 4 ? ", ..." : "")
      + (matchesUndefined ? " or undefined" : "")
  }

  private static func name(_ number: HeaderNumberPredicate) -> String {
    "\(number.isSigned ? "int" : "uint")\(8 * number.bytes)\(number.isBigEndian && number.bytes > 1 ? "be" : "")(\(number.offset))"
  }

  /// As a text where it is one, plain or wide, else in hexadecimal digits.
  static func text(of bytes: [UInt8]) -> String {
    if let text = printable(bytes) { return text }
    let isWide =
      bytes.count >= 6 && bytes.count % 2 == 0
      && stride(from: 1, to: bytes.count, by: 2).allSatisfy { bytes[$0] == 0 }
    if isWide, let text = printable(stride(from: 0, to: bytes.count, by: 2).map { bytes[$0] }) {
      return text + " wide"
    }
    return "{ " + bytes.map(hex).joined(separator: " ") + " }"
  }

  private static func printable(_ bytes: [UInt8]) -> String? {
    guard bytes.allSatisfy({ $0 >= 0x20 && $0 <= 0x7E }) else { return nil }
    var text = "\""
    for byte in bytes {
      if byte == 0x22 || byte == 0x5C { text += "\\" }
      text.unicodeScalars.append(UnicodeScalar(byte))
    }
    return text + "\""
  }

  private static func hex(_ byte: UInt8) -> String {
    let text = String(byte, radix: 16, uppercase: true)
    return byte < 16 ? "0" + text : text
  }
}
