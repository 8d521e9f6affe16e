/// Collects canonical rule text. Bytes, not a string: regular expressions may hold any bytes.
struct SyntaxWriter {
  var bytes: [UInt8] = []

  var text: String { String(decoding: bytes, as: UTF8.self) }

  mutating func write(_ text: String) { bytes.append(contentsOf: text.utf8) }

  // MARK: - Literals

  /// In quotes. Readable UTF-8 stays, everything else is escaped.
  mutating func writeText(_ content: [UInt8]) {
    let keepsHigh = InvalidUTF8.isClean(content)
    write("\"")
    for byte in content {
      switch byte {
      case UInt8(ascii: "\""): write("\\\"")
      case UInt8(ascii: "\\"): write("\\\\")
      case 0x0A: write("\\n")
      case 0x0D: write("\\r")
      case 0x09: write("\\t")
      case 0x20..<0x7F: bytes.append(byte)
      case 0x80... where keepsHigh: bytes.append(byte)
      default: write("\\x\(Hex.twoDigits(byte))")
      }
    }
    write("\"")
  }

  /// Between slashes with its flags. Bytes that are no UTF-8 become `\xHH`, which means the same.
  mutating func writeRegex(_ regex: RegexLiteral) {
    let keepsHigh = InvalidUTF8.isClean(regex.pattern)
    write("/")
    var isEscaped = false
    for byte in regex.pattern {
      if byte == UInt8(ascii: "/"), !isEscaped {
        write("\\/")
      } else if byte >= 0x80, !keepsHigh {
        write("\(isEscaped ? "" : "\\")x\(Hex.twoDigits(byte))")
      } else {
        bytes.append(byte)
      }
      isEscaped = byte == UInt8(ascii: "\\") && !isEscaped
    }
    write("/")
    if regex.caseInsensitive { write("i") }
    if regex.dotMatchesNewline { write("s") }
  }

  /// Numbers of conditions have no sign; those past the signed range are bit patterns.
  mutating func writeInteger(_ value: Int64) {
    if value >= 0 {
      write(String(value))
    } else {
      write("0x\(String(UInt64(bitPattern: value), radix: 16, uppercase: true))")
    }
  }

  /// Decimal digits without an exponent, which rule text does not have, that read back as `value`.
  mutating func writeFloat(_ value: Double) {
    guard value.isFinite else {
      // A number too large for a double, as both engines read it.
      write(value < 0 ? "-" : "")
      return write("1\(String(repeating: "0", count: 309)).0")
    }
    let text = value.description
    guard let exponentSign = text.firstIndex(where: { $0 == "e" || $0 == "E" }) else {
      return write(text)
    }
    var mantissa = text[..<exponentSign]
    let exponent = Int(text[text.index(after: exponentSign)...]) ?? 0
    if mantissa.hasPrefix("-") {
      write("-")
      mantissa = mantissa.dropFirst()
    }
    let parts = mantissa.split(separator: ".", maxSplits: 1)
    let whole = String(parts.first ?? "0")
    let fraction = parts.count > 1 && parts[1] != "0" ? String(parts[1]) : ""
    let digits = whole + fraction
    let point = whole.count + exponent
    if point <= 0 {
      write("0.\(String(repeating: "0", count: -point))\(digits)")
    } else if point >= digits.count {
      write("\(digits)\(String(repeating: "0", count: point - digits.count)).0")
    } else {
      write("\(digits.prefix(point)).\(digits.dropFirst(point))")
    }
  }

  mutating func writeList<T>(
    _ items: [T], _ separator: String = ", ", _ writeItem: (inout SyntaxWriter, T) -> Void
  ) {
    for (index, item) in items.enumerated() {
      if index > 0 { write(separator) }
      writeItem(&self, item)
    }
  }
}
