/// The bounds that keep time and memory independent of what a file claims. Those without an
/// engine's name are this parser's own: the engines have none there and hostile files cost them
/// gigabytes; no file known reaches them.
enum DotNetLimits {
  /// Rows of a table that YARA-X reads; YARA stops at a table with more.
  static let rows = 15_000
  /// GUIDs reported (both engines).
  static let guids = 16
  /// Bytes of the version's field (both engines).
  static let versionLength: UInt32 = 255
  /// Streams (YARA-X); a file with more is no .NET file.
  static let streams = 256
  /// A stream's name in YARA lies in a field of this many bytes.
  static let streamNameYara = 32
  /// Longer names are none (YARA).
  static let nameYara = 1024
  /// Array dimensions (both engines).
  static let arrayRank: UInt32 = 50
  /// Arguments of a generic instance and of a function pointer.
  static let genericArgumentsYara: UInt32 = 1000
  static let argumentsYaraX: UInt32 = 1000
  /// Parameters of a method or function pointer (YARA).
  static let parametersYara: UInt32 = 2000
  /// Methods of one class; classes with more report none (YARA).
  static let classMethodsYara: UInt32 = 20_000
  /// Depth of types within types.
  static let typeDepthYaraX = 16
  static let typeDepthYara = 16
  /// Names and namespaces in one full name (YARA-X), enclosing types (YARA).
  static let nameDepthYaraX = 16
  static let nameDepthYara = 10

  /// User strings kept.
  static let userStrings = 1 << 21
  /// Rows of methods looked at for all classes together: a file can give the same methods to many.
  static let methodRows = 1 << 22
  /// Methods kept.
  static let methods = 1 << 17
  /// Parameters kept, of all methods.
  static let parameters = 1 << 18
  /// Types read in the signatures of all methods and base types.
  static let signatureTypes = 1 << 22
  /// Bytes of all names and types that are put together.
  static let madeBytes = 1 << 26
  /// Bytes looked at for names that are longer than `nameYara`.
  static let longNameBytes = 1 << 26
}
