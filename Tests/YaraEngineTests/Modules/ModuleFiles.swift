/// Small files of the formats that modules read, put together number by number.
struct FileWriter {
  var bytes: [UInt8] = []

  mutating func put<T: FixedWidthInteger>(_ values: T...) {
    for value in values {
      for shift in stride(from: 0, to: T.bitWidth, by: 8) {
        bytes.append(UInt8(truncatingIfNeeded: value >> T(shift)))
      }
    }
  }

  mutating func put(_ text: String, paddedTo length: Int = 0) {
    bytes += Array(text.utf8)
    bytes += Array(repeating: 0, count: max(0, length - text.utf8.count))
  }
}

enum ModuleFiles {
  // MARK: - ELF

  /// A shared object for x86-64: a header, two segments, and in the sections 2 to 5 a symbol table
  /// and a dynamic one with their names. Name 6 of the section names ends with the file.
  static let elf: [UInt8] = {
    let names = Array("\0Free\0main_loop\0".utf8)
    func symbol(_ name: UInt32, _ info: UInt8, _ other: UInt8, _ section: UInt16) -> FileWriter {
      var out = FileWriter()
      out.put(name)
      out.put(info, other)
      out.put(section)
      out.put(0x1122 as UInt64, 0x33)
      return out
    }
    let symbols = [symbol(0, 0, 0, 0), symbol(1, 0x12, 0, 0), symbol(6, 0x12, 2, 1)]
      .flatMap(\.bytes)
    var dynamic = FileWriter()
    dynamic.put(1 as UInt64, 77, 0x6FFF_FFFE, 5, 0, 0)
    let start = 64 + 2 * 56
    var body: [UInt8] = []
    var table = FileWriter()
    for (name, type, bytes, link) in [
      (0, 0, [], 0), (1, 6, dynamic.bytes, 0), (1, 2, symbols, 3), (0, 3, names, 0),
      (1, 11, Array(symbols.prefix(48)), 3), (6, 3, Array("\0.dyn\0tail".utf8), 0),
    ] as [(UInt32, UInt32, [UInt8], UInt32)] {
      table.put(name, type)
      table.put(2 as UInt64, 0x40_0000, UInt64(start + body.count), UInt64(bytes.count))
      table.put(link, 0)
      table.put(8 as UInt64, 0)
      body += bytes
    }
    var out = FileWriter()
    out.bytes = [0x7F, 0x45, 0x4C, 0x46, 2, 1, 1, 3] + Array(repeating: 0, count: 8)
    out.put(3 as UInt16, 62)
    out.put(1 as UInt32)
    out.put(0x40_0010 as UInt64, 64, UInt64(start + body.count))
    out.put(0 as UInt32)
    out.put(64 as UInt16, 56, 2, 64, 6, 5)
    for (type, offset, address, size) in [
      (1, 0, 0x40_0000, 0x200), (2, UInt64(start), 0x50_0000, UInt64(dynamic.bytes.count)),
    ] as [(UInt32, UInt64, UInt64, UInt64)] {
      out.put(type, 5)
      out.put(offset, address, address, size, size, 0x1000)
    }
    return out.bytes + body + table.bytes
  }()

  // MARK: - Mach-O

  /// An executable for x86-64 with one segment of one section, a dylib, a run path, an entry point,
  /// a build version and two symbols: `_import`, undefined, and `_export`.
  static let machO: [UInt8] = {
    var commands: [(type: UInt32, body: FileWriter)] = []
    func add(_ type: UInt32, _ body: (inout FileWriter) -> Void) {
      var out = FileWriter()
      body(&out)
      while out.bytes.count % 8 != 0 { out.bytes.append(0) }
      commands.append((type, out))
    }
    add(0x19) { out in
      out.put("__TEXT", paddedTo: 16)
      out.put(0x1000 as UInt64, 0x1000, 0, 0x800)
      out.put(7 as UInt32, 5, 1, 4)
      out.put("__text", paddedTo: 16)
      out.put("__TEXT", paddedTo: 16)
      out.put(0x1100 as UInt64, 0x20)
      out.put(1 as UInt32, 2, 3, 4, 5, 6, 7, 8)
    }
    add(0x0C) { out in
      out.put(24 as UInt32, 2, 0x0001_0203, 0x0004_0506)
      out.put("/usr/lib/libz.dylib\0")
    }
    add(0x8000_001C) { out in
      out.put(12 as UInt32)
      out.put("@loader_path\0")
    }
    add(0x8000_0028) { $0.put(0x100 as UInt64, 0x9000) }
    add(0x32) { $0.put(1 as UInt32, 0x000A_0F00, 0x000B_0000, 1, 3, 0x0102_0300) }
    let size = commands.reduce(24) { $0 + 8 + $1.body.bytes.count }
    var data = FileWriter()
    data.put(1 as UInt32)
    data.put(0x01 as UInt8, 0)
    data.put(0 as UInt16)
    data.put(0 as UInt64)
    data.put(9 as UInt32)
    data.put(0x0F as UInt8, 1)
    data.put(0 as UInt16)
    data.put(0x1100 as UInt64)
    data.put("\0_import\0_export\0")
    add(0x02) { $0.put(UInt32(32 + size), 2, UInt32(32 + size + 32), 17) }

    var out = FileWriter()
    out.put(0xFEED_FACF as UInt32, 0x0100_0007, 3, 2, UInt32(commands.count), UInt32(size), 0x85, 9)
    for command in commands {
      out.put(command.type, UInt32(8 + command.body.bytes.count))
      out.bytes += command.body.bytes
    }
    return out.bytes + data.bytes
  }()

