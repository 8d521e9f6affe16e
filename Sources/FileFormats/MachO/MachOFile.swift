public import Bytes

/// One entry of a fat file's table of architectures (mach-o/fat.h).
public struct MachOArchitecture: Sendable, Equatable {
  public let cpuType: UInt32
  public let cpuSubtype: UInt32
  public let offset: UInt64
  public let size: UInt64
  public let alignment: UInt32
  /// 0 in a table of 32-bit entries; YARA does not report it.
  public let reserved: UInt32
}

/// What the `macho` modules of YARA-X and of YARA report of one file, thin or fat.
///
/// In: the bytes of a file, hostile or not. Out: the table of architectures at once, each binary
/// on first use. The law: nothing here traps, and what is kept is bounded by `MachOLimits`
/// however often a fat file names the same bytes. Knowledge: mach-o/loader.h and mach-o/fat.h;
/// the behaviour of both engines was measured.
///
/// One owner, one thread; it lives no longer than the view it was made of.
public final class MachOFile {
  public let data: ByteView
  public let dialect: FormatDialect
  /// The binary whose fields stand at the top of the module: the file itself if it is thin. In
  /// YARA-X also the only usable binary of a fat file, which is then not reported as fat.
  public let binary: MachOBinary?
  /// Nil if the file is not reported as fat.
  public let fatMagic: UInt32?
  /// The number of architectures, as it is reported: in YARA what the header claims.
  public let architectureCount: UInt32?
  public let architectures: [MachOArchitecture]
  /// The binaries of a fat file. YARA-X lists the usable ones; YARA has one place for each
  /// architecture, which is nil where nothing could be read.
  public let binaries: [MachOBinary?]

  /// Whether a bound of ours cut what has been asked for so far.
  public var isCut: Bool { limits.isReached }
  let limits: MachOLimits

  // The hashes of `MachOFile+Names`, made when they are asked for first: they can take long.
  private(set) lazy var hashOfDylibs = hash { $0.commands.dylibs.map { .inFile($0.name) } }
  private(set) lazy var hashOfEntitlements = hash { $0.entitlements.map(FormatText.owned) }
  private(set) lazy var hashOfExports = hash(\.exports)
  private(set) lazy var hashOfImports = hash(\.imports)
  private(set) lazy var hashOfSymbols = hashSymbols()

  private static let fat32: UInt32 = 0xCAFE_BABE
  private static let fat64: UInt32 = 0xCAFE_BABF

  /// Most architectures that are kept. A Java class file begins with the same four bytes, and
  /// what follows them is not taken for a count of millions.
  private static let mostArchitectures = 1 << 16

  /// Nil if `data` is not a Mach-O file to this engine.
  public static func parse(_ data: ByteView, dialect: FormatDialect = .yaraX) -> MachOFile? {
    parse(data, dialect: dialect, limits: MachOLimits(fileSize: data.count))
  }

  static func parse(
    _ data: ByteView, dialect: FormatDialect = .yaraX, limits: MachOLimits
  ) -> MachOFile? {
    guard let magic = data.big(at: 0, as: UInt32.self) else { return nil }
    switch magic {
    case fat32, fat64, fat32.byteSwapped, fat64.byteSwapped:
      return dialect == .yaraX
        ? MachOFile(fat: data, magic, limits) : MachOFile(fatInYara: data, magic, limits)
    default:
      guard MachOHeader.layout(magic) != nil,
        let binary = MachOBinary(data, dialect: dialect, limits: limits)
      else { return nil }
      return MachOFile(
        data, dialect, limits, binary: binary, fatMagic: nil, architectureCount: nil, [], [])
    }
  }

  private init(
    _ data: ByteView, _ dialect: FormatDialect, _ limits: MachOLimits, binary: MachOBinary?,
    fatMagic: UInt32?, architectureCount: UInt32?, _ architectures: [MachOArchitecture],
    _ binaries: [MachOBinary?]
  ) {
    self.limits = limits
    self.data = data
    self.dialect = dialect
    self.binary = binary
    self.fatMagic = fatMagic
    self.architectureCount = architectureCount
    self.architectures = architectures
    self.binaries = binaries
  }

