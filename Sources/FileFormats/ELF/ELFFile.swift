public import Bytes

/// What the `elf` modules of YARA-X and of YARA report of one file.
///
/// In: the bytes of a file, hostile or not. Out: the header at once, tables as views that decode
/// what is asked of them, the rest on first use. A table that does not lie wholly inside the file
/// is left out, as both engines do. The law: nothing here traps, and no part costs more than a
/// small multiple of the file's size. Knowledge: System V ABI, chapters 4 and 5; the behaviour of
/// both engines was measured.
///
/// One owner, one thread; it lives no longer than the view it was made of.
public final class ELFFile {
  public let data: ByteView
  public let dialect: FormatDialect
  public let header: ELFHeader
  /// Nil if the engine reports no section table.
  public let sections: ELFSections?
  /// Nil if the engine reports no program header table.
  public let segments: ELFSegments?
  private let reader: FormatReader

  /// `.symtab`; nil if the engine reports nothing, not even that it is empty.
  public private(set) lazy var symbolTable: ELFSymbols? = symbols(ofType: Self.symbolTableType)
  /// `.dynsym`; nil if the engine reports nothing, not even that it is empty.
  public private(set) lazy var dynamicSymbols: ELFSymbols? = symbols(
    ofType: Self.dynamicSymbolsType)
  public private(set) lazy var dynamic: ELFDynamic = readDynamic()
  /// Offset in the file of the program's first instruction; nil if it has none or if nothing holds
  /// it. Executables are looked up in their segments, in YARA-X shared objects too; all else in
  /// the sections.
  public private(set) lazy var entryPoint: UInt64? = findEntryPoint()
  /// `import_md5()`: 32 hexadecimal digits.
  public private(set) lazy var importMD5: [UInt8]? = ELFFingerprints.importMD5(self)
  /// `telfhash()`: 72 characters, or none at all in YARA where the names are too few.
  public private(set) lazy var telfhash: [UInt8]? = ELFFingerprints.telfhash(self)

  /// What `import_md5()` gives where there is no ELF file: YARA-X hashes the empty text.
  public static func importMD5(ofNoELFIn dialect: FormatDialect) -> [UInt8]? {
    dialect == .yaraX ? Digest.hexadecimal(Digest.hash(.md5, joined: [])) : nil
  }

  static let executableType: UInt16 = 2
  static let sharedObjectType: UInt16 = 3
  static let symbolTableType: UInt32 = 2
  static let stringTableType: UInt32 = 3
  static let noBitsType: UInt32 = 8
  static let dynamicSymbolsType: UInt32 = 11
  static let dynamicSegmentType: Int64 = 2
  /// SHN_LORESERVE: a header that claims as many sections or more is taken as damaged.
  static let firstReservedSection: UInt16 = 0xFF00
  /// Most dynamic entries that are kept; a file can name the same bytes in 65,535 segments.
  static let mostDynamicEntries = 1 << 18

  /// Nil if `data` is not an ELF file to this engine.
  public static func parse(_ data: ByteView, dialect: FormatDialect = .yaraX) -> ELFFile? {
    guard let header = ELFHeader(data) else { return nil }
    // YARA asks for a byte after the header.
    if dialect == .yara, data.count <= header.size { return nil }
    return ELFFile(data, header, dialect)
  }

  private init(_ data: ByteView, _ header: ELFHeader, _ dialect: FormatDialect) {
    let reader = FormatReader(
      data: data, isBigEndian: header.isBigEndian, is64Bit: header.is64Bit)
    self.data = data
    self.dialect = dialect
    self.header = header
    self.reader = reader
    segments = Self.findSegments(reader, header, dialect)
    sections = Self.findSections(reader, header, dialect)
  }

  private static func findSegments(
    _ reader: FormatReader, _ header: ELFHeader, _ dialect: FormatDialect
  ) -> ELFSegments? {
    let count = Int(header.programHeaderCount)
    guard
      let start = reader.table(
        at: header.programHeaderOffset, count: count,
        recordSize: ELFSegments.recordSize(reader))
    else { return nil }
    // 0xFFFF is PN_XNUM: the true count is elsewhere, where YARA does not look.
    if dialect == .yara, count == 0 || count == 0xFFFF || start >= reader.data.count { return nil }
    return ELFSegments(reader: reader, dialect: dialect, start: start, count: count)
  }

