/// Files, rules, tags and meta.
extension RuleParser {
  func parseFile() -> RuleTree {
    var items: [TopLevelItem] = []
    while kind != .endOfFile {
      switch kind {
      case .rule, .global, .private:
        if let rule = parseRule() { items.append(.rule(rule)) }
      case .import:
        let start = range(advance())
        if let (module, name) = parseName("the name of a module in quotes") {
          items.append(.importModule(ImportDeclaration(module: module, range: start.union(name))))
        }
      case .identifier where isWord(current, "include") && kind(ahead: 1) == .text:
        let start = range(advance())
        if let (path, name) = parseName("the path of a file in quotes") {
          items.append(.include(IncludeDeclaration(path: path, range: start.union(name))))
        }
      default:
        reportExpected(
          "`rule`, `import` or `include`",
          meant: ["rule", "import", "include", "private", "global"])
        advance()
        while kind != .endOfFile, !isAtTopLevelStart() { advance() }
      }
    }
    if let openComment, !isCommentReported {
      // YARA reads such a file as if the comment ended it; YARA-X refuses it.
      isCommentReported = true
      sink.report(
        Diagnostic(
          .openCommentAtEnd, "the last comment is not closed", at: openComment, "no closing `*/`",
          notes: ["Everything after it is ignored."]))
    }
    var tree = RuleTree(source: source, items: items)
    tree.suppressions = SuppressionFinder(text: text, tokens: tokens)
      .suppressions(suppressingComments, tree)
    return tree
  }

  /// A text that must be readable as a name or path.
  private func parseName(_ what: String) -> (String, SourceRange)? {
    guard let token = take(.text) else {
      reportExpected(what)
      return nil
    }
    let content = decodeText(token)
    if let broken = InvalidUTF8.firstOffset(in: content, from: 0, to: content.count) {
      sink.report(
        Diagnostic(
          .invalidUTF8, "a name must be valid UTF-8", at: range(token),
          "byte 0x\(Hex.twoDigits(content[broken])) is not"))
      return nil
    }
    return (String(decoding: content, as: UTF8.self), range(token))
  }

  func parseRule() -> RuleDeclaration? {
    let start = currentRange
    var isGlobal = false
    var isPrivate = false
    while kind == .global || kind == .private {
      // YARA lets them repeat.
      if kind == .global ? isGlobal : isPrivate {
        sink.report(
          Diagnostic(
            .redundantModifier, "`\(spelling(current))` is given twice", at: currentRange))
      }
      if advance().kind == .global { isGlobal = true } else { isPrivate = true }
    }
    guard expect(.rule) != nil else {
      skipToTopLevel()
      return nil
    }
    guard let identifier = expectIdentifier("the name of a rule") else {
      skipRuleBody()
      return nil
    }
    var rule = RuleDeclaration(
      identifier: identifier, isGlobal: isGlobal, isPrivate: isPrivate, tags: [], meta: [],
      patterns: [], condition: Expression(.invalid, identifier.range), range: start)
    rule.tags = parseTags()
    if expect(.leftBrace, "before the sections of the rule") == nil {
      if kind == .hexPattern {
        // `rule a = { ... }`: the lexer took the body for a hex pattern.
        advance()
        return rule
      }
      while kind != .leftBrace, kind != .rightBrace, kind != .endOfFile, !isAtSectionStart(),
        !isAtTopLevelStart()
      {
        advance()
      }
      if take(.leftBrace) == nil, !isAtSectionStart() {
        _ = take(.rightBrace)
        rule.range = rangeToHere(from: start)
        return rule
      }
    }
    parseSections(into: &rule)
    rule.range = rangeToHere(from: start)
    return rule
  }

  private func skipToTopLevel() {
    while kind != .endOfFile, !isAtTopLevelStart() { advance() }
  }

  /// After a rule's head that could not be read: over its braces, to the next rule.
  private func skipRuleBody() {
    skipToTopLevel()
  }

  private func parseTags() -> [Identifier] {
    guard take(.colon) != nil else { return [] }
    var tags: [Identifier] = []
    if kind == .leftBrace { reportExpected("a tag") }
    while kind != .leftBrace, kind != .rightBrace, kind != .endOfFile, !isAtTopLevelStart(),
      !isAtSectionStart()
    {
      if kind == .comma {
        reportExpected("a tag or `{`", notes: ["Tags are separated by spaces."])
        advance()
      } else if kind == .identifier || kind.isKeyword {
        if let tag = expectIdentifier("a tag") { tags.append(tag) } else { advance() }
      } else {
        reportExpected("a tag or `{`")
        advance()
      }
    }
    return tags
  }

