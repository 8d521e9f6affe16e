import Bytes
import FileFormats
import Testing

@Suite struct LNKFileTests {
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

  private func parsed<R>(_ bytes: [UInt8], _ body: (LNKFile) throws -> R) throws -> R {
    let result: Result<R, any Error> = ByteView.with(bytes) { view in
      Result { try body(try #require(LNKFile.parse(view))) }
    }
    return try result.get()
  }

  private func text(_ text: FormatText?) -> String? {
    text.map { String(decoding: $0.array, as: UTF8.self) }
  }

  private func text(_ identifier: GUIDText?) -> String? {
    identifier.map { String(decoding: $0.text, as: UTF8.self) }
  }

  @Test func readsUnicodeLinks() throws {
    try parsed(Self.full) { file in
      #expect(file.fileAttributes == 0x20)
      #expect(file.creationTime == 1_606_926_400)
      #expect(file.accessTime == nil)
      #expect(file.writeTime == 0)
      #expect(file.fileSize == 7)
      #expect(file.iconIndex == 2)
      #expect(file.showCommand == 3)
      #expect(file.targets.map(\.type) == [0x1F, 0x30])
      #expect(file.driveType == 3)
      #expect(file.driveSerialNumber == 0xBEEF)
      #expect(text(file.volumeLabel) == "DISK")
      #expect(text(file.localBasePath) == "C:\\bäse")
      #expect(text(file.commonPathSuffix) == "suffix")
      #expect(text(file.name) == "näme")
      #expect(text(file.relativePath) == ".\\rel")
      #expect(text(file.workingDirectory) == "C:\\w")
      #expect(text(file.commandLineArguments) == "/c calc")
      #expect(text(file.iconLocation) == "icon.dll")
      #expect(file.tracker?.version == 0)
      #expect(text(file.tracker?.machineID) == "machine")
      #expect(text(file.tracker?.droidVolumeID) == "03020100-0504-0706-0809-0a0b0c0d0e0f")
      #expect(text(file.tracker?.droidBirthFileID) == "33323130-3534-3736-3839-3a3b3c3d3e3f")
      #expect(file.overlaySize == 7)
      #expect(file.overlayOffset == UInt64(Self.full.count - 7))
    }
  }

  @Test func readsNarrowLinks() throws {
    let bytes = Self.link(flags: 0x06) { out in
      Self.putLinkInfo(isWide: false, &out)
      out.put(UInt16(3))
      out.bytes += [0x61, 0, 0xFF]
      out.put(UInt32(0))
    }
    try parsed(bytes) { file in
      #expect(text(file.volumeLabel) == "DISK")
      #expect(text(file.localBasePath) == "C:\\base")
      #expect(text(file.commonPathSuffix) == "suffix")
      #expect(text(file.name) == "a\0\u{FFFD}")
      #expect(file.overlaySize == 0)
      #expect(file.overlayOffset == nil)
    }
  }

  @Test(arguments: [UInt32(0x7FFF_FFFF), 0x8000_0000]) func leavesOutShowCommandsBeyondRange(
    value: UInt32
  ) throws {
    #expect(
      try parsed(Self.link(flags: 0, showCommand: value)) { $0.showCommand }
        == Int32(exactly: value))
  }

  @Test func readsShellItems() throws {
    let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ".utf8)
    let bytes = Self.link(flags: 0x01) { out in
      Self.putItems(
        [
          [0x1E] + letters, [0x23] + letters, [0x22] + letters, [0x23] + letters.prefix(19),
          [0x34] + letters.prefix(11) + [0x61, 0, 0x62, 0, 0, 0],
          [0xC1, 1, 2] + Array("\\\\s\0x".utf8),
          [0x00] + letters, [0x71] + letters, [],
        ], &out)
      out.put(UInt32(0))
    }
    try parsed(bytes) { file in
      #expect(file.targets.map(\.type) == [0x1F, 0x20, 0x20, 0x20, 0x30, 0x40, 0x00, 0x71])
      #expect(text(file.targets[0].rootFolderID) == "45444342-4746-4948-4a4b-4c4d4e4f5051")
      #expect(text(file.targets[1].volumeName) == "ABCDEFGHIJKLMNOPQRST")
      #expect(text(file.targets[2].volumeID) == "45444342-4746-4948-4a4b-4c4d4e4f5051")
      #expect(file.targets[3].volumeName == nil)
      #expect(text(file.targets[4].fileEntryName) == "ab")
      #expect(text(file.targets[5].networkLocation) == "\\\\s")
      #expect(text(file.targets[6].controlPanelPath) == "JKLMNOPQRSTUVWXYZ")
      #expect(file.targets[7].data.array == letters)
      #expect(file.overlaySize == 0)
    }
  }

  @Test func refusesOtherFiles() {
    for bytes in [[], Array(Self.full.prefix(0x4B)), [0x4D] + Array(Self.full.dropFirst())] {
      #expect(ByteView.with(bytes) { LNKFile.parse($0) == nil })
    }
  }

  @Test func survivesEveryMutation() {
    forEachMutation(of: Self.full) { bytes in
      ByteView.with(bytes) { view in
        guard let file = LNKFile.parse(view) else { return }
        #expect(file.targets.count <= bytes.count / 2)
        for text in [file.name, file.localBasePath, file.volumeLabel, file.commandLineArguments] {
          #expect((text?.count ?? 0) <= 3 * bytes.count)
        }
        #expect(file.overlayOffset ?? 0 <= UInt64(bytes.count))
      }
    }
  }
}
