public import Bytes

/// One step of the path to a link's target in the shell's name space.
public struct ShellItem: Sendable {
  /// The class of the item; for volumes, file entries and network locations the first number of
  /// their range.
  public let type: UInt8
  /// All bytes after the class indicator.
  public let data: ByteView
  public private(set) var controlPanelPath: FormatText?
  public private(set) var rootFolderID: GUIDText?
  public private(set) var volumeName: FormatText?
  public private(set) var volumeID: GUIDText?
  public private(set) var fileEntryName: FormatText?
  public private(set) var networkLocation: FormatText?

  private static let rootFolder: UInt8 = 0x1F
  private static let volume: UInt8 = 0x20
  private static let fileEntry: UInt8 = 0x30
  private static let network: UInt8 = 0x40

  /// - Parameter body: the item after its size. Nil if it is empty.
  init?(_ body: ByteView) {
    guard let indicator = body.byte(at: 0) else { return nil }
    let data = body.clamped(at: 1, length: body.count)
    self.data = data
    switch (indicator, indicator & 0x70) {
    case (0x00, _):
      type = indicator
      // The path stands at one place in ASCII or, if that is empty, at another in UTF-16.
      if let first = data.byte(at: 9) {
        controlPanelPath =
          first != 0
          ? Self.text(data, at: 9)
          : data.slice(at: 21, length: data.count - 21).map { LNKText.wide($0) }
      }
    case (0x1E, _), (0x1F, _):
      type = Self.rootFolder
      rootFolderID = Self.identifier(data)
    case (_, Self.volume):
      type = Self.volume
      // The lowest bit tells that the volume has a name.
      if indicator & 1 != 0 {
        volumeName = data.slice(at: 0, length: 20).map { LNKText.narrow($0) }
      } else {
        volumeID = Self.identifier(data)
      }
    case (_, Self.fileEntry):
      type = Self.fileEntry
      // Size, date, time and attributes come first. One bit tells that the name is in UTF-16.
      fileEntryName =
        indicator & 4 != 0
        ? data.slice(at: 11, length: data.count - 11).map { LNKText.wide($0) }
        : Self.text(data, at: 11)
    case (_, Self.network):
      type = Self.network
      networkLocation = Self.text(data, at: 2)
    // The control panel has two indicators and is known by the second.
    default: type = indicator == 0x70 ? 0x71 : indicator
    }
  }

  private static func text(_ data: ByteView, at offset: Int) -> FormatText? {
    data.slice(at: offset, length: data.count - offset).map { LNKText.narrow($0) }
  }

  private static func identifier(_ data: ByteView) -> GUIDText? {
    data.slice(at: 1, length: 16).map { GUIDText(bytes: $0) }
  }
}
