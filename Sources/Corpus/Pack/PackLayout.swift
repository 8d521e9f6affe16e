// The layout of packs and inbox logs, byte by byte: Documentation/Formats/pack.md and inbox.md.
// All numbers are little-endian. Everything but the descriptors is masked in the file; the
// functions here see it unmasked.
internal import Bytes
internal import FileFormats

/// Sizes and limits of the format. What stands in files may not change without a new version.
enum PackLayout {
  static let version: UInt32 = 2
  /// Version 1 differs only in what checksums its frames may have.
  static let readVersions: ClosedRange<UInt32> = 1...2
  static let descriptorSize = 128
  static let documentSize = 136
  static let frameSize = 32
  static let recordHeaderSize = 48
  /// Bytes of a large document that one frame holds: bounded memory, prefix reads, parallel use.
  static let chunkSize = 256 << 10
  /// A reader refuses frames beyond this; writers stay far below.
  static let maximumFrame = 8 << 20
  /// Bytes of the names and source of one document.
  static let maximumLabels = 1 << 20
  static let maximumDocuments = 1 << 24
}

/// The 128 bytes at the start of every pack and inbox log, and again at the end of a pack, so that
/// either copy may be lost.
struct PackDescriptor: Sendable, Hashable {
  enum Kind: String, Sendable {
    case pack = "\u{89}RHPACK\n"
    case inbox = "\u{89}RHINBX\n"
    /// As in the file: eight bytes.
    var magic: [UInt8] { [0x89] + Array(rawValue.utf8.dropFirst(2)) }
  }
  enum Role: UInt8, Sendable {
    case head = 0
    case foot = 1
  }

  var kind: Kind
  var segment: SegmentID
  var identity: UInt64
  var maskSeed: UInt64
  var corpus: CorpusName
  var documentCount: UInt32 = 0
  var frameCount: UInt32 = 0
  var frameTable: UInt64 = 0
  var documentTable: UInt64 = 0
  var labels: UInt64 = 0
  var labelsLength: UInt64 = 0
  var rawBytes: UInt64 = 0

  func encoded(_ role: Role) -> [UInt8] {
    var writer = ByteWriter(reserving: PackLayout.descriptorSize)
    writer.append(contentsOf: kind.magic)
    writer.append(PackLayout.version)
    writer.append(UInt32(PackLayout.descriptorSize))
    writer.append(segment.number)
    writer.append(identity)
    writer.append(maskSeed)
    writer.append(corpus.number)
    writer.append(role.rawValue)
    writer.append(zeros: 6)
    writer.append(documentCount)
    writer.append(frameCount)
    writer.append(frameTable)
    writer.append(documentTable)
    writer.append(labels)
    writer.append(labelsLength)
    writer.append(rawBytes)
    writer.append(zeros: 24)
    writer.appendChecksum64()
    return writer.bytes
  }

  enum Flaw: Error, Sendable {
    case damaged, foreign
    case version(UInt32)
  }

  init(_ view: ByteView, kind: Kind, role: Role) throws(Flaw) {
    guard let magic = view.slice(at: 0, length: 8)?.array else { throw .damaged }
    let sum = view.slice(at: 0, length: 120).map { XXH64.checksum($0) }
    let intact = sum != nil && sum == view.little(at: 120, as: UInt64.self)
    guard magic == kind.magic else { throw intact ? .foreign : .damaged }
    guard let version = view.little(at: 8, as: UInt32.self) else { throw .damaged }
    guard intact else { throw .damaged }
    guard PackLayout.readVersions.contains(version) else { throw .version(version) }
    guard view.byte(at: 41) == role.rawValue, let segment = view.little(at: 16, as: Int64.self),
      let corpus = view.byte(at: 40).flatMap(CorpusName.init(number:))
    else { throw .foreign }
    func word(_ offset: Int) -> UInt64 { view.little(at: offset, as: UInt64.self) ?? 0 }
    self.kind = kind
    self.segment = SegmentID(segment)
    identity = word(24)
    maskSeed = word(32)
    self.corpus = corpus
    documentCount = view.little(at: 48, as: UInt32.self) ?? 0
    frameCount = view.little(at: 52, as: UInt32.self) ?? 0
    frameTable = word(56)
    documentTable = word(64)
    labels = word(72)
    labelsLength = word(80)
    rawBytes = word(88)
  }

  init(kind: Kind, segment: SegmentID, identity: UInt64, maskSeed: UInt64, corpus: CorpusName) {
    self.kind = kind
    self.segment = segment
    self.identity = identity
    self.maskSeed = maskSeed
    self.corpus = corpus
  }
}

/// One compressed run of bytes: a chunk of a large document, or several small documents.
struct FrameEntry: Sendable, Hashable {
  var fileOffset: UInt64
  var storedSize: UInt32
  var rawSize: UInt32
  var checksum: FrameChecksum
  var codec: Codec

  func encode(to writer: inout ByteWriter) {
    var entry = ByteWriter(reserving: PackLayout.frameSize)
    entry.append(fileOffset)
    entry.append(storedSize)
    entry.append(rawSize)
    entry.append(checksum.value)
    entry.append(codec.rawValue)
    entry.append(checksum.kind.rawValue)
    entry.append(zeros: 2)
    entry.appendChecksum32()
    writer.append(contentsOf: entry.bytes)
  }