  // MARK: - Sections

  /// Where in a rule the parser is; sections come in this order.
  private enum Section: Int, Comparable {
    case none, meta, strings, condition
    static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
    var name: String {
      switch self {
      case .none: ""
      case .meta: "meta"
      case .strings: "strings"
      case .condition: "condition"
      }
    }
  }

  private func parseSections(into rule: inout RuleDeclaration) {
    var latest = Section.none
    var seen: [Section: SourceRange] = [:]
    while true {
      switch kind {
      case .meta, .strings, .condition:
        let section: Section =
          kind == .meta ? .meta : kind == .strings ? .strings : .condition
        let place = currentRange
        let isRepeated = seen[section] != nil
        if let first = seen[section] {
          report(
            Diagnostic(
              .duplicateSection, "the rule has two `\(section.name)` sections",
              labels: [.init(place, "second section"), .init(first, "first section")]))
        } else {
          seen[section] = place
          if section < latest {
            report(
              Diagnostic(
                .expected, "`\(section.name)` must come before `\(latest.name)`", at: place,
                notes: ["The order is `meta`, `strings`, `condition`."]))
          }
        }
        latest = max(latest, section)
        advance()
        expect(.colon, "after `\(section.name)`")
        switch section {
        case .meta: parseMeta(into: &rule)
        case .strings: parseStrings(into: &rule)
        default:
          let condition = parseCondition()
          if !isRepeated { rule.condition = condition }
        }
      case .rightBrace:
        if seen[.condition] == nil {
          report(
            Diagnostic(
              .missingCondition, "rule `\(rule.identifier.name)` has no condition",
              labels: [
                .init(currentRange, "expected `condition:`"),
                .init(rule.identifier.range, "of this rule"),
              ]))
        }
        advance()
        return
      case .endOfFile:
        reportExpected("`}` at the end of rule `\(rule.identifier.name)`")
        return
      case _ where isAtTopLevelStart():
        reportExpected("`}` at the end of rule `\(rule.identifier.name)`")
        return
      default:
        reportExpected(
          latest == .none
            ? "`meta`, `strings` or `condition`"
            : latest < .condition ? "a section or `}`" : "`}`",
          meant: ["meta", "strings", "condition"])
        advance()
        skip { _ in false }
      }
    }
  }

  // MARK: - Meta

  private func parseMeta(into rule: inout RuleDeclaration) {
    var isEmpty = true
    while true {
      if isAtSectionStart() || isAtTopLevelStart() { break }
      switch kind {
      // With a colon it is a misspelt section.
      case .identifier where kind(ahead: 1) != .colon: break
      case _ where kind.isKeyword && kind(ahead: 1) == .assign: break
      case .rightBrace, .endOfFile, .strings, .condition:
        if isEmpty { reportExpected("a meta entry") }
        return
      default:
        reportExpected(
          isEmpty ? "a meta entry" : "a meta entry or a section", meant: ["strings", "condition"])
        advance()
        skip { $0.kind == .identifier && $0.kind(ahead: 1) == .assign }
        isEmpty = false
        continue
      }
      isEmpty = false
      guard let identifier = expectIdentifier("the name of a meta entry") else { continue }
      guard expect(.assign, "after the name of a meta entry") != nil,
        let value = parseMetaValue()
      else {
        skip { $0.kind == .identifier && $0.kind(ahead: 1) == .assign }
        continue
      }
      rule.meta.append(MetaEntry(identifier: identifier, value: value))
    }
    if isEmpty { reportExpected("a meta entry") }
  }

  private func parseMetaValue() -> MetaValue? {
    let isNegative = kind == .minus
    if isNegative, kind(ahead: 1) == .integer || kind(ahead: 1) == .float { advance() }
    switch kind {
    case .integer:
      let token = advance()
      guard let value = decodeInteger(token) else { return .integer(0) }
      guard let signed = Int64(exactly: value) else {
        sink.report(
          Diagnostic(
            .invalidNumber, "the number is too large", at: range(token),
            "the largest is 9223372036854775807"))
        return .integer(0)
      }
      return .integer(isNegative ? -signed : signed)
    case .float:
      let value = decodeFloat(advance())
      return .float(isNegative ? -value : value)
    case .text: return .text(decodeText(advance()))
    case .true:
      advance()
      return .boolean(true)
    case .false:
      advance()
      return .boolean(false)
    default:
      reportExpected("a string, number, `true` or `false`")
      return nil
    }
  }
}
