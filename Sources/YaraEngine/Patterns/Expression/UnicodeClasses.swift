internal import Synchronization

/// What the Unicode classes of a regex become: each is made once, and all together are bounded, since
/// `\w` alone stands for some hundred sequences of bytes.
struct UnicodeClasses {
  private var nodes: [ScalarSet: PatternNode] = [:]
  private var foldedSets: [ScalarSet: ScalarSet] = [:]
  /// Ranges of all classes in the text, each as often as it stands there.
  private var size = 0

  /// Where there are more, an automaton has no room for them.
  private static let maximumSize = AutomatonCompiler.maximumSize

  /// The UTF-8 of a set's scalars.
  mutating func node(of set: ScalarSet, at position: Int) throws(RegexSyntaxError) -> PatternNode {
    size += set.ranges.count
    guard size <= Self.maximumSize else {
      throw RegexSyntaxError(
        message: "the regular expression is too large", lower: max(0, position - 1), upper: position,
        code: .tooLarge)
    }
    if let known = nodes[set] { return known }
    let made = set.utf8Node
    nodes[set] = made
    return made
  }

  mutating func folded(_ set: ScalarSet) -> ScalarSet {
    if let known = foldedSets[set] { return known }
    let made = set.caseFolded
    foldedSets[set] = made
    return made
  }

  private static let properties = Mutex<[String: ScalarSet]>([:])

  /// The scalars of a property by its name in small letters; there are some hundred names.
  static func property(_ name: String, or make: (String) -> ScalarSet?) -> ScalarSet? {
    properties.withLock { known in
      if let set = known[name] { return set }
      guard let made = make(name) else { return nil }
      known[name] = made
      return made
    }
  }
}
