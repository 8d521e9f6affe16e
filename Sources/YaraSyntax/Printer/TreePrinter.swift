/// A tree to canonical text: one spelling for everything, two spaces a level.
///
/// Law: parsing the text gives an equal tree, places aside, for every tree the parser made without
/// errors (regular expressions with bytes that are no UTF-8 come back in `\xHH`). Trees made by
/// hand get the parentheses they need.
public enum TreePrinter {
  public static func print(_ tree: RuleTree) -> String {
    var writer = SyntaxWriter()
    for (index, item) in tree.items.enumerated() {
      switch item {
      case .importModule(let declaration):
        writer.write("import ")
        writer.writeText(Array(declaration.module.utf8))
        writer.write("\n")
      case .include(let declaration):
        writer.write("include ")
        writer.writeText(Array(declaration.path.utf8))
        writer.write("\n")
      case .rule(let rule):
        if index > 0 { writer.write("\n") }
        writer.write(rule)
      }
    }
    return writer.text
  }
}

extension PatternDeclaration {
  /// `$a = "text" wide`, as the printer writes it.
  public var canonicalText: String {
    var writer = SyntaxWriter()
    writer.write(self)
    return writer.text
  }
}

extension HexPattern {
  /// `{ 4D 5A ?? [2-4] ( 01 | 02 03 ) ~00 }`.
  public var canonicalText: String {
    var writer = SyntaxWriter()
    writer.write(self)
    return writer.text
  }
}

extension RegexLiteral {
  /// `/text/is`.
  public var canonicalText: String {
    var writer = SyntaxWriter()
    writer.writeRegex(self)
    return writer.text
  }
}

extension Expression {
  /// On one line, as the printer writes it.
  public var canonicalText: String {
    var writer = SyntaxWriter()
    writer.write(self)
    return writer.text
  }
}
