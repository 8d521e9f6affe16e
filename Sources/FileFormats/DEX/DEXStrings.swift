internal import Bytes

/// The strings of a Dalvik executable that are well-formed, decoded as they are asked for.
///
/// A string tells its length in UTF-16 units; YARA-X takes as many bytes, so that a string with
/// other than ASCII characters is cut short. What is then no modified UTF-8 is left out.
public struct DEXStrings: RandomAccessCollection, Sendable {
  private struct Entry {
    let bytes: ByteView
    let form: ModifiedUTF8.Form
  }

  private let entries: [Entry]

  public var startIndex: Int { 0 }
  public var endIndex: Int { entries.count }

  private static let mostStrings = 1_000_000
  private static let longestString: UInt64 = 65_536
  /// Most bytes that are examined; strings can overlap at will. The largest executables have some
  /// ten million bytes of strings.
  static let mostBytes = 1 << 25

  init(_ data: ByteView, _ table: DEXHeader.Table, mostBytes: Int = mostBytes) {
    var entries: [Entry] = []
    var budget = mostBytes
    if table.offset != 0 {
      for index in 0..<Swift.min(Int(table.size), Self.mostStrings) {
        guard
          let place = data.little(at: Int(table.offset) + 4 * index, as: UInt32.self),
          budget > 0
        else { break }
        guard place >= DEXHeader.expectedSize else { continue }
        var offset = Int(place)
        guard let length = LEB128.unsigned(data, &offset), length <= Self.longestString,
          let bytes = data.slice(at: offset, length: Int(length))
        else { continue }
        budget -= bytes.count + 1
        if let form = ModifiedUTF8.form(of: bytes) {
          entries.append(Entry(bytes: bytes, form: form))
        }
      }
    }
    self.entries = entries
  }

  public subscript(index: Int) -> FormatText {
    let entry = entries[index]
    switch entry.form {
    case .plain: return .inFile(entry.bytes)
    case .encoded: return .owned(ModifiedUTF8.decoded(entry.bytes))
    }
  }

  /// Whether the string is `wanted`. Makes no copy and stops at the first difference.
  func isEqual(_ index: Int, to wanted: ByteView) -> Bool {
    let entry = entries[index]
    switch entry.form {
    case .plain: return FormatText.inFile(entry.bytes) == .inFile(wanted)
    case .encoded: return ModifiedUTF8.isEqual(entry.bytes, to: wanted)
    }
  }
}

/// Java's form of UTF-8: NUL may take two bytes, and characters beyond U+FFFF are two surrogates of
/// three bytes each; YARA-X takes the four bytes of plain UTF-8 as well.
enum ModifiedUTF8 {
  enum Form: Sendable {
    /// UTF-8 as it stands.
    case plain
    /// With NULs or characters that UTF-8 has in another form.
    case encoded
  }

  /// Nil for what is ill-formed. Makes no copy: strings can overlap at will.
  static func form(of view: ByteView) -> Form? {
    var form = Form.plain
    var offset = 0
    while let byte = view.byte(at: offset) {
      if byte < 0x80 {
        offset += 1
        continue
      }
      let start = offset
      guard let scalar = scalar(view, &offset) else { return nil }
      if offset - start != UTF8.width(scalar) { form = .encoded }
    }
    return form
  }

  /// The text as UTF-8, up to what is ill-formed.
  static func decoded(_ view: ByteView) -> [UInt8] {
    var text: [UInt8] = []
    text.reserveCapacity(view.count)
    var offset = 0
    while let scalar = scalar(view, &offset) { text.append(contentsOf: scalar.utf8) }
    return text
  }

  /// Whether the view, which must be well-formed, decodes to `wanted`.
  static func isEqual(_ view: ByteView, to wanted: ByteView) -> Bool {
    var offset = 0
    var place = 0
    while let scalar = scalar(view, &offset) {
      for byte in scalar.utf8 {
        guard wanted.byte(at: place) == byte else { return false }
        place += 1
      }
    }
    return place == wanted.count
  }

  /// The character at `offset`, which moves behind it. Nil at the end, and for what is ill-formed,
  /// such as a surrogate that is no half of a pair.
  private static func scalar(_ view: ByteView, _ offset: inout Int) -> Unicode.Scalar? {
    guard let first = unit(view, &offset) else { return nil }
    guard (0xD800...0xDBFF).contains(first) else { return Unicode.Scalar(first) }
    guard let second = unit(view, &offset), (0xDC00...0xDFFF).contains(second) else { return nil }
    return Unicode.Scalar(0x1_0000 + (first - 0xD800) << 10 + (second - 0xDC00))
  }

  /// The UTF-16 unit at `offset`, or the character beyond U+FFFF that plain UTF-8 has there.
  private static func unit(_ view: ByteView, _ offset: inout Int) -> UInt32? {
    guard let first = view.byte(at: offset) else { return nil }
    let bits = UInt32(first)
    let value: UInt32
    switch first {
    case 0x00...0x7F:
      value = bits
      offset += 1
    case 0xC0...0xDF:
      guard let low = continuation(view, offset + 1) else { return nil }
      value = (bits & 0x1F) << 6 | low
      guard value >= 0x80 || value == 0 else { return nil }
      offset += 2
    case 0xE0...0xEF:
      guard let middle = continuation(view, offset + 1), let low = continuation(view, offset + 2)
      else { return nil }
      value = (bits & 0x0F) << 12 | middle << 6 | low
      guard value >= 0x800 else { return nil }
      offset += 3
    case 0xF0...0xF4:
      guard let upper = continuation(view, offset + 1),
        let middle = continuation(view, offset + 2), let low = continuation(view, offset + 3)
      else { return nil }
      value = (bits & 0x07) << 18 | upper << 12 | middle << 6 | low
      guard value >= 0x1_0000, value <= 0x10_FFFF else { return nil }
      offset += 4
    default: return nil
    }
    return value
  }

  private static func continuation(_ view: ByteView, _ offset: Int) -> UInt32? {
    guard let byte = view.byte(at: offset), byte & 0xC0 == 0x80 else { return nil }
    return UInt32(byte & 0x3F)
  }
}
