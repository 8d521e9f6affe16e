/// The number of a segment, given when its batch is opened and kept when it is sealed: a unit of
/// work of a hunt. Never reused. Its text form, in file names and messages, is the plain number.
public struct SegmentID: Sendable, Hashable, Comparable, Codable, CustomStringConvertible {
  public let number: Int64

  /// `number` is above zero in every store; zero and below name no segment.
  public init(_ number: Int64) { self.number = number }

  /// Nil unless the text is the plain decimal number of a segment.
  public init?(text: String) {
    guard let number = Int64(text), number > 0, String(number) == text else { return nil }
    self.number = number
  }

  public var description: String { String(number) }
  public static func < (a: Self, b: Self) -> Bool { a.number < b.number }

  public init(from decoder: any Decoder) throws {
    number = try decoder.singleValueContainer().decode(Int64.self)
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(number)
  }
}

/// The collections a sample can belong to; VirusTotal's two retrohunt corpora.
public enum CorpusName: String, Sendable, Hashable, Codable, CaseIterable {
  case main
  case goodware

  /// As files and the catalogue have it: never reuse a number.
  var number: UInt8 {
    switch self {
    case .main: 0
    case .goodware: 1
    }
  }

  init?(number: UInt8) {
    switch number {
    case 0: self = .main
    case 1: self = .goodware
    default: return nil
    }
  }
}

/// What the catalogue knows of one segment.
public struct SegmentInfo: Sendable, Hashable {
  public enum State: Int64, Sendable {
    /// A batch that still takes samples; lies in `inbox/`.
    case open = 0
    /// Immutable; lies in `segments/`.
    case sealed = 1
  }

  public let id: SegmentID
  public let corpus: CorpusName
  public let state: State
  /// Documents not removed.
  public let documents: Int
  /// Documents removed whose bytes are still in the file.
  public let removed: Int
  /// Bytes of all documents not removed.
  public let rawBytes: Int64
  /// Bytes of the segment's file; for an open batch those acknowledged.
  public let storedBytes: Int64
  /// Seconds since 1970 UTC: the earliest first and the latest last submission; nil when empty.
  public let firstSubmission: Int64?
  public let lastSubmission: Int64?
  /// Changes whenever the file of a sealed segment is written anew: an index over the segment
  /// belongs to exactly one identity. Zero while open.
  public let identity: UInt64
}
