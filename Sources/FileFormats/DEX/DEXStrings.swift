internal import Bytes

/// The strings of a Dalvik executable that are well-formed, decoded as they are asked for.
///
/// A string tells its length in UTF-16 units; YARA-X takes as many bytes, so that a string with
/// other than ASCII characters is cut short. What is then no modified UTF-8 is left out.
public struct DEXStrings: RandomAccessCollection, Sendable {
  private let views: [ByteView]

  public var startIndex: Int { 0 }
  public var endIndex: Int { views.count }

  private static let mostStrings = 1_000_000
  private static let longestString: UInt64 = 65_536
  /// Most bytes that are examined; strings can overlap at will. The largest executables have some
  /// ten million bytes of strings.
  private static let mostBytes = 1 << 27

  init(_ data: ByteView, _ table: DEXHeader.Table) {
    var views: [ByteView] = []
    var budget = Self.mostBytes
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
        if ModifiedUTF8.isWellFormed(bytes) { views.append(bytes) }
      }
    }
    self.views = views
  }

  public subscript(index: Int) -> FormatText { ModifiedUTF8.text(views[index]) }
}

/// Java's form of UTF-8: NUL may take two bytes, and characters beyond U+FFFF are two surrogates of
/// three bytes each; YARA-X takes the four bytes of plain UTF-8 as well.
enum ModifiedUTF8 {
  static func isWellFormed(_ view: ByteView) -> Bool {
    var offset = 0
    while let byte = view.byte(at: offset), byte < 0x80 { offset += 1 }
    return offset == view.count || decoded(view) != nil
  }

  /// The text as UTF-8. The view must be well-formed.
  static func text(_ view: ByteView) -> FormatText {
    var offset = 0
    while let byte = view.byte(at: offset), byte < 0x80 { offset += 1 }
    if offset == view.count { return .inFile(view) }
    return decoded(view).map(FormatText.owned) ?? .inFile(view)
  }

  private static func decoded(_ view: ByteView) -> [UInt8]? {
    var units: [UInt16] = []
    units.reserveCapacity(view.count)
    var offset = 0
    func continuation(_ at: Int) -> UInt16? {
      guard let byte = view.byte(at: at), byte & 0xC0 == 0x80 else { return nil }
      return UInt16(byte & 0x3F)
    }
    while let byte = view.byte(at: offset) {
      switch byte {
      case 0x00...0x7F:
        units.append(UInt16(byte))
        offset += 1
      case 0xC0...0xDF:
        guard let low = continuation(offset + 1) else { return nil }
        let unit = UInt16(byte & 0x1F) << 6 | low
        guard unit >= 0x80 || unit == 0 else { return nil }
        units.append(unit)
        offset += 2
      case 0xE0...0xEF:
        guard let middle = continuation(offset + 1), let low = continuation(offset + 2) else {
          return nil
        }
        let unit = UInt16(byte & 0x0F) << 12 | middle << 6 | low
        guard unit >= 0x800 else { return nil }
        units.append(unit)
        offset += 3
      case 0xF0...0xF4:
        guard let upper = continuation(offset + 1), let middle = continuation(offset + 2),
          let low = continuation(offset + 3)
        else { return nil }
        let value =
          UInt32(byte & 0x07) << 18 | UInt32(upper) << 12 | UInt32(middle) << 6 | UInt32(low)
        guard value >= 0x1_0000, value <= 0x10_FFFF, let scalar = Unicode.Scalar(value) else {
          return nil
        }
        units += Array(scalar.utf16)
        offset += 4
      default: return nil
      }
    }
    let text = String(decoding: units, as: UTF16.self)
    // Surrogates that are no pair are replaced, which shows them.
    return text.utf16.elementsEqual(units) ? Array(text.utf8) : nil
  }
}
