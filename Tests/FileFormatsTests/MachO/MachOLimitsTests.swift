import Bytes
import Testing

@testable import FileFormats

/// What hostile files are cut to, with bounds lowered so that small files reach them.
@Suite struct MachOLimitsTests {
  private func parsed<R>(
    _ builder: MachOBuilder, _ dialect: FormatDialect = .yaraX,
    lowering: (MachOLimits) -> Void = { _ in }, _ body: (MachOBinary) -> R
  ) throws -> (values: R, isCut: Bool) {
    let bytes = builder.built()
    let limits = MachOLimits(fileSize: bytes.count)
    lowering(limits)
    let found = ByteView.with(bytes) { view -> (R, Bool)? in
      guard let file = MachOFile.parse(view, dialect: dialect, limits: limits),
        let binary = file.binary
      else { return nil }
      let values = body(binary)
      return (values, file.isCut)
    }
    return try #require(found)
  }

  private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

  private func md5(_ text: String) -> [UInt8] {
    ByteView.with(Array(text.utf8)) { Digest.hexadecimal(.md5, of: $0) }
  }

  @Test func textsOfArraysInArraysAreCounted() throws {
    let list = "<plist><array>x<array>x<string>y</string></array></array></plist>"
    var builder = MachOBuilder()
    builder.addData(0x1D, MachOBuilder.signature([(0xFADE_7171, Array(list.utf8))]))
    // Six nodes in the outer array and four in the inner one, 17 bytes each.
    for (limit, names) in [(171, ["x", "y", "x", "y"]), (103, ["x", "y"])] {
      let found = try parsed(builder, lowering: { $0.entitlementBytes = limit }) {
        $0.entitlements.map(text)
      }
      #expect(found.values == names)
      #expect(found.isCut == (names.count < 4))
    }
  }

  @Test func blobsAreCounted() throws {
    let list = Array("<key>k</key>".utf8)
    var builder = MachOBuilder()
    builder.addData(0x1D, MachOBuilder.signature([(0xFADE_7171, list), (0xFADE_7171, list)]))
    for (limit, names) in [(153, ["k", "k"]), (152, ["k"])] {
      let found = try parsed(builder, lowering: { $0.signatureBytes = limit }) {
        $0.entitlements.map(text)
      }
      #expect(found.values == names)
      #expect(found.isCut == (names.count < 2))
    }
    // The index itself has 16 bytes.
    let found = try parsed(builder, lowering: { $0.bytes = 16 }) { $0.entitlements.count }
    #expect(found.values == 0)
    #expect(found.isCut)
  }

  @Test func bindOpcodesAreCounted() throws {
    var builder = MachOBuilder()
    builder.addDynamicLinkerInfo(
      bind: MachONamesTests.binding("_x"), lazyBind: MachONamesTests.binding("_y"), trie: [])
    for (limit, names) in [(11, ["_x", "_y"]), (10, ["_x"])] {
      let found = try parsed(builder, lowering: { $0.bytes = limit }) {
        $0.imports.map { text($0.array) }
      }
      #expect(found.values == names)
      #expect(found.isCut == (names.count < 2))
    }
  }

  @Test func labelsWithoutAnEndAreCounted() throws {
    // As an edge's label, and as the name of a re-exported symbol.
    for trie in [[0, 1, 0x61, 0x61], [4, 8, 1, 0x61, 0x61]] as [[UInt8]] {
      var builder = MachOBuilder()
      builder.addData(0x8000_0033, trie)
      for limit in [4, 3] {
        let found = try parsed(builder, lowering: { $0.bytes = limit }) { $0.exports.count }
        #expect(found.values == 0)
        #expect(found.isCut == (limit == 3))
      }
    }
  }

  @Test func namesInCommandsAreCounted() throws {
    var builder = MachOBuilder()
    builder.addDylib("/a")
    builder.addDylib("/b")
    for (limit, names) in [(7, ["/a", "/b"]), (3, ["/a"])] {
      let found = try parsed(builder, lowering: { $0.bytes = limit }) {
        $0.commands.dylibs.map { text($0.name.array) }
      }
      #expect(found.values == names)
      #expect(found.isCut == (names.count < 2))
    }
  }

