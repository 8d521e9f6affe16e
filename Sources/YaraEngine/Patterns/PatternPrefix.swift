internal import Bytes

/// The first bytes of a match of one form of a pattern (its ascii or wide text), as far as they stand
/// at fixed distances from the match's beginning and at least some of their bits are fixed.
///
/// Serves to say that a pattern does not match at a place, and often that it does, by looking at a few
/// bytes there instead of searching the file.
public struct PatternPrefix: Hashable, Sendable {
  /// Without the bits that are not in `mask`; as long as it.
  public internal(set) var value: [UInt8] = []
  public internal(set) var mask: [UInt8] = []
  /// Whether bytes that agree are a match: nothing follows, and nothing is asked about neighbours.
  public internal(set) var isWhole = false

  /// The first eight bytes of `value` and `mask`, as little-endian numbers; zeros where there are fewer.
  private var firstValue: UInt64 = 0
  private var firstMask: UInt64 = 0

  private let room: Int
  private let isWide: Bool
  /// Whether `mask` says all that is asked about these bytes.
  private var isExact = true

  private init(room: Int, isWide: Bool) {
    self.room = room
    self.isWide = isWide
  }

  /// One for each form of the pattern, of at most `room` bytes; nil where nothing is known of a match's
  /// first bytes (`xor`, `base64`).
  public static func forms(of pattern: Pattern, room: Int) -> [PatternPrefix]? {
    guard pattern.xorKeys == nil, pattern.base64.isEmpty else { return nil }
    var forms: [PatternPrefix] = []
    for isWide in [false, true] where isWide ? pattern.isWide : pattern.isAscii {
      var prefix = PatternPrefix(room: room, isWide: isWide)
      switch pattern.content {
      case .text(let text):
        for byte in text { prefix.append(byte, isCaseless: pattern.isCaseless) }
        prefix.isWhole = text.count <= (isWide ? room / 2 : room)
      case .regex(let node, _), .hex(let node):
        prefix.isWhole = prefix.append(node, depth: 0) && prefix.isExact
      }
      if pattern.isFullword { prefix.isWhole = false }
      forms.append(prefix)
    }
    return forms
  }

  private var isFull: Bool { value.count >= room }

  private mutating func append(_ byte: UInt8, mask bits: UInt8) {
    guard !isFull else { return }
    if value.count < 8 {
      firstValue |= UInt64(byte & bits) << UInt64(8 * value.count)
      firstMask |= UInt64(bits) << UInt64(8 * value.count)
    }
    value.append(byte & bits)
    mask.append(bits)
  }

  /// Whether the bytes at a place agree with all of it.
  func agrees(with data: ByteView, at place: Int) -> Bool {
    for index in mask.indices {
      guard let byte = data.byte(at: place &+ index), byte & mask[index] == value[index] else { return false }
    }
    return true
  }

  /// The first of some places at which it agrees.
  func firstPlace(in data: ByteView, from low: Int, through high: Int) -> Int? {
    var place = low
    while place <= high {
      // Eight bytes at once, but for the end of the file.
      if let bytes = data.little(at: place, as: UInt64.self), bytes & firstMask != firstValue {
        place &+= 1
        continue
      }
      if agrees(with: data, at: place) { return place }
      place &+= 1
    }
    return nil
  }

  private mutating func append(_ byte: UInt8, isCaseless: Bool) {
    let isLetter = byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A
    append(byte, mask: isCaseless && isLetter ? 0xDF : 0xFF)
    if isWide { append(0, mask: 0xFF) }
  }

  /// False from where distances are not fixed any more.
  private mutating func append(_ node: PatternNode, depth: Int) -> Bool {
    guard depth < 64 else { return false }
    switch node {
    case .empty: return true
    case .look:
      isExact = false
      return true
    case .bytes(let bytes):
      let width = isWide ? 2 : 1
      let fits = bytes.count <= (room - value.count) / width
      for byte in bytes.prefix(room) { append(byte, isCaseless: false) }
      return fits
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
    guard let first = members.first, value.count + (isWide ? 2 : 1) <= room else { return false }
    let bits = ~members.reduce(UInt8(0)) { $0 | ($1 ^ first) }
    // How wide gaps of any bytes are read is the matcher's affair.
    if isWide, bits == 0 { return false }
    append(first, mask: bits)
    if isWide { append(0, mask: 0xFF) }
    if members.count != 1 << (8 - bits.nonzeroBitCount) { isExact = false }
    return true
  }
}
