import Bytes
import FileFormats
import Testing

/// Export tries, bind opcodes, chained fixups and code signatures.
@Suite struct MachONamesTests {
  /// Opcodes that bind one name.
  static func binding(_ name: String) -> [UInt8] { [0x40] + Array(name.utf8) + [0, 0x90] }

  /// "_" and "_main" by way of one edge each.
  static let trie: [UInt8] =
    [0, 1, 0x5F, 0, 5] + [2, 0, 0, 1] + Array("main".utf8) + [0, 15] + [2, 0, 0, 0]

  private func names(_ build: (inout MachOBuilder) -> Void) -> (
    imports: [String], exports: [String]
  ) {
    var builder = MachOBuilder()
    build(&builder)
    return ByteView.with(builder.built()) { view in
      let binary = MachOFile.parse(view)?.binary
      func texts(_ names: [FormatText]?) -> [String] {
        (names ?? []).map { String(decoding: $0.array, as: UTF8.self) }
      }
      return (texts(binary?.imports), texts(binary?.exports))
    }
  }

  @Test func readsDynamicLinkerInfo() {
    let found = names { builder in
      builder.addSymbols([("_unused", 0x0F)])
      builder.addDynamicLinkerInfo(
        bind: Self.binding("_x") + [0x20, 0x80, 1] + Self.binding("_y"),
        lazyBind: Self.binding("_y") + Self.binding("_z") + [0x40, 0x5F], trie: Self.trie)
    }
    #expect(found.imports == ["_x", "_y", "_z"])
    #expect(found.exports == ["_", "_main"])
  }

  @Test(arguments: [UInt32(0), 1, 2, 3]) func readsChainedFixups(format: UInt32) {
    let found = names { builder in
      builder.addData(0x8000_0034, MachOBuilder.fixups(format: format))
      builder.addData(0x8000_0033, Self.trie)
    }
    #expect(found.imports == ["_a", "_b"])
    #expect(found.exports == ["_", "_main"])
  }

  @Test func takesNamesFromSymbolsWithoutTables() {
    let types: [UInt8] = [0x00, 0x01, 0x10, 0x11, 0x02, 0x03, 0x0B, 0x0D, 0x0F, 0x1F, 0x24, 0x2F]
    let found = names { builder in
      builder.addSymbols(types.map { (name: "_" + String($0, radix: 16), type: $0) })
    }
    #expect(found.imports == ["_0", "_1", "_10", "_11"])
    #expect(found.exports == ["_3", "_b", "_f", "_1f"])
  }

  @Test(
    arguments: [
      // A loop to the root, a child past the end, a cut label, ill-formed UTF-8.
      ([0, 2, 0x61, 0, 0, 0x62, 0, 9, 0, 2, 0, 0, 0], ["b"]),
      ([0, 2, 0x61, 0, 8, 0x62, 0, 99, 2, 0, 0, 0], ["a"]),
      ([0, 2, 0x61, 0, 4, 0x62], []),
      ([0, 2, 0xFF, 0, 8, 0x62, 0, 8, 2, 0, 0, 0], ["b"]),
      // A re-export tells an ordinal and a name, a stub two offsets.
      ([0, 1, 0x61, 0, 5, 4, 8, 1, 0x7A, 0, 0], ["a"]),
      ([0, 1, 0x61, 0, 5, 4, 16, 1, 1, 0], ["a"]),
      ([], []), ([0x80], []), ([0], []),
    ] as [([UInt8], [String])])
  func walksExportTries(trie: [UInt8], exports: [String]) {
    #expect(names { $0.addData(0x8000_0033, trie) }.exports == exports)
  }

  private func signed(_ blobs: [(magic: UInt32, bytes: [UInt8])]) -> (
    entitlements: [String], certificates: [MachOCertificate]
  ) {
    var builder = MachOBuilder()
    builder.addData(0x1D, MachOBuilder.signature(blobs))
    return ByteView.with(builder.built()) { view in
      let binary = MachOFile.parse(view)?.binary
      return (
        (binary?.entitlements ?? []).map { String(decoding: $0, as: UTF8.self) },
        binary?.certificates ?? []
      )
    }
  }

