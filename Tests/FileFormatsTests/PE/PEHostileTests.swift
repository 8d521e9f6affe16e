import Bytes
import Testing

@testable import FileFormats

/// Reads every part, so that each parser runs over the bytes.
private func readEverything(_ bytes: [UInt8]) -> Int {
  ByteView.with(bytes) { view in
    var sum = 0
    for dialect in FormatDialect.allCases {
      guard let file = PEFile.parse(view, as: dialect) else { continue }
      sum += file.imports.count + file.delayedImports.count + file.exports.count
      sum += file.resources.count + file.versionInfo.count + (file.richSignature?.tools.count ?? 0)
      sum += file.pdbPath?.count ?? 0
      sum += file.signatures.count + file.overlay.size + file.importHash.count
      sum += Int(truncatingIfNeeded: file.calculatedChecksum)
      sum += file.sections.reduce(0) { $0 + ($1.fullName?.count ?? 0) }
      sum += Int(truncatingIfNeeded: file.entryPoint ?? 0)
    }
    return sum
  }
}

/// Whatever a file claims, reading it ends without a trap and within bounds. The file under test
/// has all parts, signatures included.
struct PEHostileTests {
  private static func file(_ is64Bit: Bool) -> [UInt8] {
    var builder = PEBuilder.full(is64Bit: is64Bit)
    let table = AuthenticodeBuilder.table([AuthenticodeBuilder().signature()])
    builder.overlay = []
    builder.directories[4] = (builder.built().count, table.count)
    builder.overlay = table
    return builder.built()
  }

  @Test(arguments: [false, true])
  func everyTruncationIsRead(_ is64Bit: Bool) {
    let bytes = Self.file(is64Bit)
    for length in 0...bytes.count { _ = readEverything(Array(bytes.prefix(length))) }
    #expect(readEverything(bytes) > 0)
  }

  @Test(arguments: [false, true])
  func everyFlippedByteIsRead(_ is64Bit: Bool) {
    var bytes = Self.file(is64Bit)
    for index in bytes.indices {
      let kept = bytes[index]
      for value in [kept ^ 0xFF, kept &+ 1] {
        bytes[index] = value
        _ = readEverything(bytes)
      }
      bytes[index] = kept
    }
    #expect(readEverything(bytes) > 0)
  }

  /// Seeded; prints nothing unless it fails.
  @Test func randomDamageIsRead() {
    var state: UInt64 = 0x9E37_79B9_7F4A_7C15
    func next(_ bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % bound
    }
    let originals = [Self.file(false), Self.file(true)]
    var read = 0
    for _ in 0..<1_500 {
      var bytes = originals[next(2)]
      for _ in 0..<(1 + next(40)) { bytes[next(bytes.count)] = UInt8(next(256)) }
      read = read &+ readEverything(bytes)
    }
    #expect(read != 0)
  }

  /// Many descriptors that share one endless list of functions stay within the bound.
  @Test(arguments: FormatDialect.allCases)
  func sharedThunksAreBounded(_ dialect: FormatDialect) {
    let (functions, isCut) = ByteView.with(PEBuilder.sharedThunks(descriptors: 20_000).built()) {
      let file = PEFile.parse($0, as: dialect)
      #expect(file?.isCut == false)
      return (file?.numberOfImportedFunctions ?? 0, file?.isCut)
    }
    #expect(functions >= 16_384 && functions <= 1 << 17)
    // YARA's own bound is lower.
    #expect(isCut == (dialect == .yaraX))
  }

  /// Thunks that are no function count as well, over all descriptors.
  @Test(arguments: FormatDialect.allCases, [false, true])
  func thunksLookedAtAreBounded(_ dialect: FormatDialect, isDelayed: Bool) throws {
    var builder = PEBuilder()
    builder.place([0])
    let nowhere = [PEBuilder.Thunk](repeating: .raw(0x6000_0000), count: 10)
    builder.addImports([("a.dll", nowhere), ("b.dll", [.ordinal(1)])], delayed: isDelayed)
    let address = UInt32(try #require(builder.directories[isDelayed ? 13 : 1]?.address))
    for (bound, functions, isCut) in [(5, 0, true), (100, 1, false)] {
      let found = ByteView.with(builder.built()) { bytes -> (functions: Int, isCut: Bool)? in
        guard let file = PEFile.parse(bytes, as: dialect),
          let start = file.fileOffset(rva: address)
        else { return nil }
        var walk = PEImportWalk(file: file, thunks: bound)
        let imports =
          switch (dialect, isDelayed) {
          case (.yaraX, _): walk.yaraX(table: bytes.slice(from: start), delayed: isDelayed)
          case (.yara, false): walk.yara(tableOffset: start)
          case (.yara, true): walk.yaraDelayed(tableOffset: start)
          }
        return (imports.reduce(0) { $0 + $1.functions.count }, walk.isCut)
      }
      #expect(found?.functions == functions && found?.isCut == isCut)
    }
  }

  /// A directory of resources whose entries lead to itself.
  @Test(arguments: FormatDialect.allCases)
  func resourcesInCirclesAreBounded(_ dialect: FormatDialect) {
    // Offset 0 is no subdirectory for YARA-X, so a first directory leads to the one in a circle.
    var builder = PEBuilder()
    builder.place([0])
    builder.content.align(4)
    let root = builder.nextRVA
    builder.place {
      $0.zeros(12)
      $0.u16(0)
      $0.u16(1)
      $0.u32(1)
      $0.u32(0x8000_0018)
      $0.zeros(12)
      $0.u16(0)
      $0.u16(30_000)
      for _ in 0..<30_000 {
        $0.u32(1)
        $0.u32(0x8000_0018)
      }
    }
    builder.directories[2] = (root, 16)
    let (count, isCut) = ByteView.with(builder.built()) {
      let file = PEFile.parse($0, as: dialect)
      return (file?.resources.count, file?.isCut)
    }
    #expect((0...65_536).contains(count ?? -1))
    #expect(isCut == true)
  }

  /// Exports whose names are one text without an end.
  @Test(arguments: FormatDialect.allCases)
  func endlessNamesAreBounded(_ dialect: FormatDialect) {
    var builder = PEBuilder()
    let text = builder.place([UInt8](repeating: 0x41, count: 1 << 20))
    let count = 16_384
    let names = builder.place { for _ in 0..<count { $0.u32(text) } }
    let ordinals = builder.place { for index in 0..<count { $0.u16(index) } }
    let functions = builder.place { for _ in 0..<count { $0.u32(0x1000) } }
    let table = builder.place {
      $0.zeros(12)
      for value in [text, 1, count, count, functions, names, ordinals] { $0.u32(value) }
    }
    builder.directories[0] = (table, 40)
    let exports = ByteView.with(builder.built()) {
      PEFile.parse($0, as: dialect)?.exports.map { $0.name?.count ?? 0 } ?? []
    }
    #expect(exports.count == count)
    #expect(exports.reduce(0, +) <= 1 << 24)
    #expect(exports.first ?? 0 <= 1024 && exports.first ?? 0 >= 512)
  }
}
