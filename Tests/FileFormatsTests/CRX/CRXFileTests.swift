import Bytes
import Testing

@testable import FileFormats

/// Keys and signatures were made for these tests with a random RSA key of 1024 bits and one of the
/// curve P-256, over the archive and the signed data below.
@Suite struct CRXFileTests {
  static let rsaKey = """
    30819f300d06092a864886f70d010101050003818d0030818902818100a10c8e9a24d656c4dc7932b8d4b011 \
    4f2162b88aecfdd38c99b70fef41bb80ed2f193eac2515813f9d752782fab5a1637114c8816090dc4e094451 \
    0248ca07ace9083aea35fbf9066408b73ca003f5ac7398702d612d82287c2f34ac167cd4b4150a890ce23402 \
    448b7b2ef8825138799bcea351aa8f97076d7c5034a55bd6d30203010001
    """
  static let archiveBySHA1 = """
    45afd64670f94215bd1f8533930c6532fa9a0fd432fabc68f0d252a9cd2594effd345621a60c019b970d52e4 \
    260393fe064c6aa6f05c8ba04b6a54110d10f5e8946da111464bc24544d2ce717b32d86bf074656a02c3cbac \
    737a9d00591ad4497fd6035090afb638382dbac7e0e2f36b4d128965ee1e16cf56691c96eed07233
    """
  static let signedDataBySHA256 = """
    7c25802252f3bd3e1eef40813908d85323b7e1351d46db70df60051e29fec8a412b344efa832c45a36d48358 \
    1f43cd31805ea1eecdc2ed31c9af0c3c24714f4f68fccb854f6a25b0d1938823f3c9f5ec8b197c610c91bf45 \
    d5f2bf1de2ccecf52e35f79aa7605680b2778a06ab478fa439b924566ce805d991b7777d3ea0d633
    """
  static let curveKey = """
    3059301306072a8648ce3d020106082a8648ce3d0301070342000463fcefb4dc38087770baee6fef695140eb \
    9bcbc3ac62f423424e50ee77111a8386b8b3b53b00c4cb6632dcbd8c15133810d3d70e4ac16d66c0223fb6cf \
    b97cb8
    """
  static let signedDataByCurve = """
    304402200689ce27b11e9c5df9dd0b1699098cbd57e118e76419f5ea0ac04365592bad6b02204a1690c43108 \
    158013235a268f42921241a22a8a93badb3684ad8f5e3e63a377
    """

