internal import Bytes

/// Where the metadata tables lie, by the header of the `#~` or `#-` stream (ECMA-335 II.24.2.6).
///
/// The tables follow each other without gaps, and the width of an index depends on the rows of the
/// tables it may point into, so one wrong count moves everything behind it. The engines stop at
/// different places of a damaged stream, and what lies behind is absent:
/// YARA-X reads at most 15,000 rows of a table, wants each table wholly in the stream and each
/// coded index with a tag that exists. YARA reads on to the end of the file and stops at the first
/// table with more rows than that, or that it does not know: the parameter pointers are such a one.
struct DotNetTableStream {
  /// One table; its rows may lie outside of the file in YARA's reading.
  struct Extent {
    var start: Int
    var count: Int
    var rowSize: Int
    /// Offset of each column in a row, then the row's size.
    var columns: [UInt8]

    /// Offset in the file of a row counted from 0.
    func row(_ index: Int) -> Int { start + index * rowSize }
  }

  let data: ByteView
  private var extents: [Extent?]
  /// YARA: every table was known and small enough, so that the classes are read.
  private(set) var isComplete = false

  private static let headerSize = 24
  private static let hasExtraData: UInt8 = 0x40

  func extent(_ table: DotNetTable) -> Extent? { extents[table.rawValue] }

  /// A stream without any table.
  init(empty data: ByteView) {
    self.data = data
    extents = Array(repeating: nil, count: DotNetTable.allCases.count)
  }

  // MARK: YARA-X

  init(yaraX data: ByteView, stream: DotNetExtent) {
    self.init(empty: data)
    guard let view = stream.view(in: data), view.count >= Self.headerSize,
      let heapSizes = view.byte(at: 6), let valid = view.little(at: 8, as: UInt64.self)
    else { return }
    var rows = [UInt32](repeating: 0, count: 64)
    var offset = Self.headerSize
    for bit in 0..<64 where valid >> UInt64(bit) & 1 != 0 {
      guard let count = view.little(at: offset, as: UInt32.self) else { return }
      rows[bit] = min(count, UInt32(DotNetLimits.rows))
      offset += 4
    }
    let widths = DotNetWidths(heapSizes: heapSizes, rows: rows, dialect: .yaraX)
    for table in DotNetTable.allCases {
      let columns = widths.columns(of: table)
      let rowSize = Int(columns.last ?? 0)
      let count = Int(rows[table.rawValue])
      guard view.slice(at: offset, length: count * rowSize) != nil else { return }
      let extent = Extent(
        start: stream.offset + offset, count: count, rowSize: rowSize, columns: columns)
      guard hasValidTags(table, extent) else { return }
      extents[table.rawValue] = extent
      offset += count * rowSize
    }
    isComplete = true
  }

  /// Whether each coded index names a table and each constant has a type.
  private func hasValidTags(_ table: DotNetTable, _ extent: Extent) -> Bool {
    for (index, column) in table.columns.enumerated() {
      switch column {
      case .coded(let kind) where kind.tagCount < 1 << kind.tagBits:
        let mask = UInt8((1 << kind.tagBits) - 1)
        let limit = UInt8(kind.tagCount)
        var offset = extent.start + Int(extent.columns[index])
        for _ in 0..<extent.count {
          guard let low = data.byte(at: offset), low & mask < limit else { return false }
          offset += extent.rowSize
        }
      case .elementType:
        var offset = extent.start + Int(extent.columns[index])
        for _ in 0..<extent.count {
          guard let type = data.byte(at: offset), DotNetTable.isElementType(type) else { return false }
          offset += extent.rowSize
        }
      default: break
      }
    }
    return true
  }

  // MARK: YARA

