import Testing

/// A pattern, data in hexadecimal, and the matches as `offset+length`, `^key` for xor.
struct PatternCase: Sendable, CustomTestStringConvertible {
  let pattern: String
  let data: String
  let matches: String
  init(_ pattern: String, _ data: String, _ matches: String) {
    self.pattern = pattern
    self.data = data
    self.matches = matches
  }
  var testDescription: String { pattern }
}

/// Recorded answers of YARA-X 1.23 or, where it refuses, of YARA 4.5; in most of them the two agree.
enum PatternMatchTables {
  static let cases: [PatternCase] = [
    PatternCase(#""abc""#, "6162632078616263616263", "0+3 5+3 8+3"),
    PatternCase(#""abc" nocase"#, "6142432041424320616264", "0+3 4+3"),
    PatternCase(#""abc" wide"#, "610062006300616263", "0+6"),
    PatternCase(#""abc" ascii wide"#, "616263610062006300", "0+3 3+6"),
    PatternCase(#""abc" fullword"#, "5f616263206162633120616263", "1+3 10+3"),
    PatternCase(#""abc" wide fullword"#, "780061006200630020006100620063002000", "10+6"),
    PatternCase(#""abc" fullword"#, "616263", "0+3"),
    PatternCase(#""ab" xor(1-255)"#, "61626063", "2+2^1"),
    PatternCase(#""abcd" xor"#, "75343736317561626364", "1+4^85 6+4^0"),
    PatternCase(#""abcd" xor wide"#, "6607650764076307", "0+8^7"),
    PatternCase(#""ab" xor fullword"#, "61625841420041420020", "6+2^32"),
    PatternCase(#""foobar" base64"#, "5a6d3976596d46792065475a7662324a6863673d3d206548686d6232396959584a3665673d3d", "0+8 11+7 25+7"),
    PatternCase(#""foobar" base64wide"#, "650047005a007600620032004a00680063006e006b003d00", "4+14"),
    PatternCase(#""foobar" wide base64"#, "5a674276414738415967426841484941", "0+16"),
    PatternCase(#""aaa""#, "616161616161", "0+3 1+3 2+3 3+3"),
    PatternCase(#""\x00\x00\x00""#, "010000000002", "1+3 2+3"),
    PatternCase(#"{ 61 62 }"#, "61626162", "0+2 2+2"),
    PatternCase(#"{ 61 ?? 63 }"#, "61626320610a63206163", "0+3 4+3"),
    PatternCase(#"{ 6? 62 }"#, "6162206262204162", "0+2 3+2"),
    PatternCase(#"{ ~61 62 }"#, "6162206262", "2+2 3+2"),
    PatternCase(#"{ 61 [1-3] 62 }"#, "617862786220613132333462", "0+3"),
    PatternCase(#"{ 61 62 [0-300] 63 64 }"#, "6162636463642e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e6364", "0+4"),
    PatternCase(#"{ 61 62 [-] 63 64 [250-] 65 66 }"#, "616263642e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e65666566", "0+257"),
    PatternCase(#"{ 61 ( 62 | 62 63 | ?? 64 ) 65 }"#, "61626520616263652061786465", "0+3 4+4 9+4"),
    PatternCase(#"{ 00 61 62 [1-] 61 00 }"#, "0061622e2e61002e2e006162786100", "0+7 9+6"),
    PatternCase(#"{ 00 00 [0-4] 00 }"#, "0000000000", "0+3 1+3 2+3"),
    PatternCase(#"{ ?? 61 ?? }"#, "626162206161", "0+3 3+3"),
    PatternCase(#"{ 00 00 00 01 }"#, "0000000001", "1+4"),
    // After a turn of no bytes a loop is left before other branches are tried.
    PatternCase(#"/b(\s?|\w{2,}b?[^b]){2,}\d+.{2}/s fullword"#, "623178310a3162207831", "0+4"),
    // Branches that begin with a byte of their own are verified each for itself.
    PatternCase(#"/(b)(aab){0,2}|\S{1,2}ab/ nocase"#, "78206262626162782062786162", "2+1 3+4 4+3 6+1 9+4 10+3 12+1"),
    PatternCase(#"/x1{,2}|(a([a-z0-9]))|x1\s/"#, "7831207831312078310a6161", "0+3 3+3 7+3 10+2"),
    PatternCase(#"/\saab|[ab]abc*|\s{,2}\x61/i wide"#, "20002000610061006200610062007800", "0+6 2+8 4+6 6+2 8+6 10+2"),
    // So are those of an alternation inside, where nothing else has a byte to begin at: each may end a
    // word.
    PatternCase(#"/\w(1|a1a\d|1ab)/i fullword"#, "623161622062312078613161312078623161", "0+4 5+2 8+5"),
    PatternCase(#"/(.a[^b]|ab1|a)(ab|.|.ab1)/i wide fullword"#, "610062002000610062003100200078006100620020002e006100610062003100", "0+4"),
    PatternCase(#"/((ab|ab11)|(aa|b1)[ab]?)\w?/ fullword"#, "6162313161206161623120623161206162", "0+5 6+4 11+3 15+2"),
    // A byte that is too common to be searched for is begun at all the same.
    PatternCase(#"/(.{3}\w?|b1){0,2}a/i fullword"#, "78007800780020002000610020006120616261626262626162312062316162", "4+7 7+8 8+7 10+1 14+1"),
    PatternCase(#"/(a\S{2,}|\w*)q/ nocase"#, "6162616162712e712e6171", "0+11 1+5 2+9 3+8 4+2 5+1 7+1 9+2 10+1"),
    PatternCase(#"/\s{0,2}?x+?/ fullword"#, "3178207878206261", "3+2"),
    PatternCase(#"/foo|foobar/"#, "666f6f626172", "0+3"),
    PatternCase(#"/foobar|foo/"#, "666f6f626172", "0+3"),
    PatternCase(#"/abcdef|abcd/"#, "616263646566", "0+6"),
    PatternCase(#"/foo|foobar/ fullword"#, "666f6f62617220666f6f", "0+6 7+3"),
    PatternCase(#"/a(b|bc)x/"#, "6162782061626378", "0+3 4+4"),
    PatternCase(#"/xa?(ab)?/"#, "786162", "0+2"),
    PatternCase(#"/ab[cd]*/ fullword"#, "61626364782061626364", "6+4"),
    PatternCase(#"/ab.*cd/s"#, "61627878636478786364", "0+10"),
    PatternCase(#"/ab.*?cd/s"#, "61627878636478786364", "0+6"),
    PatternCase(#"/ab.*cd.*ef/s"#, "616278786364616278786364206566206566", "0+18 6+12"),
    PatternCase(#"/ab.*cd/"#, "61622063640a6364", "0+5"),
    PatternCase(#"/[a-c]{2,3}x/"#, "6161626378", "1+4 2+3"),
    PatternCase(#"/a[^b]*c/"#, "61586258632061585863", "6+4"),
    PatternCase(#"/(abc){2}/"#, "616263616263616263", "0+6 3+6"),
    PatternCase(#"/\bab\b/"#, "7861622061625f206162", "8+2"),
    PatternCase(#"/\Bab/"#, "786162206162", "1+2"),
    PatternCase(#"/^ab/"#, "61626162", "0+2"),
    PatternCase(#"/ab$/"#, "61626162", "2+2"),
    PatternCase(#"/\bab/ wide"#, "780061006200200061006200", "8+4"),
    PatternCase(#"/a.b/ wide"#, "610078006200610078016200", "0+6"),
    PatternCase(#"/a\x00b/"#, "610062", "0+3"),
    PatternCase(#"/a.b/"#, "610a62", ""),
    PatternCase(#"/a.b/s"#, "610a62", "0+3"),
    PatternCase(#"/aB/i"#, "4142206162", "0+2 3+2"),
    PatternCase(#"/[a-c]Z/ nocase"#, "417a20635a", "0+2 3+2"),
    PatternCase(#"/\w+@\w+\.com/"#, "6d6540782e636f6d", "0+8 1+7"),
    PatternCase(#"/\d{2,}/"#, "31323334", "0+4 1+3 2+2"),
    PatternCase(#"/[\w.]+!/"#, "612e6221", "0+4 1+3 2+2"),
    PatternCase(#"/a{,3}b/"#, "6161616162", "1+4 2+3 3+2 4+1"),
    PatternCase(#"/x{2/"#, "787b32", "0+3"),
    PatternCase(#"/foo{}bar/"#, "666f6f7b7d626172", "0+8"),
    PatternCase(#"/\<ab\>/"#, "3c61623e", "0+4"),
    PatternCase(#"/[]a]b/"#, "5d62206162", "0+2 3+2"),
    PatternCase(#"/[a-]b/"#, "2d62206162", "0+2 3+2"),
    PatternCase(#"/\Rab/"#, "526162", "0+3"),
    PatternCase(#"/(a|b|)c/"#, "61632063", "0+2 1+1 3+1"),
    PatternCase(#"/.{3}/"#, "61626364", "0+3 1+3"),
    PatternCase(#"/.{1,3}z/"#, "6161617a", "0+4 1+3 2+2"),
    PatternCase(#"/é/"#, "78c3a9", "1+2"),
    PatternCase(#"/[^\x00]{2}/"#, "61006263", "2+2"),
    PatternCase(#"/a+?b/"#, "616162", "0+3 1+2"),
    PatternCase(#"/(ab)+/"#, "616261626162", "0+6 2+4 4+2"),
    PatternCase(#"/(ab)+?/"#, "61626162", "0+2 2+2"),
    PatternCase(#"/a.?b.?c/"#, "617862632061627863", "0+4 5+4"),
    PatternCase(#"/\s+foo/"#, "2020666f6f", "0+5 1+4"),
    PatternCase(#"/[a-z]+bar/"#, "666f6f626172626172", "0+9 1+8 2+7 3+6 4+5 5+4"),
    PatternCase(#"/ab{2, 3}c/"#, "6162626263", "0+5"),
    PatternCase(#"/ab{1 ,2}c/"#, "616263", "0+3"),
    PatternCase(#"/ab{ 2}c/"#, "6162626361627b20327d63", "0+4"),
    PatternCase(#"/(?m)^abc/"#, "78797a0a616263", "4+3"),
    PatternCase(#"/(?m)^abc/"#, "78797a0d0a616263", "5+3"),
    PatternCase(#"/(?m)abc$/"#, "6162630d0a78797a", "0+3"),
    PatternCase(#"/(?ms)xyz$.abc/"#, "78797a0a616263", "0+7"),
    PatternCase(#"/(?m)a^b/"#, "6162", ""),
    PatternCase(#"/(?u)^...$/"#, "f09f9988f09f9989f09f998a", "0+12"),
    PatternCase(#"/(?u)\d+abc/"#, "d9a0d9a1616263", "0+7 2+5"),
    PatternCase(#"/(?u)\w+abc/"#, "c3a9616263", "0+5"),
    PatternCase(#"/(?u)^.(?-u)..$/"#, "f09f9988f09f9989f09f998a", ""),
    PatternCase(#"/(?u)[é-ü]x/"#, "c3aa7820c3bf78", "0+3"),
    PatternCase(#"/(?iu)Éx/"#, "c3a958", "0+3"),
    PatternCase(#"/(?u)\p{Lu}y/"#, "c38979206579204579", "0+3 7+2"),
    PatternCase(#"/\b{start-half}abc/"#, "61626320616263", "0+3 4+3"),
    PatternCase(#"/abc\b{end-half}/"#, "6162632061626378", "0+3"),
    PatternCase(#"/[a--b]c/"#, "61632062632d63", "0+2"),
    PatternCase(#"/[--a]c/"#, "2d632061632c63", "0+2 3+2"),
    PatternCase("{ 61 [4294967297] 62 }", "612e62", "0+3"),
    PatternCase("{ 61 62 [300] 63 64 }", "6162" + String(repeating: "2e", count: 300) + "6364", "0+304"),
    PatternCase(#""A" base64"#, "785142", "1+1 2+1"),
    PatternCase(#""A" xor(65) ascii wide"#, "0041", "0+1^65"),
    PatternCase(#"/b{ 2}a.*?c/"#, "627b20327d617863", "0+8"),
    PatternCase(#"/a{40000}|bc/"#, "6263", "0+2"),
    PatternCase(#"/a{2977952116}|bc/"#, "6263", "0+2"),
    PatternCase(#"/(ab){2977952116}|bc/"#, "6263", "0+2"),
    PatternCase(#"/(a{60000}){60000}|bc/"#, "6263", "0+2"),
    PatternCase(#"/((ab){30000}){30000}|b c/"#, "622063", "0+3"),
    PatternCase(#"/x{ 1 , 3 }/"#, "627878", "1+2 2+1"),
    PatternCase("/" + (0..<300).map { "x\($0).y" }.joined(separator: "|") + "/", "783239392079", "0+6"),
    PatternCase(#"/a(bb|b)b/"#, "6162626262", "0+4"),
    PatternCase(#"/.{1,4}/s"#, "6162636465", "0+4 1+4 2+3 3+2 4+1"),
    PatternCase(#"/\w+?/ fullword"#, "626362", "0+3"),
    PatternCase(#"/b{1,3}?/ fullword"#, "626220626262", "0+2 3+3"),
    PatternCase(#"/b+?/ fullword"#, "2062626220", "1+3"),
    PatternCase(#"/\b((x*?_(A)\w+?)|b{1,}?0\x41|\w)/"#, "0a626262623041626262", "1+6"),
    PatternCase(#"/^(b+?c|\w)/"#, "626263", "0+3"),
    PatternCase(#"/\w(b+?c|\w)/"#, "61626263", "0+4 1+3 2+2"),
    PatternCase(#"/.(\s?|\S([^ab]\s)+)+/s"#, "622e78202e0a31", "0+1 1+1 2+2 3+1 4+2 5+1 6+1"),
    PatternCase(#"/(\w\S|.){2}?/"#, "61623a206364", "0+3 1+3 2+2 3+3 4+2"),
    PatternCase(#"/\s\s\s([^A-C_]{3}?[^\.\s]|.){2,}?/ fullword"#, "293a0d0a20202020646f6d61696e3a20416e790d0a20202020", "3+11 4+11 20+5"),
    PatternCase(#"/ab+?/ fullword"#, "61626262", ""),
    PatternCase(#"/(ab|cd)+?/ fullword"#, "616263646162", "0+6"),
    PatternCase(#"/A+?[^b ]{2,4}?/ fullword"#, "41414141", "0+4"),
    // The end is told from the beginning, or from each literal that the engines search for.
    PatternCase("{ 01 [4-9] ( ~00 ( 01 | ?? ?? ) ?? | 4? ) 62 }", "01aede09fe690747626242", "0+10"),
    PatternCase(
      #"/(\wb\d|ba[ab]|.)(ab[^b])+?/ wide fullword"#, "6200610062003100610062006100", "0+14"),
    // The last turn of a loop is made longer before another one is taken.
    PatternCase(#"/\.(\S{2}?[^b]*?){2,}?[a-c]/s"#, "2e7a787962797879637963", "0+9"),
    // Of a wide and a plain match that are read backwards the longer one counts.
    PatternCase(
      #"/[^b]*xy\W*/s wide ascii"#, "200061007800790078792e", "0+11 1+10 2+9 3+8 4+7 5+6 6+5 7+4 8+3"),
    PatternCase(#"/.?\W/s fullword"#, "620020006200", "0+2 2+1 4+2"),
    PatternCase(#"/([^ab]{0,2}?[a-c]??[ab]{2}?)/i fullword"#, "622e6262625f", ""),
    PatternCase(
      #""hello" base64("AACDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!@")"#, "7820614756736247383d",
      "2+6"),
    PatternCase(#"/abcd((efg){0,10000}){0,10000}x/"#, "6162636465666778", "0+8"),
    PatternCase(#"/ab(x{1000}y){1000}cd/"#, "616278797978", ""),
    PatternCase(#"/ab(x{0,1000}y){0,1000}cd/"#, "6162787978796364", "0+8"),
  ]

  /// Answers of YARA where YARA-X differs: `--dialect yara`.
  static let answersOfYARA: [PatternCase] = [
    PatternCase(#""mississippi" xor(1) fullword"#, "7b6c687272687272687171687d", "1+11^1"),
    PatternCase(#""foobar" base64"#, "5a7662324a686367", "0+7"),
    PatternCase(#""\x00\x00\x00\x00" base64"#, "4141414141422e2e", "0+5 1+4"),
    PatternCase(#"/abcd.*efgh/"#, "61626364" + String(repeating: "78", count: 1100) + "65666768", ""),
    PatternCase(#"/abcd.*?efgh/s"#, "61626364" + String(repeating: "78", count: 1100) + "65666768", ""),
    PatternCase("{ 61 [-] 62 63 }", "61" + String(repeating: "78", count: 5000) + "6263", "0+5003"),
    PatternCase("{ 61 [4-] [-] 62 }", "61" + String(repeating: "78", count: 5000) + "62", "0+5002"),
  ]

  /// Declarations that both engines refuse, with the code of ours.
  static let refused: [(String, String)] = [
    (#""""#, "E209"), (#""a" xor nocase"#, "E206"), (#""abc" base64 nocase"#, "E206"),
    (#""abc" base64 fullword"#, "E206"), (#""abc" base64 xor"#, "E206"),
    (#""abc" base64("abc")"#, "E404"), (#""abc" ascii ascii"#, "E205"),
    ("/abc/ xor", "E204"), ("/abc/ base64", "E204"), ("{ 61 } nocase", "E204"),
    ("{ 61 } wide", "E204"), ("/a+b.*?c/", "E402"), ("/a(b/", "E401"), ("/a[b/", "E401"),
    ("/+ab/", "E401"), (#"/\1ab/"#, "E401"), (#"/\x4/"#, "E401"), ("/[z-a]b/", "E401"),
    ("/a{2,1}/", "E401"), ("/(?x)a{ /", "E401"), ("/(?i)ab{/", "E401"), ("/a{4294967296}/", "E401"),
    ("/((a{60000}){60000}){2}/", "E502"),
    ("/[é]x/", "E401"), ("/()/", "E401"), ("/|a/", "E401"), (#"/(?u)\bab/"#, "E401"),
("/(?ii)ab/", "E401"), ("/((((((((((((((((a){4}){4}){4}){4}){4}){4}){4}){4}){4}){4}){4}){4}){4}){4}){4}){4}/", "E502"),
  ]
}
