/// Counters of one thread's questions to indexes.
public final class IndexScratch {
  var touched = TouchCount()

  /// Bytes of index files read, over all questions so far; the same byte counts each time.
  public var bytesTouched: Int { touched.bytes }
  /// Visits to pages of 4 KiB: one for each row or bit looked at, or for each page of a longer stretch.
  public var pagesTouched: Int { touched.pages }
  /// Literals looked for, over all files asked.
  public internal(set) var literalsAsked = 0
  /// Pieces that passed their own signature, and of those the ones that a region let pass.
  public internal(set) var piecesPassed = 0
  public internal(set) var piecesConfirmed = 0

  public init() {}

  /// From nothing again.
  public func reset() {
    touched = TouchCount()
    literalsAsked = 0
    piecesPassed = 0
    piecesConfirmed = 0
  }

  func touch(_ range: Range<Int>) {
    guard let last = range.last else { return }
    touched.bytes += range.count
    touched.pages += last >> IndexLayout.pageBits - range.lowerBound >> IndexLayout.pageBits + 1
  }
}

struct TouchCount {
  var bytes = 0
  var pages = 0

  static func += (a: inout TouchCount, b: TouchCount) {
    a.bytes &+= b.bytes
    a.pages &+= b.pages
  }
}