  /// YARA-X reads the table in the byte order of the magic number and wants all of it.
  private convenience init?(fat data: ByteView, _ magic: UInt32, _ limits: MachOLimits) {
    let reader = FormatReader(
      data: data, isBigEndian: magic == Self.fat32 || magic == Self.fat64,
      is64Bit: magic == Self.fat64 || magic == Self.fat64.byteSwapped)
    guard let count = reader.quarter(4),
      let architectures = Self.architectures(reader, count: count)
    else { return nil }
    let binaries = architectures.compactMap { architecture -> MachOBinary? in
      guard let part = Self.part(of: data, architecture) else { return nil }
      return MachOBinary(part, dialect: .yaraX, limits: limits)
    }
    let only = binaries.count == 1 ? binaries.first : nil
    self.init(
      data, .yaraX, limits, binary: only, fatMagic: only == nil ? magic : nil,
      architectureCount: only == nil ? UInt32(architectures.count) : nil,
      only == nil ? architectures : [], only == nil ? binaries : [])
  }

  /// YARA reads every table as big-endian and takes every magic number but 0xCAFEBABE for that
  /// of 64-bit entries.
  private convenience init?(fatInYara data: ByteView, _ magic: UInt32, _ limits: MachOLimits) {
    let reader = FormatReader(data: data, isBigEndian: true, is64Bit: magic != Self.fat32)
    guard let count = reader.quarter(4) else { return nil }
    let architectures = Self.architectures(reader, count: count) ?? []
    var binaries: [MachOBinary?] = []
    for (index, architecture) in architectures.enumerated() {
      guard let part = Self.part(of: data, architecture) else { continue }
      while binaries.count < index { binaries.append(nil) }
      binaries.append(MachOBinary(part, dialect: .yara, limits: limits))
    }
    self.init(
      data, .yara, limits, binary: nil, fatMagic: magic, architectureCount: count,
      architectures, binaries)
  }

  /// Nil if the table does not lie wholly inside the file.
  private static func architectures(
    _ reader: FormatReader, count: UInt32
  ) -> [MachOArchitecture]? {
    let word = reader.is64Bit ? 8 : 4
    let recordSize = reader.is64Bit ? 32 : 20
    guard reader.data.slice(at: 8, length: Int(count) * recordSize) != nil else { return nil }
    return (0..<Swift.min(Int(count), mostArchitectures)).map { index in
      let offset = 8 + index * recordSize
      return MachOArchitecture(
        cpuType: reader.quarter(offset) ?? 0, cpuSubtype: reader.quarter(offset + 4) ?? 0,
        offset: reader.word(offset + 8) ?? 0, size: reader.word(offset + 8 + word) ?? 0,
        alignment: reader.quarter(offset + 8 + 2 * word) ?? 0,
        reserved: reader.is64Bit ? reader.quarter(offset + 28) ?? 0 : 0)
    }
  }

  private static func part(of data: ByteView, _ architecture: MachOArchitecture) -> ByteView? {
    guard let offset = Int(exactly: architecture.offset),
      let size = Int(exactly: architecture.size)
    else { return nil }
    return data.slice(at: offset, length: size)
  }

  // MARK: - The modules' functions

  /// `file_index_for_arch`. YARA looks at the binaries themselves, YARA-X at the table.
  public func fileIndex(cpuType: Int64, cpuSubtype: Int64? = nil) -> Int? {
    guard fatMagic != nil else { return nil }
    switch dialect {
    case .yaraX:
      return architectures.firstIndex { matches($0, cpuType, cpuSubtype) }
    case .yara:
      return binaries.firstIndex { binary in
        guard let header = binary?.header else { return false }
        return Int64(header.cpuType) == cpuType
          && (cpuSubtype == nil || Int64(header.cpuSubtype) == cpuSubtype)
      }
    }
  }

  /// `entry_point_for_arch`: the entry point as an offset in the fat file.
  public func entryPoint(cpuType: Int64, cpuSubtype: Int64? = nil) -> UInt64? {
    guard let index = architectures.firstIndex(where: { matches($0, cpuType, cpuSubtype) }) else {
      return nil
    }
    let start = architectures[index].offset
    let entryPoint = index < binaries.count ? binaries[index]?.commands.entryPoint : nil
    guard dialect == .yaraX else {
      // Asked for a type alone, YARA adds its mark of an undefined number.
      return (entryPoint ?? (cpuSubtype == nil ? Self.undefinedInYara : nil)).map { start &+ $0 }
    }
    guard let entryPoint else { return nil }
    let (sum, overflow) = Int64(bitPattern: start).addingReportingOverflow(
      Int64(bitPattern: entryPoint))
    return overflow ? nil : UInt64(bitPattern: sum)
  }

  private static let undefinedInYara: UInt64 = 0xFFFA_BADA_FABA_DAFF

  private func matches(
    _ architecture: MachOArchitecture, _ cpuType: Int64, _ cpuSubtype: Int64?
  ) -> Bool {
    Int64(architecture.cpuType) == cpuType
      && (cpuSubtype == nil || Int64(architecture.cpuSubtype) == cpuSubtype)
  }
}
