internal import Bytes

/// Reads the load commands of one binary as YARA-X does.
struct MachOCommandReader {
  let reader: FormatReader
  let header: MachOHeader
  private let limits: MachOLimits
  private var commands = MachOCommands()
  private var entryAddress: UInt64?

  private init(_ reader: FormatReader, _ header: MachOHeader, _ limits: MachOLimits) {
    self.reader = reader
    self.header = header
    self.limits = limits
  }

  /// What is read lowers the limits.
  static func read(
    _ reader: FormatReader, _ header: MachOHeader, limits: MachOLimits
  ) -> MachOCommands {
    var state = MachOCommandReader(reader, header, limits)
    var offset = reader.is64Bit ? MachOHeader.size64 : MachOHeader.size32
    var remaining = header.commandCount
    while remaining > 0, limits.commands > 0 {
      guard let type = reader.quarter(offset), let size = reader.quarter(offset + 4),
        let body = reader.data.slice(at: offset + 8, length: Int(max(size, 8)) - 8)
      else { break }
      state.read(type, body)
      offset += 8 + body.count
      remaining -= 1
      limits.commands -= 1
    }
    return state.finished()
  }

  private mutating func finished() -> MachOCommands {
    commands.segmentCount = commands.segments.count
    if let entryAddress { commands.entryPoint = offset(ofAddress: entryAddress) }
    return commands
  }

  /// Offset in the file; a segment that wraps around ends the search.
  private func offset(ofAddress address: UInt64) -> UInt64? {
    for segment in commands.segments {
      let (end, wraps) = segment.virtualAddress.addingReportingOverflow(segment.virtualSize)
      if wraps { return nil }
      guard address >= segment.virtualAddress, address < end else { continue }
      let (place, overflow) = segment.fileOffset.addingReportingOverflow(
        address - segment.virtualAddress)
      return overflow ? nil : place
    }
    return nil
  }

  /// A command whose body is too short is passed over: false.
  @discardableResult
  private mutating func read(_ type: UInt32, _ body: ByteView) -> Bool {
    let fields = FormatReader(
      data: body, isBigEndian: reader.isBigEndian, is64Bit: reader.is64Bit)
    switch type {
    case MachOCommandType.main:
      guard let entry = fields.long(0), let stack = fields.long(8) else { return false }
      commands.entryPoint = entry
      commands.stackSize = stack
    case MachOCommandType.unixThread:
      return readThread(fields)
    case MachOCommandType.segment, MachOCommandType.segment64:
      let size = MachOSegment.fieldsSize(is64Bit: reader.is64Bit)
      guard
        let segment = MachOSegment(
          fields, at: 0, sectionSpace: body.count - size, dialect: .yaraX)
      else { return false }
      commands.segments.append(segment)
    case MachOCommandType.loadDylib, MachOCommandType.identifyDylib,
      MachOCommandType.loadWeakDylib, MachOCommandType.reexportDylib,
      MachOCommandType.lazyLoadDylib, MachOCommandType.loadUpwardDylib:
      guard let timestamp = fields.quarter(4), let current = fields.quarter(8),
        let compatible = fields.quarter(12), let name = name(body, after: 16)
      else { return false }
      commands.dylibs.append(
        MachODylib(
          name: name, timestamp: timestamp,
          compatibilityVersion: MachOVersion(packed: compatible),
          currentVersion: MachOVersion(packed: current)))
    case MachOCommandType.rpath:
      guard let name = name(body, after: 4) else { return false }
      commands.rpaths.append(name)
    case MachOCommandType.loadDynamicLinker, MachOCommandType.identifyDynamicLinker,
      MachOCommandType.dynamicLinkerEnvironment:
      guard let name = name(body, after: 4) else { return false }
      commands.dynamicLinker = name
    case MachOCommandType.linkerOption:
      return readLinkerOptions(fields)
    case MachOCommandType.uuid:
      guard let uuid = body.slice(at: 0, length: 16) else { return false }
      commands.uuid = MachOUUID(bytes: MachOName.trimmed(uuid))
    default:
      return readNumbers(type, fields)
    }
    return true
  }

