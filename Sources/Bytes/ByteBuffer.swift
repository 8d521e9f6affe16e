#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// Growable raw memory that is used again and again: what is read, decompressed or about to be
/// written. Unlike an array it is never zeroed, never copied on write, and a size that cannot be
/// had is an answer (false), not a trap, because sizes come from files.
///
/// Not thread-safe: one owner at a time. Views are valid until the next call that may grow it.
@safe
public final class ByteBuffer {
  /// Valid for `capacity` bytes; kernels write here after `reserve`.
  public private(set) var base: UnsafeMutableRawPointer
  public private(set) var capacity: Int
  /// Bytes in use, from the start.
  public private(set) var count = 0

  public init() {
    guard let memory = unsafe malloc(4096) else { fatalError("no memory for 4096 bytes") }
    unsafe base = memory
    capacity = 4096
  }

  deinit { unsafe free(base) }

  /// Room for `extra` more bytes behind those in use. False when the memory cannot be had.
  public func reserve(_ extra: Int) -> Bool {
    let (needed, overflow) = count.addingReportingOverflow(extra)
    guard extra >= 0, !overflow, needed <= 1 << 40 else { return false }
    if needed <= capacity { return true }
    let size = Swift.max(needed, Swift.min(capacity &* 2, needed &+ (64 << 20)))
    // SAFETY: `base` came from malloc or realloc and is replaced at once.
    guard let memory = unsafe realloc(base, size) else { return false }
    unsafe base = memory
    capacity = size
    return true
  }

  /// States that `extra` bytes behind those in use were written by a kernel.
  public func advance(_ extra: Int) {
    precondition(extra >= 0 && extra <= capacity - count, "advance stays inside what was reserved")
    count += extra
  }

  /// Forgets the bytes from `length` on; the memory stays.
  public func truncate(_ length: Int = 0) {
    precondition(length >= 0 && length <= count, "truncate never grows")
    count = length
  }

  /// Appends a copy. The view must not lie in this buffer.
  public func append(_ view: ByteView) -> Bool {
    guard reserve(view.count) else { return false }
    // SAFETY: room for view.count bytes behind `count` was reserved just above.
    unsafe (base + count).copyMemory(from: view.base, byteCount: view.count)
    count += view.count
    return true
  }

  public func append(_ bytes: [UInt8]) -> Bool {
    ByteView.with(bytes) { append($0) }
  }

  /// The bytes in use.
  public var view: ByteView { unsafe ByteView(unsafeBase: UnsafeRawPointer(base), count: count) }

  /// Gives memory beyond `limit` back, so that one huge sample does not stay in memory.
  public func shrink(to limit: Int) {
    guard capacity > limit, count <= limit, limit > 0 else { return }
    if let memory = unsafe realloc(base, limit) {
      unsafe base = memory
      capacity = limit
    }
  }
}

extension ByteBuffer {
  /// A view of no bytes.
  public static var emptyView: ByteView {
    unsafe ByteView(unsafe: UnsafeRawBufferPointer(start: nil, count: 0))
  }
}
