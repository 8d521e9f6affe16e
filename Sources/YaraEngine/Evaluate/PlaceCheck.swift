internal import Bytes

/// Answers whether a pattern matches at a place before the file is searched: by the bytes that stand
/// there. `$mz at 0` decides most files of most rules that have it.
enum PlaceCheck {
  /// Bytes of a prefix that are looked at.
  private static let room = 32
  /// A range of more places is left to the search, and so are ranges when so many places of a file were
  /// looked at for all of them.
  static let mostPlaces = 4096
  static let mostPlacesOfFile = 1 << 16
  /// Up to here a search has not met its limit of matches, so that a match that is there is listed.
  static let certainPlaces = 500_000

  /// By pattern, for those that a condition asks for at a place or in a range, by name or in a loop.
  static func prefixes(_ program: ConditionProgram, _ patterns: PatternSet) -> [[PatternPrefix]?] {
    var result = Array(repeating: [PatternPrefix]?.none, count: patterns.count)
    func add(_ id: PatternID) {
      guard result[id.index] == nil,
        let forms = PatternPrefix.forms(of: patterns.pattern(id), room: room)
      else { return }
      // Bytes that may be anything tell nothing.
      guard forms.allSatisfy({ form in form.mask.contains { $0 != 0 } }) else { return }
      result[id.index] = forms
    }
    func add(_ list: PatternList) {
      for id in program.patterns(list) { add(id) }
    }
    for node in program.nodes {
      switch node {
      case .patternAt(.pattern(let id), _), .patternIn(.pattern(let id), _, _): add(id)
      case .of(let index):
        switch program.selections[Int(index)].items {
        case .patternsAt(let list, _), .patternsIn(let list, _, _): add(list)
        case .patterns, .conditions: break
        }
      case .loop(let index):
        if case .patterns(let list, _) = program.loops[Int(index)].items { add(list) }
      default: break
      }
    }
    return result
  }
}

extension Evaluator {
  /// Whether the pattern matches at a place where it fits, by its first bytes.
  mutating func begins(_ pattern: PatternID, at place: Int) -> Truth {
    guard let forms = prefixes[pattern.index] else { return .unknown }
    var answer = Truth.isFalse
    for form in forms {
      let count = form.mask.count
      guard place <= size &- count else { continue }
      guard place <= data.count &- count else {
        noteHidden()
        answer = .unknown
        continue
      }
      guard form.agrees(with: data, at: place) else { continue }
      if form.isWhole, place < PlaceCheck.certainPlaces { return .isTrue }
      answer = .unknown
    }
    return answer
  }

  /// As above, for each place of a range: `low` is not negative.
  mutating func begins(_ pattern: PatternID, from low: Int, through high: Int) -> Truth {
    guard let forms = prefixes[pattern.index], high &- low < PlaceCheck.mostPlaces, placesLeft > 0
    else { return .unknown }
    placesLeft -= high &- low &+ 1
    var answer = Truth.isFalse
    for form in forms {
      let last = min(high, size &- form.mask.count)
      let lastSeen = min(last, data.count &- form.mask.count)
      if let place = form.firstPlace(in: data, from: low, through: lastSeen) {
        if form.isWhole, place < PlaceCheck.certainPlaces { return .isTrue }
        answer = .unknown
      }
      if last > lastSeen, last >= low {
        noteHidden()
        answer = .unknown
      }
    }
    return answer
  }
}
