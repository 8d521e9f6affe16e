/// The bounds that keep the parser's time and memory independent of what a file claims.
enum PELimits {
  /// Sections read (both engines).
  static let sections = 96
  /// Descriptors walked, and thunks walked for each descriptor (both engines).
  static let imports = 16_384
  /// Imported functions of all libraries together. The engines have no such bound, so that
  /// descriptors which share one long thunk table cost them 2^28 entries; real files stay
  /// below 20,000.
  static let importedFunctions = 1 << 17
  /// Thunks looked at for all descriptors of one table, kept or not: those that are no function
  /// count too, since finding that out takes a search of the sections.
  static let thunks = 1 << 20
  /// Exported functions read (both engines).
  static let exports = 16_384
  /// Resources kept (both engines).
  static let resources = 65_536
  /// A resource that claims more bytes is no resource (both engines).
  static let resourceLength: UInt32 = 0x3FFF_FFFF
  /// Directory entries looked at on the way to the resources. The engines have no such bound and
  /// a table that contains itself costs them 2^48 steps.
  static let resourceEntries = 1 << 19
  /// Steps of the version information, over all its resources; a step is one node.
  static let versionNodes = 1 << 16
  /// Bytes of a rich signature; real ones have some hundred.
  static let richBytes = 1 << 20
  /// Debug directory entries looked at.
  static let debugEntries = 4_096
  /// Bytes examined for the texts of one part (imports, exports, ...), so that many entries that
  /// point at one endless string stay linear. 16,384 names of 1,000 bytes fit.
  static let textBytes = 1 << 24
  /// Data directories (the format's own bound).
  static let directories = 16
  /// YARA refuses imported libraries' names of this length, and program databases' paths.
  static let libraryNameYara = 256
  static let pathYara = 4096
  /// YARA-X cuts libraries' names at this length.
  static let libraryNameYaraX = 512
  /// Functions' names are cut at these lengths.
  static let nameYara = 512
  static let nameYaraX = 1024
}

/// What a part may still examine; parts start with a full budget, so their order does not matter.
struct PEBudget {
  var textBytes = PELimits.textBytes
}
