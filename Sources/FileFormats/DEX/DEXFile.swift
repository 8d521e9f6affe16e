public import Bytes

/// A method's prototype: its short form, the type it returns, and those of its parameters.
public struct DEXPrototype: Sendable {
  public let shorty: FormatText
  public let returnType: FormatText
  public let parameters: [FormatText]
}

public struct DEXField: Sendable {
  public let className: FormatText
  public let type: FormatText
  public let name: FormatText
}

public struct DEXMethod: Sendable {
  public let className: FormatText
  public let prototype: DEXPrototype
  public let name: FormatText
}

public struct DEXClass: Sendable {
  public let className: FormatText
  public let accessFlags: UInt32
  public let superclass: FormatText?
  public let sourceFile: FormatText?
}

public struct DEXMapItem: Sendable, Equatable {
  public let type: UInt16
  public let unused: UInt16
  public let size: UInt32
  public let offset: UInt32
}

/// What YARA-X's `dex` module reports of a Dalvik executable.
///
/// In: the bytes of a file, hostile or not. Out: the header at once, each table on first use. The
/// law: nothing here traps; a table has a million entries at most (YARA-X's bound), and an entry
/// is a few numbers that point into the file. An entry that points at nothing is left out, and
/// since the tables point at each other by position, everything behind it is then named wrongly,
/// as in YARA-X. YARA's older `dex` module has other fields: see `DEXYaraFile`.
///
/// One owner, one thread; it lives no longer than the view it was made of.
public final class DEXFile {
  public let data: ByteView
  public let header: DEXHeader

  public private(set) lazy var strings: DEXStrings = DEXStrings(data, header.strings)
  private lazy var typeIndexes: [UInt32] = readTypes()
  private lazy var prototypeRecords: [Prototype] = readPrototypes()
  private lazy var fieldRecords: [Triple] = readFields()
  private lazy var methodRecords: [Triple] = readMethods()
  private lazy var classRecords: [Class] = readClasses()
  /// Nil if the map lies outside the file.
  public private(set) lazy var map: (size: UInt32, items: [DEXMapItem])? = readMap()

  private static let mostEntries = 1_000_000
  private static let noIndex: UInt32 = .max

  public static func parse(_ data: ByteView) -> DEXFile? {
    DEXHeader(data).map { DEXFile(data, $0) }
  }

  private init(_ data: ByteView, _ header: DEXHeader) {
    self.data = data
    self.header = header
  }

  private struct Prototype {
    let shorty: UInt32
    let returnType: UInt32
    let parameters: UInt32
  }

  private struct Triple {
    let first: UInt32
    let second: UInt32
    let third: UInt32
  }

  private struct Class {
    let tableIndex: Int
    let type: UInt32
    let accessFlags: UInt32
    let superclass: UInt32
    let sourceFile: UInt32
  }

  // MARK: - Tables

  /// Calls `body` with the place of each record; a table at offset 0 is none.
  private func forEachRecord(
    _ table: DEXHeader.Table, size: Int, _ body: (_ offset: Int) -> Void
  ) {
    guard table.offset != 0 else { return }
    for index in 0..<min(Int(table.size), Self.mostEntries) {
      let offset = Int(table.offset) + index * size
      guard data.slice(at: offset, length: size) != nil else { return }
      body(offset)
    }
  }

  private func quarter(_ offset: Int) -> UInt32 { data.little(at: offset, as: UInt32.self) ?? 0 }

  private func half(_ offset: Int) -> UInt32 {
    UInt32(data.little(at: offset, as: UInt16.self) ?? 0)
  }

  private func readTypes() -> [UInt32] {
    var types: [UInt32] = []
    forEachRecord(header.types, size: 4) { offset in
      let index = quarter(offset)
      if Int(index) < strings.count { types.append(index) }
    }
    return types
  }

  private func readPrototypes() -> [Prototype] {
    var prototypes: [Prototype] = []
    forEachRecord(header.prototypes, size: 12) { offset in
      let record = Prototype(
        shorty: quarter(offset), returnType: quarter(offset + 4), parameters: quarter(offset + 8))
      if Int(record.shorty) < strings.count, Int(record.returnType) < typeIndexes.count {
        prototypes.append(record)
      }
    }
    return prototypes
  }