  /// Nil when the entry is damaged or lies about sizes no writer makes.
  init?(_ view: ByteView) {
    guard view.count == PackLayout.frameSize, let offset = view.little(at: 0, as: UInt64.self),
      let stored = view.little(at: 8, as: UInt32.self),
      let raw = view.little(at: 12, as: UInt32.self),
      let checksum = view.little(at: 16, as: UInt64.self),
      let codec = view.byte(at: 24).flatMap(Codec.init(rawValue:)),
      let kind = view.byte(at: 25).flatMap(FrameChecksum.Kind.init(rawValue:)),
      let check = view.little(at: 28, as: UInt32.self),
      check == UInt32(truncatingIfNeeded: XXH64.checksum(view.clamped(at: 0, length: 28))),
      stored <= PackLayout.maximumFrame, raw <= PackLayout.maximumFrame,
      offset <= UInt64(Int64.max) - UInt64(stored)
    else { return nil }
    fileOffset = offset
    storedSize = stored
    rawSize = raw
    self.checksum = FrameChecksum(kind: kind, value: checksum)
    self.codec = codec
  }

  init(
    fileOffset: UInt64, storedSize: UInt32, rawSize: UInt32, checksum: FrameChecksum, codec: Codec
  ) {
    self.fileOffset = fileOffset
    self.storedSize = storedSize
    self.rawSize = rawSize
    self.checksum = checksum
    self.codec = codec
  }
}

/// One sample in a pack.
struct DocumentEntry: Sendable, Hashable {
  var sha256: SHA256Digest
  var others: OtherDigests
  var type: FileType
  /// The catalogue's number of the document; the same in the inbox and in every later pack.
  var id: Int64
  var size: UInt64
  var firstSubmission: Int64
  var lastSubmission: Int64
  var firstFrame: UInt32
  /// Where the document starts in its first frame's raw bytes.
  var offsetInFrame: UInt32
  /// In the labels region, from its start.
  var labelsOffset: UInt64
  var labelsLength: UInt32
  var timesSubmitted: UInt32
  /// Low half of the checksum of the label bytes.
  var labelsChecksum: UInt32

  func encode(to writer: inout ByteWriter) {
    var entry = ByteWriter(reserving: PackLayout.documentSize)
    entry.append(contentsOf: sha256.bytes)
    others.encode(to: &entry)
    entry.append(type.rawValue)
    entry.append(zeros: 2)
    entry.append(id)
    entry.append(size)
    entry.append(firstSubmission)
    entry.append(lastSubmission)
    entry.append(firstFrame)
    entry.append(offsetInFrame)
    entry.append(labelsOffset)
    entry.append(labelsLength)
    entry.append(timesSubmitted)
    entry.append(labelsChecksum)
    entry.appendChecksum32()
    writer.append(contentsOf: entry.bytes)
  }

  /// Nil when the entry is damaged.
  init?(_ view: ByteView) {
    guard view.count == PackLayout.documentSize,
      let check = view.little(at: 132, as: UInt32.self),
      check == UInt32(truncatingIfNeeded: XXH64.checksum(view.clamped(at: 0, length: 132))),
      let digest = SHA256Digest(view.clamped(at: 0, length: 32)),
      let code = view.little(at: 68, as: UInt16.self)
    else { return nil }
    sha256 = digest
    others = OtherDigests(view, at: 32)
    // A type that a later version knows is no damage.
    type = FileType(rawValue: code) ?? .unknown
    id = view.little(at: 72, as: Int64.self) ?? 0
    size = view.little(at: 80, as: UInt64.self) ?? 0
    firstSubmission = view.little(at: 88, as: Int64.self) ?? 0
    lastSubmission = view.little(at: 96, as: Int64.self) ?? 0
    firstFrame = view.little(at: 104, as: UInt32.self) ?? 0
    offsetInFrame = view.little(at: 108, as: UInt32.self) ?? 0
    labelsOffset = view.little(at: 112, as: UInt64.self) ?? 0
    labelsLength = view.little(at: 120, as: UInt32.self) ?? 0
    timesSubmitted = view.little(at: 124, as: UInt32.self) ?? 0
    labelsChecksum = view.little(at: 128, as: UInt32.self) ?? 0
  }

  init(
    sha256: SHA256Digest, sha1: [UInt8], md5: [UInt8], type: FileType, id: Int64, size: UInt64,
    firstSubmission: Int64, lastSubmission: Int64, timesSubmitted: UInt32
  ) {
    self.sha256 = sha256
    others = OtherDigests(sha1: sha1, md5: md5)
    self.type = type
    self.id = id
    self.size = size
    self.firstSubmission = firstSubmission
    self.lastSubmission = lastSubmission
    firstFrame = 0
    offsetInFrame = 0
    labelsOffset = 0
    labelsLength = 0
    self.timesSubmitted = timesSubmitted
    labelsChecksum = 0
  }

