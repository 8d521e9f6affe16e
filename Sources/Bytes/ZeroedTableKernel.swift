#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// Tables of zeros, of which no page takes memory before it is written: for what most files, or
/// processes, need little of.
public enum ZeroedTable {
  /// To be given back with `release`. Ends the process where there is no memory, as allocating does.
  public static func make<Entry: BitwiseCopyable>(
    of entry: Entry.Type, count: Int
  ) -> UnsafeMutablePointer<Entry> {
    guard let memory = unsafe calloc(count, MemoryLayout<Entry>.stride) else {
      fatalError("no memory for a table of \(count) entries")
    }
    // SAFETY: that many entries fit, and zeros are a value of each kind of entry that tables are made of.
    return unsafe memory.bindMemory(to: Entry.self, capacity: count)
  }

  public static func release<Entry: BitwiseCopyable>(_ table: UnsafeMutablePointer<Entry>) {
    unsafe free(table)
  }
}
