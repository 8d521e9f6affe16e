internal import Bytes
internal import Hunt

/// How matches of plain files are printed: as `yara` prints them, or as JSON lines.
struct ScanFormat: Sendable {
  let json: Bool
  let strings: Bool
  let meta: Bool
  let tags: Bool
  let namespace: Bool
  let count: Bool
  let tag: String?
  let identifier: String?

  /// Appends what is to be printed for one file.
  func write(path: String, matches: [RuleMatch], to text: inout JSONText) {
    let wanted = matches.filter { match in
      (tag == nil || match.tags.contains(tag ?? ""))
        && (identifier == nil || match.identifier == identifier)
    }
    if json {
      text.object { text in
        text.key("path")
        text.string(path)
        text.key("rules")
        text.array { text in for match in wanted { match.write(to: &text) } }
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
      if strings { Self.write(match.strings, to: &text) }
    }
  }

  /// The JSON line of a file that was not scanned.
  func write(path: String, problem: String, to text: inout JSONText) {
    text.object { text in
      text.key("path")
      text.string(path)
      text.key("rules")
      text.array { _ in }
      text.key("error")
      text.string(problem)
    }
    text.newline()
  }

  /// `0x1f:$a: matched bytes`, a line each.
  static func write(_ strings: [RuleMatch.StringMatch], to text: inout JSONText) {
    for string in strings {
      text.raw(
        line: "0x\(String(string.offset, radix: 16)):\(string.identifier): "
          + printable(string.data, isCut: string.length > string.data.count))
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
