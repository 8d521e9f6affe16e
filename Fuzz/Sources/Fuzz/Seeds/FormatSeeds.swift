import Bytes

@testable import FileFormats

/// Small valid files of each format, put together by the builders of the tests.
enum FormatSeeds {
  static func pe() -> [[UInt8]] {
    [false, true].map { is64Bit in
      var builder = PEBuilder.full(is64Bit: is64Bit)
      let table = AuthenticodeBuilder.table([AuthenticodeBuilder().signature()])
      builder.overlay = []
      builder.directories[4] = (builder.built().count, table.count)
      builder.overlay = table
      return builder.built()
    }
  }

  static func authenticode() -> [[UInt8]] {
    var outer = AuthenticodeBuilder()
    outer.unsignedAttributes = [
      AuthenticodeBuilder.attribute("1.3.6.1.4.1.311.2.4.1", AuthenticodeBuilder().signature())
    ]
    // Countersigned in both ways, and with a program's name and address.
    var dated = AuthenticodeBuilder()
    dated.signedAttributes = [AuthenticodeBuilder.programInformation]
    dated.unsignedAttributes = [
      AuthenticodeBuilder.countersignature,
      AuthenticodeBuilder.attribute("1.3.6.1.4.1.311.3.3.1", AuthenticodeBuilder().signature()),
    ]
    return [AuthenticodeBuilder().signature(), outer.signature(), dated.signature()]
      + [nil, CRXBuilder.bytes(CRXBuilder.curveKey)].map(fitting)
  }

  /// A signature whose digests are all right, so that the keys are tried: a key of RSA in a chain,
  /// or another one alone.
  private static func fitting(key: [UInt8]?) -> [UInt8] {
    func digest(_ bytes: [UInt8]) -> [UInt8] { ByteView.with(bytes) { Digest.bytes(.sha256, of: $0) } }
    var builder = AuthenticodeBuilder()
    if let key {
      builder.certificates = [AuthenticodeBuilder.certificate("Root", issuer: "Root", key: key)]
    }
    builder.digest = ByteView.with(FormatTarget.signed(builder.signature())) {
      PEFile.parse($0, as: .yaraX)?.authenticodeDigest(.sha256) ?? []
    }
    builder.messageDigest = digest(builder.indirectData)
    let stamp = AuthenticodeBuilder.timeStamp(digest: digest(AuthenticodeBuilder.signatureBytes))
    var dated = AuthenticodeBuilder()
    dated.certificates = builder.certificates
    dated.content = ("1.2.840.113549.1.9.16.1.4", DER.octets(stamp))
    dated.messageDigest = digest(stamp)
    builder.unsignedAttributes = [AuthenticodeBuilder.attribute("1.3.6.1.4.1.311.3.3.1", dated.signature())]
    return builder.signature()
  }

  static func elf() -> [[UInt8]] {
    [(true, false), (true, true), (false, false), (false, true)].map { is64Bit, isBigEndian in
      var builder = ELFBuilder(is64Bit: is64Bit, isBigEndian: isBigEndian)
      builder.symbols = [.init(name: ""), .init(name: "main", section: 1, value: 0x40_1000)]
      builder.dynamicSymbols = [.init(name: ""), .init(name: "puts")]
      builder.dynamic = [(1, 1), (5, 0x40_1000), (0, 0)]
      return builder.built()
    }
  }

