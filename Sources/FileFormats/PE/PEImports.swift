internal import Bytes

/// What a file imports from one library.
public struct PEImport: Sendable {
  public let library: FormatText
  /// In the order of the thunks.
  public let functions: [PEImportedFunction]
}

public struct PEImportedFunction: Sendable {
  /// As stored; for imports by ordinal the well-known name, or `ord` and the number.
  public let name: FormatText
  /// Set where the function is imported by ordinal.
  public let ordinal: UInt16?
  /// Of the function's slot in the import address table. YARA calls 0 undefined.
  public let rva: Int64
}

extension PEFile {
  func parsedImports() -> [PEImport] {
    guard let directory = directory(.import), directory.virtualAddress != 0,
      let start = fileOffset(rva: directory.virtualAddress)
    else { return [] }
    var walk = PEImportWalk(file: self)
    switch dialect {
    case .yaraX: return taken(walk.yaraX(table: data.slice(from: start), delayed: false), walk)
    case .yara: return taken(walk.yara(tableOffset: start), walk)
    }
  }

  private func taken(_ imports: [PEImport], _ walk: PEImportWalk) -> [PEImport] {
    if walk.isCut { isCut = true }
    return imports
  }

  func parsedDelayedImports() -> [PEImport] {
    guard let directory = directory(.delayImport), directory.virtualAddress != 0,
      let start = fileOffset(rva: directory.virtualAddress)
    else { return [] }
    var walk = PEImportWalk(file: self)
    switch dialect {
    case .yaraX:
      guard start <= data.count else { return [] }
      let table = data.clamped(at: start, length: Int(directory.size))
      return taken(walk.yaraX(table: table, delayed: true), walk)
    case .yara: return taken(walk.yaraDelayed(tableOffset: start), walk)
    }
  }

  public var numberOfImportedFunctions: Int { imports.reduce(0) { $0 + $1.functions.count } }
  public var numberOfDelayedImportedFunctions: Int {
    delayedImports.reduce(0) { $0 + $1.functions.count }
  }
}

/// One walk over import descriptors. The table of descriptors names libraries; each descriptor
/// leads to thunks, 32 or 64 bits wide by the file's kind, that end with a zero and hold an
/// ordinal (highest bit set) or the RVA of a hint and a name.
struct PEImportWalk {
  private let file: PEFile
  private let data: ByteView
  private let is64Bit: Bool
  private var budget = PEBudget()
  /// Functions kept, of all libraries.
  private var kept = 0
  /// Thunks that may still be looked at, over all descriptors.
  private var thunksLeft: Int
  var isCut: Bool {
    kept >= PELimits.importedFunctions || budget.textBytes <= 0 || thunksLeft <= 0
  }

  init(file: PEFile, thunks: Int = PELimits.thunks) {
    self.file = file
    thunksLeft = thunks
    data = file.data
    is64Bit = file.is64Bit
  }

  private var thunkSize: Int { is64Bit ? 8 : 4 }
  private var ordinalFlag: UInt64 { is64Bit ? 1 << 63 : 1 << 31 }

  private func thunk(_ view: ByteView, _ index: Int) -> UInt64? {
    is64Bit
      ? view.little(at: index * 8, as: UInt64.self)
      : view.little(at: index * 4, as: UInt32.self).map(UInt64.init)
  }

  /// Whether one thunk more may be looked at; if so, it is taken from the budget.
  private mutating func spendThunk() -> Bool {
    guard thunksLeft > 0 else { return false }
    thunksLeft -= 1
    return true
  }

  // MARK: YARA-X

  private struct Descriptor {
    var name: UInt32
    var nameTable: UInt32
    var addressTable: UInt32
    /// The values are virtual addresses, not relative ones (delayed imports of old compilers).
    var isAbsolute = false
  }

  private func descriptor(_ table: ByteView, _ index: Int, delayed: Bool) -> Descriptor? {
    let size = delayed ? 32 : 20
    guard let entry = table.slice(at: index * size, length: size) else { return nil }
    func u32(_ at: Int) -> UInt32 { entry.little(at: at, as: UInt32.self) ?? 0 }
    return delayed
      ? Descriptor(
        name: u32(4), nameTable: u32(16), addressTable: u32(12), isAbsolute: u32(0) & 1 == 0)
      : Descriptor(name: u32(12), nameTable: u32(0), addressTable: u32(16))
  }

  mutating func yaraX(table: ByteView?, delayed: Bool) -> [PEImport] {
    guard let table else { return [] }
    let imageBase = file.optionalHeader.imageBase
    var imports: [PEImport] = []
    for index in 0..<PELimits.imports {
      guard var entry = descriptor(table, index, delayed: delayed), entry.name != 0,
        entry.addressTable != 0 || entry.nameTable != 0
      else { break }
      if entry.isAbsolute {
        guard let base = UInt32(exactly: imageBase) else { continue }
        func relative(_ address: UInt32) -> UInt32 { address > base ? address - base : 0 }
        entry.name = relative(entry.name)
        entry.nameTable = relative(entry.nameTable)
        entry.addressTable = relative(entry.addressTable)
      }
      guard let library = file.libraryName(rva: entry.name, budget: &budget) else { continue }
      let named = entry.nameTable > 0 ? file.bytes(rva: entry.nameTable) : nil
      guard let thunks = named ?? file.bytes(rva: entry.addressTable) else { continue }
      let functions = functionsYaraX(thunks, entry, library: library)
      if !functions.isEmpty {
        imports.append(PEImport(library: .inFile(library), functions: functions))
      }
      if thunksLeft <= 0 { break }
    }
    return imports
  }