  static let archive = ZIPBuilder([("manifest.json", #"{"name":"x"}"#)])
  /// The identifier's field with bytes from 0 to 15.
  static let signedData = Protobuf.field(1, Array(0..<16))

  static func bytes(_ hex: String) -> [UInt8] {
    let digits = hex.utf8.filter { $0 != 0x20 }.map { $0 < 58 ? $0 - 48 : $0 - 87 }
    return stride(from: 0, to: digits.count - 1, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
  }

  /// Version 2: key, signature, archive.
  static func second(key: [UInt8], signature: [UInt8], _ archive: [UInt8]) -> [UInt8] {
    var out = OrderedWriter()
    out.put("Cr24")
    out.put(UInt32(2))
    out.put(UInt32(key.count))
    out.put(UInt32(signature.count))
    return out.bytes + key + signature + archive
  }

  /// Version 3: the protocol buffer, archive.
  static func third(_ header: [UInt8], _ archive: [UInt8]) -> [UInt8] {
    var out = OrderedWriter()
    out.put("Cr24")
    out.put(UInt32(3))
    out.put(UInt32(header.count))
    return out.bytes + header + archive
  }

  static func proof(_ number: UInt32, _ key: String, _ signature: String) -> [UInt8] {
    Protobuf.field(number, Protobuf.field(1, bytes(key)) + Protobuf.field(2, bytes(signature)))
  }

  static func file(_ bytes: [UInt8]) -> CRXFile? { ByteView.with(bytes) { CRXFile.parse($0) } }

  /// The extension with this manifest and these texts, without a signature.
  static func file(manifest: String, _ others: [(path: String, contents: String)] = []) -> CRXFile? {
    file(
      third(
        Protobuf.field(10_000, signedData),
        ZIPBuilder([("manifest.json", manifest)] + others).bytes))
  }

  static func text(_ bytes: [UInt8]?) -> String? { bytes.map { String(decoding: $0, as: UTF8.self) } }

  @Test func version2() throws {
    let key = Self.bytes(Self.rsaKey)
    let signature = Self.bytes(Self.archiveBySHA1)
    let file = try #require(Self.file(Self.second(key: key, signature: signature, Self.archive.bytes)))
    #expect(file.version == 2)
    #expect(file.headerSize == 162 + 128)
    #expect(Self.text(file.id) == "dfjbgfncaflmhbpebpciheipkjjelgnb")
    #expect(file.signatures.map(\.isVerified) == [true])
    #expect(Self.text(file.signatures[0].key)?.hasPrefix("MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQ") == true)
    #expect(Self.text(file.name) == "x")
    #expect(file.rawName == nil)
    // One byte more in the archive and the signature is another's.
    let changed = Self.second(key: key, signature: signature, Self.archive.bytes + [0])
    #expect(Self.file(changed)?.signatures.map(\.isVerified) == [false])
    // A key with something behind it is none.
    let longer = Self.second(key: key + [0], signature: signature, Self.archive.bytes)
    #expect(Self.file(longer)?.signatures.map(\.isVerified) == [false])
  }

  @Test func version3() throws {
    let header =
      Self.proof(3, Self.curveKey, Self.signedDataByCurve)
      + Self.proof(2, Self.rsaKey, Self.signedDataBySHA256)
      + Protobuf.field(10_000, Self.signedData)
    let file = try #require(Self.file(Self.third(header, Self.archive.bytes)))
    #expect(file.version == 3)
    #expect(file.headerSize == UInt32(header.count))
    #expect(Self.text(file.id) == "aaabacadaeafagahaiajakalamanaoap")
    // Those of RSA first.
    #expect(file.signatures.map(\.isVerified) == [true, true])
    #expect(file.signatures[0].key.count == 216)
    // A scheme takes keys of its own kind only.
    let swapped =
      Self.proof(2, Self.curveKey, Self.signedDataByCurve)
      + Self.proof(3, Self.rsaKey, Self.signedDataBySHA256)
      + Protobuf.field(10_000, Self.signedData)
    #expect(Self.file(Self.third(swapped, Self.archive.bytes))?.signatures.map(\.isVerified) == [false, false])
  }

  @Test func headersThatAreNone() {
    let good = Protobuf.field(10_000, Self.signedData)
    let archive = Self.archive.bytes
    #expect(Self.file(Self.third(good, archive)) != nil)
    for header in [
      [], good + [0x08], good + [0x00, 0x01], Protobuf.field(10_000, [0x0A, 0x05, 0x01]),
      Protobuf.field(2, [0x0A, 0xFF]) + good,
    ] as [[UInt8]] {
      #expect(Self.file(Self.third(header, archive)) == nil, "\(header)")
    }
    // Fields that nobody knows are passed over, groups too.
    for extra in [[0x28, 0x05], [0x3B, 0x08, 0x01, 0x3C], [0x25, 1, 2, 3, 4]] as [[UInt8]] {
      #expect(Self.file(Self.third(good + extra, archive)) != nil, "\(extra)")
    }
    // A proof without a signature is left out.
    let half = Protobuf.field(2, Protobuf.field(1, [1, 2, 3])) + good
    #expect(Self.file(Self.third(half, archive))?.signatures.isEmpty == true)
    #expect(Self.file(Self.third(good, [1, 2, 3])) == nil)
    #expect(Self.file(Array("Cr24".utf8)) == nil)
  }

  @Test func manifests() throws {
    let file = try #require(
      Self.file(
        manifest: """
          {"manifest_version": 3, "name": "n\\u00e9\\ud83d\\ude00", "description": null,
           "version": "1.2", "minimum_chrome_version": "88", "homepage_url": "https://e/",
           "permissions": ["tabs", "storage"], "host_permissions": ["*://*/*"],
           "optional_permissions": [], "optional_host_permissions": ["a", "b"], "other": [[{"x": 1e5}]]}
          """))
    #expect(Self.text(file.name) == "n\u{E9}\u{1F600}")
    #expect(file.description == nil)
    #expect(Self.text(file.manifestVersion) == "1.2")
    #expect(Self.text(file.minimumChromeVersion) == "88")
    #expect(Self.text(file.homepageURL) == "https://e/")
    #expect(file.permissions.compactMap(Self.text) == ["tabs", "storage"])
    #expect(file.hostPermissions.count == 1)
    #expect(file.optionalHostPermissions.count == 2)
    // SHA-256 of "tabsstorage".
    #expect(
      Self.text(file.permissionsHash)
        == "3fa4ea71dc11b9374d4f5997fcabd538e6e6db1f0225f2f32e92afe3c699b5ba")
  }

  /// One wrong field and nothing of the manifest counts.
  @Test(arguments: [
    #"{"name": 5}"#, #"{"permissions": null}"#, #"{"permissions": ["a", {"b": []}]}"#,
    #"{"name": "a", "name": "b"}"#, #"{"name": "a"} x"#, #"{"name": "\ud800"}"#, #"{"name": "a",}"#,
    "{\"name\": \"a\nb\"}", #"["1", "n"]"#, "", "\u{FEFF}{}",
  ])
  func damagedManifests(_ manifest: String) {
    let file = Self.file(manifest: manifest)
    #expect(file != nil)
    #expect(file?.name == nil)
    #expect(file?.permissions.isEmpty == true)
  }

  @Test func aManifestMayBeAListOfItsFields() {
    let file = Self.file(manifest: #"["1", "n", null, null, null, "de", ["p"]]"#)
    #expect(Self.text(file?.name) == "n")
    #expect(file?.permissions.count == 1)
  }

  @Test(arguments: [
    ("en", "__MSG_title__", "Title"), ("de", "__MSG_title__", "Titel"), ("fr", "__MSG_title__", nil),
    ("en", "__MSG_other__", "__MSG_other__"), ("en", "plain", "plain"), ("./x/../de", "__MSG_title__", "Titel"),
    ("en", "__MSG__", "__MSG__"),
  ])
  func textsAreInTheDefaultLanguage(_ language: String, _ name: String, _ shown: String?) {
    let file = Self.file(
      manifest: #"{"default_locale": "\#(language)", "name": "\#(name)"}"#,
      [
        ("_locales/en/messages.json", #"{"title": {"message": "Title", "description": "d"}}"#),
        ("_locales/de/messages.json", #"{"title": ["first"], "title": {"message": "Titel"}}"#),
      ])
    #expect(Self.text(file?.name) == shown ?? name)
    // Where there are texts the name as it stands is kept too.
    #expect(Self.text(file?.rawName) == (shown == nil ? nil : name))
  }

  @Test func oneTextWithoutAMessageSpoilsThemAll() {
    let file = Self.file(
      manifest: #"{"name": "__MSG_a__"}"#,
      [("_locales/en/messages.json", #"{"a": {"message": "A"}, "b": {"description": "x"}}"#)])
    #expect(Self.text(file?.name) == "__MSG_a__")
    #expect(file?.rawName == nil)
  }

  @Test func theArchiveIsReadAsExtensionsAre() {
    func name(_ change: (inout ZIPBuilder) -> Void) -> String? {
      var archive = ZIPBuilder([("manifest.json", #"{"name":"x"}"#)])
      change(&archive)
      let file = Self.file(Self.third(Protobuf.field(10_000, Self.signedData), archive.bytes))
      return file == nil ? "none" : Self.text(file?.name)
    }
    #expect(name { _ in } == "x")
    #expect(name { $0.files[0].checksum = 1 } == nil)
    #expect(name { $0.files[0].uncompressedSize = 5 } == nil)
    #expect(name { $0.files[0].uncompressedSize = 500 } == "x")
    #expect(name { $0.files[0].flags = 1 } == nil)
    #expect(name { $0.prefix = [1, 2, 3] } == "x")
    #expect(name { $0.suffix = [UInt8](repeating: 0, count: 65_550) } == "x")
    #expect(name { $0.suffix = [UInt8](repeating: 0, count: 65_551) } == "none")
    #expect(name { $0.count = 2 } == "none")
    // A damaged end record in the comment: the one before it counts.
    #expect(name { $0.comment = Array("PK".utf8) + [5, 6] + [UInt8](repeating: 1, count: 18) } == "x")
    // Of equal names the last counts.
    #expect(
      name { $0.files.append(ZIPBuilder.File(path: "manifest.json", contents: Array("{}".utf8))) } == nil)
  }

  @Test func mutationsAreHarmless() {
    let header =
      Protobuf.field(2, Protobuf.field(1, [1]) + Protobuf.field(2, [2]))
      + Protobuf.field(10_000, Self.signedData)
    var parsed = 0
    forEachMutation(of: Self.third(header, Self.archive.bytes)) { bytes in
      if Self.file(bytes) != nil { parsed += 1 }
    }
    #expect(parsed > 50)
  }
}

/// Encodes fields of a protocol buffer.
enum Protobuf {
  static func varint(_ value: Int) -> [UInt8] {
    var (bytes, rest) = ([UInt8](), value)
    while rest >= 0x80 {
      bytes.append(UInt8(rest & 0x7F) | 0x80)
      rest >>= 7
    }
    return bytes + [UInt8(rest)]
  }

  static func field(_ number: UInt32, _ contents: [UInt8]) -> [UInt8] {
    varint(Int(number) << 3 | 2) + varint(contents.count) + contents
  }
}
