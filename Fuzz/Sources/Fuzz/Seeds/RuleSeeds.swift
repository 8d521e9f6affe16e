/// Rules that between them use the whole grammar, and the words that mutations insert.
enum RuleSeeds {
  static let data = Array(
    "MZ\u{90}\u{0} abcabc Foo f\u{0}o\u{0}o\u{0} Zm9v \u{1}\u{2}\u{3} xyz".utf8)

  static let texts = [
    """
    import "math" import "hash" import "string"
    private global rule G : t1 t2 { meta: a = "x" b = -1 c = true condition: filesize < 1MB }
    rule a { strings: $a = "abc" nocase wide ascii fullword private $b = { 4D ?? [1-3] ( 61 | 62 63 ) ~00 }
      $c = /a(b|c)+?d{1,3}[^x-z]$/is $d = "foo" xor(1-255) $e = "foo" base64("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
      condition: G and any of them or #a > 2 and @a[1] < 10 and !b[1] == 4 and $c at 0 or $d in (0..filesize) }
    """,
    """
    rule l { strings: $a1 = "a" $a2 = "b" condition: for any i in (0..#a1) : ( @a1[i] > 1 ) and
      for all of ($a*) : ( $ at 3 or # > 1 ) and 50% of them and 2 of ($a1, $a2) in (0..10) and none of them
      and for 1 s in ("x", "y") : ( s contains "x" and s iequals "X" and s matches /x/ ) }
    """,
    """
    import "math"
    rule m { condition: math.entropy(0, filesize) > 1.5 and uint16be(0) == 0x4D5A and not defined uint32(99)
      and 1 + 2 * -3 \\ 4 % 5 == 6 | 7 & ~8 ^ 9 << 1 >> 2 and with x = 1, y = x + 1 : ( x != y ) }
    """,
    "include \"self\"\nrule i { condition: ext_int == 7 and ext_bool and ext_text startswith \"a\" }",
    "import \"pe\" import \"elf\" import \"macho\" import \"dotnet\" rule p { condition: pe.is_pe or elf.type == elf.ET_EXEC }",
    "import \"pe\" rule q { condition: for any s in pe.sections : ( s.name == \".text\" ) and pe.imports(\"a.dll\", /x/) > 0 }",
    "rule n { strings: $ = \"a\" $ = \"b\" condition: all of them /* c */ // d\n}",
  ]

  static let regexes = [
    "a(b|c)+?d", "[^a-z\\d]{2,5}", "^MZ.*xyz$", "(?:ab){1,3}c", "\\bfoo\\B", "\\x41\\s\\w+", "f.o",
    "(a*)*b", "a{0,}|b{2}",
  ]
  static let regexWords = [
    "(?:", ")*", "{1,2}", "+?", "*?", "??", "[^", "\\x00", "\\b", "\\B", "\\w", "\\S", "{0,1000}",
    "|", ".*", "^", "$", "(?i:", "[[:alpha:]]", "\\u0041",
  ].map { [UInt8]($0) }

  static let hexes = [
    " 4D 5A ?? [1-3] ( 61 | 62 63 ) ~00 ", "61 [0-2] 62 [-] 63", "6? ?2 [4] 61", "~?0 61",
    "61 // c\n 62 /* d */ 63",
  ]
  static let hexWords = ["[1-]", "[-]", "[0-200]", "( ", " | ", " )", "??", "~", "?A", "/*", "*/"]
    .map { [UInt8]($0) }

  static let words =
    ([
      "rule ", "private ", "global ", "import ", "include ", "meta:", "strings:", "condition:",
      "ascii", "wide", "nocase",
      "fullword", "xor", "base64", "base64wide", "and ", "or ", "not ", "defined ", "any ", "all ",
      "none ", "of ", "them",
      "for ", "in ", "at ", "with ", "contains", "icontains", "startswith", "istartswith",
      "endswith", "iendswith",
      "iequals", "matches", "filesize", "entrypoint", "uint8(", "int32be(", "true", "false", "1MB",
      "0x7fffffffffffffff",
      "0o17", "1.5", "\"pe\"", "\"elf\"", "\"math\"", "\"dotnet\"", "\"macho\"", "\"dex\"",
      "\"lnk\"", "\"hash\"", "\"time\"",
      "\"console\"", "\"string\"", "\"magic\"", "\"cuckoo\"", "\"vt\"", "pe.", "elf.", "math.",
      "$a", "#a", "@a", "!a", "($*)",
      "(0..1)", "..", "%", "<<", ">>", "==", "!=", "[1-2]", "{ 41 }", "/a/", "\\x41", "\\\"",
    ]).map { [UInt8]($0) } + regexWords + hexWords
}
