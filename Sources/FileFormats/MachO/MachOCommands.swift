public import Bytes

/// What the load commands of one Mach-O binary say.
///
/// YARA-X reads them one after the other, passes over those that are too short, and stops at the
/// first that leaves the file. YARA reads segments first, then the commands that give an entry
/// point.
public struct MachOCommands: Sendable {
  public internal(set) var segments: [MachOSegment] = []
  /// What is reported as `number_of_segments`: in YARA it counts a last, cut-off segment too.
  public internal(set) var segmentCount = 0
  /// Offset in the binary of the first instruction.
  public internal(set) var entryPoint: UInt64?
  public internal(set) var stackSize: UInt64?
  // Below: reported by YARA-X only.
  public internal(set) var dylibs: [MachODylib] = []
  public internal(set) var rpaths: [ByteView] = []
  public internal(set) var linkerOptions: [ByteView] = []
  public internal(set) var dynamicLinker: ByteView?
  public internal(set) var sourceVersion: MachOSourceVersion?
  public internal(set) var symbolTable: MachOSymbolTable?
  public internal(set) var dynamicSymbolTable: MachODynamicSymbolTable?
  public internal(set) var dynamicLinkerInfo: MachODynamicLinkerInfo?
  public internal(set) var exportTrie: MachODataRange?
  public internal(set) var chainedFixups: MachODataRange?
  public internal(set) var codeSignature: MachODataRange?
  public internal(set) var uuid: MachOUUID?
  public internal(set) var buildVersion: MachOBuildVersion?
  public internal(set) var minimumVersion: MachOMinimumVersion?
}

/// The numbers of the load commands that are read.
enum MachOCommandType {
  static let segment: UInt32 = 0x01
  static let symbolTable: UInt32 = 0x02
  static let unixThread: UInt32 = 0x05
  static let dynamicSymbolTable: UInt32 = 0x0B
  static let loadDylib: UInt32 = 0x0C
  static let identifyDylib: UInt32 = 0x0D
  static let loadDynamicLinker: UInt32 = 0x0E
  static let identifyDynamicLinker: UInt32 = 0x0F
  static let loadWeakDylib: UInt32 = 0x8000_0018
  static let segment64: UInt32 = 0x19
  static let uuid: UInt32 = 0x1B
  static let rpath: UInt32 = 0x8000_001C
  static let codeSignature: UInt32 = 0x1D
  static let reexportDylib: UInt32 = 0x8000_001F
  static let lazyLoadDylib: UInt32 = 0x20
  static let dynamicLinkerInfo: UInt32 = 0x22
  static let dynamicLinkerInfoOnly: UInt32 = 0x8000_0022
  static let loadUpwardDylib: UInt32 = 0x8000_0023
  static let minimumMacOS: UInt32 = 0x24
  static let minimumIPhoneOS: UInt32 = 0x25
  static let dynamicLinkerEnvironment: UInt32 = 0x27
  static let main: UInt32 = 0x8000_0028
  static let sourceVersion: UInt32 = 0x2A
  static let linkerOption: UInt32 = 0x2D
  static let minimumTVOS: UInt32 = 0x2F
  static let minimumWatchOS: UInt32 = 0x30
  static let buildVersion: UInt32 = 0x32
  static let exportTrie: UInt32 = 0x8000_0033
  static let chainedFixups: UInt32 = 0x8000_0034
}
