public import Bytes

/// The SHA-256 of a sample: the name it is known by everywhere. Ordered as its hexadecimal form.
public struct SHA256Digest: Sendable, Hashable, Comparable, Codable, CustomStringConvertible {
  /// The 32 bytes as four big-endian words, most significant first.
  private let words: (UInt64, UInt64, UInt64, UInt64)

  /// Nil unless `bytes` holds exactly 32.
  public init?(_ bytes: [UInt8]) {
    guard let digest = ByteView.with(bytes, { SHA256Digest($0) }) else { return nil }
    self = digest
  }

  /// Nil unless the view holds exactly 32 bytes.
  public init?(_ view: ByteView) {
    guard view.count == 32, let a = view.big(at: 0, as: UInt64.self),
      let b = view.big(at: 8, as: UInt64.self), let c = view.big(at: 16, as: UInt64.self),
      let d = view.big(at: 24, as: UInt64.self)
    else { return nil }
    words = (a, b, c, d)
  }

  /// Nil unless `hex` is 64 hexadecimal digits, of either case.
  public init?(hex: some StringProtocol) {
    guard let bytes = Digest.bytes(hexadecimal: hex) else { return nil }
    self.init(bytes)
  }

  /// The digest of the bytes.
  public init(of data: ByteView) {
    // A digest of SHA-256 is always 32 bytes long.
    self = SHA256Digest(Digest.bytes(.sha256, of: data)) ?? SHA256Digest(zero: ())
  }

  private init(zero: ()) { words = (0, 0, 0, 0) }

  public var bytes: [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(32)
    for word in [words.0, words.1, words.2, words.3] {
      for shift in stride(from: 56, through: 0, by: -8) {
        result.append(UInt8(truncatingIfNeeded: word >> UInt64(shift)))
      }
    }
    return result
  }

  /// 64 lower-case hexadecimal digits.
  public var hex: String { String(decoding: Digest.hexadecimal(bytes), as: UTF8.self) }
  public var description: String { hex }

  public static func == (a: Self, b: Self) -> Bool { a.words == b.words }
  public static func < (a: Self, b: Self) -> Bool { a.words < b.words }
  public func hash(into hasher: inout Hasher) {
    hasher.combine(words.0)
    hasher.combine(words.1)
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    guard let digest = SHA256Digest(hex: try container.decode(String.self)) else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "a SHA-256 is 64 hexadecimal digits")
    }
    self = digest
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(hex)
  }
}

extension Digest {
  /// The bytes that pairs of hexadecimal digits stand for; nil when there is anything else.
  public static func bytes(hexadecimal text: some StringProtocol) -> [UInt8]? {
    var result: [UInt8] = []
    var high: UInt8?
    for character in text.utf8 {
      let nibble: UInt8
      switch character {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): nibble = character - UInt8(ascii: "0")
      case UInt8(ascii: "a")...UInt8(ascii: "f"): nibble = character - UInt8(ascii: "a") + 10
      case UInt8(ascii: "A")...UInt8(ascii: "F"): nibble = character - UInt8(ascii: "A") + 10
      default: return nil
      }
      if let upper = high {
        result.append(upper << 4 | nibble)
        high = nil
      } else {
        high = nibble
      }
    }
    return high == nil ? result : nil
  }
}
