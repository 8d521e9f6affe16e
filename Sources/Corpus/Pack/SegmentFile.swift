internal import Bytes
internal import FileFormats

/// A pack or an inbox log, opened for reading: tables in memory, frames on demand. Knows nothing
/// of the catalogue, so it also serves repair and export without one.
///
/// Both kinds of file look the same from here: a document table and a frame table. Nothing in the
/// file can trap: each entry is checked when it is asked for, and what is damaged is nil or an
/// error while the rest stays readable. Not thread-safe: scratch memory is reused.
final class SegmentFile {
  let segment: SegmentID
  let descriptor: PackDescriptor
  /// Damage that concerns the file as a whole and could be got around, in words.
  private(set) var flaws: [String] = []
  private(set) var documentCount = 0
  private(set) var frameCount = 0

  private let file: StoredFile
  private let mask: Mask
  // Filled while the object is made, constant from then on.
  private let documentTable: ByteBuffer
  private let frameTable: ByteBuffer
  private let labels: ByteBuffer
  private let scratch = ByteBuffer()
  private let decompressor = Decompressor()
  /// The frame whose raw bytes `cache` holds.
  private var cachedFrame: Int?
  private let cache = ByteBuffer()

  /// The same file and tables with scratch memory of its own. Reads only what never changes, so it
  /// may be called while other threads do the same.
  init(sharing other: SegmentFile) {
    segment = other.segment
    descriptor = other.descriptor
    flaws = other.flaws
    documentCount = other.documentCount
    frameCount = other.frameCount
    file = other.file
    mask = other.mask
    documentTable = other.documentTable
    frameTable = other.frameTable
    labels = other.labels
  }

  /// Opens a pack. Throws `notFound` when there is none, `damaged` when neither descriptor can be
  /// read, `unsupportedFormat` for another version.
  init(pack path: String, segment: SegmentID, files: FileSystem) throws(StoreError) {
    self.segment = segment
    documentTable = ByteBuffer()
    frameTable = ByteBuffer()
    labels = ByteBuffer()
    let length: Int
    do throws(SystemFailure) {
      file = try files.open(path, .read)
      length = try file.length()
    } catch {
      throw StoreError(error, doing: "cannot open the pack", subject: .segment(segment))
    }
    let found = try SegmentFile.descriptor(of: file, length: length, segment: segment)
    descriptor = found.descriptor
    flaws = found.flaws
    mask = Mask(seed: descriptor.maskSeed)
    let documents = Int(descriptor.documentCount)
    let frames = Int(descriptor.frameCount)
    guard documents <= PackLayout.maximumDocuments, frames <= 1 << 26 else {
      throw damaged("its descriptor claims \(documents) documents and \(frames) frames")
    }
    let read =
      load(
        frameTable, at: descriptor.frameTable, count: UInt64(frames * PackLayout.frameSize), length)
      && load(
        documentTable, at: descriptor.documentTable,
        count: UInt64(documents * PackLayout.documentSize),
        length)
    if !load(labels, at: descriptor.labels, count: descriptor.labelsLength, length) {
      flaws.append("the names region is cut off")
    }
    guard read else { throw damaged("its tables are cut off; restore the file from a copy") }
    documentCount = documents
    frameCount = frames
  }

  /// Opens the first `length` bytes of an inbox log: those the catalogue acknowledged. The
  /// catalogue's seed serves when the log's own descriptor is damaged.
  init(
    inbox path: String, segment: SegmentID, corpus: CorpusName, length acknowledged: Int,
    maskSeed: UInt64, files: FileSystem
  ) throws(StoreError) {
    self.segment = segment
    documentTable = ByteBuffer()
    frameTable = ByteBuffer()
    labels = ByteBuffer()
    let length: Int
    let head = ByteBuffer()
    do throws(SystemFailure) {
      file = try files.open(path, .read)
      length = try min(file.length(), acknowledged)
      try file.read(at: 0, count: PackLayout.descriptorSize, into: head)
    } catch {
      throw StoreError(error, doing: "cannot open the inbox log", subject: .segment(segment))
    }
    do throws(PackDescriptor.Flaw) {
      descriptor = try PackDescriptor(head.view, kind: .inbox, role: .head)
    } catch {
      if case .version(let version) = error {
        throw StoreError(
          .unsupportedFormat, "the inbox log has format version \(version); use a newer retrohunt",
          subject: .segment(segment))
      }
      flaws.append("the head of the inbox log is damaged")
      descriptor = PackDescriptor(
        kind: .inbox, segment: segment, identity: 0, maskSeed: maskSeed, corpus: corpus)
    }
    mask = Mask(seed: descriptor.maskSeed)
    if length < acknowledged {
      flaws.append("the inbox log has \(length) bytes, \(acknowledged) were acknowledged")
    }
    readRecords(upTo: length)
  }

