@testable import YaraEngine

/// The plain twin: all ends of a node from a place, by set arithmetic, at every offset. No
/// priorities, so it knows where matches begin and which lengths are possible, not which is chosen.
struct ReferenceMatcher {
  let data: [UInt8]

  func ends(_ node: PatternNode, _ place: Int) -> Set<Int> {
    switch node {
    case .empty: return [place]
    case .bytes(let bytes):
      let end = place + bytes.count
      return end <= data.count && Array(data[place..<end]) == bytes ? [end] : []
    case .set(let set):
      return place < data.count && set.contains(data[place]) ? [place + 1] : []
    case .look(let look): return holds(look, place) ? [place] : []
    case .concat(let items):
      var places: Set<Int> = [place]
      for item in items {
        places = places.reduce(into: []) { $0.formUnion(ends(item, $1)) }
      }
      return places
    case .alternation(let branches):
      return branches.reduce(into: []) { $0.formUnion(ends($1, place)) }
    case .repetition(let sub, let min, let max, _):
      var current: Set<Int> = [place]
      var all: Set<Int> = min == 0 ? [place] : []
      var seen: Set<Set<Int>> = []
      var turn = 0
      while turn < (max ?? Int.max), !current.isEmpty {
        current = current.reduce(into: []) { $0.formUnion(ends(sub, $1)) }
        turn += 1
        if turn >= min {
          all.formUnion(current)
          if !seen.insert(current).inserted { break }
        }
      }
      return all
    }
  }

  private func holds(_ look: PatternNode.Look, _ place: Int) -> Bool {
    let before = place > 0 && ByteSet.word.contains(data[place - 1])
    let after = place < data.count && ByteSet.word.contains(data[place])
    switch look {
    case .start: return place == 0
    case .end: return place == data.count
    case .wordBoundary: return before != after
    case .notWordBoundary: return before == after
    case .wordStart: return !before && after
    case .wordEnd: return before && !after
    case .wordStartHalf: return !before
    case .wordEndHalf: return !after
    case .lineStart, .lineStartLF, .lineStartCR: return place == 0 || data[place - 1] == 0x0A
    case .lineEnd, .lineEndLF, .lineEndCR: return place == data.count || data[place] == 0x0A
    }
  }
}
