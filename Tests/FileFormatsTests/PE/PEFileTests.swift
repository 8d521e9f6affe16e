import Bytes
import Testing

@testable import FileFormats

private func read<R>(
  _ bytes: [UInt8], _ dialect: FormatDialect = .yaraX, _ body: (PEFile) throws -> R
) throws -> R {
  let result: Result<R, any Error>? = ByteView.with(bytes) { view in
    PEFile.parse(view, as: dialect).map { file in Result { try body(file) } }
  }
  return try #require(result, "a PE file").get()
}

private func string(_ bytes: [UInt8]?) -> String? {
  bytes.map { String(decoding: $0, as: UTF8.self) }
}
private func string(_ view: ByteView?) -> String? { string(view?.array) }

struct PEFileTests {
  static let readings: [(is64Bit: Bool, dialect: FormatDialect)] = [
    (false, .yaraX), (false, .yara), (true, .yaraX), (true, .yara),
  ]

  @Test(arguments: readings)
  func headersAreRead(_ reading: (is64Bit: Bool, dialect: FormatDialect)) throws {
    let builder = PEBuilder.full(is64Bit: reading.is64Bit)
    try read(builder.built(), reading.dialect) { file in
      #expect(file.header.machine == (reading.is64Bit ? 0x8664 : 0x14C))
      #expect(file.header.timestamp == 0x5F00_0000)
      #expect(file.is64Bit == reading.is64Bit && file.is32Bit != reading.is64Bit)
      #expect(!file.isDLL)
      let header = file.optionalHeader
      #expect(header.linkerVersion == PEVersion(major: 14, minor: 29))
      #expect(header.osVersion == PEVersion(major: 6, minor: 1))
      #expect(header.imageVersion == PEVersion(major: 2, minor: 3))
      #expect(header.subsystemVersion == PEVersion(major: 5, minor: 2))
      #expect(header.imageBase == (reading.is64Bit ? 0x1_4000_0000 : 0x40_0000))
      #expect(header.baseOfData == (reading.is64Bit ? nil : 0x2000))
      #expect(header.sizeOfStackReserve == 0x10_0000 && header.sizeOfHeapCommit == 0x2000)
      #expect(header.subsystem == 3 && header.dllCharacteristics == 0x8140)
      #expect(header.numberOfRVAAndSizes == 16 && file.dataDirectories.count == 16)
      #expect(file.entryPoint == 0x404)
      #expect(file.numberOfSections == 1)
      #expect(string(file.sections.first?.name) == ".all")
      #expect(file.overlay.size == 7)
      #expect(file.overlay.offset == builder.built().count - 7)
    }
  }