  @Test(arguments: [
    ("<key>a.b</key><true/>", ["a.b"]),
    (
      "<key>a</key><array>\n<string>x</string><string>y</string><string>x</string></array>",
      ["a", "x", "y"]
    ),
    ("<key>a</key><array><string>x</string></array>", ["a"]),
    ("<key>a<!-- c -->b</key><key><!-- c -->b</key>", ["a"]),
    ("<key>a<![CDATA[<&>]]>&lt;&#65;&#x42;</key>", ["a<&><AB"]),
    ("<x:key xmlns:x='u'>a</x:key>", ["a"]),
    ("<key b='1' c=\"2\" >a</key >", ["a"]),
    // A prefix is declared until the element ends, and stays so if an outer one declares it too.
    ("<a xmlns:p='u'><b xmlns:p='v'><p:c/></b><p:c p:d=''/><key>a</key></a>", ["a"]),
    ("<a><b xmlns:p='u'><p:c/></b><p:c/></a><key>a</key>", []),
    ("<b xmlns:p='u' p:c=''/><p:c/><key>a</key>", []),
    // Not well-formed.
    ("<key>a</key", []), ("<key>a</kez>", []), ("<key>&foo;</key>", []), ("<x:key>a</x:key>", []),
    ("<key b='1' b='2'>a</key>", []), ("<key>a]]></key>", []), ("<key>\u{1}</key>", []),
  ])
  func readsEntitlements(content: String, entitlements: [String]) {
    let document =
      "<?xml version=\"1.0\"?>\n<!DOCTYPE plist PUBLIC \"p\" \"u\">\n<plist><dict>\(content)</dict></plist>\n"
    #expect(signed([(0xFADE_7171, Array(document.utf8))]).entitlements == entitlements)
  }

  /// The shortest certificate that both engines take: names, times, a key, a signature.
  static func certificate(issuer: [UInt8], subject: [UInt8]) -> [UInt8] {
    let algorithm = DER.sequence(DER.identifier([0x2A, 0x03]))
    let time = DER.element(0x17, Array("200101000000Z".utf8))
    let key = DER.sequence(algorithm + DER.element(0x03, [0, 1]))
    let body = DER.sequence(
      DER.element(0xA0, DER.element(0x02, [2])) + DER.element(0x02, [1]) + algorithm + issuer
        + DER.sequence(time + time) + subject + key)
    return DER.sequence(body + algorithm + DER.element(0x03, [0, 1]))
  }

  static func message(_ certificates: [UInt8]) -> [UInt8] {
    let signedData = DER.sequence(
      DER.element(0x02, [1]) + DER.element(0x31, [])
        + DER.sequence(DER.identifier([0x2A, 0x04])) + DER.element(0xA0, certificates))
    return DER.sequence(DER.identifier([0x2A, 0x05]) + DER.element(0xA0, signedData))
  }

  /// The small part of DER that the tests write; contents stay below 65,536 bytes.
  enum DER {
    static func element(_ tag: UInt8, _ content: [UInt8]) -> [UInt8] {
      let size = content.count
      let length: [UInt8] =
        size < 128 ? [UInt8(size)] : [0x82, UInt8(size >> 8), UInt8(size & 0xFF)]
      return [tag] + length + content
    }
    static func sequence(_ content: [UInt8]) -> [UInt8] { element(0x30, content) }
    static func identifier(_ bytes: [UInt8]) -> [UInt8] { element(0x06, bytes) }
    static func name(_ attributes: [([UInt8], UInt8, String)]) -> [UInt8] {
      sequence(
        attributes.flatMap { type, tag, value in
          element(0x31, sequence(identifier(type) + element(tag, Array(value.utf8))))
        })
    }
  }

  @Test func readsCertificates() {
    let country: [UInt8] = [0x55, 4, 6]
    let common: [UInt8] = [0x55, 4, 3]
    let root = DER.name([(country, 0x13, "US"), (common, 0x0C, "Root, CA")])
    let leaf = DER.name([(common, 0x0C, "Leaf"), ([0x2A, 3, 4], 0x04, "o")])
    let message = Self.message(
      Self.certificate(issuer: root, subject: root) + Self.certificate(issuer: root, subject: leaf)
        + [0x05, 0])
    #expect(
      signed([(0xFADE_0B01, message)]).certificates.map {
        String(decoding: $0.subject, as: UTF8.self)
      }
        == ["C=US, CN=Root, CA", "CN=Leaf, OID(1.2.3.4)=6F"])
    #expect(signed([(0xFADE_0B01, message)]).certificates.map(\.isSelfSigned) == [true, false])
    #expect(
      signed([(0xFADE_0B01, message)]).certificates.last.map {
        String(decoding: $0.issuer, as: UTF8.self)
      }
        == "C=US, CN=Root, CA")
    #expect(signed([(0xFADE_0B01, Array(message.dropLast(40)))]).certificates.isEmpty)
  }
}