  private mutating func functionsYaraX(
    _ thunks: ByteView, _ descriptor: Descriptor, library: ByteView
  ) -> [PEImportedFunction] {
    let largest = ordinalFlag | 0xFFFF
    var functions: [PEImportedFunction] = []
    for index in 0..<PELimits.imports {
      guard kept < PELimits.importedFunctions, spendThunk(), var value = thunk(thunks, index),
        value != 0
      else { break }
      guard value <= largest else { continue }
      let rva = min(
        Int64(descriptor.addressTable) + Int64(index * thunkSize), Int64(UInt32.max))
      if value & ordinalFlag != 0 {
        let ordinal = UInt16(truncatingIfNeeded: value)
        functions.append(
          PEImportedFunction(
            name: PEOrdinalName.of(ordinal, in: library, dialect: .yaraX), ordinal: ordinal,
            rva: rva))
        kept += 1
        continue
      }
      if descriptor.isAbsolute {
        let base = file.optionalHeader.imageBase
        value = value > base ? value - base : 0
      }
      guard let nameRVA = UInt32(exactly: value), let entry = file.bytes(rva: nameRVA),
        let start = entry.slice(from: 2),
        let name = start.clamped(at: 0, length: PELimits.nameYaraX)
          .terminated(budget: &budget.textBytes),
        name.count > 0, (0..<name.count).allSatisfy({ name[$0] > 0x20 && name[$0] < 0x7F })
      else { continue }
      functions.append(PEImportedFunction(name: .inFile(name), ordinal: nil, rva: rva))
      kept += 1
    }
    return functions
  }

  // MARK: YARA

  mutating func yara(tableOffset: Int) -> [PEImport] {
    var imports: [PEImport] = []
    for index in 0..<PELimits.imports {
      guard let entry = data.slice(at: tableOffset + index * 20, length: 20),
        let nameTable = entry.little(at: 0, as: UInt32.self),
        let nameRVA = entry.little(at: 12, as: UInt32.self), nameRVA != 0,
        let addressTable = entry.little(at: 16, as: UInt32.self)
      else { break }
      guard let library = libraryNameYara(rva: nameRVA, limit: PELimits.libraryNameYara) else {
        continue
      }
      var start = file.fileOffset(rva: nameTable)
      if (start ?? 0) <= 0 { start = file.fileOffset(rva: addressTable) }
      guard let start, let thunks = data.slice(from: start) else { continue }
      let functions = functionsYara(thunks, addressTable: addressTable, library: library)
      if !functions.isEmpty {
        imports.append(PEImport(library: .inFile(library), functions: functions))
      }
      if thunksLeft <= 0 { break }
    }
    return imports
  }

  private mutating func functionsYara(
    _ thunks: ByteView, addressTable: UInt32, library: ByteView
  ) -> [PEImportedFunction] {
    var functions: [PEImportedFunction] = []
    var index = 0
    while index < PELimits.imports, kept < PELimits.imports, spendThunk(),
      let value = thunk(thunks, index), value != 0
    {
      defer { index += 1 }
      let rva =
        is64Bit
        ? Int64(addressTable) + Int64(index * 8)
        : Int64(addressTable &+ UInt32(truncatingIfNeeded: index * 4))
      if value & ordinalFlag != 0 {
        guard value <= ordinalFlag | 0xFFFF else { continue }
        let ordinal = UInt16(truncatingIfNeeded: value)
        functions.append(
          PEImportedFunction(
            name: PEOrdinalName.of(ordinal, in: library, dialect: .yara), ordinal: ordinal,
            rva: rva))
        kept += 1
        continue
      }
      guard let offset = file.fileOffset(rva: value),
        data.slice(at: offset, length: Self.hintAndNameSize) != nil,
        let name = cutName(at: offset + 2), name.count > 0, Self.isFunctionName(name)
      else { continue }
      functions.append(PEImportedFunction(name: .inFile(name), ordinal: nil, rva: rva))
      kept += 1
    }
    return functions
  }

  /// The smallest entry YARA takes: a hint and one byte of name.
  private static let hintAndNameSize = 3

  /// A name of at most 512 bytes; empty where `offset` is the end.
  private mutating func cutName(at offset: Int) -> ByteView? {
    data.clamped(at: offset, length: PELimits.nameYara)
      .terminated(budget: &budget.textBytes)
  }

