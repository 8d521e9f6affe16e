import Bytes

@testable import FileFormats
@testable import YaraEngine

extension FuzzTarget {
  /// A reader of one format in both dialects, and every field of its module.
  private static func format(
    _ name: String, module: String? = nil, magic: [[UInt8]] = [],
    seeds: @escaping @Sendable () -> [[UInt8]],
    _ read: @escaping @Sendable (ByteView) -> Void = { _ in }
  ) -> FuzzTarget {
    FuzzTarget(
      name: name, summary: "a file of this format\(module.map { ", and module \($0)" } ?? "")",
      seeds: seeds, dictionary: magic + FormatSeeds.numbers,
      run: { bytes in
        ByteView.with(bytes) { view in
          read(view)
          if let module { ModuleCalls.run(module, view) }
        }
      })
  }

  private static let readers = [
    format("pe", module: "pe", magic: FormatSeeds.peWords, seeds: FormatSeeds.pe, FormatTarget.pe),
    format("authenticode", seeds: FormatSeeds.authenticode, FormatTarget.authenticode),
    format("elf", module: "elf", seeds: FormatSeeds.elf, FormatTarget.elf),
    format(
      "macho", module: "macho", magic: FormatSeeds.machoWords, seeds: FormatSeeds.macho,
      FormatTarget.macho),
    format("dex", module: "dex", seeds: FormatSeeds.dex, FormatTarget.dex),
    format("lnk", module: "lnk", seeds: FormatSeeds.lnk, FormatTarget.lnk),
    format("dotnet", module: "dotnet", magic: FormatSeeds.peWords, seeds: FormatSeeds.dotNet),
    format("zip", module: "zip", magic: FormatSeeds.zipWords, seeds: FormatSeeds.zip),
    format("crx", module: "crx", magic: FormatSeeds.zipWords, seeds: FormatSeeds.crx),
    format("cuckoo", module: "cuckoo", seeds: FormatSeeds.cuckoo, FormatTarget.cuckoo),
    format("identify", magic: FormatSeeds.texts, seeds: FormatSeeds.all) {
      FuzzTarget.use(FileType.identify($0))
    },
  ]

  /// The readers, and every module that has none of its own above.
  static let formatTargets: [FuzzTarget] = {
    let named = Set(readers.map(\.name))
    return readers
      + ModuleRegistry.standard.names.filter { !named.contains($0) }.map { name in
        format(name, module: name, seeds: FormatSeeds.all)
      }
  }()
}

enum FormatTarget {
  static func pe(_ data: ByteView) {
    for dialect in FormatDialect.allCases {
      guard let file = PEFile.parse(data, as: dialect) else { continue }
      FuzzTarget.use(file.imports)
      FuzzTarget.use(file.delayedImports)
      FuzzTarget.use(file.exports)
      FuzzTarget.use(file.resources)
      FuzzTarget.use(file.versionInfo)
      FuzzTarget.use(file.richSignature)
      FuzzTarget.use(file.pdbPath)
      FuzzTarget.use(file.signatures)
      FuzzTarget.use(file.overlay)
      FuzzTarget.use(file.importHash)
      FuzzTarget.use(file.calculatedChecksum)
      FuzzTarget.use(file.sections.map(\.fullName))
      FuzzTarget.use(file.entryPoint)
      for value in [Int64.min, -1, 0, 1, 0x1000, 0xFFFF_FFFF, .max] {
        FuzzTarget.use(file.rvaToOffset(value))
        FuzzTarget.use(file.offsetToRVA(value))
        FuzzTarget.use(file.sectionIndex(offset: value))
        FuzzTarget.use(file.hasLanguage(value))
        FuzzTarget.use(file.richSignature?.times(toolID: value, version: nil))
      }
    }
  }

  /// A portable executable with this signature in its certificate table.
  static func signed(_ signature: [UInt8]) -> [UInt8] {
    var builder = PEBuilder()
    builder.place([0])
    let table = AuthenticodeBuilder.table([signature])
    builder.directories[4] = (builder.built().count, table.count)
    builder.overlay = table
    return builder.built()
  }

  /// The bytes are one signature.
  static func authenticode(_ data: ByteView) {
    ByteView.with(signed(data.array)) { view in
      for dialect in FormatDialect.allCases {
        FuzzTarget.use(PEFile.parse(view, as: dialect)?.signatures.map(\.isVerified))
      }
    }
  }

  static func elf(_ data: ByteView) {
    for dialect in FormatDialect.allCases {
      guard let file = ELFFile.parse(data, dialect: dialect) else { continue }
      FuzzTarget.use(file.sections)
      FuzzTarget.use(file.segments)
    }
  }

  static func macho(_ data: ByteView) {
    for dialect in FormatDialect.allCases {
      guard let file = MachOFile.parse(data, dialect: dialect) else { continue }
      FuzzTarget.use(file.dylibHash())
      FuzzTarget.use(file.entitlementHash())
      FuzzTarget.use(file.exportHash())
      FuzzTarget.use(file.importHash())
      FuzzTarget.use(file.symhash())
      FuzzTarget.use(file.hasEntitlement(data))
      FuzzTarget.use(file.hasRpath(data))
      FuzzTarget.use(file.entryPoint(cpuType: 7))
      FuzzTarget.use(file.fileIndex(cpuType: 7, cpuSubtype: 3))
    }
  }

  static func dex(_ data: ByteView) {
    guard let file = DEXFile.parse(data) else { return }
    FuzzTarget.use(file.checksum())
    FuzzTarget.use(file.signature())
    FuzzTarget.use(file.containsString(data))
    FuzzTarget.use(file.containsMethod(data))
    FuzzTarget.use(file.containsClass(data))
  }

  static func lnk(_ data: ByteView) { FuzzTarget.use(LNKFile.parse(data)) }

  static func cuckoo(_ data: ByteView) {
    for dialect in FormatDialect.allCases { FuzzTarget.use(try? CuckooReport.parse(data, dialect: dialect)) }
  }
}
