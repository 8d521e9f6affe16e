/// Collects the diagnostics of one source, at most `limit` errors and as many warnings, so that a
/// megabyte of garbage gives a page of text. Where errors were left out, one `tooMany` says so;
/// warnings left out are not mentioned, since they refuse nothing.
struct DiagnosticSink {
  static let limit = 100
  private var diagnostics: [Diagnostic] = []
  private var errors = 0
  private var warnings = 0
  private var droppedErrors = 0

  /// Is there no room for another error?
  var isFull: Bool { errors >= Self.limit }

  mutating func report(_ diagnostic: Diagnostic) {
    if diagnostic.severity == .warning {
      guard warnings < Self.limit else { return }
      warnings += 1
    } else {
      if dropIfFull() { return }
      errors += 1
    }
    diagnostics.append(diagnostic)
  }

  /// Counts an error that need not be made, if there is no room for it.
  mutating func dropIfFull() -> Bool {
    if isFull { droppedErrors += 1 }
    return isFull
  }

  /// In the order of the text; equal places keep the order of their reports.
  func sorted(endOfText: SourceRange) -> [Diagnostic] {
    var result = diagnostics.enumerated().sorted { a, b in
      let left = a.element.range?.start ?? 0
      let right = b.element.range?.start ?? 0
      return left == right ? a.offset < b.offset : left < right
    }.map(\.element)
    if droppedErrors > 0 {
      result.append(
        Diagnostic(
          .tooMany, "too many errors, \(droppedErrors) more are not shown",
          at: result.last?.range ?? endOfText, notes: ["Correct the first ones and check again."]))
    }
    return result
  }
}
