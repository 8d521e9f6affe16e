/// A comment that silences warnings, as YARA-X has it:
///
///     // suppress: text_as_hex, slow_pattern
///     $a = { 61 62 63 }          $b = /x.*/ // suppress: slow_pattern
///
/// It holds for what stands before it on its line; where nothing does, for the rule or the pattern
/// that comes next, or else for the next line that has anything on it.
public struct WarningSuppression: Sendable, Hashable {
  /// Codes, names, or YARA-X's names, as written (`DiagnosticCode.warnings(named:)`).
  public let names: [String]
  public let range: SourceRange
}

/// Finds what the comments of one text silence.
struct SuppressionFinder {
  let text: SourceText
  let tokens: [Token]

  private static let marker = Array("suppress: ".utf8)

  /// The names behind `suppress: ` in the comment, which may be of either kind; empty without it.
  static func names(in comment: ArraySlice<UInt8>) -> [String] {
    guard comment.count > marker.count else { return [] }
    var index = comment.startIndex
    while index + marker.count <= comment.endIndex {
      if comment[index] == marker[0], comment[index..<index + marker.count].elementsEqual(marker) {
        let list = comment[(index + marker.count)...].prefix {
          Lexer.isWord($0) || $0 == UInt8(ascii: ",") || $0 == 0x20 || (0x09...0x0D).contains($0)
        }
        return list.split(separator: UInt8(ascii: ",")).map { part in
          String(decoding: part.filter { Lexer.isWord($0) || $0 == 0x20 }, as: UTF8.self)
            .split(separator: " ").joined(separator: " ")
        }.filter { !$0.isEmpty }
      }
      index += 1
    }
    return []
  }

  /// - Parameters:
  ///   - comments: those with names, in the order of the text.
  ///   - items: rules and patterns with their places.
  func suppressions(_ comments: [Range<Int>], _ tree: RuleTree) -> [WarningSuppression] {
    guard !comments.isEmpty else { return [] }
    var declarations: [SourceRange] = []
    for case .rule(let rule) in tree.items {
      declarations.append(rule.range)
      declarations += rule.patterns.map(\.range)
    }
    declarations.sort { $0.start < $1.start }
    return comments.compactMap { comment in
      let names = Self.names(in: text.bytes[comment])
      guard !names.isEmpty, let range = range(of: comment, declarations) else { return nil }
      return WarningSuppression(names: names, range: range)
    }
  }

  private func range(of comment: Range<Int>, _ declarations: [SourceRange]) -> SourceRange? {
    let next = firstToken(from: comment.upperBound)
    if next > 0, let before = lineBefore(next - 1, comment.lowerBound) { return before }
    guard next < tokens.count, tokens[next].kind != .endOfFile else { return nil }
    let start = Int(tokens[next].start)
    let line = text.lineIndex(of: tokens[next].start)
    let lineEnd =
      line + 1 < text.lineStarts.count ? Int(text.lineStarts[line + 1]) - 1 : text.bytes.count
    let index = firstDeclaration(from: UInt32(clamping: start), declarations)
    if index < declarations.count, declarations[index].start < lineEnd {
      return declarations[index]
    }
    var last = max(next, firstToken(from: lineEnd) - 1)
    if tokens[last].kind == .endOfFile { last = max(next, last - 1) }
    return SourceRange(source: text.id, start: start, end: Int(tokens[last].end))
  }

  /// The tokens of the comment's line that stand before it, `index` being the last before it.
  private func lineBefore(_ index: Int, _ comment: Int) -> SourceRange? {
    let lineStart = Int(text.lineStarts[text.lineIndex(of: UInt32(clamping: comment))])
    guard Int(tokens[index].end) > lineStart, tokens[index].kind != .endOfFile else { return nil }
    // The first that reaches into the line; the one before may have begun on another.
    let first = firstToken { Int($0.end) > lineStart }
    return SourceRange(
      source: text.id, start: Int(tokens[first].start), end: Int(tokens[index].end))
  }

  private func firstToken(from offset: Int) -> Int { firstToken { Int($0.start) >= offset } }

  /// The first token of which this holds; it holds for all after it. Lines may have a million, and
  /// be asked about for each of ten thousand comments.
  private func firstToken(where holds: (Token) -> Bool) -> Int {
    var low = 0
    var high = tokens.count
    while low < high {
      let middle = (low + high) / 2
      if holds(tokens[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }

  private func firstDeclaration(from offset: UInt32, _ declarations: [SourceRange]) -> Int {
    var low = 0
    var high = declarations.count
    while low < high {
      let middle = (low + high) / 2
      if declarations[middle].start < offset { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
