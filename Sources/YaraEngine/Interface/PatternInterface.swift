// What the compiler and the scanner ask of `Patterns/`: `PatternSetBuilder` (declarations in,
// diagnostics and shared ids out), `PatternSet`, `PatternSelection`, `PatternMatcher` (a file in,
// matches into a `MatchTable`) and `ConditionRegex` (regexes in conditions).
