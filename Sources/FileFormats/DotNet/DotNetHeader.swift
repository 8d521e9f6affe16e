internal import Bytes

/// The CLI header, the metadata root and the stream headers (ECMA-335 II.25.3.3, II.24.2.1,
/// II.24.2.2): what decides whether a file is a .NET file.
struct DotNetHeader {
  /// Of the metadata root, from the start of the file.
  let root: Int
  let resources: PEDataDirectory
  private(set) var version: ByteView?
  private(set) var streams: [DotNetStream] = []
  private(set) var hasStreams = false
  private(set) var tableStream: DotNetExtent?
  private(set) var stringStream: DotNetExtent?
  private(set) var blobStream: DotNetExtent?
  private(set) var guidStream: DotNetExtent?
  private(set) var userStringStream: DotNetExtent?

  private static let cliHeaderSize = 72
  private static let metadataMagic: UInt32 = 0x424A_5342
  /// Bytes of the root before the version.
  private static let rootSize = 16

  init?(_ pe: PEFile) {
    let data = pe.data
    guard let directory = pe.directory(.comDescriptor),
      let header = pe.fileOffset(rva: directory.virtualAddress),
      data.little(at: header, as: UInt32.self) == UInt32(Self.cliHeaderSize),
      let metadata = PEDataDirectory(data, at: header + 8),
      let resources = PEDataDirectory(data, at: header + 24),
      // YARA-X reads no further than the strong name.
      data.slice(at: header, length: pe.dialect == .yaraX ? 40 : Self.cliHeaderSize) != nil,
      let root = pe.fileOffset(rva: metadata.virtualAddress), root <= data.count
    else { return nil }
    self.root = root
    self.resources = resources
    switch pe.dialect {
    case .yaraX:
      guard readYaraX(data.clamped(at: root, length: Int(metadata.size))) else { return nil }
    case .yara:
      guard readYara(data) else { return nil }
      if pe.is64Bit, pe.optionalHeader.numberOfRVAAndSizes < 14 { return nil }
    }
  }

  // MARK: YARA-X

  /// - Parameter metadata: from the root, of the size that the CLI header claims.
  private mutating func readYaraX(_ metadata: ByteView) -> Bool {
    guard metadata.little(at: 0, as: UInt32.self) == Self.metadataMagic,
      let length = metadata.little(at: 12, as: UInt32.self), length <= DotNetLimits.versionLength,
      let field = metadata.slice(at: Self.rootSize, length: Int(length))
    else { return false }
    let version = field.clamped(at: 0, length: field.zeroIndex ?? field.count)
    guard version.isUTF8 else { return false }
    self.version = version
    var offset = Self.rootSize + Int(length) + 2
    guard let count = metadata.little(at: offset, as: UInt16.self),
      count <= UInt16(DotNetLimits.streams)
    else { return false }
    offset += 2
    for _ in 0..<count {
      guard let start = metadata.little(at: offset, as: UInt32.self),
        let size = metadata.little(at: offset + 4, as: UInt32.self),
        let rest = metadata.slice(from: offset + 8)
      else { return false }
      let name = rest.clamped(at: 0, length: rest.zeroIndex ?? rest.count)
      // The name and its zero are padded to a multiple of four bytes.
      let padded = (name.count + 4) & ~3
      guard padded <= rest.count else { return false }
      offset += 8 + padded
      let (sum, overflow) = start.addingReportingOverflow(UInt32(clamping: root))
      let extent = DotNetExtent(offset: Int(overflow ? .max : sum), size: Int(size))
      streams.append(
        DotNetStream(
          name: name.isUTF8 ? name : nil, offset: Int64(extent.offset), size: Int64(size)))
      // The last one of a name counts.
      if name.isText("#~") || name.isText("#-") {
        tableStream = extent
      } else if name.isText("#Strings") {
        stringStream = extent
      } else if name.isText("#US") {
        userStringStream = extent
      } else if name.isText("#Blob") {
        blobStream = extent
      } else if name.isText("#GUID") {
        guidStream = extent
      }
    }
    hasStreams = true
    return true
  }

  // MARK: YARA

  private mutating func readYara(_ data: ByteView) -> Bool {
    guard data.little(at: root, as: UInt32.self) == Self.metadataMagic,
      let length = data.little(at: root + 12, as: UInt32.self),
      length > 0, length <= DotNetLimits.versionLength, length % 4 == 0,
      let field = data.slice(at: root + Self.rootSize, length: Int(length))
    else { return false }
    version = field.zeroIndex.map { field.clamped(at: 0, length: $0) }
    var offset = root + Self.rootSize + Int(length) + 2
    // Both bytes must be there, and the low one is the count.
    guard data.slice(at: offset, length: 2) != nil, let count = data.byte(at: offset) else {
      return true
    }
    offset += 2
    hasStreams = true
    for _ in 0..<count {
      guard let start = data.little(at: offset, as: UInt32.self),
        let size = data.little(at: offset + 4, as: UInt32.self),
        let field = data.slice(at: offset + 8, length: DotNetLimits.streamNameYara),
        let end = field.zeroIndex
      else { break }
      let name = field.clamped(at: 0, length: end)
      offset += 8 + end + 4 - end % 4
      let extent = DotNetExtent(offset: root + Int(start), size: Int(size))
      streams.append(DotNetStream(name: name, offset: Int64(extent.offset), size: Int64(size)))
      // Names are compared up to the length of the known ones, and the first one of a name counts;
      // of the GUIDs the last one.
      if name.has("#~") || name.has("#-"), tableStream == nil {
        tableStream = extent
      } else if name.has("#GUID") {
        guidStream = extent
      } else if name.has("#Strings"), stringStream == nil {
        stringStream = extent
      } else if name.has("#Blob"), blobStream == nil {
        blobStream = extent
      } else if name.has("#US"), userStringStream == nil {
        userStringStream = extent
      }
    }
    return true
  }
}

extension ByteView {
  /// Whether these are exactly the ASCII characters of `text`.
  func isText(_ text: StaticString) -> Bool { count == text.utf8CodeUnitCount && has(text) }
}
