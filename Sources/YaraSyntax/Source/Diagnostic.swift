/// How much a diagnostic matters: an error refuses the rules, a warning does not.
public enum Severity: String, Sendable, Hashable {
  case error
  case warning
}

/// What the compiler has to say about rule text: data, not prose. The place is a byte range; the
/// code is stable, listed in `Documentation/Diagnostics.md` and never reused; wording may change.
public struct Diagnostic: Sendable, Hashable {
  public struct Label: Sendable, Hashable {
    public let range: SourceRange
    public let text: String
    public init(_ range: SourceRange, _ text: String) {
      self.range = range
      self.text = text
    }
  }

  /// Text that mends the rule when it takes the place of a range; empty text removes it.
  public struct Fix: Sendable, Hashable {
    public let range: SourceRange
    public let text: String
    public init(_ range: SourceRange, _ text: String) {
      self.range = range
      self.text = text
    }
  }

  public let code: DiagnosticCode
  /// One line without a final full stop; says what is wrong.
  public let message: String
  /// The first label is the place concerned; later ones point at related places.
  public let labels: [Label]
  /// Remedies and background, one sentence each.
  public let notes: [String]
  /// All together mend what is wrong; empty where only the author can know.
  public let fixes: [Fix]

  public var severity: Severity { code.severity }
  public var range: SourceRange? { labels.first?.range }

  public init(
    _ code: DiagnosticCode, _ message: String, labels: [Label], notes: [String] = [], fixes: [Fix] = []
  ) {
    self.code = code
    self.message = message
    self.labels = labels
    self.notes = notes
    self.fixes = fixes
  }

  public init(
    _ code: DiagnosticCode, _ message: String, at range: SourceRange, _ label: String = "",
    notes: [String] = [], fixes: [Fix] = []
  ) {
    self.init(code, message, labels: [Label(range, label)], notes: notes, fixes: fixes)
  }
}
