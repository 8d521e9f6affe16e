internal import Bytes

/// The names and classes of all methods, as `has_method` and `has_class` of YARA search them.
///
/// The law: a search looks at each distinct name once, however many methods share it, and at
/// `mostNameBytes` bytes at most; strings can overlap at will.
struct DEXMethodSearch {
  private struct Method: Hashable {
    /// Positions in `names`; -1 where there is none.
    let name: Int
    let className: Int
  }

  /// The distinct names, which end at their first NUL.
  private var names: [ByteView] = []
  private var methods: [Method] = []

  private static let mostNameBytes = 1 << 27

  init(_ file: DEXYaraFile, _ members: ArraySlice<DEXClassContents.Member>) {
    var places: [UInt32: Int] = [:]
    var budget = Self.mostNameBytes
    var seen: Set<Method> = []
    func place(_ index: UInt32?) -> Int {
      guard let index else { return -1 }
      if let known = places[index] { return known }
      guard budget > 0, let text = file.text(index) else { return -1 }
      let name = text.text(at: 0, limit: budget)?.text ?? text
      budget -= name.count + 1
      names.append(name)
      places[index] = names.count - 1
      return names.count - 1
    }
    for member in members {
      let indices = file.nameIndices(ofMethod: member)
      let method = Method(name: place(indices.name), className: place(indices.className))
      if seen.insert(method).inserted { methods.append(method) }
    }
  }

  func contains(
    class isWantedClass: ((ByteView) -> Bool)?, name isWantedName: ((ByteView) -> Bool)?
  ) -> Bool {
    var classAnswers = Answers(count: names.count)
    var nameAnswers = Answers(count: names.count)
    return methods.contains { method in
      if let isWantedClass {
        if method.className >= 0 {
          guard classAnswers.answer(method.className, { isWantedClass(names[$0]) }) else {
            return false
          }
        } else if isWantedName == nil {
          return false
        }
      }
      guard let isWantedName else { return true }
      return method.name >= 0 && nameAnswers.answer(method.name) { isWantedName(names[$0]) }
    }
  }

  /// What a test said of each name so far.
  private struct Answers {
    private var known: [Bool?]
    init(count: Int) { known = Array(repeating: nil, count: count) }

    mutating func answer(_ index: Int, _ test: (Int) -> Bool) -> Bool {
      if let answer = known[index] { return answer }
      let answer = test(index)
      known[index] = answer
      return answer
    }
  }
}
