public import Bytes
extension FileType {
  public static func identify(_ data: ByteView) -> FileType {
    if data.big(at: 0, as: UInt32.self) == 0x504B_0304 { return .zip }
    return .unknown
  }
}
