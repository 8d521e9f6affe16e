#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// The bytes of one plain file after the other, for a scanner, in stages: a file's first bytes come
/// with opening it, since they decide most rules; the rest is fetched only when it is asked for.
///
/// Fetched to be looked at here and there (`everything`), a large file is mapped, so that only what
/// is touched costs anything. Fetched to be read through (`everythingToRead`), it is copied into
/// memory that is kept where that costs less than the page faults of a fresh mapping, and mapped
/// where it is larger.
///
/// A file that somebody shortens while it is mapped would end the process (SIGBUS). Here the
/// missing pages read as zeros instead, and `wasShortened` tells, so that the answer is not used.
/// Not thread-safe: one object a thread. Views are valid until the file is closed or the next one
/// opened, `first` until more is fetched.
@safe
public final class FileContents {
  /// Read at once with opening: the header, and all of a small file.
  static let firstLength = 8 << 10
  /// Up to this size one `read` is cheaper than a mapping and its page faults.
  private static let mappedFrom = 256 << 10
  /// Held in memory to be read through, up to this size: what the processor's caches hold.
  private static let heldUpTo = 512 << 10
  private static let flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY

  private let buffer = ByteBuffer()
  private var descriptor: Int32 = -1
  /// Of the file in bytes, as far as is known.
  public private(set) var size = 0
  /// What is opened, for errors.
  private enum Source {
    case path(String)
    case entry(FolderWalk.Entry)
  }
  private var source = Source.path("")
  private var mapping: UnsafeMutableRawPointer?
  private var slot: Int?
  private var isCut = false

  public init() { GuardedMappings.install() }

  deinit { close() }

  /// Opens a regular file and fetches all of it, to be looked at; symbolic links are followed.
  ///
  /// - Throws: `FileReadError`, with the error numbers that `FileReading.read` gives.
  public func open(path: String, limit: Int = Int.max) throws(FileReadError) -> ByteView {
    try start(path: path, limit: limit)
    return try everything()
  }

  /// Opens a file that a walk found and fetches its first bytes.
  ///
  /// - Throws: as `open`.
  public func start(_ entry: FolderWalk.Entry, limit: Int = Int.max) throws(FileReadError) {
    guard let folder = entry.folder, folder.descriptor >= 0 else {
      return try start(path: entry.path, limit: limit)
    }
    close()
    source = .entry(entry)
    descriptor = folder.open(entry.nameStart, Self.flags | O_NOFOLLOW)
    guard descriptor >= 0 else { throw error(errno, "open") }
    // The folder has told that this is a regular file: its size is asked only where it matters.
    try readFirst(limit: limit)
  }

  private func start(path: String, limit: Int) throws(FileReadError) {
    close()
    source = .path(path)
    descriptor = Self.opened(path, Self.flags)
    guard descriptor >= 0 else { throw error(errno, "open") }
    let status = try status()
    let kind = status.st_mode & S_IFMT
    guard kind == S_IFREG else { throw error(kind == S_IFDIR ? EISDIR : EINVAL, "open") }
    try readFirst(limit: limit)
  }

  private static func opened(_ path: String, _ flags: Int32) -> Int32 {
    #if canImport(Glibc)
      unsafe Glibc.open(path, flags)
    #else
      unsafe Darwin.open(path, flags)
    #endif
  }

  private func error(_ errorNumber: Int32, _ operation: String) -> FileReadError {
    close()
    let path =
      switch source {
      case .path(let path): path
      case .entry(let entry): entry.path
      }
    return FileReadError(path: path, errorNumber: errorNumber, operation: operation)
  }

  private func status() throws(FileReadError) -> stat {
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0 else { throw error(errno, "stat") }
    return status
  }

