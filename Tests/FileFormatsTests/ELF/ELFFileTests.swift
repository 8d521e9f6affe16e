import Bytes
import FileFormats
import Testing

@Suite struct ELFFileTests {
  /// Both word sizes in both byte orders.
  static let layouts = [(true, false), (true, true), (false, false), (false, true)]

  private func parsed<R>(
    _ bytes: [UInt8], _ dialect: FormatDialect = .yaraX, _ body: (ELFFile) throws -> R
  ) throws -> R {
    let result: Result<R, any Error> = ByteView.with(bytes) { view in
      Result { try body(try #require(ELFFile.parse(view, dialect: dialect))) }
    }
    return try result.get()
  }

  private func text(_ text: FormatText?) -> String? {
    text.map { String(decoding: $0.array, as: UTF8.self) }
  }

  @Test(arguments: layouts) func readsHeaderAndTables(is64Bit: Bool, isBigEndian: Bool) throws {
    var builder = ELFBuilder(is64Bit: is64Bit, isBigEndian: isBigEndian)
    builder.machine = 183
    builder.osABI = 3
    builder.symbols = [.init(name: "")]
    let bytes = builder.built()
    for dialect in FormatDialect.allCases {
      try parsed(bytes, dialect) { file in
        #expect(file.header.type == 3)
        #expect(file.header.machine == 183)
        #expect(file.header.osABI == 3)
        #expect(file.header.programHeaderOffset == (is64Bit ? 64 : 52))
        #expect(file.header.programHeaderEntrySize == (is64Bit ? 56 : 32))
        #expect(file.header.programHeaderCount == 2)
        #expect(file.header.sectionHeaderEntrySize == (is64Bit ? 64 : 40))
        #expect(file.header.sectionHeaderCount == 6)
        let sections = try #require(file.sections)
        #expect(
          sections.map { text($0.name) }
            == ["", ".text", ".dynamic", ".symtab", ".strtab", ".shstrtab"])
        #expect(sections.map(\.type) == [0, 1, 6, 2, 3, 3])
        #expect(sections[1].address == 0x40_1000)
        #expect(sections[1].size == 64)
        #expect(sections[1].offset == UInt64(builder.textOffset))
        #expect(sections[1].flags == 6)
        let segment = try #require(file.segments?.first)
        let total = UInt64(bytes.count - 6 * (is64Bit ? 64 : 40)) + 0x2000
        #expect(segment.type == 1)
        #expect(segment.flags == 5)
        #expect(segment.offset == 0)
        #expect(segment.virtualAddress == 0x40_0000)
        #expect(segment.physicalAddress == 0x40_0001)
        #expect(segment.fileSize == total)
        #expect(segment.memorySize == total + 1)
        #expect(segment.alignment == 0x1000)
      }
    }
  }

  @Test(arguments: layouts) func readsSymbols(is64Bit: Bool, isBigEndian: Bool) throws {
    var builder = ELFBuilder(is64Bit: is64Bit, isBigEndian: isBigEndian)
    builder.dynamicSymbols = [
      .init(name: ""),
      .init(
        name: "start", type: 2, bind: 2, visibility: 3, section: 1, value: 0x1234, size: 0x56),
    ]
    for dialect in FormatDialect.allCases {
      try parsed(builder.built(), dialect) { file in
        let symbols = try #require(file.dynamicSymbols)
        #expect(symbols.count == 2)
        let symbol = symbols[1]
        #expect(text(symbol.name) == "start")
        #expect(symbol.type == 2)
        #expect(symbol.bind == 2)
        #expect(symbol.visibility == 3)
        #expect(symbol.sectionIndex == 1)
        #expect(symbol.value == 0x1234)
        #expect(symbol.size == 0x56)
        // YARA-X reports an empty table, YARA none.
        #expect(file.symbolTable?.count == (dialect == .yaraX ? 0 : nil))
      }
    }
  }

  @Test(arguments: layouts) func readsDynamicEntries(is64Bit: Bool, isBigEndian: Bool) throws {
    var builder = ELFBuilder(is64Bit: is64Bit, isBigEndian: isBigEndian)
    builder.dynamic = [(1, 5), (0x7000_0001, 6)]
    try parsed(builder.built(), .yaraX) { file in
      #expect(file.dynamic.entries.map(\.type) == [1, 0x7000_0001])
      #expect(file.dynamic.entries.map(\.value) == [5, 6])
      #expect(file.dynamic.count == 2)
    }
    try parsed(builder.built(), .yara) { file in
      #expect(file.dynamic.entries.map(\.type) == [1, 0x7000_0001, 0])
      #expect(file.dynamic.count == 3)
    }
  }

  /// The segment maps the file's start to 0x400000, the section table the text to 0x401000.
  @Test(arguments: [
    // type, entry, YARA-X, YARA
    (UInt16(2), UInt64(0x40_1010), UInt64?(0x1010), UInt64?(0x1010)),
    (3, 0x40_1010, 0x1010, 192),
    (1, 0x40_1010, 192, 192),
    (4, 0x40_1010, 192, 192),
    (2, 0x90_0000, nil, nil),
    (1, 0x40_0000, nil, nil),
    (3, 0x40_0000, 0, nil),
    (2, 0, nil, nil),
  ])
  func findsEntryPoint(type: UInt16, entry: UInt64, yaraX: UInt64?, yara: UInt64?) throws {
    let bytes = ELFBuilder(type: type, entryAddress: entry).built()
    #expect(try parsed(bytes, .yaraX) { $0.entryPoint } == yaraX)
    #expect(try parsed(bytes, .yara) { $0.entryPoint } == yara)
  }

  @Test func signsLargeTypesOnlyInYaraX() throws {
    let bytes = ELFBuilder(segmentType: 0xE800_0001).built()
    #expect(try parsed(bytes, .yaraX) { $0.segments?.first?.type } == -0x17FF_FFFF)
    #expect(try parsed(bytes, .yara) { $0.segments?.first?.type } == 0xE800_0001)
  }

  @Test func reportsNoSectionTableThatLeavesTheFile() throws {
    let bytes = Array(ELFBuilder().built().dropLast())
    for dialect in FormatDialect.allCases {
      try parsed(bytes, dialect) { file in
        #expect(file.sections == nil)
        #expect(file.segments?.count == 2)
        #expect(file.symbolTable == nil)
      }
    }
  }

  @Test func replacesIllFormedNamesOnlyInYaraX() throws {
    var bytes = ELFBuilder().built()
    let place = try #require(
      bytes.indices.first { bytes[$0...].starts(with: ".text".utf8) })
    bytes[place] = 0xFF
    #expect(
      try parsed(bytes, .yaraX) { $0.sections?[1].name?.array } == [0xEF, 0xBF, 0xBD]
        + Array("text".utf8))
    #expect(
      try parsed(bytes, .yara) { $0.sections?[1].name?.array } == [0xFF] + Array("text".utf8))
  }

  @Test(arguments: [
    [], Array("\u{7F}ELF".utf8), [0x7F, 0x45, 0x4C, 0x46, 3, 1, 1, 0],
    Array(repeating: 0x7F, count: 100),
  ])
  func refusesOtherFiles(bytes: [UInt8]) {
    for dialect in FormatDialect.allCases {
      #expect(ByteView.with(bytes) { ELFFile.parse($0, dialect: dialect) == nil })
    }
  }

  @Test func wantsAByteAfterTheHeaderOnlyInYara() {
    let header = Array(ELFBuilder().built().prefix(64))
    ByteView.with(header) { view in
      #expect(ELFFile.parse(view, dialect: .yaraX) != nil)
      #expect(ELFFile.parse(view, dialect: .yara) == nil)
    }
  }

  /// Every part of every damaged file is asked for; each must stay inside the file.
  @Test(arguments: layouts) func survivesEveryMutation(is64Bit: Bool, isBigEndian: Bool) {
    var builder = ELFBuilder(is64Bit: is64Bit, isBigEndian: isBigEndian)
    builder.symbols = [.init(name: ""), .init(name: "main", section: 1)]
    builder.dynamicSymbols = [.init(name: "open_file")]
    builder.dynamic = [(1, 1)]
    forEachMutation(of: builder.built()) { bytes in
      ByteView.with(bytes) { view in
        for dialect in FormatDialect.allCases {
          guard let file = ELFFile.parse(view, dialect: dialect) else { continue }
          for symbols in [file.symbolTable, file.dynamicSymbols] {
            #expect((symbols?.count ?? 0) <= bytes.count / 16)
            for symbol in symbols.map(Array.init) ?? [] {
              #expect((symbol.name?.count ?? 0) <= 3 * bytes.count)
            }
          }
          #expect((file.sections?.count ?? 0) <= bytes.count / 40)
          for section in file.sections?.map(\.name) ?? [] {
            #expect((section?.count ?? 0) <= 3 * bytes.count)
          }
          #expect((file.segments?.count ?? 0) <= bytes.count / 32)
          #expect(file.dynamic.entries.count <= bytes.count)
          #expect(file.importMD5?.count ?? 32 == 32)
          #expect([0, 72].contains(file.telfhash?.count ?? 72))
          _ = file.entryPoint
        }
      }
    }
  }
}