  private static func descriptor(
    of file: StoredFile, length: Int, segment: SegmentID
  ) throws(StoreError) -> (descriptor: PackDescriptor, flaws: [String]) {
    let head = ByteBuffer()
    let foot = ByteBuffer()
    let size = PackLayout.descriptorSize
    do throws(SystemFailure) {
      try file.read(at: 0, count: size, into: head)
      try file.read(at: max(length - size, 0), count: size, into: foot)
    } catch {
      throw StoreError(error, doing: "cannot read the pack", subject: .segment(segment))
    }
    var flaws: [String] = []
    for (buffer, role) in [(head, PackDescriptor.Role.head), (foot, .foot)] {
      do throws(PackDescriptor.Flaw) {
        let descriptor = try PackDescriptor(buffer.view, kind: .pack, role: role)
        guard descriptor.segment == segment else {
          flaws.append("its descriptor says segment \(descriptor.segment)")
          continue
        }
        if role == .head, (try? PackDescriptor(foot.view, kind: .pack, role: .foot)) == nil {
          flaws.append("its last \(size) bytes are damaged")
        }
        return (descriptor, flaws)
      } catch {
        switch error {
        case .version(let version):
          throw StoreError(
            .unsupportedFormat, "the pack has format version \(version); use a newer retrohunt",
            subject: .segment(segment))
        case .damaged, .foreign:
          flaws.append("its \(role == .head ? "first" : "last") \(size) bytes are damaged")
        }
      }
    }
    throw StoreError(
      .damaged,
      "the pack cannot be read: \(flaws.joined(separator: "; ")); restore the file from a copy",
      subject: .segment(segment))
  }

  /// Fills `buffer` with the unmasked bytes of a region; false when it is not wholly there.
  private func load(_ buffer: ByteBuffer, at offset: UInt64, count: UInt64, _ length: Int) -> Bool {
    guard let start = Int(exactly: offset), let size = Int(exactly: count), start <= length,
      size <= length - start
    else { return false }
    guard let got = try? file.read(at: start, count: size, into: buffer), got == size else {
      return false
    }
    mask.apply(to: buffer, from: 0, fileOffset: start)
    return true
  }

  // MARK: Inbox records

  /// Builds the tables from the records. After damage the search goes on, eight bytes a step, for
  /// the next record that proves to be one.
  private func readRecords(upTo length: Int) {
    let window = ByteBuffer()
    var windowStart = 0
    /// `count` unmasked bytes at `offset`, or fewer at the end.
    func bytes(at offset: Int, count: Int) -> ByteView {
      let wanted = min(count, length - offset)
      if offset < windowStart || offset + wanted > windowStart + window.count {
        window.truncate()
        windowStart = offset
        let ahead = min(max(wanted, 64 << 10), length - offset)
        _ = try? file.read(at: offset, count: ahead, into: window)
        mask.apply(to: window, from: 0, fileOffset: offset)
      }
      return window.view.clamped(at: offset - windowStart, length: wanted)
    }
    var documents = ByteWriter()
    var frames = ByteWriter()
    var offset = PackLayout.descriptorSize
    var lost = false
    while length - offset >= PackLayout.recordHeaderSize {
      let headerSize = PackLayout.recordHeaderSize
      guard let header = RecordHeader(bytes(at: offset, count: headerSize), at: offset),
        header.length <= UInt64(length - offset)
      else {
        if !lost { flaws.append("the record at offset \(offset) is damaged") }
        lost = true
        offset += 8
        continue
      }
      lost = false
      let head = bytes(at: offset + headerSize, count: header.headLength)
      let size = PackLayout.documentSize
      if head.count == header.headLength, XXH64.checksum(head) == header.headChecksum,
        var entry = DocumentEntry(head.clamped(at: 0, length: size)),
        let first = UInt32(exactly: frameCount), documentCount < PackLayout.maximumDocuments
      {
        entry.firstFrame = first
        entry.labelsOffset = UInt64(labels.count)
        entry.labelsLength = header.labelsLength
        entry.encode(to: &documents)
        let tableSize = Int(header.frameCount) * PackLayout.frameSize
        frames.append(contentsOf: head.clamped(at: size, length: tableSize).array)
        _ = labels.append(head.clamped(at: size + tableSize, length: Int(header.labelsLength)))
        documentCount += 1
        frameCount += Int(header.frameCount)
      } else {
        flaws.append("the record at offset \(offset) is damaged")
      }
      offset += Int(header.length)
    }
    _ = documentTable.append(documents.bytes)
    _ = frameTable.append(frames.bytes)
  }