  private func readFirst(limit: Int) throws(FileReadError) {
    // A short answer may be the end or not: only an empty one is.
    while buffer.count < Self.firstLength {
      if try read(Self.firstLength - buffer.count) == 0 {
        size = buffer.count
        guard size <= limit else { throw error(EFBIG, "read") }
        return
      }
    }
    size = Int(clamping: try status().st_size)
    if size <= buffer.count {
      // What has no size to tell is read to its end.
      while try read(max(buffer.count, 1)) > 0 {
        guard buffer.count <= limit else { throw error(EFBIG, "read") }
      }
      size = buffer.count
    }
    guard size <= limit else { throw error(EFBIG, "read") }
  }

  /// Appends up to `length` bytes to the buffer.
  /// - Returns: how many came; 0 at the end of the file.
  private func read(_ length: Int) throws(FileReadError) -> Int {
    guard buffer.reserve(length) else { throw error(ENOMEM, "read") }
    while true {
      // SAFETY: `length` bytes were reserved behind `count`.
      let got = unsafe pread(
        descriptor, buffer.base + buffer.count, length, off_t(buffer.count))
      if got >= 0 {
        buffer.advance(got)
        return got
      }
      guard errno == EINTR else { throw error(errno, "read") }
    }
  }

  /// The first bytes: all of a file of a few kilobytes.
  public var first: ByteView { buffer.view }

  /// Whether `first` is all.
  public var isWhole: Bool { buffer.count == size }

  /// As much of the file as was asked for so far.
  public var fetched: ByteView { mapped ?? buffer.view }

  /// All bytes, to be looked at here and there.
  public func everything() throws(FileReadError) -> ByteView {
    if isWhole { return buffer.view }
    if let mapped { return mapped }
    if size > Self.mappedFrom, map(), let mapped { return mapped }
    try readRest()
    return buffer.view
  }

  /// All bytes, to be read through.
  public func everythingToRead() throws(FileReadError) -> ByteView {
    if size > Self.heldUpTo { return try everything() }
    if !isWhole { try readRest() }
    return buffer.view
  }

  private func readRest() throws(FileReadError) {
    while buffer.count < size {
      if try read(size - buffer.count) == 0 {
        isCut = true
        size = buffer.count
      }
    }
  }

  private var mapped: ByteView? {
    // SAFETY: `map` set it for `size` bytes; the memory stays until `close`.
    guard let mapping = unsafe mapping else { return nil }
    return unsafe ByteView(unsafeBase: UnsafeRawPointer(mapping), count: size)
  }

  /// The file lost bytes while it was used: what was seen of it is not what it held.
  public var wasShortened: Bool { isCut || (slot.map(GuardedMappings.faulted) ?? false) }

  /// Gives the file back; memory for files read is kept up to a limit.
  public func close() {
    if let mapping = unsafe mapping {
      if let slot { GuardedMappings.release(slot) }
      // SAFETY: these are what mmap gave, and no view is used after close.
      unsafe munmap(mapping, mappedLength)
      unsafe self.mapping = nil
      slot = nil
    }
    if descriptor >= 0 {
      Self.closed(descriptor)
      descriptor = -1
    }
    size = 0
    isCut = false
    buffer.truncate()
    buffer.shrink(to: Self.heldUpTo)
  }

  private static func closed(_ descriptor: Int32) {
    #if canImport(Glibc)
      _ = Glibc.close(descriptor)
    #else
      _ = Darwin.close(descriptor)
    #endif
  }

  private var mappedLength = 0

  /// False where the file cannot be mapped or guarded: then it is read.
  private func map() -> Bool {
    guard let slot = GuardedMappings.reserve() else { return false }
    let address = unsafe mmap(nil, size, PROT_READ, MAP_PRIVATE, descriptor, 0)
    guard let address = unsafe address, unsafe address != MAP_FAILED else {
      GuardedMappings.release(slot)
      return false
    }
    GuardedMappings.guardRange(slot, from: UInt(bitPattern: address), length: size)
    unsafe mapping = address
    mappedLength = size
    self.slot = slot
    return true
  }
}
