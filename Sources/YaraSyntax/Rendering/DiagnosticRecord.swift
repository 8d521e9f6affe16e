/// A diagnostic with its places resolved, as `--json` and the API give it. Lines and columns count
/// from 1, columns in Unicode scalars; the end is exclusive. Without a place they are nil.
public struct DiagnosticRecord: Codable, Sendable, Hashable {
  public struct Label: Codable, Sendable, Hashable {
    public let file: String
    public let line: Int
    public let column: Int
    public let endLine: Int
    public let endColumn: Int
    public let text: String

    enum CodingKeys: String, CodingKey {
      case file, line, column
      case endLine = "end_line"
      case endColumn = "end_column"
      case text
    }
  }

  /// A text that mends the rule in the place of a range; empty removes the range.
  public struct Fix: Codable, Sendable, Hashable {
    public let file: String
    public let line: Int
    public let column: Int
    public let endLine: Int
    public let endColumn: Int
    public let text: String

    enum CodingKeys: String, CodingKey {
      case file, line, column
      case endLine = "end_line"
      case endColumn = "end_column"
      case text
    }
  }

  /// The place of an `include`.
  public struct Include: Codable, Sendable, Hashable {
    public let file: String
    public let line: Int
    public let column: Int
  }

  public let code: String
  /// `slow_pattern`, as `// suppress:` takes it.
  public let name: String
  public let severity: String
  public let message: String
  public let file: String?
  public let line: Int?
  public let column: Int?
  public let endLine: Int?
  public let endColumn: Int?
  /// The first one is the place above with its text.
  public let labels: [Label]
  public let notes: [String]
  public let fixes: [Fix]
  /// How the file came in, the nearest `include` first; empty for files that were given.
  public let includedFrom: [Include]

  enum CodingKeys: String, CodingKey {
    case code, name, severity, message, file, line, column
    case endLine = "end_line"
    case endColumn = "end_column"
    case labels, notes, fixes
    case includedFrom = "included_from"
  }
}

extension DiagnosticRenderer {
  /// The Codable form of a diagnostic. Labels in sources that are not known are left out.
  public func record(_ diagnostic: Diagnostic) -> DiagnosticRecord {
    let labels = diagnostic.labels.compactMap { label -> DiagnosticRecord.Label? in
      guard let source = source(label.range.source) else { return nil }
      let start = source.position(of: label.range.start)
      let end = source.position(of: label.range.end)
      return DiagnosticRecord.Label(
        file: source.name, line: start.line, column: start.column, endLine: end.line,
        endColumn: end.column, text: label.text)
    }
    let place = labels.first
    return DiagnosticRecord(
      code: diagnostic.code.rawValue, name: diagnostic.code.name, severity: diagnostic.severity.rawValue,
      message: diagnostic.message, file: place?.file, line: place?.line, column: place?.column,
      endLine: place?.endLine, endColumn: place?.endColumn, labels: labels,
      notes: diagnostic.notes, fixes: diagnostic.fixes.compactMap { fix in
        guard let source = source(fix.range.source) else { return nil }
        let start = source.position(of: fix.range.start)
        let end = source.position(of: fix.range.end)
        return DiagnosticRecord.Fix(
          file: source.name, line: start.line, column: start.column, endLine: end.line,
          endColumn: end.column, text: fix.text)
      },
      includedFrom: includes(of: diagnostic).map {
        DiagnosticRecord.Include(file: $0.file, line: $0.line, column: $0.column)
      })
  }
}
