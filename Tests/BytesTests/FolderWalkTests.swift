import Bytes
import Foundation
import Testing

@Suite struct FolderWalkTests {
  private let folder = FileManager.default.temporaryDirectory
    .appendingPathComponent("FolderWalkTests-\(UUID().uuidString)")

  init() throws {
    try FileManager.default.createDirectory(
      at: folder.appendingPathComponent("b/inner"), withIntermediateDirectories: true)
    for name in ["a", "a-much-longer-name-2", "a-much-longer-name-1", "b/x", "b/inner/y", "c"] {
      try Data(name.utf8).write(to: folder.appendingPathComponent(name))
    }
    try FileManager.default.createSymbolicLink(
      at: folder.appendingPathComponent("link"), withDestinationURL: folder.appendingPathComponent("a"))
  }

  private func paths(_ roots: [String], recursive: Bool = true) -> [String] {
    var walk = FolderWalk(roots, recursive: recursive)
    var found: [String] = []
    while let entry = walk.next() {
      found.append(entry.path.replacingOccurrences(of: folder.path + "/", with: ""))
    }
    return found
  }

  @Test func listsFilesInOrderAndNoLinks() {
    defer { try? FileManager.default.removeItem(at: folder) }
    let all = ["a", "a-much-longer-name-1", "a-much-longer-name-2", "b/inner/y", "b/x", "c"]
    #expect(paths([folder.path]) == all)
    #expect(paths([folder.path + "/"]) == all)
    #expect(paths([folder.path], recursive: false) == ["a", "a-much-longer-name-1", "a-much-longer-name-2", "c"])
    #expect(paths([folder.path + "/c", folder.path + "/link"]) == ["c", "link"])
  }

  @Test func aPathThatIsNotThereIsTold() {
    defer { try? FileManager.default.removeItem(at: folder) }
    var walk = FolderWalk([folder.path + "/missing"])
    let entry = walk.next()
    #expect(entry?.isNamed == true)
    #expect(entry?.problem != nil)
    let second = walk.next()
    #expect(second?.path == nil)
  }

  /// Entries are opened relative to their folder, also after the walk has left it.
  @Test func entriesOutliveTheirFolder() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    var walk = FolderWalk([folder.path])
    var entries: [FolderWalk.Entry] = []
    while let entry = walk.next() { entries.append(entry) }
    let contents = FileContents()
    for entry in entries {
      try contents.start(entry)
      let name = entry.path.replacingOccurrences(of: folder.path + "/", with: "")
      #expect(try contents.everything().array == Array(name.utf8))
    }
  }
}
