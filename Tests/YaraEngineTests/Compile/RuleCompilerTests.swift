import Testing
import YaraSyntax

@testable import YaraEngine

@Suite struct RuleCompilerTests {
  /// Files that `include` finds.
  static func resolver(_ files: [String: String]) -> IncludeResolver {
    { path, from in
      guard let text = files[path] else { return .failure(IncludeFailure("no such file, asked from \(from)")) }
      return .success(IncludedSource(name: path, bytes: Array(text.utf8)))
    }
  }

  static func compile(
    _ text: String, files: [String: String]? = nil, limits: CompilerLimits = CompilerLimits()
  ) -> Compilation {
    var compiler = RuleCompiler(
      CompilerOptions(includes: files.map { resolver($0) }, limits: limits))
    compiler.add(name: "main.yar", bytes: Array(text.utf8))
    return compiler.build()
  }

  // MARK: - Includes

  @Test func includesTakeEffectInTheirPlace() throws {
    let compilation = Self.compile(
      #"include "a.yar" rule last { condition: first and math.min(1, 2) == 1 }"#,
      files: ["a.yar": #"import "math" include "b.yar""#, "b.yar": "rule first { condition: filesize > 1 }"])
    #expect(Engine.diagnostics(compilation) == [])
    #expect(try #require(compilation.rules).rules.map(\.identifier) == ["first", "last"])
    #expect(compilation.sources.map(\.name) == ["main.yar", "a.yar", "b.yar"])
  }

  @Test func errorsInIncludesNameTheirSource() {
    let compilation = Self.compile(
      #"include "a.yar" rule r { condition: nothing }"#, files: ["a.yar": "rule a { condition: no }"])
    let names = compilation.diagnostics.compactMap { $0.range?.source.rawValue }
      .map { compilation.sources[Int($0)].name }
    #expect(names == ["main.yar", "a.yar"])
    #expect(Engine.codes(compilation) == ["E305", "E305"])
  }

  @Test func includesAreRefusedOrNotFound() {
    #expect(Engine.diagnostics(Self.compile(#"include "a.yar""#)).map { String($0.prefix(8)) } == ["E316 1:1"])
    let missing = Self.compile(#"include "a.yar""#, files: [:])
    #expect(Engine.codes(missing) == ["E314"])
    #expect(missing.diagnostics[0].labels[0].text == "no such file, asked from main.yar")
  }

  @Test func cyclesAndDepthAreErrors() {
    let cycle = Self.compile(
      #"include "a.yar""#, files: ["a.yar": #"include "b.yar""#, "b.yar": #"include "a.yar""#])
    #expect(Engine.codes(cycle) == ["E315"])
    #expect(cycle.diagnostics[0].labels[0].text == "main.yar > a.yar > b.yar > a.yar")
    var files: [String: String] = [:]
    for level in 0..<100 { files["\(level)"] = "include \"\(level + 1)\"" }
    #expect(Engine.codes(Self.compile(#"include "0""#, files: files)) == ["E501"])
    // Wide is as bad as deep: each includes the next twice.
    for level in 0..<15 { files["\(level)"] = "include \"\(level + 1)\" include \"\(level + 1)\"" }
    files["15"] = ""
    var limits = CompilerLimits()
    limits.includes = 100
    #expect(Engine.codes(Self.compile(#"include "0""#, files: files, limits: limits)) == ["E503"])
  }

  // MARK: - Externals

  @Test(arguments: [
    ("5", ExternalValue.integer(5)), ("-5", .integer(-5)), ("1.5", .float(1.5)), ("-0.5", .float(-0.5)),
    ("true", .boolean(true)), ("false", .boolean(false)), ("", .text([])), ("1.", .text(Array("1.".utf8))),
    ("abc", .text(Array("abc".utf8))), ("-", .text(Array("-".utf8))), ("1e5", .text(Array("1e5".utf8))),
    ("99999999999999999999", .text(Array("99999999999999999999".utf8))),
    (".5", .text(Array(".5".utf8))), ("True", .text(Array("True".utf8))),
  ])
  func typesOfExternals(_ text: String, _ value: ExternalValue) {
    #expect(ExternalValue(inferring: text) == value)
  }

  @Test func externalsHaveTheirTypes() {
    let externals: [String: ExternalValue] = [
      "number": .integer(5), "ratio": .float(1.5), "flag": .boolean(true), "word": .text(Array("abc".utf8)),
    ]
    for condition in [
      "number == 5", "ratio > 1.0", "flag", "word contains \"b\"", "number + ratio == 6.5",
      "not flag or word == \"abc\"", "for any number in (1..2) : (number == 2)",
    ] {
      #expect(Engine.holds(condition, externals: externals) == true, "\(condition)")
    }
    #expect(Engine.codes(Engine.compile("rule r { condition: missing == 1 }", externals: externals)) == ["E305"])
    #expect(Engine.codes(Engine.compile("rule number { condition: filesize > 1 }", externals: externals)) == ["E301"])
    // A value from outside is no constant of the rules.
    #expect(Engine.codes(Engine.compile("rule r { condition: flag }", externals: externals)) == [])
  }

  // MARK: - Namespaces

  @Test func namespacesKeepTheirNamesApart() throws {
    var compiler = RuleCompiler(CompilerOptions())
    compiler.add(name: "1", bytes: Array(#"import "math" rule a { condition: filesize > 1 }"#.utf8), namespace: "x")
    compiler.add(name: "2", bytes: Array("rule a { condition: filesize > 2 }".utf8), namespace: "y")
    compiler.add(name: "3", bytes: Array("rule b { condition: a and math.min(1, 2) == 1 }".utf8), namespace: "x")
    let rules = try #require(compiler.build().rules)
    #expect(rules.rules.map(\.namespace) == ["x", "y", "x"])
    #expect(rules.rules[2].dependencies == [rules.rules[0].id])
    var other = RuleCompiler(CompilerOptions())
    other.add(name: "1", bytes: Array("rule a { condition: filesize > 1 }".utf8), namespace: "x")
    other.add(name: "2", bytes: Array("rule b { condition: a }".utf8), namespace: "y")
    #expect(Engine.codes(other.build()) == ["E305"])
  }

  // MARK: - What a rule set holds

  @Test func ruleSetsHoldWhatTheTextSays() throws {
    let rules = try #require(
      Engine.compile(
        #"private rule p : one two { meta: a = 1 b = "x" strings: $a = "abc" private $ = "bcd" condition: any of them }"#
      ).rules)
    let rule = rules.rules[0]
    #expect(rule.isPrivate && !rule.isGlobal && rule.tags == ["one", "two"])
    #expect(rule.meta.map(\.identifier.name) == ["a", "b"])
    #expect(rule.patterns.map(\.identifier) == ["$a", "$"])
    #expect(rule.patterns.map(\.isPrivate) == [true, false])
    #expect(rules.digest.count == 64)
  }

  @Test func digestsTellRuleSetsApart() throws {
    func digest(_ text: String, _ dialect: Dialect = .yaraX, _ externals: [String: ExternalValue] = [:]) throws -> String {
      try #require(Engine.compile(text, dialect, externals: externals).rules).digest
    }
    let text = "rule r { condition: filesize > 1 }"
    let digests = [
      try digest(text), try digest(text + " "), try digest(text, .yara),
      try digest(text, .yaraX, ["a": .integer(1)]), try digest(text, .yaraX, ["a": .text([0x31])]),
    ]
    #expect(Set(digests).count == digests.count)
    #expect(try digest(text) == digests[0])
  }

  // MARK: - Bounds

  @Test func limitsAreReportedOnce() {
    var limits = CompilerLimits()
    limits.rules = 10
    let many = (0..<100).map { "rule r\($0) { condition: filesize > 1 }" }.joined(separator: " ")
    #expect(Engine.codes(Engine.compile(many, limits: limits)) == ["E503"])
    limits = CompilerLimits()
    limits.patternsPerRule = 5
    let patterns = (0..<9).map { "$a\($0) = \"abc\($0)\"" }.joined(separator: " ")
    #expect(
      Engine.codes(Engine.compile("rule r { strings: \(patterns) condition: any of them }", limits: limits))
        == ["E503"])
    limits = CompilerLimits()
    limits.sourceBytes = 20
    #expect(Engine.codes(Engine.compile(many, limits: limits)) == ["E502"])
    limits = CompilerLimits()
    limits.diagnostics = 7
    let wrong = (0..<100).map { "rule r\($0) { condition: x\($0) }" }.joined(separator: " ")
    let compilation = Engine.compile(wrong, limits: limits)
    #expect(compilation.diagnostics.count == 7 && compilation.rules == nil)
    // Warnings never crowd out the error.
    let warned = (0..<100).map { "rule r\($0) { condition: filesize }" }.joined(separator: " ")
    #expect(Engine.compile(warned + " rule x { condition: y }", limits: limits).rules == nil)
  }

  @Test func setsOfSetsAreBounded() {
    // Each rule names all rules before it many times over.
    let count = 50
    var limits = CompilerLimits()
    limits.conditionNodes = 20_000
    let names = Array(repeating: "r*", count: 20).joined(separator: ", ")
    let text = (0..<count).map { "rule r_\($0) { condition: filesize == \($0) }" }.joined(separator: "\n")
      + (0..<count).map { "\nrule s_\($0) { condition: any of (\(names)) }" }.joined()
    #expect(Engine.compile(text).rules != nil)
    let compilation = Engine.compile(text, limits: limits)
    #expect(compilation.rules == nil)
    #expect(Engine.codes(compilation).contains("E503"))
  }

  @Test(arguments: [
    String(repeating: "(", count: 100_000), String(repeating: "not ", count: 100_000),
    String(repeating: "-", count: 100_000) + "1", String(repeating: "uint8(", count: 100_000),
    String(repeating: "for any i in (1..2) : (", count: 20_000), String(repeating: "a.", count: 100_000) + "b",
    String(repeating: "math.min(", count: 50_000), String(repeating: "a[", count: 100_000),
    (0..<50_000).map { "filesize == \($0)" }.joined(separator: " or "),
    (0..<50_000).map { "\($0)" }.joined(separator: " + ") + " == filesize",
    String(repeating: "with x = 1 : (", count: 20_000), String(repeating: "1 == ", count: 50_000) + "1",
  ])
  func deepAndWideConditionsAreBounded(_ condition: String) {
    let compilation = Engine.compile("import \"math\" rule r { condition: \(condition) }")
    #expect(compilation.rules != nil || compilation.diagnostics.contains { $0.severity == .error })
  }

  @Test func childrenPrecedeTheirParents() throws {
    let rules = try #require(
      Engine.compile(
        """
        import "math"
        rule r {
          strings: $a = "abc" $b = "bcd"
          condition: 2 of them at 5 + filesize and for any i in (1..#a) : (@a[i] + 1 == math.min(i, 3))
            and with x = filesize : (x > 1 or defined uint8(x))
        }
        """
      ).rules)
    func operands(_ id: NodeID) -> [NodeID] {
      switch rules.program[id] {
      case .not(let a), .truth(_, let a), .defined(_, let a), .patternAt(_, let a), .bind(_, _, let a),
        .fileInteger(_, let a):
        [a]
      case .and(let list), .or(let list), .with(let list), .integerArithmetic(_, let list):
        Array(rules.program.children(list))
      case .compareIntegers(_, let a, let b): [a, b]
      case .call(let index): rules.program.call(index).arguments
      case .loop(let index): [rules.program.loops[Int(index)].body]
      default: []
      }
    }
    var open = [rules.rules[0].condition]
    var seen = 0
    while let id = open.popLast() {
      seen += 1
      for operand in operands(id) where operand != NodeID.none {
        #expect(operand.rawValue < id.rawValue)
        open.append(operand)
      }
    }
    #expect(seen > 15)
  }
}
