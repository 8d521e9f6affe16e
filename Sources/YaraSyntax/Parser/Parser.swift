/// Rule text to tree. The tree is there however broken the text is; a rule without a readable
/// name is left out, a condition that could not be read is `.invalid`.
public enum Parser {
  /// Never throws, never traps; linear in the length of the text.
  /// - Returns: the tree, and what is wrong with the text in the order of the text.
  public static func parse(_ source: SourceText) -> (tree: RuleTree, diagnostics: [Diagnostic]) {
    let parser = RuleParser(source)
    let tree = parser.parseFile()
    let end = SourceRange(source: source.id, start: source.bytes.count, end: source.bytes.count)
    return (tree, parser.sink.sorted(endOfText: end))
  }
}
