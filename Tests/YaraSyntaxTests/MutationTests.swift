import Testing

@testable import YaraSyntax

/// Broken text of every kind: the parser must not trap, must give a tree, and must either complain
/// or have understood, which printing and reading back shows.
@Suite struct MutationTests {
  /// The law, for one text. Returns what is wrong, nil if nothing is.
  private func violation(_ bytes: [UInt8]) -> String? {
    let source = SourceText(id: SourceID(0), name: "mutant.yar", bytes: bytes)
    let (tree, diagnostics) = Parser.parse(source)
    for diagnostic in diagnostics {
      guard !diagnostic.labels.isEmpty, !diagnostic.message.isEmpty else { return "no place: \(diagnostic)" }
      for label in diagnostic.labels where Int(label.range.end) > bytes.count || label.range.start > label.range.end {
        return "a label outside of the text: \(diagnostic)"
      }
    }
    if diagnostics.contains(where: { $0.severity == .error }) { return nil }
    let text = TreePrinter.print(tree)
    let (again, complaints) = Parser.parse(SourceText(text))
    if let complaint = complaints.first(where: { $0.severity == .error }) {
      return "cannot be read back: \(complaint.message)\n\(text)"
    }
    let before = TreeDump.dump(tree)
    let after = TreeDump.dump(again)
    // Regexes that are no UTF-8 come back in escapes.
    if before != after, String(validating: bytes, as: UTF8.self) != nil {
      return "reads back as another tree:\n\(text)"
    }
    return nil
  }

  @Test(arguments: GoldenFiles.names)
  func deletedDoubledAndSwappedTokens(name: String) throws {
    let source = try GoldenFiles.source(name)
    var lexer = Lexer(source)
    lexer.run()
    let bytes = source.bytes
    let tokens = lexer.tokens.dropLast()
    for (position, token) in tokens.enumerated() {
      let place = Int(token.start)..<Int(token.end)
      var mutants: [[UInt8]] = []
      var deleted = bytes
      deleted.removeSubrange(place)
      mutants.append(deleted)
      var doubled = bytes
      doubled.insert(contentsOf: [0x20] + bytes[place], at: place.upperBound)
      mutants.append(doubled)
      if position + 1 < tokens.count {
        let next = tokens[position + 1]
        let other = Int(next.start)..<Int(next.end)
        var swapped = bytes
        swapped.replaceSubrange(
          place.lowerBound..<other.upperBound,
          with: bytes[other] + bytes[place.upperBound..<other.lowerBound] + bytes[place])
        mutants.append(swapped)
      }
      for mutant in mutants {
        if let violation = violation(mutant) {
          Issue.record("token \(position) of \(name): \(violation)")
        }
      }
    }
  }

  @Test(arguments: GoldenFiles.names)
  func cutAnywhere(name: String) throws {
    let bytes = try GoldenFiles.source(name).bytes
    for end in stride(from: 0, to: bytes.count, by: 3) {
      if let violation = violation(Array(bytes[..<end])) {
        Issue.record("\(name) cut at \(end): \(violation)")
      }
    }
  }

  @Test(arguments: [1, 2, 3, 4] as [UInt64])
  func noise(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let sources = try GoldenFiles.names.map { try GoldenFiles.source($0).bytes }
    for round in 0..<150 {
      guard var bytes = sources.randomElement(using: &random) else { return }
      for _ in 0..<Int.random(in: 1...8, using: &random) where !bytes.isEmpty {
        let place = Int.random(in: 0..<bytes.count, using: &random)
        switch Int.random(in: 0..<3, using: &random) {
        case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
        case 1: bytes.remove(at: place)
        default:
          let signs = Array("{}()[]\"/\\=$#@!.,:*%~-|&^<>? \n0x".utf8)
          bytes.insert(signs.randomElement(using: &random) ?? 0, at: place)
        }
      }
      if let violation = violation(bytes) {
        Issue.record("seed \(seed), round \(round): \(violation)")
      }
    }
  }

  @Test(arguments: [11, 12, 13] as [UInt64])
  func wordSalad(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let words =
      KeywordTables.words.map(\.0) + [
        "{", "}", "(", ")", "[", "]", ":", ",", ".", "..", "=", "==", "!=", "%", "*", "-", "$a", "$",
        "#a", "@a", "!a", "x", "1", "1.5", "\"t\"", "/r/", "{ 01 }", "with", "include", "~", "<<",
      ]
    for round in 0..<200 {
      let salad = (0..<Int.random(in: 1...40, using: &random)).map { _ in
        words.randomElement(using: &random) ?? ""
      }.joined(separator: " ")
      for text in [salad, "rule a { condition: \(salad) }", "rule a { strings: $a = \(salad) }"] {
        if let violation = violation(Array(text.utf8)) {
          Issue.record("seed \(seed), round \(round): \(text): \(violation)")
        }
      }
    }
  }
}
