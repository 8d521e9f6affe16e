/// Diagnostics to text for people.
///
///     error: rules.yar:4:9: expected an expression, found `}` [E201]
///       |
///     4 |     $a and }
///       |            ^ expected an expression
///       = note: ...
///
/// The first line is complete by itself. Rule text may be hostile: control characters are made
/// visible, so that no terminal obeys them, and long lines are cut around the place.
public struct DiagnosticRenderer: Sendable {
  private let sources: [SourceText]
  private let color: Bool

  /// - Parameter sources: in any order; diagnostics name them by their `id`.
  public init(sources: [SourceText], color: Bool) {
    self.sources = sources
    self.color = color
  }

  func source(_ id: SourceID) -> SourceText? {
    let index = Int(id.rawValue)
    if index < sources.count, sources[index].id == id { return sources[index] }
    return sources.first { $0.id == id }
  }

  /// `error: FILE:LINE:COLUMN: message [CODE]`, without colour.
  public func renderLine(_ diagnostic: Diagnostic) -> String {
    "\(diagnostic.severity.rawValue): \(place(diagnostic.range))\(visible(diagnostic.message)) [\(diagnostic.code.rawValue)]"
  }

  /// All of it: the first line, the lines of rule text with their labels, the notes. No line end
  /// at the end.
  public func render(_ diagnostic: Diagnostic) -> String {
    let severity = diagnostic.severity
    var lines = [
      paint(severity == .error ? .red : .yellow, "\(severity.rawValue):")
        + paint(
          .bold,
          " \(place(diagnostic.range))\(visible(diagnostic.message)) [\(diagnostic.code.rawValue)]")
    ]
    let excerpts = diagnostic.labels.enumerated().compactMap { index, label in
      excerpt(label, isMain: index == 0)
    }
    let width = excerpts.map { String($0.line).count }.max() ?? 0
    let margin = String(repeating: " ", count: width)
    if !excerpts.isEmpty { lines.append(paint(.blue, "\(margin) |")) }
    var previous: (file: String, line: Int, text: String)?
    for excerpt in excerpts {
      if let previous, previous.file != excerpt.file {
        lines.append(paint(.blue, "\(margin) : ") + visible(excerpt.file))
      }
      if previous.map({ $0 != (excerpt.file, excerpt.line, excerpt.text) }) ?? true {
        let number = String(excerpt.line)
        let padding = String(repeating: " ", count: width - number.count)
        lines.append(paint(.blue, "\(padding)\(number) | ") + excerpt.text)
      }
      let marks =
        String(repeating: excerpt.isMain ? "^" : "-", count: excerpt.length)
        + (excerpt.label.isEmpty ? "" : " \(excerpt.label)")
      let paintedMarks = paint(
        excerpt.isMain ? (severity == .error ? .red : .yellow) : .blue, marks)
      lines.append(
        paint(.blue, "\(margin) | ") + String(repeating: " ", count: excerpt.indent)
          + paintedMarks)
      previous = (excerpt.file, excerpt.line, excerpt.text)
    }
    for note in diagnostic.notes {
      lines.append(paint(.blue, "\(margin) = ") + "note: \(visible(note))")
    }
    for fix in diagnostic.fixes {
      if let help = help(fix) { lines.append(paint(.blue, "\(margin) = ") + "help: \(help)") }
    }
    for place in includes(of: diagnostic) {
      lines.append(
        paint(.blue, "\(margin) = ")
          + "note: included from \(visible(place.file)):\(place.line):\(place.column)")
    }
    return lines.joined(separator: "\n")
  }

  /// Longer pieces of rule text are not repeated.
  private static let longestFix = 80

  private func help(_ fix: Diagnostic.Fix) -> String? {
    guard let source = source(fix.range.source), fix.text.utf8.count <= Self.longestFix,
      fix.range.end <= source.bytes.count, fix.range.start <= fix.range.end,
      Int(fix.range.end - fix.range.start) <= Self.longestFix
    else { return nil }
    let old = shown(source.bytes[Int(fix.range.start)..<Int(fix.range.end)])
    if old.isEmpty { return "write `\(visible(fix.text))` here" }
    if fix.text.isEmpty { return "remove `\(old)`" }
    return "write `\(visible(fix.text))` instead of `\(old)`"
  }