  // MARK: Access

  /// The document at `index`, or nil when its entry is damaged.
  func entry(_ index: Int) -> DocumentEntry? {
    guard index >= 0, index < documentCount else { return nil }
    let size = PackLayout.documentSize
    return DocumentEntry(documentTable.view.clamped(at: index * size, length: size))
  }

  /// Nil when the frame's entry is damaged or there is none.
  func frame(_ index: Int) -> FrameEntry? {
    guard index >= 0, index < frameCount else { return nil }
    let size = PackLayout.frameSize
    return FrameEntry(frameTable.view.clamped(at: index * size, length: size))
  }

  /// Nil when they are damaged.
  func labels(of entry: DocumentEntry) -> DocumentLabels? {
    guard let offset = Int(exactly: entry.labelsOffset),
      let bytes = labels.view.slice(at: offset, length: Int(entry.labelsLength)),
      UInt32(truncatingIfNeeded: XXH64.checksum(bytes)) == entry.labelsChecksum
    else { return nil }
    return DocumentLabels(bytes)
  }

  /// Appends the frame's stored bytes, unmasked but still compressed. Checks the checksum unless
  /// `trusting`: then damage is handed on with the checksum that will tell it.
  func readStored(
    _ frame: FrameEntry, to buffer: ByteBuffer, trusting: Bool = false
  ) throws(StoreError) {
    let start = buffer.count
    let size = Int(frame.storedSize)
    guard let offset = Int(exactly: frame.fileOffset) else { throw damaged("a frame lies nowhere") }
    let got: Int
    do throws(SystemFailure) {
      got = try file.read(at: offset, count: size, into: buffer)
    } catch {
      throw StoreError(error, doing: "cannot read a frame", subject: .segment(segment))
    }
    guard got == size else {
      buffer.truncate(start)
      throw damaged("the frame at offset \(offset) is cut off")
    }
    if trusting { return mask.apply(to: buffer, from: start, fileOffset: offset) }
    guard mask.apply(to: buffer, from: start, fileOffset: offset, expecting: frame.checksum) else {
      buffer.truncate(start)
      throw damaged("the frame at offset \(offset) fails its checksum")
    }
  }

  /// Appends the raw bytes of a frame.
  ///
  /// - Parameter limit: so many of its first bytes are enough.
  func readFrame(_ index: Int, limit: Int = .max, to buffer: ByteBuffer) throws(StoreError) {
    guard let frame = frame(index) else { throw damaged("the entry of frame \(index) is damaged") }
    if frame.codec == .stored, frame.storedSize == frame.rawSize {
      return try readStored(frame, to: buffer)
    }
    scratch.truncate()
    try readStored(frame, to: scratch)
    guard
      decompressor.decompress(
        scratch.view, codec: frame.codec, size: Int(frame.rawSize), limit: limit, to: buffer)
    else { throw damaged("frame \(index) does not decompress to its size") }
  }

