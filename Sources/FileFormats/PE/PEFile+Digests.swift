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
    // A last odd byte counts by its value as a decimal digit and not at all where it is none
    // (a slip of YARA-X that rules can see).
    if let byte = data.byte(at: offset), byte &- 48 < 10 { add(UInt32(byte - 48)) }
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

  /// The length of a library's name without its extension. YARA takes the extension from the last
  /// dot and ignores what follows its three letters.
  private func stem(_ name: ByteView) -> Int {
    let extensionSize = 4
    let end: Int
    switch dialect {
    case .yaraX: end = name.count - extensionSize
    case .yara: end = (0..<name.count).last { name[$0] == UInt8(ascii: ".") } ?? -1
    }
    guard end >= 0 else { return name.count }
    let part = name.clamped(at: end, length: extensionSize)
    return [".dll", ".sys", ".ocx"].contains { part.equalsIgnoringCase($0) } ? end : name.count
  }

  /// YARA lowers ASCII letters, YARA-X all that Unicode lowers.
  private func lowercased(_ name: ByteView) -> [UInt8] {
    let bytes = name.array
    if dialect == .yaraX, bytes.contains(where: { $0 >= 0x80 }) {
      return Array(String(decoding: bytes, as: UTF8.self).lowercased().utf8)
    }
    return bytes.map(\.asciiLowercased)
  }
}
