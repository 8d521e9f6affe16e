public import Bytes

// Where addresses lie in the file, by each engine's rules, and the questions about sections.

/// Bytes behind the last section's data. Both zero where there are none.
public struct PEOverlay: Sendable, Equatable {
  public var offset: Int
  public var size: Int
}

extension PEFile {
  /// The file offset of an RVA, as `pe.rva_to_offset` answers; nil is undefined.
  public func rvaToOffset(_ rva: Int64) -> Int64? {
    switch dialect {
    case .yaraX: UInt32(exactly: rva).flatMap { fileOffset(rva: UInt64($0)) }.map(Int64.init)
    case .yara: fileOffset(rva: UInt64(bitPattern: rva)).map(Int64.init)
    }
  }

  /// The file offset of an RVA. YARA's lies in the file; YARA-X's may lie beyond it.
  func fileOffset(rva: UInt64) -> Int? {
    switch dialect {
    case .yaraX: UInt32(exactly: rva).flatMap(fileOffsetYaraX)
    case .yara: fileOffsetYara(rva)
    }
  }

  func fileOffset(rva: UInt32) -> Int? { fileOffset(rva: UInt64(rva)) }

  /// What begins at an RVA, to the end of the file.
  func bytes(rva: UInt32) -> ByteView? {
    fileOffset(rva: rva).flatMap { data.slice(from: $0) }
  }

  private func fileOffsetYaraX(_ rva: UInt32) -> Int? {
    // Before the first section the file is mapped as it is.
    if let lowestSectionRVA, rva < lowestSectionRVA { return Int(rva) }
    // Where no section holds the address, the distance is from 0 and the size 0.
    guard let section = lastSection(holding: UInt64(rva)) else { return nil }
    // A section may be longer in memory than in the file.
    let distance = rva - section.virtualAddress
    guard distance < section.rawDataSize else { return nil }
    return min(Int(alignedRawOffset(section)) + Int(distance), Int(UInt32.max))
  }

  private func fileOffsetYara(_ rva: UInt64) -> Int? {
    guard !sectionTableIsCut else { return nil }
    let offset: UInt64
    if rva < UInt64(lowestSectionRVA ?? UInt32.max) {
      guard rva < UInt64(UInt32(truncatingIfNeeded: data.count)) else { return nil }
      offset = rva
    } else {
      guard let section = lastSection(holding: rva) else { return nil }
      let distance = rva - UInt64(section.virtualAddress)
      guard distance < UInt64(section.rawDataSize) else { return nil }
      offset = UInt64(alignedRawOffset(section)) + distance
    }
    return offset < UInt64(data.count) ? Int(offset) : nil
  }

  /// The last section that holds an address, among those whose own addresses do not fall. Either
  /// of a section's sizes may be the larger one and counts.
  private func lastSection(holding rva: UInt64) -> PESection? {
    var found: PESection?
    for section in sections {
      let address = UInt64(section.virtualAddress)
      let size = UInt64(max(section.virtualSize, section.rawDataSize))
      // YARA-X lets no section reach beyond the 32-bit addresses.
      let end = dialect == .yaraX ? min(address + size, UInt64(UInt32.max)) : address + size
      if rva >= address, rva < end, section.virtualAddress >= found?.virtualAddress ?? 0 {
        found = section
      }
    }
    return found
  }

  /// A section's place in the file as the loader rounds it.
  private func alignedRawOffset(_ section: PESection) -> UInt32 {
    var offset = section.rawDataOffset
    let alignment = min(optionalHeader.fileAlignment, 0x200)
    if alignment > 0 { offset -= offset % alignment }
    if optionalHeader.sectionAlignment >= 0x1000 { offset -= offset % 0x200 }
    return offset
  }

  /// The RVA of a file offset (`pe.offset_to_rva` of YARA-X; YARA has no such function).
  public func offsetToRVA(_ offset: Int64) -> Int64? {
    guard let offset = UInt32(exactly: offset) else { return nil }
    let stored = sections.filter { $0.rawDataOffset > 0 }
    if let lowest = stored.map(alignedRawOffset).min(), offset < lowest { return Int64(offset) }
    var sectionRVA: UInt32 = 0
    var sectionStart: UInt32 = 0
    var rawSize: UInt32 = 0
    for section in stored {
      let start = alignedRawOffset(section)
      let (sum, overflow) = start.addingReportingOverflow(section.rawDataSize)
      let end = overflow ? UInt32.max : sum
      if sectionStart <= start, offset >= start, offset < end {
        sectionRVA = section.virtualAddress
        sectionStart = start
        rawSize = section.rawDataSize
      }
    }
    let distance = offset - sectionStart
    guard distance < rawSize else { return nil }
    return min(Int64(sectionRVA) + Int64(distance), Int64(UInt32.max))
  }

  func entryPointOffset() -> Int64? {
    switch dialect {
    case .yaraX: fileOffset(rva: optionalHeader.addressOfEntryPoint).map(Int64.init)
    // YARA reports -1 where there is no offset.
    case .yara: fileOffset(rva: optionalHeader.addressOfEntryPoint).map(Int64.init) ?? -1
    }
  }

  /// The index of the first section of that name.
  public func sectionIndex(name: ByteView) -> Int? {
    // YARA compares C strings, which end at a zero inside the name.
    func compared(_ name: ByteView) -> ByteView {
      dialect == .yara ? name.clamped(at: 0, length: name.zeroIndex ?? name.count) : name
    }
    let wanted = compared(name)
    return sections.firstIndex { compared($0.name).equals(wanted) }
  }

  /// The index of the first section whose data in the file hold that offset.
  public func sectionIndex(offset: Int64) -> Int? {
    guard offset >= 0, dialect == .yara || offset <= Int64(UInt32.max) else { return nil }
    return sections.firstIndex { section in
      let start = Int64(section.rawDataOffset)
      return offset >= start && offset < start + Int64(section.rawDataSize)
    }
  }

  func parsedOverlay() -> PEOverlay {
    var end = 0
    switch dialect {
    case .yaraX:
      guard !sections.isEmpty else { return PEOverlay(offset: 0, size: 0) }
      for section in sections {
        end = max(end, Int(section.rawDataOffset) + Int(section.rawDataSize))
      }
    case .yara:
      for section in sections {
        // The comparison is made with a sum that wraps at 32 bits.
        if Int(section.rawDataOffset &+ section.rawDataSize) > end {
          end = Int(section.rawDataOffset) + Int(section.rawDataSize)
        }
      }
      guard end > 0 else { return PEOverlay(offset: 0, size: 0) }
    }
    guard end < data.count else { return PEOverlay(offset: 0, size: 0) }
    return PEOverlay(offset: end, size: data.count - end)
  }
}
