/// How the patterns of some undecided rules are searched for: their keys first, the others of a rule
/// only in files where one of its keys was found; or all at once, where that happens too often.
final class SearchPlan {
  let keys: AtomChoice
  /// nil where the keys are all.
  private let all: AtomChoice?
  /// Bytes of files searched for keys, and of those searched again.
  private var searched = 0
  private var repeated = 0

  init(keys: AtomChoice, all: AtomChoice?) {
    self.keys = keys
    self.all = all
  }

  private static let leastBytes = 4 << 20

  /// What to search a file for at first.
  var first: AtomChoice {
    guard let all, searched >= Self.leastBytes, repeated > searched / 5 else { return keys }
    return all
  }

  /// A file was searched.
  /// - Parameter isAgain: for more than its keys.
  func note(bytes: Int, isAgain: Bool) {
    if isAgain { repeated += bytes } else { searched += bytes }
  }
}

/// The patterns that undecided rules wait for: all of them, and those that are searched for first.
struct WantedPatterns {
  var keys = PatternSelection()
  var all = PatternSelection()
}

/// How the patterns of undecided rules are searched for, by these rules: many files leave the same ones.
final class PlansOfWaiting {
  private var plans: [(waiting: [RuleID], plan: SearchPlan?)] = []
  /// A list takes some bytes a rule.
  private static let limit = 4

  /// - Returns: nil where it is not known, and a plan of nil where nothing is searched for.
  func plan(of waiting: [RuleID]) -> SearchPlan?? {
    guard let place = plans.firstIndex(where: { $0.waiting == waiting }) else { return nil }
    let plan = plans[place].plan
    if place > 0 { plans.swapAt(place, place - 1) }
    return .some(plan)
  }

  func keep(_ plan: SearchPlan?, of waiting: [RuleID]) {
    if plans.count == Self.limit { plans.removeLast() }
    plans.append((waiting, plan))
  }
}
