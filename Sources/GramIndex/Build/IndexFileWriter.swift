internal import Bytes

/// Streams an index file: pages and their checksums, in the order of the sections.
final class IndexFileWriter {
  private let header: IndexHeader
  private let write: (ByteView) throws -> Void
  private var pending: [UInt8] = []
  private var written: UInt64 = 0
  private var checksums = ByteWriter()

  /// Bytes given to the caller at once.
  private static let flushSize = 512 * IndexLayout.pageSize

  init(_ header: IndexHeader, write: @escaping (ByteView) throws -> Void) throws {
    self.header = header
    self.write = write
    pending.reserveCapacity(2 * Self.flushSize)
    try append(header.encoded)
  }

  var offset: UInt64 { written + UInt64(pending.count) }

  func append(_ bytes: [UInt8]) throws {
    pending.append(contentsOf: bytes)
    if pending.count >= Self.flushSize { try flush(pages: true) }
  }

  func append(_ view: ByteView) throws {
    var rest = view
    while rest.count > 0 {
      let part = rest.clamped(at: 0, length: Self.flushSize)
      try append(part.array)
      rest = rest.clamped(at: part.count, length: rest.count)
    }
  }

  /// Zeros up to where a section begins.
  func begin(_ section: IndexSection) throws { try fill(to: header[section].lowerBound) }

  func fill(to place: UInt64) throws {
    precondition(place >= offset, "sections are as long as was said")
    while offset < place {
      let part = Int(Swift.min(place - offset, UInt64(Self.flushSize)))
      try append(Array(repeating: 0, count: part))
    }
  }

  func finish(directory: [UInt8]) throws {
    try begin(.directory)
    try flush(pages: true)
    precondition(pending.isEmpty, "the directory begins at a page")
    try append(directory)
    try begin(.checksums)
    try append(PageChecksums.encoded(checksums.bytes))
    precondition(offset == header.fileLength, "the file is as long as was said")
    try flush(pages: false)
  }

  /// Hands out whole pages, or all there is.
  private func flush(pages: Bool) throws {
    let isCovered = offset <= header[.directory].lowerBound
    let size = pages ? pending.count / IndexLayout.pageSize * IndexLayout.pageSize : pending.count
    try ByteView.with(pending) { view in
      if isCovered {
        for start in stride(from: 0, to: size, by: IndexLayout.pageSize) {
          checksums.append(
            PageChecksums.sum(of: view.clamped(at: start, length: IndexLayout.pageSize)))
        }
      }
      try write(view.clamped(at: 0, length: size))
    }
    pending.removeSubrange(0..<size)
    written += UInt64(size)
  }
}
