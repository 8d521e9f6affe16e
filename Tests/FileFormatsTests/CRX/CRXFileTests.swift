import Bytes
import Testing

@testable import FileFormats

@Suite struct CRXFileTests {
  static func file(_ bytes: [UInt8]) -> CRXFile? { ByteView.with(bytes) { CRXFile.parse($0) } }

  /// The extension with this manifest and these texts, without a signature.
  static func file(manifest: String, _ others: [(path: String, contents: String)] = []) -> CRXFile? {
    file(
      CRXBuilder.third(
        Protobuf.field(10_000, CRXBuilder.signedData),
        ZIPBuilder([("manifest.json", manifest)] + others).bytes))
  }

  static func text(_ bytes: [UInt8]?) -> String? { bytes.map { String(decoding: $0, as: UTF8.self) } }

  @Test func version2() throws {
    let key = CRXBuilder.bytes(CRXBuilder.rsaKey)
    let signature = CRXBuilder.bytes(CRXBuilder.archiveBySHA1)
    let file = try #require(Self.file(CRXBuilder.second(key: key, signature: signature, CRXBuilder.archive.bytes)))
    #expect(file.version == 2)
    #expect(file.headerSize == 162 + 128)
    #expect(Self.text(file.id) == "dfjbgfncaflmhbpebpciheipkjjelgnb")
    #expect(file.signatures.map(\.isVerified) == [true])
    #expect(Self.text(file.signatures[0].key)?.hasPrefix("MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQ") == true)
    #expect(Self.text(file.name) == "x")
    #expect(file.rawName == nil)
    // One byte more in the archive and the signature is another's.
    let changed = CRXBuilder.second(key: key, signature: signature, CRXBuilder.archive.bytes + [0])
    #expect(Self.file(changed)?.signatures.map(\.isVerified) == [false])
    // A key with something behind it is none.
    let longer = CRXBuilder.second(key: key + [0], signature: signature, CRXBuilder.archive.bytes)
    #expect(Self.file(longer)?.signatures.map(\.isVerified) == [false])
  }

  @Test func version3() throws {
    let header =
      CRXBuilder.proof(3, CRXBuilder.curveKey, CRXBuilder.signedDataByCurve)
      + CRXBuilder.proof(2, CRXBuilder.rsaKey, CRXBuilder.signedDataBySHA256)
      + Protobuf.field(10_000, CRXBuilder.signedData)
    let file = try #require(Self.file(CRXBuilder.third(header, CRXBuilder.archive.bytes)))
    #expect(file.version == 3)
    #expect(file.headerSize == UInt32(header.count))
    #expect(Self.text(file.id) == "aaabacadaeafagahaiajakalamanaoap")
    // Those of RSA first.
    #expect(file.signatures.map(\.isVerified) == [true, true])
    #expect(file.signatures[0].key.count == 216)
    // A scheme takes keys of its own kind only.
    let swapped =
      CRXBuilder.proof(2, CRXBuilder.curveKey, CRXBuilder.signedDataByCurve)
      + CRXBuilder.proof(3, CRXBuilder.rsaKey, CRXBuilder.signedDataBySHA256)
      + Protobuf.field(10_000, CRXBuilder.signedData)
    #expect(Self.file(CRXBuilder.third(swapped, CRXBuilder.archive.bytes))?.signatures.map(\.isVerified) == [false, false])
  }

  @Test func headersThatAreNone() {
    let good = Protobuf.field(10_000, CRXBuilder.signedData)
    let archive = CRXBuilder.archive.bytes
    #expect(Self.file(CRXBuilder.third(good, archive)) != nil)
    for header in [
      [], good + [0x08], good + [0x00, 0x01], Protobuf.field(10_000, [0x0A, 0x05, 0x01]),
      Protobuf.field(2, [0x0A, 0xFF]) + good,
    ] as [[UInt8]] {
      #expect(Self.file(CRXBuilder.third(header, archive)) == nil, "\(header)")
    }
    // Fields that nobody knows are passed over, groups too.
    for extra in [[0x28, 0x05], [0x3B, 0x08, 0x01, 0x3C], [0x25, 1, 2, 3, 4]] as [[UInt8]] {
      #expect(Self.file(CRXBuilder.third(good + extra, archive)) != nil, "\(extra)")
    }
    // A proof without a signature is left out.
    let half = Protobuf.field(2, Protobuf.field(1, [1, 2, 3])) + good
    #expect(Self.file(CRXBuilder.third(half, archive))?.signatures.isEmpty == true)
    #expect(Self.file(CRXBuilder.third(good, [1, 2, 3])) == nil)
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
      let file = Self.file(CRXBuilder.third(Protobuf.field(10_000, CRXBuilder.signedData), archive.bytes))
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
      + Protobuf.field(10_000, CRXBuilder.signedData)
    var parsed = 0
    forEachMutation(of: CRXBuilder.third(header, CRXBuilder.archive.bytes)) { bytes in
      if Self.file(bytes) != nil { parsed += 1 }
    }
    #expect(parsed > 50)
  }
}
