public import FileFormats

/// What the catalogue knows of one sample.
public struct SampleRecord: Sendable, Hashable {
  /// The catalogue's number of the document; never used for another sample.
  public let id: Int64
  public let sha256: SHA256Digest
  /// 20 bytes.
  public let sha1: [UInt8]
  /// 16 bytes.
  public let md5: [UInt8]
  public let size: Int64
  public let type: FileType
  public let corpus: CorpusName
  public let segment: SegmentID
  /// Seconds since 1970 UTC.
  public let firstSubmission: Int64
  public let lastSubmission: Int64
  public let timesSubmitted: Int
  /// Who or what submitted it first, as the ingestor was told.
  public let source: String
  /// Names it was submitted under, oldest first, each once; labels, never paths to use. They may
  /// hold control characters: whoever prints them makes them safe.
  public let names: [String]

  /// The first name, or the SHA-256 where there is none.
  public var meaningfulName: String { names.first ?? sha256.hex }
}

/// One document of a segment, as a hunt sees it.
public struct SegmentDocument: Sendable, Hashable {
  /// Its number in this segment's file, from 0; what an index over the file calls it.
  public let index: Int
  /// The catalogue's number.
  public let id: Int64
  public let sha256: SHA256Digest
  public let size: Int
  public let type: FileType
  /// Seconds since 1970 UTC; the first never after the last.
  public let firstSubmission: Int64
  public let lastSubmission: Int64
}