  @Test func linkerOptionsAndToolsAreCounted() throws {
    var builder = MachOBuilder()
    builder.add(0x2D) {
      $0.put(UInt32(3))
      $0.put("-lz")
      $0.pad(3)
    }
    builder.add(0x32) { out in
      for value in [1, 2, 3, 2, 4, 5, 6, 7] as [UInt32] { out.put(value) }
    }
    for (limit, options, tools) in [(6, 3, 2), (4, 3, 1), (2, 2, 0)] {
      let found = try parsed(builder, lowering: { $0.listed = limit }) {
        [$0.commands.linkerOptions.count, $0.commands.buildVersion?.tools.count]
      }
      #expect(found.values == [options, tools])
      #expect(found.isCut == (limit < 6))
    }
  }

  private func addThread(_ address: UInt64, to builder: inout MachOBuilder) {
    builder.add(0x05) { out in
      out.pad(8 + 128)
      out.put(address)
      out.pad(32)
    }
  }

  /// In YARA: the last thread in any segment counts, by the first segment that holds it.
  @Test(arguments: [
    ([0x4010], 0x210), ([0x4010, 0x4810], 0x910), ([0x4810, 0x4010], 0x210),
    ([0x4010, 0x3FFF, 0x5800, 0], 0x210), ([0x57FF, 0x9010], 0x18FF), ([0x5800], 7), ([], 7),
  ] as [([UInt64], UInt64)])
  func lastThreadInASegmentCounts(addresses: [UInt64], entryPoint: UInt64) throws {
    var builder = MachOBuilder()
    builder.addSegment("B", address: 0x4800, offset: 0x900, sections: [])
    builder.addSegment("A", address: 0x4000, offset: 0x200, sections: [])
    // It wraps around, and so holds nothing.
    builder.addSegment("C", address: UInt64.max - 0x10, offset: 0, sections: [])
    addThread(0x4020, to: &builder)
    builder.add(0x8000_0028) {
      $0.put(UInt64(7))
      $0.put(UInt64(8))
    }
    for address in addresses { addThread(address, to: &builder) }
    #expect(try parsed(builder, .yara) { $0.commands.entryPoint }.values == entryPoint)
  }

  @Test func namesOfSymbolsAreCounted() throws {
    var builder = MachOBuilder()
    builder.addSymbols([("_a", 0x0F), ("_b", 0x0F), ("_c", 1), ("_d", 1), ("_e", 1)])
    let exports = try parsed(builder, lowering: { $0.symbolNameMemory = 64 }) { $0.exports.count }
    #expect(exports.values == 1)
    #expect(exports.isCut)
    let imports = try parsed(builder, lowering: { $0.imports = 2 }) {
      $0.imports.map { text($0.array) }
    }
    #expect(imports.values == ["_c", "_d"])
    #expect(imports.isCut)
    let all = try parsed(builder) { [$0.imports.count, $0.exports.count] }
    #expect(all.values == [3, 2])
    #expect(!all.isCut)
  }

  @Test func hashesEachNameOnce() throws {
    var builder = MachOBuilder()
    let names = ["_abcdefgh1", " _B", "_abcdefgh", "_b", "_ABCDEFGH", "_é", "_abcdefg", "_b "]
    builder.addSymbols(names.map { ($0, 1) })
    let bytes = builder.built()
    ByteView.with(bytes) { view in
      let file = MachOFile.parse(view)
      for _ in 0..<2 {
        #expect(file?.importHash() == md5("_abcdefg,_abcdefgh,_abcdefgh1,_b,_é"))
        #expect(file?.symhash() == md5("_ABCDEFGH,_B,_abcdefg,_abcdefgh,_abcdefgh1,_b,_é"))
      }
      #expect(file?.isCut == false)
      let limits = MachOLimits(fileSize: bytes.count)
      limits.symhashBytes = 32
      let cut = MachOFile.parse(view, limits: limits)
      #expect(cut?.symhash() == nil)
      #expect(cut?.isCut == true)
    }
  }
}
