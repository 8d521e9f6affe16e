internal import Bytes

/// The header of a Chrome extension, before its ZIP archive.
///
/// Version 2: lengths of a public key and a signature, then both. Version 3: the length of a
/// protocol buffer (`CrxFileHeader` of Chromium's crx3.proto), then that.
struct CRXHeader {
  /// A key with a signature that it should have made.
  struct Proof {
    enum Scheme { case rsaWithSHA1, rsaWithSHA256, ecdsaWithSHA256 }
    let scheme: Scheme
    /// SubjectPublicKeyInfo, encoded.
    let publicKey: ByteView
    let signature: ByteView
  }

  let version: UInt32
  /// Bytes of key and signature, or of the protocol buffer.
  let size: UInt32
  /// The extension's identifier, 16 bytes if it is right.
  let identifier: [UInt8]
  let proofs: [Proof]
  /// Version 3: what is signed in front of the archive.
  let signedData: ByteView
  let archive: ByteView

  /// Proofs beyond this many are left out.
  static let maximumProofs = 1_000

  init?(_ data: ByteView) {
    guard data.has("Cr24"), let version = data.little(at: 4, as: UInt32.self) else { return nil }
    switch version {
    case 2: self.init(second: data)
    case 3: self.init(third: data)
    default: return nil
    }
  }

  private init?(second data: ByteView) {
    guard let keySize = data.little(at: 8, as: UInt32.self),
      let signatureSize = data.little(at: 12, as: UInt32.self),
      let key = data.slice(at: 16, length: Int(keySize)),
      let signature = data.slice(at: 16 + key.count, length: Int(signatureSize))
    else { return nil }
    version = 2
    size = keySize &+ signatureSize
    identifier = Array(Digest.bytes(.sha256, of: key).prefix(16))
    proofs = [Proof(scheme: .rsaWithSHA1, publicKey: key, signature: signature)]
    signedData = .empty
    archive = data.clamped(at: 16 + key.count + signature.count, length: data.count)
  }

  private init?(third data: ByteView) {
    guard let headerSize = data.little(at: 8, as: UInt32.self),
      let header = data.slice(at: 12, length: Int(headerSize))
    else { return nil }
    var signedData: ByteView?
    var rsa: [Proof] = []
    var ecdsa: [Proof] = []
    var fields = ProtobufReader(header)
    while let (number, bytes) = fields.next() {
      switch number {
      case 2: if !Self.add(bytes, .rsaWithSHA256, to: &rsa) { return nil }
      case 3: if !Self.add(bytes, .ecdsaWithSHA256, to: &ecdsa) { return nil }
      case 10_000: signedData = bytes
      default: break
      }
    }
    guard !fields.isDamaged, let signedData else { return nil }
    var identifier: ByteView = .empty
    var signed = ProtobufReader(signedData)
    while let (number, bytes) = signed.next() {
      if number == 1 { identifier = bytes }
    }
    guard !signed.isDamaged else { return nil }
    version = 3
    size = headerSize
    self.identifier = identifier.array
    proofs = rsa + ecdsa
    self.signedData = signedData
    archive = data.clamped(at: 12 + header.count, length: data.count)
  }

  /// Adds a proof that has both its parts. False where it is damaged.
  private static func add(_ message: ByteView, _ scheme: Proof.Scheme, to proofs: inout [Proof]) -> Bool {
    var publicKey: ByteView?
    var signature: ByteView?
    var fields = ProtobufReader(message)
    while let (number, bytes) = fields.next() {
      switch number {
      case 1: publicKey = bytes
      case 2: signature = bytes
      default: break
      }
    }
    guard !fields.isDamaged else { return false }
    if let publicKey, let signature, proofs.count < maximumProofs {
      proofs.append(Proof(scheme: scheme, publicKey: publicKey, signature: signature))
    }
    return true
  }
}

/// Walks the fields of a protocol buffer and gives those that are byte strings; all others are
/// passed over. Nil from `next` is the end, or damage.
struct ProtobufReader {
  private let data: ByteView
  private var offset = 0
  private(set) var isDamaged = false
  /// Of groups inside each other.
  private static let maximumDepth = 100

  init(_ data: ByteView) { self.data = data }

  mutating func next() -> (number: UInt32, bytes: ByteView)? {
    while offset < data.count {
      guard let tag = tag() else { return damaged() }
      if tag & 7 == 2 {
        guard let bytes = bytes() else { return damaged() }
        return (tag >> 3, bytes)
      }
      guard skip(tag, depth: 0) else { return damaged() }
    }
    return nil
  }

  private mutating func damaged() -> (number: UInt32, bytes: ByteView)? {
    isDamaged = true
    offset = data.count
    return nil
  }

  private mutating func bytes() -> ByteView? {
    guard let length = varint(), let length = Int(exactly: length),
      let bytes = data.slice(at: offset, length: length)
    else { return nil }
    offset += length
    return bytes
  }

  /// Of five bytes at most.
  private mutating func tag() -> UInt32? {
    let start = offset
    guard let value = varint(), offset - start <= 5, let tag = UInt32(exactly: value), tag >> 3 > 0
    else { return nil }
    return tag
  }

  private mutating func varint() -> UInt64? {
    var value: UInt64 = 0
    for index in 0..<10 {
      guard let byte = data.byte(at: offset) else { return nil }
      offset += 1
      if index == 9, byte > 1 { return nil }
      value |= UInt64(byte & 0x7F) << UInt64(7 * index)
      if byte & 0x80 == 0 { return value }
    }
    return nil
  }

  private mutating func skip(_ tag: UInt32, depth: Int) -> Bool {
    switch tag & 7 {
    case 0: return varint() != nil
    case 1: return skip(bytes: 8)
    case 2: return bytes() != nil
    case 5: return skip(bytes: 4)
    case 3:
      guard depth < Self.maximumDepth else { return false }
      while let inner = self.tag() {
        // Whichever group it says it ends.
        if inner & 7 == 4 { return true }
        guard skip(inner, depth: depth + 1) else { return false }
      }
      return false
    default: return false
    }
  }

  private mutating func skip(bytes count: Int) -> Bool {
    guard data.slice(at: offset, length: count) != nil else { return false }
    offset += count
    return true
  }
}
