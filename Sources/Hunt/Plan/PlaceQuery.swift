internal import GramIndex
internal import YaraEngine

/// What the first bytes of a file must be for a pattern to match at a place among them.
///
/// Only bytes at a fixed distance from the match's beginning are asked for; the query is
/// `everything` where there are none.
enum PlaceQuery {
  static func query(_ pattern: Pattern, at offset: Int64) -> IndexQuery {
    guard offset >= 0, offset < Int64(IndexQuery.headerBytes),
      let forms = PatternPrefix.forms(of: pattern, room: IndexQuery.headerBytes - Int(offset))
    else { return .everything }
    return .any(of: forms.map { query($0, at: Int(offset)) })
  }

  private static func query(_ prefix: PatternPrefix, at offset: Int) -> IndexQuery {
    guard let last = prefix.mask.lastIndex(where: { $0 != 0 }),
      let first = prefix.mask.firstIndex(where: { $0 != 0 })
    else { return .everything }
    return .header(
      HeaderPredicate(
        offset: offset + first, value: Array(prefix.value[first...last]),
        mask: Array(prefix.mask[first...last])))
  }
}
