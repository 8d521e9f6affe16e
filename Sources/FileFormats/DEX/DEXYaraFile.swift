public import Bytes

/// What YARA's `dex` module reports of a Dalvik executable.
///
/// In: the bytes of a file, hostile or not. Out: the header at once, entries of tables as they are
/// asked for. The law: nothing here traps. YARA reads the tables one after the other and stops at
/// the first that does not lie wholly inside the file, so what comes later is missing then; an
/// entry that points at nothing leaves a hole, and positions stay those of the file.
///
/// One owner, one thread; it lives no longer than the view it was made of.
public final class DEXYaraFile {
  public let data: ByteView
  /// Strings up to the last that is none of the holes.
  public private(set) lazy var stringCount: Int = countStrings()
  private lazy var contents: DEXClassContents = DEXClassContents(self)
  private lazy var methodSearch: DEXMethodSearch = DEXMethodSearch(
    self, methods.prefix(contents.namedMethods))

  /// How far the tables were read, each step after the one before.
  private enum Step: Int, Comparable {
    case strings, types, prototypes, fields, methods, map, classes
    static func < (left: Step, right: Step) -> Bool { left.rawValue < right.rawValue }
  }

  private let firstMissing: Step?
  /// The entries of the map that are reported.
  public let mapItemCount: Int

  /// YARA takes no index beyond this one from the file.
  static let greatestIndex = 0x80000
  static let headerSize = 0x70
  private static let classSize = 32
  private static let mapItemSize = 12

  /// Nil where YARA takes the file for none: it knows the versions 035 to 039.
  public static func parse(_ data: ByteView) -> DEXYaraFile? {
    guard data.count >= headerSize, data.big(at: 0, as: UInt32.self) == 0x6465_780A,
      data.big(at: 4, as: UInt16.self) == 0x3033, let digit = data.byte(at: 6),
      (UInt8(ascii: "5")...UInt8(ascii: "9")).contains(digit), data.byte(at: 7) == 0
    else { return nil }
    return DEXYaraFile(data)
  }

  private init(_ data: ByteView) {
    self.data = data
    let header = DEXYaraHeader(data: data)
    var firstMissing: Step?
    var items = 0
    for (step, table, size) in [
      (Step.strings, header.strings, 4), (.types, header.types, 4),
      (.prototypes, header.prototypes, 12), (.fields, header.fields, 8),
      (.methods, header.methods, 8),
    ] where firstMissing == nil {
      if !table.isInside(data, recordSize: size) { firstMissing = step }
    }
    if firstMissing == nil, header.mapOffset != 0,
      let claimed = data.little(at: Int(header.mapOffset), as: UInt32.self)
    {
      // The space after the map's place is not looked at as a whole, only entry by entry.
      let place = Int(header.mapOffset) + 4
      let fitting = (data.count - place) / Self.mapItemSize
      if 4 + Int(claimed) * Self.mapItemSize > data.count {
        firstMissing = .classes
      } else {
        items = min(Int(claimed), fitting)
        if fitting < Int(claimed) { firstMissing = .classes }
      }
    }
    if firstMissing == nil, !header.classes.isInside(data, recordSize: Self.classSize) {
      firstMissing = .classes
    }
    self.firstMissing = firstMissing
    mapItemCount = items
  }

  private func has(_ step: Step) -> Bool { firstMissing.map { step < $0 } ?? true }

  public var header: DEXYaraHeader { DEXYaraHeader(data: data) }

  private func quarter(_ offset: Int) -> UInt32 { data.little(at: offset, as: UInt32.self) ?? 0 }
  private func half(_ offset: Int) -> UInt16 { data.little(at: offset, as: UInt16.self) ?? 0 }

  // MARK: - Strings

  public struct StringEntry {
    public let offset: UInt32
    public let size: UInt32
    /// As many bytes as the size says, from the second byte at `offset` on.
    public let value: ByteView
  }

