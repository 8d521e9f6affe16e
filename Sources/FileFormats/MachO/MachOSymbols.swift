public import Bytes

/// One named entry of the symbol table (mach-o/nlist.h).
public struct MachOSymbol: Sendable {
  /// The entry in `symtab.entries`.
  public let name: ByteView
  public let stringIndex: UInt32
  public let type: UInt8
  public let section: UInt8
  public let description: UInt16
  public let value: UInt64

  // The type's upper three bits mark debugging symbols, the next one private externals; then come
  // three bits that tell where the symbol is defined, and the mark of externals.

  /// Defined nowhere in the file, external or not.
  var isImport: Bool { type & 0xEE == 0 }
  /// External and undefined, as `symhash` wants it.
  var isExternalImport: Bool { type & 0xEF == 0x01 }
  /// External and defined: absolute, by another symbol, or in a section.
  var isExport: Bool { type & 0xE1 == 0x01 && [0x02, 0x0A, 0x0E].contains(type & 0x0E) }
}

/// The entries of the symbol table that have a name, decoded as they are asked for.
public struct MachOSymbols: RandomAccessCollection, Sendable {
  private let reader: FormatReader
  private let start: Int
  private let strings: ByteView
  /// Positions in the table of the entries with a name.
  private let named: [UInt32]

  public var startIndex: Int { 0 }
  public var endIndex: Int { named.count }

  private var recordSize: Int { reader.is64Bit ? 16 : 12 }

  init(_ reader: FormatReader, _ table: MachOSymbolTable?, limits: MachOLimits) {
    self.reader = reader
    var named: [UInt32] = []
    start = Int(table?.symbolOffset ?? 0)
    strings =
      table.flatMap { reader.data.slice(at: Int($0.stringOffset), length: Int($0.stringSize)) }
      ?? reader.data.clamped(at: 0, length: 0)
    let recordSize = reader.is64Bit ? 16 : 12
    if let table, strings.count > 0 {
      // A name that does not end within the strings ends the table.
      var unterminated = strings.count
      while let last = strings.byte(at: unterminated - 1), last != 0, limits.nameBytes > 0 {
        unterminated -= 1
        limits.nameBytes -= 1
      }
      for index in 0..<table.symbolCount {
        guard limits.symbols > 0 else { break }
        limits.symbols -= 1
        let offset = start + Int(index) * recordSize
        guard reader.data.slice(at: offset, length: recordSize) != nil,
          let place = reader.quarter(offset)
        else { break }
        if place > strings.count { continue }
        guard place < unterminated else { break }
        // A name that begins is one; where it ends is looked up when it is asked for.
        if strings.byte(at: Int(place)) != 0 { named.append(index) }
      }
    }
    self.named = named
  }

  /// Longest name that is read; symbols can all point at one endless name.
  private static let longestName = 1 << 16

  private static func name(_ strings: ByteView, _ place: UInt32) -> ByteView? {
    guard Int(place) < strings.count else { return nil }
    return strings.text(at: Int(place), limit: longestName)?.text
  }

  public subscript(index: Int) -> MachOSymbol { symbol(index, name: name(index)) }

  /// The symbol with an empty name: a name is as long as the file wants it.
  public func unnamed(_ index: Int) -> MachOSymbol {
    symbol(index, name: strings.clamped(at: 0, length: 0))
  }

  public func name(_ index: Int) -> ByteView {
    let place = reader.quarter(start + Int(named[index]) * recordSize) ?? 0
    return Self.name(strings, place) ?? strings.clamped(at: 0, length: 0)
  }

  private func symbol(_ index: Int, name: ByteView) -> MachOSymbol {
    let offset = start + Int(named[index]) * recordSize
    return MachOSymbol(
      name: name, stringIndex: reader.quarter(offset) ?? 0,
      type: reader.data.byte(at: offset + 4) ?? 0,
      section: reader.data.byte(at: offset + 5) ?? 0, description: reader.half(offset + 6) ?? 0,
      value: reader.word(offset + 8) ?? 0)
  }
}

/// White space as Unicode defines it, at the ends of UTF-8 text that may be ill-formed.
enum UnicodeWhitespace {
  static func isBlank(_ view: ByteView) -> Bool { trimmed(view).count == 0 }

  static func trimmed(_ view: ByteView) -> ByteView {
    var start = 0
    var end = view.count
    while start < end, let length = leading(view, start, end) { start += length }
    while start < end, let length = trailing(view, start, end) { end -= length }
    return view.clamped(at: start, length: end - start)
  }

  private static func leading(_ view: ByteView, _ start: Int, _ end: Int) -> Int? {
    for length in 1...3 where start + length <= end && isSpace(view, start, length) {
      return length
    }
    return nil
  }

  private static func trailing(_ view: ByteView, _ start: Int, _ end: Int) -> Int? {
    for length in 1...3 where start + length <= end && isSpace(view, end - length, length) {
      return length
    }
    return nil
  }

  /// True if the `length` bytes at `offset`, which lie inside, encode one space.
  private static func isSpace(_ view: ByteView, _ offset: Int, _ length: Int) -> Bool {
    guard let first = view.byte(at: offset) else { return false }
    switch length {
    case 1: return first == 0x20 || (first >= 0x09 && first <= 0x0D)
    case 2:
      // U+0085 and U+00A0.
      return first == 0xC2 && [0x85, 0xA0].contains(view.byte(at: offset + 1))
    default:
      guard let second = view.byte(at: offset + 1), let third = view.byte(at: offset + 2) else {
        return false
      }
      switch (first, second) {
      case (0xE1, 0x9A): return third == 0x80
      // U+2000 to U+200A, U+2028, U+2029 and U+202F.
      case (0xE2, 0x80): return third <= 0x8A || [0xA8, 0xA9, 0xAF].contains(third)
      case (0xE2, 0x81): return third == 0x9F
      case (0xE3, 0x80): return third == 0x80
      default: return false
      }
    }
  }
}
