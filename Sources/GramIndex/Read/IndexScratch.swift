/// Memory and counters of one thread's questions to indexes; used again and again.
public final class IndexScratch {
  /// Bytes of index files read, over all questions so far; the same byte counts each time.
  public var bytesTouched = 0
  /// Pages of 4 KiB visited; a page counts again when another was visited in between.
  public var pagesTouched = 0
  /// Literals looked for, over all files asked.
  public var literalsAsked = 0
  /// Pieces that passed their own signature, and of those the ones that a region let pass.
  public var piecesPassed = 0
  public var piecesConfirmed = 0

  var lastPage = -1

  public init() {}

  @inline(__always)
  func touch(_ offset: Int, bytes: Int) {
    bytesTouched &+= bytes
    let page = offset &>> IndexLayout.pageBits
    if page != lastPage {
      lastPage = page
      pagesTouched &+= 1 &+ ((offset &+ bytes &- 1) &>> IndexLayout.pageBits) &- page
    }
  }
}