  private static func findSections(
    _ reader: FormatReader, _ header: ELFHeader, _ dialect: FormatDialect
  ) -> ELFSections? {
    let count = Int(header.sectionHeaderCount)
    let nameTable = Int(header.sectionNameTableIndex)
    let recordSize = ELFSections.recordSize(reader)
    guard header.sectionHeaderCount < firstReservedSection,
      let start = reader.table(
        at: header.sectionHeaderOffset, count: count, recordSize: recordSize)
    else { return nil }
    var names: ELFStringTable?
    if nameTable < count {
      let section = ELFSections.raw(reader, at: start + nameTable * recordSize)
      let isUsable = dialect == .yaraX || section.offset > 0
      if isUsable, let offset = Int(exactly: section.offset),
        let bytes = reader.data.slice(at: offset, length: reader.data.count &- offset)
      {
        names = ELFStringTable(bytes: bytes, dialect: dialect)
      }
    } else if dialect == .yara {
      return nil
    }
    if dialect == .yara, start >= reader.data.count { return nil }
    return ELFSections(
      reader: reader, dialect: dialect, start: start, count: count, names: names)
  }

  // MARK: - Symbols

  private func symbols(ofType type: UInt32) -> ELFSymbols? {
    switch dialect {
    case .yaraX: firstSymbols(ofType: type)
    case .yara: lastSymbols(ofType: type)
    }
  }

  /// YARA-X takes the first table of the type and names it by whatever section it links to.
  private func firstSymbols(ofType type: UInt32) -> ELFSymbols? {
    guard let sections else { return nil }
    let nothing = ELFSymbols(reader: reader, start: 0, count: 0, names: nil)
    for index in 0..<sections.count {
      let table = sections.raw(index)
      guard table.type == type else { continue }
      guard let offset = Int(exactly: table.offset), let length = Int(exactly: table.size),
        let bytes = data.slice(at: offset, length: length)
      else { return nothing }
      var names: ELFStringTable?
      if Int(table.link) < sections.count,
        let start = Int(exactly: sections.raw(Int(table.link)).offset),
        let strings = data.slice(at: start, length: data.count &- start)
      {
        names = ELFStringTable(bytes: strings, dialect: .yaraX)
      }
      return ELFSymbols(
        reader: reader, start: offset, count: bytes.count / ELFSymbols.recordSize(reader),
        names: names)
    }
    return nothing
  }

  /// YARA takes the last table of the type that links to a string table; both must lie inside
  /// the file. It compares the link with the section count in the machine's own byte order, which
  /// in a big-endian file is another number.
  private func lastSymbols(ofType type: UInt32) -> ELFSymbols? {
    guard let sections else { return nil }
    let count = header.sectionHeaderCount
    let linkBound = UInt32(header.isBigEndian ? count.byteSwapped : count)
    let recordSize = ELFSections.recordSize(reader)
    var found: (table: ELFSections.Raw, strings: ELFSections.Raw)?
    for index in 0..<sections.count {
      let table = sections.raw(index)
      guard table.type == type, table.link < linkBound else { continue }
      let place = sections.start + Int(table.link) * recordSize
      guard data.slice(at: place, length: recordSize) != nil else { continue }
      let strings = ELFSections.raw(reader, at: place)
      if strings.type == Self.stringTableType { found = (table, strings) }
    }
    guard let found, let offset = Int(exactly: found.table.offset),
      let length = Int(exactly: found.table.size), data.slice(at: offset, length: length) != nil,
      let start = Int(exactly: found.strings.offset), let size = Int(exactly: found.strings.size),
      let strings = data.slice(at: start, length: size)
    else { return nil }
    return ELFSymbols(
      reader: reader, start: offset, count: length / ELFSymbols.recordSize(reader),
      names: ELFStringTable(bytes: strings, dialect: .yara))
  }

  // MARK: - Dynamic section

  private func readDynamic() -> ELFDynamic {
    var entries: [ELFDynamicEntry] = []
    var count: Int? = dialect == .yaraX ? 0 : nil
    guard let segments else { return ELFDynamic(entries: entries, count: count) }
    var budget = Self.mostDynamicEntries
    for segment in segments where segment.type == Self.dynamicSegmentType {
      switch dialect {
      case .yaraX:
        guard let offset = Int(exactly: segment.offset),
          let length = Int(exactly: segment.fileSize),
          let bytes = data.slice(at: offset, length: length)
        else { continue }
        appendEntries(of: bytes, to: &entries, budget: &budget)
        count = entries.count
      case .yara:
        count = overlayEntries(at: segment.offset, on: &entries, budget: &budget)
      }
      if budget == 0 { break }
    }
    return ELFDynamic(entries: entries, count: count)
  }

