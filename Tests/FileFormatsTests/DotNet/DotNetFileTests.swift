import Bytes
import Testing

@testable import FileFormats

/// What both engines say of sound and of damaged metadata. The expected values were asked of both.
@Suite struct DotNetFileTests {
  static func with<R>(
    _ builder: AssemblyBuilder, _ dialect: FormatDialect = .yaraX, _ body: (DotNetFile) throws -> R
  ) rethrows -> R? {
    try ByteView.with(builder.built()) { view in try DotNetFile.parse(view, as: dialect).map(body) }
  }

  /// Reads the file, which must be one for the dialect.
  static func read(
    _ builder: AssemblyBuilder, _ dialect: FormatDialect = .yaraX,
    sourceLocation: SourceLocation = #_sourceLocation, _ body: (DotNetFile) -> Void
  ) {
    if with(builder, dialect, body) == nil {
      Issue.record("no .NET file", sourceLocation: sourceLocation)
    }
  }

  static func isDotNet(_ builder: AssemblyBuilder, _ dialect: FormatDialect) -> Bool {
    with(builder, dialect) { _ in true } ?? false
  }

  static func text(_ view: ByteView?) -> String? { view.map { String(decoding: $0.array, as: UTF8.self) } }

  static func text(_ text: FormatText?) -> String? {
    text.map { String(decoding: $0.array, as: UTF8.self) }
  }

  // MARK: sound files

