public import Bytes

/// The fields and methods that the data of all classes list, as YARA reads them.
///
/// The law: each entry takes two bytes or more, but classes may share their data; what is kept is
/// bounded by `mostMembers`. Damage in one class ends the reading of all.
public struct DEXClassContents {
  /// The sizes at the beginning of a class's data.
  public struct Sizes {
    public let staticFields: UInt32
    public let instanceFields: UInt32
    public let directMethods: UInt32
    public let virtualMethods: UInt32
  }

  public struct Member {
    /// The position in the table of fields or of methods: the sum of the differences so far.
    public let index: UInt32
    public let difference: UInt32
    public let accessFlags: UInt32
    /// 0 for fields, and for methods without code.
    public let codeOffset: UInt32
    /// Static fields and direct methods, or else instance fields and virtual methods.
    public let isFirstKind: Bool
  }

  private(set) var sizes: [Sizes] = []
  private(set) var fields: [Member] = []
  private(set) var methods: [Member] = []
  /// Members that point into their table. One more may stand behind them that does not.
  private(set) var namedFields = 0
  private(set) var namedMethods = 0
  /// Classes up to the one that ended the reading.
  private(set) var classCount = 0
  private(set) var isComplete = false

  /// An executable has 65,536 methods and as many fields at most.
  private static let mostMembers = 1 << 20

  init(_ file: DEXYaraFile) {
    guard let count = file.classTableCount else { return }
    for index in 0..<count {
      classCount = index + 1
      let place = Int(file.classDefinition(index, part: 6))
      if place != 0, !read(file, at: place) { return }
    }
    isComplete = true
  }

  private mutating func read(_ file: DEXYaraFile, at place: Int) -> Bool {
    let data = file.data
    guard data.slice(at: place, length: 16) != nil else { return false }
    var offset = place
    guard let staticFields = LEB128.bounded(data, &offset),
      let instanceFields = LEB128.bounded(data, &offset),
      let directMethods = LEB128.bounded(data, &offset),
      let virtualMethods = LEB128.bounded(data, &offset)
    else { return false }
    sizes.append(
      Sizes(
        staticFields: staticFields, instanceFields: instanceFields, directMethods: directMethods,
        virtualMethods: virtualMethods))
    let fieldTable = min(file.fieldIDCount, DEXYaraFile.greatestIndex + 1)
    for (count, isStatic) in [(staticFields, true), (instanceFields, false)] {
      Self.readMembers(
        data, &offset, count, isStatic, hasCode: false, tableCount: fieldTable, &fields,
        &namedFields)
    }
    let methodTable = min(file.methodIDCount, DEXYaraFile.greatestIndex + 1)
    for (count, isDirect) in [(directMethods, true), (virtualMethods, false)] {
      Self.readMembers(
        data, &offset, count, isDirect, hasCode: true, tableCount: methodTable, &methods,
        &namedMethods)
    }
    return true
  }

  /// Reads until the first that is cut off or points past its table; the latter is kept behind the
  /// others until one takes its place.
  private static func readMembers(
    _ data: ByteView, _ offset: inout Int, _ count: UInt32, _ isFirstKind: Bool, hasCode: Bool,
    tableCount: Int, _ members: inout [Member], _ named: inout Int
  ) {
    var index: UInt32 = 0
    for _ in 0..<count {
      // YARA asks for so many bytes even where fewer are used.
      guard named < mostMembers, data.slice(at: offset, length: hasCode ? 12 : 8) != nil else {
        return
      }
      var end = offset
      guard let difference = LEB128.bounded(data, &end),
        let accessFlags = LEB128.bounded(data, &end)
      else { return }
      var codeOffset: UInt32 = 0
      if hasCode {
        guard let place = LEB128.bounded(data, &end) else { return }
        codeOffset = place
      }
      index &+= difference
      let member = Member(
        index: index, difference: difference, accessFlags: accessFlags, codeOffset: codeOffset,
        isFirstKind: isFirstKind)
      if members.count > named { members[named] = member } else { members.append(member) }
      guard Int(index) < tableCount else { return }
      named += 1
      offset = end
    }
  }
}

/// A method's code.
public struct DEXCodeItem {
  public let registers: UInt16
  public let ins: UInt16
  public let outs: UInt16
  public let tries: UInt16
  public let debugInfoOffset: UInt32
  /// In units of 16 bits.
  public let instructionCount: UInt32
  /// Nil where they do not lie wholly inside the file.
  public let instructions: ByteView?

  init?(_ data: ByteView, at offset: Int) {
    guard let registers = data.little(at: offset, as: UInt16.self),
      let ins = data.little(at: offset + 2, as: UInt16.self),
      let outs = data.little(at: offset + 4, as: UInt16.self),
      let tries = data.little(at: offset + 6, as: UInt16.self),
      let debugInfoOffset = data.little(at: offset + 8, as: UInt32.self),
      let instructionCount = data.little(at: offset + 12, as: UInt32.self)
    else { return nil }
    self.registers = registers
    self.ins = ins
    self.outs = outs
    self.tries = tries
    self.debugInfoOffset = debugInfoOffset
    self.instructionCount = instructionCount
    instructions = data.slice(at: offset + 16, length: Int(instructionCount) * 2)
  }
}

extension LEB128 {
  /// Reads a number of 32 bits as YARA does: of a fifth byte all eight bits are taken. Nil if it
  /// is cut off.
  static func bounded(_ data: ByteView, _ offset: inout Int) -> UInt32? {
    var value: UInt32 = 0
    for shift in stride(from: UInt32(0), through: 21, by: 7) {
      guard let byte = data.byte(at: offset) else { return nil }
      offset += 1
      value |= UInt32(byte & 0x7F) << shift
      if byte < 0x80 { return value }
    }
    guard let byte = data.byte(at: offset) else { return nil }
    offset += 1
    return value | UInt32(byte) << 28
  }
}