  /// YARA-X appends the entries of every dynamic segment, without the closing DT_NULL.
  private func appendEntries(
    of bytes: ByteView, to entries: inout [ELFDynamicEntry], budget: inout Int
  ) {
    let segment = FormatReader(
      data: bytes, isBigEndian: header.isBigEndian, is64Bit: header.is64Bit)
    let word = header.is64Bit ? 8 : 4
    var offset = 0
    while budget > 0, let tag = segment.word(offset), tag != 0,
      let value = segment.word(offset + word)
    {
      entries.append(
        ELFDynamicEntry(type: Int64(Int32(truncatingIfNeeded: tag)), value: value))
      offset += 2 * word
      budget -= 1
    }
  }

  /// YARA writes each dynamic segment over the one before, reads past the segment's end until
  /// DT_NULL or the file's end, and keeps the DT_NULL. Returns the entries of this segment.
  private func overlayEntries(
    at place: UInt64, on entries: inout [ELFDynamicEntry], budget: inout Int
  ) -> Int {
    guard var offset = Int(exactly: place), offset < data.count else { return 0 }
    let word = header.is64Bit ? 8 : 4
    var index = 0
    while budget > 0, let tag = reader.word(offset), let value = reader.word(offset + word) {
      let entry = ELFDynamicEntry(type: Int64(bitPattern: tag), value: value)
      if index < entries.count { entries[index] = entry } else { entries.append(entry) }
      index += 1
      offset += 2 * word
      budget -= 1
      if tag == 0 { break }
    }
    return index
  }

  // MARK: - Entry point

  private func findEntryPoint() -> UInt64? {
    let address = header.entryAddress
    guard address != 0 else { return nil }
    switch dialect {
    case .yaraX:
      guard header.sectionHeaderCount < Self.firstReservedSection else { return nil }
      let hasSegments =
        header.type == Self.executableType || header.type == Self.sharedObjectType
      return hasSegments
        ? exactOffset(ofAddress: address, in: segments)
        : exactOffset(ofAddress: address, in: sections)
    case .yara:
      return header.type == Self.executableType
        ? wrappingSegmentOffset(ofAddress: address)
        : wrappingSectionOffset(ofAddress: address)
    }
  }

  /// A range that wraps around ends the search.
  private func exactOffset(ofAddress address: UInt64, in segments: ELFSegments?) -> UInt64? {
    for segment in segments ?? ELFSegments(reader: reader, dialect: dialect, start: 0, count: 0) {
      let (end, wraps) = segment.virtualAddress.addingReportingOverflow(segment.memorySize)
      if wraps { return nil }
      guard address >= segment.virtualAddress, address < end else { continue }
      let (place, overflow) = segment.offset.addingReportingOverflow(
        address - segment.virtualAddress)
      return overflow ? nil : place
    }
    return nil
  }

  private func exactOffset(ofAddress address: UInt64, in sections: ELFSections?) -> UInt64? {
    guard let sections else { return nil }
    for index in 0..<sections.count {
      let section = sections.raw(index)
      guard section.type != 0, section.type != Self.noBitsType else { continue }
      let (end, wraps) = section.address.addingReportingOverflow(section.size)
      if wraps { return nil }
      guard address >= section.address, address < end else { continue }
      let (place, overflow) = section.offset.addingReportingOverflow(address - section.address)
      return overflow ? nil : place
    }
    return nil
  }

  /// YARA's sums wrap at the class's width. It looks at the tables even where it does not report
  /// them (the section table without a name table, 0xFFFF segments), but not at one at offset 0.
  private func wrappingSegmentOffset(ofAddress address: UInt64) -> UInt64? {
    let count = Int(header.programHeaderCount)
    guard header.programHeaderOffset != 0,
      let start = reader.table(
        at: header.programHeaderOffset, count: count, recordSize: ELFSegments.recordSize(reader))
    else { return nil }
    for segment in ELFSegments(reader: reader, dialect: dialect, start: start, count: count) {
      if isInside(address, segment.virtualAddress, segment.memorySize) {
        return segment.offset &+ (address &- segment.virtualAddress)
      }
    }
    return nil
  }

  private func wrappingSectionOffset(ofAddress address: UInt64) -> UInt64? {
    let count = Int(header.sectionHeaderCount)
    let recordSize = ELFSections.recordSize(reader)
    guard header.sectionHeaderOffset != 0,
      let start = reader.table(
        at: header.sectionHeaderOffset, count: count, recordSize: recordSize)
    else { return nil }
    for index in 0..<count {
      let section = ELFSections.raw(reader, at: start + index * recordSize)
      if section.type != 0, section.type != Self.noBitsType,
        isInside(address, section.address, section.size)
      {
        return section.offset &+ (address &- section.address)
      }
    }
    return nil
  }

  private func isInside(_ address: UInt64, _ start: UInt64, _ size: UInt64) -> Bool {
    let end = start &+ size
    return address >= start && address < (header.is64Bit ? end : end & 0xFFFF_FFFF)
  }
}