  static func macho() -> [[UInt8]] {
    let plain = [(true, false), (false, true)].map { is64Bit, isBigEndian in
      var builder = MachOBuilder(is64Bit: is64Bit, isBigEndian: isBigEndian)
      builder.addSegment("__TEXT", address: 0x4000, offset: 0x200, sections: ["__text", "__const"])
      builder.addDylib("/usr/lib/libSystem.B.dylib")
      builder.add(0x8000_0028) {
        $0.put(UInt64(0x321))
        $0.put(UInt64(0x8000))
      }
      // Two tools that built it.
      builder.add(0x32) { for value in [1, 0xA_0000, 0xB_0000, 2, 3, 0x300, 1, 0x100] as [UInt32] { $0.put(value) } }
      builder.addSymbols([("_a", 0x01), ("", 0x0F), ("_c", 0x0F)])
      builder.addDynamicLinkerInfo(
        bind: [0x11, 0x40, 0x5F, 0x61, 0, 0x90, 0], trie: [0, 1, 0x5F, 0x61, 0, 6, 3, 0, 1, 2, 0])
      builder.addData(
        0x1D,
        MachOBuilder.signature([
          (0xFADE_7171, Array(entitlements.utf8)),
          (0xFADE_0B01, AuthenticodeBuilder().signature()),
        ]))
      return builder.built()
    }
    let chained = [UInt32(1), 2, 3].map { format in
      var builder = MachOBuilder()
      builder.cpuType = 7
      builder.addSegment("__TEXT", address: 0x4000, offset: 0x200, sections: [])
      builder.addData(0x8000_0034, MachOBuilder.fixups(format: format))
      // A thread, whose program counter is the entry point.
      builder.add(0x05) {
        for value in [1, 16] as [UInt32] { $0.put(value) }
        $0.pad(40)
        $0.put(UInt32(0x4010))
        $0.pad(20)
      }
      return builder.built()
    }
    let parts = plain.map { (cpuType: UInt32(7), cpuSubtype: UInt32(3), bytes: $0) }
    return plain + chained + [MachOBuilder.fat(parts)]
  }

  private static let entitlements = """
    <?xml version="1.0"?>
    <!DOCTYPE plist PUBLIC "p" "u" [<!ENTITY e "x">]>
    <plist><dict><key b='1'>a<![CDATA[<&>]]>&lt;&#65;&#x42;<!-- c --></key><array><string>x</string></array></dict></plist>
    """

  static func dex() -> [[UInt8]] {
    var newest = DEXBuilder.example
    newest.version = "041"
    return [DEXBuilder.members.built(), newest.built()]
  }

  static func lnk() -> [[UInt8]] { [LNKBuilder.full, LNKBuilder.narrow, LNKBuilder.shellItems] }

  static func dotNet() -> [[UInt8]] {
    let types: [[UInt8]] = [[0x08], [0x1D, 0x0E], [0x15, 0x12, 5, 1, 0x1C], [0x14, 0x08, 2, 1, 3, 1, 0], [0x1B, 0, 1, 1, 8]]
    return [AssemblyBuilder.whole.built(), AssemblyBuilder.classes.built()]
      + types.map { AssemblyBuilder.returning($0).built() }
  }

  static func zip() -> [[UInt8]] {
    let text = Array("a text that is packed".utf8)
    var archive = ZIPBuilder([("a.txt", "stored"), ("folder/", ""), ("folder/b", String(repeating: "b", count: 99))])
    archive.files.append(.init(path: "c", contents: text, method: 8, packed: ZIPBuilder.storedBlocks(text)))
    archive.comment = Array("comment".utf8)
    var wide = archive
    wide.isWide = true
    wide.prefix = Array("MZ in front".utf8)
    return [archive.bytes, wide.bytes]
  }

