/// Joins the pieces of one `PatternChain` that were found in a file.
///
/// In: the places of each piece in the order of discovery. Out: for each place of the first piece
/// from which the last can be reached over gaps within their bounds, one match: to the first last
/// piece found, or, for a greedy regex, to the one that ends last. Every piece is looked at once,
/// with a search tree over the next piece's places: n log n for n places.
struct ChainResolver {
  struct Place {
    var start: Int
    var end: Int
  }

  /// Places of each piece, reused from file to file.
  private(set) var pieces: [[Place]] = []
  /// The smallest end of each piece so far: what cannot follow anything need not be kept.
  private var earliestEnd: [Int] = []
  private(set) var isTruncated = false
  /// Whether a piece was found in this file.
  private(set) var isActive = false

  /// Of one chain in one file, 16 bytes each.
  private static let maximumPlaces = 2_000_000

  /// Places of a piece whose memory is kept from file to file: a large set of rules has very many
  /// chains.
  private static let keptCapacity = 64

  mutating func start(pieceCount: Int) {
    if pieces.count != pieceCount { pieces = Array(repeating: [], count: pieceCount) }
    earliestEnd = Array(repeating: Int.max, count: pieceCount)
    isActive = true
  }

  /// Forgets the file.
  mutating func finish() {
    for index in pieces.indices {
      pieces[index].removeAll(keepingCapacity: pieces[index].capacity <= Self.keptCapacity)
    }
    isTruncated = false
    isActive = false
  }

  /// - Parameter isOrdered: places are added in the order in which they stand in the file, so that
  ///   a piece that no earlier piece precedes can be dropped.
  mutating func add(piece: Int, start: Int, end: Int, chain: PatternChain, isOrdered: Bool) {
    if piece > 0, isOrdered {
      let before = earliestEnd[piece - 1]
      guard before != .max, saturatingSum(before, chain.gaps[piece - 1].low) <= start else { return }
    }
    guard pieces[piece].count < Self.maximumPlaces else {
      isTruncated = true
      return
    }
    if let last = pieces[piece].last, last.start == start, last.end == end { return }
    earliestEnd[piece] = min(earliestEnd[piece], end)
    pieces[piece].append(Place(start: start, end: end))
  }

  /// The matches in rising order of start; several may have one start.
  func resolve(_ chain: PatternChain) -> [Place] {
    guard let last = pieces.last, !last.isEmpty, !pieces[0].isEmpty else { return [] }
    // For each place of the piece looked at: which last piece is best, by its rank (position in
    // `order`); the smaller the better.
    var order = Array(last.indices)
    if chain.isGreedy { order.sort { last[$0].end > last[$1].end } }
    var rankOfLast = [Int](repeating: 0, count: last.count)
    for (rank, index) in order.enumerated() { rankOfLast[index] = rank }

    var sorted = last.indices.sorted { last[$0].start < last[$1].start }
    var starts = sorted.map { last[$0].start }
    var best = sorted.map { rankOfLast[$0] }
    for piece in stride(from: pieces.count - 2, through: 0, by: -1) {
      let tree = MinimumTree(best)
      let gap = chain.gaps[piece]
      let places = pieces[piece]
      sorted = places.indices.sorted { places[$0].start < places[$1].start }
      var nextStarts: [Int] = []
      var nextBest: [Int] = []
      for index in sorted {
        let low = saturatingSum(places[index].end, gap.low)
        let high = gap.high.map { saturatingSum(places[index].end, $0) } ?? Int.max
        let from = Self.lowerBound(starts, low)
        let to = high == .max ? starts.count : Self.lowerBound(starts, high + 1)
        let found = from < to ? tree.minimum(from, to) : Int.max
        if found == .max { continue }
        nextStarts.append(places[index].start)
        nextBest.append(found)
      }
      starts = nextStarts
      best = nextBest
      if starts.isEmpty { return [] }
    }
    return zip(starts, best).map { Place(start: $0, end: last[order[$1]].end) }
  }

  private static func lowerBound(_ values: [Int], _ value: Int) -> Int {
    var low = 0
    var high = values.count
    while low < high {
      let middle = (low + high) / 2
      if values[middle] < value { low = middle + 1 } else { high = middle }
    }
    return low
  }
}

/// Minima of ranges of a fixed list in logarithmic time.
private struct MinimumTree {
  private let count: Int
  private var nodes: [Int]

  init(_ values: [Int]) {
    count = values.count
    nodes = Array(repeating: .max, count: count) + values
    for index in stride(from: count - 1, to: 0, by: -1) {
      nodes[index] = min(nodes[2 * index], nodes[2 * index + 1])
    }
  }

  /// Of `from..<to`.
  func minimum(_ from: Int, _ to: Int) -> Int {
    var low = from + count
    var high = to + count
    var result = Int.max
    while low < high {
      if low & 1 == 1 {
        result = min(result, nodes[low])
        low += 1
      }
      if high & 1 == 1 {
        high -= 1
        result = min(result, nodes[high])
      }
      low /= 2
      high /= 2
    }
    return result
  }
}