  private func readFields() -> [Triple] {
    var fields: [Triple] = []
    forEachRecord(header.fields, size: 8) { offset in
      let record = Triple(
        first: half(offset), second: half(offset + 2), third: quarter(offset + 4))
      if Int(record.first) < typeIndexes.count, Int(record.second) < typeIndexes.count,
        Int(record.third) < strings.count
      {
        fields.append(record)
      }
    }
    return fields
  }

  private func readMethods() -> [Triple] {
    var methods: [Triple] = []
    forEachRecord(header.methods, size: 8) { offset in
      let record = Triple(
        first: half(offset), second: half(offset + 2), third: quarter(offset + 4))
      if Int(record.first) < typeIndexes.count, Int(record.second) < prototypeRecords.count,
        Int(record.third) < strings.count
      {
        methods.append(record)
      }
    }
    return methods
  }

  private func readClasses() -> [Class] {
    var classes: [Class] = []
    forEachRecord(header.classes, size: 32) { offset in
      let record = Class(
        tableIndex: (offset - Int(header.classes.offset)) / 32, type: quarter(offset),
        accessFlags: quarter(offset + 4),
        superclass: quarter(offset + 8), sourceFile: quarter(offset + 16))
      if Int(record.type) < typeIndexes.count { classes.append(record) }
    }
    return classes
  }

  private func readMap() -> (size: UInt32, items: [DEXMapItem])? {
    let start = Int(header.mapOffset)
    guard let size = data.little(at: start, as: UInt32.self) else { return nil }
    let count = min(Int(size), (data.count - start - 4) / 12, Self.mostEntries)
    let items = (0..<count).map { index in
      let offset = start + 4 + 12 * index
      return DEXMapItem(
        type: UInt16(truncatingIfNeeded: half(offset)),
        unused: UInt16(truncatingIfNeeded: half(offset + 2)),
        size: quarter(offset + 4), offset: quarter(offset + 8))
    }
    return (size, items)
  }

  // MARK: - Entries

  public var typeCount: Int { typeIndexes.count }
  public var prototypeCount: Int { prototypeRecords.count }
  public var fieldCount: Int { fieldRecords.count }
  public var methodCount: Int { methodRecords.count }
  public var classCount: Int { classRecords.count }

  /// The index must be below the count, here and in the functions below.
  public func type(_ index: Int) -> FormatText { strings[Int(typeIndexes[index])] }

  public func prototype(_ index: Int) -> DEXPrototype {
    let record = prototypeRecords[index]
    return DEXPrototype(
      shorty: strings[Int(record.shorty)], returnType: type(Int(record.returnType)),
      parameters: parameterTypes(record.parameters).map { type(Int($0)) })
  }

  /// A list of types: none at offset 0, and none if it claims more than 255.
  private func parameterTypes(_ place: UInt32) -> [UInt16] {
    guard place != 0, let count = data.little(at: Int(place), as: UInt32.self), count <= 255 else {
      return []
    }
    var types: [UInt16] = []
    for index in 0..<Int(count) {
      guard let type = data.little(at: Int(place) + 4 + 2 * index, as: UInt16.self) else { break }
      if Int(type) < typeIndexes.count { types.append(type) }
    }
    return types
  }

  // Parts of prototypes and methods one by one: texts are as long as the file wants them.

  public func shorty(ofPrototype index: Int) -> FormatText {
    strings[Int(prototypeRecords[index].shorty)]
  }

  public func returnType(ofPrototype index: Int) -> FormatText {
    type(Int(prototypeRecords[index].returnType))
  }

  public func parameterCount(ofPrototype index: Int) -> Int {
    parameterTypes(prototypeRecords[index].parameters).count
  }

  public func parameter(_ parameter: Int, ofPrototype index: Int) -> FormatText {
    type(Int(parameterTypes(prototypeRecords[index].parameters)[parameter]))
  }

