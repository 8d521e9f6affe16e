import Testing

/// The documents exist, name what is there, and name nothing of the machine they were written on.
@Suite struct DocumentTests {
  static let documents = [
    "README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md", "ROADMAP.md", "LICENSE",
    "Documentation/Compatibility.md", "Documentation/Diagnostics.md", "Documentation/Limits.md",
    "Documentation/ThreatModel.md",
    "Documentation/Decisions/0000-template.md",
  ]

  @Test(arguments: documents) func exists(_ path: String) throws {
    #expect(try Project.text(path).count > 200, "\(path) says next to nothing")
  }

  @Test func everyDiagnosticCodeIsListed() throws {
    let source = try Project.text("Sources/YaraSyntax/Source/DiagnosticCode.swift")
    let defined = source.matches(of: /case (\w+) = "([EW]\d{3})"/).map { String($0.2) }
    #expect(defined.count >= 50)
    #expect(Set(defined).count == defined.count, "a code stands for two things")
    let page = try Project.text("Documentation/Diagnostics.md")
    let listed = page.matches(of: /(?m)^\| `([EW]\d{3})` \|/).map { String($0.1) }
    #expect(Set(listed).count == listed.count, "Documentation/Diagnostics.md lists a code twice")
    for code in defined { #expect(listed.contains(code), "\(code) is not in Documentation/Diagnostics.md") }
    for code in listed { #expect(defined.contains(code), "\(code) is documented but not defined") }
  }

  @Test func theArchitecturePageStatesTheOrder() throws {
    let page = try Project.text("ARCHITECTURE.md")
    for line in TargetOrder.law.split(separator: "\n") {
      #expect(page.contains(line), "ARCHITECTURE.md does not state: \(line)")
    }
  }

  @Test func decisionsAreNumberedOnce() {
    let pages = Project.files(under: "Documentation/Decisions", ending: ".md")
      .compactMap { $0.split(separator: "/").last.map(String.init) }
    #expect(pages.count >= 3)
    let numbers = pages.map { $0.prefix(4) }
    #expect(Set(numbers).count == numbers.count, "two decisions have one number: \(pages)")
    for page in pages { #expect(page.wholeMatch(of: /\d{4}-[a-z0-9-]+\.md/) != nil, "\(page)") }
  }

  @Test func linksBetweenDocumentsLead() throws {
    let pages = ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "ROADMAP.md", "CHANGELOG.md"]
      + Project.files(under: "Documentation", ending: ".md")
    for page in pages {
      let folder = page.split(separator: "/").dropLast().joined(separator: "/")
      for match in try Project.text(page).matches(of: /\]\(([^)#\s]+)[^)]*\)/) {
        let target = String(match.1)
        if target.contains("://") || target.hasPrefix("mailto:") { continue }
        let path = folder.isEmpty ? target : folder + "/" + target
        #expect(Project.exists(path), "\(page) points to \(target), which is not there")
      }
    }
  }

  @Test func nothingNamesTheMachineItWasWrittenOn() throws {
    // In pieces, so that this file does not name them itself.
    let banned = ["/" + "work/", "/tmp/" + "dev", "/tmp/" + "venv", "/root/" + ".pyenv"]
    var paths = ["Sources", "Tests", "Documentation", "Examples", "scripts", "Benchmarks", "Fuzz"]
      .flatMap { Project.files(under: $0) }
    paths += [".ci/run", "Makefile", "Package.swift", "README.md", "ARCHITECTURE.md", "CONTRIBUTING.md",
      "CHANGELOG.md", "ROADMAP.md"]
    for path in paths {
      // Binary fixtures are not text.
      guard let text = try? Project.text(path) else { continue }
      for word in banned { #expect(!text.contains(word), "\(path) names \(word)") }
    }
  }
}