  var sha1: [UInt8] { others.sha1 }
  var md5: [UInt8] { others.md5 }
}

/// SHA-1 and MD5 of a sample, 36 bytes without an allocation: entries are decoded by the thousand.
struct OtherDigests: Sendable, Hashable {
  private let a: UInt64
  private let b: UInt64
  private let c: UInt64
  private let d: UInt64
  private let e: UInt32

  init(_ view: ByteView, at offset: Int) {
    a = view.little(at: offset, as: UInt64.self) ?? 0
    b = view.little(at: offset + 8, as: UInt64.self) ?? 0
    c = view.little(at: offset + 16, as: UInt64.self) ?? 0
    d = view.little(at: offset + 24, as: UInt64.self) ?? 0
    e = view.little(at: offset + 32, as: UInt32.self) ?? 0
  }

  init(sha1: [UInt8], md5: [UInt8]) {
    precondition(sha1.count == 20 && md5.count == 16, "a SHA-1 has 20 bytes, an MD5 16")
    self = ByteView.with(sha1 + md5) { OtherDigests($0, at: 0) }
  }

  func encode(to writer: inout ByteWriter) {
    writer.append(a)
    writer.append(b)
    writer.append(c)
    writer.append(d)
    writer.append(e)
  }

  private var bytes: [UInt8] {
    var writer = ByteWriter(reserving: 36)
    encode(to: &writer)
    return writer.bytes
  }

  var sha1: [UInt8] { Array(bytes.prefix(20)) }
  var md5: [UInt8] { Array(bytes.suffix(16)) }
}

/// Where a document came from and the names it was submitted under.
struct DocumentLabels: Sendable, Hashable {
  var source: String
  var names: [String]

  /// Source and names, each a 16-bit length and UTF-8 bytes; names until the end.
  var encoded: [UInt8] {
    var writer = ByteWriter()
    for text in [source] + names {
      let bytes = Array(text.utf8.prefix(Int(UInt16.max)))
      guard writer.bytes.count + 2 + bytes.count <= PackLayout.maximumLabels else { break }
      writer.append(UInt16(bytes.count))
      writer.append(contentsOf: bytes)
    }
    return writer.bytes
  }

  init(source: String, names: [String]) {
    self.source = source
    self.names = names
  }

  /// Reads as far as the bytes go.
  init(_ view: ByteView) {
    var texts: [String] = []
    var offset = 0
    while let length = view.little(at: offset, as: UInt16.self),
      let bytes = view.slice(at: offset + 2, length: Int(length))
    {
      texts.append(String(decoding: bytes.array, as: UTF8.self))
      offset += 2 + Int(length)
    }
    source = texts.first ?? ""
    names = Array(texts.dropFirst())
  }
}

/// The head of one record of an inbox log.
struct RecordHeader: Sendable, Hashable {
  static let magic: UInt32 = 0x4352_4852
  var frameCount: UInt32
  var labelsLength: UInt32
  /// The record's own place, so that a copy of a record inside a sample is not taken for one.
  var fileOffset: UInt64
  /// Of the whole record, this header and padding to eight bytes included.
  var length: UInt64
  /// Of what follows the header up to the frames' bytes: entry, frame table, labels.
  var headChecksum: UInt64

  var headLength: Int {
    PackLayout.documentSize + Int(frameCount) * PackLayout.frameSize + Int(labelsLength)
  }

  var encoded: [UInt8] {
    var writer = ByteWriter(reserving: PackLayout.recordHeaderSize)
    writer.append(RecordHeader.magic)
    writer.append(frameCount)
    writer.append(labelsLength)
    writer.append(zeros: 4)
    writer.append(fileOffset)
    writer.append(length)
    writer.append(headChecksum)
    writer.appendChecksum64()
    return writer.bytes
  }

  /// Nil unless an intact header that belongs at `offset` stands there.
  init?(_ view: ByteView, at offset: Int) {
    guard view.little(at: 0, as: UInt32.self) == RecordHeader.magic,
      view.little(at: 16, as: UInt64.self) == UInt64(offset),
      let sum = view.little(at: 40, as: UInt64.self),
      sum == XXH64.checksum(view.clamped(at: 0, length: 40)),
      let frames = view.little(at: 4, as: UInt32.self),
      let labels = view.little(at: 8, as: UInt32.self),
      let length = view.little(at: 24, as: UInt64.self),
      let head = view.little(at: 32, as: UInt64.self),
      frames <= 1 << 20, labels <= PackLayout.maximumLabels,
      length <= 1 << 44, length >= UInt64(PackLayout.recordHeaderSize)
    else { return nil }
    frameCount = frames
    labelsLength = labels
    fileOffset = UInt64(offset)
    self.length = length
    headChecksum = head
    guard UInt64(headLength) <= length - UInt64(PackLayout.recordHeaderSize) else { return nil }
  }

  init(
    frameCount: UInt32, labelsLength: UInt32, fileOffset: UInt64, length: UInt64,
    headChecksum: UInt64
  ) {
    self.frameCount = frameCount
    self.labelsLength = labelsLength
    self.fileOffset = fileOffset
    self.length = length
    self.headChecksum = headChecksum
  }
}
