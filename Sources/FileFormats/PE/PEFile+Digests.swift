internal import Bytes

// The file's checksum, and the digest of what it imports.
extension PEFile {
  /// The checksum by the loader's algorithm: 32-bit words added with carry, folded to 16 bits,
  /// plus the file's size, the stored checksum left out.
  func computedChecksum() -> Int64 {
    dialect == .yaraX ? checksumYaraX() : checksumYara()
  }

  /// The stored checksum is subtracted from the sum, so that its alignment does not matter.
  private func checksumYaraX() -> Int64 {
    var sum: UInt32 = 0
    var carry: UInt32 = 0
    func add(_ value: UInt32) {
      let (first, firstCarry) = sum.addingReportingOverflow(value)
      let (second, secondCarry) = first.addingReportingOverflow(carry)
      sum = second
      carry = firstCarry || secondCarry ? 1 : 0
    }
    var offset = 0
    while let word = data.little(at: offset, as: UInt32.self) {
      add(word)
      offset += 4
    }
    if let half = data.little(at: offset, as: UInt16.self) {
      add(UInt32(half))
      offset += 2
    }
    if let byte = data.byte(at: offset) { add(UInt32(byte)) }
    let (difference, borrow) = sum.subtractingReportingOverflow(optionalHeader.checksum)
    sum = borrow ? difference &- 1 : difference
    sum = (sum & 0xFFFF) + (sum >> 16)
    sum = (sum + (sum >> 16)) & 0xFFFF
    return Int64(sum &+ UInt32(truncatingIfNeeded: data.count))
  }

  /// The word at the checksum's place is left out, where that place is a multiple of four.
  private func checksumYara() -> Int64 {
    let skipped = optionalHeaderOffset + PEOptionalHeader.checksumOffset
    var sum: UInt64 = 0
    var offset = 0
    while let word = data.little(at: offset, as: UInt32.self) {
      if offset != skipped {
        sum += UInt64(word)
        if sum > 0xFFFF_FFFF { sum = (sum & 0xFFFF_FFFF) + (sum >> 32) }
      }
      offset += 4
    }
    if offset != skipped {
      var shift: UInt64 = 0
      while let byte = data.byte(at: offset) {
        sum += UInt64(byte) << shift
        shift += 8
        offset += 1
      }
      if sum > 0xFFFF_FFFF { sum = (sum & 0xFFFF_FFFF) + (sum >> 32) }
    }
    sum = (sum & 0xFFFF) + (sum >> 16)
    sum = (sum + (sum >> 16)) & 0xFFFF
    return Int64(sum) + Int64(data.count)
  }

  /// MD5 of `library.function` of all imports, comma-separated, in lower case, the library
  /// without its usual extensions.
  func computedImportHash() -> [UInt8] {
    let stream = DigestStream(.md5)
    var isFirst = true
    var line: [UInt8] = []
    for entry in imports {
      let library = entry.library.withView { lowercased($0.clamped(at: 0, length: stem($0))) }
      for function in entry.functions {
        line.removeAll(keepingCapacity: true)
        if !isFirst { line.append(UInt8(ascii: ",")) }
        line += library
        line.append(UInt8(ascii: "."))
        line += function.name.withView(lowercased)
        stream.update(line)
        isFirst = false
      }
    }
    return Digest.hexadecimal(stream.finished())
  }

  /// The length of a library's name without its extension.
  private func stem(_ name: ByteView) -> Int {
    let extensionSize = 4
    func isKnown(at offset: Int) -> Bool {
      let part = name.clamped(at: offset, length: extensionSize)
      return part.equalsIgnoringCase(".dll") || part.equalsIgnoringCase(".sys")
        || part.equalsIgnoringCase(".ocx")
    }
    switch dialect {
    case .yaraX:
      let end = name.count - extensionSize
      return end >= 0 && isKnown(at: end) ? end : name.count
    case .yara:
      // The first dot decides, whatever follows the extension.
      guard let dot = (0..<name.count).first(where: { name[$0] == UInt8(ascii: ".") }) else {
        return name.count
      }
      return isKnown(at: dot) ? dot : name.count
    }
  }

  /// YARA lowers ASCII letters, YARA-X all that Unicode lowers.
  private func lowercased(_ name: ByteView) -> [UInt8] {
    let bytes = name.array
    if dialect == .yaraX, bytes.contains(where: { $0 >= 0x80 }) {
      return Array(String(decoding: bytes, as: UTF8.self).lowercased().utf8)
    }
    return bytes.map(\.asciiLowercase)
  }
}
