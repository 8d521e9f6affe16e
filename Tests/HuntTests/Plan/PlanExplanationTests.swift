import Foundation
import GramIndex
import Testing
import YaraEngine

@testable import Hunt

@Suite struct PlanExplanationTests {
  private func explain(_ text: String) throws -> PlanExplanation {
    var compiler = RuleCompiler(CompilerOptions())
    compiler.add(name: "r.yar", bytes: Array(text.utf8))
    let compilation = compiler.build()
    let rules = try #require(compilation.rules)
    let plan = try #require(HuntQueries(rules).rules.last)
    return PlanExplanation(plan, rules, sources: compilation.sources)
  }

  /// The weakest term of a rule: why, where, and whether something is suggested.
  @Test(arguments: [
    ("strings:\n  $a = \"ab\"\ncondition:\n  $a", "short-pattern", "$a", 3, 3, true),
    ("strings:\n  $a = \"abcdefgh0123\"\n  $b = \"xyz\"\ncondition:\n  $a or $b", "literals", "$b", 4, 3, true),
    ("strings:\n  $a = \"abcdefgh0123456\"\n  $b = \"xyz\"\ncondition:\n  $a and $b", "literals", "$a", 3, 3, false),
    ("strings:\n  $a = /[a-z]{4}/\ncondition:\n  $a", "open-pattern", "$a", 3, 3, true),
    ("strings:\n  $a = \"abcd\" xor\ncondition:\n  $a", "many-forms", "$a", 3, 3, true),
    ("strings:\n  $a = \"abcdefgh\"\ncondition:\n  not $a", "absence", "$a", 3, 3, true),
    ("strings:\n  $a = \"abcdefgh\"\ncondition:\n  #a == 0", "absence", "$a", 3, 3, true),
    ("strings:\n  $a = \"abcdefgh\"\ncondition:\n  uint8(0) of them", "open-count", "uint8(0) of them", 5, 3, true),
    ("condition:\n  true", "always", "true", 3, 3, true),
    ("condition:\n  math.mean(0, filesize) > 7.0", "unknown-fact", "math.mean(0, filesize) > 7.0", 3, 3, true),
  ])
  func theWeakestTermIsNamed(
    _ body: String, _ code: String, _ term: String, _ line: Int, _ column: Int, _ isHelpful: Bool
  ) throws {
    let weakest = try #require(try explain("import \"math\" rule r {\n\(body)\n}").weakest)
    #expect(weakest.code == code)
    #expect(weakest.part.text == term)
    #expect(weakest.part.place?.source == "r.yar")
    #expect(weakest.part.place?.line == line)
    #expect(weakest.part.place?.column == column)
    #expect(weakest.reason.contains("`\(term)`"))
    #expect((weakest.suggestion != nil) == isHelpful)
  }

  /// The weakness of a rule that another one names is found where it is.
  @Test func weaknessesOfOtherRulesAreFoundInThem() throws {
    let explanation = try explain(
      "private rule p {\n  strings:\n    $x = \"ab\"\n  condition:\n    $x\n}\nrule r { condition: p }")
    #expect(explanation.weakest?.part.text == "$x")
    #expect(explanation.weakest?.part.place?.line == 3)
  }

  @Test func theTextSaysWhatIsAsked() throws {
    var explanation = try explain(
      "rule r { strings: $a = \"secret\" ascii wide $b = { 01 02 03 04 05 06 } condition: $a and $b }")
    explanation.estimate = PlanExplanation.Estimate(
      candidates: 12, bytes: 3456, firstBytes: 1234, seconds: 0.257, contentCandidates: 15, contentBytes: 9999)
    for part in ["rule r (r.yar:1:1)", "\"secret\"\n", "\"secret\" wide\n", "{ 01 02 03 04 05 06 }", "12 files, 3456 bytes, 1234 of them to look at first", "0.26 s", "3 more decided by facts"] {
      #expect(explanation.text.contains(part), "\(explanation.text)")
    }
    #expect(try explain("rule r { condition: true }").text.contains("every file must be scanned"))
  }

