import Bytes
import Testing

@testable import YaraEngine
@testable import YaraSyntax

/// Short ways to compile and scan for the tests of this target.
enum Engine {
  static func compile(
    _ text: String, _ dialect: Dialect = .yaraX, externals: [String: ExternalValue] = [:],
    modules: ModuleRegistry = .standard, limits: CompilerLimits = CompilerLimits()
  ) -> Compilation {
    var compiler = RuleCompiler(
      CompilerOptions(dialect: dialect, externals: externals, limits: limits), modules: modules)
    compiler.add(name: "rules.yar", bytes: Array(text.utf8))
    return compiler.build()
  }

  /// The identifiers of the matching rules, or nil where the rules are refused or time is up.
  static func matching(
    _ text: String, _ data: [UInt8], _ dialect: Dialect = .yaraX,
    externals: [String: ExternalValue] = [:], modules: ModuleRegistry = .standard,
    options: ScanOptions = ScanOptions()
  ) -> [String]? {
    guard let rules = compile(text, dialect, externals: externals, modules: modules).rules
    else { return nil }
    return ByteView.with(data) { view in
      guard case .finished(let result) = Scanner(rules, options: options).scan(view) else { return nil }
      return result.matching.map { rules[$0].identifier }
    }
  }

  /// Whether a condition holds; nil where it is refused.
  static func holds(
    _ condition: String, _ data: [UInt8] = [], _ dialect: Dialect = .yaraX,
    imports: String = "", patterns: String = "", modules: ModuleRegistry = .standard,
    externals: [String: ExternalValue] = [:]
  ) -> Bool? {
    let strings = patterns.isEmpty ? "" : "strings: \(patterns)"
    return matching(
      "\(imports) rule r { \(strings) condition: \(condition) }", data, dialect,
      externals: externals, modules: modules
    ).map { !$0.isEmpty }
  }

  /// `E305 1:22 message: label` for each diagnostic.
  static func diagnostics(_ compilation: Compilation) -> [String] {
    compilation.diagnostics.map { diagnostic in
      guard let range = diagnostic.range else { return "\(diagnostic.code.rawValue) \(diagnostic.message)" }
      let source = compilation.sources[Int(range.source.rawValue)]
      let place = source.position(of: range.start)
      let label = diagnostic.labels[0].text
      return "\(diagnostic.code.rawValue) \(place.line):\(place.column) \(diagnostic.message)"
        + (label.isEmpty ? "" : ": \(label)")
    }
  }

  static func codes(_ compilation: Compilation) -> [String] {
    compilation.diagnostics.map(\.code.rawValue)
  }
}

/// The same numbers in every run (SplitMix64).
struct SeededNumbers: RandomNumberGenerator {
  private var state: UInt64
  init(seed: UInt64) { state = seed }
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
