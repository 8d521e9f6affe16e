internal import Bytes

/// The two fingerprints that the `elf` modules make of a file's symbol names.
///
/// Both engines take `.dynsym` if they have it, else `.symtab`, lower-case the names, sort them
/// by bytes and join them with commas. YARA-X passes over an empty `.dynsym`, YARA does not; and
/// without any name YARA-X hashes the empty text where YARA reports nothing.
enum ELFFingerprints {
  /// Most bytes of the names joined. Symbols can all point at one long name; the names of the
  /// largest real programs are shorter.
  static let mostNameBytes = 1 << 26

  /// MD5 of the imports' names, in hexadecimal digits.
  static func importMD5(_ file: ELFFile, mostBytes: Int = mostNameBytes) -> [UInt8]? {
    names(
      of: file, mostBytes: mostBytes, symbols: { $0.sectionIndex == 0 }, names: { !$0.isEmpty }
    ).map { Digest.hexadecimal(Digest.hash(.md5, joined: $0)) }
  }

  /// Telfhash (Trend Micro): TLSH over the names of the global functions, without those that
  /// compilers and C libraries add.
  static func telfhash(_ file: ELFFile, mostBytes: Int = mostNameBytes) -> [UInt8]? {
    let function: UInt8 = 2
    let global: UInt8 = 1
    guard
      let names = names(
        of: file, mostBytes: mostBytes,
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
    of file: ELFFile, mostBytes: Int, symbols isWanted: (ELFSymbol) -> Bool,
    names isWantedName: @escaping ([UInt8]) -> Bool
  ) -> [[UInt8]]? {
    var table = file.dynamicSymbols
    if table == nil || (file.dialect == .yaraX && table?.isEmpty == true) {
      table = file.symbolTable
    }
    if table == nil, file.dialect == .yara { return nil }
    var names: [[UInt8]] = []
    if let table, let strings = table.names {
      var gathering = ELFNameGathering(strings, mostBytes: mostBytes, isWanted: isWantedName)
      for index in table.indices where isWanted(table.unnamed(index)) {
        guard gathering.add(table.nameOffset(index)) else { return nil }
      }
      names = gathering.sorted()
    }
    if names.isEmpty, file.dialect == .yara { return nil }
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

/// The names that symbols ask for, each read and lower-cased once however many symbols share it.
///
/// The law: what is read, and what the joined names take, is bounded; names can overlap at will.
private struct ELFNameGathering {
  private struct Name {
    let bytes: [UInt8]
    var uses: Int
  }

  private let strings: ELFStringTable
  private let isWanted: ([UInt8]) -> Bool
  private var names: [Name] = []
  /// Positions in `names` by offset in the string table; -1 where there is no wanted name.
  private var places: [UInt32: Int] = [:]
  private var joinedBudget: Int
  private var readBudget: Int

  /// What a name takes beside its bytes.
  private static let nameOverhead = 48
  /// Bytes of ASCII that are read in the time that one byte of a name takes that Unicode has to
  /// repair and to lower-case. Compilers make hardly any such names.
  private static let unicodeCost = 8

  init(_ strings: ELFStringTable, mostBytes: Int, isWanted: @escaping ([UInt8]) -> Bool) {
    self.strings = strings
    self.isWanted = isWanted
    joinedBudget = mostBytes
    // Real names are about as long as what they take beside their bytes.
    readBudget = 2 * mostBytes
  }

  /// Adds the name at an offset of the string table; false if a bound is reached.
  mutating func add(_ offset: UInt32) -> Bool {
    let place: Int
    if let known = places[offset] {
      place = known
    } else {
      guard let found = strings.raw(at: offset) else { return true }
      place = read(found.bytes, isName: found.isName)
      places[offset] = place
    }
    if place >= 0 {
      names[place].uses += 1
      joinedBudget -= names[place].bytes.count + 1
    }
    return joinedBudget > 0 && readBudget > 0
  }

  private mutating func read(_ view: ByteView, isName: Bool) -> Int {
    readBudget -= view.count + Self.nameOverhead
    // What is asked of names is about ASCII, which repair leaves alone.
    let raw = view.array
    guard isName, isWanted(raw) else { return -1 }
    if strings.dialect == .yaraX, raw.contains(where: { $0 >= 0x80 }) {
      readBudget -= (Self.unicodeCost - 1) * view.count
    }
    names.append(Name(bytes: strings.shown(view).lowercased(strings.dialect), uses: 0))
    return names.count - 1
  }

  /// All names in the order of their bytes, each as often as symbols ask for it.
  func sorted() -> [[UInt8]] {
    names.sorted { $0.bytes.lexicographicallyPrecedes($1.bytes) }
      .flatMap { Array(repeating: $0.bytes, count: $0.uses) }
  }
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
