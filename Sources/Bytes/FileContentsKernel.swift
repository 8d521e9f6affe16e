#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// The bytes of one plain file after the other, for a scanner: small files are read into memory
/// that is used again, larger ones are mapped, so that a rule which looks at the header only
/// touches nothing else.
///
/// A file that somebody shortens while it is mapped would end the process (SIGBUS). Here the
/// missing pages read as zeros instead, and `wasShortened` tells, so that the answer is not used.
/// Not thread-safe: one object a thread. The view is valid until the next `open` or `close`.
@safe
public final class FileContents {
  /// Up to this size one `read` is cheaper than a mapping and its page faults.
  private static let mappedFrom = 256 << 10

  private let buffer = ByteBuffer()
  private var mapping: UnsafeMutableRawPointer?
  private var mappedLength = 0
  private var slot: Int?

  public init() { GuardedMappings.install() }

  deinit { close() }

  /// Opens a regular file; symbolic links are followed.
  ///
  /// - Throws: `FileReadError`, with the error numbers that `FileReading.read` gives.
  public func open(path: String, limit: Int = Int.max) throws(FileReadError) -> ByteView {
    close()
    return try FileReading.withRegularFile(path, limit: limit) {
      descriptor, size throws(FileReadError) in
      if size > Self.mappedFrom, map(descriptor, size) {
        // SAFETY: `map` set both; the memory stays until `close`.
        if let mapping = unsafe mapping {
          return unsafe ByteView(unsafeBase: UnsafeRawPointer(mapping), count: mappedLength)
        }
      }
      try FileReading.fill(buffer, from: descriptor, path: path, expected: size, limit: limit)
      return buffer.view
    }
  }

  /// The file lost bytes while it was mapped: what was seen of it is not what it held.
  public var wasShortened: Bool { slot.map(GuardedMappings.faulted) ?? false }

  /// Gives the file back; memory for files read is kept up to a limit.
  public func close() {
    if let mapping = unsafe mapping {
      if let slot { GuardedMappings.release(slot) }
      // SAFETY: these are what mmap gave, and no view is used after close.
      unsafe munmap(mapping, mappedLength)
      unsafe self.mapping = nil
      slot = nil
    }
    buffer.truncate()
    buffer.shrink(to: 64 << 20)
  }

  /// False where the file cannot be mapped or guarded: then it is read.
  private func map(_ descriptor: Int32, _ size: Int) -> Bool {
    guard let slot = GuardedMappings.reserve() else { return false }
    let address = unsafe mmap(nil, size, PROT_READ, MAP_PRIVATE, descriptor, 0)
    guard let address = unsafe address, unsafe address != MAP_FAILED else {
      GuardedMappings.release(slot)
      return false
    }
    unsafe madvise(address, size, Int32(MADV_SEQUENTIAL))
    GuardedMappings.guardRange(slot, from: UInt(bitPattern: address), length: size)
    unsafe mapping = address
    mappedLength = size
    self.slot = slot
    return true
  }
}
