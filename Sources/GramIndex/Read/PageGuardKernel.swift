internal import Bytes
internal import Synchronization

/// Checks pages of an index file against their checksums when they are first touched, and
/// remembers those that are sound. Thread-safe.
@safe
final class PageGuard: Sendable {
  private let file: ByteView
  /// A number of 32 bits for each page.
  private let checksums: ByteView
  /// Checks the pages of `checksums`; nil where they are known to be sound.
  private let table: PageGuard?
  let count: Int
  /// Longer ranges are fetched at once, not one page of memory after the other.
  private static let fetched = 8192
  /// A bit for each page that was found sound.
  private nonisolated(unsafe) let sound: UnsafeMutablePointer<Atomic<UInt64>>

  init(file: ByteView, checksums: ByteView, guardedBy table: PageGuard?) {
    self.file = file
    self.table = table
    self.checksums = checksums
    count = checksums.count / 4
    let words = count / 64 + 1
    unsafe sound = .allocate(capacity: words)
    for index in 0..<words { unsafe (sound + index).initialize(to: Atomic(0)) }
  }

  deinit {
    unsafe sound.deinitialize(count: count / 64 + 1)
    unsafe sound.deallocate()
  }

  /// Whether the page that holds this byte of the file is as it was written.
  @inline(__always)
  func isSound(at offset: Int) -> Bool {
    isKnown(at: offset) || check(offset &>> IndexLayout.pageBits)
  }

  /// Whether the page of a last byte is, if it is not that of the first.
  @inline(__always)
  func isKnown(upTo last: Int, from first: Int) -> Bool {
    (first ^ last) &>> IndexLayout.pageBits == 0 || isKnown(at: last)
  }

  /// Whether this byte's page was found sound before.
  @inline(__always)
  func isKnown(at offset: Int) -> Bool {
    let page = offset &>> IndexLayout.pageBits
    guard page >= 0, page < count else { return false }
    // SAFETY: 0 <= page < count was checked, and there is a bit for each page.
    let word = unsafe sound[page &>> 6].load(ordering: .relaxed)
    return word & (1 &<< UInt64(truncatingIfNeeded: page & 63)) != 0
  }

  /// Has the memory that holds a byte fetched, and its page's checksum.
  ///
  /// - Parameter announced: what has been asked for, so that it is not asked for again.
  func fetch(at offset: Int, _ announced: inout Set<Int>) {
    guard offset >= 0, offset < file.count else { return }
    let memory = (Int(bitPattern: unsafe file.base) &+ offset) &>> Self.memoryPageBits
    if announced.insert(memory).inserted { MappedPages.fetch(file, at: offset, length: 1) }
    table?.fetch(at: offset >> IndexLayout.pageBits * 4, &announced)
  }

  /// Pages of memory are no smaller.
  private static let memoryPageBits = 12

  /// Whether all pages of the range are.
  func isSound(_ range: Range<Int>) -> Bool {
    guard let last = range.last else { return true }
    if range.count > Self.fetched, !isKnown(at: last) {
      MappedPages.fetch(file, at: range.lowerBound, length: range.count)
    }
    for page in (range.lowerBound >> IndexLayout.pageBits)...(last >> IndexLayout.pageBits)
    where !isSound(at: page << IndexLayout.pageBits) { return false }
    return true
  }

  @inline(never)
  func check(_ page: Int) -> Bool {
    guard page >= 0, page < count,
      let bytes = file.slice(at: page << IndexLayout.pageBits, length: IndexLayout.pageSize),
      table?.isSound(at: page * 4) ?? true,
      let expected = checksums.little(at: page * 4, as: UInt32.self),
      PageChecksums.sum(of: bytes) == expected
    else { return false }
    // SAFETY: a page with a checksum has a bit.
    unsafe sound[page >> 6].bitwiseOr(1 << UInt64(page & 63), ordering: .relaxed)
    return true
  }
}
