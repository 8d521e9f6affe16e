/// Numbers a source text within one compilation. Values are indices into the list of sources
/// that the compilation was given, includes appended in the order they were opened.
public struct SourceID: Hashable, Sendable, Comparable {
  public let rawValue: UInt32
  public init(_ rawValue: UInt32) { self.rawValue = rawValue }
  public static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
}

/// A half-open range of byte offsets in one source. Line and column are computed when printed.
public struct SourceRange: Hashable, Sendable {
  public let source: SourceID
  public let start: UInt32
  public let end: UInt32

  public init(source: SourceID, start: Int, end: Int) {
    self.source = source
    self.start = UInt32(clamping: start)
    self.end = UInt32(clamping: max(start, end))
  }

  /// The smallest range that covers both; both must lie in the same source.
  public func union(_ other: SourceRange) -> SourceRange {
    SourceRange(
      source: source, start: Int(min(start, other.start)), end: Int(max(end, other.end)))
  }
}

/// One rule text with its name, as given on the command line, in an `include` or in a request.
public struct SourceText: Sendable {
  public let id: SourceID
  /// What diagnostics print before the line: a path, or a label such as `<rules>`.
  public let name: String
  public let bytes: [UInt8]
  /// Byte offset at which each line begins; never empty.
  public let lineStarts: [UInt32]
  /// Unicode scalars that begin before each `stride` bytes: a line may be as long as the text, and be
  /// asked about for each of a thousand diagnostics.
  private let scalarsBefore: [UInt32]
  private static let stride = 4096
  /// The `include` that brought this text in; nil for texts that were given.
  public let includedFrom: SourceRange?

  public init(id: SourceID, name: String, bytes: [UInt8], includedFrom: SourceRange? = nil) {
    self.includedFrom = includedFrom
    self.id = id
    self.name = name
    self.bytes = bytes
    var starts: [UInt32] = [0]
    for (offset, byte) in bytes.enumerated() where byte == 0x0A {
      starts.append(UInt32(clamping: offset + 1))
    }
    lineStarts = starts
    var scalars = 0
    scalarsBefore = Swift.stride(from: 0, through: bytes.count, by: Self.stride).map { start in
      defer { scalars += Self.scalars(bytes[start..<min(start + Self.stride, bytes.count)]) }
      return UInt32(clamping: scalars)
    }
  }

  private static func scalars(_ bytes: ArraySlice<UInt8>) -> Int {
    bytes.count { $0 & 0xC0 != 0x80 }
  }

  /// Unicode scalars that begin before the offset.
  private func scalars(before offset: Int) -> Int {
    let block = offset / Self.stride
    return Int(scalarsBefore[block]) + Self.scalars(bytes[block * Self.stride..<offset])
  }

  public init(id: SourceID, name: String, text: String) {
    self.init(id: id, name: name, bytes: Array(text.utf8))
  }

  /// Line and column of a byte offset, both from 1; the column counts Unicode scalars.
  public func position(of offset: UInt32) -> (line: Int, column: Int) {
    let line = lineIndex(of: offset)
    let start = Int(lineStarts[line])
    let end = min(Int(offset), bytes.count)
    guard start < end else { return (line + 1, 1) }
    let scalars =
      end - start <= Self.stride
      ? Self.scalars(bytes[start..<end]) : scalars(before: end) - scalars(before: start)
    return (line + 1, scalars + 1)
  }

  /// The index in `lineStarts` of the line that an offset lies in.
  func lineIndex(of offset: UInt32) -> Int {
    var low = 0
    var high = lineStarts.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if lineStarts[middle] <= offset { low = middle } else { high = middle }
    }
    return low
  }

  /// The bytes of a line (from 1) without its line end, made printable as UTF-8.
  public func line(_ number: Int) -> String {
    guard number >= 1, number <= lineStarts.count else { return "" }
    let start = Int(lineStarts[number - 1])
    var end = number < lineStarts.count ? Int(lineStarts[number]) : bytes.count
    while end > start, bytes[end - 1] == 0x0A || bytes[end - 1] == 0x0D { end -= 1 }
    return String(decoding: bytes[start..<end], as: UTF8.self)
  }
}