  /// How the text of a diagnostic came in, the nearest `include` first.
  func includes(of diagnostic: Diagnostic) -> [(file: String, line: Int, column: Int)] {
    var chain: [(file: String, line: Int, column: Int)] = []
    var next = diagnostic.range.flatMap { source($0.source) }?.includedFrom
    while let range = next, chain.count < Self.longestChain, let source = source(range.source) {
      let position = source.position(of: range.start)
      chain.append((source.name, position.line, position.column))
      next = source.includedFrom
    }
    return chain
  }

  private static let longestChain = 64

  private func place(_ range: SourceRange?) -> String {
    guard let range, let source = source(range.source) else { return "" }
    let position = source.position(of: range.start)
    return "\(visible(source.name)):\(position.line):\(position.column): "
  }

  // MARK: - Excerpts

  private struct Excerpt {
    let file: String
    let line: Int
    let text: String
    /// Columns before the marks, and the number of marks.
    let indent: Int
    let length: Int
    let label: String
    let isMain: Bool
  }

  /// Bytes shown before and after the beginning of a range on a long line.
  private static let before = 60
  private static let after = 100
  private static let longestLineEnd = 4096

  private func excerpt(_ label: Diagnostic.Label, isMain: Bool) -> Excerpt? {
    guard let source = source(label.range.source) else { return nil }
    let line = source.position(of: label.range.start).line
    let bytes = source.bytes
    let lineStart = Int(source.lineStarts[line - 1])
    var lineEnd = line < source.lineStarts.count ? Int(source.lineStarts[line]) : bytes.count
    // As many carriage returns as a hostile line may end in are not all looked at for each label.
    let shortest = max(lineStart, lineEnd - Self.longestLineEnd)
    while lineEnd > shortest, bytes[lineEnd - 1] == 0x0A || bytes[lineEnd - 1] == 0x0D {
      lineEnd -= 1
    }
    let start = min(max(Int(label.range.start), lineStart), lineEnd)
    let end = min(max(Int(label.range.end), start), lineEnd)
    var from = lineStart
    var to = lineEnd
    if to - from > Self.before + Self.after {
      from = max(lineStart, start - Self.before)
      to = min(lineEnd, start + Self.after)
      // Not in the middle of a character.
      let (least, most) = (max(lineStart, from - 3), min(lineEnd, to + 3))
      while from > least, bytes[from] & 0xC0 == 0x80 { from -= 1 }
      while to < most, bytes[to] & 0xC0 == 0x80 { to += 1 }
    }
    let head = (from > lineStart ? "…" : "") + shown(bytes[from..<start])
    let marked = shown(bytes[start..<min(end, to)])
    let tail = shown(bytes[max(start, min(end, to))..<to]) + (to < lineEnd ? "…" : "")
    return Excerpt(
      file: source.name, line: line, text: head + marked + tail, indent: head.unicodeScalars.count,
      length: max(1, marked.unicodeScalars.count), label: visible(label.text), isMain: isMain)
  }

  /// Tabs as two spaces, so that marks stand below what they mark.
  private func shown(_ bytes: ArraySlice<UInt8>) -> String {
    var text = ""
    for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars {
      if scalar == "\t" { text += "  " } else { text.unicodeScalars.append(Self.visible(scalar)) }
    }
    return text
  }

  private func visible(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars { result.unicodeScalars.append(Self.visible(scalar)) }
    return result
  }

  /// Control characters, and those that turn the direction of writing, as one placeholder each.
  private static func visible(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
    switch scalar.value {
    case 0..<0x20: Unicode.Scalar(0x2400 + scalar.value) ?? "?"
    case 0x7F: "\u{2421}"
    case 0x80..<0xA0, 0x200B...0x200F, 0x2028...0x202E, 0x2066...0x2069, 0xFEFF: "\u{FFFD}"
    default: scalar
    }
  }

  // MARK: - Colour

  private enum Paint: String {
    case bold = "1"
    case red = "1;31"
    case yellow = "1;33"
    case blue = "1;34"
  }

  private func paint(_ paint: Paint, _ text: String) -> String {
    color ? "\u{1B}[\(paint.rawValue)m\(text)\u{1B}[0m" : text
  }
}
