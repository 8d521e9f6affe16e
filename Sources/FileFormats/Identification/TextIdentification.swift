internal import Bytes

/// Whether the bytes are text, and of what language, from the first kilobytes.
///
/// Text is UTF-8, UTF-16 with a mark, or a one-byte encoding: no control characters but the usual
/// white space, backspace and escape. The language is told by a first line (`#!`, `<?php`), then
/// by the words that occur; a language needs more than one sign of its own unless the sign is
/// unmistakable.
enum TextIdentification {
  /// As much as decides; long enough for a licence text at the head of a script.
  static let window = 16 << 10

  static func identify(_ data: ByteView) -> FileType? {
    guard let text = lowered(data) else { return nil }
    return ByteView.with(text) { language($0) }
  }

  /// The beginning as lower-case ASCII with other characters as they are; nil for what is no text.
  private static func lowered(_ data: ByteView) -> [UInt8]? {
    let head = data.clamped(at: 0, length: window)
    if head.big(at: 0, as: UInt16.self) == 0xFFFE || head.big(at: 0, as: UInt16.self) == 0xFEFF {
      return wide(head, littleEndian: head.byte(at: 0) == 0xFF)
    }
    let skip = head.big(at: 0, as: UInt16.self) == 0xEFBB && head.byte(at: 2) == 0xBF ? 3 : 0
    var text: [UInt8] = []
    text.reserveCapacity(head.count)
    for offset in skip..<max(skip, head.count) {
      guard let byte = head.byte(at: offset), isText(byte) else { return nil }
      text.append((0x41...0x5A).contains(byte) ? byte | 0x20 : byte)
    }
    return text
  }

  private static func wide(_ head: ByteView, littleEndian: Bool) -> [UInt8]? {
    var text: [UInt8] = []
    for offset in stride(from: 2, to: head.count - 1, by: 2) {
      let unit =
        (littleEndian ? head.little(at: offset, as: UInt16.self) : head.big(at: offset, as: UInt16.self)) ?? 0
      guard unit >= 0x80 || isText(UInt8(truncatingIfNeeded: unit)) else { return nil }
      let byte = unit < 0x80 ? UInt8(truncatingIfNeeded: unit) : 0x80
      text.append((0x41...0x5A).contains(byte) ? byte | 0x20 : byte)
    }
    return text
  }

  private static func isText(_ byte: UInt8) -> Bool {
    byte >= 0x20 && byte != 0x7F || (0x07...0x0D).contains(byte) || byte == 0x1B
  }

  private static func language(_ text: ByteView) -> FileType {
    var start = 0
    while let byte = text.byte(at: start), byte == 0x20 || (0x09...0x0D).contains(byte) { start += 1 }
    let body = text.clamped(at: start, length: text.count - start)
    if let type = interpreter(body) ?? opening(body) { return type }
    let pairs = PairSet(text)
    var best: (type: FileType, score: Int) = (.text, 2)
    for language in TextTables.languages {
      var score = 0
      for (sign, weight) in language.signs 
      where pairs.mayHold(sign) && text.find(sign) != nil {
        score += weight
      }
      if score > best.score { best = (language.type, score) }
    }
    if best.type != .text { return best.type }
    return isINI(body) ? .iniFile : .text
  }

  /// The pairs of neighbouring bytes that occur: most signs are ruled out by their first pairs, so
  /// that some two hundred signs cost little more than one pass over the text.
  private struct PairSet {
    private var bits = [UInt64](repeating: 0, count: 1024)

    init(_ text: ByteView) {
      var previous = UInt16(text.byte(at: 0) ?? 0)
      for offset in 1..<max(text.count, 1) {
        let byte = UInt16(text.byte(at: offset) ?? 0)
        let pair = previous << 8 | byte
        bits[Int(pair >> 6)] |= 1 << UInt64(pair & 63)
        previous = byte
      }
    }

    func mayHold(_ sign: StaticString) -> Bool {
      var index = 0
      while let pair = ByteView.pair(of: sign, at: index) {
        if bits[Int(pair >> 6)] & (1 << UInt64(pair & 63)) == 0 { return false }
        index += 1
      }
      return true
    }
  }

  /// `#!/usr/bin/env python3` and the like.
  private static func interpreter(_ text: ByteView) -> FileType? {
    guard text.has("#!") else { return nil }
    var end = 2
    while let byte = text.byte(at: end), byte != 0x0A, end < 256 { end += 1 }
    let line = text.clamped(at: 0, length: end)
    for (name, type) in TextTables.interpreters where line.find(name, from: 2, within: end) != nil {
      return type
    }
    return .script
  }

  private static func opening(_ text: ByteView) -> FileType? {
    for (prefix, type) in TextTables.openings where text.has(prefix) {
      guard type == .xml else { return type }
      return xmlKind(text)
    }
    if let first = text.byte(at: 0), first == UInt8(ascii: "{") || first == UInt8(ascii: "[") {
      return isJSON(text) ? .json : nil
    }
    return nil
  }

  private static func xmlKind(_ text: ByteView) -> FileType {
    let limit = 4096
    if text.find("<svg", within: limit) != nil { return .svg }
    if text.find("<!doctype html", within: limit) != nil || text.find("<html", within: limit) != nil {
      return .html
    }
    if text.find("<!doctype plist", within: limit) != nil { return .plist }
    if text.find("<job", within: limit) != nil, text.find("<script", within: limit) != nil {
      return .windowsScript
    }
    if text.find("<hta:application", within: limit) != nil { return .hta }
    return .xml
  }

  /// After the bracket comes what only JSON has there: a quoted key, a value, an end.
  private static func isJSON(_ text: ByteView) -> Bool {
    let isObject = text.byte(at: 0) == UInt8(ascii: "{")
    var offset = 1
    while let byte = text.byte(at: offset), byte == 0x20 || (0x09...0x0D).contains(byte) { offset += 1 }
    guard let next = text.byte(at: offset) else { return text.count >= 2 }
    if isObject {
      if next == UInt8(ascii: "}") { return true }
      guard next == UInt8(ascii: "\"") else { return false }
      guard let close = text.find("\"", from: offset + 1, within: offset + 4096) else { return false }
      var colon = close + 1
      while let byte = text.byte(at: colon), byte == 0x20 || (0x09...0x0D).contains(byte) { colon += 1 }
      return text.byte(at: colon) == UInt8(ascii: ":")
    }
    return next == UInt8(ascii: "{") || next == UInt8(ascii: "\"") || next == UInt8(ascii: "]")
      || next == UInt8(ascii: "[") && text.find("]", within: text.count) != nil
  }

  /// `[section]` on the first line, then a line with `key=value`.
  private static func isINI(_ text: ByteView) -> Bool {
    guard text.byte(at: 0) == UInt8(ascii: "["), let close = text.find("]", within: 128),
      let line = text.find("\n", within: 256), close < line,
      let equals = text.find("=", from: line, within: line + 512)
    else { return false }
    return equals > line
  }
}
