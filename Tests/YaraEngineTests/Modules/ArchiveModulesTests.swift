import Bytes
import Testing

@testable import YaraEngine

/// The modules `zip` and `crx` over an archive of two files, written byte by byte.
@Suite struct ArchiveModulesTests {
  /// A ZIP archive of stored files; methods other than 0 are only said.
  static func archive(_ files: [(path: String, contents: String, method: UInt8)]) -> [UInt8] {
    func half(_ value: Int) -> [UInt8] { [UInt8(value & 0xFF), UInt8(value >> 8 & 0xFF)] }
    func word(_ value: Int) -> [UInt8] { half(value & 0xFFFF) + half(value >> 16) }
    var out: [UInt8] = []
    var directory: [UInt8] = []
    for file in files {
      let contents = Array(file.contents.utf8)
      let fields =
        half(0) + [file.method, 0] + word(0) + word(checksum(contents)) + word(contents.count)
        + word(contents.count) + half(file.path.utf8.count) + half(0)
      directory += word(0x0201_4B50) + half(20) + half(20) + fields + [UInt8](repeating: 0, count: 10)
      directory += word(out.count) + Array(file.path.utf8)
      out += word(0x0403_4B50) + half(20) + fields + Array(file.path.utf8) + contents
    }
    let end =
      word(0x0605_4B50) + word(0) + half(files.count) + half(files.count) + word(directory.count)
      + word(out.count) + half(0)
    return out + directory + end
  }

  private static func checksum(_ bytes: [UInt8]) -> Int {
    var value: UInt32 = .max
    for byte in bytes {
      value ^= UInt32(byte)
      for _ in 0..<8 { value = value & 1 == 1 ? (value >> 1) ^ 0xEDB8_8320 : value >> 1 }
    }
    return Int(~value)
  }

  static let zip = archive([("a.txt", "hello", 0), ("dir/\u{E9}", "", 93), ("z", "12", 77)])

  @Test(arguments: [
    "zip.is_zip", "zip.entries[0].file_path == \"a.txt\"",
    "zip.entries[0].uncompressed_size == 5 and zip.entries[0].compressed_size == 5",
    "zip.entries[0].compression == zip.STORED and zip.entries[1].compression == zip.ZSTD",
    "zip.entries[2].compression == zip.UNKNOWN and zip.UNKNOWN == 255",
    "zip.entries[1].file_path == \"dir/\\xc3\\xa9\"", "not defined zip.entries[3].file_path",
    "for any e in zip.entries : (e.file_path endswith \".txt\")",
  ])
  func zipValues(_ condition: String) {
    for dialect in Dialect.allCases {
      #expect(Engine.holds(condition, Self.zip, dialect, imports: #"import "zip""#) == true)
    }
  }

  @Test func whatIsNoArchiveIsNone() {
    #expect(Engine.holds("zip.is_zip", [1, 2, 3], imports: #"import "zip""#) == false)
    #expect(Engine.holds("for any e in zip.entries : (true)", [], imports: #"import "zip""#) == false)
    #expect(Engine.holds("not crx.is_crx", Self.zip, imports: #"import "crx""#) == true)
    #expect(Engine.holds("defined crx.permhash()", Self.zip, imports: #"import "crx""#) == false)
  }

  /// Version 3 with nothing in its header but signed data of the bytes 0xAB 0xCD.
  static let crx: [UInt8] =
    Array("Cr24".utf8) + [3, 0, 0, 0, 8, 0, 0, 0] + [0x82, 0xF1, 0x04, 4, 0x0A, 2, 0xAB, 0xCD]
    + archive([
      ("manifest.json", #"{"name": "__MSG_n__", "version": "1.0", "permissions": ["tabs", "storage"]}"#, 0),
      ("_locales/en/messages.json", #"{"n": {"message": "Name"}}"#, 0),
    ])

  @Test(arguments: [
    "crx.is_crx and crx.crx_version == 3 and crx.header_size == 8", "crx.id == \"klmn\"",
    "crx.name == \"Name\" and crx.raw_name == \"__MSG_n__\" and crx.version == \"1.0\"",
    "crx.permissions[1] == \"storage\" and not defined crx.permissions[2]",
    "for any p in crx.permissions : (p == \"tabs\")", "not defined crx.description",
    "not defined crx.homepage_url and not defined crx.signatures[0].verified",
    "crx.permhash() == hash.sha256(\"tabsstorage\")",
  ])
  func crxValues(_ condition: String) {
    for dialect in Dialect.allCases {
      #expect(
        Engine.holds(condition, Self.crx, dialect, imports: #"import "crx" import "hash""#) == true,
        "\(condition)")
    }
  }
}
