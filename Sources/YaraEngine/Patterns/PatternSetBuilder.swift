public import YaraSyntax

/// From declarations to a `PatternSet`: checks them, shares equal ones, compiles the rest.
public struct PatternSetBuilder {
  private let dialect: Dialect
  private var compiler: SubPatternCompiler
  private var known: [Pattern: PatternID] = [:]
  /// Of shared patterns: their warnings are said for every declaration.
  private var slow: Set<PatternID> = []

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
      case .fast: break
      case .slow: slow.insert(id)
      case .tooLarge:
        diagnostics.append(
          Diagnostic(.tooLarge, "this pattern is too large", at: checker.valueRange))
        return nil
      }
      known[pattern] = id
    }
    if slow.contains(id) {
      diagnostics.append(
        Diagnostic(
          .slowPattern, "the pattern `\(declaration.identifier.name)` slows down scanning",
          at: checker.valueRange,
          notes: ["No sequence of two or more fixed bytes is part of every match."]))
    }
    return id
  }

  public func build() -> PatternSet {
    var compiler = compiler
    return PatternSet(compiler.finish())
  }
}
