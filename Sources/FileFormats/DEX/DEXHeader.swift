internal import Bytes

/// The header of a Dalvik executable (Android, "Dalvik executable format", header_item).
public struct DEXHeader: Sendable, Equatable {
  /// "dex\n" as a big-endian number.
  public let magic: UInt32
  /// 35 to 41.
  public let version: UInt32
  /// Adler-32 of what follows it, as the file claims.
  public let checksum: UInt32
  /// SHA-1 of what follows it, as the file claims: 40 hexadecimal digits.
  public let signature: [UInt8]
  public let fileSize: UInt32
  public let headerSize: UInt32
  public let endianTag: UInt32
  public let linkSize: UInt32
  public let linkOffset: UInt32
  /// Version 41 only.
  public let containerSize: UInt32?
  public let headerOffset: UInt32?

  struct Table: Sendable, Equatable {
    let size: UInt32
    let offset: UInt32
  }
  let mapOffset: UInt32
  let strings: Table
  let types: Table
  let prototypes: Table
  let fields: Table
  let methods: Table
  let classes: Table

  static let expectedSize: UInt32 = 0x70
  private static let endianTags: [UInt32] = [0x1234_5678, 0x7856_3412]

  /// Nil where YARA-X takes the file for none: an unknown version, offsets or a size past the end
  /// of the file, or more than 65,535 types or prototypes.
  init?(_ data: ByteView) {
    let magic: UInt32 = 0x6465_780A
    guard data.big(at: 0, as: UInt32.self) == magic, data.byte(at: 4) == UInt8(ascii: "0"),
      data.byte(at: 7) == 0, let tens = data.byte(at: 5), let ones = data.byte(at: 6),
      (tens == UInt8(ascii: "3") && (UInt8(ascii: "5")...UInt8(ascii: "9")).contains(ones))
        || (tens == UInt8(ascii: "4") && (UInt8(ascii: "0")...UInt8(ascii: "1")).contains(ones)),
      let signature = data.slice(at: 12, length: 20)
    else { return nil }
    func number(_ index: Int) -> UInt32? { data.little(at: 32 + 4 * index, as: UInt32.self) }
    func offset(_ index: Int) -> UInt32? {
      number(index).flatMap { Int($0) <= data.count ? $0 : nil }
    }
    func table(_ index: Int, atMost most: UInt32 = .max) -> Table? {
      guard let size = number(index), size <= most, let offset = offset(index + 1) else {
        return nil
      }
      return Table(size: size, offset: offset)
    }
    let version = UInt32(tens - UInt8(ascii: "0")) * 10 + UInt32(ones - UInt8(ascii: "0"))
    guard let checksum = data.little(at: 8, as: UInt32.self), let fileSize = offset(0),
      let headerSize = number(1), headerSize == Self.expectedSize,
      let endianTag = number(2), Self.endianTags.contains(endianTag),
      let linkSize = number(3), let linkOffset = offset(4), let mapOffset = offset(5),
      let strings = table(6), let types = table(8, atMost: 0xFFFF),
      let prototypes = table(10, atMost: 0xFFFF), let fields = table(12),
      let methods = table(14), let classes = table(16), table(18) != nil
    else { return nil }
    let isContainer = version >= 41
    if isContainer, number(21) == nil { return nil }
    self.magic = magic
    self.version = version
    self.checksum = checksum
    self.signature = Digest.hexadecimal(signature.array)
    self.fileSize = fileSize
    self.headerSize = headerSize
    self.endianTag = endianTag
    self.linkSize = linkSize
    self.linkOffset = linkOffset
    containerSize = isContainer ? number(20) : nil
    headerOffset = isContainer ? number(21) : nil
    self.mapOffset = mapOffset
    self.strings = strings
    self.types = types
    self.prototypes = prototypes
    self.fields = fields
    self.methods = methods
    self.classes = classes
  }
}
