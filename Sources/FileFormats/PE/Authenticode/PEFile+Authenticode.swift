internal import Bytes

extension PEFile {
  public var isSigned: Bool { signatures.contains { $0.isVerified } }

  func parsedSignatures(areChecked: Bool) -> [AuthenticodeSignature] {
    guard let directory = directory(.security) else { return [] }
    let start = Int(directory.virtualAddress)
    var reader = AuthenticodeReader(file: self, checks: areChecked)
    switch dialect {
    case .yaraX:
      guard start <= data.count else { return [] }
      reader.read(table: data.clamped(at: start, length: Int(directory.size)))
    case .yara:
      // The sum is made in 32 bits.
      let end = Int(directory.virtualAddress &+ directory.size)
      guard start != 0, start <= data.count, directory.size <= data.count, end <= data.count,
        directory.size >= 8, let table = data.slice(from: start)
      else { return [] }
      reader.read(table: table)
    }
    return reader.signatures
  }

  /// The digest of the file without its checksum, its security directory and its certificate
  /// table. Where a range does not lie in the file, what came before it counts.
  func authenticodeDigest(_ algorithm: DigestAlgorithm) -> [UInt8] {
    let stream = DigestStream(algorithm)
    let checksum = optionalHeaderOffset + PEOptionalHeader.checksumOffset
    let security =
      optionalHeaderOffset + optionalHeader.size
      + PEDataDirectory.Index.security.rawValue * PEDataDirectory.bytes
    var ranges = [(0, checksum), (checksum + 4, security)]
    let rest = security + PEDataDirectory.bytes
    switch dialect {
    case .yara:
      ranges.append((rest, Int(directory(.security)?.virtualAddress ?? 0)))
    case .yaraX:
      guard let table = directory(.security), Int(table.virtualAddress) <= data.count else {
        return stream.finished()
      }
      let headers = Int(optionalHeader.sizeOfHeaders)
      ranges.append((rest, headers))
      var sum = headers
      for section in sections.sorted(by: { $0.rawDataOffset < $1.rawDataOffset }) {
        let start = Int(section.rawDataOffset)
        ranges.append((start, start + Int(section.rawDataSize)))
        sum += Int(section.rawDataSize)
        // Sections that overlap over and over are made to waste time.
        if sum > 4 * data.count { break }
      }
      ranges.append((sum, data.count - Int(table.size)))
    }
    for (start, end) in ranges {
      guard end >= start, let range = data.slice(at: start, length: end - start) else { break }
      stream.update(range)
    }
    return stream.finished()
  }
}
