import Bytes
import FileFormats
import Testing

@Suite struct MachOFileTests {
  /// Both word sizes in both byte orders.
  static let layouts = [(true, false), (true, true), (false, false), (false, true)]

  private func parsed<R>(
    _ bytes: [UInt8], _ dialect: FormatDialect = .yaraX, _ body: (MachOFile) throws -> R
  ) throws -> R {
    let result: Result<R, any Error> = ByteView.with(bytes) { view in
      Result { try body(try #require(MachOFile.parse(view, dialect: dialect))) }
    }
    return try result.get()
  }

  private func text(_ bytes: [UInt8]?) -> String? {
    bytes.map { String(decoding: $0, as: UTF8.self) }
  }
  private func text(_ view: ByteView?) -> String? { text(view?.array) }

  /// A file with one of each command.
  static func everything(is64Bit: Bool = true, isBigEndian: Bool = false) -> MachOBuilder {
    var builder = MachOBuilder(is64Bit: is64Bit, isBigEndian: isBigEndian)
    builder.addSegment("__TEXT", address: 0x4000, offset: 0x200, sections: ["__text", "__const"])
    builder.addDylib("/usr/lib/libSystem.B.dylib")
    builder.addDylib(" /usr/lib/LIBZ.dylib")
    builder.add(0x8000_001C) {
      $0.put(UInt32(12))
      $0.put("@loader_path")
      $0.put(UInt8(0))
    }
    builder.add(0x0E) {
      $0.put(UInt32(12))
      $0.put("/usr/lib/dyld")
      $0.put(UInt8(0))
    }
    builder.add(0x8000_0028) {
      $0.put(UInt64(0x321))
      $0.put(UInt64(0x8000))
    }
    builder.add(0x2A) { $0.put(UInt64(0x100_8030_1005)) }
    builder.add(0x0B) { out in for value in 1...18 { out.put(UInt32(value)) } }
    builder.add(0x1B) { out in for value in 0..<16 { out.put(UInt8(value * 16 + 1)) } }
    builder.add(0x32) { out in
      for value in [1, 0x000B_0000, 0x000E_0405, 1, 3, 0x03F7_0700] as [UInt32] { out.put(value) }
    }
    builder.add(0x24) {
      $0.put(UInt32(0x000A_0900))
      $0.put(UInt32(0x000E_0001))
    }
    builder.add(0x2D) {
      $0.put(UInt32(2))
      $0.put("-lz")
      $0.put(UInt8(0))
      $0.put("-lm")
      $0.put(UInt8(0))
    }
    builder.addSymbols([("_a", 0x01), ("", 0x0F), (" _B", 0x11), ("_c", 0x0F), ("_d", 0x64)])
    return builder
  }

  @Test(arguments: layouts) func readsCommands(is64Bit: Bool, isBigEndian: Bool) throws {
    let bytes = Self.everything(is64Bit: is64Bit, isBigEndian: isBigEndian).built()
    try parsed(bytes) { file in
      let binary = try #require(file.binary)
      #expect(binary.header.cpuType == 0x0100_0007)
      #expect(binary.header.cpuSubtype == 3)
      #expect(binary.header.fileType == 2)
      #expect(binary.header.flags == 0x85)
      #expect(binary.header.reserved == (is64Bit ? 9 : nil))
      let commands = binary.commands
      #expect(
        commands.dylibs.map { text($0.name) } == [
          "/usr/lib/libSystem.B.dylib", " /usr/lib/LIBZ.dylib",
        ])
      #expect(commands.dylibs.first?.timestamp == 2)
      #expect(text(commands.dylibs.first?.currentVersion.text) == "1.2.3")
      #expect(text(commands.dylibs.first?.compatibilityVersion.text) == "4.5.6")
      #expect(commands.rpaths.map { text($0) } == ["@loader_path"])
      #expect(text(commands.dynamicLinker) == "/usr/lib/dyld")
      #expect(commands.entryPoint == 0x321)
      #expect(commands.stackSize == 0x8000)
      #expect(text(commands.sourceVersion?.text) == "1.2.3.4.5")
      #expect(commands.dynamicSymbolTable?.values == Array(1...16))
      #expect(text(commands.uuid?.text) == "01112131-4151-6171-8191-A1B1C1D1E1F1")
      #expect(commands.buildVersion?.platform == 1)
      #expect(text(commands.buildVersion?.minimumOS.text) == "11.0.0")
      #expect(text(commands.buildVersion?.sdk.text) == "14.4.5")
      #expect(text(commands.buildVersion?.tools.first?.version.shortText) == "1015.7")
      #expect(commands.minimumVersion?.device == 0x24)
      #expect(text(commands.minimumVersion?.sdk.text) == "14.0.1")
      #expect(commands.linkerOptions.map { text($0) } == ["-lz", "-lm"])
      #expect(binary.symbols.map { text($0.name) } == ["_a", " _B", "_c", "_d"])
      #expect(binary.symbols.map(\.type) == [0x01, 0x11, 0x0F, 0x64])
      #expect(binary.symbols.first?.value == 3)
      #expect(binary.imports.map { text($0.array) } == ["_a", " _B"])
      #expect(binary.exports.map { text($0.array) } == ["_c"])
    }
  }

  /// Weak, re-exported, lazily loaded and upward ones, and the file's own name.
  @Test(arguments: layouts) func listsDylibsOfEveryKind(is64Bit: Bool, isBigEndian: Bool) throws {
    var builder = MachOBuilder(is64Bit: is64Bit, isBigEndian: isBigEndian)
    let types: [UInt32] = [0x0D, 0x0C, 0x8000_0018, 0x8000_001F, 0x20, 0x8000_0023]
    for type in types { builder.addDylib("/\(type)", type: type) }
    try parsed(builder.built()) { file in
      let dylibs = try #require(file.binary?.commands.dylibs)
      #expect(dylibs.map { text($0.name) } == types.map { "/\($0)" })
    }
  }

  /// The symbols end with the first whose name does not end within the strings.
  @Test(arguments: layouts) func symbolsEndWithTheStrings(is64Bit: Bool, isBigEndian: Bool) throws {
    for (cut, names) in [(0, ["_a", "_b", "_c"]), (1, ["_a", "_b"]), (3, ["_a", "_b"]), (4, ["_a"])] {
      var builder = MachOBuilder(is64Bit: is64Bit, isBigEndian: isBigEndian)
      builder.addSymbols([("_a", 1), ("_b", 15), ("_c", 15)], cut: cut)
      try parsed(builder.built()) { file in
        let symbols = try #require(file.binary?.symbols)
        #expect(symbols.map { text($0.name) } == names, "\(cut)")
      }
    }
  }

  @Test(arguments: layouts) func readsSegments(is64Bit: Bool, isBigEndian: Bool) throws {
    let bytes = Self.everything(is64Bit: is64Bit, isBigEndian: isBigEndian).built()
    for dialect in FormatDialect.allCases {
      try parsed(bytes, dialect) { file in
        let commands = try #require(file.binary?.commands)
        #expect(commands.segmentCount == 1)
        let segment = try #require(commands.segments.first)
        #expect(text(segment.name) == "__TEXT")
        #expect(segment.virtualAddress == 0x4000)
        #expect(segment.virtualSize == 0x1000)
        #expect(segment.fileOffset == 0x200)
        #expect(segment.fileSize == 0x800)
        #expect(segment.maximumProtection == 7)
        #expect(segment.initialProtection == 5)
        #expect(segment.flags == 4)
        #expect(segment.sections.map { text($0.name) } == ["__text", "__const"])
        let section = segment.sections[1]
        #expect(text(section.segmentName) == "__TEXT")
        #expect(section.address == 0x4001)
        #expect(section.size == 0x20)
        #expect(section.offset == 1)
        #expect(section.flags == 5)
        #expect(section.reserved2 == 7)
        #expect(section.reserved3 == (is64Bit ? 8 : nil))
        #expect(commands.entryPoint == 0x321)
      }
    }
  }

  /// Processor, bytes before the program counter, its width, bytes after it.
  @Test(arguments: [
    (UInt32(6), 68, 4, 0), (7, 40, 4, 20), (0x0C, 60, 4, 4), (0x0D, 124, 4, 8), (0x0E, 4, 4, 68),
    (0x12, 0, 4, 156), (0x0100_0007, 128, 8, 32), (0x0100_000C, 256, 8, 8),
    (0x0100_0012, 0, 8, 304),
  ])
  func findsEntryPointOfThread(cpuType: UInt32, before: Int, width: Int, after: Int) throws {
    for isShort in [false, true] {
      var builder = MachOBuilder()
      builder.cpuType = cpuType
      builder.addSegment("__TEXT", address: 0x4000, offset: 0x200, sections: [])
      builder.add(0x05) { out in
        out.put(UInt32(1))
        out.put(UInt32(1))
        out.pad(before)
        if width == 8 { out.put(UInt64(0x4010)) } else { out.put(UInt32(0x4010)) }
        out.pad(isShort ? max(after - 12, 0) : after)
        if isShort, after == 0 { out.bytes.removeLast(4) }
      }
      for dialect in FormatDialect.allCases {
        #expect(
          try parsed(builder.built(), dialect) { $0.binary?.commands.entryPoint }
            == (isShort ? nil : 0x210))
      }
    }
  }