  /// A fat file whose table names the executable twice and, between, a place outside.
  static let fat: [UInt8] = {
    var table: [UInt32] = [0xCAFE_BABE, 3]
    for (type, subtype, offset, size) in [
      (0x0100_0007, 3, 68, UInt32(machO.count)), (12, 9, 0xFFFF, 5),
      (0x0100_000C, 0, 68, UInt32(machO.count)),
    ] as [(UInt32, UInt32, UInt32, UInt32)] {
      table += [type, subtype, offset, size, 2]
    }
    var out = FileWriter()
    for value in table { out.put(value.byteSwapped) }
    return out.bytes + machO
  }()

  // MARK: - DEX

  /// A Dalvik executable of one class `LMain;` with a static field `x` and the methods `run`, which
  /// has code, and `x`; the third string lies outside. `version` is that of the magic number.
  static func dex(version: String = "035", damagedClass: Bool = false) -> [UInt8] {
    let strings = ["I", "LMain;", "run", "x"]
    let counts = [strings.count + 1, 2, 1, 1, 2, 2]
    let sizes = [4, 4, 12, 8, 8, 32]
    var starts = [0x70]
    for (count, size) in zip(counts, sizes) { starts.append(starts[starts.count - 1] + count * size) }
    let heapStart = starts[6]
    var heap = FileWriter()
    var tables = FileWriter()
    for (index, string) in strings.enumerated() {
      if index == 2 { tables.put(0xFFFF_FFF0 as UInt32) }
      tables.put(UInt32(heapStart + heap.bytes.count))
      heap.put(UInt8(string.utf8.count))
      heap.put(string + "\0")
    }
    tables.put(0 as UInt32, 1)
    tables.put(0 as UInt32, 0, 0)
    // One field and two methods: class, type or prototype, name.
    for (type, name) in [(0, 4), (0, 3), (0, 4)] as [(UInt16, UInt32)] {
      tables.put(1 as UInt16, type)
      tables.put(name)
    }
    let code = heapStart + heap.bytes.count
    heap.put(2 as UInt16, 1, 3, 0)
    heap.put(9 as UInt32, 1)
    heap.put(0x000E as UInt16)
    let data = heapStart + heap.bytes.count
    // One static field, then one direct and one virtual method: differences, flags, code.
    heap.put(1 as UInt8, 0, 1, 1, 0, 0x19, 0, 0x81, 0x01)
    heap.put(UInt8(code & 0x7F | 0x80), UInt8(code >> 7), 1, 1, 0)
    while heap.bytes.count % 4 != 0 { heap.bytes.append(0) }
    let map = heapStart + heap.bytes.count
    heap.put(1 as UInt32)
    heap.put(7 as UInt16, 8)
    heap.put(9 as UInt32, 10)
    heap.put(0 as UInt32, 0, 0)
    tables.put(1 as UInt32, 0x11, 0, 0, 4, 0, UInt32(data), 0)
    tables.put(1 as UInt32, 1, 0xFFFF_FFFF, 0, 0xFFFF_FFFF, 0, damagedClass ? 0xFFFF_FF00 : 0, 0)

    var out = FileWriter()
    out.put("dex\n\(version)\0")
    out.put(0xABCD as UInt32)
    out.bytes += Array(1...20)
    out.put(UInt32(heapStart + heap.bytes.count), 0x70, 0x1234_5678, 5, 6, UInt32(map))
    for (count, start) in zip(counts, starts) { out.put(UInt32(count), UInt32(start)) }
    out.put(11 as UInt32, 12)
    return out.bytes + tables.bytes + heap.bytes
  }

  // MARK: - LNK

  /// A link with a root folder and a file as its target, a name of 300 characters of which 260
  /// count, arguments, a tracker, and one byte behind.
  static let lnk: [UInt8] = {
    var out = FileWriter()
    out.put(0x4C as UInt32)
    out.put(0x0002_1401 as UInt64, 0x4600_0000_0000_00C0)
    out.put(0x01 | 0x04 | 0x20 as UInt32, 0x21)
    out.put(132_514_000_000_000_000 as UInt64, 0, 116_444_736_000_000_000)
    out.put(7 as UInt32, 2, 3, 0, 0, 0)
    let root: [UInt8] = [0x1F, 0x50] + Array(0...15)
    let file: [UInt8] = [0x32] + Array(repeating: 9, count: 11) + Array("a.exe\0".utf8)
    let items: [[UInt8]] = [root, file, [0x70]]
    out.put(UInt16(items.reduce(2) { $0 + 2 + $1.count }))
    for item in items {
      out.put(UInt16(2 + item.count))
      out.bytes += item
    }
    out.put(0 as UInt16)
    out.put(300 as UInt16)
    out.put(String(repeating: "n", count: 260))
    out.put(5 as UInt16)
    out.put("/c ab")
    out.put(0x60 as UInt32, 0xA000_0003, 0x58, 0)
    out.put("host", paddedTo: 16)
    out.bytes += Array(0..<64)
    out.put(0 as UInt32)
    out.bytes.append(0xFF)
    return out.bytes
  }()
}