  /// The characters of names that linkers make; YARA leaves other functions out.
  private static func isFunctionName(_ name: ByteView) -> Bool {
    for index in 0..<name.count {
      switch name[index] {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"),
        UInt8(ascii: "?"), UInt8(ascii: "@"), UInt8(ascii: "$"), UInt8(ascii: "("),
        UInt8(ascii: ")"), UInt8(ascii: "<"), UInt8(ascii: ">"):
        continue
      default: return false
      }
    }
    return true
  }

  /// A terminated, non-empty name of ASCII characters that Windows allows in file names.
  private mutating func libraryNameYara(rva: UInt32, limit: Int = .max) -> ByteView? {
    guard let offset = file.fileOffset(rva: rva),
      let start = data.slice(from: offset)?.clamped(at: 0, length: limit),
      let name = start.terminated(budget: &budget.textBytes), name.count > 0,
      name.count < start.count, !PEFile.hasForbiddenCharacter(name, dialect: .yara)
    else { return nil }
    return name
  }

  mutating func yaraDelayed(tableOffset: Int) -> [PEImport] {
    let header = file.optionalHeader
    let dosHeaderSize: UInt32 = 64
    var imports: [PEImport] = []
    for index in 0..<PELimits.imports {
      guard let entry = data.slice(at: tableOffset + index * 32, length: 32) else { break }
      func u32(_ at: Int) -> UInt32 { entry.little(at: at, as: UInt32.self) ?? 0 }
      if (0..<8).allSatisfy({ u32($0 * 4) == 0 }) { break }
      let attributes = u32(0)
      guard attributes <= 1 else { break }
      func relative(_ address: UInt32) -> UInt32 {
        guard !is64Bit, attributes == 0, UInt64(address) > header.imageBase else { return address }
        return UInt32(truncatingIfNeeded: UInt64(address) - header.imageBase)
      }
      let nameRVA = relative(u32(4))
      let addressTable = relative(u32(12))
      let nameTable = relative(u32(16))
      if nameTable >= header.sizeOfImage || addressTable >= header.sizeOfImage
        || nameRVA < dosHeaderSize || nameTable < dosHeaderSize
      {
        break
      }
      guard let library = libraryNameYara(rva: nameRVA) else { continue }
      var functions: [PEImportedFunction] = []
      var step: UInt64 = 0
      while kept < PELimits.importedFunctions, spendThunk(),
        let named = pointer(rva: UInt64(nameTable) + step), named != 0,
        let address = pointer(rva: UInt64(addressTable) + step), address != 0
      {
        var name: FormatText?
        var ordinal: UInt16?
        if named & ordinalFlag != 0 {
          let number = UInt16(truncatingIfNeeded: named)
          ordinal = number
          name = PEOrdinalName.of(number, in: library, dialect: .yara)
        } else {
          var target = named
          if attributes == 0, target > header.imageBase { target -= header.imageBase }
          guard let offset = file.fileOffset(rva: target &+ 2) else {
            step += UInt64(thunkSize)
            continue
          }
          name = cutName(at: offset).map(FormatText.inFile)
        }
        guard let name else { break }
        functions.append(
          PEImportedFunction(name: name, ordinal: ordinal, rva: Int64(addressTable) + Int64(step)))
        kept += 1
        step += UInt64(thunkSize)
      }
      imports.append(PEImport(library: .inFile(library), functions: functions))
      if thunksLeft <= 0 { break }
    }
    return imports
  }

  private func pointer(rva: UInt64) -> UInt64? {
    file.fileOffset(rva: rva).flatMap { data.slice(from: $0) }.flatMap { thunk($0, 0) }
  }
}

extension PEFile {
  /// The name of a library as YARA-X takes it: UTF-8 without control characters, spaces and what
  /// Windows forbids in file names; may be empty, and may end at the file's end.
  func libraryName(rva: UInt32, budget: inout PEBudget) -> ByteView? {
    guard let name = text(rva: rva, limit: PELimits.libraryNameYaraX, budget: &budget),
      !Self.hasForbiddenCharacter(name, dialect: .yaraX)
    else { return nil }
    return name
  }

  /// A zero-terminated UTF-8 text at an RVA, cut at `limit` bytes (YARA-X). A cut through a
  /// character leaves no text.
  func text(
    rva: UInt32, limit: Int = PELimits.nameYaraX, budget: inout PEBudget
  ) -> ByteView? {
    guard
      let text = bytes(rva: rva)?.clamped(at: 0, length: limit)
        .terminated(budget: &budget.textBytes),
      text.isUTF8
    else { return nil }
    return text
  }

  static func hasForbiddenCharacter(_ name: ByteView, dialect: FormatDialect) -> Bool {
    for index in 0..<name.count {
      switch name[index] {
      case 0..<0x20, UInt8(ascii: "\""), UInt8(ascii: "*"), UInt8(ascii: "<"),
        UInt8(ascii: ">"), UInt8(ascii: "?"), UInt8(ascii: "|"):
        return true
      case 0x20: if dialect == .yaraX { return true }
      case 0x7F: return true
      case 0x80...: if dialect == .yara { return true }
      default: continue
      }
    }
    return false
  }
}
