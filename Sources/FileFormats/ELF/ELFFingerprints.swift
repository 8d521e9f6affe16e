internal import Bytes

/// The two fingerprints that the `elf` modules make of a file's symbol names.
///
/// Both engines take `.dynsym` if they have it, else `.symtab`, lower-case the names, sort them
/// by bytes and join them with commas. YARA-X passes over an empty `.dynsym`, YARA does not; and
/// without any name YARA-X hashes the empty text where YARA reports nothing.
enum ELFFingerprints {
  /// Most bytes of memory for names that are gathered. Symbols can all point at one long name; the
  /// whole string table of the largest real programs is smaller.
  static let mostNameBytes = 1 << 27
  /// What a name takes beside its bytes.
  private static let nameOverhead = 48

  /// MD5 of the imports' names, in hexadecimal digits.
  static func importMD5(_ file: ELFFile) -> [UInt8]? {
    names(of: file, symbols: { $0.sectionIndex == 0 }, names: { !$0.isEmpty })
      .map { Digest.hexadecimal(Digest.hash(.md5, joined: $0)) }
  }

  /// Telfhash (Trend Micro): TLSH over the names of the global functions, without those that
  /// compilers and C libraries add.
  static func telfhash(_ file: ELFFile) -> [UInt8]? {
    let function: UInt8 = 2
    let global: UInt8 = 1
    guard
      let names = names(
        of: file,
        symbols: { $0.type == function && $0.bind == global && $0.visibility == 0 },
        names: isTelfhashName)
    else { return nil }
    var stream = TLSH()
    for (index, name) in names.enumerated() {
      if index > 0 { stream.update(UInt8(ascii: ",")) }
      for byte in name { stream.update(byte) }
    }
    switch file.dialect {
    case .yaraX: return stream.digest(file.dialect)
    case .yara: return stream.digest(file.dialect) ?? []
    }
  }

  /// The sorted lower-case names of the wanted symbols; nil if the engine reports nothing.
  private static func names(
    of file: ELFFile, symbols isWanted: (ELFSymbol) -> Bool, names isWantedName: ([UInt8]) -> Bool
  ) -> [[UInt8]]? {
    var table = file.dynamicSymbols
    if table == nil || (file.dialect == .yaraX && table?.isEmpty == true) {
      table = file.symbolTable
    }
    if table == nil, file.dialect == .yara { return nil }
    var names: [[UInt8]] = []
    var budget = mostNameBytes
    if let table {
      for index in table.indices {
        let symbol = table.unnamed(index)
        guard isWanted(symbol), let name = table.name(index) else { continue }
        budget -= name.count + nameOverhead
        guard budget > 0 else { return nil }
        if isWantedName(name.array) { names.append(name.lowercased(file.dialect)) }
      }
    }
    if names.isEmpty, file.dialect == .yara { return nil }
    names.sort { $0.lexicographicallyPrecedes($1) }
    return names
  }

  private static func isTelfhashName(_ name: [UInt8]) -> Bool {
    if name.first == UInt8(ascii: ".") || name.first == UInt8(ascii: "_") { return false }
    if name.starts(with: "mem".utf8) || name.starts(with: "str".utf8) { return false }
    if name.suffix(2).elementsEqual("64".utf8) { return false }
    return !excluded.contains { $0.utf8.elementsEqual(name) }
  }

  private static let excluded: [String] = [
    "__libc_start_main", "main", "abort", "cachectl", "cacheflush", "puts", "atol", "malloc_trim",
  ]
}

extension Digest {
  /// The digest of the names joined with commas.
  static func hash(_ algorithm: DigestAlgorithm, joined names: [[UInt8]]) -> [UInt8] {
    let stream = DigestStream(algorithm)
    for (index, name) in names.enumerated() {
      if index > 0 { stream.update([UInt8(ascii: ",")]) }
      stream.update(name)
    }
    return stream.finished()
  }
}
