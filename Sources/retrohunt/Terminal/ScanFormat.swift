internal import Bytes
internal import Hunt

/// How matches of plain files are printed: as `yara` prints them, or as JSON lines.
struct ScanFormat: Sendable {
  let json: Bool
  let strings: Bool
  let meta: Bool
  let tags: Bool
  let namespace: Bool
  /// Lengths and xor keys beside the matches, as `yara -L` and `yara -X` print them.
  let lengths: Bool
  let xorKeys: Bool
  let count: Bool
  let tag: String?
  let identifier: String?
  /// At most so many rules of a file.
  let maximumRules: Int

  /// Appends what is to be printed for one file.
  func write(path: String, matches: [RuleMatch], limits: [LimitReport], to text: inout JSONText) {
    let wanted = matches.filter { match in
      (tag == nil || match.tags.contains(tag ?? ""))
        && (identifier == nil || match.identifier == identifier)
    }.prefix(maximumRules)
    if json {
      text.object { text in
        text.key("path")
        text.string(path)
        text.key("rules")
        text.array { text in for match in wanted { match.write(to: &text) } }
        Self.write(limits, to: &text)
      }
      text.newline()
      return
    }
    let name = Terminal.printable(path)
    if count {
      text.raw(line: "\(name): \(wanted.count)")
      return
    }
    for match in wanted {
      var line = namespace ? "\(match.namespace):\(match.identifier)" : match.identifier
      if tags { line += " [\(match.tags.joined(separator: ","))]" }
      if meta { line += " [\(match.meta.map(Self.describe).joined(separator: ","))]" }
      text.raw(line: line + " " + name)
      if strings { Self.write(match.strings, lengths: lengths, xorKeys: xorKeys, to: &text) }
    }
  }

  private static func write(_ limits: [LimitReport], to text: inout JSONText) {
    guard !limits.isEmpty else { return }
    text.key("limits")
    text.array { text in for limit in limits { limit.write(to: &text) } }
  }

  /// The JSON line of a file that was not scanned.
  func write(path: String, problem: String, limits: [LimitReport], to text: inout JSONText) {
    text.object { text in
      text.key("path")
      text.string(path)
      text.key("rules")
      text.array { _ in }
      text.key("error")
      text.string(problem)
      Self.write(limits, to: &text)
    }
    text.newline()
  }

  /// `0x1f:$a: matched bytes`, a line each; with the length `0x1f:3:$a: ...`, with the key
  /// `0x1f:$a:xor(0x20,plaintext): ...`.
  static func write(
    _ strings: [RuleMatch.StringMatch], lengths: Bool = false, xorKeys: Bool = false,
    to text: inout JSONText
  ) {
    for string in strings {
      var line = "0x\(String(string.offset, radix: 16)):"
      if lengths { line += "\(string.length):" }
      line += string.identifier
      if xorKeys, let key = string.xorKey {
        let plain = string.data.map { $0 ^ key }
        line += ":xor(0x\(key < 16 ? "0" : "")\(String(key, radix: 16)),"
        line += printable(plain, isCut: string.length > plain.count) + ")"
      }
      text.raw(
        line: line + ": " + printable(string.data, isCut: string.length > string.data.count))
    }
  }

  private static func describe(_ entry: RuleMatch.Meta) -> String {
    switch entry.value {
    case .integer(let value): "\(entry.name)=\(value)"
    case .float(let value): "\(entry.name)=\(value)"
    case .boolean(let value): "\(entry.name)=\(value)"
    case .text(let value): "\(entry.name)=\"\(printable(value, isCut: false))\""
    }
  }

  /// Printable ASCII as it is, everything else as \xHH.
  private static func printable(_ data: [UInt8], isCut: Bool) -> String {
    var result = ""
    for byte in data {
      if byte >= 0x20, byte < 0x7F {
        result.unicodeScalars.append(Unicode.Scalar(byte))
      } else {
        let digits = String(byte, radix: 16)
        result += "\\x" + (digits.count == 1 ? "0" : "") + digits
      }
    }
    return isCut ? result + " ..." : result
  }
}
