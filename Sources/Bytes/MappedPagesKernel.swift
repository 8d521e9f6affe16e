#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// What a reader of mapped files tells the kernel, and asks it, about pages that are not in memory.
public enum MappedPages {
  /// Has a range of mapped bytes fetched while other work is done. Advice: nothing happens where the
  /// bytes are no part of a file or the range lies outside.
  public static func fetch(_ view: ByteView, at offset: Int, length: Int) {
    guard length > 0, let part = view.slice(at: offset, length: length) else { return }
    let address = UInt(bitPattern: unsafe part.base)
    let begin = address & ~(pageSize - 1)
    // SAFETY: the advice changes no byte, whatever else lies on the pages.
    unsafe _ = madvise(
      UnsafeMutableRawPointer(bitPattern: begin), Int(address - begin) + length, MADV_WILLNEED)
  }

  /// How often this thread waited for a page to come from the disk, so far.
  public static func waits() -> Int {
    var usage = rusage()
    #if canImport(Glibc)
      // RUSAGE_THREAD, which is a macro that is not imported.
      let who: __rusage_who_t = 1
    #else
      let who = RUSAGE_SELF
    #endif
    guard unsafe getrusage(who, &usage) == 0 else { return 0 }
    return Int(usage.ru_majflt)
  }

  private static let pageSize = UInt(sysconf(Int32(_SC_PAGESIZE)))
}
