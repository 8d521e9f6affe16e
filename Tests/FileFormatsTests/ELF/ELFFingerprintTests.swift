import Bytes
import FileFormats
import Testing

/// The expected digests were asked of YARA-X 1.23 and of YARA 4.5 with a file of the same names.
@Suite struct ELFFingerprintTests {
  struct Case: CustomTestStringConvertible {
    var names: [String]
    var importMD5: (yaraX: String?, yara: String?)
    var telfhash: (yaraX: String?, yara: String?)
    var testDescription: String { names.first ?? "no names" }
  }

  static let cases = [
    Case(
      names: [
        "fopen", "Socket", "connect", "bind", "listen", "accept", "recvfrom", "sendto",
        "gethostbyname", "inet_ntoa", "fork", "execve", "kill", "memcpy", "_init", "strcpy",
        "fopen64", "main",
      ],
      importMD5: ("e1464e5772e6f233102a069e49fbdff4", "e1464e5772e6f233102a069e49fbdff4"),
      telfhash: (
        "T1D1B012437CF3EC001BBB203D0598038E10074007D5432D5A4F44DD4491235021451177",
        "T1D1B012437CF3EC001BBB203D0598038E10074007D5432D5A4F44DD4491235021451177"
      )),
    // YARA-X's search for the quartiles misses the third one here.
    Case(
      names: (0..<40).map { "open_0" + ($0 < 10 ? "0" : "") + String($0) },
      importMD5: ("38916a0c836db5e9b32e0fd5abf62265", "38916a0c836db5e9b32e0fd5abf62265"),
      telfhash: (
        nil, "T155E094CEDA135D5CEC067C20016847390220324D096829C67B1EEFDC6EC21DF105040D"
      )),
    Case(
      names: ["puts", "Printf"],
      importMD5: ("99a8896081d4a3e7202fdf28b91ba322", "99a8896081d4a3e7202fdf28b91ba322"),
      telfhash: (nil, "")),
    Case(
      names: [], importMD5: ("d41d8cd98f00b204e9800998ecf8427e", nil), telfhash: (nil, nil)),
  ]

  @Test(arguments: cases) func digestsNames(_ example: Case) throws {
    var builder = ELFBuilder()
    builder.dynamicSymbols =
      [.init(name: "", type: 0, bind: 0)] + example.names.map { .init(name: $0) }
    ByteView.with(builder.built()) { view in
      for (dialect, md5, telfhash) in [
        (FormatDialect.yaraX, example.importMD5.yaraX, example.telfhash.yaraX),
        (.yara, example.importMD5.yara, example.telfhash.yara),
      ] {
        let file = ELFFile.parse(view, dialect: dialect)
        #expect(file?.importMD5 == md5.map { Array($0.utf8) })
        #expect(file?.telfhash == telfhash.map { Array($0.utf8) })
      }
    }
  }

  @Test func hashesNothingWhereThereIsNoELF() {
    #expect(
      ELFFile.importMD5(ofNoELFIn: .yaraX) == Array("d41d8cd98f00b204e9800998ecf8427e".utf8))
    #expect(ELFFile.importMD5(ofNoELFIn: .yara) == nil)
  }

  /// Definitions are no imports; only global functions of default visibility make a telfhash.
  @Test func choosesSymbols() throws {
    let imports: [ELFBuilder.Symbol] = (0..<30).map { .init(name: "imported_function_\($0)") }
    let others: [ELFBuilder.Symbol] = [
      .init(name: "defined", section: 4), .init(name: "local", bind: 0, section: 4),
      .init(name: "object", type: 1, section: 4), .init(name: "hidden", visibility: 2, section: 4),
    ]
    func digests(_ symbols: [ELFBuilder.Symbol]) -> ([UInt8]?, [UInt8]?) {
      ByteView.with(ELFBuilder(dynamicSymbols: symbols).built()) { view in
        let file = ELFFile.parse(view, dialect: .yara)
        return (file?.importMD5, file?.telfhash)
      }
    }
    let plain = digests(imports)
    #expect(digests(imports + others).0 == plain.0)
    #expect(digests(imports + others.dropFirst()).1 == plain.1)
    #expect(digests(imports + others.prefix(1)).1 != plain.1)
    #expect(digests(imports + [.init(name: "another")]).0 != plain.0)
  }
}
