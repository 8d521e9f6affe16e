internal import Bytes
internal import FileFormats
public import GramIndex

/// What facts there are, and how each is named: the law that the reader of facts and whoever asks
/// for them keep alike.
///
/// Paths are those of conditions without indices: `pe.sections.name` for the name of any section.
/// Facts tell what the modules say in the dialect YARA-X.
public enum FactSchema {
  /// Facts of another version say something else and are of no use.
  public static let version: String = {
    let tables =
      FactTables.columns + FactTables.withoutKeys.sorted() + FactTables.integerKeys.sorted()
      + FactTables.bitKeys.sorted() + FactTables.textFunctions.sorted()
      + FactTables.gramKeys.sorted()
      + FactTables.foldedKeys.map { "\($0)>\($1)" }.sorted()
      + FactTables.sharedKeys.map { "\($0)=\($1)" }.sorted()
    let digest = ByteView.with(Array(tables.joined(separator: "\n").utf8)) { XXH64.checksum($0) }
    return "\(FactTables.revision)-\(String(digest, radix: 16))"
  }()

  /// In the order of `FileFacts.columns`.
  public static let columns: [String] = FactTables.columns

  /// Where a column stands in `columns`.
  public static let columnIndices: [String: Int] = Dictionary(
    uniqueKeysWithValues: columns.enumerated().map { ($1, $0) })

  /// Columns that are defined for every file.
  public static let alwaysDefined = Set(FactTables.presence)

  /// The column of a number read at a distance from where the number at 0x3C points to, which is
  /// the form that rules have for "is this a PE file".
  public static func headerNumber(bytes: Int, distance: Int) -> String {
    "uint\(bytes * 8)(uint32(0x3C)\(distance == 0 ? "" : " + \(distance)"))"
  }

  /// The column that has an array's number of elements, where it is defined; elsewhere the array
  /// has none.
  public static func countColumn(ofArray path: String) -> String? { FactTables.counts[path] }

  /// The columns of the entropy that `math.entropy` gives, in 256ths of a bit a byte, rounded down.
  public struct EntropyColumns: Sendable, Hashable {
    /// Of an array's elements that with the highest, and that with the lowest; else the same column.
    public let highest: String
    public let lowest: String

    /// The number in a column for an entropy: every one is at most this far from what it stands for.
    public static let scale = EntropyFacts.scale
  }

  /// Of `math.entropy(0, filesize)`.
  public static let entropyOfFile = EntropyColumns(highest: EntropyFacts.ofFile, lowest: EntropyFacts.ofFile)

  /// Of the entropy of what lies at such an offset and has such a size; nil where there are none.
  /// - Parameter offset: the path of the number, as `pe.sections[].raw_data_offset`.
  public static func entropy(offset: String, size: String) -> EntropyColumns? {
    EntropyFacts.stretches.first { $0.offset == offset && $0.size == size }.map {
      EntropyColumns(highest: $0.highest, lowest: $0.lowest)
    }
  }

  /// What some field of a module needs to be defined, by the module's name: one of these columns
  /// has such a value. nil where nothing is known of the module.
  ///
  /// Numbers of elements and functions may be defined all the same.
  public static func presence(ofModule name: String) -> [ColumnPredicate]? {
    guard let module = FactTables.modules.first(where: { $0.name == name }) else { return nil }
    var columns = module.numbers.map {
      ColumnPredicate(column: $0, ranges: [Int64.min...Int64.max], matchesUndefined: false)
    }
    if let flag = module.flag {
      columns.append(ColumnPredicate(column: flag, ranges: [1...1], matchesUndefined: false))
    }
    return columns
  }

  /// What tells of a text or a number at a path, by its keys.
  public enum Keys: Sendable, Hashable {
    /// The keys of this path, of the value as it is.
    case exact(String)
    /// The keys of this path, of the value with its ASCII letters in lower case.
    case folded(String)
  }