  static func crx() -> [[UInt8]] {
    let archive = ZIPBuilder([
      ("manifest.json", #"{"name": "__MSG_n__", "version": "1", "permissions": ["tabs"], "default_locale": "en"}"#),
      ("_locales/en/messages.json", #"{"n": {"message": "x"}}"#),
    ]).bytes
    let header =
      CRXBuilder.proof(3, CRXBuilder.curveKey, CRXBuilder.signedDataByCurve)
      + CRXBuilder.proof(2, CRXBuilder.rsaKey, CRXBuilder.signedDataBySHA256)
      + Protobuf.field(10_000, CRXBuilder.signedData)
    let manifest = Array(#"{"name": "packed", "version": "2"}"#.utf8)
    var packed = ZIPBuilder([])
    packed.files = [
      .init(path: "manifest.json", contents: manifest, method: 8, packed: ZIPBuilder.storedBlocks(manifest))
    ]
    return [
      CRXBuilder.third(header, archive), CRXBuilder.third(header, packed.bytes),
      CRXBuilder.second(
        key: CRXBuilder.bytes(CRXBuilder.rsaKey), signature: CRXBuilder.bytes(CRXBuilder.archiveBySHA1),
        CRXBuilder.archive.bytes),
    ]
  }

  static func cuckoo() -> [[UInt8]] {
    [
      #"{"network": {"domains": [{"ip": "1", "domain": "d"}], "http": [{"uri": "u", "method": "GET", "user-agent": "a"}],"#
        + #" "hosts": ["h"], "tcp": [{"dst": "t", "dport": 80}], "udp": [{"dst": "w", "dport": 53}]},"#
        + #" "behavior": {"summary": {"mutexes": ["m\u00e9"], "files": ["f"], "keys": ["k"]}}}"#,
      #"{"network": {"dns": [{"ip": "1", "hostname": "old"}]}, "n": [1.5e3, -0, true, null, {"a": [[]]}]}"#,
    ].map { Array($0.utf8) }
  }

  static func all() -> [[UInt8]] {
    let magics = texts + peWords + machoWords
    return pe() + elf() + macho() + dex() + lnk() + dotNet() + zip() + crx() + cuckoo()
      + magics.map { $0 + [UInt8](repeating: 32, count: 64) }
  }

  // MARK: - Words

  static let numbers: [[UInt8]] = [
    [0xFF, 0xFF, 0xFF, 0xFF], [0xFF, 0xFF, 0xFF, 0x7F], [0, 0, 0, 0x80], [0, 0, 1, 0],
    [UInt8](repeating: 0xFF, count: 8), [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F],
    [0xFF, 0x7F], [0, 0x80], [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 1],
  ]

  static let peWords = ["MZ", "PE\0\0", "RSDS", "NB10", "Rich", "DanS", "BSJB", "VS_VERSION_INFO"]
    .map { [UInt8]($0) }

  static let zipWords: [[UInt8]] = [
    [0x50, 0x4B, 3, 4], [0x50, 0x4B, 1, 2], [0x50, 0x4B, 5, 6], [0x50, 0x4B, 6, 6], [0x50, 0x4B, 6, 7], [UInt8]("Cr24".utf8),
  ]

  static let machoWords: [[UInt8]] = [
    [0xCF, 0xFA, 0xED, 0xFE], [0xFE, 0xED, 0xFA, 0xCE], [0xCA, 0xFE, 0xBA, 0xBE],
    [0xFA, 0xDE, 0x0C, 0xC0], [0xFA, 0xDE, 0x71, 0x71], [UInt8]("<plist>"), [UInt8]("<![CDATA["), [UInt8]("<!DOCTYPE"),
    [UInt8]("&#x41;"), [UInt8]("&amp;"), [0x34, 0, 0, 0x80], [0x33, 0, 0, 0x80],
  ]

  /// What the identification of texts and containers looks for.
  static let texts =
    [
      "%PDF-1.7", "{\\rtf1", "PK\u{3}\u{4}", "<?xml ", "<html>", "#!/bin/sh\n", "<?php ",
      "Rar!\u{1A}\u{7}",
      "Cr24", "From: a\r\nTo: b\r\n", "function(){", "Sub AutoOpen()", "import os\n",
      "package main\n",
      "[Content_Types].xml", "META-INF/MANIFEST.MF", "AndroidManifest.xml", "mimetype",
    ].map { [UInt8]($0) } + [
      [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1], [0x1F, 0x8B, 8], [0xEF, 0xBB, 0xBF],
      [0xFF, 0xFE], [0, 0, 0, 16] + Array("ftypisom".utf8),
      // An icon with one picture of 16 by 16, 64 bytes long.
      [0, 0, 1, 0, 1, 0, 16, 16, 0, 0, 1, 0, 32, 0, 64, 0, 0, 0, 22, 0, 0, 0],
    ]
}
