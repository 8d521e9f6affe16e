internal import YaraSyntax

/// Looks for the names that were probably meant. To compare one with all names in scope is slow, so
/// after so many errors of one compilation no more is suggested: whoever made them needs no hint for
/// each.
final class Suggestions {
  static let maximum = 100
  private var left = Suggestions.maximum
  var areLeft: Bool { left > 0 }

  /// - Parameter names: no more than `Spelling.longestList`, or nothing is looked for.
  func nearest(to name: String, in names: some Collection<String>) -> String? {
    guard names.count <= Spelling.longestList, areLeft else { return nil }
    left -= 1
    return Spelling.nearest(to: name, in: names)
  }
}