  @Test func longQueriesAreCutInTheText() throws {
    let strings = (0..<200).map { "$s\($0) = \"a string \($0)\"\n" }.joined()
    let text = try explain("rule r { strings: \(strings) condition: any of them }").text
    #expect(text.split(separator: "\n").count < 60)
    #expect(text.contains("lines more"))
  }

  @Test func theSameAsJSON() throws {
    var explanation = try explain(
      "rule r { strings: $a = \"sec\\\"ret\" $b = \"hidden\" $c = \"covert\" condition: 2 of them and $a at 0 }")
    var asking = PlanExplanation.Asking()
    asking.seconds = 0.25
    asking.firstSeconds = 0.75
    asking.bytes = 7
    asking.places = 3
    explanation.estimate = PlanExplanation.Estimate(
      candidates: 1, bytes: 2, firstBytes: 1, seconds: 0.5, contentCandidates: 1, contentBytes: 2, asking: asking)
    var json = JSONText()
    explanation.write(to: &json)
    let object = try #require(
      try JSONSerialization.jsonObject(with: Data(json.bytes)) as? [String: Any])
    #expect(object["rule"] as? String == "r")
    #expect(object["line"] as? Int == 1)
    #expect(object["scans_everything"] as? Bool == false)
    #expect((object["estimate"] as? [String: Any])?["candidates"] as? Int == 1)
    #expect((object["estimate"] as? [String: Any])?["first_bytes"] as? Int == 1)
    let told = (object["estimate"] as? [String: Any])?["asking"] as? [String: Double]
    #expect(told == ["seconds": 0.25, "first_seconds": 0.75, "bytes": 7, "places": 3])
    #expect((object["weakest"] as? [String: Any])?["code"] as? String != nil)
    let parts = try #require((object["query"] as? [String: Any])?["all"] as? [[String: Any]])
    #expect(parts.contains { $0["at_least"] as? Int == 2 && ($0["of"] as? [Any])?.count == 3 })
    let inside = parts.first { $0["from"] as? String == "0" && $0["to"] as? String == "0" }?["inside"]
    let literal = try #require(inside as? [String: Any])
    #expect(literal["literal"] as? String == "\"sec\\\"ret\"" && literal["hex"] as? String == "73656322726574")
    #expect(parts.contains { $0["offset"] as? Int == 0 && $0["header"] as? String == "73656322726574" })
  }

  /// Rules as they are written every day: none asks for everything, and content is asked for where
  /// there are strings.
  @Test(arguments: [
    "strings: $a = \"C:\\\\Windows\\\\evil.pdb\" $b = \"cmd.exe /c\" nocase wide $c = { 6A 40 68 00 30 00 00 6A 14 8D 91 } condition: uint16(0) == 0x5A4D and filesize < 2MB and 2 of them",
    "strings: $x1 = \"download\" wide ascii $x2 = /https?:\\/\\/[a-z]{3,10}\\.example\\.net\\// $s1 = \"User-Agent\" condition: 1 of ($x*) or all of ($s*)",
    "strings: $op = { 55 8B EC [2-6] 83 EC ?? 53 56 57 8B F9 } condition: #op > 1 and for any i in (1..#op) : (@op[i] < 0x400)",
    "strings: $k = \"encryption key\" xor $m = \"This program cannot\" base64 condition: $k or $m",
    "strings: $a = { E8 ( 01 | 02 | 03 ) 00 00 00 ( 5D | 5E ) 81 ED ?? ?? ?? ?? 8D 85 } condition: $a in (0..4096)",
    "strings: $a = \"function\" fullword nocase $b = \"eval(\" $c = \"base64_decode\" condition: filesize < 100KB and ($a and $b and not $c)",
  ])
  func usualRulesAskForContent(_ body: String) throws {
    let explanation = try explain("rule r { \(body) }")
    #expect(explanation.asksForContent)
    #expect(explanation.bits > 2, "\(explanation.text)")
  }
}