  /// Where the keys of the values at a path are; nil where it has none.
  public static func keys(ofTexts path: String) -> Keys? {
    if let folded = FactTables.foldedKeys[path] { return .folded(folded) }
    guard FactPlan.textPaths.contains(path) || FactTables.textFunctions.contains(path) else { return nil }
    return .exact(FactTables.sharedKeys[path] ?? path)
  }

  public static func hasKeys(ofIntegers path: String) -> Bool { FactTables.integerKeys.contains(path) }
  public static func hasKeys(ofBits path: String) -> Bool { FactTables.bitKeys.contains(path) }
  public static func hasKeys(ofGrams path: String) -> Bool { FactTables.gramKeys.contains(path) }
  /// Whether a text at this path stands in the file byte by byte, if it has no U+FFFD.
  public static func isVerbatim(_ path: String) -> Bool { FactTables.verbatim.contains(path) }
  /// Whether a text at this path stands in the file in UTF-16, lower byte first.
  public static func isWide(_ path: String) -> Bool { FactTables.wide.contains(path) }

  /// Functions whose values for `0, filesize` have keys: digests.
  public static let digests: Set<String> = [
    FactReader.md5Path, FactReader.sha1Path, FactReader.sha256Path,
  ]
  /// The keys of a digest of a text at a path; nil where there are none.
  public static func keys(ofDigest function: String, ofTexts path: String) -> String? {
    let name = "\(function)(\(path))"
    return FactReader.searchPaths.contains(name) ? name : nil
  }
  /// What `elf.import_md5()` gives for files that are no ELF files, and for some that are.
  public static let importMD5OfNothing = ELFFile.importMD5(ofNoELFIn: .yaraX)

  /// How many bytes the texts of gram keys have.
  public static let gramLength = 4
}

extension FactKey {
  /// There are more keys of this path than are kept: any may be there.
  public static func overflow(of path: String) -> FactKey {
    FactKey(path: "...", value: Array(path.utf8))
  }

  /// A value among the integers or Booleans at a path.
  public static func integer(_ path: String, _ value: Int64) -> FactKey {
    FactKey(path: path, value: bytes(value))
  }

  /// A bit that is set in a number at a path, from 0.
  public static func bit(_ path: String, _ bit: Int) -> FactKey {
    FactKey(path: path + " &", value: [UInt8(truncatingIfNeeded: bit)])
  }

  /// Bytes that follow each other in a text at a path, its ASCII letters in lower case.
  public static func gram(_ path: String, _ bytes: [UInt8]) -> FactKey {
    FactKey(path: path + " ~", value: bytes)
  }

  /// Two texts that belong together: a map's key and its value, a library and a function of it.
  public static func pair(_ path: String, _ first: [UInt8], _ second: [UInt8]) -> FactKey {
    FactKey(path: path, value: first + [0] + second)
  }

  /// A text and a number that belong together: a library and the ordinal of a function.
  public static func pair(_ path: String, _ first: [UInt8], number: Int64) -> FactKey {
    FactKey(path: path + " #", value: first + [0] + bytes(number))
  }

  private static func bytes(_ value: Int64) -> [UInt8] {
    (0..<8).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
  }
}

/// What the engine's modules say of one file.
public struct FileFacts: Sendable, Hashable {
  /// Of `FactSchema.columns`, one each; nil where the value is undefined.
  public var columns: [Int64?]
  /// Sorted, each once.
  public var keys: [FactKey]

  public init(columns: [Int64?], keys: [FactKey]) {
    self.columns = columns
    self.keys = keys
  }
}

/// Digests of a whole file, which whoever takes in files has anyway.
public struct FileDigests: Sendable, Hashable {
  /// Raw: 16, 20 and 32 bytes.
  public let md5: [UInt8]
  public let sha1: [UInt8]
  public let sha256: [UInt8]

  public init(md5: [UInt8], sha1: [UInt8], sha256: [UInt8]) {
    self.md5 = md5
    self.sha1 = sha1
    self.sha256 = sha256
  }
}
