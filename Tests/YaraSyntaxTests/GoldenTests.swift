import Testing
import YaraSyntax

@Suite struct GoldenTests {
  @Test func thereAreGoldenFiles() {
    #expect(GoldenFiles.names.count >= 12)
  }

  @Test(arguments: GoldenFiles.names)
  func treeAndErrorsAreAsRecorded(name: String) throws {
    let source = try GoldenFiles.source(name)
    let (tree, diagnostics) = Parser.parse(source)
    let renderer = DiagnosticRenderer(sources: [source], color: false)
    let dump = TreeDump.dump(tree)
    let rendered = diagnostics.map { renderer.render($0) + "\n" }.joined(separator: "\n")
    if GoldenFiles.isRewriting {
      try GoldenFiles.write(dump, to: "\(name).tree")
      try GoldenFiles.write(rendered, to: "\(name).errors")
    }
    #expect(dump == GoldenFiles.recorded("\(name).tree"))
    #expect(rendered == GoldenFiles.recorded("\(name).errors"))
  }

  @Test(arguments: GoldenFiles.names)
  func printingAndParsingGivesTheSameTree(name: String) throws {
    let (tree, diagnostics) = Parser.parse(try GoldenFiles.source(name))
    guard errors(diagnostics).isEmpty else { return }
    let text = TreePrinter.print(tree)
    let (again, complaints) = Parser.parse(SourceText(text))
    #expect(errors(complaints).isEmpty, "\(text)")
    #expect(TreeDump.dump(again) == TreeDump.dump(tree), "\(text)")
    #expect(TreePrinter.print(again) == text)
  }
}
