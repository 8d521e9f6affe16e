internal import Bytes

/// The COFF file header, as stored (PE format, "COFF File Header").
public struct PEFileHeader: Sendable, Equatable {
  public var machine: UInt16
  /// As stored; `PEFile.numberOfSections` is what rules see.
  public var numberOfSections: UInt16
  /// Seconds since 1970, UTC.
  public var timestamp: UInt32
  public var pointerToSymbolTable: UInt32
  public var numberOfSymbols: UInt32
  public var sizeOfOptionalHeader: UInt16
  public var characteristics: UInt16

  static let signature: UInt32 = 0x0000_4550
  /// Bytes of the header, and of the signature before it.
  static let size = 20
  static let signatureSize = 4

  /// - Parameter offset: of the `PE\0\0` signature.
  init?(_ data: ByteView, at offset: Int) {
    guard data.little(at: offset, as: UInt32.self) == Self.signature else { return nil }
    let start = offset + Self.signatureSize
    guard let machine = data.little(at: start, as: UInt16.self),
      let numberOfSections = data.little(at: start + 2, as: UInt16.self),
      let timestamp = data.little(at: start + 4, as: UInt32.self),
      let pointerToSymbolTable = data.little(at: start + 8, as: UInt32.self),
      let numberOfSymbols = data.little(at: start + 12, as: UInt32.self),
      let sizeOfOptionalHeader = data.little(at: start + 16, as: UInt16.self),
      let characteristics = data.little(at: start + 18, as: UInt16.self)
    else { return nil }
    self.machine = machine
    self.numberOfSections = numberOfSections
    self.timestamp = timestamp
    self.pointerToSymbolTable = pointerToSymbolTable
    self.numberOfSymbols = numberOfSymbols
    self.sizeOfOptionalHeader = sizeOfOptionalHeader
    self.characteristics = characteristics
  }
}

/// A pair of numbers such as the linker's version.
public struct PEVersion: Sendable, Equatable {
  public var major: UInt16
  public var minor: UInt16
}

/// The optional header without its data directories (PE format, "Optional Header").
/// All zero where it does not lie wholly in the file (YARA-X's reading of such files).
public struct PEOptionalHeader: Sendable, Equatable {
  public static let magic32: UInt16 = 0x10B
  public static let magic64: UInt16 = 0x20B

  public var magic: UInt16 = 0
  public var linkerVersion = PEVersion(major: 0, minor: 0)
  public var sizeOfCode: UInt32 = 0
  public var sizeOfInitializedData: UInt32 = 0
  public var sizeOfUninitializedData: UInt32 = 0
  /// An RVA.
  public var addressOfEntryPoint: UInt32 = 0
  public var baseOfCode: UInt32 = 0
  /// Nil in 64-bit files, which have no such field.
  public var baseOfData: UInt32?
  public var imageBase: UInt64 = 0
  public var sectionAlignment: UInt32 = 0
  public var fileAlignment: UInt32 = 0
  public var osVersion = PEVersion(major: 0, minor: 0)
  public var imageVersion = PEVersion(major: 0, minor: 0)
  public var subsystemVersion = PEVersion(major: 0, minor: 0)
  public var win32VersionValue: UInt32 = 0
  public var sizeOfImage: UInt32 = 0
  public var sizeOfHeaders: UInt32 = 0
  public var checksum: UInt32 = 0
  public var subsystem: UInt16 = 0
  public var dllCharacteristics: UInt16 = 0
  public var sizeOfStackReserve: UInt64 = 0
  public var sizeOfStackCommit: UInt64 = 0
  public var sizeOfHeapReserve: UInt64 = 0
  public var sizeOfHeapCommit: UInt64 = 0
  public var loaderFlags: UInt32 = 0
  public var numberOfRVAAndSizes: UInt32 = 0

  /// Any other magic than the 64-bit one is read as a 32-bit header, by both engines.
  public var is64Bit: Bool { magic == Self.magic64 }

  /// Bytes before the data directories.
  var size: Int { is64Bit ? 112 : 96 }

  /// Where the checksum lies, from the header's start; the same in both sizes.
  static let checksumOffset = 64

  init() {}

  /// - Parameter offset: of the magic. Nil where a field lies outside.
  init?(_ data: ByteView, at offset: Int) {
    guard let magic = data.little(at: offset, as: UInt16.self) else { return nil }
    self.magic = magic
    guard let header = data.slice(at: offset, length: size) else { return nil }
    // Every read below lies inside `header`, whose length was just checked.
    func u16(_ at: Int) -> UInt16 { header.little(at: at, as: UInt16.self) ?? 0 }
    func u32(_ at: Int) -> UInt32 { header.little(at: at, as: UInt32.self) ?? 0 }
    func u64(_ at: Int) -> UInt64 { header.little(at: at, as: UInt64.self) ?? 0 }
    func version(_ at: Int) -> PEVersion { PEVersion(major: u16(at), minor: u16(at + 2)) }

    linkerVersion = PEVersion(
      major: UInt16(header.byte(at: 2) ?? 0), minor: UInt16(header.byte(at: 3) ?? 0))
    sizeOfCode = u32(4)
    sizeOfInitializedData = u32(8)
    sizeOfUninitializedData = u32(12)
    addressOfEntryPoint = u32(16)
    baseOfCode = u32(20)
    if is64Bit {
      imageBase = u64(24)
    } else {
      baseOfData = u32(24)
      imageBase = UInt64(u32(28))
    }
    sectionAlignment = u32(32)
    fileAlignment = u32(36)
    osVersion = version(40)
    imageVersion = version(44)
    subsystemVersion = version(48)
    win32VersionValue = u32(52)
    sizeOfImage = u32(56)
    sizeOfHeaders = u32(60)
    checksum = u32(Self.checksumOffset)
    subsystem = u16(68)
    dllCharacteristics = u16(70)
    let word = is64Bit ? 8 : 4
    func reserve(_ index: Int) -> UInt64 {
      is64Bit ? u64(72 + index * word) : UInt64(u32(72 + index * word))
    }
    sizeOfStackReserve = reserve(0)
    sizeOfStackCommit = reserve(1)
    sizeOfHeapReserve = reserve(2)
    sizeOfHeapCommit = reserve(3)
    loaderFlags = u32(72 + 4 * word)
    numberOfRVAAndSizes = u32(76 + 4 * word)
  }
}

/// One entry of the data directory table.
public struct PEDataDirectory: Sendable, Equatable {
  /// An RVA; for the security directory an offset in the file.
  public var virtualAddress: UInt32
  /// Bytes.
  public var size: UInt32

  static let bytes = 8

  enum Index: Int {
    case export = 0
    case `import` = 1
    case resource = 2
    case security = 4
    case debug = 6
    case delayImport = 13
    case comDescriptor = 14
  }

  init?(_ data: ByteView, at offset: Int) {
    guard let address = data.little(at: offset, as: UInt32.self),
      let size = data.little(at: offset + 4, as: UInt32.self)
    else { return nil }
    virtualAddress = address
    self.size = size
  }
}
