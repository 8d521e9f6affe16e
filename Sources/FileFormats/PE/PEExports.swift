public import Bytes

/// What a library offers to others (PE format, "The .edata Section").
public struct PEExportTable: Sendable {
  public struct Function: Sendable {
    /// Nil where the function is exported by ordinal only.
    public let name: ByteView?
    public let ordinal: UInt32
    public let rva: UInt32
    /// Of the code in the file; nil for forwarded functions and where there is none.
    public let offset: Int64?
    /// `LIBRARY.function` of a function that lives elsewhere.
    public let forwardName: ByteView?
  }

  public let libraryName: ByteView?
  public let timestamp: UInt32
  /// In the order of the address table, that is by ordinal.
  public let functions: [Function]
}

extension PEFile {
  public var exports: [PEExportTable.Function] { exportTable?.functions ?? [] }

  func parsedExports() -> PEExportTable? {
    guard let directory = directory(.export), directory.virtualAddress != 0,
      let start = fileOffset(rva: directory.virtualAddress), start <= data.count
    else { return nil }
    switch dialect {
    case .yaraX: return exportsYaraX(directory, at: start)
    case .yara: return exportsYara(directory, at: start)
    }
  }

  private struct ExportDirectory {
    static let size = 40
    let timestamp, name, base, numberOfFunctions, numberOfNames: UInt32
    let functions, names, nameOrdinals: UInt32

    init?(_ view: ByteView) {
      guard let entry = view.slice(at: 0, length: Self.size) else { return nil }
      func u32(_ at: Int) -> UInt32 { entry.little(at: at, as: UInt32.self) ?? 0 }
      timestamp = u32(4)
      name = u32(12)
      base = u32(16)
      numberOfFunctions = u32(20)
      numberOfNames = u32(24)
      functions = u32(28)
      names = u32(32)
      nameOrdinals = u32(36)
    }
  }

  /// For each function's index the first place in the ordinals that has it.
  private func firstNames(
    _ ordinals: ByteView, count: Int, functions: Int
  ) -> [Int32] {
    var first = [Int32](repeating: -1, count: functions)
    for index in 0..<count {
      guard let ordinal = ordinals.little(at: index * 2, as: UInt16.self) else { break }
      if Int(ordinal) < functions, first[Int(ordinal)] < 0 {
        first[Int(ordinal)] = Int32(truncatingIfNeeded: index)
      }
    }
    return first
  }

  private func exportsYaraX(_ directory: PEDataDirectory, at start: Int) -> PEExportTable? {
    guard
      let exports = ExportDirectory(data.clamped(at: start, length: Int(directory.size)))
    else { return nil }
    var budget = PEBudget()
    let libraryName = libraryName(rva: exports.name, budget: &budget)
    let wanted = min(Int(exports.numberOfFunctions), PELimits.exports)
    let addresses = exports.functions == 0 ? nil : bytes(rva: exports.functions)
    let count = min(wanted, (addresses?.count ?? 0) / 4)

    let namesWanted = min(Int(exports.numberOfNames), PELimits.exports)
    // The table of names is taken whole or not at all.
    let names = bytes(rva: exports.names).flatMap { $0.slice(at: 0, length: namesWanted * 4) }
    let first =
      bytes(rva: exports.nameOrdinals).map {
        firstNames($0, count: namesWanted, functions: count)
      } ?? [Int32](repeating: -1, count: count)

    let lower = directory.virtualAddress
    let (sum, overflow) = lower.addingReportingOverflow(directory.size)
    let upper = overflow ? UInt32.max : sum

    var functions: [PEExportTable.Function] = []
    functions.reserveCapacity(count)
    for index in 0..<count {
      guard let rva = addresses?.little(at: index * 4, as: UInt32.self) else { break }
      let (ordinal, overflow) = exports.base.addingReportingOverflow(UInt32(index))
      if overflow { break }
      var name: ByteView?
      if first[index] >= 0, let names,
        let nameRVA = names.little(at: Int(first[index]) * 4, as: UInt32.self)
      {
        name = text(rva: nameRVA, budget: &budget)
      }
      let isForwarded = rva >= lower && rva < upper
      functions.append(
        PEExportTable.Function(
          name: name, ordinal: ordinal, rva: rva,
          offset: isForwarded ? nil : fileOffset(rva: rva).map(Int64.init),
          forwardName: isForwarded ? text(rva: rva, budget: &budget) : nil))
    }
    return PEExportTable(
      libraryName: libraryName, timestamp: exports.timestamp, functions: functions)
  }

  private func exportsYara(_ directory: PEDataDirectory, at start: Int) -> PEExportTable? {
    guard let rest = data.slice(from: start), let exports = ExportDirectory(rest) else {
      return nil
    }
    var budget = PEBudget()
    var libraryName: ByteView?
    let nameOffset = fileOffset(rva: exports.name) ?? -1
    if nameOffset > 0 {
      libraryName = data.slice(from: nameOffset)?.terminated(budget: &budget.textBytes)
    }
    let functions = functionsYara(
      exports, from: start, size: Int(directory.size), nameOffset: nameOffset, budget: &budget)
    return PEExportTable(
      libraryName: libraryName, timestamp: exports.timestamp, functions: functions)
  }

  private func functionsYara(
    _ exports: ExportDirectory, from start: Int, size: Int, nameOffset: Int,
    budget: inout PEBudget
  ) -> [PEExportTable.Function] {
    let count = min(Int(exports.numberOfFunctions), PELimits.exports)
    // YARA compares with what follows the library's name, whatever that has to do with it.
    guard count * 4 <= data.count - nameOffset else { return [] }
    var names: ByteView?
    if exports.numberOfNames > 0 {
      guard let table = bytes(rva: exports.names),
        Int(exports.numberOfNames) * 4 <= table.count
      else { return [] }
      names = table
    }
    guard let ordinals = bytes(rva: exports.nameOrdinals), ordinals.count >= count * 2,
      let addresses = bytes(rva: exports.functions), addresses.count >= count * 4
    else { return [] }
    let first = firstNames(
      ordinals, count: min(Int(exports.numberOfNames), count), functions: count)

    func name(at offset: Int) -> ByteView? {
      data.clamped(at: offset, length: PELimits.nameYara).terminated(budget: &budget.textBytes)
    }
    var functions: [PEExportTable.Function] = []
    functions.reserveCapacity(count)
    for index in 0..<count {
      guard let rva = addresses.little(at: index * 4, as: UInt32.self) else { break }
      let offset = fileOffset(rva: rva) ?? -1
      let isForwarded = offset > start && offset < start + size
      var own: ByteView?
      if first[index] >= 0, let nameRVA = names?.little(at: Int(first[index]) * 4, as: UInt32.self),
        let nameOffset = fileOffset(rva: nameRVA), nameOffset > 0
      {
        own = name(at: nameOffset)
      }
      functions.append(
        PEExportTable.Function(
          name: own, ordinal: exports.base &+ UInt32(index), rva: rva,
          offset: isForwarded || offset < 0 ? nil : Int64(offset),
          forwardName: isForwarded ? name(at: offset) : nil))
    }
    return functions
  }
}
