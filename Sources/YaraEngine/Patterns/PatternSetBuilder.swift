public import YaraSyntax

/// From declarations to a `PatternSet`: checks them, shares equal ones, compiles the rest.
public struct PatternSetBuilder {
  private let dialect: Dialect
  private var compiler: SubPatternCompiler
  private var known: [Pattern: PatternID] = [:]

  public init(dialect: Dialect) {
    self.dialect = dialect
    compiler = SubPatternCompiler(dialect: dialect)
  }

  /// Checks one declaration (modifier conflicts, regex and hex validity, base64 alphabets),
  /// appends diagnostics, and gives the shared id of the pattern, or nil after an error.
  public mutating func add(
    _ declaration: PatternDeclaration, diagnostics: inout [Diagnostic]
  ) -> PatternID? {
    var checker = PatternChecker(dialect: dialect)
    let pattern = checker.check(declaration)
    // The parser has said some of it already, in words of its own.
    for diagnostic in checker.diagnostics
    where !diagnostics.contains(where: {
      $0.code == diagnostic.code && $0.range == diagnostic.range
    }) {
      diagnostics.append(diagnostic)
    }
    guard let pattern else { return nil }
    let id: PatternID
    if let existing = known[pattern] {
      id = existing
    } else {
      id = PatternID(UInt32(compiler.layout.patterns.count))
      switch compiler.add(pattern, id: id) {
      case .fast, .slow: break
      case .tooLarge:
        diagnostics.append(
          Diagnostic(.tooLarge, "this pattern is too large", at: checker.valueRange))
        return nil
      }
      known[pattern] = id
    }
    return id
  }

  /// Whether the patterns so far are all that fit; each alone is bounded.
  var isFull: Bool { compiler.isFull }

  /// What an id that `add` gave stands for.
  func pattern(_ id: PatternID) -> Pattern { compiler.layout.patterns[id.index] }

  public func build() -> PatternSet {
    var compiler = compiler
    return PatternSet(compiler.finish())
  }
}
