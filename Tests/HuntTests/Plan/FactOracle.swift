import Bytes
import FileFormats
import GramIndex
import YaraEngine

/// A document with its facts, asked without an index: what an index has to find at least.
struct FactDocument {
  let bytes: [UInt8]
  let facts: FileFacts
  private let keys: Set<FactKey>

  init?(_ bytes: [UInt8], _ reader: FactReader) {
    let facts = ByteView.with(bytes) { view in
      reader.facts(
        of: view,
        digests: FileDigests(
          md5: Digest.bytes(.md5, of: view), sha1: Digest.bytes(.sha1, of: view),
          sha256: Digest.bytes(.sha256, of: view)))
    }
    guard let facts else { return nil }
    self.bytes = bytes
    self.facts = facts
    keys = Set(facts.keys)
  }

  /// Whether the document answers a question; nil is what everything answers.
  func answers(_ query: IndexQuery?) -> Bool {
    switch query {
    case nil, .everything: true
    case .nothing: false
    case .literal(let literal): holds(literal)
    // Where they stand is not this oracle's question.
    case .together(let runs): runs.allSatisfy { holds($0) }
    case .local(_, let inner), .inside(_, let inner): answers(inner)
    case .fact(let key): keys.contains(key)
    case .column(let predicate): answers(predicate)
    case .header(let predicate): answers(predicate)
    case .headerNumber(let predicate): answers(predicate)
    case .and(let queries): queries.allSatisfy { answers($0) }
    case .or(let queries): queries.contains { answers($0) }
    case .atLeast(let count, let queries): queries.count { answers($0) } >= count
    }
  }

  private func holds(_ literal: [UInt8]) -> Bool {
    guard literal.count <= bytes.count else { return false }
    func folded(_ byte: UInt8) -> UInt8 { byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte }
    let wanted = literal.map(folded)
    return (0...(bytes.count - wanted.count)).contains { start in
      wanted.indices.allSatisfy { folded(bytes[start + $0]) == wanted[$0] }
    }
  }

  private func answers(_ predicate: ColumnPredicate) -> Bool {
    let value: Int64?
    if predicate.column == "filesize" {
      value = Int64(bytes.count)
    } else if let index = FactSchema.columnIndices[predicate.column] {
      value = facts.columns[index]
    } else {
      return true
    }
    return value.map { value in predicate.ranges.contains { $0.contains(value) } }
      ?? predicate.matchesUndefined
  }

  private func header(_ offset: Int, _ count: Int) -> ArraySlice<UInt8>? {
    precondition(offset >= 0 && offset + count <= IndexQuery.headerBytes)
    return offset + count <= bytes.count ? bytes[offset..<offset + count] : nil
  }

  private func answers(_ predicate: HeaderPredicate) -> Bool {
    guard let found = header(predicate.offset, predicate.value.count) else { return false }
    return zip(found, zip(predicate.value, predicate.mask)).allSatisfy { ($0 ^ $1.0) & $1.1 == 0 }
  }

  private func answers(_ predicate: HeaderNumberPredicate) -> Bool {
    guard let found = header(predicate.offset, predicate.bytes) else {
      return predicate.matchesUndefined
    }
    let ordered = predicate.isBigEndian ? Array(found) : found.reversed()
    var value = ordered.reduce(Int64(0)) { $0 << 8 | Int64($1) }
    if predicate.isSigned, ordered[0] >= 0x80 { value -= 1 << Int64(predicate.bytes * 8) }
    return predicate.ranges.contains { $0.contains(value) }
  }
}
