#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif
internal import Synchronization

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

/// The mappings that may lose their file, as the signal handler sees them.
///
/// SAFETY: a slot is written by the thread that owns it, before it touches the mapping; SIGBUS for
/// an access is delivered to the accessing thread, so the handler reads what its own thread wrote.
/// The handler only compares, calls mmap, and stores a flag.
private enum GuardedMappings {
  struct Slot {
    var start: UInt = 0
    var end: UInt = 0
    var hasFaulted = false
  }

  /// As many files at once as there may be scanning threads.
  static let capacity = 1024
  nonisolated(unsafe) static let slots: UnsafeMutablePointer<Slot> = {
    let memory = UnsafeMutablePointer<Slot>.allocate(capacity: capacity)
    unsafe memory.initialize(repeating: Slot(), count: capacity)
    return unsafe memory
  }()
  private static let free = Mutex<[Int]>(Array((0..<capacity).reversed()))
  private static let installed: Bool = {
    _ = unsafe slots
    var action = sigaction()
    unsafe action.__sigaction_handler.sa_sigaction = onBusError
    action.sa_flags = SA_SIGINFO
    return unsafe sigaction(SIGBUS, &action, nil) == 0
  }()

  static func install() { _ = installed }

  /// nil when all are in use or the handler could not be installed.
  static func reserve() -> Int? {
    guard installed else { return nil }
    return free.withLock { $0.popLast() }
  }

  static func guardRange(_ slot: Int, from start: UInt, length: Int) {
    unsafe slots[slot] = Slot(start: start, end: start + UInt(length))
  }

  static func faulted(_ slot: Int) -> Bool { unsafe slots[slot].hasFaulted }

  static func release(_ slot: Int) {
    unsafe slots[slot] = Slot()
    free.withLock { $0.append(slot) }
  }
}

/// Puts a page of zeros where the file has none any more; anything else gets the default action.
private func onBusError(
  number: Int32, information: UnsafeMutablePointer<siginfo_t>?, context: UnsafeMutableRawPointer?
) {
  guard let information = unsafe information else { return }
  let address = UInt(bitPattern: unsafe information.pointee._sifields._sigfault.si_addr)
  let page: UInt = 4096
  for index in 0..<GuardedMappings.capacity {
    let slot = unsafe GuardedMappings.slots[index]
    // A mapping's last page reaches beyond its length.
    let end = (slot.end + page - 1) & ~(page - 1)
    guard address >= slot.start, address < end else { continue }
    let place = unsafe UnsafeMutableRawPointer(bitPattern: address & ~(page - 1))
    let result = unsafe mmap(
      place, Int(page), PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0)
    if unsafe result != MAP_FAILED {
      unsafe GuardedMappings.slots[index].hasFaulted = true
      return
    }
  }
  _ = signal(SIGBUS, SIG_DFL)
}
