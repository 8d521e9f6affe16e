internal import Bytes

// The path of the program database, from the debug directory's CodeView entries.
extension PEFile {
  private static let codeView: UInt32 = 2
  private static let debugEntrySize = 28

  /// Where a CodeView record's path begins, by its signature.
  private static func pathOffset(_ signature: UInt32) -> Int? {
    switch signature {
    case 0x5344_5352: 24  // "RSDS": GUID and age
    case 0x3031_424E: 16  // "NB10": offset, timestamp and age
    case 0x434F_544D: 20  // "MTOC": GUID
    default: nil
    }
  }

  func parsedPDBPath() -> ByteView? {
    guard let directory = directory(.debug), let start = fileOffset(rva: directory.virtualAddress),
      start <= data.count
    else { return nil }
    if dialect == .yara {
      guard directory.virtualAddress != 0 else { return nil }
    }
    let table = data.clamped(at: start, length: Int(directory.size))
    let count = min(table.count / Self.debugEntrySize, PELimits.debugEntries)
    var budget = PELimits.textBytes
    for index in 0..<count {
      let at = index * Self.debugEntrySize
      guard let type = table.little(at: at + 12, as: UInt32.self), type == Self.codeView,
        let address = table.little(at: at + 20, as: UInt32.self),
        let rawOffset = table.little(at: at + 24, as: UInt32.self)
      else { continue }
      // The record is found by its address or, failing that, by its place in the file.
      var offset = address != 0 ? fileOffset(rva: address) : nil
      if offset == nil || (dialect == .yara && offset == 0) { offset = Int(rawOffset) }
      guard let offset, offset > 0, let record = data.slice(from: offset),
        let signature = record.little(at: 0, as: UInt32.self),
        let pathOffset = Self.pathOffset(signature)
      else { continue }
      switch dialect {
      case .yaraX:
        guard let path = record.slice(from: pathOffset)?.terminated(budget: &budget) else {
          continue
        }
        return path
      case .yara:
        let path = record.clamped(at: pathOffset, length: PELimits.pathYara)
        let length = path.zeroIndex ?? path.count
        guard record.count > pathOffset, length < PELimits.pathYara else { continue }
        return path.clamped(at: 0, length: length)
      }
    }
    return nil
  }
}
