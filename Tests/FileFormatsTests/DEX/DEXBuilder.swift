/// Builds Dalvik executables of a version around their tables.
struct DEXBuilder {
  var version = "035"
  var strings: [[UInt8]]
  var types: [UInt32] = []
  var prototypes: [(shorty: UInt32, returnType: UInt32, parameters: [UInt16])] = []
  var fields: [(UInt16, UInt16, UInt32)] = []
  var methods: [(UInt16, UInt16, UInt32)] = []
  var classes: [(type: UInt32, flags: UInt32, superclass: UInt32, source: UInt32)] = []
  /// Code items, which begin at `codeOffset`.
  var code: [UInt8] = []
  /// The data of the first classes: their sizes, fields and methods.
  var classData: [[UInt8]] = []

  private var headerSize: Int { 0x70 + (version >= "041" ? 8 : 0) }

  private var starts: [Int] {
    let sizes = [
      strings.count * 4, types.count * 4, prototypes.count * 12, fields.count * 8,
      methods.count * 8, classes.count * 32,
    ]
    return sizes.reduce(into: [headerSize]) { $0.append($0[$0.count - 1] + $1) }
  }

  var codeOffset: Int { starts[6] }

  func built() -> [UInt8] {
    let starts = starts
    let data = starts[6]
    var heap = OrderedWriter()
    var tables = OrderedWriter()
    heap.bytes = code
    for string in strings {
      tables.put(UInt32(data + heap.count))
      heap.put(UInt8(string.count))
      heap.bytes += string + [0]
    }
    types.forEach { tables.put($0) }
    for prototype in prototypes {
      tables.put(prototype.shorty)
      tables.put(prototype.returnType)
      tables.put(prototype.parameters.isEmpty ? 0 : UInt32(data + heap.count))
      guard !prototype.parameters.isEmpty else { continue }
      heap.put(UInt32(prototype.parameters.count))
      prototype.parameters.forEach { heap.put($0) }
    }
    for record in fields + methods {
      tables.put(record.0)
      tables.put(record.1)
      tables.put(record.2)
    }
    for (index, record) in classes.enumerated() {
      let hasData = index < classData.count
      for value in [
        record.type, record.flags, record.superclass, 0, record.source, 0,
        hasData ? UInt32(data + heap.count) : 0, 0,
      ] { tables.put(value) }
      if hasData { heap.bytes += classData[index] }
    }
    let mapOffset = data + heap.count
    heap.put(UInt32(2))
    for item in 1...2 as ClosedRange<UInt32> {
      heap.put(UInt16(item))
      heap.put(UInt16(0))
      heap.put(item * 10)
      heap.put(item * 100)
    }

    var out = OrderedWriter()
    out.put("dex\n\(version)")
    out.put(UInt8(0))
    out.put(UInt32(0xABCD))
    out.bytes += Array(1...20)
    out.put(UInt32(mapOffset + 28))
    out.put(UInt32(0x70))
    out.put(UInt32(0x1234_5678))
    out.put(UInt32(5))
    out.put(UInt32(6))
    out.put(UInt32(mapOffset))
    for (table, count) in [
      strings.count, types.count, prototypes.count, fields.count, methods.count, classes.count,
    ].enumerated() {
      out.put(UInt32(count))
      out.put(UInt32(count == 0 ? 0 : starts[table]))
    }
    out.put(UInt32(0))
    out.put(UInt32(0))
    if version >= "041" {
      out.put(UInt32(77))
      out.put(UInt32(88))
    }
    return out.bytes + tables.bytes + heap.bytes
  }

  static let example = DEXBuilder(
    strings: ["A", "LMain;", "V", "run", "x"].map { Array($0.utf8) }, types: [0, 1, 2],
    prototypes: [(2, 2, [0, 1, 9]), (2, 2, [])], fields: [(1, 0, 4), (9, 0, 4)],
    methods: [(1, 0, 3), (1, 1, 4)], classes: [(1, 0x11, 0, 4), (1, 1, .max, .max), (7, 0, 0, 0)])

  /// Classes with fields, methods and code, and texts with characters of every length.
  static let members: DEXBuilder = {
    var builder = example
    builder.version = "037"
    builder.strings += [
      [0xC3, 0xA9, 0xC0, 0x80], [0xE2, 0x82, 0xAC], [0xED, 0xA0, 0xBD, 0xED, 0xB8, 0x80], [0xF0, 0x9F, 0x98, 0x80], [0xED, 0xA0],
    ]
    builder.fields[1].0 = 1
    // Four registers, one in, one out, a try; then the place of its notes and two instructions.
    builder.code = [4, 0, 1, 0, 1, 0, 1, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0x0E, 0, 0x0E, 0]
    let place = UInt32(builder.codeOffset)
    let code = [UInt8(place & 0x7F | 0x80), UInt8(place >> 7)]
    builder.classData = [
      // A static field and one of the object; a direct method with code and a virtual one without.
      [1, 1, 1, 1, 0, 9, 1, 2, 0, 1] + code + [1, 0x81, 0x80, 0x04, 0],
      // A field beyond the table.
      [2, 0, 0, 1, 1, 1, 9, 1, 1, 1] + code + Array(repeating: 0, count: 16),
    ]
    return builder
  }()
}
