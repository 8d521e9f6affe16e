import Bytes
import Testing

@testable import FileFormats

@Suite struct ZIPArchiveTests {
  static let two = [("a.txt", "hello"), ("dir/b", "")]

  /// `path:method:packed:unpacked` of each entry; nil where there is no archive.
  static func entries(_ bytes: [UInt8]) -> [String]? {
    ByteView.with(bytes) { data in
      ZIPArchive.parse(data)?.entries.map {
        let path = String(decoding: $0.path.array, as: UTF8.self)
        return "\(path):\($0.method):\($0.compressedSize):\($0.uncompressedSize)"
      }
    }
  }

  static func text(_ bytes: [UInt8], _ path: String, limit: Int = 1000) -> String? {
    ByteView.with(bytes) { data in
      ZIPDirectorySearch(data)?.contents(of: Array(path.utf8), limit: limit).map {
        String(decoding: $0, as: UTF8.self)
      }
    }
  }

  @Test func theDirectoryIsReadWhereverTheArchiveStands() {
    let expected = ["a.txt:0:5:5", "dir/b:0:0:0"]
    var archive = ZIPBuilder(Self.two)
    #expect(Self.entries(archive.bytes) == expected)
    archive.prefix = Array("#!/bin/sh\n".utf8)
    #expect(Self.entries(archive.bytes) == expected)
    #expect(Self.text(archive.bytes, "a.txt") == "hello")
    archive.suffix = [UInt8](repeating: 0x78, count: 60_000)
    #expect(Self.entries(archive.bytes) == expected)
    archive.comment = Array("a comment".utf8)
    #expect(Self.entries(archive.bytes) == expected)
    archive.suffix = [UInt8](repeating: 0x78, count: 70_000)
    #expect(Self.entries(archive.bytes) == nil)
  }

  @Test func archivesOf64Bits() {
    var archive = ZIPBuilder(Self.two)
    archive.isWide = true
    #expect(Self.entries(archive.bytes) == ["a.txt:0:5:5", "dir/b:0:0:0"])
    // The locator is wrong by what stands in front; the record is found near it.
    archive.prefix = [1, 2, 3]
    #expect(Self.entries(archive.bytes) == ["a.txt:0:5:5", "dir/b:0:0:0"])
  }

  @Test func sizesOf64BitsComeFromTheExtraField() {
    var extra = OrderedWriter()
    extra.put(UInt16(0x5455))
    extra.put(UInt16(1))
    extra.put(UInt8(0))
    extra.put(UInt16(1))
    extra.put(UInt16(16))
    extra.put(UInt64(1) << 40)
    extra.put(UInt64.max)
    var file = ZIPBuilder.File(path: "a", contents: [])
    file.uncompressedSize = .max
    file.compressedSize = .max
    file.extra = extra.bytes
    #expect(Self.entries(ZIPBuilder(files: [file]).bytes) == ["a:0:18446744073709551615:1099511627776"])
    // Cut short, it ends the list.
    file.extra = Array(extra.bytes.dropLast())
    let other = ZIPBuilder.File(path: "b", contents: [])
    #expect(Self.entries(ZIPBuilder(files: [other, file, other]).bytes) == ["b:0:0:0"])
  }

  @Test func impossibleEndRecordsAreNone() {
    var archive = ZIPBuilder(Self.two)
    archive.disk = 1
    #expect(Self.entries(archive.bytes) == nil)
    archive = ZIPBuilder(Self.two)
    archive.directorySize = 1_000_000
    #expect(Self.entries(archive.bytes) == nil)
    #expect(Self.entries([]) == nil)
    // Nothing but an end record is an empty archive; behind other bytes it is none.
    archive = ZIPBuilder(files: [])
    #expect(Self.entries(archive.bytes) == [])
    archive.prefix = [0]
    #expect(Self.entries(archive.bytes) == nil)
  }

  @Test func theListEndsAtTheFirstDamage() {
    var encrypted = ZIPBuilder.File(path: "x", contents: [])
    encrypted.flags = 0x40
    let plain = ZIPBuilder.File(path: "y", contents: [])
    #expect(Self.entries(ZIPBuilder(files: [plain, encrypted, plain]).bytes) == ["y:0:0:0"])
    var archive = ZIPBuilder(Self.two)
    archive.count = 9
    #expect(Self.entries(archive.bytes)?.count == 2)
    archive.count = 1
    #expect(Self.entries(archive.bytes)?.count == 1)
  }

  @Test func contentsAreUnpackedUpToTheLimit() {
    let text = Array(String(repeating: "ab", count: 40_000).utf8)
    var file = ZIPBuilder.File(path: "big", contents: text)
    file.method = 8
    file.packed = ZIPBuilder.storedBlocks(text)
    let bytes = ZIPBuilder(files: [file]).bytes
    #expect(Self.text(bytes, "big", limit: 80_000)?.utf8.elementsEqual(text) == true)
    #expect(Self.text(bytes, "big", limit: 79_999) == nil)
    #expect(Self.text(bytes, "absent") == nil)
    file.flags = 1
    #expect(Self.text(ZIPBuilder(files: [file]).bytes, "big", limit: 80_000) == nil)
    file.flags = 0
    file.method = 12
    #expect(Self.text(ZIPBuilder(files: [file]).bytes, "big", limit: 80_000) == nil)
  }

  @Test(arguments: [
    // Fixed codes: "hello hello" with a back reference; a stream cut short; a reserved block type.
    ([0xCB, 0x48, 0xCD, 0xC9, 0xC9, 0x57, 0xC8, 0x40, 0x90, 0x00] as [UInt8], "hello hello hello"),
    ([0xCB, 0x48, 0xCD, 0xC9], nil), ([0x07], nil), ([], nil),
    // An empty stored block, then bytes that belong to nothing.
    ([0x01, 0x00, 0x00, 0xFF, 0xFF, 0x55], ""),
  ])
  func streams(_ packed: [UInt8], _ text: String?) {
    let found = ByteView.with(packed) { Inflate.raw($0, limit: 100) }
    #expect(found.map { String(decoding: $0, as: UTF8.self) } == text)
  }

  @Test func mutationsAreHarmless() {
    var archive = ZIPBuilder(Self.two)
    archive.isWide = true
    var parsed = 0
    forEachMutation(of: archive.bytes) { bytes in
      ByteView.with(bytes) { data in
        if ZIPArchive.parse(data) != nil { parsed += 1 }
        if let search = ZIPDirectorySearch(data) { _ = search.contents(of: Array("a.txt".utf8), limit: 100) }
      }
    }
    #expect(parsed > 100)
  }
}