  private func countStrings() -> Int {
    guard has(.strings) else { return 0 }
    var count = Int(header.strings.size)
    while count > 0, string(inTable: count - 1) == nil { count -= 1 }
    return count
  }

  /// Nil for a hole in the table, and past its end.
  public func string(_ index: Int) -> StringEntry? {
    guard has(.strings), index >= 0, index < Int(header.strings.size) else { return nil }
    return string(inTable: index)
  }

  private func string(inTable index: Int) -> StringEntry? {
    let offset = quarter(Int(header.strings.offset) + 4 * index)
    guard data.slice(at: Int(offset), length: 4) != nil else { return nil }
    var end = Int(offset)
    guard let size = LEB128.bounded(data, &end),
      let value = data.slice(at: Int(offset) + 1, length: Int(size))
    else { return nil }
    return StringEntry(offset: offset, size: size, value: value)
  }

  /// The string of an index that the file gives.
  func text(_ index: UInt32) -> ByteView? {
    Int(index) <= Self.greatestIndex ? string(Int(index))?.value : nil
  }

  // MARK: - Tables of numbers

  public var typeCount: Int { has(.types) ? Int(header.types.size) : 0 }
  public var prototypeCount: Int { has(.prototypes) ? Int(header.prototypes.size) : 0 }
  public var fieldIDCount: Int { has(.fields) ? Int(header.fields.size) : 0 }
  public var methodIDCount: Int { has(.methods) ? Int(header.methods.size) : 0 }
  /// The classes that are reported: up to one whose data is damaged, that one included.
  public var classCount: Int { contents.classCount }

  /// `descriptor_idx`. The index must be below the count, here and below.
  public func typeDescriptor(_ index: Int) -> UInt32 {
    quarter(Int(header.types.offset) + 4 * index)
  }

  /// `shorty_idx`, `return_type_idx` and `parameters_offset`: parts 0 to 2.
  public func prototype(_ index: Int, part: Int) -> UInt32 {
    quarter(Int(header.prototypes.offset) + 12 * index + 4 * part)
  }

  public struct MemberID {
    public let classIndex: UInt16
    /// The index of a field's type or of a method's prototype.
    public let typeIndex: UInt16
    public let nameIndex: UInt32
  }

  public func fieldID(_ index: Int) -> MemberID {
    memberID(Int(header.fields.offset) + 8 * index)
  }

  public func methodID(_ index: Int) -> MemberID {
    memberID(Int(header.methods.offset) + 8 * index)
  }

  private func memberID(_ offset: Int) -> MemberID {
    MemberID(
      classIndex: half(offset), typeIndex: half(offset + 2), nameIndex: quarter(offset + 4))
  }

  /// The eight numbers of a class, in their order in the file.
  public func classDefinition(_ index: Int, part: Int) -> UInt32 {
    quarter(Int(header.classes.offset) + Self.classSize * index + 4 * part)
  }

  /// The number of classes that the file claims and has room for, if YARA gets so far.
  var classTableCount: Int? { has(.classes) ? Int(header.classes.size) : nil }

  /// The map's size, which is reported even where the entries are not.
  public var mapSize: UInt32? {
    guard has(.map), header.mapOffset != 0 else { return nil }
    return data.little(at: Int(header.mapOffset), as: UInt32.self)
  }

  public func mapItem(_ index: Int) -> DEXMapItem {
    let offset = Int(header.mapOffset) + 4 + Self.mapItemSize * index
    return DEXMapItem(
      type: half(offset), unused: half(offset + 2), size: quarter(offset + 4),
      offset: quarter(offset + 8))
  }

  // MARK: - Fields and methods of classes

  /// The sizes in the data of each class that has data.
  public var classData: [DEXClassContents.Sizes] { contents.sizes }
  /// The last one may lack its names: it points past its table.
  public var fields: [DEXClassContents.Member] { contents.fields }
  public var methods: [DEXClassContents.Member] { contents.methods }
  /// Nil unless all classes could be read.
  public var numberOfFields: Int? { contents.isComplete ? contents.namedFields : nil }
  public var numberOfMethods: Int? { contents.isComplete ? contents.namedMethods : nil }

