public import Bytes

/// One Mach-O binary: a whole thin file, or the part of a fat file for one architecture.
///
/// In: the binary's own bytes; offsets are relative to them. Out: the header at once, everything
/// else on first use and once. One owner, one thread; it lives no longer than the view it was
/// made of.
public final class MachOBinary {
  public let data: ByteView
  public let header: MachOHeader
  public let dialect: FormatDialect
  private let limits: MachOLimits
  private let reader: FormatReader

  /// What the load commands say.
  public private(set) lazy var commands: MachOCommands = readCommands()
  /// The named symbols of LC_SYMTAB.
  public private(set) lazy var symbols: MachOSymbols = readSymbols()
  /// The names in the export tries of LC_DYLD_EXPORTS_TRIE and LC_DYLD_INFO, in the order of the
  /// walks; in a file with neither, those of the external defined symbols.
  public private(set) lazy var exports: [FormatText] = readExports()
  /// The names in the bind, lazy bind and weak bind opcodes of LC_DYLD_INFO, each once, then those
  /// in LC_DYLD_CHAINED_FIXUPS; in a file with neither, those of the undefined symbols.
  public private(set) lazy var imports: [FormatText] = readImports()
  private lazy var signature = MachOCodeSignature(
    commands.codeSignature.flatMap(range) ?? data.clamped(at: 0, length: 0), limits: limits)
  /// The keys of the signed entitlements, and the texts of their arrays.
  public var entitlements: [[UInt8]] { signature.entitlements }
  /// The certificates of the code signature.
  public var certificates: [MachOCertificate] { signature.certificates }

  /// Nil if the engine takes nothing from `data`.
  init?(_ data: ByteView, dialect: FormatDialect, limits: MachOLimits) {
    guard let header = MachOHeader(data, dialect: dialect) else { return nil }
    let layout = MachOHeader.layout(header.magic)
    self.data = data
    self.header = header
    self.dialect = dialect
    self.limits = limits
    reader = FormatReader(
      data: data, isBigEndian: layout?.isBigEndian ?? false, is64Bit: layout?.is64Bit ?? true)
  }

  /// The same bytes as YARA-X reads them; nil if it takes nothing from them.
  public var asReadByYaraX: MachOBinary? {
    dialect == .yaraX ? self : MachOBinary(data, dialect: .yaraX, limits: limits)
  }

  private func range(_ range: MachODataRange) -> ByteView? {
    data.slice(at: Int(range.offset), length: Int(range.size))
  }

  private func range(_ table: MachODynamicLinkerInfo.Table) -> ByteView? {
    data.slice(at: Int(table.offset), length: Int(table.size))
  }

  private func readCommands() -> MachOCommands {
    switch dialect {
    case .yaraX: MachOCommandReader.read(reader, header, limits: limits)
    case .yara: MachOYaraCommandReader.read(reader, header, budget: &limits.commands)
    }
  }

  private func readSymbols() -> MachOSymbols {
    MachOSymbols(reader, commands.symbolTable, limits: limits)
  }

  private func readExports() -> [FormatText] {
    if commands.exportTrie == nil, commands.dynamicLinkerInfo == nil {
      return symbolNames { $0.isExport }
    }
    let tables = [
      commands.exportTrie.flatMap(range), commands.dynamicLinkerInfo.flatMap { range($0.export) },
    ]
    return tables.compactMap(\.self).flatMap { MachOExportTrie.names($0, limits: limits) }
      .map(FormatText.owned)
  }

  private func readImports() -> [FormatText] {
    if commands.chainedFixups == nil, commands.dynamicLinkerInfo == nil {
      let names = symbolNames { $0.isImport }
      limits.imports -= names.count
      return names.dropLast(max(0, -limits.imports))
    }
    var bound: [ByteView] = []
    if let info = commands.dynamicLinkerInfo {
      for table in [info.bind, info.lazyBind, info.weakBind] {
        if let bytes = range(table) {
          MachOBindOpcodes.appendNames(bytes, to: &bound, limits: limits)
        }
      }
    }
    var seen: Set<[UInt8]> = []
    bound = bound.filter { seen.insert($0.array).inserted }
    if let bytes = commands.chainedFixups.flatMap(range) {
      let fixups = FormatReader(
        data: bytes, isBigEndian: reader.isBigEndian, is64Bit: reader.is64Bit)
      MachOChainedFixups.appendNames(fixups, to: &bound, limits: limits)
    }
    return bound.map(FormatText.inFile)
  }

  /// Without the dynamic linker's tables YARA-X takes the names from the symbol table.
  private func symbolNames(where isWanted: (MachOSymbol) -> Bool) -> [FormatText] {
    var names: [FormatText] = []
    for index in symbols.indices where isWanted(symbols.unnamed(index)) {
      let name = symbols.name(index)
      limits.nameBytes -= name.count + 1
      guard limits.nameBytes > 0 else { break }
      let text = FormatText.repaired(name)
      limits.symbolNameMemory -= Self.memory(of: text)
      guard limits.symbolNameMemory > 0 else { break }
      names.append(text)
    }
    return names
  }

  /// About the bytes that a name takes in an array that grows; repaired text is an array itself.
  private static func memory(of text: FormatText) -> Int {
    switch text {
    case .inFile: 32
    case .owned(let bytes): 96 + bytes.count
    }
  }
}
