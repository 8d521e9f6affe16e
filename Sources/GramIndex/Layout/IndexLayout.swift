internal import Bytes

/// The fixed part of an index file; see Documentation/Formats/index.md.
enum IndexLayout {
  static let magic: [UInt8] = [0x89, 0x52, 0x48, 0x49, 0x4E, 0x44, 0x58, 0x0A]
  static let version: UInt32 = 3
  static let headerSize = 256
  /// Of what is checked at once: a row is one cache line, and checking what lies around it is most of what
  /// the first question to it costs. 4 KiB cost six times as much, and the checksums are 1 % of the file.
  static let pageBits = 9
  static let pageSize = 1 << pageBits
  /// Sections and groups of blocks begin at cache lines.
  static let alignment: UInt64 = 64
  /// Pieces that are searched together: a row of so many bits is one cache line.
  static let blockWidth = 512
  /// Bytes behind the rows: a row is read in whole cache lines.
  static let rowPadding: UInt64 = 128
  /// Document numbers have 24 bits where facts are collected.
  static let maximumDocuments = 1 << 24
  /// Of a fact's hash so many high bits are kept: 40 bits mix up two keys of a million once in a million questions.
  static let keyBits: UInt64 = 40
  static let keysPerBlock = 32
  /// Pieces and regions too short for a gram, and those without signature that are always asked for.
  static let emptyStretch: UInt8 = 0
  static let openStretch: UInt8 = 1
  static let firstClass: UInt8 = 2

  static func aligned(_ offset: UInt64, to size: UInt64 = alignment) -> UInt64 {
    (offset &+ size &- 1) / size &* size
  }
}

/// The parts of an index file, in their order.
enum IndexSection: Int, CaseIterable {
  /// Signatures of pieces, bit-sliced.
  case pieces
  /// Signatures of regions, bit-sliced.
  case regions
  /// Byte n of every document's beginning, for each n below 64.
  case beginnings
  case columns
  /// The first fact key of each block of keys, and where the block begins.
  case keyBlocks
  case keys
  case directory
  case checksums

  var name: String {
    switch self {
    case .pieces: "piece signatures"
    case .regions: "region signatures"
    case .beginnings: "first bytes"
    case .columns: "columns"
    case .keyBlocks: "fact key blocks"
    case .keys: "fact keys"
    case .directory: "directory"
    case .checksums: "checksums"
    }
  }
}

/// The first 256 bytes.
struct IndexHeader {
  var identity: UInt64
  var documentCount: Int
  var pieceGram: Int
  /// Bytes of the whole file.
  var fileLength: UInt64 = 0
  /// By `IndexSection`; the directory begins at a page.
  var sections: [Range<UInt64>] = Array(repeating: 0..<0, count: IndexSection.allCases.count)

  /// Places sections of these lengths one after the other.
  mutating func place(lengths: [UInt64]) {
    var offset = UInt64(IndexLayout.headerSize)
    for section in IndexSection.allCases {
      let alignment =
        section == .directory ? UInt64(IndexLayout.pageSize) : IndexLayout.alignment
      offset = IndexLayout.aligned(offset, to: alignment)
      let length =
        section == .checksums
        ? Self.checksumsLength(directory: sections[IndexSection.directory.rawValue].lowerBound)
        : lengths[section.rawValue]
      sections[section.rawValue] = offset..<offset + length
      offset += length
    }
    fileLength = offset
  }

  static func checksumsLength(directory: UInt64) -> UInt64 {
    UInt64(PageChecksums.length(pages: Int(directory) >> IndexLayout.pageBits))
  }

  subscript(section: IndexSection) -> Range<UInt64> { sections[section.rawValue] }

  var encoded: [UInt8] {
    var writer = ByteWriter(reserving: IndexLayout.headerSize)
    writer.append(contentsOf: IndexLayout.magic)
    writer.append(IndexLayout.version)
    writer.append(UInt32(IndexLayout.headerSize))
    writer.append(identity)
    writer.append(UInt32(documentCount))
    writer.append(UInt8(pieceGram))
    writer.append(contentsOf: Self.parameters)
    writer.append(fileLength)
    for section in sections {
      writer.append(section.lowerBound)
      writer.append(UInt64(section.count))
    }
    writer.append(zeros: IndexLayout.headerSize - 8 - writer.bytes.count)
    writer.appendChecksum64()
    return writer.bytes
  }

  /// What the version fixes: region gram, bits of a piece, bits of a region, overlap, reserved.
  private static let parameters: [UInt8] = [
    UInt8(SignatureScheme.regionGram), UInt8(SignatureScheme.pieceBits),
    UInt8(SignatureScheme.regionBits), UInt8(SignatureScheme.overlap & 0xFF),
    UInt8(SignatureScheme.overlap >> 8), 0, 0, 0, 0, 0, 0,
  ]

  init(identity: UInt64, documentCount: Int, pieceGram: Int) {
    self.identity = identity
    self.documentCount = documentCount
    self.pieceGram = pieceGram
  }

  /// Checks everything that can be checked without the rest of the file.
  init(of file: ByteView) throws(IndexError) {
    guard let magic = file.slice(at: 0, length: 8), magic.array == IndexLayout.magic else {
      throw IndexError(.notAnIndex, "this is no index file")
    }
    guard let version = file.little(at: 8, as: UInt32.self), version == IndexLayout.version else {
      throw IndexError(
        .unknownVersion, "an index file of a version that is not known here; version 3 is")
    }
    guard let bytes = file.slice(at: 0, length: IndexLayout.headerSize),
      bytes.little(at: 12, as: UInt32.self) == UInt32(IndexLayout.headerSize),
      let identity = bytes.little(at: 16, as: UInt64.self),
      let count = bytes.little(at: 24, as: UInt32.self), let gram = bytes.byte(at: 28),
      let length = bytes.little(at: 40, as: UInt64.self),
      let checksum = bytes.little(at: IndexLayout.headerSize - 8, as: UInt64.self)
    else { throw IndexError(.wrongLength, "the index file ends inside its header") }
    guard XXH64.checksum(bytes.clamped(at: 0, length: IndexLayout.headerSize - 8)) == checksum
    else {
      throw IndexError(.damaged, "the header of the index file is damaged")
    }
    guard bytes.clamped(at: 29, length: 11).array == Self.parameters, gram == 4 || gram == 5 else {
      throw IndexError(
        .unknownVersion, "the index file was made with grams that are not known here")
    }
    guard length == UInt64(file.count) else {
      throw IndexError(
        .wrongLength, "the index file has \(file.count) bytes and should have \(length)")
    }
    guard count <= IndexLayout.maximumDocuments else { throw Self.wrongNumbers }
    self.init(identity: identity, documentCount: Int(count), pieceGram: Int(gram))
    var lengths: [UInt64] = []
    for section in IndexSection.allCases {
      let size = bytes.little(at: 56 + section.rawValue * 16, as: UInt64.self) ?? .max
      guard size <= length else { throw Self.wrongNumbers }
      lengths.append(size)
    }
    // Where sections lie follows from their lengths; the header must say the same.
    place(lengths: lengths)
    guard encoded == bytes.array else { throw Self.wrongNumbers }
  }

  private static let wrongNumbers = IndexError(
    .damaged, "the numbers in the index's header are wrong")
}
