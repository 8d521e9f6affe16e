/// Puts browser extensions together.
///
/// Keys and signatures were made for these tests with a random RSA key of 1024 bits and one of the
/// curve P-256, over the archive and the signed data below.
enum CRXBuilder {
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