  /// - Parameter offset: of the stream, from the start of the file.
  init(yara data: ByteView, offset: Int) {
    self.init(empty: data)
    guard data.slice(at: offset, length: Self.headerSize) != nil,
      let heapSizes = data.byte(at: offset + 6),
      let valid = data.little(at: offset + 8, as: UInt64.self)
    else { return }
    var rows = [UInt32](repeating: 0, count: 64)
    var rowOffset = offset + Self.headerSize
    for bit in 0..<64 where valid >> UInt64(bit) & 1 != 0 {
      // A count beyond the end of the file is 0 here and ends the walk below.
      rows[bit] = data.little(at: rowOffset, as: UInt32.self) ?? 0
      rowOffset += 4
    }
    let widths = DotNetWidths(heapSizes: heapSizes, rows: rows, dialect: .yara)
    var start = rowOffset + (heapSizes & Self.hasExtraData != 0 ? 4 : 0)
    rowOffset = offset + Self.headerSize
    for bit in 0..<64 where valid >> UInt64(bit) & 1 != 0 {
      guard data.slice(at: rowOffset, length: 4) != nil, rows[bit] <= UInt32(DotNetLimits.rows),
        let table = DotNetTable(rawValue: bit), table != .paramPtr
      else { return }
      rowOffset += 4
      let columns = widths.columns(of: table)
      let rowSize = Int(columns.last ?? 0)
      switch table {
      // The first row of these two is read before the rows are counted; where the file ends within
      // it (for the module: within the longest such row) the table takes no room.
      case .module where data.slice(at: start, length: 18) == nil,
        .assembly where data.slice(at: start, length: rowSize) == nil:
        continue
      default: break
      }
      extents[bit] = Extent(
        start: start, count: Int(rows[bit]), rowSize: rowSize, columns: columns)
      start += Int(rows[bit]) * rowSize
    }
    isComplete = true
  }
}

/// The widths of all columns of a stream's tables.
struct DotNetWidths {
  private let heapSizes: UInt8
  private let rows: [UInt32]
  private let dialect: FormatDialect
  private let coded: [UInt8]

  /// - Parameter rows: 64 of them, 0 for absent tables.
  init(heapSizes: UInt8, rows: [UInt32], dialect: FormatDialect) {
    self.heapSizes = heapSizes
    self.rows = rows
    self.dialect = dialect
    coded = DotNetCodedIndex.allCases.map { kind in
      var largest: UInt32 = 0
      for case .some(let table) in kind.tables {
        // YARA forgets the type definitions here.
        if dialect == .yara, kind == .memberRefParent, table == .typeDef { continue }
        largest = max(largest, rows[table.rawValue])
      }
      // The engines disagree by one row on what fits in 16 bits.
      let fitting: UInt32 =
        dialect == .yaraX ? 1 << UInt32(16 - kind.tagBits) : 0xFFFF >> UInt32(kind.tagBits)
      return largest > fitting ? 4 : 2
    }
  }

  /// The offset of each column and, as the last element, the size of a row.
  func columns(of table: DotNetTable) -> [UInt8] {
    var offsets: [UInt8] = [0]
    offsets.reserveCapacity(10)
    var offset: UInt8 = 0
    for column in table.columns {
      offset += width(of: column)
      offsets.append(offset)
    }
    return offsets
  }

  private func width(of column: DotNetColumn) -> UInt8 {
    switch column {
    case .fixed(let size): UInt8(size)
    case .elementType: 1
    case .string: heapSizes & 1 != 0 ? 4 : 2
    case .guid: heapSizes & 2 != 0 ? 4 : 2
    case .blob: heapSizes & 4 != 0 ? 4 : 2
    case .row(let table): rows[table.rawValue] > 0xFFFF ? 4 : 2
    case .coded(let kind): coded[kind.rawValue]
    }
  }
}

extension DotNetTableStream.Extent {
  /// The number in a column of a row (both counted from 0), if the row's column lies in the file.
  func value(_ data: ByteView, row: Int, column: Int) -> UInt32? {
    let offset = self.row(row) + Int(columns[column])
    switch columns[column + 1] - columns[column] {
    case 1: return data.byte(at: offset).map(UInt32.init)
    case 2: return data.little(at: offset, as: UInt16.self).map(UInt32.init)
    default: return data.little(at: offset, as: UInt32.self)
    }
  }

  /// Whether the whole row lies in the file.
  func holds(_ data: ByteView, row: Int) -> Bool {
    data.slice(at: self.row(row), length: rowSize) != nil
  }
}
