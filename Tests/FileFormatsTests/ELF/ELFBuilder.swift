/// Builds small ELF files: a header, one loadable and one dynamic segment, a text section,
/// symbols and the section table.
struct ELFBuilder {
  struct Symbol {
    var name: String
    var type: UInt8 = 2
    var bind: UInt8 = 1
    var visibility: UInt8 = 0
    var section: UInt16 = 0
    var value: UInt64 = 0
    var size: UInt64 = 0
  }

  var is64Bit = true
  var isBigEndian = false
  var type: UInt16 = 3
  var machine: UInt16 = 62
  var osABI: UInt8 = 0
  var entryAddress: UInt64 = 0x40_1010
  var symbols: [Symbol]? = nil
  var dynamicSymbols: [Symbol]? = nil
  var dynamic: [(tag: UInt64, value: UInt64)] = []
  /// Where the segment is mapped and where the text section claims to be; text bytes follow the
  /// headers.
  var segmentAddress: UInt64 = 0x40_0000
  var textAddress: UInt64 = 0x40_1000
  var segmentType: UInt32 = 1
  /// Whether symbols of one name point at one place of the string table.
  var sharesNames = false

  private struct Section {
    var name: String
    var type: UInt32
    var address: UInt64 = 0
    var bytes: [UInt8] = []
    var link: UInt32 = 0
  }

  /// Offset of the text section's bytes; they come first after the headers.
  var textOffset: Int { (is64Bit ? 64 + 2 * 56 : 52 + 2 * 32) }

  func built() -> [UInt8] {
    var sections = [
      Section(name: "", type: 0),
      Section(
        name: ".text", type: 1, address: textAddress, bytes: Array(repeating: 0x90, count: 64)),
    ]
    var dynamicWriter = writer
    for entry in dynamic {
      word(entry.tag, to: &dynamicWriter)
      word(entry.value, to: &dynamicWriter)
    }
    if !dynamic.isEmpty {
      word(0, to: &dynamicWriter)
      word(0, to: &dynamicWriter)
    }
    sections.append(Section(name: ".dynamic", type: 6, bytes: dynamicWriter.bytes))
    for (name, strings, type, table) in [
      (".symtab", ".strtab", 2, symbols), (".dynsym", ".dynstr", 11, dynamicSymbols),
    ] as [(String, String, UInt32, [Symbol]?)] {
      guard let table else { continue }
      let (records, names) = encoded(table)
      sections.append(
        Section(name: name, type: type, bytes: records, link: UInt32(sections.count + 1)))
      sections.append(Section(name: strings, type: 3, bytes: names))
    }
    var names: [UInt8] = [0]
    var nameOffsets: [UInt32] = []
    sections.append(Section(name: ".shstrtab", type: 3))
    for section in sections {
      nameOffsets.append(section.name.isEmpty ? 0 : UInt32(names.count))
      if !section.name.isEmpty { names += Array(section.name.utf8) + [0] }
    }
    sections[sections.count - 1].bytes = names

    var body: [UInt8] = []
    var offsets: [Int] = []
    for section in sections {
      offsets.append(section.type == 0 ? 0 : textOffset + body.count)
      body += section.bytes
    }
    return header(sectionTable: textOffset + body.count, sectionCount: sections.count)
      + segments(
        total: textOffset + body.count, dynamicOffset: offsets[2],
        dynamicSize: dynamicWriter.count)
      + body + table(sections, nameOffsets, offsets)
  }

  private var writer: OrderedWriter { OrderedWriter(isBigEndian: isBigEndian) }

  private func word(_ value: UInt64, to out: inout OrderedWriter) {
    if is64Bit { out.put(value) } else { out.put(UInt32(truncatingIfNeeded: value)) }
  }

  private func encoded(_ symbols: [Symbol]) -> (records: [UInt8], names: [UInt8]) {
    var out = writer
    var names: [UInt8] = [0]
    var places: [String: UInt32] = [:]
    for symbol in symbols {
      let known = sharesNames ? places[symbol.name] : nil
      let place = known ?? UInt32(symbol.name.isEmpty ? 0 : names.count)
      places[symbol.name] = place
      out.put(place)
      let info = symbol.bind << 4 | symbol.type
      if is64Bit {
        out.put(info)
        out.put(symbol.visibility)
        out.put(symbol.section)
        out.put(symbol.value)
        out.put(symbol.size)
      } else {
        word(symbol.value, to: &out)
        word(symbol.size, to: &out)
        out.put(info)
        out.put(symbol.visibility)
        out.put(symbol.section)
      }
      if !symbol.name.isEmpty, known == nil { names += Array(symbol.name.utf8) + [0] }
    }
    return (out.bytes, names)
  }

  private func header(sectionTable: Int, sectionCount: Int) -> [UInt8] {
    var out = writer
    out.bytes = [0x7F, 0x45, 0x4C, 0x46, is64Bit ? 2 : 1, isBigEndian ? 2 : 1, 1, osABI]
    out.pad(8)
    out.put(type)
    out.put(machine)
    out.put(UInt32(1))
    word(entryAddress, to: &out)
    word(UInt64(is64Bit ? 64 : 52), to: &out)
    word(UInt64(sectionTable), to: &out)
    out.put(UInt32(0))
    out.put(UInt16(is64Bit ? 64 : 52))
    out.put(UInt16(is64Bit ? 56 : 32))
    out.put(UInt16(2))
    out.put(UInt16(is64Bit ? 64 : 40))
    out.put(UInt16(sectionCount))
    out.put(UInt16(sectionCount - 1))
    return out.bytes
  }

  private func segments(total: Int, dynamicOffset: Int, dynamicSize: Int) -> [UInt8] {
    var out = writer
    for (kind, flags, offset, address, size) in [
      (segmentType, 5, 0, segmentAddress, UInt64(total) + 0x2000),
      (2, 6, UInt64(dynamicOffset), 0x50_0000, UInt64(dynamicSize)),
    ] as [(UInt32, UInt32, UInt64, UInt64, UInt64)] {
      out.put(kind)
      if is64Bit { out.put(flags) }
      for value in [offset, address, address + 1, size, size + 1] { word(value, to: &out) }
      if !is64Bit { out.put(flags) }
      word(0x1000, to: &out)
    }
    return out.bytes
  }

  private func table(_ sections: [Section], _ names: [UInt32], _ offsets: [Int]) -> [UInt8] {
    var out = writer
    for (index, section) in sections.enumerated() {
      out.put(names[index])
      out.put(section.type)
      for value in [
        section.type == 1 ? 6 : 0, section.address, UInt64(offsets[index]),
        UInt64(section.bytes.count),
      ] { word(value, to: &out) }
      out.put(section.link)
      out.put(UInt32(0))
      word(1, to: &out)
      word(0, to: &out)
    }
    return out.bytes
  }
}
