/// What literals mean: escapes, numbers, regex slashes.
extension RuleParser {
  /// The bytes of a text token, escapes resolved. YARA knows `\" \\ \t \n \r \xHH`, YARA-X `\0` too.
  func decodeText(_ token: Token) -> [UInt8] {
    let start = Int(token.start)
    let quote = UInt8(ascii: "\"")
    let isMultiline =
      token.end - token.start >= 3 && bytes[start + 1] == quote && bytes[start + 2] == quote
    let width = isMultiline ? 3 : 1
    var index = start + width
    let end = max(index, Int(token.end) - (token.isTerminated ? width : 0))
    var content: [UInt8] = []
    content.reserveCapacity(end - index)
    while index < end {
      let byte = bytes[index]
      guard byte == UInt8(ascii: "\\") else {
        content.append(byte)
        index += 1
        continue
      }
      let escaped = index + 1 < end ? bytes[index + 1] : 0x20
      var length = 2
      switch escaped {
      case UInt8(ascii: "n"): content.append(0x0A)
      case UInt8(ascii: "t"): content.append(0x09)
      case UInt8(ascii: "r"): content.append(0x0D)
      case UInt8(ascii: "0"): content.append(0)
      case quote, UInt8(ascii: "\\"): content.append(escaped)
      case UInt8(ascii: "x"):
        if index + 3 < end, let high = Hex.value(bytes[index + 2]),
          let low = Hex.value(bytes[index + 3])
        {
          content.append(high << 4 | low)
          length = 4
        } else {
          reportEscape(index, min(index + 2, end), "`\\x` needs two hexadecimal digits")
        }
      default:
        // All of one character, so that the text stays readable.
        while index + length < end, bytes[index + length] & 0xC0 == 0x80 { length += 1 }
        let last = min(index + length, end)
        reportEscape(
          index, last, "unknown escape `\(String(decoding: bytes[index..<last], as: UTF8.self))`")
        content.append(contentsOf: bytes[index..<last])
      }
      index += length
    }
    return content
  }

  private func reportEscape(_ start: Int, _ end: Int, _ message: String) {
    sink.report(
      Diagnostic(
        .invalidEscape, message, at: SourceRange(source: source, start: start, end: end),
        notes: ["The escapes are `\\\"`, `\\\\`, `\\t`, `\\n`, `\\r`, `\\0` and `\\xHH`."]))
  }

  /// Up to 64 bits, underscores skipped, `KB` and `MB` multiplied in; reports what is larger.
  func decodeInteger(_ token: Token) -> UInt64? {
    var index = Int(token.start)
    var end = Int(token.end)
    var radix: UInt64 = 10
    if end - index > 2, bytes[index] == 0x30 {
      if bytes[index + 1] == UInt8(ascii: "x") { radix = 16 }
      if bytes[index + 1] == UInt8(ascii: "o") { radix = 8 }
      if radix != 10 { index += 2 }
    }
    var scale: UInt64 = 1
    if radix == 10, end - index > 2, bytes[end - 1] == UInt8(ascii: "B") {
      scale = bytes[end - 2] == UInt8(ascii: "K") ? 1 << 10 : 1 << 20
      end -= 2
    }
    var value: UInt64 = 0
    var isTooLarge = false
    while index < end, !isTooLarge {
      if let digit = Hex.value(bytes[index]) {
        let (product, overflow) = value.multipliedReportingOverflow(by: radix)
        let (sum, carry) = product.addingReportingOverflow(UInt64(digit))
        value = sum
        isTooLarge = overflow || carry
      }
      index += 1
    }
    let (scaled, overflow) = value.multipliedReportingOverflow(by: scale)
    if isTooLarge || overflow {
      sink.report(
        Diagnostic(
          .invalidNumber, "the number is too large", at: range(token), "it needs more than 64 bits")
      )
      return nil
    }
    return scaled
  }

  /// A number in a condition. Those past the signed range stand for their bit pattern, so that
  /// `uint64(0) == 0xFFFFFFFFFFFFFFFF` compares equal bits.
  func decodeSigned(_ token: Token) -> Int64 {
    decodeInteger(token).map { Int64(bitPattern: $0) } ?? 0
  }

  /// A number past the range of a double is infinite, as in both engines.
  func decodeFloat(_ token: Token) -> Double {
    var text = spelling(token)
    text.removeAll { $0 == "_" }
    return Double(text) ?? .infinity
  }

  /// `/text/flags`: `\/` becomes `/`, all else stays for the regex parser.
  func decodeRegex(_ token: Token) -> RegexLiteral {
    var end = Int(token.end)
    var caseInsensitive = false
    var dotMatchesNewline = false
    if token.isTerminated {
      while end > Int(token.start) + 1, bytes[end - 1] != UInt8(ascii: "/") {
        end -= 1
        if bytes[end] == UInt8(ascii: "i") {
          caseInsensitive = true
        } else {
          dotMatchesNewline = true
        }
      }
      end -= 1
    }
    let start = Int(token.start) + 1
    var pattern: [UInt8] = []
    pattern.reserveCapacity(max(0, end - start))
    var offsets: [UInt32] = []
    var hasEscapedSlash = false
    var index = start
    while index < end {
      if bytes[index] == UInt8(ascii: "\\"), index + 1 < end {
        if bytes[index + 1] == UInt8(ascii: "/") {
          hasEscapedSlash = true
        } else {
          pattern.append(bytes[index])
          offsets.append(UInt32(clamping: index))
        }
        index += 1
      }
      pattern.append(bytes[index])
      offsets.append(UInt32(clamping: index))
      index += 1
    }
    return RegexLiteral(
      pattern: pattern, sourceOffsets: hasEscapedSlash ? offsets : [],
      caseInsensitive: caseInsensitive,
      dotMatchesNewline: dotMatchesNewline, range: range(token))
  }
}
