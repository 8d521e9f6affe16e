public import Bytes

// The functions of YARA-X's `macho` module over names: `has_...`, which look at every binary and
// ignore the case of ASCII letters, and the hashes, which look at one binary.
extension MachOFile {
  private var everyBinary: [MachOBinary] {
    (binary.map { [$0] } ?? []) + binaries.compactMap(\.self)
  }

  public func hasEntitlement(_ name: ByteView) -> Bool {
    everyBinary.contains { $0.entitlements.contains { isSame(.owned($0), name) } }
  }

  public func hasDylib(_ name: ByteView) -> Bool {
    everyBinary.contains { $0.commands.dylibs.contains { isSame(.inFile($0.name), name) } }
  }

  public func hasRpath(_ name: ByteView) -> Bool {
    everyBinary.contains { $0.commands.rpaths.contains { isSame(.inFile($0), name) } }
  }

  public func hasImport(_ name: ByteView) -> Bool {
    everyBinary.contains { $0.imports.contains { isSame($0, name) } }
  }

  public func hasExport(_ name: ByteView) -> Bool {
    everyBinary.contains { $0.exports.contains { isSame($0, name) } }
  }

  private func isSame(_ text: FormatText, _ name: ByteView) -> Bool {
    text.equalsIgnoringASCIICase(name)
  }

  /// `dylib_hash`: 32 hexadecimal digits, or nil if there is no dylib.
  public func dylibHash() -> [UInt8]? { hashOfDylibs }

  /// `entitlement_hash`.
  public func entitlementHash() -> [UInt8]? { hashOfEntitlements }

  /// `export_hash`.
  public func exportHash() -> [UInt8]? { hashOfExports }

  /// `import_hash`.
  public func importHash() -> [UInt8]? { hashOfImports }

  /// `symhash` (ThreatStream): MD5 of the names of the external undefined symbols,
  /// without white space around them, sorted, each once, joined with commas.
  public func symhash() -> [UInt8]? { hashOfSymbols }

  func hashSymbols() -> [UInt8]? {
    guard let symbols = hashedBinary?.symbols, !symbols.isEmpty else { return nil }
    var names: [ByteView] = []
    for index in symbols.indices where symbols.unnamed(index).isExternalImport {
      let name = symbols.name(index)
      limits.symhashBytes -= name.count + MemoryLayout<ByteView>.stride
      guard limits.symhashBytes > 0 else { return nil }
      names.append(UnicodeWhitespace.trimmed(name))
    }
    return MachONameHash.digest(of: names)
  }

  /// The file's own binary or, in a fat file, the first one inside.
  private var hashedBinary: MachOBinary? { binary ?? binaries.compactMap(\.self).first }

  /// MD5 of the names without white space around them, in lower case, sorted, each once, joined
  /// with commas.
  func hash(_ namesOf: (MachOBinary) -> [FormatText]) -> [UInt8]? {
    guard let names = hashedBinary.map(namesOf), !names.isEmpty else { return nil }
    var hash = MachONameHash()
    for name in names {
      let trimmed = name.withView { UnicodeWhitespace.trimmed($0).array }
      hash.append(FormatText.owned(trimmed).lowercased(.yaraX))
    }
    return hash.digest()
  }
}
