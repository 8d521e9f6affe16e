import VirusTotalModel

/// Where a listing goes on: opaque to clients, in characters that need no escape in a URL.
///
/// 13 bytes as hexadecimal digits: version 1, the position of the last item seen (8, big-endian),
/// a check (4) over the position and the listing it belongs to. The check finds damage and mixing
/// up; it is no secret, since a position gives nobody anything.
enum PageCursor {
  private static let version: UInt8 = 1

  static func text(position: Int64, scope: String) -> String {
    var bytes: [UInt8] = [version]
    append(UInt64(bitPattern: position), to: &bytes)
    let check = check(bytes, scope)
    for shift in stride(from: 24, through: 0, by: -8) {
      bytes.append(UInt8(truncatingIfNeeded: check >> UInt32(shift)))
    }
    return Hexadecimal.text(bytes)
  }

  /// Nil when the text is no cursor of that listing.
  static func position(_ text: String, scope: String) -> Int64? {
    guard text.utf8.count == 26, let bytes = Hexadecimal.bytes(text), bytes[0] == version else {
      return nil
    }
    let check = check(Array(bytes[..<9]), scope)
    guard bytes[9...].reduce(UInt32(0), { $0 << 8 | UInt32($1) }) == check else { return nil }
    return Int64(bitPattern: bytes[1..<9].reduce(UInt64(0)) { $0 << 8 | UInt64($1) })
  }

  private static func append(_ value: UInt64, to bytes: inout [UInt8]) {
    for shift in stride(from: 56, through: 0, by: -8) {
      bytes.append(UInt8(truncatingIfNeeded: value >> UInt64(shift)))
    }
  }

  /// FNV-1a, folded to 32 bits.
  private static func check(_ bytes: [UInt8], _ scope: String) -> UInt32 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    for byte in scope.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    return UInt32(truncatingIfNeeded: hash ^ (hash >> 32))
  }
}

/// What a request asks of a listing, and the answer's links that repeat it.
struct PageRequest: Sendable {
  let limit: Int
  /// Go on after this position.
  let position: Int64?
  private let url: String
  private let scope: String
  /// The query without the cursor, as given.
  private let kept: [(name: String, value: String)]
  private let cursor: String?

  /// - Parameters:
  ///   - url: of the listing, absolute, without a query.
  ///   - scope: what makes the listing this one: a cursor of another scope is refused.
  ///   - maximum: larger limits are cut to it.
  /// Throws `APIError` for a limit or cursor that is none.
  init(_ query: Query, url: String, scope: String, maximum: Int) throws {
    self.url = url
    self.scope = scope
    kept = query.items.filter { $0.name != "cursor" }
    if let text = query["limit"] {
      guard !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
        text.utf8.contains(where: { $0 != 0x30 })
      else { throw APIError(.badRequest, "The limit is not a positive whole number") }
      limit = min(Int(text) ?? maximum, maximum)
    } else {
      limit = min(10, maximum)
    }
    if let text = query["cursor"], !text.isEmpty {
      guard let position = PageCursor.position(text, scope: scope) else {
        throw APIError(.invalidArgument, "The cursor is not one of this collection")
      }
      self.position = position
      cursor = text
    } else {
      position = nil
      cursor = nil
    }
  }

  /// `next` is the position of the page's last item when more follow.
  func meta(count: Int, next: Int64?) -> PageMeta {
    PageMeta(count: count, cursor: next.map { PageCursor.text(position: $0, scope: scope) })
  }

  func links(next: Int64?) -> Links {
    Links(
      own: link(cursor), next: next.map { link(PageCursor.text(position: $0, scope: scope)) })
  }

  private func link(_ cursor: String?) -> String {
    var items = kept.map { "\(Query.encoded($0.name))=\(Query.encoded($0.value))" }
    if let cursor { items.append("cursor=\(cursor)") }
    return items.isEmpty ? url : "\(url)?\(items.joined(separator: "&"))"
  }
}
