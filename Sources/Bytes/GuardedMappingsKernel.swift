#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif
internal import Synchronization

/// The mappings that may lose their file, as the signal handler sees them.
///
/// SAFETY: a slot is written by the thread that owns it, before it touches the mapping; SIGBUS for
/// an access is delivered to the accessing thread, so the handler reads what its own thread wrote.
/// The handler only compares, calls mmap, and stores a flag.
enum GuardedMappings {
  struct Slot: BitwiseCopyable {
    var start: UInt = 0
    var end: UInt = 0
    var hasFaulted = false
  }

  /// As many files at once as there may be scanning threads and segments' indexes in use.
  static let capacity = 16384
  /// Zeros are a free slot.
  nonisolated(unsafe) static let slots = unsafe ZeroedTable.make(of: Slot.self, count: capacity)
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
