/// The names in a data directory.
struct StoreLayout: Sendable, Hashable {
  let directory: String

  var databasePath: String { "\(directory)/retrohunt.sqlite" }
  var lockPath: String { "\(directory)/lock" }
  var segments: String { "\(directory)/segments" }
  var inbox: String { "\(directory)/inbox" }
  /// Samples too large for memory on their way in. Nothing here is ever acknowledged.
  var spool: String { "\(directory)/inbox/tmp" }

  func pack(_ id: SegmentID) -> String { "\(segments)/\(id).pack" }
  func unfinishedPack(_ id: SegmentID) -> String { "\(segments)/\(id).pack.tmp" }
  func index(_ id: SegmentID) -> String { "\(segments)/\(id).index" }
  func unfinishedIndex(_ id: SegmentID) -> String { "\(segments)/\(id).index.tmp" }
  func inboxLog(_ id: SegmentID) -> String { "\(inbox)/\(id).inbox" }

  /// The segment whose file has that name and ending; nil for any other name.
  static func segment(inName name: String, ending: String) -> SegmentID? {
    guard name.hasSuffix(ending) else { return nil }
    return SegmentID(text: String(name.dropLast(ending.count)))
  }
}
