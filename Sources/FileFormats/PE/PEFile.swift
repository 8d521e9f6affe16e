// PEFile: everything that the `pe` modules of YARA 4.5 and YARA-X 1.23 report, as plain values.
//
// What enters is any bytes; what leaves is nil (no PE file) or this value. Headers and sections
// are read at once, the other parts on first use and then kept. Sources: Microsoft's "PE Format",
// the behaviour of both engines (asked, file by file), and for the rich header the public
// descriptions of it. Law: no input traps, and every walk is bounded by `PELimits`.
public import Bytes

/// One engine's reading of a Portable Executable file.
///
/// Not thread-safe: parts are parsed on first use. It keeps the view it was made from, so it must
/// not outlive the scan of that file.
public final class PEFile {
  public let data: ByteView
  public let dialect: FormatDialect

  /// Offset of the `PE\0\0` signature (`e_lfanew`).
  public let signatureOffset: Int
  public let header: PEFileHeader
  public let optionalHeader: PEOptionalHeader
  /// In the order of the section table, at most 96.
  public let sections: [PESection]
  public let dataDirectories: [PEDataDirectory]

  /// Whether the file ends inside the section table (within the first 96 headers).
  let sectionTableIsCut: Bool
  let lowestSectionRVA: UInt32?

  var optionalHeaderOffset: Int {
    signatureOffset + PEFileHeader.signatureSize + PEFileHeader.size
  }

  // MARK: parts

  public private(set) lazy var entryPoint: Int64? = entryPointOffset()
  public private(set) lazy var richSignature: PERichSignature? = parsedRichSignature()
  /// Whether a bound of ours cut the imports, resources or signatures that have been asked for so
  /// far.
  public internal(set) var isCut = false
  /// In the order of the descriptors; a library may come twice.
  public private(set) lazy var imports: [PEImport] = parsedImports()
  public private(set) lazy var delayedImports: [PEImport] = parsedDelayedImports()
  public private(set) lazy var exportTable: PEExportTable? = parsedExports()
  public private(set) lazy var resourceTable: PEResourceTable? = parsedResources()
  public private(set) lazy var versionInfo: [PEVersionString] = parsedVersionInfo()
  public private(set) lazy var pdbPath: ByteView? = parsedPDBPath()
  public private(set) lazy var overlay: PEOverlay = parsedOverlay()
  /// Of the certificate table; a nested signature follows the one that holds it.
  public private(set) lazy var signatures: [AuthenticodeSignature] = parsedSignatures(areChecked: true)
  /// The same without the file's digest and without what `isVerified` says: those take most of the
  /// time, and most questions are about names and certificates. For YARA it is `signatures`: there a
  /// signature may be listed or not for its digest.
  public private(set) lazy var uncheckedSignatures: [AuthenticodeSignature] =
    dialect == .yara ? signatures : parsedSignatures(areChecked: false)
  /// 32 lower-case hexadecimal digits in ASCII; of the empty text where nothing is imported.
  public private(set) lazy var importHash: [UInt8] = computedImportHash()
  public private(set) lazy var calculatedChecksum: Int64 = computedChecksum()

  // MARK: parsing

  /// - Returns: nil where the engine says `is_pe == false`.
  public static func parse(_ data: ByteView, as dialect: FormatDialect = .yaraX) -> PEFile? {
    PEFile(data, dialect)
  }

  private init?(_ data: ByteView, _ dialect: FormatDialect) {
    guard data.count >= Self.dosHeaderSize,
      data.little(at: 0, as: UInt16.self) == Self.dosMagic,
      let newHeader = data.little(at: 0x3C, as: UInt32.self)
    else { return nil }
    let signature = Int(newHeader)
    guard let header = PEFileHeader(data, at: signature) else { return nil }
    let optionalOffset = signature + PEFileHeader.signatureSize + PEFileHeader.size
    let optional = PEOptionalHeader(data, at: optionalOffset)

    if dialect == .yara {
      // YARA wants the whole optional header, with all sixteen directories.
      guard signature <= Int(Int32.max), let optional,
        data.slice(
          at: optionalOffset,
          length: optional.size + PELimits.directories * PEDataDirectory.bytes) != nil
      else { return nil }
    }

    self.data = data
    self.dialect = dialect
    signatureOffset = signature
    self.header = header
    optionalHeader = optional ?? PEOptionalHeader()

    // The section table.
    var names = PESectionNames(data, header: header, dialect: dialect)
    let wanted = min(Int(header.numberOfSections), PELimits.sections)
    var sections: [PESection] = []
    sections.reserveCapacity(wanted)
    var offset = optionalOffset + Int(header.sizeOfOptionalHeader)
    while sections.count < wanted, let section = PESection(data, at: offset, names: &names) {
      sections.append(section)
      offset += PESection.size
    }
    self.sections = sections
    sectionTableIsCut = sections.count < wanted
    lowestSectionRVA = sections.lazy.map(\.virtualAddress).min()

    // The data directories.
    var directories: [PEDataDirectory] = []
    if let optional {
      let count = min(Int(optional.numberOfRVAAndSizes), PELimits.directories)
      let start = optionalOffset + optional.size
      for index in 0..<count {
        guard let entry = PEDataDirectory(data, at: start + index * PEDataDirectory.bytes) else {
          // YARA-X reports all of them or none.
          if dialect == .yaraX { directories = [] }
          break
        }
        directories.append(entry)
      }
    }
    dataDirectories = directories
    hasOptionalHeader = optional != nil
  }

  private let hasOptionalHeader: Bool
  private static let dosHeaderSize = 64
  private static let dosMagic: UInt16 = 0x5A4D

  // MARK: what rules see

  public var numberOfSections: Int {
    dialect == .yaraX ? sections.count : Int(header.numberOfSections)
  }

  public var is64Bit: Bool { optionalHeader.is64Bit }

  /// YARA answers true for every file that is not a 64-bit one.
  public var is32Bit: Bool {
    dialect == .yaraX ? optionalHeader.magic == PEOptionalHeader.magic32 : !is64Bit
  }

  public var isDLL: Bool { header.characteristics & 0x2000 != 0 }

  /// A data directory by index, whatever `numberOfRVAAndSizes` claims: files lie about it, and
  /// both engines look behind it.
  func directory(_ index: PEDataDirectory.Index) -> PEDataDirectory? {
    guard hasOptionalHeader else { return nil }
    let start = optionalHeader.size + index.rawValue * PEDataDirectory.bytes
    return PEDataDirectory(data, at: optionalHeaderOffset + start)
  }
}
