/// Builds shell links.
enum LNKBuilder {
  /// Writes the header of a link and what its flags announce.
  static func link(
    flags: UInt32, showCommand: UInt32 = 3, creation: UInt64 = 132_514_000_000_000_000,
    body: (inout OrderedWriter) -> Void = { _ in }
  ) -> [UInt8] {
    var out = OrderedWriter()
    out.put(UInt32(0x4C))
    out.put(UInt64(0x0002_1401))
    out.put(UInt64(0x4600_0000_0000_00C0))
    out.put(flags)
    out.put(UInt32(0x20))
    out.put(creation)
    out.put(UInt64(5))
    out.put(UInt64(116_444_736_000_000_000))
    out.put(UInt32(7))
    out.put(UInt32(2))
    out.put(showCommand)
    out.pad(12)
    body(&out)
    return out.bytes
  }

  static func putWide(_ text: String, _ out: inout OrderedWriter, isCounted: Bool = true) {
    if isCounted { out.put(UInt16(text.utf16.count)) }
    text.utf16.forEach { out.put($0) }
  }

  static func putItems(_ items: [[UInt8]], _ out: inout OrderedWriter) {
    out.put(UInt16(items.reduce(2) { $0 + 2 + $1.count }))
    for item in items {
      out.put(UInt16(2 + item.count))
      out.bytes += item
    }
    out.put(UInt16(0))
  }

  /// Volume, base path and suffix; `isWide` puts the texts in UTF-16.
  static func putLinkInfo(isWide: Bool, _ out: inout OrderedWriter) {
    var volume = OrderedWriter()
    if isWide {
      for value in [0x20, 3, 0xBEEF, 0x14, 0x14] as [UInt32] { volume.put(value) }
      putWide("DISK\0\0", &volume, isCounted: false)
    } else {
      for value in [0x18, 3, 0xBEEF, 0x10] as [UInt32] { volume.put(value) }
      volume.put("DISK")
      volume.pad(4)
    }
    var base = OrderedWriter()
    var suffix = OrderedWriter()
    if isWide {
      putWide("C:\\bäse\0", &base, isCounted: false)
      putWide("suffix\0", &suffix, isCounted: false)
    } else {
      base.put("C:\\base\0")
      suffix.put("suffix\0")
    }
    let headerSize = isWide ? 0x24 : 0x1C
    let baseOffset = UInt32(headerSize + volume.count)
    let suffixOffset = baseOffset + UInt32(base.count)
    out.put(suffixOffset + UInt32(suffix.count))
    out.put(UInt32(headerSize))
    out.put(UInt32(3))
    out.put(UInt32(headerSize))
    out.put(isWide ? 0 : baseOffset)
    out.put(UInt32(0))
    out.put(isWide ? 0 : suffixOffset)
    if isWide {
      out.put(baseOffset)
      out.put(suffixOffset)
    }
    out.bytes += volume.bytes + base.bytes + suffix.bytes
  }

  static func putTracker(_ out: inout OrderedWriter) {
    for value in [0x60, 0xA000_0003, 0x58, 0] as [UInt32] { out.put(value) }
    out.put("machine", paddedTo: 16)
    for byte in 0..<64 { out.put(UInt8(byte)) }
  }

  static let full = link(flags: 0xFF) { out in
    putItems(
      [
        [0x1F, 0x50] + Array(1...16),
        [0x31] + Array(repeating: 0, count: 11) + Array("f.txt\0".utf8),
      ], &out)
    putLinkInfo(isWide: true, &out)
    for text in ["näme", ".\\rel", "C:\\w", "/c calc", "icon.dll"] { putWide(text, &out) }
    putTracker(&out)
    out.put(UInt32(0))
    out.put("overlay")
  }

  /// A link of an old system, with texts of single bytes.
  static let narrow = link(flags: 0x06) { out in
    putLinkInfo(isWide: false, &out)
    out.put(UInt16(3))
    out.bytes += [0x61, 0, 0xFF]
    out.put(UInt32(0))
  }

  static let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ".utf8)

  /// Items of every kind, one of them cut off and one empty.
  static let shellItems = link(flags: 0x01) { out in
    putItems(
      [
        [0x1E] + letters, [0x23] + letters, [0x22] + letters, [0x23] + letters.prefix(19),
        [0x34] + letters.prefix(11) + [0x61, 0, 0x62, 0, 0, 0],
        [0xC1, 1, 2] + Array("\\\\s\0x".utf8),
        [0x00] + letters, [0x71] + letters, [],
      ], &out)
    out.put(UInt32(0))
  }
}
