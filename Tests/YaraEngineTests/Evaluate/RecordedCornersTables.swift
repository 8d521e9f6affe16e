// More answers of YARA-X 1.23.0 and of YARA 4.5.4, in the form of `RecordedAnswers.conditions` and
// `.rules`: where the one refuses, or counts otherwise, what the other takes.
extension RecordedAnswers {
  static let corners = #"""
    TT 7 \ 2 \ 2.0 == 1.5
    TT 9 \ 2 \ 4 == 1
    TT 9.0 \ 2 \ 4 > 1.1
    FE -7 \ 2 \ uint64(0) == 0
    TT -7 % 4 == -3
    TE -7 % 0x8000000000000000 > 5
    TE 0xFFFFFFFFFFFFFFFE + (-3) == 0xFFFFFFFFFFFFFFFB
    TE (-3) + 0xFFFFFFFFFFFFFFFE == 0xFFFFFFFFFFFFFFFB
    EE 9223372036854775807 + 5 - 5 > 0
    TE 9223372036854775807 + 5 + -5 == 9223372036854775807
    TE -4611686018427387904 * 2 < 0
    ET -(-9223372036854775807 - 1) < 0
    TE (9223372036854775807 + 15) + filesize < 0
    TE ((9223372036854775807 + 15) + 1) + filesize < 0
    TE (-9223372036854775807 - 15) - filesize > 0
    TE (9223372036854775807 * 2) * filesize != 0
    TE (9223372036854775807 + 15) + 1.5 > 0
    ET (~0 - 9223372036854775807) * 13 < 0
    ET (~0 - 9223372036854775807) * (~0 - 9223372036854775807) == 0
    EE 13 * (~0 - 9223372036854775807) < 0
    EE (9223372036854775807 | 1) * 13 == 1
    EE filesize + (9223372036854775807 + 15) > 0
    EE (9223372036854775807 + 15) \ filesize > 0
    EE -(-9223372036854775808) > 0
    EE --9223372036854775808 < 0
    EE -(0x8000000000000001) < 0
    TE -(0x8000000000000000) < 0
    TE 9007199254740992KB > 0
    TE 17592186044415MB > 0
    EE 17592186044416MB > 0
    TE for all x in (3, 0xFFFFFFFFFFFFFFF0) : (x > 2)
    TE for any x in (-2, 0xFFFFFFFFFFFFFFF0) : (x == 0xFFFFFFFFFFFFFFFE)
    TE for all x in (-1) : (for all y in (0x8000000000000000) : (x >> y == 0))
    TE for all x in (5) : (for all y in (0xFFFFFFFFFFFFFFFF) : (x << y == 0))
    FE 1 \ 0 == 0
    TE not defined (5 % 0)
    FE defined (1 \ 0)
    ET /abc/
    EF not /abc/
    ET /x/ and filesize > 0
    ET defined /x/
    FT -0.0
    TF not -0.0
    TT defined (-0.0)
    TF "ÀÉ" icontains "é"
    TF "Ünder" istartswith "ü"
    TT "straSSE" iendswith "Sse"
    TF "ÇA" iequals "ça"
    TF "\xE2\x84\xAA" icontains "K"
    TF "İ" istartswith "i"
    TT "\xC3" iequals "\xC3"
    TT "a\xC3\x28" iequals "A\xC3\x28"
    FF "É" contains "é"
    TE with t = "four" : (t.len() == 4)
    TE with t = "é" : (t.len() == 2)
    TE for all t in ("ab", "cd") : (t.len() == 2)
    TE with r = /b+c/ : ("abbc" matches r)
    TE with r = /B/i, s = r : ("abc" matches s)
    FE with r = /z/ : ("abc" matches r)
    EE with r = /z/ : (r)
    EE with r = /z/ : (defined r)
    EF @_a[1.0] == 2
    EF defined @_a["x"]
    ET not defined !_a[/x/]
    FE 0% of them
    EE 101% of them
    FT math.abs(-9223372036854775807 - 1) < 0
    FT defined math.abs(-9223372036854775807 - 1)
    TE console.log(0, 4)
    TE console.log("at: ", 2, 3)
    TE console.log(100, 5)
    """#

  static let cornerRules = #"""
    E | a1 | 6162636162630001 | rule a1 {condition: filesize > 0} rule a2 {condition: all of (a*)}
    E | - | 6162636162630001 | rule a {condition: 1 of (a*)}
    E | a1,a2 | 6162636162630001 | rule a1 {condition: filesize > 0} rule a2 {condition: any of (a*)}
    E | a1,a2 | 6162636162630001 | rule a1 {condition: filesize > 0} rule a2 {condition: 50% of (a*)}
    E | a1 | 6162636162630001 | rule a1 {condition: filesize > 0} rule a2 {condition: 51% of (a*)}
    E | a1 | 6162636162630001 | rule a1 {condition: filesize > 0} rule a2 {condition: none of (a*)}
    E | r,b | 6162636162630001 | rule r {condition: filesize > 0} rule b {condition: for r i in (1,2) : (i==1)}
    E | r,b | 6162636162630001 | rule r {condition: filesize > 0} rule b {strings: $a="a" $b="b" condition: r of them}
    E | r,b | 6162636162630001 | rule r {condition: filesize > 0} rule b {strings: $a="a" condition: @a[r] == 0}
    E | E | 6162636162630001 | rule r {condition: filesize > 0} rule b {condition: r + 1 == 2}
    E | E | 6162636162630001 | rule uint8 {condition: filesize > 0}
    E | E | 012e02 | rule a {strings: $a = { 01 [3000000000] [2000000000] 02 } condition: $a}
    E | E | 012e02 | rule a {strings: $a = { 01 [0-3000000000] [0-2000000000] 02 } condition: $a}
    E | E | 012e02 | rule a {strings: $a = { 01 02 [3000000000-] [2000000000-] 02 03 } condition: $a}
    a | E | 012e02 | rule a {strings: $a = { 01 [0-3000000000] [0-1000000000] 02 } condition: $a}
    E | a | 012e02 | rule a {strings: $a = { 01 [0-2147483647] [0-2147483647] [0-2147483647] 02 } condition: $a}
    E | E | 6162636162630001 | rule int32be {condition: filesize > 0}
    E | uint64 | 6162636162630001 | rule uint64 {condition: filesize > 0}
    a | E | 6162636162630001 | rule　a { condition: filesize > 0 }
    """#
}
