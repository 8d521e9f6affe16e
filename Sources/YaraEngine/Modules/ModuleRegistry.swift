/// The modules that rules may import.
struct ModuleRegistry: Sendable {
  private let definitions: [String: ModuleDefinition]

  init(_ definitions: [ModuleDefinition]) {
    var table: [String: ModuleDefinition] = [:]
    for definition in definitions { table[definition.name] = definition }
    self.definitions = table
  }

  static let standard = ModuleRegistry([
    .math, .hash, .string, .time, .console,
    .elf, .macho, .dex, .lnk, .dotnet, .pe,
  ])

  /// Modules of YARA or YARA-X that this engine does not have (yet).
  static let knownElsewhere: Set<String> = [
    "androguard", "crx", "cuckoo", "demo", "dex", "dotnet", "elf", "eml", "lnk", "macho", "magic",
    "msi", "olecf", "ooxml", "tests", "test_proto2", "test_proto3", "text", "vba", "vt",
    "yara", "zip",
  ]

  func module(_ name: String) -> ModuleDefinition? { definitions[name] }
  var names: [String] { definitions.keys.sorted() }
}
