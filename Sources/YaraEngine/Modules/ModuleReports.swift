internal import Bytes
internal import FileFormats

/// What a scan gives to modules besides the file: reports that other programs made of it.
///
/// A report is read once, when it is given, and then serves all scanners.
public struct ModuleReports: Sendable {
  /// Modules that take a report.
  public static let modules = ["cuckoo"]

  private(set) var cuckoo: CuckooReport?

  public init() {}

  /// Takes the report for a module. An empty one is none in YARA-X.
  public mutating func add(
    _ bytes: [UInt8], for module: String, dialect: Dialect
  ) throws(ModuleReportError) {
    guard module == "cuckoo" else { throw .notTaken(module: module) }
    if bytes.isEmpty, dialect == .yaraX {
      cuckoo = nil
      return
    }
    do {
      cuckoo = try ByteView.with(bytes) { (data) throws(JSONDamage) in
        try CuckooReport.parse(data, dialect: FormatDialect(dialect))
      }
    } catch {
      throw .damaged(module: module, offset: error.offset)
    }
  }
}

public enum ModuleReportError: Error, Sendable, Hashable {
  case notTaken(module: String)
  /// Not JSON, or not of the form that the module's engine takes.
  case damaged(module: String, offset: Int)

  public var description: String {
    switch self {
    case .notTaken(let module):
      "module `\(module)` takes no report; those that do: \(ModuleReports.modules.joined(separator: ", "))"
    case .damaged(let module, let offset):
      "this is no report for module `\(module)`: unexpected byte or type at offset \(offset)"
    }
  }
}
