internal import Bytes
internal import FileFormats

/// Makes one offer out of a stream of bytes: hashes as they come, holds a small sample in memory
/// and a large one compressed in a spool file, and compresses only what is new.
///
/// One sample at a time: `append...` until the end, then `finish` or `abandon`. Memory: the raw
/// window and one chunk, whatever the sample's size.
final class SamplePreparer {
  private let layout: StoreLayout
  private let files: FileSystem
  private let sizeLimit: Int
  private let window: Int
  private let spoolMask = Mask(seed: UInt64.random(in: 1...UInt64.max))
  private let compressor: Compressor
  private let sha256 = DigestStream(.sha256)
  private let sha1 = DigestStream(.sha1)
  private let md5 = DigestStream(.md5)
  /// Raw bytes not yet compressed.
  private let raw = ByteBuffer()
  private let stored = ByteBuffer()
  private var size = 0
  private var spool: SampleSpool?
  private var spooled = 0
  private var frames: [PreparedSample.Frame] = []
  private var type = FileType.unknown

  init(_ layout: StoreLayout, _ files: FileSystem, _ options: IngestOptions) {
    self.layout = layout
    self.files = files
    sizeLimit = options.sizeLimit
    window = max(options.window, PackLayout.chunkSize)
    compressor = Compressor(options.compression)
  }

  /// Forgets the sample begun.
  func abandon() {
    if size > 0 {
      _ = sha256.finished()
      if spool != nil {
        _ = sha1.finished()
        _ = md5.finished()
      }
    }
    raw.truncate()
    frames.removeAll(keepingCapacity: true)
    size = 0
    spool = nil
    spooled = 0
  }

  /// Takes the rest of the bytes that `read` appends to the buffer it is given, until it appends
  /// none. Throws `tooLarge` beyond the size limit.
  func append(
    from read: (ByteBuffer, _ count: Int) throws(StoreError) -> Int
  ) throws(StoreError) {
    while true {
      let start = raw.count
      let got = try read(raw, PackLayout.chunkSize)
      if got == 0 { return }
      try took(raw.view.clamped(at: start, length: got))
    }
  }

  func append(_ view: ByteView) throws(StoreError) {
    var offset = 0
    while offset < view.count {
      let piece = view.clamped(at: offset, length: PackLayout.chunkSize)
      guard raw.append(piece) else { throw StoreError(.memory, "not enough memory for the sample") }
      try took(piece)
      offset += piece.count
    }
  }

  /// Accounts for bytes that stand at the end of `raw` by now.
  private func took(_ new: ByteView) throws(StoreError) {
    size += new.count
    guard size <= sizeLimit else {
      throw StoreError(.tooLarge, "it is larger than the limit of \(sizeLimit) bytes")
    }
    sha256.update(new)
    if raw.count >= window || (spool != nil && raw.count >= PackLayout.chunkSize) {
      try spill(all: false)
    }
  }

  /// Compresses whole chunks, or all, of what is in memory into the spool file.
  private func spill(all: Bool) throws(StoreError) {
    do throws(SystemFailure) {
      if spool == nil {
        spool = try SampleSpool(layout, files, mask: spoolMask)
        type = FileType.identify(raw.view)
      }
      guard let spool else { return }
      stored.truncate()
      var done = 0
      let chunk = PackLayout.chunkSize
      while raw.count - done >= (all ? 1 : chunk) {
        let piece = raw.view.clamped(at: done, length: chunk)
        sha1.update(piece)
        md5.update(piece)
        let start = stored.count
        guard let codec = compressor.compress(piece, to: stored) else {
          throw SystemFailure(
            operation: "compress", path: "a sample", errorNumber: SystemFailure.outOfMemory)
        }
        frames.append(frame(codec, from: start, raw: piece.count))
        done += piece.count
      }
      let rest = raw.view.clamped(at: done, length: raw.count - done).array
      raw.truncate()
      _ = raw.append(rest)
      let length = stored.count
      try spool.write(stored, at: spooled)
      spooled += length
    } catch {
      throw StoreError(error, doing: "cannot keep a large sample for the moment")
    }
  }

  private func frame(_ codec: Codec, from start: Int, raw size: Int) -> PreparedSample.Frame {
    let bytes = stored.view.clamped(at: start, length: stored.count - start)
    return PreparedSample.Frame(
      codec: codec, storedSize: UInt32(bytes.count), rawSize: UInt32(size),
      checksum: FrameChecksum(of: bytes))
  }

  /// The bytes of the sample begun when all of it is in memory; nil for a spooled one.
  var bytesInMemory: ByteView? { spool == nil ? raw.view : nil }

  /// Ends the sample. A new one's frames are appended to `group`.
  func finish(
    name: String?, into group: OfferGroup, isKnown: (SHA256Digest) throws(StoreError) -> Bool
  ) throws(StoreError) -> (offer: Offer, type: FileType) {
    let length = size
    guard let digest = SHA256Digest(sha256.finished()) else {
      throw StoreError(.system, "libcrypto gave no digest")
    }
    size = 0
    defer { abandon() }
    if let spool {
      try spill(all: true)
      let others = (sha1.finished(), md5.finished())
      self.spool = nil
      if try isKnown(digest) {
        return (.known(digest, name: name, size: length), type)
      }
      let sample = PreparedSample(
        sha256: digest, sha1: others.0, md5: others.1, size: length, type: type, frames: frames,
        storage: .spool(spool), name: name)
      return (.new(sample), type)
    }
    let type = FileType.identify(raw.view)
    if try isKnown(digest) { return (.known(digest, name: name, size: length), type) }
    let start = group.frames.count
    var offset = 0
    while offset < raw.count {
      let piece = raw.view.clamped(at: offset, length: PackLayout.chunkSize)
      sha1.update(piece)
      md5.update(piece)
      let before = group.frames.count
      guard let codec = compressor.compress(piece, to: group.frames) else {
        throw StoreError(.memory, "not enough memory for the sample")
      }
      let bytes = group.frames.view.clamped(at: before, length: group.frames.count - before)
      frames.append(
        PreparedSample.Frame(
          codec: codec, storedSize: UInt32(bytes.count), rawSize: UInt32(piece.count),
          checksum: FrameChecksum(of: bytes)))
      offset += piece.count
    }
    let sample = PreparedSample(
      sha256: digest, sha1: sha1.finished(), md5: md5.finished(), size: length, type: type,
      frames: frames, storage: .group(offset: start), name: name)
    return (.new(sample), type)
  }
}
