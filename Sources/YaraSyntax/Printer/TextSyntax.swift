/// Single pieces of rule text, for messages and suggestions.
public enum TextSyntax {
  /// A text in quotes as a rule writes it, with escapes.
  public static func quoted(_ content: [UInt8]) -> String {
    var writer = SyntaxWriter()
    writer.writeText(content)
    return writer.text
  }
}
