/// The quartiles of TLSH's bucket counts, as each engine finds them.
///
/// By definition they are the values at a quarter, a half and three quarters of the sorted counts,
/// which is what YARA computes. YARA-X selects the median first and looks for the outer quartiles
/// only in the parts that this selection happened to split off, passing over the last part: where
/// the selection never split that side near the quartile, it reports 0. The law: same pivots, same
/// splits, hence the same zeros.
struct TLSHQuartiles: Equatable {
  var first: UInt32
  var median: UInt32
  var third: UInt32

  /// The true quartiles; `counts` holds 4 elements or more.
  init(of counts: [UInt32]) {
    let sorted = counts.sorted()
    let quarter = sorted.count / 4
    first = sorted[quarter - 1]
    median = sorted[2 * quarter - 1]
    third = sorted[3 * quarter - 1]
  }

  /// The quartiles that YARA-X reports.
  init(asInYaraX counts: [UInt32]) {
    self.init(of: counts)
    let quarter = counts.count / 4
    var selection = Selection(values: counts)
    let splits = selection.splits(around: 2 * quarter - 1)
    if !splits.contains(where: { $0 < 2 * quarter - 1 && $0 >= quarter - 1 }) { first = 0 }
    if !splits.contains(where: { $0 > 2 * quarter - 1 && $0 <= 3 * quarter - 1 }) { third = 0 }
  }

  /// Hoare's selection with the middle element as the pivot, moved to the end while the smaller
  /// elements are gathered in front.
  private struct Selection {
    var values: [UInt32]

    /// The places of the pivots on the way to the element of rank `target`.
    mutating func splits(around target: Int) -> [Int] {
      var splits: [Int] = []
      var low = 0
      var high = values.count - 1
      while low <= high {
        let split = partition(low, high)
        splits.append(split)
        if split == target { break }
        if split > target { high = split - 1 } else { low = split + 1 }
      }
      return splits
    }

    private mutating func partition(_ low: Int, _ high: Int) -> Int {
      if low == high { return low }
      if low + 1 == high {
        if values[low] > values[high] { values.swapAt(low, high) }
        return low
      }
      let middle = (low + high) / 2
      let pivot = values[middle]
      values.swapAt(middle, high)
      var place = low
      for index in low..<high where values[index] < pivot {
        values.swapAt(index, place)
        place += 1
      }
      values.swapAt(place, high)
      return place
    }
  }
}
