public import YaraSyntax

/// What `-d NAME=VALUE` defines for the rules.
public enum ExternalValue: Sendable, Hashable {
  case integer(Int64)
  case float(Double)
  case boolean(Bool)
  case text([UInt8])

  /// The value of a text as YARA's command line takes it: digits are an integer, digits with a
  /// point a float, `true` and `false` Booleans, everything else a text.
  public init(inferring text: String) {
    if text == "true" || text == "false" {
      self = .boolean(text == "true")
      return
    }
    let digits = text.hasPrefix("-") ? text.dropFirst() : text[...]
    let parts = digits.split(separator: ".", omittingEmptySubsequences: false)
    let areDigits = parts.allSatisfy { part in
      !part.isEmpty && part.utf8.allSatisfy { $0 >= 0x30 && $0 <= 0x39 }
    }
    if areDigits, parts.count == 1, let value = Int64(text) {
      self = .integer(value)
    } else if areDigits, parts.count == 2, let value = Double(text) {
      self = .float(value)
    } else {
      self = .text(Array(text.utf8))
    }
  }
}

/// What an `include` gives: the included text with its own name, or why there is none.
public struct IncludedSource: Sendable {
  public let name: String
  public let bytes: [UInt8]
  public init(name: String, bytes: [UInt8]) {
    self.name = name
    self.bytes = bytes
  }
}

public struct IncludeFailure: Error, Sendable {
  /// One phrase, such as "no such file".
  public let reason: String
  public init(_ reason: String) { self.reason = reason }
}

/// Finds the text of `include "path"` in the source with the name `from`. The name that it gives
/// identifies the source: the same name within its own includes is a cycle.
public typealias IncludeResolver =
  @Sendable (_ path: String, _ from: String) -> Result<IncludedSource, IncludeFailure>

/// Bounds on what one compilation takes in.
public struct CompilerLimits: Sendable {
  /// Bytes of all sources together.
  public var sourceBytes = 256 << 20
  public var rules = 1_000_000
  /// YARA's is 10,000, YARA-X's 100,000.
  public var patternsPerRule = 100_000
  public var patterns = 1_000_000
  public var includeDepth = 16
  public var includes = 10_000
  /// Nodes and list entries of all conditions together.
  public var conditionNodes = 10_000_000
  /// Errors beyond this many are counted only, and warnings.
  public var diagnostics = 1_000
  public init() {}
}

public struct CompilerOptions: Sendable {
  public var dialect: Dialect
  public var externals: [String: ExternalValue]
  /// nil refuses every `include`.
  public var includes: IncludeResolver?
  public var limits: CompilerLimits
  /// Modules whose rules are left out with a warning, whether they exist or not.
  public var ignoredModules: Set<String> = []
  public var disabledWarnings: Set<DiagnosticCode> = []
  public var lint = LintOptions()

  public init(
    dialect: Dialect = .yaraX, externals: [String: ExternalValue] = [:],
    includes: IncludeResolver? = nil, limits: CompilerLimits = CompilerLimits()
  ) {
    self.dialect = dialect
    self.externals = externals
    self.includes = includes
    self.limits = limits
  }
}
