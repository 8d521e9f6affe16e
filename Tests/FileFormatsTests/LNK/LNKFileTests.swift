import Bytes
import FileFormats
import Testing

@Suite struct LNKFileTests {
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
    try parsed(LNKBuilder.full) { file in
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
      #expect(file.overlayOffset == UInt64(LNKBuilder.full.count - 7))
    }
  }

  @Test func readsNarrowLinks() throws {
    try parsed(LNKBuilder.narrow) { file in
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
      try parsed(LNKBuilder.link(flags: 0, showCommand: value)) { $0.showCommand }
        == Int32(exactly: value))
  }

  @Test func readsShellItems() throws {
    try parsed(LNKBuilder.shellItems) { file in
      #expect(file.targets.map(\.type) == [0x1F, 0x20, 0x20, 0x20, 0x30, 0x40, 0x00, 0x71])
      #expect(text(file.targets[0].rootFolderID) == "45444342-4746-4948-4a4b-4c4d4e4f5051")
      #expect(text(file.targets[1].volumeName) == "ABCDEFGHIJKLMNOPQRST")
      #expect(text(file.targets[2].volumeID) == "45444342-4746-4948-4a4b-4c4d4e4f5051")
      #expect(file.targets[3].volumeName == nil)
      #expect(text(file.targets[4].fileEntryName) == "ab")
      #expect(text(file.targets[5].networkLocation) == "\\\\s")
      #expect(text(file.targets[6].controlPanelPath) == "JKLMNOPQRSTUVWXYZ")
      #expect(file.targets[7].data.array == LNKBuilder.letters)
      #expect(file.overlaySize == 0)
    }
  }

  @Test func refusesOtherFiles() {
    for bytes in [[], Array(LNKBuilder.full.prefix(0x4B)), [0x4D] + Array(LNKBuilder.full.dropFirst())] {
      #expect(ByteView.with(bytes) { LNKFile.parse($0) == nil })
    }
  }

  @Test func survivesEveryMutation() {
    forEachMutation(of: LNKBuilder.full) { bytes in
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
