internal import Bytes

/// What is asked of an index about its documents: an over-approximation of a rule. Every answer
/// holds all documents for which the question is true, and may hold others.
///
/// The algebra has no negation: the complement of an over-approximation is not one. Whoever plans a
/// `not` asks for what makes its operand false instead.
public indirect enum IndexQuery: Hashable, Sendable {
  /// Every document: nothing is known.
  case everything
  /// No document.
  case nothing
  /// The document holds these bytes somewhere, the ASCII letters among them in either case.
  case literal([UInt8])
  /// The document holds all of these runs of bytes somewhere within `IndexQuery.span` bytes, in any
  /// order, the ASCII letters among them in either case. More than one.
  case together([[UInt8]])
  /// Something that lies within `IndexQuery.span` bytes of the document: the bytes around its beginning
  /// satisfy the query, which asks for content alone. The number is the asker's name for it; the index
  /// tells of it in which regions of a document it may begin.
  case local(Int, IndexQuery)
  /// Something local that begins between these places of the document.
  case inside(PlaceBounds, IndexQuery)
  /// The document's facts hold this key.
  case fact(FactKey)
  case column(ColumnPredicate)
  case header(HeaderPredicate)
  case headerNumber(HeaderNumberPredicate)
  /// All of them.
  case and([IndexQuery])
  /// At least one of them.
  case or([IndexQuery])
  /// At least so many of them; more than one and fewer than all.
  case atLeast(Int, [IndexQuery])
}

/// Names a fact about a document that is either there or not, such as "imports this function": a
/// hash of what the fact is about and its value. Two facts may share a key; then both are found.
public struct FactKey: Hashable, Sendable, Comparable {
  public let hash: UInt64
  public init(hash: UInt64) { self.hash = hash }

  /// - Parameters:
  ///   - path: what the fact is about: `pe.sections.name`, `pe.imports()`.
  ///   - value: its value, as bytes.
  public init(path: String, value: [UInt8]) {
    let text = Array(path.utf8) + [0] + value
    hash = ByteView.with(text) { XXH64.checksum($0) }
  }

  public static func < (a: FactKey, b: FactKey) -> Bool { a.hash < b.hash }
}

/// A column's value lies in one of the ranges. A document whose facts are not known always
/// satisfies it, and so does every document of an index without that column.
public struct ColumnPredicate: Hashable, Sendable {
  /// As in the index: `filesize`, `pe.number_of_sections`.
  public let column: String
  /// Ascending, without overlap.
  public let ranges: [ClosedRange<Int64>]
  /// Whether a document for which the value is undefined satisfies it.
  public let matchesUndefined: Bool

  public init(column: String, ranges: [ClosedRange<Int64>], matchesUndefined: Bool) {
    self.column = column
    self.ranges = ranges
    self.matchesUndefined = matchesUndefined
  }
}

/// The document has certain bytes at a place among its first `IndexQuery.headerBytes`.
public struct HeaderPredicate: Hashable, Sendable {
  /// From the start of the document; `offset + value.count <= IndexQuery.headerBytes`.
  public let offset: Int
  public let value: [UInt8]
  /// As many; bits that are 0 do not matter.
  public let mask: [UInt8]

  public init(offset: Int, value: [UInt8], mask: [UInt8]) {
    self.offset = offset
    self.value = value
    self.mask = mask
  }
}

/// A number among the document's first `IndexQuery.headerBytes` lies in one of the ranges.
public struct HeaderNumberPredicate: Hashable, Sendable {
  /// From the start of the document; `offset + bytes <= IndexQuery.headerBytes`.
  public let offset: Int
  /// 1, 2 or 4.
  public let bytes: Int
  public let isSigned: Bool
  public let isBigEndian: Bool
  /// Ascending, without overlap.
  public let ranges: [ClosedRange<Int64>]
  /// Whether a document that ends before the number satisfies it.
  public let matchesUndefined: Bool

  public init(
    offset: Int, bytes: Int, isSigned: Bool, isBigEndian: Bool, ranges: [ClosedRange<Int64>],
    matchesUndefined: Bool
  ) {
    self.offset = offset
    self.bytes = bytes
    self.isSigned = isSigned
    self.isBigEndian = isBigEndian
    self.ranges = ranges
    self.matchesUndefined = matchesUndefined
  }
}

extension IndexQuery {
  /// How many bytes from its start an index keeps of each document.
  public static let headerBytes = 64

  /// Runs that are asked for `together` lie within so many bytes: an index sees them side by side.
  public static let span = SignatureScheme.overlap

  /// Regions have `1 << regionBits` bytes: the finest stretches of a document that an index tells apart.
  public static let regionBits = SignatureScheme.regionBits

  /// The runs together, in its simplest form.
  public static func together(runs: some Sequence<[UInt8]>) -> IndexQuery {
    var seen: Set<[UInt8]> = []
    let distinct = runs.filter { seen.insert($0).inserted }
    return distinct.count > 1 ? .together(distinct) : distinct.first.map { .literal($0) } ?? .everything
  }

  /// Something local, in its simplest form.
  public static func local(_ name: Int, of query: IndexQuery) -> IndexQuery {
    query == .everything || query == .nothing ? query : .local(name, query)
  }

  /// The same, of what begins between these places; only something local is told apart by place.
  public func inside(_ bounds: PlaceBounds) -> IndexQuery {
    if case .local = self { .inside(bounds, self) } else { self }
  }

  /// All of `queries`, in its simplest form.
  public static func all(of queries: some Sequence<IndexQuery>) -> IndexQuery {
    var seen: Set<IndexQuery> = []
    var parts: [IndexQuery] = []
    func add(_ query: IndexQuery) {
      switch query {
      case .everything: return
      case .and(let inner): inner.forEach(add)
      default: if seen.insert(query).inserted { parts.append(query) }
      }
    }
    queries.forEach(add)
    if seen.contains(.nothing) { return .nothing }
    return parts.count > 1 ? .and(parts) : parts.first ?? .everything
  }

  /// At least one of `queries`, in its simplest form.
  public static func any(of queries: some Sequence<IndexQuery>) -> IndexQuery {
    var seen: Set<IndexQuery> = []
    var parts: [IndexQuery] = []
    func add(_ query: IndexQuery) {
      switch query {
      case .nothing: return
      case .or(let inner): inner.forEach(add)
      default: if seen.insert(query).inserted { parts.append(query) }
      }
    }
    queries.forEach(add)
    if seen.contains(.everything) { return .everything }
    return parts.count > 1 ? .or(parts) : parts.first ?? .nothing
  }

  /// At least `count` of `queries`, each counted as often as it stands there.
  public static func atLeast(_ count: Int, of queries: [IndexQuery]) -> IndexQuery {
    let open = queries.filter { $0 != .nothing && $0 != .everything }
    let left = count - queries.count { $0 == .everything }
    if left <= 0 { return .everything }
    if left > open.count { return .nothing }
    if left == open.count { return all(of: open) }
    if left == 1 { return any(of: open) }
    return .atLeast(left, open)
  }
}
