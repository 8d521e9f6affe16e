import Bytes
import Testing

@testable import FileFormats

/// Symbols that point at one name, of which hostile files have as many as they like.
@Suite struct ELFSharedNamesTests {
  private func with<R>(
    _ names: [String], shared: Bool = true, in dialect: FormatDialect = .yaraX,
    _ body: (ELFFile) -> R
  ) throws -> R {
    let builder = ELFBuilder(dynamicSymbols: names.map { .init(name: $0) }, sharesNames: shared)
    let result = ByteView.with(builder.built()) { view in
      ELFFile.parse(view, dialect: dialect).map(body)
    }
    return try #require(result)
  }

  /// The digests are over every symbol's name, whether or not it has the name to itself.
  @Test(arguments: [FormatDialect.yaraX, .yara]) func countASharedNameAsOftenAsItIsUsed(
    dialect: FormatDialect
  ) throws {
    let once = (0..<12).map { "Function_\($0)" } + ["_hidden", "ÄÖ_Name", "STRICT"]
    let names = once + once.reversed() + once.prefix(4) + ["Function_3", "ÄÖ_Name"]
    func digests(_ names: [String], shared: Bool) throws -> [[UInt8]?] {
      try with(names, shared: shared, in: dialect) { [$0.importMD5, $0.telfhash] }
    }
    let shared = try digests(names, shared: true)
    #expect(try shared == digests(names, shared: false))
    #expect(try shared[0] != digests(once, shared: true)[0])
    #expect(shared[0] != nil)
  }

  @Test func areReadOnce() throws {
    // What ten names take beside their bytes is more than may be read, what one takes is not.
    let mostBytes = 200
    let apart = (0..<10).map { "\($0)" }
    #expect(try with(apart) { ELFFingerprints.importMD5($0, mostBytes: mostBytes) } == nil)
    let same = Array(repeating: "0", count: 10)
    try with(same) { file in
      #expect(ELFFingerprints.importMD5(file, mostBytes: mostBytes) == file.importMD5)
      #expect(file.importMD5 != nil)
    }
  }

  @Test func areBoundedAsTheyAreJoined() throws {
    let names = Array(repeating: String(repeating: "n", count: 30), count: 20)
    try with(names) { file in
      let joined = 20 * (30 + 1)
      #expect(ELFFingerprints.importMD5(file, mostBytes: joined) == nil)
      #expect(ELFFingerprints.telfhash(file, mostBytes: joined) == nil)
      #expect(ELFFingerprints.importMD5(file, mostBytes: joined + 1) == file.importMD5)
      #expect(file.importMD5 != nil)
    }
  }
}
