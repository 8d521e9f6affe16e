/// One construct of the language: what of it may be asked of an index, and the shortcut that would
/// lose matches.
struct PlanCase: Sendable {
  /// What an index may be asked of the rule.
  indirect enum Ask: Sendable {
    case everything, nothing
    case literal(String)
    case hex(String)
    case all([Ask])
    case any([Ask])
    case atLeast(Int, [Ask])
  }

  let name: String
  let strings: String
  let condition: String
  var before = ""
  var isYara = false
  let asks: Ask
  /// A file that the rule matches and that the unsound shortcut would have left out, in hexadecimal
  /// digits or as text.
  var matches: [String] = []
}

extension PlanCase {
  static func wide(_ text: String) -> Ask {
    .hex(text.utf8.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) + "00" }.joined())
  }

  /// Strings: texts and their modifiers, hex patterns, regexes.
  static let strings: [PlanCase] = [
    PlanCase(
      name: "text", strings: "$a = \"secret word\"", condition: "$a", asks: .literal("secret word"),
      matches: ["a secret word"]),
    PlanCase(
      name: "nocase: not the rule's own case", strings: "$a = \"SeCret\" nocase", condition: "$a",
      asks: .literal("SeCret"), matches: ["sEcRET"]),
    PlanCase(
      name: "wide: not as plain", strings: "$a = \"secret\" wide", condition: "$a",
      asks: wide("secret"), matches: ["hex:7300650063007200650074 00"]),
    PlanCase(
      name: "ascii wide: either, not both", strings: "$a = \"secret\" ascii wide", condition: "$a",
      asks: .any([.literal("secret"), wide("secret")]),
      matches: ["secret", "hex:7300650063007200650074 00"]),
    PlanCase(
      name: "fullword: without what limits it", strings: "$a = \"secret\" fullword", condition: "$a",
      asks: .literal("secret"), matches: ["secret", ".secret."]),
    PlanCase(
      name: "private string", strings: "$a = \"secret\" private", condition: "$a",
      asks: .literal("secret"), matches: ["secret"]),
    PlanCase(
      name: "xor of some keys: each, not the plain text", strings: "$a = \"secret\" xor(1-2)",
      condition: "$a", asks: .any([.hex("726462736475"), .hex("716761706776")]),
      matches: ["hex:726462736475", "qgapgv"]),
    PlanCase(
      name: "xor and wide", strings: "$a = \"secret\" wide xor(1)", condition: "$a",
      asks: .hex("720164016201730164017501"), matches: ["hex:720164016201730164017501"]),
    PlanCase(
      name: "xor of a short text under all keys", strings: "$a = \"abcde\" xor", condition: "$a",
      asks: .everything, matches: ["abcde", "hex:9e9d9c9b9a"]),
    PlanCase(
      name: "base64: three phases, without shared characters", strings: "$a = \"secret word\" base64",
      condition: "$a",
      asks: .any([.literal("c2VjcmV0IHdvcm"), .literal("NlY3JldCB3b3Jk"), .literal("zZWNyZXQgd29yZ")]),
      matches: ["c2VjcmV0IHdvcmQ=", "YXNlY3JldCB3b3Jk", "YWJzZWNyZXQgd29yZHM="]),
    PlanCase(
      name: "base64wide", strings: "$a = \"secret\" base64wide", condition: "$a",
      asks: .any([wide("c2VjcmV0"), wide("NlY3Jld"), wide("zZWNyZX")]),
      matches: ["hex:6300320056006a0063006d0056003000"]),
    PlanCase(
      name: "base64 with another alphabet",
      strings: "$a = \"secret\" base64(\"!@#$%^&*(){}[].,|ABCDEFGHIJ\\x09LMNOPQRSTUVWXYZabcdefghijklmnopqrstu\")",
      condition: "$a",
      asks: .any([.literal("LlESLVEj"), .literal("]UHm)UM"), .literal("iIF]hIG")]),
      matches: ["(YY)LlESLVEj"]),
    PlanCase(
      name: "short text: nothing, and not left out of an or", strings: "$a = \"ab\" $b = \"secret\"",
      condition: "$a or $b", asks: .everything, matches: ["ab"]),
    PlanCase(
      name: "three bytes", strings: "$a = \"abc\"", condition: "$a", asks: .literal("abc"),
      matches: ["abc"]),
    PlanCase(
      name: "hex: fixed runs", strings: "$a = { 01 02 03 04 05 [2-4] 11 12 13 14 15 16 }",
      condition: "$a", asks: .all([.hex("0102030405"), .hex("111213141516")]),
      matches: ["hex:0102030405aabb111213141516"]),
    PlanCase(
      name: "hex: a jump is not bridged",
      strings: "$a = { 01 02 [0-1] 03 04 }", condition: "$a", asks: .everything,
      matches: ["hex:0102ff0304", "hex:01020304"]),
    PlanCase(
      name: "hex: not is not the byte", strings: "$a = { 01 02 03 04 ~05 06 07 08 09 }",
      condition: "$a", asks: .all([.hex("01020304"), .hex("06070809")]),
      matches: ["hex:010203040006070809"]),
    PlanCase(
      name: "hex: nibbles are multiplied out", strings: "$a = { 11 22 3? 44 55 }", condition: "$a",
      asks: .any((0..<16).map { .hex("11223" + String($0, radix: 16) + "4455") }),
      matches: ["hex:11223f4455"]),
    PlanCase(
      name: "hex: alternatives are not all, nor the first",
      strings: "$a = { 01 02 03 04 05 06 07 08 09 0A 0B 0C 0D 0E 0F 10 11 12 13 14 15 16 17 18 ( 21 22 23 24 25 | 31 32 33 34 ) }",
      condition: "$a",
      asks: .all([
        .hex("0102030405060708090a0b0c0d0e0f101112131415161718"),
        .any([.hex("2122232425"), .hex("31323334")]),
      ]),
      matches: ["hex:0102030405060708090a0b0c0d0e0f10111213141516171831323334"]),
    PlanCase(
      name: "hex: small alternatives are multiplied out", strings: "$a = { 41 42 ( 43 | 58 59 ) 44 45 }",
      condition: "$a", asks: .any([.literal("ABCDE"), .literal("ABXYDE")]),
      matches: ["ABXYDE"]),
    PlanCase(
      name: "regex: required literals", strings: "$a = /secret[^x]*words/", condition: "$a",
      asks: .all([.literal("secret"), .literal("words")]), matches: ["secret words"]),
    PlanCase(
      name: "regex: nothing inside optional groups", strings: "$a = /secret(word)?(also)*(too){0,3}/",
      condition: "$a", asks: .literal("secret"), matches: ["secret"]),
    PlanCase(
      name: "regex: an optional byte, with and without", strings: "$a = /https?:\\/\\//", condition: "$a",
      asks: .any([.literal("https://"), .literal("http://")]), matches: ["http://", "https://"]),
    PlanCase(
      name: "regex: repeated at least once", strings: "$a = /start(word)+/", condition: "$a",
      asks: .all([.literal("startword"), .literal("word")]), matches: ["startword"]),
    PlanCase(
      name: "regex: counts that are not written out", strings: "$a = /<(ab){300}>/", condition: "$a",
      asks: .all([.literal("<" + String(repeating: "ab", count: 63) + "a"), .literal(String(repeating: "ab", count: 64))]),
      matches: ["<" + String(repeating: "ab", count: 300) + ">"]),
    PlanCase(
      name: "regex: a small class", strings: "$a = /se[ck]ret/", condition: "$a",
      asks: .any([.literal("secret"), .literal("sekret")]), matches: ["sekret"]),
    PlanCase(
      name: "regex: anchors have no width", strings: "$a = /^\\bsecret\\b$/", condition: "$a",
      asks: .literal("secret"), matches: ["secret"]),
    PlanCase(
      name: "regex: /i folds", strings: "$a = /SecRet[0-9a-f]+/i", condition: "$a",
      asks: .literal("secret"), matches: ["SECRETa"]),
    PlanCase(
      name: "regex: alternatives", strings: "$a = /(secret|hidden) word/", condition: "$a",
      asks: .any([.literal("secret word"), .literal("hidden word")]), matches: ["hidden word"]),
    PlanCase(
      name: "regex: an empty alternative", strings: "$a = /(secret|)ab/", condition: "$a",
      asks: .everything, matches: ["ab"]),
    PlanCase(
      name: "regex: any bytes", strings: "$a = /[a-z]{8,}/", condition: "$a", asks: .everything,
      matches: ["abcdefgh"]),
    PlanCase(
      name: "wide regex: gaps are not made of wide characters",
      strings: "$a = /abcd.{1,300}efgh/s wide", condition: "$a",
      asks: .all([wide("abcd"), wide("efgh")]),
      matches: ["hex:6100620063006400 ffffff 6500660067006800"]),
  ]

  private static let ab = "$a = \"aaaa1\" $b = \"bbbb2\""
  private static let abc = ab + " $c = \"cccc3\""
  private static let a: Ask = .literal("aaaa1")
  private static let b: Ask = .literal("bbbb2")
  private static let c: Ask = .literal("cccc3")

  static let conditions: [PlanCase] = [
    PlanCase(name: "and", strings: ab, condition: "$a and $b", asks: .all([a, b])),
    PlanCase(name: "or", strings: ab, condition: "$a or $b", asks: .any([a, b]), matches: ["bbbb2"]),
    PlanCase(
      name: "different strings need not be near", strings: ab, condition: "all of them",
      asks: .all([a, b])),
    PlanCase(
      name: "not: no complement", strings: ab, condition: "$a and not $b", asks: a,
      matches: ["aaaa1"]),
    PlanCase(
      name: "not of an or", strings: ab, condition: "not ($a or $b)", asks: .everything, matches: ["x"]),
    PlanCase(
      name: "not not", strings: "$a = \"aaaa1\"", condition: "not not $a", asks: a, matches: ["aaaa1"]),
    PlanCase(
      name: "not of a comparison of counts", strings: "$a = \"aaaa1\"", condition: "not (#a == 0)",
      asks: a, matches: ["aaaa1"]),
    PlanCase(
      name: "$a at", strings: "$a = \"aaaa1\"", condition: "$a at 100", asks: a),
    PlanCase(
      name: "$a in", strings: "$a = \"aaaa1\"", condition: "$a in (100..filesize)", asks: a),
    PlanCase(name: "#a > n", strings: "$a = \"aaaa1\"", condition: "#a > 2", asks: a),
    PlanCase(name: "#a >= n", strings: "$a = \"aaaa1\"", condition: "#a >= 1", asks: a),
    PlanCase(name: "#a == n", strings: "$a = \"aaaa1\"", condition: "3 == #a", asks: a),
    PlanCase(name: "#a != 0", strings: "$a = \"aaaa1\"", condition: "#a != 0", asks: a),
    PlanCase(name: "#a == 0", strings: "$a = \"aaaa1\"", condition: "#a == 0", asks: .everything, matches: ["x"]),
    PlanCase(name: "#a < n", strings: "$a = \"aaaa1\"", condition: "#a < 5", asks: .everything, matches: ["x"]),
    PlanCase(name: "#a != n", strings: "$a = \"aaaa1\"", condition: "#a != 5", asks: .everything, matches: ["x"]),
    PlanCase(name: "#a >= 0", strings: "$a = \"aaaa1\"", condition: "#a >= 0", asks: .everything, matches: ["x"]),
    PlanCase(
      name: "#a against a number of the file", strings: "$a = \"aaaa1\"", condition: "#a >= uint8(0)",
      asks: .everything, matches: ["hex:00"]),
    PlanCase(
      name: "#a above another count", strings: ab, condition: "#a > #b", asks: a, matches: ["aaaa1"]),
    PlanCase(
      name: "#a above a sum of counts", strings: abc, condition: "#a > #b + #c", asks: a,
      matches: ["aaaa1"]),
    PlanCase(
      name: "sum of counts", strings: ab, condition: "#a + #b > 1", asks: .any([a, b]),
      matches: ["bbbb2bbbb2"]),
    PlanCase(
      name: "difference of counts", strings: ab, condition: "#a - #b > -1", asks: .everything,
      matches: ["x"]),
    PlanCase(
      name: "#a in a range", strings: "$a = \"aaaa1\"", condition: "#a in (0..50) > 0", asks: a),
    PlanCase(name: "@a", strings: "$a = \"aaaa1\"", condition: "@a < 100", asks: a),
    PlanCase(name: "!a[i]", strings: "$a = /aaaa1+/", condition: "!a[2] > 5", asks: .literal("aaaa1")),
    PlanCase(
      name: "@a inside or", strings: ab, condition: "@a < 100 or $b", asks: .any([a, b]),
      matches: ["bbbb2"]),
    PlanCase(
      name: "@a inside not: undefined stays undefined", strings: "$a = \"aaaa1\"",
      condition: "not (@a < 100)", asks: a),
    PlanCase(
      name: "defined @a", strings: "$a = \"aaaa1\"", condition: "defined @a", asks: a, matches: ["aaaa1"]),
    PlanCase(
      name: "not defined @a", strings: "$a = \"aaaa1\"", condition: "not defined @a",
      asks: .everything, matches: ["x"]),
    PlanCase(
      name: "undefined inside a negated or", strings: "$a = \"aaaa1\"",
      condition: "not (@a < 100 or false)", asks: .everything, matches: ["x"]),
    PlanCase(name: "any of", strings: abc, condition: "any of them", asks: .any([a, b, c]), matches: ["cccc3"]),
    PlanCase(
      name: "N of: not all of them", strings: abc, condition: "2 of them", asks: .atLeast(2, [a, b, c]),
      matches: ["aaaa1cccc3", "bbbb2cccc3"]),
    PlanCase(
      name: "N of with a short one", strings: ab + " $c = \"x\"", condition: "2 of them",
      asks: .any([a, b]), matches: ["xbbbb2"]),
    PlanCase(name: "0 of", strings: abc, condition: "0 of them", asks: .everything, matches: ["x"]),
    PlanCase(
      name: "0 of, as stock YARA", strings: abc, condition: "0 of them", isYara: true,
      asks: .everything, matches: ["x"]),
    PlanCase(name: "none of", strings: abc, condition: "none of them", asks: .everything, matches: ["x"]),
    PlanCase(name: "not none of", strings: abc, condition: "not none of them", asks: .any([a, b, c]), matches: ["cccc3"]),
    PlanCase(
      name: "unknown N", strings: abc, condition: "(filesize - 1) of them", asks: .everything,
      matches: ["x"]),
    PlanCase(
      name: "percentage rounds up", strings: abc, condition: "34% of them",
      asks: .atLeast(2, [a, b, c]), matches: ["aaaa1cccc3"]),
    PlanCase(
      name: "percentage as stock YARA compares it", strings: abc, condition: "33% of them", isYara: true,
      asks: .any([a, b, c]), matches: ["cccc3"]),
    PlanCase(
      name: "of at: at least one place each", strings: ab, condition: "any of them at 100",
      asks: .any([a, b])),
    PlanCase(
      name: "of in", strings: ab, condition: "all of them in (0..1000)", asks: .all([a, b]),
      matches: ["aaaa1bbbb2"]),
    PlanCase(
      name: "for of: the body may not mention the string", strings: ab,
      condition: "for any of them : ($b or # >= 0)", asks: .everything, matches: ["x"]),
    PlanCase(
      name: "for of with the string in the body", strings: abc, condition: "for 2 of them : ($ at 100)",
      asks: .atLeast(2, [a, b, c])),
    PlanCase(
      name: "for of: a body about another string", strings: ab,
      condition: "for all of ($a) : (# == 0 and $b)", asks: b, matches: ["bbbb2"]),
    PlanCase(
      name: "for any in", strings: ab, condition: "for any i in (1..3) : (@a[i] > 3 and $b)",
      asks: .all([a, b])),
    PlanCase(
      name: "for in over a count: not without a match", strings: "$a = \"aaaa1\"",
      condition: "for all i in (1..#a) : (@a[i] < 100)", asks: a, matches: ["aaaa1"]),
    PlanCase(
      name: "for none in", strings: "$a = \"aaaa1\"", condition: "for none i in (1..3) : (@a[i] > 100)",
      asks: .everything, matches: ["x"]),
    PlanCase(
      name: "for in a list", strings: "$a = \"aaaa1\"", condition: "for any x in (1, 2) : ($a and x == 1)",
      asks: a, matches: ["aaaa1"]),
    PlanCase(
      name: "with", strings: "$a = \"aaaa1\"", condition: "with n = #a : (n > 0 and n < 5)", asks: a, matches: ["aaaa1"]),
    PlanCase(
      name: "filesize alone", strings: ab, condition: "$a or filesize < 10 or $b", asks: .everything,
      matches: ["x"]),
    PlanCase(
      name: "a number at a place that depends on the file", strings: "$a = \"aaaa1\"",
      condition: "uint16(@a) == 0x6161", asks: a, matches: ["aaaa1"]),
    PlanCase(
      name: "math.*", strings: "$a = \"aaaa1\"",
      condition: "$a and math.mean(0, filesize) > 0.1", before: "import \"math\"", asks: a,
      matches: ["aaaa1"]),
    PlanCase(
      name: "a digest of a part that a match begins", strings: "$a = \"aaaa1\"",
      condition: "hash.md5(@a, 5) != \"\"", before: "import \"hash\"", asks: a, matches: ["aaaa1"]),
    PlanCase(
      name: "rule reference", strings: "$b = \"bbbb2\"", condition: "r1 and $b",
      before: "rule r1 { strings: $a = \"aaaa1\" condition: $a }", asks: .all([a, b]),
      matches: ["aaaa1bbbb2"]),
    PlanCase(
      name: "negated rule reference: not false when unknown", strings: "$b = \"bbbb2\"",
      condition: "not r1 and $b", before: "rule r1 { strings: $a = \"aaaa1\" condition: $a }", asks: b,
      matches: ["bbbb2"]),
    PlanCase(
      name: "negated rule that is undefined", strings: "", condition: "not r1",
      before: "rule r1 { strings: $a = \"aaaa1\" condition: @a > 100 }", asks: .everything,
      matches: ["x"]),
    PlanCase(
      name: "private rule", strings: "$b = \"bbbb2\"", condition: "r1 and $b",
      before: "private rule r1 { strings: $a = \"aaaa1\" condition: $a }", asks: .all([a, b]),
      matches: ["aaaa1bbbb2"]),
    PlanCase(
      name: "rule set", strings: "", condition: "1 of (q*)",
      before: "rule q1 { strings: $a = \"aaaa1\" condition: $a } rule q2 { strings: $b = \"bbbb2\" condition: $b }",
      asks: .any([a, b]), matches: ["bbbb2"]),
    PlanCase(
      name: "global rule", strings: "$b = \"bbbb2\"", condition: "$b",
      before: "global private rule g { strings: $a = \"aaaa1\" condition: $a }", asks: .all([b, a]),
      matches: ["aaaa1bbbb2"]),
    PlanCase(name: "true", strings: "", condition: "true", asks: .everything, matches: ["x"]),
    PlanCase(name: "false", strings: "", condition: "false", asks: .nothing),
    PlanCase(
      name: "count as a condition", strings: "$a = \"aaaa1\"", condition: "#a", asks: a, matches: ["aaaa1"]),
    PlanCase(
      name: "a rule as N: 0 or 1", strings: ab, condition: "r1 of them",
      before: "rule r1 { strings: $c = \"cccc3\" condition: $c }", asks: .everything, matches: ["x"]),
  ]
}