  /// Name, class and type or prototype of a field.
  public func names(ofField member: DEXClassContents.Member) -> DEXMemberNames {
    names(of: member, fieldIDCount, fieldID) { typeDescriptor(of: UInt32($0)) }
  }

  /// Name, class and the prototype's short form of a method.
  public func names(ofMethod member: DEXClassContents.Member) -> DEXMemberNames {
    names(of: member, methodIDCount, methodID) { index in
      Int(index) < prototypeCount ? text(prototype(Int(index), part: 0)) : nil
    }
  }

  /// The positions of a method's name and class among the strings; nil where it has none.
  func nameIndices(ofMethod member: DEXClassContents.Member) -> (name: UInt32, className: UInt32?) {
    let found = methodID(Int(member.index))
    let type = Int(found.classIndex)
    return (found.nameIndex, type < typeCount ? typeDescriptor(type) : nil)
  }

  private func names(
    of member: DEXClassContents.Member, _ count: Int, _ identifier: (Int) -> MemberID,
    _ typeName: (UInt16) -> ByteView?
  ) -> DEXMemberNames {
    let index = Int(member.index)
    guard index <= Self.greatestIndex, index < count else { return DEXMemberNames() }
    let found = identifier(index)
    return DEXMemberNames(
      name: text(found.nameIndex), className: typeDescriptor(of: UInt32(found.classIndex)),
      prototype: typeName(found.typeIndex))
  }

  private func typeDescriptor(of index: UInt32) -> ByteView? {
    Int(index) < typeCount ? text(typeDescriptor(Int(index))) : nil
  }

  /// The code of a method; nil if it has none, it lies outside, or the method has no names.
  public func code(of method: DEXClassContents.Member) -> DEXCodeItem? {
    guard method.codeOffset != 0, Int(method.index) <= Self.greatestIndex,
      Int(method.index) < methodIDCount
    else { return nil }
    return DEXCodeItem(data, at: Int(method.codeOffset))
  }

  // MARK: - The module's functions

  /// `has_method` and `has_class`: whether YARA finds a method of which both hold. A method whose
  /// class has no name passes the class's test where both are asked for. Nil if the classes could
  /// not all be read.
  public func hasMethod(
    class isWantedClass: ((ByteView) -> Bool)?, name isWantedName: ((ByteView) -> Bool)?
  ) -> Bool? {
    contents.isComplete ? methodSearch.contains(class: isWantedClass, name: isWantedName) : nil
  }
}

/// What a field's or a method's position in its table tells; nil where YARA reports nothing.
public struct DEXMemberNames {
  public var name: ByteView?
  public var className: ByteView?
  public var prototype: ByteView?
}

/// The header as YARA reports it, decoded number by number. It lies inside the data.
public struct DEXYaraHeader {
  let data: ByteView

  public struct Table {
    public let size: UInt32
    public let offset: UInt32

    func isInside(_ data: ByteView, recordSize: Int) -> Bool {
      data.slice(at: Int(offset), length: Int(size) * recordSize) != nil
    }
  }

  /// The header's 32-bit numbers from the file's size on, at byte 32.
  public func number(_ index: Int) -> UInt32 {
    data.little(at: 32 + 4 * index, as: UInt32.self) ?? 0
  }

  private func table(_ index: Int) -> Table {
    Table(size: number(index), offset: number(index + 1))
  }

  public var magic: ByteView { data.clamped(at: 0, length: 8) }
  public var checksum: UInt32 { data.little(at: 8, as: UInt32.self) ?? 0 }
  /// SHA-1 as raw bytes.
  public var signature: ByteView { data.clamped(at: 12, length: 20) }
  public var mapOffset: UInt32 { number(5) }
  public var strings: Table { table(6) }
  public var types: Table { table(8) }
  public var prototypes: Table { table(10) }
  public var fields: Table { table(12) }
  public var methods: Table { table(14) }
  public var classes: Table { table(16) }
}
