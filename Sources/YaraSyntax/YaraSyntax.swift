// YaraSyntax: rule text in, tree and diagnostics out.
//
//   SourceText -> Lexer -> Parser -> RuleTree + [Diagnostic]
//
// Folders are the stages: Source (texts, places, diagnostics and how they are printed), Lexer,
// Parser, Tree (the values the stages pass on), Printer (tree back to text).
// The law of this target: it never throws on rule text and never reads a file.
