internal import Bytes

/// Memory and counters of one thread's questions to indexes; used again and again.
public final class IndexScratch {
  var touched = TouchCount()

  /// Bytes of index files read, over all questions so far; the same byte counts each time.
  public var bytesTouched: Int { touched.bytes }
  /// Places visited: one for each row or bit looked at, or for each 512 bytes of a longer stretch.
  public var pagesTouched: Int { touched.pages }
  /// Literals looked for, over all files asked.
  public internal(set) var literalsAsked = 0

  private var waits = MappedPages.waits()

  /// Whether this thread has waited for a disk since the last call.
  func hasWaited() -> Bool {
    let before = waits
    waits = MappedPages.waits()
    return waits > before
  }

  /// Literals are asked of one index after the other: their hashes are kept.
  private var questions: [[[UInt8]]: LiteralQuestion] = [:]
  private static let questionLimit = 2048

  public init() {}

  func question(_ runs: [[UInt8]], pieceGram: Int) -> LiteralQuestion {
    if let known = questions[runs], known.pieceGram == pieceGram { return known }
    let question = LiteralQuestion(
      pieceGram: pieceGram,
      pieceGrams: runs.flatMap { pieceGram == 4 ? Gram4.hashes(of: $0) : Gram5.hashes(of: $0) },
      regionGrams: runs.flatMap { Gram3.hashes(of: $0) })
    if questions.count >= Self.questionLimit { questions.removeAll(keepingCapacity: true) }
    questions[runs] = question
    return question
  }

  /// From nothing again.
  public func reset() {
    touched = TouchCount()
    literalsAsked = 0
  }

  func touch(_ range: Range<Int>) {
    guard let last = range.last else { return }
    touched.bytes += range.count
    touched.pages += last >> IndexLayout.pageBits - range.lowerBound >> IndexLayout.pageBits + 1
  }
}

/// A literal, or several that lie together, as the signatures see them.
struct LiteralQuestion {
  var pieceGram: Int
  var pieceGrams: [UInt32]
  var regionGrams: [UInt32]
}

struct TouchCount {
  var bytes = 0
  var pages = 0
  /// Rows whose pages had not been looked at before.
  var checks = 0

  static func += (a: inout TouchCount, b: TouchCount) {
    a.bytes &+= b.bytes
    a.pages &+= b.pages
    a.checks &+= b.checks
  }
}
