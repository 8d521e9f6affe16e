internal import GramIndex
internal import YaraEngine

/// What the first bytes of a file must be for a pattern to match at a place among them.
///
/// Only bytes at a fixed distance from the match's beginning are asked for; the query is
/// `everything` where there are none.
enum PlaceQuery {
  static func query(_ pattern: Pattern, at offset: Int64) -> IndexQuery {
    guard offset >= 0, offset < Int64(IndexQuery.headerBytes), pattern.xorKeys == nil,
      pattern.base64.isEmpty
    else { return .everything }
    let room = IndexQuery.headerBytes - Int(offset)
    var forms: [IndexQuery] = []
    for isWide in [false, true] where isWide ? pattern.isWide : pattern.isAscii {
      var bytes = FixedBytes(room: room, isWide: isWide)
      switch pattern.content {
      case .text(let text):
        for byte in text { bytes.append(byte, isCaseless: pattern.isCaseless) }
      case .regex(let node, _), .hex(let node): _ = bytes.append(node, depth: 0)
      }
      forms.append(bytes.query(at: Int(offset)))
    }
    return .any(of: forms)
  }

  /// Values and masks of the bytes from a match's beginning on.
  private struct FixedBytes {
    let room: Int
    let isWide: Bool
    var value: [UInt8] = []
    var mask: [UInt8] = []

    init(room: Int, isWide: Bool) {
      self.room = room
      self.isWide = isWide
    }

    private var isFull: Bool { value.count >= room }

    private mutating func append(_ byte: UInt8, mask bits: UInt8) {
      guard !isFull else { return }
      value.append(byte & bits)
      mask.append(bits)
    }

    mutating func append(_ byte: UInt8, isCaseless: Bool) {
      let isLetter = byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A
      append(byte, mask: isCaseless && isLetter ? 0xDF : 0xFF)
      if isWide { append(0, mask: 0xFF) }
    }

    /// False from where distances are not fixed any more.
    mutating func append(_ node: PatternNode, depth: Int) -> Bool {
      guard depth < 64, !isFull else { return false }
      switch node {
      case .empty, .look: return true
      case .bytes(let bytes):
        for byte in bytes.prefix(room) { append(byte, isCaseless: false) }
        return bytes.count <= room
      case .set(let set): return append(set)
      case .concat(let items):
        for item in items {
          guard append(item, depth: depth + 1) else { return false }
        }
        return true
      case .alternation: return false
      case .repetition(let sub, let min, let max, _):
        // Each turn appends a byte or nothing ever will.
        for _ in 0..<Swift.min(min, room) {
          let before = value.count
          guard append(sub, depth: depth + 1) else { return false }
          if value.count == before { return max == min }
        }
        return max == min && min <= room
      }
    }

    /// The bits in which all members agree.
    private mutating func append(_ set: ByteSet) -> Bool {
      let members = set.bytes
      guard let first = members.first else { return false }
      let bits = ~members.reduce(UInt8(0)) { $0 | ($1 ^ first) }
      // How wide gaps of any bytes are read is the matcher's affair.
      if isWide, bits == 0 { return false }
      append(first, mask: bits)
      if isWide { append(0, mask: 0xFF) }
      return true
    }

    func query(at offset: Int) -> IndexQuery {
      guard let last = mask.lastIndex(where: { $0 != 0 }), let first = mask.firstIndex(where: { $0 != 0 })
      else { return .everything }
      return .header(
        HeaderPredicate(
          offset: offset + first, value: Array(value[first...last]), mask: Array(mask[first...last])))
    }
  }
}