  public func className(ofMethod index: Int) -> FormatText { type(Int(methodRecords[index].first)) }
  public func name(ofMethod index: Int) -> FormatText { strings[Int(methodRecords[index].third)] }

  public func field(_ index: Int) -> DEXField {
    let record = fieldRecords[index]
    return DEXField(
      className: type(Int(record.first)), type: type(Int(record.second)),
      name: strings[Int(record.third)])
  }

  public func method(_ index: Int) -> DEXMethod {
    let record = methodRecords[index]
    return DEXMethod(
      className: type(Int(record.first)), prototype: prototype(Int(record.second)),
      name: strings[Int(record.third)])
  }

  public func classDefinition(_ index: Int) -> DEXClass {
    let record = classRecords[index]
    let superclass = Int(record.superclass)
    let sourceFile = Int(record.sourceFile)
    return DEXClass(
      className: type(Int(record.type)), accessFlags: record.accessFlags,
      superclass: superclass < typeIndexes.count ? type(superclass) : nil,
      sourceFile: sourceFile < strings.count ? strings[sourceFile] : nil)
  }

  /// The position in the file's table of a class that is listed.
  public func tableIndex(ofClass index: Int) -> Int { classRecords[index].tableIndex }

  /// The class at a position of the file's table, if it is listed.
  public func classIndex(atTable tableIndex: Int) -> Int? {
    var low = 0
    var high = classRecords.count
    while low < high {
      let middle = (low + high) / 2
      if classRecords[middle].tableIndex < tableIndex { low = middle + 1 } else { high = middle }
    }
    return low < classRecords.count && classRecords[low].tableIndex == tableIndex ? low : nil
  }

  /// The prototype of a method, by its index in the list of prototypes.
  public func prototypeIndex(ofMethod index: Int) -> Int { Int(methodRecords[index].second) }

  // MARK: - The module's functions

  /// `checksum()`: Adler-32 of the file without its magic number and checksum.
  public func checksum() -> UInt32 {
    Adler32.checksum(data.clamped(at: 12, length: data.count))
  }

  /// `signature()`: SHA-1 of the file without magic number, checksum and signature, in
  /// hexadecimal digits.
  public func signature() -> [UInt8] {
    Digest.hexadecimal(.sha1, of: data.clamped(at: 32, length: data.count))
  }

  /// `contains_string`. It and `contains_class` search by halving, as YARA-X does; in a table that
  /// is not sorted, as classes are not, they may miss what is there.
  public func containsString(_ name: ByteView) -> Bool {
    contains(name, count: strings.count) { strings[$0] }
  }

  public func containsMethod(_ name: ByteView) -> Bool {
    // Methods share names, and each name is looked at once.
    var isOther: Set<UInt32> = []
    return methodRecords.contains { method in
      if isOther.contains(method.third) { return false }
      if strings.isEqual(Int(method.third), to: name) { return true }
      isOther.insert(method.third)
      return false
    }
  }

  public func containsClass(_ name: ByteView) -> Bool {
    contains(name, count: classCount) { type(Int(classRecords[$0].type)) }
  }

  private func contains(
    _ name: ByteView, count: Int, _ text: (Int) -> FormatText
  ) -> Bool {
    guard count > 0 else { return false }
    let wanted = name.array
    func isGreater(_ index: Int) -> Bool {
      wanted.lexicographicallyPrecedes(text(index).array)
    }
    var base = 0
    var size = count
    while size > 1 {
      let half = size / 2
      if !isGreater(base + half) { base += half }
      size -= half
    }
    return text(base).array == wanted
  }
}

/// The checksum of zlib (RFC 1950, section 8.2).
enum Adler32 {
  static func checksum(_ data: ByteView) -> UInt32 {
    let modulus: UInt32 = 65_521
    // So many bytes can be added before a sum has to be reduced.
    let block = 5_552
    var low: UInt32 = 1
    var high: UInt32 = 0
    var offset = 0
    while offset < data.count {
      let end = min(offset + block, data.count)
      for index in offset..<end {
        low &+= UInt32(data[index])
        high &+= low
      }
      low %= modulus
      high %= modulus
      offset = end
    }
    return high << 16 | low
  }
}
