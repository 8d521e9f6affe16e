public import Bytes

extension FileType {
  /// What kind of file the bytes are: magic numbers first, then structure, then text.
  ///
  /// Needs only the beginning (64 KiB tell almost everything; the members of a zip archive are
  /// looked for as far as the view goes, and its end helps when it is there). Pure, total, never
  /// traps, no allocation beyond a few small ones for text; bounded work on any input.
  public static func identify(_ data: ByteView) -> FileType {
    if data.count == 0 { return .empty }
    if let type = Magic.identify(data) { return type }
    if let type = TextIdentification.identify(data) { return type }
    return Magic.weak(data) ?? .unknown
  }
}

extension ByteView {
  func u16(_ offset: Int) -> Int? { little(at: offset, as: UInt16.self).map(Int.init) }
  func u32(_ offset: Int) -> Int? { little(at: offset, as: UInt32.self).map(Int.init) }
}
