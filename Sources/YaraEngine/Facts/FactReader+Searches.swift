internal import Bytes
internal import FileFormats
internal import GramIndex

// Keys for functions that search a PE file: what an argument is compared with.
extension FactReader {
  static let md5Path = "hash.md5()"
  static let sha1Path = "hash.sha1()"
  static let sha256Path = "hash.sha256()"

  /// Paths of keys that no field has. An imported function has two: its library's name with its own
  /// and, where it is imported by ordinal, with that.
  static let searchPaths = [
    md5Path, sha1Path, sha256Path, "pe.imports()", "pe.imports(library)", "pe.delayed_imports()",
    "pe.delayed_imports(library)", "pe.locale()", "pe.language()", "pe.rich_signature.toolid()",
    "pe.version_info",
  ] + digestedTexts.map(\.path)

  private static let digestedTexts: [(path: String, algorithm: DigestAlgorithm)] = [
    ("hash.md5(\(FactTables.digestedText))", .md5),
    ("hash.sha256(\(FactTables.digestedText))", .sha256),
  ]

  func addSearches(_ state: PEState) {
    guard let file = state.file else { return }
    addImports(file.imports, "pe.imports()", "pe.imports(library)")
    addImports(file.delayedImports, "pe.delayed_imports()", "pe.delayed_imports(library)")
    if let locales = path("pe.locale()"), let languages = path("pe.language()") {
      for resource in file.resources {
        guard case .id(let id) = resource.language else { continue }
        add(.integer(locales.name, id & 0xFFFF), locales)
        add(.integer(languages.name, id & 0xFF), languages)
      }
    }
    if let signature = file.richSignature { addDigests(ofRichSignature: signature.clearData) }
    if let pairs = path("pe.rich_signature.toolid()") {
      for tool in file.richSignature?.tools ?? [] where isOpen(pairs) {
        add(.integer(pairs.name, Int64(tool.toolID) << 16 | Int64(tool.version)), pairs)
      }
    }
  }

  private func addDigests(ofRichSignature data: [UInt8]) {
    for (name, algorithm) in Self.digestedTexts {
      guard let path = path(name) else { continue }
      let digest = ByteView.with(data) { Digest.hexadecimal(algorithm, of: $0) }
      add(FactKey(path: name, value: digest), path)
    }
  }

  private func addImports(_ imports: [PEImport], _ functionsName: String, _ librariesName: String) {
    guard let functions = path(functionsName), let libraries = path(librariesName) else { return }
    for entry in imports where !entry.functions.isEmpty {
      let library = Self.folded(entry.library)
      add(FactKey(path: libraries.name, value: library), libraries)
      for function in entry.functions where isOpen(functions) {
        add(.pair(functions.name, library, Self.folded(function.name)), functions)
        if let ordinal = function.ordinal {
          add(.pair(functions.name, library, number: Int64(ordinal)), functions)
        }
      }
    }
  }
}
