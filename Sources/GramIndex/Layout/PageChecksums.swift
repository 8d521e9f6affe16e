internal import Bytes

/// The last section of an index file: four bytes for each page before the directory, and the same for
/// the pages of these, so that opening a file need not read what it has of them.
///
/// Sums of pages, zeros up to a whole page; sums of the pages of that; a checksum of the latter.
enum PageChecksums {
  /// Bytes of the first part, whole pages.
  static func sumsLength(pages: Int) -> Int {
    Int(IndexLayout.aligned(UInt64(pages) * 4, to: UInt64(IndexLayout.pageSize)))
  }

  static func length(pages: Int) -> Int {
    let sums = sumsLength(pages: pages)
    return sums + sums >> IndexLayout.pageBits * 4 + 8
  }

  static func sum(of page: ByteView) -> UInt32 { UInt32(truncatingIfNeeded: XXH64.checksum(page)) }

  /// - Parameter sums: four bytes for each page.
  static func encoded(_ sums: [UInt8]) -> [UInt8] {
    let padding = sumsLength(pages: sums.count / 4) - sums.count
    let first = sums + Array(repeating: 0, count: padding)
    var second = ByteWriter()
    ByteView.with(first) { view in
      for start in stride(from: 0, to: view.count, by: IndexLayout.pageSize) {
        second.append(sum(of: view.clamped(at: start, length: IndexLayout.pageSize)))
      }
    }
    second.appendChecksum64()
    return first + second.bytes
  }

  /// The guard of a file's pages before the directory, checked as far as that is done at once.
  ///
  /// - Parameter section: of the checksums, of the length it should have.
  static func pages(of file: ByteView, section: ByteView, count: Int) throws(IndexError) -> PageGuard {
    let sums = sumsLength(pages: count)
    let second = section.clamped(at: sums, length: sums >> IndexLayout.pageBits * 4)
    guard section.count == length(pages: count),
      section.little(at: section.count - 8, as: UInt64.self) == XXH64.checksum(second)
    else { throw IndexError(.damaged, "the checksums of the index file are damaged") }
    let first = section.clamped(at: 0, length: sums)
    return PageGuard(
      file: file, checksums: first.clamped(at: 0, length: count * 4),
      guardedBy: PageGuard(file: first, checksums: second, guardedBy: nil))
  }
}
