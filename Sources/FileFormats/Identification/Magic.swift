internal import Bytes

/// Types that stand on a magic number, looked up by the first bytes and made sure by structure
/// where the number alone says too little (MZ, CAFEBABE, PK, OLE, RIFF).
enum Magic {
  static func identify(_ data: ByteView) -> FileType? {
    guard let first = data.byte(at: 0) else { return .empty }
    for signature in MagicTables.byFirstByte[Int(first)] where matches(signature, data) {
      if let type = refined(signature.type, data) { return type }
    }
    for signature in MagicTables.displaced where matches(signature, data) {
      if let type = refined(signature.type, data) { return type }
    }
    return nil
  }

  private static func matches(_ signature: MagicTables.Signature, _ data: ByteView) -> Bool {
    guard let slice = data.slice(at: signature.offset, length: signature.bytes.count) else {
      return false
    }
    for (index, byte) in signature.bytes.enumerated() where slice.byte(at: index) != byte {
      return false
    }
    return true
  }

  /// The exact type where the signature stands for several; nil when the structure denies it.
  private static func refined(_ type: FileType, _ data: ByteView) -> FileType? {
    switch type {
    case .dosExecutable: ExecutableIdentification.mz(data)
    case .javaClass: ExecutableIdentification.cafebabe(data)
    case .zip: ContainerIdentification.zip(data)
    case .oleCompound: ContainerIdentification.ole(data)
    case .wav: ContainerIdentification.riff(data)
    case .mp4: ContainerIdentification.isoMedia(data)
    case .arArchive: data.has("debian-binary", at: 8) ? .deb : .arArchive
    case .gzip: data.byte(at: 2) == 8 ? .gzip : nil
    case .bzip2: data.byte(at: 3).map { (0x31...0x39).contains($0) } == true ? .bzip2 : nil
    case .bmp: bitmap(data)
    case .ico, .cur: icon(data)
    case .trueType: data.big(at: 4, as: UInt16.self).map { (1...128).contains($0) } == true ? .trueType : nil
    case .mp3: data.has("ID3") ? .mp3 : nil
    case .flash: data.byte(at: 3).map { (1...60).contains($0) } == true ? .flash : nil
    case .dex: data.byte(at: 7) == 0 ? .dex : nil
    case .lnk: data.big(at: 4, as: UInt64.self) == 0x0114_0200_0000_0000 ? .lnk : nil
    case .terseExecutable: data.u16(2).map { [0x14C, 0x8664, 0xAA64, 0x1C2].contains($0) } == true ? .terseExecutable : nil
    case .windowsPrefetch: data.byte(at: 0).map { [17, 23, 26, 30, 31].contains($0) } == true ? .windowsPrefetch : nil
    case .msAccess: data.has("Standard ", at: 4) ? .msAccess : nil
    case .linuxKernel: .linuxKernel
    case .lzh: data.byte(at: 6) == UInt8(ascii: "-") ? .lzh : nil
    case .androidXML: data.u32(4).map { $0 <= data.count + (1 << 20) } == true ? .androidXML : nil
    case .androidResources: data.u16(2) == 12 ? .androidResources : nil
    case .iso: .iso
    case .tar: .tar
    default: type
    }
  }

  private static func bitmap(_ data: ByteView) -> FileType? {
    guard let header = data.u32(14), [12, 16, 40, 52, 56, 64, 108, 124].contains(header) else {
      return nil
    }
    return .bmp
  }

  /// An icon's directory: sane count, and a first image that lies behind the directory.
  private static func icon(_ data: ByteView) -> FileType? {
    guard let count = data.u16(4), (1...256).contains(count), data.byte(at: 9) == 0,
      let size = data.u32(14), let offset = data.u32(18), size > 0, offset >= 6 + 16 * count
    else { return nil }
    return data.byte(at: 2) == 2 ? .cur : .ico
  }

  /// What only a short or common number speaks for; asked when nothing else did.
  static func weak(_ data: ByteView) -> FileType? {
    guard let word = data.big(at: 0, as: UInt16.self) else { return nil }
    switch word {
    case 0x7801, 0x785E, 0x789C, 0x78DA: return .zlib
    case 0x1A01, 0x1E02: return word == 0x1A01 ? .terminfo : .terminfo
    case 0x60EA: return .arj
    case 0x3082, 0x3083:
      // A DER sequence: PKCS #7 begins with its object identifier, a certificate with a sequence.
      let body = word == 0x3082 ? 4 : 5
      if data.byte(at: body) == 0x06 { return .pkcs7 }
      if data.byte(at: body) == 0x30 { return .derCertificate }
      return nil
    default: break
    }
    if let machine = data.u16(0), [0x14C, 0x8664, 0xAA64, 0x1C4, 0x1C0].contains(machine),
      let sections = data.u16(2), (1...200).contains(sections), data.u16(16) == 0,
      let symbols = data.u32(8), symbols < 1 << 28
    {
      return .coff
    }
    // An MPEG audio frame: sync, layer III, a rate that exists, and the next frame's sync.
    if word & 0xFFE6 == 0xFFE2, let third = data.byte(at: 2), third >> 4 != 15, third >> 4 != 0,
      (third >> 2) & 3 != 3
    {
      return .mp3
    }
    if let opcode = data.byte(at: 0), opcode == 0xEB || opcode == 0xE9,
      data.u16(510) == 0xAA55, let sector = data.u16(11), [512, 1024, 2048, 4096].contains(sector)
    {
      return .fatImage
    }
    if let tar = tarChecksum(data), tar { return .tar }
    return nil
  }

  /// Old tar archives have no magic, but their header adds up.
  private static func tarChecksum(_ data: ByteView) -> Bool? {
    guard let header = data.slice(at: 0, length: 512), header.byte(at: 0) != 0 else { return nil }
    var sum = 0
    var written = 0
    var digits = 0
    for offset in 0..<512 {
      let byte = header.byte(at: offset) ?? 0
      if (148..<156).contains(offset) {
        sum += 0x20
        if (0x30...0x37).contains(byte) {
          written = written * 8 + Int(byte - 0x30)
          digits += 1
        }
      } else {
        sum += Int(byte)
      }
    }
    return digits >= 4 && sum == written
  }
}
