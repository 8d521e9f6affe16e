internal import Bytes
internal import FileFormats

/// Writes one pack front to back under a temporary name: frames as they come, then the tables,
/// then both descriptors. `finish` returns when everything is synced; until the caller renames the
/// file nobody sees it.
final class PackWriter {
  private let file: StoredFile
  private let mask: Mask
  private var descriptor: PackDescriptor
  private var frames = ByteWriter()
  private var documents = ByteWriter()
  private let labels = ByteBuffer()
  /// Masked bytes on their way to `flushed`.
  private let pending = ByteBuffer()
  private var flushed: Int
  private static let flushSize = 4 << 20

  init(_ path: String, _ descriptor: PackDescriptor, files: FileSystem) throws(SystemFailure) {
    try files.remove(path)
    file = try files.open(path, .create)
    self.descriptor = descriptor
    mask = Mask(seed: descriptor.maskSeed)
    flushed = PackLayout.descriptorSize
  }

  /// The number the next frame gets.
  var nextFrame: UInt32 { descriptor.frameCount }

  /// Bytes of the file so far.
  var length: Int { flushed + pending.count }

  /// Appends a frame; `stored` are its compressed bytes unmasked.
  func append(
    frame stored: ByteView, codec: Codec, rawSize: UInt32, checksum: FrameChecksum
  ) throws(SystemFailure) {
    let offset = length
    let entry = FrameEntry(
      fileOffset: UInt64(offset), storedSize: UInt32(stored.count), rawSize: rawSize,
      checksum: checksum, codec: codec)
    entry.encode(to: &frames)
    descriptor.frameCount += 1
    try append(stored)
  }

  /// Appends a document whose frame numbers are set; labels are placed here.
  func append(_ document: DocumentEntry, _ text: DocumentLabels) throws(SystemFailure) {
    var entry = document
    let bytes = text.encoded
    entry.labelsOffset = UInt64(labels.count)
    entry.labelsLength = UInt32(bytes.count)
    entry.labelsChecksum = UInt32(truncatingIfNeeded: ByteView.with(bytes) { XXH64.checksum($0) })
    guard labels.append(bytes) else { throw outOfMemory }
    entry.encode(to: &documents)
    descriptor.documentCount += 1
    descriptor.rawBytes &+= document.size
  }

  /// Writes what is left and syncs. Returns the pack's descriptor and length.
  func finish() throws(SystemFailure) -> (descriptor: PackDescriptor, length: Int) {
    descriptor.frameTable = UInt64(length)
    try append(frames.bytes)
    descriptor.documentTable = UInt64(length)
    try append(documents.bytes)
    descriptor.labels = UInt64(length)
    descriptor.labelsLength = UInt64(labels.count)
    try append(labels.view)
    try flush()
    let foot = descriptor.encoded(.foot)
    try write(foot, at: flushed)
    flushed += foot.count
    try write(descriptor.encoded(.head), at: 0)
    try file.sync()
    return (descriptor, flushed)
  }

  private func append(_ bytes: [UInt8]) throws(SystemFailure) {
    let result: Result<Void, SystemFailure> = ByteView.with(bytes) { view in
      do throws(SystemFailure) { return .success(try append(view)) } catch {
        return .failure(error)
      }
    }
    try result.get()
  }

  private func append(_ view: ByteView) throws(SystemFailure) {
    let start = pending.count
    guard pending.append(view) else { throw outOfMemory }
    mask.apply(to: pending, from: start, fileOffset: flushed + start)
    if pending.count >= PackWriter.flushSize { try flush() }
  }

  private func flush() throws(SystemFailure) {
    guard pending.count > 0 else { return }
    try file.write(pending.view, at: flushed)
    flushed += pending.count
    pending.truncate()
  }

  private func write(_ bytes: [UInt8], at offset: Int) throws(SystemFailure) {
    let result: Result<Void, SystemFailure> = ByteView.with(bytes) { view in
      do throws(SystemFailure) { return .success(try file.write(view, at: offset)) } catch {
        return .failure(error)
      }
    }
    try result.get()
  }

  private var outOfMemory: SystemFailure {
    SystemFailure(operation: "write", path: file.path, errorNumber: SystemFailure.outOfMemory)
  }
}