  /// The first `limit` bytes of a document at least (whole frames are decompressed), at most all.
  /// A document within one frame is a view into that frame, kept for the next one; a larger one is
  /// put together in `buffer`. Valid until the next read with this object or buffer.
  ///
  /// - Parameter continuing: the buffer holds what a read of the same document with a smaller limit
  ///   left there: it is read on from.
  func read(
    _ entry: DocumentEntry, limit: Int = .max, continuing: Bool = false, into buffer: ByteBuffer
  ) throws(StoreError) -> ByteView {
    guard let size = Int(exactly: entry.size) else {
      throw damaged(entry, "its size is \(entry.size)")
    }
    let wanted = min(size, max(limit, 0))
    if wanted == 0 { return ByteBuffer.emptyView }
    let first = Int(entry.firstFrame)
    let offset = Int(entry.offsetInFrame)
    do throws(StoreError) {
      guard let frame = frame(first) else {
        throw damaged("the entry of frame \(first) is damaged")
      }
      if size <= Int(frame.rawSize) - offset {
        if cachedFrame != first {
          cachedFrame = nil
          cache.truncate()
          try readFrame(first, to: cache)
          cachedFrame = first
        }
        return cache.view.clamped(at: offset, length: wanted)
      }
      guard offset == 0 else { throw damaged("a document leaves the frame it shares") }
      var index = first
      if continuing {
        var held = 0
        while held < buffer.count, let frame = self.frame(index) {
          held += Int(frame.rawSize)
          index += 1
        }
        if held != buffer.count { index = first }
      }
      if index == first { buffer.truncate() }
      while buffer.count < wanted {
        let before = buffer.count
        try readFrame(index, to: buffer)
        guard buffer.count > before else { throw damaged("frame \(index) is empty") }
        index += 1
      }
      return buffer.view.clamped(at: 0, length: wanted)
    } catch {
      throw error.concerning(entry.sha256, in: segment)
    }
  }

  /// A part of a document: only the frames it lies in are read. Valid until the next read with this
  /// object or buffer.
  ///
  /// - Parameter range: in bytes, within the document.
  func read(
    _ entry: DocumentEntry, range: Range<Int>, into buffer: ByteBuffer
  ) throws(StoreError) -> ByteView {
    buffer.truncate()
    guard range.lowerBound >= 0, UInt64(range.upperBound) <= entry.size else {
      throw damaged(entry, "it has no bytes \(range)")
    }
    var index = Int(entry.firstFrame)
    // Where the frame begins in the document.
    var place = -Int(entry.offsetInFrame)
    var first: Int?
    do throws(StoreError) {
      while place < range.upperBound {
        guard let frame = frame(index), frame.rawSize > 0 else {
          throw damaged("the entry of frame \(index) is damaged")
        }
        let end = place + Int(frame.rawSize)
        if end > range.lowerBound {
          first = first ?? place
          try readFrame(index, limit: range.upperBound - place, to: buffer)
        }
        place = end
        index += 1
      }
      let start = range.lowerBound - (first ?? range.lowerBound)
      guard let bytes = buffer.view.slice(at: start, length: range.count) else {
        throw damaged("its frames are shorter than it")
      }
      return bytes
    } catch {
      throw error.concerning(entry.sha256, in: segment)
    }
  }

  /// Hands out a document's bytes frame by frame, so that memory stays at one frame.
  func stream(
    _ entry: DocumentEntry, _ buffer: ByteBuffer, _ body: (ByteView) throws(StoreError) -> Void
  ) throws(StoreError) {
    guard let frames = frames(of: entry) else {
      throw StoreError(.damaged, "the entry of one of its frames is damaged")
    }
    if frames.count <= 1 { return try body(try read(entry, into: buffer)) }
    var left = entry.size
    for index in 0..<frames.count {
      buffer.truncate()
      try readFrame(Int(entry.firstFrame) + index, to: buffer)
      let take = Int(min(left, UInt64(buffer.count)))
      try body(buffer.view.clamped(at: 0, length: take))
      left -= UInt64(take)
    }
    guard left == 0 else { throw StoreError(.damaged, "its frames are shorter than it") }
  }

  /// The frames a document lies in; nil when one of them is damaged beyond knowing.
  func frames(of entry: DocumentEntry) -> [FrameEntry]? {
    var result: [FrameEntry] = []
    var index = Int(entry.firstFrame)
    var missing = entry.size
    if missing == 0 { return [] }
    var offset = UInt64(entry.offsetInFrame)
    while missing > 0 {
      guard let frame = frame(index), UInt64(frame.rawSize) > offset else { return nil }
      result.append(frame)
      missing -= min(missing, UInt64(frame.rawSize) - offset)
      offset = 0
      index += 1
    }
    return result
  }

  func damaged(_ what: String) -> StoreError {
    StoreError(.damaged, what, subject: .segment(segment))
  }

  private func damaged(_ entry: DocumentEntry, _ what: String) -> StoreError {
    StoreError(.damaged, what, subject: .sample(entry.sha256, segment))
  }
}

extension StoreError {
  /// The same error, about one sample.
  func concerning(_ sample: SHA256Digest, in segment: SegmentID) -> StoreError {
    StoreError(code, reason, subject: .sample(sample, segment), underlying: underlying)
  }
}
