internal import Bytes

/// The names that go into one of YARA-X's hashes over names: MD5 of the names sorted by bytes,
/// each once, joined with commas.
///
/// They can be a million, so they lie in one buffer; none has memory of its own.
struct MachONameHash {
  private var bytes: [UInt8] = []
  private var ends: [Int] = []

  mutating func append(_ name: [UInt8]) {
    bytes += name
    ends.append(bytes.count)
  }

  /// 32 hexadecimal digits.
  func digest() -> [UInt8] {
    ByteView.with(bytes) { all in
      var names: [ByteView] = []
      names.reserveCapacity(ends.count)
      var start = 0
      for end in ends {
        names.append(all.clamped(at: start, length: end - start))
        start = end
      }
      return Self.digest(of: names)
    }
  }

  static func digest(of names: [ByteView]) -> [UInt8] {
    let stream = DigestStream(.md5)
    var previous: ByteView?
    for name in names.sorted(by: { order($0, $1) < 0 }) {
      if let previous {
        if order(previous, name) == 0 { continue }
        stream.update([UInt8(ascii: ",")])
      }
      // Ill-formed UTF-8 is replaced after the sorting.
      FormatText.repaired(name).withView { stream.update($0) }
      previous = name
    }
    return Digest.hexadecimal(stream.finished())
  }

  /// Below 0 if `left` comes first by its bytes, 0 if both are the same, above 0 otherwise. Looks
  /// at eight bytes a step: hostile names begin alike.
  private static func order(_ left: ByteView, _ right: ByteView) -> Int {
    var offset = 0
    while let one = left.big(at: offset, as: UInt64.self),
      let other = right.big(at: offset, as: UInt64.self)
    {
      if one != other { return one < other ? -1 : 1 }
      offset += 8
    }
    while let one = left.byte(at: offset), let other = right.byte(at: offset) {
      if one != other { return one < other ? -1 : 1 }
      offset += 1
    }
    return left.count - right.count
  }
}
