import Bytes
import Foundation
import Testing

@Suite struct FileContentsTests {
  private let folder = FileManager.default.temporaryDirectory
    .appendingPathComponent("FileContentsTests-\(UUID().uuidString)")

  init() throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  private func file(_ name: String, _ bytes: [UInt8]) throws -> String {
    let url = folder.appendingPathComponent(name)
    try Data(bytes).write(to: url)
    return url.path
  }

  @Test(arguments: [0, 1, 4095, 4096, 262_144, 262_145, 1_000_003])
  func readsAndMapsAlike(size: Int) throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let bytes = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }
    let contents = FileContents()
    let view = try contents.open(path: try file("f", bytes))
    #expect(view.array == bytes)
    #expect(!contents.wasShortened)
  }

  @Test func aFileShortenedWhileMappedIsToldAndKillsNobody() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = try file("f", [UInt8](repeating: 7, count: 3_000_000))
    let contents = FileContents()
    let view = try contents.open(path: path)
    #expect(view[0] == 7)
    try #require(FileHandle(forWritingAtPath: path)).truncate(atOffset: 5000)
    let sum = view.array.reduce(0) { $0 &+ Int($1) }
    #expect(sum < 3_000_000 * 7)
    #expect(contents.wasShortened)
    // The same object serves the next file as if nothing had been.
    let next = try contents.open(path: try file("g", [UInt8](repeating: 1, count: 300_000)))
    #expect(next.array.allSatisfy { $0 == 1 })
    #expect(!contents.wasShortened)
  }

  /// First bytes, then all to look at, then all to read: always the same bytes.
  @Test(arguments: [0, 1, 8191, 8192, 8193, 262_145, 1_000_003, 5_000_000])
  func everyStageGivesTheSame(size: Int) throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let bytes = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }
    _ = try file("f", bytes)
    var walk = FolderWalk([folder.path])
    let next = walk.next()
    let entry = try #require(next)
    let contents = FileContents()
    for _ in 0..<2 {
      try contents.start(entry)
      #expect(contents.size == size)
      #expect(contents.first.array == Array(bytes.prefix(contents.first.count)))
      #expect(contents.first.count >= min(size, 4096))
      #expect(try contents.everything().array == bytes)
      #expect(try contents.everythingToRead().array == bytes)
      #expect(contents.fetched.count == size)
      #expect(!contents.wasShortened)
    }
    #expect(throws: FileReadError.self) { try contents.start(entry, limit: size - 1) }
  }

  /// A file too large to be held is mapped to be searched; hits at the seams of the search's blocks are
  /// found once.
  @Test func aLargeFileIsSearchedWhereItIsMapped() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    var bytes = [UInt8](repeating: 0x20, count: 20_000_000)
    let places = [0, 8_388_480, 8_388_604, 16_776_950, 19_999_900, 19_999_991]
    for place in places { bytes.replaceSubrange(place..<place + 9, with: Array("a literal".utf8)) }
    let contents = FileContents()
    _ = try contents.open(path: try file("f", bytes))
    let view = try contents.everythingToRead()
    let database = try LiteralDatabase([SearchLiteral(bytes: Array("literal".utf8), isCaseless: false)])
    var found: [Int] = []
    _ = try database.search(view, scratch: LiteralScratch()) { hits in
      for index in hits.indices { found.append(hits[index].end - 9) }
      return true
    }
    #expect(found == places)
    #expect(!contents.wasShortened)
  }

  @Test func refusesWhatIsNoFile() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let contents = FileContents()
    for path in [folder.path, "/dev/null", folder.path + "/missing"] {
      #expect(throws: FileReadError.self) { _ = try contents.open(path: path) }
    }
    let path = try file("f", [1, 2, 3])
    #expect(throws: FileReadError(path: path, errorNumber: EFBIG, operation: "read")) {
      _ = try contents.open(path: path, limit: 2)
    }
  }
}
