import Bytes
import FileFormats
import Testing

/// What YARA makes of a Dalvik executable where its own module differs from YARA-X's. The fields
/// are tested as rules see them, in the tests of the `dex` module.
@Suite struct DEXYaraFileTests {
  /// An executable with the given strings, one type for each, and a class for each entry of
  /// `classes`, whose data is the entry's bytes and 16 more.
  static func file(
    strings: [[UInt8]], methods: [(type: UInt16, name: UInt32)] = [], classes: [[UInt8]] = []
  ) -> [UInt8] {
    let counts = [strings.count, strings.count, 0, methods.count, methods.count, classes.count]
    var start = 0x70
    var header = OrderedWriter()
    var tables: [Int] = []
    for (count, size) in zip(counts, [4, 4, 12, 8, 8, 32]) {
      tables.append(start)
      header.put(UInt32(count))
      header.put(UInt32(start))
      start += count * size
    }
    var heap = OrderedWriter()
    var out = OrderedWriter()
    for string in strings {
      out.put(UInt32(start + heap.count))
      heap.bytes += string
    }
    for index in strings.indices { out.put(UInt32(index)) }
    for _ in 0..<2 {
      for method in methods {
        out.put(method.type)
        out.put(UInt16(0))
        out.put(method.name)
      }
    }
    for data in classes {
      for _ in 0..<6 { out.put(UInt32(0)) }
      out.put(UInt32(start + heap.count))
      out.put(UInt32(0))
      heap.bytes += data
      heap.pad(16)
    }
    heap.pad(4)
    var first = OrderedWriter()
    first.put("dex\n037")
    first.pad(49)
    return first.bytes + header.bytes + Array(repeating: 0, count: 8) + out.bytes + heap.bytes
  }

  private func parsed<R>(_ bytes: [UInt8], _ body: (DEXYaraFile) throws -> R) throws -> R {
    let result: Result<R, any Error> = ByteView.with(bytes) { view in
      Result { try body(try #require(DEXYaraFile.parse(view))) }
    }
    return try result.get()
  }

  private func text(_ view: ByteView?) -> String? {
    view.map { String(decoding: $0.array, as: UTF8.self) }
  }

  @Test func stringsBeginAtTheSecondByteHoweverLongTheirSizeIs() throws {
    // The size of the second takes two bytes, of which the later is read as a part of the text.
    let bytes = Self.file(strings: [[1, 0x61, 0], [0x83, 0x00, 0x62, 0x63], [0]])
    try parsed(bytes) { file in
      #expect(file.stringCount == 3)
      #expect(text(file.string(0)?.value) == "a")
      #expect(file.string(1)?.size == 3)
      #expect(text(file.string(1)?.value) == "\0bc")
      #expect(file.string(2)?.value.count == 0)
      #expect(file.string(3) == nil)
    }
  }

  @Test func aMemberBeyondItsTableKeepsItsNumbersOnlyUntilTheNextOne() throws {
    let strings: [[UInt8]] = [[1, 0x61, 0], [1, 0x62, 0]]
    let methods: [(type: UInt16, name: UInt32)] = [(0, 1), (1, 0)]
    // Direct methods: 1, then beyond; the virtual ones are read from the same place.
    let beyond: [UInt8] = [0, 0, 2, 1, 1, 5, 0, 9, 6, 0]
    try parsed(Self.file(strings: strings, methods: methods, classes: [beyond])) { file in
      #expect(file.numberOfMethods == 1)
      #expect(file.methods.map(\.difference) == [1, 9])
      #expect(text(file.names(ofMethod: file.methods[0]).name) == "a")
      #expect(text(file.names(ofMethod: file.methods[0]).className) == "b")
      #expect(file.names(ofMethod: file.methods[1]).name == nil)
      #expect(file.methods.map(\.isFirstKind) == [true, false])
    }
    // The next class takes the place.
    let good: [UInt8] = [0, 0, 1, 0, 0, 7, 0]
    try parsed(Self.file(strings: strings, methods: methods, classes: [beyond, good])) { file in
      #expect(file.numberOfMethods == 2)
      #expect(file.methods.map(\.accessFlags) == [5, 7])
      #expect(file.classData.count == 2)
    }
  }

  @Test func readsTheMembersOfClassesAndTheirCode() throws {
    try parsed(DEXBuilder.members.built()) { file in
      #expect(file.stringCount == 10)
      #expect(file.classCount == 3)
      #expect(file.classData.map(\.virtualMethods) == [1, 1])
      #expect(file.fields.map(\.accessFlags) == [9, 2, 1, 1])
      #expect(file.fields.map { text(file.names(ofField: $0).name) } == ["x", "x", "x", nil])
      // After a field beyond its table, methods are read from the same place.
      #expect(file.methods.map(\.accessFlags) == [1, 0x1_0001, 1])
      #expect(file.methods.map { text(file.names(ofMethod: $0).name) } == ["run", "x", nil])
      let code = try #require(file.code(of: file.methods[0]))
      #expect(code.registers == 4 && code.ins == 1 && code.outs == 1 && code.tries == 1)
      #expect(code.instructionCount == 2)
      #expect(code.instructions?.array == [0x0E, 0, 0x0E, 0])
    }
  }

  @Test func aSearchAsksOncePerNameHoweverManyMethodsShareIt() throws {
    let methods = [(type: UInt16, name: UInt32)](repeating: (1, 0), count: 100)
    let list = [0, 0, 100, 0, 0, 0, 0] + [UInt8](repeating: 0, count: 3 * 99).enumerated().map {
      UInt8($0.offset % 3 == 0 ? 1 : 0)
    }
    let bytes = Self.file(
      strings: [[1, 0x61, 0], [1, 0x62, 0]], methods: methods, classes: [list])
    try parsed(bytes) { file in
      #expect(file.numberOfMethods == 100)
      var asked = 0
      let found = file.hasMethod(
        class: nil,
        name: { _ in
          asked += 1
          return false
        })
      #expect(found == false)
      #expect(asked == 1)
      #expect(file.hasMethod(class: { $0[0] == 0x62 }, name: { $0[0] == 0x61 }) == true)
      #expect(file.hasMethod(class: { $0[0] == 0x61 }, name: nil) == false)
    }
  }

  @Test(arguments: [("034", false), ("035", true), ("039", true), ("040", false)])
  func knowsFiveVersions(_ version: String, _ isKnown: Bool) {
    var bytes = Self.file(strings: [])
    bytes.replaceSubrange(4..<7, with: version.utf8)
    #expect(ByteView.with(bytes) { DEXYaraFile.parse($0) != nil } == isKnown)
    #expect(ByteView.with(Array(bytes.prefix(0x6F))) { DEXYaraFile.parse($0) == nil })
  }
}
