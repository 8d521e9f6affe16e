/// Collects the diagnostics of one source, at most `limit` of them; past that one `tooMany` says
/// that there are more, so that a megabyte of garbage gives a page of text.
struct DiagnosticSink {
  static let limit = 100
  private(set) var diagnostics: [Diagnostic] = []
  /// How many more there were.
  private(set) var dropped = 0

  var isFull: Bool { diagnostics.count >= Self.limit }

  mutating func report(_ diagnostic: Diagnostic) {
    if !dropIfFull() { diagnostics.append(diagnostic) }
  }

  /// Counts a diagnostic that need not be made, if there is no room for it.
  mutating func dropIfFull() -> Bool {
    if isFull { dropped += 1 }
    return isFull
  }

  /// In the order of the text; equal places keep the order of their reports.
  func sorted(endOfText: SourceRange) -> [Diagnostic] {
    var result = diagnostics.enumerated().sorted { a, b in
      let left = a.element.range?.start ?? 0
      let right = b.element.range?.start ?? 0
      return left == right ? a.offset < b.offset : left < right
    }.map(\.element)
    if dropped > 0 {
      result.append(
        Diagnostic(
          .tooMany, "too many errors, \(dropped) more are not shown",
          at: result.last?.range ?? endOfText, notes: ["Correct the first ones and check again."]))
    }
    return result
  }
}
