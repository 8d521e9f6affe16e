import Bytes
import FileFormats
import Testing

@Suite struct DEXFileTests {
  /// Builds a Dalvik executable of version `version` around its tables.
  struct Builder {
    var version = "035"
    var strings: [[UInt8]]
    var types: [UInt32] = []
    var prototypes: [(shorty: UInt32, returnType: UInt32, parameters: [UInt16])] = []
    var fields: [(UInt16, UInt16, UInt32)] = []
    var methods: [(UInt16, UInt16, UInt32)] = []
    var classes: [(type: UInt32, flags: UInt32, superclass: UInt32, source: UInt32)] = []

    func built() -> [UInt8] {
      let headerSize = 0x70 + (version >= "041" ? 8 : 0)
      let sizes = [
        strings.count * 4, types.count * 4, prototypes.count * 12, fields.count * 8,
        methods.count * 8, classes.count * 32,
      ]
      var starts = [headerSize]
      for size in sizes { starts.append(starts[starts.count - 1] + size) }
      let data = starts[6]
      var heap = OrderedWriter()
      var tables = OrderedWriter()
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
      for record in classes {
        for value in [
          record.type, record.flags, record.superclass, 0, record.source, 0, 0, 0,
        ] { tables.put(value) }
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
  }

  static let example = Builder(
    strings: ["A", "LMain;", "V", "run", "x"].map { Array($0.utf8) }, types: [0, 1, 2],
    prototypes: [(2, 2, [0, 1, 9]), (2, 2, [])], fields: [(1, 0, 4), (9, 0, 4)],
    methods: [(1, 0, 3), (1, 1, 4)], classes: [(1, 0x11, 0, 4), (1, 1, .max, .max), (7, 0, 0, 0)])

  private func parsed<R>(_ bytes: [UInt8], _ body: (DEXFile) throws -> R) throws -> R {
    let result: Result<R, any Error> = ByteView.with(bytes) { view in
      Result { try body(try #require(DEXFile.parse(view))) }
    }
    return try result.get()
  }

  private func text(_ text: FormatText?) -> String? {
    text.map { String(decoding: $0.array, as: UTF8.self) }
  }

  @Test func readsTables() throws {
    try parsed(Self.example.built()) { file in
      #expect(file.header.magic == 0x6465_780A)
      #expect(file.header.version == 35)
      #expect(file.header.checksum == 0xABCD)
      #expect(file.header.signature == Array("0102030405060708090a0b0c0d0e0f1011121314".utf8))
      #expect(file.header.linkSize == 5)
      #expect(file.header.containerSize == nil)
      #expect(file.strings.map { text($0) } == ["A", "LMain;", "V", "run", "x"])
      #expect((0..<file.typeCount).map { text(file.type($0)) } == ["A", "LMain;", "V"])
      #expect(file.prototypeCount == 2)
      #expect(text(file.prototype(0).shorty) == "V")
      #expect(file.prototype(0).parameters.map { text($0) } == ["A", "LMain;"])
      #expect(file.fieldCount == 1)
      #expect(text(file.field(0).className) == "LMain;")
      #expect(text(file.field(0).name) == "x")
      #expect(file.methodCount == 2)
      #expect(text(file.method(0).name) == "run")
      #expect(file.method(1).prototype.parameters.isEmpty)
      #expect(file.classCount == 2)
      #expect(text(file.classDefinition(0).superclass) == "A")
      #expect(text(file.classDefinition(0).sourceFile) == "x")
      #expect(file.classDefinition(0).accessFlags == 0x11)
      #expect(file.classDefinition(1).superclass == nil)
      #expect(file.map?.size == 2)
      #expect(file.map?.items.map(\.offset) == [100, 200])
    }
  }

  @Test func readsContainerFieldsOfVersion41() throws {
    var builder = Self.example
    builder.version = "041"
    try parsed(builder.built()) { file in
      #expect(file.header.version == 41)
      #expect(file.header.containerSize == 77)
      #expect(file.header.headerOffset == 88)
      #expect(file.strings.count == 5)
    }
  }

  /// RFC 1950's sum and SHA-1 of what follows their fields.
  @Test func computesChecksumAndSignature() throws {
    let bytes = Self.example.built()
    var low: UInt32 = 1
    var high: UInt32 = 0
    for byte in bytes[12...] {
      low = (low + UInt32(byte)) % 65_521
      high = (high + low) % 65_521
    }
    try parsed(bytes) { file in
      #expect(file.checksum() == high << 16 | low)
      let rest = Array(bytes[32...])
      #expect(file.signature() == ByteView.with(rest) { Digest.hexadecimal(.sha1, of: $0) })
    }
  }

  @Test(
    arguments: [
      ([0x41], "A"), ([0], "\0"), ([0xC0, 0x80], "\0"), ([0xC3, 0xA9], "é"),
      ([0xED, 0xA0, 0xBD, 0xED, 0xB8, 0x80], "😀"), ([0xF0, 0x9F, 0x98, 0x80], "😀"), ([], ""),
      ([0xC1, 0x81], nil), ([0xE0, 0x80, 0x80], nil), ([0xED, 0xA0, 0xBD], nil), ([0xFF], nil),
      ([0xC3], nil), ([0x80], nil),
    ] as [([UInt8], String?)])
  func decodesModifiedUTF8(bytes: [UInt8], expected: String?) throws {
    // What is ill-formed is left out, and the next string takes its place.
    let file = Builder(strings: [bytes, Array("end".utf8)]).built()
    #expect(
      try parsed(file) { $0.strings.map { text($0) } } == [expected, "end"].compactMap(\.self))
  }

  @Test func searchesByHalvingExceptForMethods() throws {
    func asked(_ name: String, _ question: (ByteView) -> Bool) -> Bool {
      ByteView.with(Array(name.utf8)) { question($0) }
    }
    try parsed(Self.example.built()) { file in
      #expect(asked("run", file.containsString))
      #expect(!asked("ru", file.containsString))
      #expect(asked("x", file.containsMethod))
      #expect(!asked("A", file.containsMethod))
      #expect(asked("LMain;", file.containsClass))
      #expect(!asked("A", file.containsClass))
    }
    // Not sorted: halving misses what is there.
    try parsed(Builder(strings: ["c", "b", "a"].map { Array($0.utf8) }).built()) { file in
      #expect(!asked("c", file.containsString))
    }
  }

  @Test func survivesEveryMutation() {
    forEachMutation(of: Self.example.built()) { bytes in
      ByteView.with(bytes) { view in
        guard let file = DEXFile.parse(view) else { return }
        #expect(file.strings.count <= bytes.count / 4)
        for index in 0..<file.prototypeCount {
          #expect(file.prototype(index).parameters.count <= 255)
        }
        for index in 0..<file.fieldCount { #expect(file.field(index).name.count <= bytes.count) }
        for index in 0..<file.methodCount { #expect(file.method(index).name.count <= bytes.count) }
        for index in 0..<file.classCount {
          #expect(file.classDefinition(index).className.count <= bytes.count)
        }
        #expect(file.map?.items.count ?? 0 <= bytes.count / 12)
      }
    }
  }
}