  @Test(arguments: FormatDialect.allCases) func plainValues(_ dialect: FormatDialect) {
    Self.read(.whole, dialect) { file in
      #expect(Self.text(file.version) == "v4.0.30319")
      #expect(file.streams.map { Self.text($0.name) } == ["#~", "#Strings", "#US", "#GUID", "#Blob"])
      #expect(file.numberOfStreams == 5)
      #expect(Self.text(file.moduleName) == "Sample.dll")
      #expect(
        file.guids.map { String(decoding: $0, as: UTF8.self) } == [
          "04030201-0605-0807-090a-0b0c0d0e0f10", "f3f2f1f0-f5f4-f7f6-f8f9-fafbfcfdfeff",
        ])
      #expect(Self.text(file.typeLibrary) == "guid")
      #expect(file.constants.map { Self.text($0) } == ["first", "second"])
      #expect(file.moduleReferences.map { Self.text($0) } == ["kernel32.dll"])
      #expect(file.fieldOffsets == [Int64(PEBuilder.sectionOffset) + 8])
      #expect(file.assembly?.version == DotNetVersion(major: 1, minor: 2, build: 3, revision: 4))
      #expect(Self.text(file.assembly?.name) == "Sample")
      #expect(Self.text(file.assembly?.culture) == "de")
      #expect(file.assemblyReferences.map { Self.text($0.name) } == ["mscorlib", "Keyless"])
      #expect(file.assemblyReferences.map { $0.publicKeyOrToken?.array } == [[0xB7, 0x7A], nil])
      #expect(file.assemblyReferences.last?.version.revision == 9)
      #expect(file.resources.map { Self.text($0.name) } == ["inside", "elsewhere"])
      #expect(file.resources.map(\.offset) == [Int64(PEBuilder.sectionOffset) + 8, nil])
      #expect(file.resources.map(\.length) == [3, nil])
      #expect(file.numberOfUserStrings == 2)
      #expect(file.userString(0)?.array == [0x48, 0, 0x69, 0])
      #expect(file.userString(1)?.array == [0x59, 0, 0x6F, 0, 0x75, 0])
      #expect(file.userString(2) == nil)
      #expect(file.numberOfConstants == 2 && file.numberOfFieldOffsets == 1)
      #expect(file.numberOfClasses == 0)
    }
  }

  @Test func whatHasNoTableIsNotCountedByYara() {
    let builder = AssemblyBuilder()
    Self.read(builder, .yara) { file in
      #expect(file.numberOfStreams == 5 && file.numberOfGUIDs == 0 && file.numberOfClasses == 0)
      for count in [
        file.numberOfConstants, file.numberOfModuleReferences, file.numberOfAssemblyReferences,
        file.numberOfResources, file.numberOfFieldOffsets,
      ] { #expect(count == nil) }
    }
    Self.read(builder) { file in
      for count in [
        file.numberOfConstants, file.numberOfModuleReferences, file.numberOfAssemblyReferences,
        file.numberOfResources, file.numberOfFieldOffsets, file.numberOfGUIDs,
      ] { #expect(count == 0) }
    }
  }

  // MARK: what is a .NET file

  @Test func theHeadersDecide() {
    typealias Change = @Sendable (inout AssemblyBuilder) -> Void
    // (what is changed, is it .NET for YARA-X, for YARA)
    let cases: [(String, Change, Bool, Bool)] = [
      ("nothing", { _ in }, true, true),
      ("a CLI header of another size", { $0.cliHeaderSize = 73 }, false, false),
      ("another magic", { $0.magic += 1 }, false, false),
      ("a version of no bytes", { ($0.version, $0.versionLength) = ("", 0) }, true, false),
      ("a version of seven bytes", { ($0.version, $0.versionLength) = ("v1", 7) }, true, false),
      ("a version of 256 bytes", { $0.versionLength = 256 }, false, false),
      ("257 streams", { $0.streamNames = Array(repeating: "#", count: 257) }, false, true),
      ("metadata cut by its size", { $0.metadataSize = 40 }, false, true),
    ]
    for (name, change, yaraX, yara) in cases {
      var builder = AssemblyBuilder.whole
      change(&builder)
      #expect(Self.isDotNet(builder, .yaraX) == yaraX, "\(name)")
      #expect(Self.isDotNet(builder, .yara) == yara, "\(name)")
    }
  }

  @Test func aVersionThatIsNoTextMakesNoDotNetFileOfYaraX() {
    var bytes = AssemblyBuilder.whole.built()
    guard let place = (0..<bytes.count - 4).first(where: { Array(bytes[$0..<$0 + 4]) == Array("v4.0".utf8) })
    else {
      Issue.record("no version in the file")
      return
    }
    bytes[place] = 0xFF
    ByteView.with(bytes) { view in
      #expect(DotNetFile.parse(view, as: .yaraX) == nil)
      #expect(DotNetFile.parse(view, as: .yara)?.version?.array.first == 0xFF)
    }
  }

  // MARK: streams

  @Test func ofStreamsOfOneNameTheFirstCountsForYaraAndTheLastForYaraX() {
    var builder = AssemblyBuilder()
    builder.streamNames = ["#US", "#~", "#Strings", "#Blob", "#US"]
    builder.userString("Hi")
    builder.claimedSizes = [0: 1]
    #expect(Self.with(builder) { $0.numberOfUserStrings } == 1)
    #expect(Self.with(builder, .yara) { $0.numberOfUserStrings } == 0)
    builder.userStrings[0] = 1
    // YARA begins with a zero or not at all.
    let count: Int?? = Self.with(builder, .yara) { $0.numberOfUserStrings }
    #expect(count == .some(nil))
  }

  @Test func yaraComparesStreamNamesByTheirBeginning() {
    var builder = AssemblyBuilder.whole
    builder.guids = Array(repeating: 7, count: 16)
    builder.streamNames = ["#~", "#Strings", "#US", "#GUIDs", "#Blob"]
    #expect(Self.with(builder, .yara) { $0.guids.count } == 0)
    #expect(Self.with(builder) { $0.guids.count } == 0)
    builder.streamNames[3] = "#GUID"
    builder.claimedSizes[3] = 15
    #expect(Self.with(builder, .yara) { $0.guids.count } == 0)
    builder.claimedSizes[3] = 40
    #expect(Self.with(builder, .yara) { $0.guids.count } == 2)
  }

  @Test func guidsAreSixteenAtMost() {
    var builder = AssemblyBuilder()
    builder.guids = Array(repeating: 1, count: 16 * 20)
    for dialect in FormatDialect.allCases {
      #expect(Self.with(builder, dialect) { $0.guids.count } == 16)
    }
  }

  @Test func aStreamThatLeavesTheFileIsReadByYaraOnly() {
    var builder = AssemblyBuilder.whole
    builder.claimedSizes[1] = 1 << 20
    #expect(Self.with(builder) { $0.moduleName == nil } == true)
    #expect(Self.with(builder, .yara) { Self.text($0.moduleName) } == "Sample.dll")
    builder.claimedSizes = [0: 1 << 20]
    #expect(Self.with(builder) { $0.assembly == nil } == true)
    #expect(Self.with(builder, .yara) { $0.assembly == nil } == false)
  }

  @Test func theFlagsOfAUserStringAreAnEntryToYara() {
    // A length, a character and flags of one, which YARA takes for the length of one byte more.
    var builder = AssemblyBuilder()
    builder.userStrings = [0, 3, 0x41, 0, 1, 5, 0x42, 0, 0x43, 0, 0]
    Self.read(builder, .yara) { file in
      let strings = (0..<(file.numberOfUserStrings ?? 0)).map { file.userString($0)?.array }
      #expect(strings == [[0x41, 0], [0x42, 0, 0x43, 0]])
    }
    builder.userStrings = [0, 3, 0x41, 0, 4, 5, 0x42, 0, 0x43, 0, 0]
    Self.read(builder, .yara) { file in
      #expect(file.userString(1)?.array == [5, 0x42, 0])
    }
  }

  @Test func aUserStringThatLeavesTheStreamTakesAllAwayFromYaraX() {
    var builder = AssemblyBuilder()
    let cases: [([UInt8], Int)] = [([0x10, 0, 0], 0), ([0xE0, 0, 0], 1), ([0xC0, 0], 1), ([], 1)]
    for (rest, yaraX) in cases {
      builder.userStrings = [0, 3, 0x41, 0, 0] + rest
      #expect(Self.with(builder) { $0.numberOfUserStrings } == yaraX)
      #expect(Self.with(builder, .yara) { $0.userString(0)?.array } == [0x41, 0])
    }
  }

  // MARK: tables

  @Test func aTableOfTooManyRowsMovesOrEndsTheRest() {
    var builder = AssemblyBuilder.whole
    builder.claimedRows = [.assemblyRef: 15_001]
    Self.read(builder, .yara) { file in
      #expect(file.constants.count == 2 && file.numberOfAssemblyReferences == nil)
      #expect(file.numberOfClasses == nil)
    }
    Self.read(builder) { file in
      #expect(file.constants.count == 2 && file.numberOfAssemblyReferences == 0)
    }
  }

  @Test func aTagThatNamesNoTableEndsTheTablesOfYaraX() {
    var builder = AssemblyBuilder.whole
    builder.row(.interfaceImpl, 1, 3)
    #expect(Self.with(builder) { $0.constants.isEmpty && $0.moduleName != nil } == true)
    #expect(Self.with(builder, .yara) { $0.constants.count } == 2)
  }

  @Test func anElementTypeThatDoesNotExistEndsTheTablesOfYaraX() {
    var builder = AssemblyBuilder.whole
    builder.row(.constant, 0x17, 1 << 2, 0)
    #expect(Self.with(builder) { $0.constants.isEmpty && $0.assembly == nil } == true)
    #expect(Self.with(builder, .yara) { $0.constants.count == 2 && $0.assembly != nil } == true)
  }

  @Test func anUnknownTableEndsYara() {
    var builder = AssemblyBuilder.classes
    builder.row(.unknown, 1)
    #expect(Self.with(builder) { $0.classes.count } == 4)
    #expect(Self.with(builder, .yara) { $0.numberOfClasses } == .some(nil))
  }

  @Test func parameterPointersEndYara() {
    var builder = AssemblyBuilder.classes
    builder.row(.paramPtr, 1)
    #expect(Self.with(builder) { $0.classes.count } == 4)
    #expect(Self.with(builder, .yara) { $0.numberOfClasses } == .some(nil))
  }

  @Test func fourMoreBytesBehindTheRowCountsAreKnownToYaraOnly() {
    var builder = AssemblyBuilder.whole
    builder.heapSizes = 0x40
    #expect(Self.with(builder, .yara) { Self.text($0.moduleName) } == "Sample.dll")
    #expect(Self.with(builder) { Self.text($0.moduleName) } != "Sample.dll")
  }

  @Test(arguments: [2046, 2047, 2048, 2049]) func theWidthOfACodedIndexDiffersByOneRow(_ rows: Int) {
    // Custom attributes tell 22 tables apart in five bits; YARA goes over to four bytes at 2,048.
    for (dialect, last) in [(FormatDialect.yaraX, 2048), (.yara, 2047)] {
      var builder = AssemblyBuilder()
      for _ in 0..<rows { builder.row(.param, 0, 0, 0) }
      let isWide = rows > last
      builder.row(.customAttribute) { writer in
        if isWide { writer.u32(0) } else { writer.u16(0) }
        writer.u16(3)
        writer.u16(0)
      }
      builder.assembly("Behind", culture: "", version: [1, 0, 0, 0])
      #expect(Self.with(builder, dialect) { Self.text($0.assembly?.name) } == "Behind")
      #expect(Self.with(builder, dialect) { $0.assembly?.culture == nil } == true)
    }
  }

  @Test func wideHeapIndexes() {
    var builder = AssemblyBuilder()
    builder.heapSizes = 7
    let name = builder.string("Wide.dll")
    builder.row(.module) { writer in
      writer.u16(0)
      for value in [name, 1, 0, 0] { writer.u32(value) }
    }
    for dialect in FormatDialect.allCases {
      #expect(Self.with(builder, dialect) { Self.text($0.moduleName) } == "Wide.dll")
    }
  }

  // MARK: names and blobs

  @Test func namesAreUTF8ForYaraXAndShortForYara() {
    let long = String(repeating: "n", count: 1025)
    for (name, yaraX, yara) in [
      (Array("plain".utf8), true, true), ([0xFF, 0x41], false, true), (Array(long.utf8), true, false),
      (Array(long.utf8.dropLast()), true, true), ([], true, true),
    ] {
      var builder = AssemblyBuilder()
      builder.row(.moduleRef, builder.string(name))
      #expect(Self.with(builder) { $0.moduleReferences.map(\.array) } == (yaraX ? [name] : []))
      #expect(Self.with(builder, .yara) { $0.moduleReferences.map(\.array) } == (yara ? [name] : []))
    }
  }

  @Test func blobsLieInTheirStreamForYaraX() {
    var builder = AssemblyBuilder()
    builder.row(.constant, 0x0E, 1 << 2, 1)
    builder.blobs = [0, 6] + Array("blob".utf8)
    // The last stream is followed by zeros.
    #expect(Self.with(builder) { $0.constants.count } == 0)
    #expect(Self.with(builder, .yara) { $0.constants.map(\.array) } == [Array("blob".utf8) + [0, 0]])
    builder.blobs[1] = 0x80
    #expect(Self.with(builder) { $0.constants.count } == 0)
    builder.blobs = [0, 0x80, 4] + Array("blob".utf8)
    #expect(Self.with(builder) { Self.text($0.constants.first) } == "blob")
    builder.blobs = [0, 0xC0, 0, 0, 4] + Array("blob".utf8)
    #expect(Self.with(builder) { Self.text($0.constants.first) } == "blob")
    builder.blobs[1] = 0xE0
    #expect(Self.with(builder) { $0.constants.count } == 0)
    #expect(Self.with(builder, .yara) { $0.constants.count } == 0)
  }

  // MARK: resources

  @Test func resourcesOutsideOfTheirDirectory() {
    var builder = AssemblyBuilder.whole
    builder.resources = [0, 0, 0, 0, 200, 0, 0, 0, 1]
    #expect(Self.with(builder) { $0.resources[0].offset } == Int64(PEBuilder.sectionOffset) + 8)
    #expect(Self.with(builder) { $0.resources[0].length } == .some(nil))
    #expect(Self.with(builder, .yara) { $0.resources[0].length } == 200)
    // Without a directory YARA counts from one byte before the file, YARA-X from its start.
    builder.resources = []
    builder.pe.sectionAlignment = 0x1000
    #expect(Self.with(builder) { $0.resources[0].offset } == .some(nil))
  }

  // MARK: type library

  @Test func theTypeLibraryOfYaraIsTheLastOneAndThatOfYaraXTheFirst() {
    var builder = AssemblyBuilder.whole
    let second = builder.blob([1, 0, 3] + Array("two".utf8) + [0, 0])
    builder.row(.customAttribute, 1 << 5 | 14, 1 << 3 | 3, second)
    #expect(Self.with(builder) { Self.text($0.typeLibrary) } == "guid")
    #expect(Self.with(builder, .yara) { Self.text($0.typeLibrary) } == "two")
    // A prolog that is not 1 is skipped by YARA only; an empty text is one.
    let third = builder.blob([2, 0, 3] + Array("bad".utf8))
    builder.row(.customAttribute, 1 << 5 | 14, 1 << 3 | 3, third)
    #expect(Self.with(builder, .yara) { Self.text($0.typeLibrary) } == "two")
    let fourth = builder.blob([1, 0, 0xFF, 0xFF])
    builder.row(.customAttribute, 1 << 5 | 14, 1 << 3 | 3, fourth)
    #expect(Self.with(builder, .yara) { Self.text($0.typeLibrary) } == "")
  }
}
