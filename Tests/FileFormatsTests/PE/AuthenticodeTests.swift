import Bytes
import Testing

@testable import FileFormats

private func signatures(
  _ entries: [[UInt8]], _ dialect: FormatDialect = .yaraX
) -> [AuthenticodeSignature] {
  read(entries, dialect).signatures
}

private func read(
  _ entries: [[UInt8]], _ dialect: FormatDialect
) -> (signatures: [AuthenticodeSignature], isCut: Bool) {
  var builder = PEBuilder()
  builder.place([0])
  let table = AuthenticodeBuilder.table(entries)
  builder.directories[4] = (builder.built().count, table.count)
  builder.overlay = table
  return ByteView.with(builder.built()) {
    let file = PEFile.parse($0, as: dialect)
    // What is not verified is listed all the same.
    #expect(file?.uncheckedSignatures.count == file?.signatures.count)
    return (file?.signatures ?? [], file?.isCut ?? false)
  }
}

private func string(_ bytes: [UInt8]?) -> String? {
  bytes.map { String(decoding: $0, as: UTF8.self) }
}

struct AuthenticodeTests {
  @Test(arguments: FormatDialect.allCases)
  func aSignatureIsRead(_ dialect: FormatDialect) throws {
    var builder = AuthenticodeBuilder()
    builder.signedAttributes = [AuthenticodeBuilder.programInformation]
    let signature = try #require(signatures([builder.signature()], dialect).first)
    #expect(!signature.isVerified)
    #expect(string(signature.digest) == String(repeating: "44", count: 32))
    #expect(string(signature.digestAlgorithm) == "sha256")
    #expect(signature.fileDigest?.count == 64)
    #expect(
      signature.certificates.map { string($0.subject) } == ["/C=FI/CN=Leaf", "/C=FI/CN=Root"])
    let own = try #require(signature.signingCertificate)
    #expect(string(own.issuer) == "/C=FI/CN=Root" && string(own.serial) == "00:9c:01")
    #expect(own.version == 3 && string(own.algorithm) == "sha256WithRSAEncryption")
    #expect(string(own.algorithmIdentifier) == "1.2.840.113549.1.1.11")
    #expect(own.notBefore == 1_577_836_800 && own.notAfter == 1_893_456_000)
    #expect(own.isValid(on: 1_600_000_000) && !own.isValid(on: 1_500_000_000))
    #expect(own.thumbprint.count == 40)
    #expect(signature.signer?.chain.count == 2)
    #expect(string(signature.signer?.programName) == "Pg")
    #expect(string(signature.signer?.moreInfo) == (dialect == .yaraX ? "http://x.example" : nil))
    #expect(string(signature.signer?.digest) == String(repeating: "33", count: 32))
  }

  @Test func nestedSignaturesFollow() {
    var builder = AuthenticodeBuilder()
    builder.digest = [UInt8](repeating: 0x55, count: 32)
    let inner = builder.signature()
    var outer = AuthenticodeBuilder()
    outer.unsignedAttributes = [AuthenticodeBuilder.attribute("1.3.6.1.4.1.311.2.4.1", inner)]
    for dialect in FormatDialect.allCases {
      let found = signatures([outer.signature()], dialect)
      #expect(
        found.map { string($0.digest)?.prefix(2) } == ["44", "55"], "\(dialect)")
    }
  }

  /// YARA reads the first entry of the table only.
  @Test func entriesOfTheTableAreRead() {
    let entry = AuthenticodeBuilder().signature()
    #expect(signatures([entry, entry], .yaraX).count == 2)
    #expect(signatures([entry, entry], .yara).count == 1)
  }

  @Test(arguments: FormatDialect.allCases)
  func countersignaturesAreRead(_ dialect: FormatDialect) throws {
    var builder = AuthenticodeBuilder()
    builder.unsignedAttributes = [AuthenticodeBuilder.countersignature]
    let found = try #require(signatures([builder.signature()], dialect).first).countersignatures
    #expect(found.count == 1 && found.first?.signTime == 1_609_556_645)
    #expect(found.first?.isVerified == false && found.first?.chain.count == 2)
    #expect(string(found.first?.digestAlgorithm) == "sha256")
  }

  /// Version 3 is no Authenticode for YARA-X; YARA does not look.
  @Test func versionIsChecked() {
    var builder = AuthenticodeBuilder()
    builder.version = 3
    #expect(signatures([builder.signature()], .yaraX).isEmpty)
    #expect(signatures([builder.signature()], .yara).count == 1)
  }

  /// Certificates that issue each other in a circle end.
  @Test(arguments: FormatDialect.allCases)
  func circlesOfCertificatesEnd(_ dialect: FormatDialect) throws {
    var builder = AuthenticodeBuilder()
    builder.extraCertificates = [
      AuthenticodeBuilder.certificate("A", issuer: "B", serial: [9]),
      AuthenticodeBuilder.certificate("B", issuer: "A", serial: [8]),
    ]
    let signature = try #require(signatures([builder.signature()], dialect).first)
    #expect(signature.certificates.count == 4)
    #expect(signature.signer?.chain.count == 2)
  }

  /// A chain that runs into a circle has each certificate of it once.
  @Test(arguments: FormatDialect.allCases)
  func chainsEndWhereACircleCloses(_ dialect: FormatDialect) throws {
    var builder = AuthenticodeBuilder()
    builder.certificates = [
      AuthenticodeBuilder.certificate("Leaf", issuer: "Root"),
      AuthenticodeBuilder.certificate("Root", issuer: "A", serial: [7]),
      AuthenticodeBuilder.certificate("A", issuer: "Root", serial: [9]),
      AuthenticodeBuilder.certificate("Other", issuer: "Other", serial: [10]),
    ]
    let signature = try #require(signatures([builder.signature()], dialect).first)
    #expect(
      signature.signer?.chain.map { string($0.subject) } == [
        "/C=FI/CN=Leaf", "/C=FI/CN=Root", "/C=FI/CN=A",
      ])
  }

  /// Of several issuers YARA-X takes the first, YARA the one that is valid longest.
  @Test func oneOfSeveralIssuersIsTaken() throws {
    var builder = AuthenticodeBuilder()
    builder.certificates = [
      AuthenticodeBuilder.certificate("Leaf", issuer: "Root"),
      AuthenticodeBuilder.certificate("Root", issuer: "Root", serial: [7], until: "210101000000Z"),
      AuthenticodeBuilder.certificate("Root", issuer: "Root", serial: [8], until: "400101000000Z"),
    ]
    for (dialect, serial) in [(FormatDialect.yaraX, "07"), (.yara, "08")] {
      let signature = try #require(signatures([builder.signature()], dialect).first)
      #expect(signature.signer?.chain.count == 2)
      #expect(string(signature.signer?.chain.last?.serial) == serial, "\(dialect)")
    }
  }

  /// Where the padding of an entry is cut away, the entry is none for YARA-X.
  @Test func paddingBelongsToAnEntry() {
    var entry = AuthenticodeBuilder()
    while entry.signature().count % 8 == 0 {
      entry.extraCertificates.append(AuthenticodeBuilder.certificate("Extra", issuer: "Root"))
    }
    let bytes = entry.signature()
    var builder = PEBuilder()
    builder.place([0])
    builder.overlay = Array(AuthenticodeBuilder.table([bytes]).prefix(bytes.count + 8))
    var plain = builder
    plain.overlay = []
    builder.directories[4] = (plain.built().count, bytes.count + 8)
    for (dialect, count) in [(FormatDialect.yaraX, 0), (.yara, 1)] {
      let found = ByteView.with(builder.built()) {
        PEFile.parse($0, as: dialect)?.signatures.count
      }
      #expect(found == count, "\(dialect)")
    }
  }

  /// A certificate whose time is no time is none for YARA-X; YARA reports the end of 1899.
  @Test func timesThatAreNone() throws {
    var builder = AuthenticodeBuilder()
    builder.certificates = [
      AuthenticodeBuilder.certificate("Leaf", issuer: "Root", until: "300230000000Z")
    ]
    let yaraX = try #require(signatures([builder.signature()], .yaraX).first)
    #expect(yaraX.certificates.isEmpty)
    let yara = try #require(signatures([builder.signature()], .yara).first)
    #expect(yara.certificates.first?.notAfter == -2_209_075_200)
  }

  /// Signatures nested beyond all measure cost no more than the bound allows.
  @Test(arguments: FormatDialect.allCases)
  func nestingIsBounded(_ dialect: FormatDialect) {
    var entry = AuthenticodeBuilder().signature()
    for _ in 0..<30 {
      var builder = AuthenticodeBuilder()
      builder.unsignedAttributes = [AuthenticodeBuilder.attribute("1.3.6.1.4.1.311.2.4.1", entry)]
      entry = builder.signature()
    }
    let count = signatures([entry], dialect).count
    #expect(count >= 4 && count <= 16)
  }

  /// Certificates that cost libcrypto too much end YARA's chain, as unreadable ones do.
  @Test(arguments: [
    (AuthenticodeBuilder.relativePoints(3), true),
    (AuthenticodeBuilder.relativePoints(1_000), false),
    (
      DER.sequence(
        DER.identifier("1.2.3"), DER.octets([UInt8](repeating: 0, count: 70_000))), false
    ),
  ])
  func costlyCertificatesAreNotDecoded(_ extensions: [UInt8], isDecoded: Bool) {
    var builder = AuthenticodeBuilder()
    builder.certificates = [
      AuthenticodeBuilder.certificate("Leaf", issuer: "Root", extensions: extensions),
      AuthenticodeBuilder.certificate("Root", issuer: "Root", serial: [7]),
    ]
    let yara = read([builder.signature()], .yara)
    #expect(yara.signatures.first?.certificates.count == 2)
    #expect(yara.signatures.first?.signer?.chain.count == (isDecoded ? 2 : 1))
    #expect(yara.isCut == !isDecoded)
    let yaraX = read([builder.signature()], .yaraX)
    #expect(yaraX.signatures.first?.signer?.chain.count == 2 && !yaraX.isCut)
  }

  @Test func whatLibcryptoDecodesIsBounded() {
    ByteView.with(AuthenticodeBuilder().signature()) { bytes in
      for (elements, certificates, isTaken) in [
        (1_000, 100, true), (20, 100, false), (1_000, 1, false),
      ] {
        var budget = LibcryptoBudget(elements: elements, certificates: certificates)
        let answer = budget.spend(bytes)
        #expect(answer == isTaken && budget.isSpent == !isTaken)
        let further = ByteView.with([5, 0]) { budget.spend($0) }
        #expect(further == isTaken)
      }
    }
  }

  /// More certificates than are ever decoded: none of YARA's signatures; YARA-X takes the first.
  @Test func certificatesBeyondAllMeasure() {
    var builder = AuthenticodeBuilder()
    let certificate = AuthenticodeBuilder.certificate("Leaf", issuer: "Root")
    builder.certificates = [[UInt8]](repeating: certificate, count: 2_100)
    let yara = read([builder.signature()], .yara)
    #expect(yara.signatures.isEmpty && yara.isCut)
    #expect(read([builder.signature()], .yaraX).signatures.first?.certificates.count == 128)
  }

  @Test func endlessSerialNumbersAreCut() {
    for (length, told) in [(100, 100), (20_000, 1 << 14)] {
      var builder = AuthenticodeBuilder()
      builder.certificates = [
        AuthenticodeBuilder.certificate(
          "Leaf", issuer: "Root", serial: [UInt8](repeating: 0x7B, count: length))
      ]
      let (signatures, isCut) = read([builder.signature()], .yaraX)
      let serial = signatures.first?.certificates.first?.serial
      #expect(serial?.count == told * 3 - 1 && string(serial)?.hasPrefix("7b:7b:") == true)
      #expect(isCut == (told < length))
    }
  }
}
