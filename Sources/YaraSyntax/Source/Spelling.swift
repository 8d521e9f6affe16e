/// Finds the word that was probably meant.
public enum Spelling {
  /// Longer lists are not looked through.
  public static let longestList = 2_000

  /// The name with the fewest edits, two at most and not more than half of its letters; two
  /// neighbouring letters that change places are one edit. nil for long names and long lists.
  public static func nearest(to name: String, in names: some Sequence<String>) -> String? {
    let wanted = Array(name.utf8)
    guard wanted.count <= 64 else { return nil }
    var best: (name: String, distance: Int)?
    var seen = 0
    for candidate in names {
      seen += 1
      guard seen <= longestList else { return nil }
      guard abs(candidate.utf8.count - wanted.count) <= farthest else { continue }
      let distance = distance(wanted, Array(candidate.utf8))
      guard distance <= farthest, distance * 2 <= wanted.count else { continue }
      if let best, (distance, candidate) >= (best.distance, best.name) { continue }
      best = (candidate, distance)
    }
    return best?.name
  }

  /// Edits that a word which was meant may be away.
  private static let farthest = 2

  private static func distance(_ a: [UInt8], _ b: [UInt8]) -> Int {
    var beforeLast: [Int] = []
    var last = Array(0...b.count)
    for i in a.indices {
      var row = [i + 1]
      row.reserveCapacity(b.count + 1)
      for j in b.indices {
        var cost = min(last[j + 1], row[j]) + 1
        cost = min(cost, last[j] + (a[i] == b[j] ? 0 : 1))
        if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { cost = min(cost, beforeLast[j - 1] + 1) }
        row.append(cost)
      }
      beforeLast = last
      last = row
    }
    return last[b.count]
  }
}
