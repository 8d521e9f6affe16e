public import Bytes

/// What YARA-X's `lnk` module reports of a Windows shell link.
///
/// In: the bytes of a file, hostile or not. Out: the values read up to the first damage; nil at
/// once if the header is none. The law: nothing here traps, and each byte is read a few times at
/// most. Knowledge: Microsoft, [MS-SHLLINK]; for the shell items Metz, "Windows Shell Item
/// format". YARA has no such module.
public struct LNKFile: Sendable {
  /// The link tracker's data.
  public struct Tracker: Sendable {
    public let version: UInt32
    public let machineID: FormatText
    public let droidVolumeID: GUIDText
    public let droidFileID: GUIDText
    public let droidBirthVolumeID: GUIDText
    public let droidBirthFileID: GUIDText
  }

  public private(set) var fileAttributes: UInt32 = 0
  /// Seconds since 1970; nil before that year.
  public private(set) var creationTime: UInt64?
  public private(set) var accessTime: UInt64?
  public private(set) var writeTime: UInt64?
  /// Bytes of the target, modulo 2^32.
  public private(set) var fileSize: UInt32 = 0
  public private(set) var iconIndex: UInt32 = 0
  /// Nil from 2^31 on, which YARA-X cannot express; so is the drive's type.
  public private(set) var showCommand: Int32?
  public private(set) var targets: [ShellItem] = []
  public private(set) var driveType: Int32?
  public private(set) var driveSerialNumber: UInt32?
  public private(set) var volumeLabel: FormatText?
  public private(set) var localBasePath: FormatText?
  public private(set) var commonPathSuffix: FormatText?
  public private(set) var name: FormatText?
  public private(set) var relativePath: FormatText?
  public private(set) var workingDirectory: FormatText?
  public private(set) var commandLineArguments: FormatText?
  public private(set) var iconLocation: FormatText?
  public private(set) var tracker: Tracker?
  /// Bytes after the link; nil if the link is damaged.
  public private(set) var overlaySize: UInt64?
  /// Nil if there is no overlay.
  public private(set) var overlayOffset: UInt64?

  private static let headerSize: UInt32 = 0x4C
  private static let classID: [UInt64] = [0x0000_0000_0002_1401, 0x4600_0000_0000_00C0]

  private struct Flags {
    let raw: UInt32
    var hasTargets: Bool { raw & 0x01 != 0 }
    var hasLinkInfo: Bool { raw & 0x02 != 0 }
    var hasName: Bool { raw & 0x04 != 0 }
    var hasRelativePath: Bool { raw & 0x08 != 0 }
    var hasWorkingDirectory: Bool { raw & 0x10 != 0 }
    var hasArguments: Bool { raw & 0x20 != 0 }
    var hasIconLocation: Bool { raw & 0x40 != 0 }
    var isUnicode: Bool { raw & 0x80 != 0 }
  }

  public static func parse(_ data: ByteView) -> LNKFile? {
    var file = LNKFile()
    guard data.count >= Int(headerSize), let flags = file.readHeader(data) else { return nil }
    file.readBody(data, flags)
    return file
  }

  private mutating func readHeader(_ data: ByteView) -> Flags? {
    func number(_ offset: Int) -> UInt32 { data.little(at: offset, as: UInt32.self) ?? 0 }
    func wide(_ offset: Int) -> UInt64 { data.little(at: offset, as: UInt64.self) ?? 0 }
    guard number(0) == Self.headerSize, [wide(4), wide(12)] == Self.classID else { return nil }
    fileAttributes = number(24)
    creationTime = Self.seconds(wide(28))
    accessTime = Self.seconds(wide(36))
    writeTime = Self.seconds(wide(44))
    fileSize = number(52)
    iconIndex = number(56)
    showCommand = Int32(exactly: number(60))
    return Flags(raw: number(20))
  }

