/// What is known of a document beside its bytes.
public struct DocumentFacts: Sendable {
  /// As many as the index has columns, in their order; nil where the value is undefined.
  public var columns: [Int64?]
  /// In any order; repetitions do no harm.
  public var keys: [FactKey]

  public init(columns: [Int64?], keys: [FactKey]) {
    self.columns = columns
    self.keys = keys
  }
}

/// Why an index cannot be made or read.
public struct IndexError: Error, Sendable, Hashable, CustomStringConvertible {
  public enum Code: String, Sendable {
    /// The file does not begin as an index does.
    case notAnIndex
    /// An index of a version or with parameters that this program does not read.
    case unknownVersion
    /// The file is shorter or longer than it says.
    case wrongLength
    /// A checksum or a number in the file is wrong.
    case damaged
    /// More documents than one index can number.
    case tooManyDocuments
    /// Memory for the index could not be had.
    case noMemory
    /// Indexes that cannot be merged: of different columns or versions.
    case differentKinds
  }

  public let code: Code
  public let reason: String

  init(_ code: Code, _ reason: String) {
    self.code = code
    self.reason = reason
  }

  public var description: String { reason }

  public static func == (a: IndexError, b: IndexError) -> Bool { a.code == b.code }
  public func hash(into hasher: inout Hasher) { hasher.combine(code) }
}
