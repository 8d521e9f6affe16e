/// Between which bytes of a document something begins, as far as a question says.
public struct PlaceBounds: Hashable, Sendable {
  /// A place of a document.
  public enum Bound: Hashable, Sendable {
    /// Bytes from its beginning; 0 or more.
    case fromStart(Int64)
    /// Bytes before its end, or its beginning where it is shorter; 0 or more.
    case fromEnd(Int64)
    /// The value of a column; any place in a document or an index that has none.
    case column(String)
  }

  /// The first and the last place; no document has both where the last lies before the first.
  public let first: Bound
  public let last: Bound

  public init(first: Bound, last: Bound) {
    self.first = first
    self.last = last
  }

  /// Whether other code's facts are asked.
  public var asksForFacts: Bool {
    if case .column = first { return true }
    if case .column = last { return true }
    return false
  }

  /// The regions that begin between the bounds, or in which they lie, of a document of `count` regions.
  ///
  /// - Parameters:
  ///   - size: of the document, in bytes.
  ///   - value: of a column; nil where it is not known.
  func regions(size: UInt64, count: Int, value: (String) -> Int64?) -> Range<Int> {
    func place(_ bound: Bound, otherwise: Int64) -> Int64 {
      switch bound {
      case .fromStart(let bytes): bytes
      case .fromEnd(let bytes): Swift.max(0, Int64(clamping: size) - Swift.max(0, bytes))
      case .column(let name): value(name) ?? otherwise
      }
    }
    let low = Swift.max(0, place(first, otherwise: 0)) >> Int64(SignatureScheme.regionBits)
    let high = place(last, otherwise: .max)
    guard high >= 0, low < Int64(count) else { return 0..<0 }
    let end = Swift.min(Int64(count), high >> Int64(SignatureScheme.regionBits) + 1)
    return Int(low)..<Int(Swift.max(low, end))
  }
}
