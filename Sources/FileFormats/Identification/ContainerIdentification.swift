internal import Bytes

/// What a zip archive, an OLE compound file, a RIFF or an ISO media file really is.
enum ContainerIdentification {
  // MARK: Zip

  /// By the names of its first members, from the local headers and, where the end is at hand,
  /// from the central directory.
  static func zip(_ data: ByteView) -> FileType? {
    var facts = ZipFacts()
    var offset = 0
    for _ in 0..<256 {
      guard data.has("PK\u{3}\u{4}", at: offset), let flags = data.u16(offset + 6),
        let method = data.u16(offset + 8), let size = data.u32(offset + 18),
        let nameLength = data.u16(offset + 26), let extra = data.u16(offset + 28),
        let name = data.slice(at: offset + 30, length: nameLength)
      else { break }
      let body = offset + 30 + nameLength + extra
      facts.see(name, method == 0 ? data.clamped(at: body, length: Swift.min(size, 128)) : nil, isFirst: offset == 0)
      // With a trailing descriptor the size stands behind the data: look for the next header.
      if flags & 8 != 0, size == 0 {
        guard let next = data.find("PK\u{3}\u{4}", from: body, within: body + (1 << 20)) else { break }
        offset = next
      } else {
        offset = body + size
      }
    }
    centralDirectory(data, &facts)
    return facts.type
  }

  private static func centralDirectory(_ data: ByteView, _ facts: inout ZipFacts) {
    var end = data.count - 22
    let lowest = Swift.max(0, end - 4096)
    while end >= lowest, !data.has("PK\u{5}\u{6}", at: end) { end -= 1 }
    guard end >= lowest, var offset = data.u32(end + 16) else { return }
    for _ in 0..<4096 {
      guard data.has("PK\u{1}\u{2}", at: offset), let name = data.u16(offset + 28),
        let extra = data.u16(offset + 30), let comment = data.u16(offset + 32),
        let view = data.slice(at: offset + 46, length: name)
      else { return }
      facts.see(view, nil, isFirst: false)
      offset += 46 + name + extra + comment
    }
  }

  private struct ZipFacts {
    private var openXML: FileType?
    private var hasContentTypes = false
    private var hasDex = false
    private var hasAndroidManifest = false
    private var hasJarManifest = false
    private var hasClass = false
    private var declared: FileType?
    private var hasExtension = false
    private var isBundle = false
    private var isModule = false

    mutating func see(_ name: ByteView, _ body: ByteView?, isFirst: Bool) {
      if name.has("word/") { openXML = openXML ?? .docx }
      if name.has("xl/") { openXML = openXML ?? .xlsx }
      if name.has("ppt/") { openXML = openXML ?? .pptx }
      if name.has("FixedDocSeq") || name.has("Documents/1/") { openXML = openXML ?? .xps }
      if name.has("AppxManifest.xml") { openXML = .msix }
      if name.has("[Content_Types].xml") { hasContentTypes = true }
      if name.has("classes.dex") { hasDex = true }
      if name.has("AndroidManifest.xml") { hasAndroidManifest = true }
      if name.has("META-INF/MANIFEST.MF") { hasJarManifest = true }
      if name.has("META-INF/mozilla.rsa") || name.has("install.rdf") { hasExtension = true }
      if name.has("classes/module-info.class") { isModule = true }
      if name.has("Payload/"), name.find(".app/", within: name.count) != nil { isBundle = true }
      if name.count > 6, name.has(".class", at: name.count - 6) { hasClass = true }
      if isFirst, name.has("mimetype"), name.count == 8, let body { declare(body) }
    }

    private mutating func declare(_ body: ByteView) {
      if body.has("application/epub+zip") { declared = .epub }
      if body.has("application/vnd.oasis.opendocument.text") { declared = .odt }
      if body.has("application/vnd.oasis.opendocument.spreadsheet") { declared = .ods }
      if body.has("application/vnd.oasis.opendocument.presentation") { declared = .odp }
      if body.has("application/hwp+zip") { declared = .hwp }
    }

    var type: FileType {
      if let declared { return declared }
      if hasAndroidManifest { return .apk }
      if isBundle { return .ipa }
      if hasContentTypes { return openXML ?? .openPackaging }
      if hasExtension { return .xpi }
      if hasDex, !hasJarManifest { return .apk }
      if isModule { return .javaModule }
      if hasJarManifest || hasClass { return .jar }
      return .zip
    }
  }

  // MARK: OLE

  /// By the names of the streams in the directory. Follows the file allocation table only through
  /// the sectors that the header lists itself.
  static func ole(_ data: ByteView) -> FileType? {
    guard let shift = data.u16(30), shift == 9 || shift == 12, let directory = data.u32(48) else {
      return .oleCompound
    }
    let sector = 1 << shift
    var number = directory
    var found = FileType.oleCompound
    for _ in 0..<64 {
      guard number < 1 << 28, let start = Optional((number + 1) << shift),
        let content = data.slice(at: start, length: sector)
      else { break }
      for entry in stride(from: 0, to: sector, by: 128) {
        if let type = oleStream(content.clamped(at: entry, length: 128), isRoot: number == directory && entry == 0) {
          if type != .oleCompound { return type }
          found = type
        }
      }
      // The next sector of the directory.
      let perSector = sector / 4
      guard let table = data.u32(76 + 4 * (number / perSector)), number / perSector < 109,
        table < 1 << 28, let next = data.u32(((table + 1) << shift) + 4 * (number % perSector))
      else { break }
      number = next
    }
    return found
  }

  private static func oleStream(_ entry: ByteView, isRoot: Bool) -> FileType? {
    // Names are UTF-16; the ASCII half tells.
    func named(_ text: StaticString) -> Bool {
      entry.u16(64) == 2 * (text.utf8CodeUnitCount + 1) && entry.hasWide(text)
    }
    // The root's class: {000C1084-...} is an installer, ...1086 its patch.
    if isRoot, let root = entry.u32(80), root == 0x000C_1084 || root == 0x000C_1086 { return .msi }
    if named("WordDocument") { return .doc }
    if named("Workbook") || named("Book") { return .xls }
    if named("PowerPoint Document") { return .ppt }
    if named("__properties_version1.0") || named("__nameid_version1.0") { return .outlook }
    if named("HwpSummaryInformation") || named("FileHeader") { return .hwp }
    return nil
  }

  // MARK: RIFF and ISO media

  static func riff(_ data: ByteView) -> FileType? {
    if data.has("WAVE", at: 8) { return .wav }
    if data.has("AVI ", at: 8) { return .avi }
    if data.has("WEBP", at: 8) { return .webp }
    if data.has("ACON", at: 8) { return .ani }
    return nil
  }

  static func isoMedia(_ data: ByteView) -> FileType? {
    if data.has("qt  ", at: 8) { return .quickTime }
    for brand: StaticString in ["heic", "heix", "mif1", "msf1", "avif"] where data.has(brand, at: 8) {
      return .heif
    }
    return .mp4
  }
}