  @Test(arguments: readings)
  func importsAreRead(_ reading: (is64Bit: Bool, dialect: FormatDialect)) throws {
    try read(PEBuilder.full(is64Bit: reading.is64Bit).built(), reading.dialect) { file in
      #expect(file.imports.map { string($0.library.array) } == ["KERNEL32.dll", "WS2_32.dll"])
      #expect(
        file.imports.map { $0.functions.map { string($0.name.array) } } == [
          ["CreateFileW", "ExitProcess"], ["WSAStartup", "ord2000"],
        ])
      #expect(file.imports.last?.functions.map(\.ordinal) == [115, 2000])
      #expect(file.numberOfImportedFunctions == 4)
      let slots = file.imports.first?.functions.map(\.rva) ?? []
      #expect(slots.count == 2 && slots[1] - slots[0] == (reading.is64Bit ? 8 : 4))
      #expect(file.delayedImports.map { string($0.library.array) } == ["USER32.dll"])
      #expect(file.delayedImports.first?.functions.map { string($0.name.array) } == ["MessageBoxA"])
    }
  }

  @Test(arguments: readings)
  func exportsAreRead(_ reading: (is64Bit: Bool, dialect: FormatDialect)) throws {
    try read(PEBuilder.full(is64Bit: reading.is64Bit).built(), reading.dialect) { file in
      #expect(string(file.exportTable?.libraryName) == "full.dll")
      #expect(file.exportTable?.timestamp == 77)
      #expect(file.exports.map(\.ordinal) == [5, 6, 7])
      #expect(file.exports.map { string($0.name) } == [nil, "alpha", nil])
      #expect(file.exports.map(\.offset) == [0x404, 0x408, nil])
      #expect(file.exports.map { string($0.forwardName) } == [nil, nil, "OTHER.beta"])
    }
  }

  @Test(arguments: readings)
  func resourcesAndVersionAreRead(_ reading: (is64Bit: Bool, dialect: FormatDialect)) throws {
    try read(PEBuilder.full(is64Bit: reading.is64Bit).built(), reading.dialect) { file in
      #expect(file.resourceTable?.timestamp == 99)
      #expect(file.resourceTable?.version == PEVersion(major: 4, minor: 1))
      #expect(file.resources.count == 2)
      guard case .id(16)? = file.resources.first?.type,
        case .id(0x409)? = file.resources.first?.language,
        case .name(let name)? = file.resources.last?.name
      else {
        Issue.record("types, names and languages of resources")
        return
      }
      #expect(name.array == [0x49, 0, 0x43, 0, 0x4F, 0, 0x4E, 0])
      #expect(file.resources.last?.length == 3)
      #expect(file.hasLocale(0x409) && !file.hasLocale(0x9) && file.hasLanguage(9))
      #expect(file.versionInfo.map { string($0.key) } == ["CompanyName", "ProductName"])
      // YARA keeps the low bytes of the characters.
      let company: [UInt8] =
        reading.dialect == .yaraX ? Array("Example é".utf8) : Array("Example ".utf8) + [0xE9]
      #expect(file.versionInfo(Array("CompanyName".utf8)) == company)
      #expect(string(file.pdbPath) == "C:\\src\\full.pdb")
    }
  }

  @Test(arguments: readings)
  func richSignatureIsRead(_ reading: (is64Bit: Bool, dialect: FormatDialect)) throws {
    try read(PEBuilder.full(is64Bit: reading.is64Bit).built(), reading.dialect) { file in
      let rich = try #require(file.richSignature)
      #expect(rich.offset == 80 && rich.length == 32 && rich.key == 0x1122_3344)
      #expect(string(Array(rich.clearData.prefix(4))) == "DanS")
      #expect(
        rich.tools.map(\.toolID) == [147, 257] && rich.tools.map(\.version) == [30729, 33731])
      #expect(rich.times(toolID: 257, version: nil) == 5)
      #expect(rich.times(toolID: nil, version: 30729) == 2)
      #expect(rich.times(toolID: 147, version: 33731) == 0)
      #expect(rich.versionData == [0x09, 0x78, 147, 0, 0xC3, 0x83, 0x01, 0x01])
    }
  }

  /// MD5 of the normalised list, worked out with a tool of its own.
  @Test(arguments: [
    (FormatDialect.yaraX, "A.b.DLL", "a.b.f"), (.yara, "A.b.DLL", "a.b.f"),
    (.yaraX, "a.dllx", "a.dllx.f"), (.yara, "a.dllx", "a.f"),
    (.yaraX, "a.drv", "a.drv.f"), (.yara, "a.SYS", "a.f"), (.yaraX, "a.ocx", "a.f"),
  ])
  func importHashNormalises(_ dialect: FormatDialect, library: String, text: String) throws {
    var builder = PEBuilder()
    builder.place([0])
    builder.addImports([(library, [.name("F")])])
    let expected = ByteView.with(Array(text.utf8)) { Digest.hexadecimal(.md5, of: $0) }
    try read(builder.built(), dialect) { #expect($0.importHash == expected) }
  }

  @Test(arguments: [
    ("plain", true, true), ("with space", false, false), ("tilde~", true, false),
    ("Decorated@4", true, true), ("?mangled@@YA", true, true), ("dash-ed", true, false),
    ("nönascii", false, false), ("", false, false),
  ])
  func functionNamesAreChecked(_ name: String, inYaraX: Bool, inYara: Bool) throws {
    var builder = PEBuilder()
    builder.place([0])
    builder.addImports([("a.dll", [.name(name), .name("last")])])
    for (dialect, isKept) in [(FormatDialect.yaraX, inYaraX), (.yara, inYara)] {
      try read(builder.built(), dialect) { file in
        #expect(file.numberOfImportedFunctions == (isKept ? 2 : 1), "\(dialect)")
      }
    }
  }

  @Test(arguments: [
    ("a.dll", true, true), ("a b.dll", false, true), ("a?.dll", false, false),
    ("ä.dll", true, false), ("dir/a.dll", true, true),
  ])
  func libraryNamesAreChecked(_ name: String, inYaraX: Bool, inYara: Bool) throws {
    var builder = PEBuilder()
    builder.place([0])
    builder.addImports([(name, [.name("f")])])
    for (dialect, isKept) in [(FormatDialect.yaraX, inYaraX), (.yara, inYara)] {
      try read(builder.built(), dialect) { file in
        #expect(file.imports.count == (isKept ? 1 : 0), "\(dialect)")
      }
    }
  }

  @Test(arguments: FormatDialect.allCases)
  func ordinalsOutOfRangeAreLeftOut(_ dialect: FormatDialect) throws {
    var builder = PEBuilder()
    builder.place([0])
    builder.addImports([("a.dll", [.raw(0x8001_0000), .ordinal(0xFFFF)])])
    try read(builder.built(), dialect) { file in
      #expect(file.imports.first?.functions.map(\.ordinal) == [0xFFFF])
    }
  }

  @Test func addressesAreMapped() throws {
    var builder = PEBuilder()
    builder.place([UInt8](repeating: 1, count: 0x210))
    let bytes = builder.built()
    // RVA, YARA-X's offset, YARA's offset.
    let cases: [(Int64, Int64?, Int64?)] = [
      (0, 0, 0), (0xFFF, 0xFFF, nil), (0x1000, 0x400, 0x400), (0x13FF, 0x7FF, 0x7FF),
      (0x1400, nil, nil), (-1, nil, nil), (0x1_0000_0000, nil, nil),
    ]
    for (rva, yaraX, yara) in cases {
      try read(bytes, .yaraX) { #expect($0.rvaToOffset(rva) == yaraX, "\(rva)") }
      try read(bytes, .yara) { #expect($0.rvaToOffset(rva) == yara, "\(rva)") }
    }
    try read(bytes) { file in
      #expect(file.offsetToRVA(0x400) == 0x1000 && file.offsetToRVA(0x10) == 0x10)
      #expect(file.offsetToRVA(0x800) == nil)
      #expect(file.sectionIndex(offset: 0x400) == 0 && file.sectionIndex(offset: 0x3FF) == nil)
      #expect(ByteView.with(Array(".all".utf8)) { file.sectionIndex(name: $0) } == 0)
      #expect(ByteView.with(Array(".al".utf8)) { file.sectionIndex(name: $0) } == nil)
    }
  }

  @Test(arguments: FormatDialect.allCases)
  func longSectionNamesAreLookedUp(_ dialect: FormatDialect) throws {
    var builder = PEBuilder()
    builder.sectionName = "/4"
    builder.place([0])
    builder.overlay = [0, 0, 0, 0] + Array(".debug_info\0".utf8)
    builder.symbolTable = builder.built().count - builder.overlay.count
    try read(builder.built(), dialect) { file in
      #expect(string(file.sections.first?.name) == "/4")
      #expect(string(file.sections.first?.fullName) == ".debug_info")
    }
  }

  /// The stored checksum does not count, and YARA-X takes an odd last byte for a digit.
  @Test func checksumIsComputed() throws {
    var builder = PEBuilder()
    builder.place([0])
    let plain = try read(builder.built()) { $0.calculatedChecksum }
    #expect(try read(builder.built(), .yara) { $0.calculatedChecksum } == plain)
    builder.checksum = Int(plain)
    #expect(try read(builder.built()) { $0.calculatedChecksum } == plain)
    builder.overlay = [0x51]
    #expect(try read(builder.built()) { $0.calculatedChecksum } == plain + 1)
    #expect(try read(builder.built(), .yara) { $0.calculatedChecksum } == plain + 1 + 0x51)
  }

  @Test func onlyPEFilesAreTaken() {
    var builder = PEBuilder()
    builder.place([0])
    let bytes = builder.built()
    var other = bytes
    other[builder.peHeaderOffset] = 0x4E
    let cases: [[UInt8]] = [[], Array("MZ".utf8), other, [UInt8](repeating: 0, count: 4096)]
    for bytes in cases {
      for dialect in FormatDialect.allCases {
        #expect(ByteView.with(bytes) { PEFile.parse($0, as: dialect) == nil })
      }
    }
    // YARA wants the whole optional header, YARA-X the file header only.
    let cut = Array(bytes.prefix(builder.peHeaderOffset + 100))
    #expect(ByteView.with(cut) { PEFile.parse($0, as: .yaraX) != nil })
    #expect(ByteView.with(cut) { PEFile.parse($0, as: .yara) == nil })
  }
}
