public import Bytes

/// A name or a string that a file holds, as the bytes that a rule sees.
///
/// Most are a window on the file and cost nothing. YARA-X reports many of them as Unicode text in
/// which ill-formed UTF-8 is replaced by U+FFFD; only such text has bytes of its own. A value
/// with a window lives no longer than the file's view.
public enum FormatText: Sendable {
  case inFile(ByteView)
  case owned([UInt8])

  /// The text of `view` with ill-formed UTF-8 replaced by U+FFFD, one for each maximal subpart,
  /// as the Unicode standard (section 3.9) recommends.
  public static func repaired(_ view: ByteView) -> FormatText {
    var offset = 0
    while let byte = view.byte(at: offset), byte < 0x80 { offset += 1 }
    guard offset < view.count else { return .inFile(view) }
    let bytes = view.array
    let repaired = Array(String(decoding: bytes, as: UTF8.self).utf8)
    return repaired == bytes ? .inFile(view) : .owned(repaired)
  }

  /// Bytes of the text.
  public var count: Int {
    switch self {
    case .inFile(let view): view.count
    case .owned(let bytes): bytes.count
    }
  }

  public var isEmpty: Bool { count == 0 }

  /// A copy of the bytes.
  public var array: [UInt8] {
    switch self {
    case .inFile(let view): view.array
    case .owned(let bytes): bytes
    }
  }

  /// Runs `body` with a view of the bytes, which must not escape.
  public func withView<R>(_ body: (ByteView) -> R) -> R {
    switch self {
    case .inFile(let view): body(view)
    case .owned(let bytes): ByteView.with(bytes) { body($0) }
    }
  }

  /// True if the bytes are those of `other`, the case of ASCII letters ignored.
  public func equalsIgnoringASCIICase(_ other: ByteView) -> Bool {
    guard count == other.count else { return false }
    return withView { mine in
      var offset = 0
      while let left = mine.byte(at: offset), let right = other.byte(at: offset) {
        guard left == right || left.asciiLowercased == right.asciiLowercased else { return false }
        offset += 1
      }
      return true
    }
  }

  /// The bytes in lower case: by Unicode's full mapping in YARA-X, of ASCII letters in YARA.
  func lowercased(_ dialect: FormatDialect) -> [UInt8] {
    let bytes = array
    guard dialect == .yaraX, bytes.contains(where: { $0 >= 0x80 }) else {
      return bytes.map(\.asciiLowercased)
    }
    return Array(String(decoding: bytes, as: UTF8.self).lowercased().utf8)
  }
}

extension FormatText: Equatable {
  public static func == (left: FormatText, right: FormatText) -> Bool {
    guard left.count == right.count else { return false }
    return left.withView { left in
      right.withView { right in
        var offset = 0
        while let one = left.byte(at: offset), let other = right.byte(at: offset) {
          guard one == other else { return false }
          offset += 1
        }
        return true
      }
    }
  }
}

extension UInt8 {
  /// The lower-case letter of an ASCII upper-case one; any other byte itself.
  var asciiLowercased: UInt8 { self >= 0x41 && self <= 0x5A ? self | 0x20 : self }
}

extension ByteView {
  /// The bytes from `offset` up to the first NUL or, without one, up to the view's end; at most
  /// `limit` bytes. Nil if `offset` is past the end. Costs the length found.
  func text(at offset: Int, limit: Int) -> (text: ByteView, isTerminated: Bool)? {
    guard offset >= 0, offset <= count else { return nil }
    let window = clamped(at: offset, length: limit)
    var length = 0
    while let byte = window.byte(at: length), byte != 0 { length += 1 }
    return (window.clamped(at: 0, length: length), length < window.count)
  }
}
