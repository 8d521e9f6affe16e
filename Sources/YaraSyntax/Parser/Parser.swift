/// Rule text to tree. The tree is there however broken the text is; a rule without a readable
/// name is left out, a condition that could not be read is `.invalid`.
public enum Parser {
  /// How deep conditions may nest where nothing else is said: this parser and walks over its tree
  /// then fit in 512 KiB of stack in a debug build. Rules in the wild stay below 20.
  public static let usualDepth = 100
  /// The deepest that is accepted at all, on a stack made for it: YARA-X stops between 350 and
  /// 1,000, YARA between 2,000 and 10,000, as its parser's table fills up.
  public static let greatestDepth = 10_000

  /// Never throws, never traps; linear in the length of the text.
  /// - Parameter depthLimit: how deep conditions may nest; the caller's stack must be up to it.
  /// - Returns: the tree, and what is wrong with the text in the order of the text.
  public static func parse(
    _ source: SourceText, depthLimit: Int = usualDepth
  ) -> (tree: RuleTree, diagnostics: [Diagnostic]) {
    let parser = RuleParser(source, depthLimit: depthLimit)
    let tree = parser.parseFile()
    let end = SourceRange(source: source.id, start: source.bytes.count, end: source.bytes.count)
    return (tree, parser.sink.sorted(endOfText: end))
  }
}
