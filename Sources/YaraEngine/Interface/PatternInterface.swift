// What the compiler and the scanner ask of `Patterns/`; the types are defined there.
//
//   struct PatternSetBuilder {
//     init(dialect: Dialect)
//     /// Checks one declaration (modifier conflicts, regex and hex validity, base64 alphabets),
//     /// appends diagnostics, and gives the shared id of the pattern, or nil after an error.
//     mutating func add(_ declaration: PatternDeclaration, diagnostics: inout [Diagnostic]) -> PatternID?
//     func build() -> PatternSet
//   }
//   final class PatternSet: Sendable {
//     var count: Int
//     /// Facts the checker wants: "$a at 0" with a pattern whose length is fixed, and so on.
//     func minimumLength(_: PatternID) -> Int
//     func maximumLength(_: PatternID) -> Int?
//   }
//   /// One per thread; owns all memory that matching needs.
//   final class PatternMatcher {
//     init(_ set: PatternSet)
//     /// Finds all matches of the wanted patterns (nil: of all) in `data`.
//     func findMatches(in data: ByteView, wanted: PatternSelection?, into: MatchTable,
//       deadline: Deadline, cancellation: Cancellation?) -> PatternSearchOutcome
//   }
//   enum PatternSearchOutcome { case complete, timedOut, cancelled }
//
//   /// A regex in a condition: the right side of `matches`, an argument of a module function.
//   final class ConditionRegex: Sendable, Hashable {
//     static func compile(_ literal: RegexLiteral, dialect: Dialect, diagnostics: inout [Diagnostic]) -> ConditionRegex?
//     func isMatch(_ bytes: ByteView) -> Bool       // unanchored search
//   }