  /// Windows counts units of 100 ns since 1601.
  private static func seconds(_ fileTime: UInt64) -> UInt64? {
    let (seconds, isEarlier) = (fileTime / 10_000_000).subtractingReportingOverflow(11_644_473_600)
    return isEarlier ? nil : seconds
  }

  private mutating func readBody(_ data: ByteView, _ flags: Flags) {
    var offset = Int(Self.headerSize)
    if flags.hasTargets, !readTargets(data, &offset) { return }
    if flags.hasLinkInfo, !readLinkInfo(data, &offset) { return }
    for (isPresent, path, limit) in [
      (flags.hasName, \LNKFile.name, Self.longestPath),
      (flags.hasRelativePath, \.relativePath, Self.longestPath),
      (flags.hasWorkingDirectory, \.workingDirectory, Self.longestPath),
      (flags.hasArguments, \.commandLineArguments, Int.max),
      (flags.hasIconLocation, \.iconLocation, Self.longestPath),
    ] where isPresent {
      guard let text = Self.counted(data, &offset, isUnicode: flags.isUnicode, limit: limit)
      else { return }
      self[keyPath: path] = text
    }
    guard readExtraData(data, &offset) else { return }
    overlaySize = UInt64(data.count - offset)
    overlayOffset = offset < data.count ? UInt64(offset) : nil
  }

  // MARK: - Target

  /// The list is read as far as it goes; a last, cut-off item keeps what it has.
  private mutating func readTargets(_ data: ByteView, _ offset: inout Int) -> Bool {
    guard let length = data.little(at: offset, as: UInt16.self) else { return false }
    let list = data.clamped(at: offset + 2, length: Int(length))
    offset += 2 + list.count
    var place = 0
    while let size = list.little(at: place, as: UInt16.self), size > 0 {
      // The size counts itself.
      let body = list.clamped(at: place + 2, length: Int(size) - 2)
      if let item = ShellItem(body) { targets.append(item) }
      place += max(Int(size), 2)
    }
    return true
  }

  private mutating func readLinkInfo(_ data: ByteView, _ offset: inout Int) -> Bool {
    func number(_ index: Int) -> UInt32? {
      data.little(at: offset + 4 * index, as: UInt32.self)
    }
    guard let size = number(0), let headerSize = number(1), let flags = number(2),
      let volumeOffset = number(3), let basePathOffset = number(4), number(5) != nil,
      let suffixOffset = number(6)
    else { return false }
    var wideBasePathOffset: UInt32 = 0
    var wideSuffixOffset: UInt32 = 0
    if headerSize >= 0x24 {
      guard let basePath = number(7), let suffix = number(8) else { return false }
      wideBasePathOffset = basePath
      wideSuffixOffset = suffix
    }
    guard let info = data.slice(at: offset, length: Int(size)) else { return false }
    offset += info.count
    if flags & 1 != 0 {
      if let volume = Self.rest(info, volumeOffset) { readVolume(volume) }
      localBasePath = Self.path(info, basePathOffset, wide: wideBasePathOffset)
    }
    if flags & 2 != 0 {
      commonPathSuffix = Self.path(info, suffixOffset, wide: wideSuffixOffset)
    }
    return true
  }

  private static func path(_ info: ByteView, _ offset: UInt32, wide: UInt32) -> FormatText? {
    wide > 0
      ? rest(info, wide).map { LNKText.wide($0) } : rest(info, offset).map { LNKText.narrow($0) }
  }

  private mutating func readVolume(_ data: ByteView) {
    func number(_ offset: Int) -> UInt32? { data.little(at: offset, as: UInt32.self) }
    guard let size = number(0), let type = number(4), let serial = number(8),
      let labelOffset = number(12)
    else { return }
    driveType = Int32(exactly: type)
    driveSerialNumber = serial
    guard let volume = data.slice(at: 0, length: Int(size)) else { return }
    // This offset says that the label is in UTF-16 and that its place stands in the next field.
    if labelOffset == 0x14 {
      guard let wideOffset = number(16) else { return }
      volumeLabel = Self.rest(volume, wideOffset).map { LNKText.wide($0) }
    } else {
      volumeLabel = Self.rest(volume, labelOffset).map { LNKText.narrow($0) }
    }
  }

