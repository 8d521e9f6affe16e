import Bytes
import FileFormats
import Testing

@Suite struct DEXFileTests {
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
    try parsed(DEXBuilder.example.built()) { file in
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
    var builder = DEXBuilder.example
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
    let bytes = DEXBuilder.example.built()
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
    let file = DEXBuilder(strings: [bytes, Array("end".utf8)]).built()
    #expect(
      try parsed(file) { $0.strings.map { text($0) } } == [expected, "end"].compactMap(\.self))
  }

  @Test func searchesByHalvingExceptForMethods() throws {
    func asked(_ name: String, _ question: (ByteView) -> Bool) -> Bool {
      ByteView.with(Array(name.utf8)) { question($0) }
    }
    try parsed(DEXBuilder.example.built()) { file in
      #expect(asked("run", file.containsString))
      #expect(!asked("ru", file.containsString))
      #expect(asked("x", file.containsMethod))
      #expect(!asked("A", file.containsMethod))
      #expect(asked("LMain;", file.containsClass))
      #expect(!asked("A", file.containsClass))
    }
    // Not sorted: halving misses what is there.
    try parsed(DEXBuilder(strings: ["c", "b", "a"].map { Array($0.utf8) }).built()) { file in
      #expect(!asked("c", file.containsString))
    }
  }

  @Test func survivesEveryMutation() {
    forEachMutation(of: DEXBuilder.example.built()) { bytes in
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
