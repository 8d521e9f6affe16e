// DotNetFile: everything that the `dotnet` modules of YARA 4.5 and YARA-X 1.23 report.
//
// What enters is any bytes; what leaves is nil (no .NET file) or this value. The metadata root and
// the stream headers are read at once, each other part on first use and then kept: asking for the
// version parses no table, asking for a class's name no signature. Sources: ECMA-335 (6th edition)
// partition II, and the behaviour of both engines, asked file by file. Law: no input traps, and
// time and memory are bounded by `DotNetLimits`, whatever counts a file claims.
public import Bytes

/// One engine's reading of the CLI metadata in a Portable Executable.
///
/// Not thread-safe: parts are parsed on first use. It keeps the view it was made from, so it must
/// not outlive the scan of that file.
public final class DotNetFile {
  public let data: ByteView
  public let dialect: FormatDialect

  /// As stored before the first zero, such as `v4.0.30319`. YARA wants a zero.
  public let version: ByteView?
  /// In the order of their headers.
  public let streams: [DotNetStream]
  /// Nil where the file ends before the streams are counted (YARA).
  public let numberOfStreams: Int?

  let pe: PEFile
  /// Of the metadata root, from the start of the file.
  let root: Int
  /// Of the resources: RVA and size in bytes.
  let resourceDirectory: PEDataDirectory

  // Headers of the streams that are read further.
  let tableStream: DotNetExtent?
  let userStringStream: DotNetExtent?
  let guidStream: DotNetExtent?
  var heaps: DotNetHeaps

  // MARK: parts

  private(set) lazy var tables: DotNetTableStream = parsedTables()
  /// 36 ASCII characters each, in lower case; at most 16.
  public private(set) lazy var guids: [[UInt8]] = parsedGUIDs()
  public private(set) lazy var moduleName: ByteView? = parsedModuleName()
  /// The text of the assembly's `GuidAttribute`.
  public private(set) lazy var typeLibrary: ByteView? = parsedTypeLibrary()
  public private(set) lazy var assembly: DotNetAssembly? = parsedAssembly()
  public private(set) lazy var assemblyReferences: [DotNetAssemblyReference] =
    parsedAssemblyReferences()
  public private(set) lazy var moduleReferences: [ByteView] = parsedModuleReferences()
  /// Embedded and linked ones.
  public private(set) lazy var resources: [DotNetResource] = parsedResources()
  /// String constants: UTF-16 in little-endian order.
  public private(set) lazy var constants: [ByteView] = parsedConstants()
  /// Offsets in the file of the initial data of fields.
  public private(set) lazy var fieldOffsets: [Int64] = parsedFieldOffsets()
  lazy var userStringTable: DotNetUserStrings = parsedUserStrings()
  public private(set) lazy var classes: [DotNetClass] = parsedClasses()
  lazy var generics: DotNetGenericParameters = parsedGenericParameters()
  /// The first enclosing class of each nested one: rows of the type definitions.
  lazy var enclosingTypes: [UInt32: UInt32] = parsedEnclosingTypes()
  lazy var interfaces: [UInt32: [UInt32]] = parsedInterfaces()
  var classDetails: [Int: DotNetClassDetails] = [:]
  var knownNames = DotNetKnownNames()
  var budget = DotNetBudget()
  /// Whether a bound of ours cut what has been asked for so far.
  public var isCut: Bool { !budget.isLeft }

  // MARK: parsing

  /// - Returns: nil where the engine says `is_dotnet == false`.
  public static func parse(_ data: ByteView, as dialect: FormatDialect = .yaraX) -> DotNetFile? {
    PEFile.parse(data, as: dialect).flatMap(parse)
  }

  /// The metadata of a file already read; the dialect is the one of `pe`.
  public static func parse(_ pe: PEFile) -> DotNetFile? {
    DotNetHeader(pe).map { DotNetFile(pe, $0) }
  }

  private init(_ pe: PEFile, _ header: DotNetHeader) {
    self.pe = pe
    data = pe.data
    dialect = pe.dialect
    root = header.root
    version = header.version
    streams = header.streams
    numberOfStreams = header.hasStreams ? header.streams.count : nil
    resourceDirectory = header.resources
    tableStream = header.tableStream
    userStringStream = header.userStringStream
    guidStream = header.guidStream
    heaps = DotNetHeaps(
      data, dialect, strings: header.stringStream, blobs: header.blobStream)
  }

  private func parsedTables() -> DotNetTableStream {
    guard let tableStream else { return DotNetTableStream(empty: data) }
    switch dialect {
    case .yaraX: return DotNetTableStream(yaraX: data, stream: tableStream)
    case .yara:
      // The tables are of no use to YARA without both heaps.
      guard heaps.strings != nil, heaps.blobs != nil else { return DotNetTableStream(empty: data) }
      return DotNetTableStream(yara: data, offset: tableStream.offset)
    }
  }

  /// The rows of a table: those that lie wholly in the file, up to the first that does not.
  func wholeRows(_ table: DotNetTable) -> (extent: DotNetTableStream.Extent, rows: Range<Int>)? {
    guard let extent = tables.extent(table) else { return nil }
    guard extent.rowSize > 0, extent.start <= data.count else { return (extent, 0..<0) }
    return (extent, 0..<min(extent.count, (data.count - extent.start) / extent.rowSize))
  }
}