  private static func rest(_ data: ByteView, _ offset: UInt32) -> ByteView? {
    data.slice(at: Int(offset), length: data.count - Int(offset))
  }

  // MARK: - Texts and blocks

  /// Windows reads paths up to this many characters, whatever their length says, and goes on
  /// behind them. The arguments have no such bound.
  private static let longestPath = 260

  /// A text after its length in characters.
  private static func counted(
    _ data: ByteView, _ offset: inout Int, isUnicode: Bool, limit: Int
  ) -> FormatText? {
    guard let claimed = data.little(at: offset, as: UInt16.self) else { return nil }
    let length = min(Int(claimed), limit)
    guard let text = data.slice(at: offset + 2, length: length * (isUnicode ? 2 : 1))
    else { return nil }
    offset += 2 + text.count
    return isUnicode ? LNKText.wide(text) : .repaired(text)
  }

  private mutating func readExtraData(_ data: ByteView, _ offset: inout Int) -> Bool {
    while let size = data.little(at: offset, as: UInt32.self) {
      if size < 4 {
        offset += 4
        return true
      }
      guard let block = data.slice(at: offset + 4, length: Int(size) - 4) else { return false }
      if block.little(at: 0, as: UInt32.self) == 0xA000_0003 {
        readTracker(block.clamped(at: 4, length: block.count))
      }
      offset += Int(size)
    }
    return false
  }

  private mutating func readTracker(_ data: ByteView) {
    guard data.count >= 88, let version = data.little(at: 4, as: UInt32.self) else { return }
    func identifier(_ index: Int) -> GUIDText {
      GUIDText(bytes: data.clamped(at: 24 + 16 * index, length: 16))
    }
    tracker = Tracker(
      version: version, machineID: LNKText.narrow(data.clamped(at: 8, length: 16)),
      droidVolumeID: identifier(0), droidFileID: identifier(1),
      droidBirthVolumeID: identifier(2), droidBirthFileID: identifier(3))
  }
}

/// Texts that end at a NUL or with their bytes, ill-formed parts replaced by U+FFFD.
enum LNKText {
  /// Most bytes of a text that are read, the rest is left out. A link can call all of a large file
  /// a text, several times over, where Windows ends paths at 32,767 characters.
  static let mostBytes = 1 << 20

  static func narrow(_ data: ByteView, mostBytes: Int = mostBytes) -> FormatText {
    data.text(at: 0, limit: mostBytes).map { .repaired($0.text) } ?? .inFile(data)
  }

  /// UTF-16, little-endian. An odd byte at the end does not count.
  static func wide(_ data: ByteView, mostBytes: Int = mostBytes) -> FormatText {
    let text = data.clamped(at: 0, length: mostBytes)
    var units: [UInt16] = []
    while let unit = text.little(at: 2 * units.count, as: UInt16.self), unit != 0 {
      units.append(unit)
    }
    return .owned(Array(String(decoding: units, as: UTF16.self).utf8))
  }
}

/// A GUID as it stands in a file: the first three of its five parts are little-endian.
public struct GUIDText: Sendable {
  let bytes: ByteView

  /// "00021401-0000-0000-c000-000000000046".
  public var text: [UInt8] {
    let raw = bytes.array
    let groups = [[3, 2, 1, 0], [5, 4], [7, 6], [8, 9], [10, 11, 12, 13, 14, 15]]
    return Array(
      groups.map { group in Digest.hexadecimal(group.compactMap { $0 < raw.count ? raw[$0] : nil })
      }
      .joined(separator: [UInt8(ascii: "-")]))
  }
}