  /// The commands that hold nothing but numbers.
  private mutating func readNumbers(_ type: UInt32, _ fields: FormatReader) -> Bool {
    switch type {
    case MachOCommandType.sourceVersion:
      guard let version = fields.long(0) else { return false }
      commands.sourceVersion = MachOSourceVersion(packed: version)
    case MachOCommandType.symbolTable:
      guard let values = numbers(4, fields) else { return false }
      commands.symbolTable = MachOSymbolTable(
        symbolOffset: values[0], symbolCount: values[1], stringOffset: values[2],
        stringSize: values[3])
    case MachOCommandType.dynamicSymbolTable:
      guard let values = numbers(MachODynamicSymbolTable.names.count, fields) else { return false }
      commands.dynamicSymbolTable = MachODynamicSymbolTable(values: values)
    case MachOCommandType.codeSignature, MachOCommandType.exportTrie,
      MachOCommandType.chainedFixups:
      guard let values = numbers(2, fields) else { return false }
      let range = MachODataRange(offset: values[0], size: values[1])
      switch type {
      case MachOCommandType.codeSignature: commands.codeSignature = range
      case MachOCommandType.exportTrie: commands.exportTrie = range
      default: commands.chainedFixups = range
      }
    case MachOCommandType.dynamicLinkerInfo, MachOCommandType.dynamicLinkerInfoOnly:
      guard let values = numbers(10, fields) else { return false }
      func table(_ index: Int) -> MachODynamicLinkerInfo.Table {
        .init(offset: values[index], size: values[index + 1])
      }
      commands.dynamicLinkerInfo = MachODynamicLinkerInfo(
        rebase: table(0), bind: table(2), weakBind: table(4), lazyBind: table(6),
        export: table(8))
    case MachOCommandType.minimumMacOS, MachOCommandType.minimumIPhoneOS,
      MachOCommandType.minimumTVOS, MachOCommandType.minimumWatchOS:
      guard let values = numbers(2, fields) else { return false }
      commands.minimumVersion = MachOMinimumVersion(
        device: type, version: MachOVersion(packed: values[0]),
        sdk: MachOVersion(packed: values[1]))
    case MachOCommandType.buildVersion:
      return readBuildVersion(fields)
    default:
      break
    }
    return true
  }

  private mutating func readThread(_ fields: FormatReader) -> Bool {
    // Flavor and count come first, then the registers.
    guard fields.data.count >= 8 else { return false }
    guard let layout = MachOThreadState.layout(cpuType: header.cpuType) else {
      entryAddress = 0
      return true
    }
    guard fields.data.count >= 8 + layout.size.yaraX,
      let address = layout.programCounter(fields, at: 8)
    else { return false }
    entryAddress = address
    return true
  }

  private mutating func readBuildVersion(_ fields: FormatReader) -> Bool {
    guard let values = numbers(4, fields) else { return false }
    let count = Int(values[3])
    guard count <= (fields.data.count - 16) / 8 else { return false }
    var tools: [MachOBuildVersion.Tool] = []
    for index in 0..<count {
      guard limits.listed > 0 else { break }
      limits.listed -= 1
      tools.append(
        MachOBuildVersion.Tool(
          tool: fields.quarter(16 + 8 * index) ?? 0,
          version: MachOVersion(packed: fields.quarter(20 + 8 * index) ?? 0)))
    }
    commands.buildVersion = MachOBuildVersion(
      platform: values[0], minimumOS: MachOVersion(packed: values[1]),
      sdk: MachOVersion(packed: values[2]), toolCount: values[3], tools: tools)
    return true
  }

  private mutating func readLinkerOptions(_ fields: FormatReader) -> Bool {
    guard let count = fields.quarter(0) else { return false }
    var options: [ByteView] = []
    var offset = 4
    for _ in 0..<count {
      guard limits.listed > 0 else { break }
      limits.listed -= 1
      guard let found = limits.text(in: fields.data, at: offset), found.isTerminated else {
        return false
      }
      options.append(found.text)
      offset += found.text.count + 1
    }
    commands.linkerOptions += options
    return true
  }

  private func numbers(_ count: Int, _ fields: FormatReader) -> [UInt32]? {
    guard fields.data.count >= 4 * count else { return nil }
    return (0..<count).map { fields.quarter(4 * $0) ?? 0 }
  }

  private func name(_ body: ByteView, after fixed: Int) -> ByteView? {
    limits.text(in: body, at: fixed)?.text
  }
}