  @Test func readsFatFiles() throws {
    let intel = Self.everything().built()
    var builder = MachOBuilder()
    builder.cpuType = 0x0100_000C
    builder.add(0x8000_0028) {
      $0.put(UInt64(0x40))
      $0.put(UInt64(0))
    }
    let bytes = MachOBuilder.fat([
      (0x0100_0007, 3, intel), (0x0100_000C, 0, builder.built()), (7, 1, [1, 2, 3]),
    ])
    for dialect in FormatDialect.allCases {
      try parsed(bytes, dialect) { file in
        #expect(file.binary == nil)
        #expect(file.fatMagic == 0xCAFE_BABE)
        #expect(file.architectureCount == 3)
        #expect(file.architectures.map(\.cpuType) == [0x0100_0007, 0x0100_000C, 7])
        #expect(
          file.architectures.map(\.offset) == [
            68, 68 + UInt64(intel.count), 68 + UInt64(intel.count) + 56,
          ])
        // YARA keeps a place for what it cannot read.
        #expect(
          file.binaries.map { $0 != nil }
            == (dialect == .yaraX ? [true, true] : [true, true, false]))
        #expect(file.fileIndex(cpuType: 0x0100_000C) == 1)
        #expect(file.fileIndex(cpuType: 0x0100_000C, cpuSubtype: 0) == 1 || dialect == .yara)
        #expect(file.fileIndex(cpuType: 9) == nil)
        #expect(file.entryPoint(cpuType: 0x0100_000C) == 68 + UInt64(intel.count) + 0x40)
        #expect(file.entryPoint(cpuType: 0x0100_0007, cpuSubtype: 3) == 68 + 0x321)
        // Asked for a type alone, YARA adds its mark of undefined numbers to the offset.
        #expect(
          file.entryPoint(cpuType: 7)
            == (dialect == .yaraX
              ? nil : 68 + UInt64(intel.count) + 56 &+ 0xFFFA_BADA_FABA_DAFF))
        #expect(file.entryPoint(cpuType: 7, cpuSubtype: 1) == nil)
      }
    }
  }

  @Test func reportsTheOnlyUsableBinaryAsAThinFileInYaraX() throws {
    let bytes = MachOBuilder.fat([(7, 3, Self.everything().built()), (9, 0, [0])])
    try parsed(bytes) { file in
      #expect(file.fatMagic == nil)
      #expect(file.architectureCount == nil)
      #expect(file.binary?.commands.dylibs.count == 2)
    }
    #expect(try parsed(bytes, .yara) { $0.architectureCount } == 2)
  }

  @Test func findsNamesInEitherCase() throws {
    try parsed(Self.everything().built()) { file in
      func asked(_ name: String, _ question: (ByteView) -> Bool) -> Bool {
        ByteView.with(Array(name.utf8)) { question($0) }
      }
      #expect(asked("/USR/lib/libsystem.b.dylib", file.hasDylib))
      #expect(!asked("/usr/lib/libsystem", file.hasDylib))
      #expect(asked("@LOADER_PATH", file.hasRpath))
      #expect(asked("_A", file.hasImport))
      #expect(!asked("_c", file.hasImport))
      #expect(asked("_C", file.hasExport))
      #expect(!asked("any", file.hasEntitlement))
    }
  }

  /// MD5 of ",/usr/lib/..." lists, made with another implementation.
  @Test func hashesNames() throws {
    try parsed(Self.everything().built()) { file in
      #expect(file.dylibHash() == md5("/usr/lib/libsystem.b.dylib,/usr/lib/libz.dylib"))
      #expect(file.importHash() == md5("_a,_b"))
      #expect(file.exportHash() == md5("_c"))
      #expect(file.symhash() == md5("_B,_a"))
      #expect(file.entitlementHash() == nil)
    }
  }

  private func md5(_ text: String) -> [UInt8] {
    ByteView.with(Array(text.utf8)) { Digest.hexadecimal(.md5, of: $0) }
  }

  @Test(arguments: layouts) func survivesEveryMutation(is64Bit: Bool, isBigEndian: Bool) {
    var builder = MachOBuilder(is64Bit: is64Bit, isBigEndian: isBigEndian)
    builder.addSegment("__TEXT", address: 0x4000, offset: 0, sections: ["__text"])
    builder.addDylib("/usr/lib/dyld")
    builder.addSymbols([("_a", 1), ("_b", 15)])
    builder.addDynamicLinkerInfo(
      bind: MachONamesTests.binding("_x"), trie: MachONamesTests.trie)
    builder.addData(0x8000_0034, MachOBuilder.fixups(isBigEndian: isBigEndian))
    builder.addData(
      0x1D,
      MachOBuilder.signature([
        (0xFADE_7171, Array("<plist><key>k</key></plist>".utf8)),
        (0xFADE_0B01, [0x30, 0x03, 6, 1, 1]),
      ]))
    forEachMutation(of: MachOBuilder.fat([(7, 3, builder.built())])) { bytes in
      ByteView.with(bytes) { view in
        for dialect in FormatDialect.allCases {
          guard let file = MachOFile.parse(view, dialect: dialect) else { continue }
          for binary in [file.binary] + file.binaries {
            guard let binary else { continue }
            #expect(binary.commands.segments.count <= bytes.count / 8)
            for segment in binary.commands.segments {
              #expect(segment.sections.count <= bytes.count / 68)
              #expect(segment.sections.allSatisfy { $0.name.count <= 16 })
            }
            #expect(binary.symbols.count <= bytes.count / 12)
            #expect(binary.exports.count <= bytes.count)
            #expect(binary.imports.count <= bytes.count)
            #expect(binary.entitlements.count <= bytes.count)
            #expect(binary.certificates.count <= bytes.count)
          }
          #expect([nil, 32].contains(file.symhash()?.count))
        }
      }
    }
  }
}
