/// Answers of YARA-X 1.23.0 and of YARA 4.5.4, recorded.
enum RecordedAnswers {
  /// The bytes that all conditions are asked of.
  static let data: [UInt8] = Array("abcabc".utf8) + [0, 1]
  /// The patterns of rules whose condition names one.
  static let patterns = #"$_a = "abc" $_b = "zzz" $_c = "c""#

  /// A line is YARA-X's answer, YARA's answer and the condition: T true, F false, E refused.
  static let conditions = #"""
    FF not (uint8(1000) == 1)
    TT not ((uint8(1000) == 1) and true)
    TT not ((uint8(1000) == 1) or false)
    FF defined (uint8(1000)==1)
    TT defined (uint8(1000)==1 and true)
    FF defined (not (uint8(1000)==1))
    FF not uint8(1000)
    TT not defined uint8(1000)
    FF uint8(1000) == uint8(1000)
    FF uint8(1000) != 1
    FF not (uint8(1000) != 1)
    FF for any i in (uint8(1000)..5) : (true)
    TT not for any i in (uint8(1000)..5) : (true)
    TT defined (for any i in (uint8(1000)..5) : (true))
    FF for all i in (1..uint8(1000)) : (true)
    FF for none i in (1..uint8(1000)) : (true)
    TT not for none i in (1..uint8(1000)) : (true)
    FT for uint8(1000) i in (1..3) : (true)
    FF not for uint8(1000) i in (1..3) : (true)
    TT for none i in (1..3) : (uint8(1000)==1)
    FF for all i in (1..3) : (uint8(1000)==1)
    TT not for all i in (1..3) : (uint8(1000)==1)
    TT for any i in (uint8(1000), 1) : (true)
    FF for all i in (uint8(1000), 1) : (i==1)
    TT for all i in (uint8(1000), 1) : (true)
    TT for none i in (uint8(1000), 1) : (i==7)
    FF for all i in (uint8(1000), 1) : (defined i)
    FF for any i in (5..filesize-8) : (true)
    FF for all i in (5..filesize-8) : (true)
    FF for none i in (5..filesize-8) : (true)
    FF for 0 i in (5..filesize-8) : (true)
    TT not for all i in (5..filesize-8) : (true)
    FF for 0 i in (1..3) : (true)
    TT for 0 i in (1..3) : (false)
    TT for 2 i in (1..3) : (i>1)
    TT for 2 i in (1..3) : (i>0)
    FF for 4 i in (1..3) : (i>0)
    FE for 50% i in (1..3) : (i==1)
    TE for 50% i in (1..3) : (i<=2)
    FE for 34% i in (1..3) : (i==1)
    TE for 33% i in (1..3) : (i==1)
    FE for 0% i in (1..3) : (i==1)
    TE for 0% i in (1..3) : (false)
    TE for 100% i in (1..3): (true)
    FF for filesize i in (1..3): (true)
    FT for (filesize-10) i in (1..3): (true)
    FT for (filesize-10) i in (1..3): (false)
    TT for (filesize-8) i in (1..3): (false)
    FF for (filesize-8) i in (1..3): (true)
    FE for (uint8(1000))% i in (1..3): (true)
    FE for (filesize+100)% i in (1..3): (true)
    FE for (filesize-100)% i in (1..3): (true)
    FE for (filesize-100)% i in (1..3): (false)
    TF 0 of ($_a,$_b,$_c)
    TT 0 of ($_b)
    TT none of ($_b)
    FF none of them
    FF 3 of them
    TT 2 of them
    FF 4 of them
    FF filesize of them
    TF (filesize-8) of them
    TT (filesize-8) of ($_b)
    FT (filesize-9) of them
    FT (filesize-9) of ($_b)
    FF uint8(1000) of them
    FT not uint8(1000) of them
    FF uint8(1000)% of them
    FF 67% of them
    TT 66% of them
    TT 34% of them
    FE 0% of them
    TE 0% of ($_b)
    FF 100% of them
    EE 101% of them
    FF (filesize*10)% of them
    EE -1 of them
    TT any of them at 0
    FF all of ($_a,$_c) at 0
    TT any of them in (0..1)
    TT all of ($_a,$_c) in (0..5)
    FF none of ($_a,$_c) in (3..3)
    FF any of them at uint8(1000)
    TF none of them at uint8(1000)
    TF not any of them at uint8(1000)
    FF any of them in (uint8(1000)..3)
    TF none of them in (uint8(1000)..3)
    TF defined (any of them at uint8(1000))
    TF defined (any of them in (0..uint8(1000)))
    TF 0 of them at uint8(1000)
    FF $_a at uint8(1000)
    FF not $_a at uint8(1000)
    FF defined ($_a at uint8(1000))
    FF $_a in (uint8(1000)..4)
    FF not $_a in (uint8(1000)..4)
    FF defined ($_a in (uint8(1000)..4))
    FF #_a in (uint8(1000)..4) == 0
    FF defined (#_a in (uint8(1000)..4))
    FF defined (#_a in (4..uint8(1000)))
    TT #_a in (0..0) == 1
    TT #_a in (4..filesize-7) == 0
    FF $_a in (4..filesize-7)
    TT not $_a in (4..filesize-7)
    TT defined ($_a in (4..filesize-7))
    TT defined (#_a in (4..filesize-7))
    TT $_a in (filesize-20..3)
    TT $_a at filesize-8
    FF $_a at filesize-9
    TT #_a in (filesize-20..3) == 2
    TT #_a in (filesize-20..filesize-6) == 1
    TT defined ($_a at filesize-9)
    TT @_a == 0
    TT @_a[1] == 0
    TT @_a[2] == 3
    FF defined @_a[3]
    EF defined @_a[0]
    EF @_a[0]==0
    FF defined @_a[filesize-8]
    FF defined @_a[filesize-9]
    FF defined @_b
    FF @_b == 0
    TT !_a == 3
    TT !_a[2] == 3
    FF defined !_a[3]
    FF defined !_b
    FF defined @_a[uint8(1000)]
    TT #_b == 0
    TT @_a < filesize
    TF 0 of them
    TF 0 of ($_a)
    TF 0 of ($_a,$_b)
    TF (filesize-8) of ($_a)
    FF 0 of ($_a) at 0
    TT 0 of ($_a) at 1
    FF 0 of ($_a) in (0..3)
    FE 0% of ($_a) at 0
    FE 0 of (true,false)
    TE 0 of (false,false)
    FE (filesize-8) of (true,false)
    FE (filesize-9) of (true,false)
    TE not ((filesize-9) of (true,false))
    FE not ((filesize-9) of (true,uint8(1000)==1))
    FE not ((filesize-9)% of (uint8(1000)==1,false))
    FE uint8(1000) of (true,false)
    FE 1 of (uint8(1000)==1,true)
    FE all of (uint8(1000)==1,true)
    FE none of (uint8(1000)==1,false)
    FE 0 of (uint8(1000)==1,false)
    FE 0% of (true,false)
    TE 0% of (false)
    TE 50% of (true,false,true)
    FE 67% of (true,false,true)
    FE 3 of (true,true)
    TE 1 of (1,0)
    TE 1 of ("a","")
    TE any of (1.5, 0.0)
    FF for 0 of them : ($)
    TT for 0 of ($_b) : ($)
    FF for (filesize-8) of them : ($)
    FT for (filesize-9) of them: ($)
    TT for 2 of them: ($)
    FF for 3 of them : ($)
    FF for all of them : (# > 0)
    FF for any of them : (@ == 3)
    TT for any of them : (@[2] == 3)
    TT for any of them : (! == 3)
    TT for any of them: ($ at 3)
    TT for any of them: ($ in (3..3))
    TT for any of them: (# in (3..3) == 1)
    FF for 4 of them: (true)
    FE for 67% of them: ($)
    TE for 66% of them : ($)
    TT for none of them : ($ at 100)
    FF for uint8(1000) of them : ($)
    FT not for uint8(1000) of them : ($)
    FT defined (for uint8(1000) of them : ($))
    TT for any of ($_a*): ($)
    FE for (filesize-10)% of them: ($)
    FE for 0% of them: ($)
    FT (filesize-100)% of them
    TF not (filesize-100)% of them
    TT defined (filesize*100)% of them
    FF (filesize*100)% of them
    TT not (filesize*100)% of them
    TT for any i in (1..3) : (for all j in (i..3): (j >= i))
    EE for any i,j in (1..3) : (true)
    EE for all i in (-5..-1): (i<0)
    TT for all i in (filesize-20..filesize-10): (i<0)
    TT for any i in (filesize-20..3): (i==-12)
    EE for any i in (3..1): (true)
    TT for any s in ("a","b") : (s == "b")
    TE for any s in (1.5,2.5) : (s == 2.5)
    EE for any s in (true,false) : (s)
    EE for any s in (1,2.5) : (s == 2.5)
    EE for any s in (1,"a") : (true)
    TT for any i in (1) : (i==1)
    TT 1 + 1 == 2
    EE 9223372036854775807 + 1 < 0
    TT filesize + 9223372036854775807 < 0
    EE -9223372036854775807 - 2 > 0
    TT filesize*9223372036854775807*2 == -16
    TT 5 \ 2 == 2
    TT -5 \ 2 == -2
    TT -5 % 3 == -2
    TT 5 % -3 == 2
    TT 5.0 \ 2 == 2.5
    TT 5 \ 2.0 == 2.5
    FE defined (1 \ 0)
    FE defined (1 % 0)
    FF defined (1 \ (filesize-8))
    FF defined (1 % (filesize-8))
    TT defined (1.0 \ 0)
    TT 1.0 \ 0 > 100000
    TT defined (1.0 \ (filesize-8))
    TT 1.0\(filesize-8) > 1000000
    FF 0.0 \ 0 == 0.0 \ 0
    TT defined (0.0\(filesize-8))
    TF 0.0\(filesize-8) != 1.0
    FF 0.0\(filesize-8) == 1.0
    FF 0.0\(filesize-8) < 1.0
    FF defined ((-9223372036854775807 - (filesize-7)) \ -1)
    FF ((-9223372036854775807 - (filesize-7)) \ -1) < 0
    TF defined ((-9223372036854775807 - (filesize-7)) % -1)
    TF ((-9223372036854775807 - (filesize-7)) % -1) == 0
    TF defined ((-9223372036854775807 - (filesize-7)) % (7-filesize))
    TT 1 << 63 < 0
    TT 1 << 64 == 0
    TT 1 << (filesize+56) == 0
    TT 1 << (filesize+55) < 0
    EE 1 << -1 == 0
    TF defined (1 << (filesize-9))
    FF 1 << (filesize-9) == 0
    TF 1 << (filesize-9) < 0
    TT -1 >> 63 == -1
    TT -1 >> 64 == 0
    FF -1 >> 64 == -1
    TT -1 >> (filesize+60) == 0
    FF -1 >> (filesize+60) == -1
    TF defined (1 >> (filesize-9))
    TT -8 >> 1 == -4
    TT (8-filesize*2) >> 1 == -4
    TT ~0 == -1
    TT ~filesize == -9
    TT -filesize == -8
    TT --filesize == 8
    TT -(filesize-9.5) == 1.5
    TT 1 | 2 ^ 3 & 1 == 3
    TT 5 & 4 == 4
    TT 5 | 2 == 7
    TT 5 ^ 1 == 4
    TT 1 == 1.0
    TT filesize == 8.0
    TT filesize < 8.5
    TT filesize > 7.5
    TT 9007199254740993 == 9007199254740992.0
    EE true == 1
    EE true == true
    EE (filesize == 8) == true
    EE (filesize==8) == 1
    EE (filesize==8) == 2
    EE (filesize==8) == filesize
    EE (filesize==8) != false
    EE (filesize==8) > 0
    EE (filesize == 8) + 1 == 2
    TT true and 1
    TT 1 and 2
    TT "a" and 1
    FF ""
    TT "a"
    TT not ""
    TT not 0.0
    FF not 1.5
    FF 0.0
    TT 0.5
    TT filesize
    FF filesize-8
    FF not filesize
    TT -1
    EE ~1.0 == 1
    EE 1.0 % 2 == 1
    EE 1.0 & 1 == 1
    EE 1.0 << 1 == 1
    TT "abc" == "abc"
    TT "abc" < "abd"
    TT "abc" < "abcd"
    FF "ab\x00c" == "ab\x00d"
    TT "b" > "abc"
    TF "\xff" > "a"
    TT "" < "a"
    TT "abc" != "ABC"
    TT "abc" >= "abc"
    EE "a" == 1
    EE "a" contains 1
    TT "abc" contains "b"
    TT "abc" contains ""
    TT "" contains ""
    FF "" contains "a"
    TT "abc" icontains "B"
    TT "abc" startswith "ab"
    TT "abc" startswith ""
    TT "abc" endswith "bc"
    TT "abc" istartswith "AB"
    TT "abc" iendswith "BC"
    TT "abc" iequals "ABC"
    FF "abc" iequals "AB"
    TT "abc" endswith ""
    FF "\xe4" iequals "\xc4"
    TT "abc" matches /b/
    FF "abc" matches /^b/
    FF "ABC" matches /b/
    TT "ABC" matches /b/i
    TT "abc" matches /x*/
    TT "" matches /x*/
    TT "" matches /^$/
    FF "a\nb" matches /a.b/
    TT "a\nb" matches /a.b/s
    EE "abc" matches "b"
    EE filesize matches /8/
    TT defined filesize
    TT defined $_a
    TT defined 1
    TT defined "a"
    TT defined true
    FF not true
    TT not not true
    FT (filesize-9)% of them
    FT (filesize-9)% of ($_b)
    FE for (filesize-9)% i in (1..3):(false)
    FE for (filesize-9)% i in (1..3):(true)
    FF for uint8(1000) i in (5..filesize-8) : (true)
    TT defined (for uint8(1000) i in (5..filesize-8) : (true))
    TE 1 of (true,uint8(1000)==1)
    TE any of (true,uint8(1000)==1)
    FE any of (uint8(1000)==1,true)
    FE defined any of (uint8(1000)==1,true)
    FE all of (false,uint8(1000)==1)
    TE not all of (false,uint8(1000)==1)
    FE 2 of (true, false, uint8(1000)==1)
    FE not 2 of (true, false, uint8(1000)==1)
    FE any of (uint8(1000),1)
    EE 9223372036854775807 * 2 == 1
    EE 1 - 9223372036854775807 - 3 == 1
    FF 2 * filesize * 9223372036854775807 == 1
    TE -9223372036854775808 < 0
    TT 0x7fffffffffffffff + filesize < 0
    EE ~9223372036854775807 - 1 == 1
    TT 100KB == 102400
    TT 1MB == 1048576
    TT 0o17 == 15
    TT for any i in (9223372036854775806..9223372036854775807) : (i > 0)
    TT for any i in (0..9223372036854775807) : (i == 3)
    TT for any i in (filesize-9..9223372036854775807) : (i == 3)
    FF for all i in (filesize-9-9223372036854775807..9223372036854775807) : (i == 3)
    FF uint8(0x7fffffffffffffff) == 0
    FF $_a at 9223372036854775807
    TT $_a in (0..9223372036854775807)
    TT #_a in (filesize-9223372036854775807..filesize*1000) == 2
    TT not ($_a in (filesize..1))
    TT for any i in (1..2) : (i)
    TT for any i in (1..2) : ("a")
    TT for any of them : (#)
    EE with x = $_a : (x)
    EE with x = true : (x)
    TE with x=filesize: (x == 8)
    TE with x="abc": (x contains "b")
    TE with x=1.5: (x > 1)
    TT -9223372036854775807-1 < 0
    TT 1.5 + 1 == 2.5
    TT filesize \ 3.0 > 2.6
    TT defined (-filesize)
    TT - 1.5 < 0
    TT 1 + 1.5 - 0.5 == 2
    FF 5 \ 2 * 1.0 == 2.5
    TT 5 \ 2 + 0.5 == 2.5
    TT math.MEAN_BYTES == 127.5
    TT math.in_range(1.0,0.0,1.0)
    TE math.in_range(1,0,1)
    TT math.to_number(filesize==8) == 1
    EE math.to_number("a") == 1
    TT math.abs(-5)==5
    EE math.abs(-5.0)==5.0
    TF math.min(-1,2) == -1
    FT math.min(-1,2) == 2
    TF math.max(-1,2) == 2
    FT math.max(-1,2) == -1
    EE math.min(1.0,2.0)==1.0
    TT math.to_string(-5) == "-5"
    TT math.to_string(255,16) == "ff"
    TT math.to_string(-1,16) == "ffffffffffffffff"
    TT math.to_string(8,8)=="10"
    TT math.to_string(8,10)=="8"
    FF defined math.to_string(8,2)
    TT math.count(0x61) == 2
    TT math.count(0x61,0,3)==1
    TT math.count(0x61,0,100)==2
    TF defined math.count(0x61,8,1)
    TF math.count(0x61,8,1)==0
    FF defined math.count(0x61,9,1)
    FF defined math.count(0x61,0-1,1)
    FF defined math.count(256)
    FF defined math.count(-1)
    FF math.count(0x161)==2
    TT defined math.count(0x61,0,0)
    TT math.count(0x61,0,0)==0
    FF defined math.count(0x61,0,-1)
    TT math.percentage(0x61)==0.25
    TT math.percentage(0x61,0,3) > 0.33
    TF math.percentage(0x61,0,3) == 1.0\3
    FF defined math.percentage(0x61,0,0)
    FF defined math.percentage(0x61,8,1)
    TT math.mode()==0x61
    TT math.mode(1,2)==0x62
    FT defined math.mode(0,0)
    FT math.mode(0,0)==0
    FF defined math.mode(8,1)
    EE math.mode("abb")==0x62
    TT math.mode(6,2)==0
    TT math.entropy(0,8) > 2
    TT math.entropy("")==0.0
    TT defined math.entropy(0,0)
    TF defined math.entropy(8,1)
    TF defined math.entropy(8,0)
    TT math.entropy(0,0)==0.0
    TT math.entropy("aabb")==1.0
    FF defined math.mean(0,0)
    FF defined math.mean("")
    TT math.mean(0,3)==98.0
    FF defined math.deviation(0,0,1.0)
    TT math.deviation(0,3,98.0) > 0.6
    TT math.deviation("abab",97.5)==0.5
    EE math.deviation(0,3,98)==1
    FF defined math.deviation("",1.0)
    TT math.serial_correlation(0,0)==-100000.0
    TT math.serial_correlation("")==-100000.0
    TT math.serial_correlation("aaaa")==-100000.0
    TT math.serial_correlation("BCA")==-0.5
    TT math.serial_correlation(0,6)==-0.5
    TT math.serial_correlation(0,8) > -0.5
    TF defined math.serial_correlation(8,1)
    TT math.serial_correlation("aabb") == 0.0
    FF defined math.monte_carlo_pi(0,5)
    TT math.monte_carlo_pi(0,6) > 0.27
    TT math.monte_carlo_pi("\xff\xff\xff\x00\x00\x00")==1.0
    FF math.monte_carlo_pi("\xff\xff\xff\x00\x00\x00")<0.3
    TT math.monte_carlo_pi("\x00\x10\x00\x00\x00\x00")<0.3
    TF math.monte_carlo_pi("\xff\xff\x00\x00\x00\x00")<0.3
    FF hash.md5(0,8) == "x"
    FT defined hash.md5(0,9)
    TF defined hash.md5(8,0)
    FF defined hash.md5(8,1)
    FF defined hash.md5(9,0)
    TT defined hash.md5(0,0)
    TT hash.md5(0,0)=="d41d8cd98f00b204e9800998ecf8427e"
    TT hash.md5("")=="d41d8cd98f00b204e9800998ecf8427e"
    FF hash.md5("")=="D41D8CD98F00B204E9800998ECF8427E"
    FF defined hash.md5(-1,1)
    FF defined hash.md5(1,-1)
    TT hash.crc32("123456789")==0xcbf43926
    TT hash.crc32(0,0)==0
    FT defined hash.crc32(0,9)
    TT hash.checksum32(0,8)==589
    FT defined hash.checksum32(0,9)
    TT hash.checksum32("abc")==294
    FT defined hash.sha1(4,100)
    FT hash.sha1(4,100)==hash.sha1(4,4)
    TT string.to_int("1234")==1234
    TT string.to_int("-10")==-10
    TT string.to_int("+10")==10
    FT string.to_int(" 10")==10
    FT string.to_int("0x10")==16
    FT defined string.to_int("0x10")
    FT string.to_int("010")==8
    TF string.to_int("010")==10
    FF defined string.to_int("10a")
    FF defined string.to_int("")
    FF string.to_int("")==0
    FF defined string.to_int("9223372036854775808")
    TT string.to_int("A",16)==10
    FT string.to_int("0xA",16)==10
    FT defined string.to_int("0xA",16)
    FF defined string.to_int("1",1)
    FF defined string.to_int("1",37)
    FT defined string.to_int("1",0)
    TT string.to_int("z",36)==35
    TT string.to_int("-011",8)==-9
    FF defined string.to_int("-")
    FF defined string.to_int("12 ")
    TT string.length("abc")==3
    TT defined string.to_int("-9223372036854775808")
    FF defined string.to_int("1",-1)
    FF defined string.to_int("+-1")
    FF defined string.to_int("0x")
    FF string.to_int("0x")==0
    FF defined string.to_int("\x00")
    FT defined string.to_int("1\x00")
    TF defined string.to_int("08")
    FF string.to_int("08")==0
    TT console.log("a")
    TT console.log(1)
    TT console.log(1.5)
    TT console.log("a",1)
    TT console.log("a",1.5)
    TT console.log("a","b")
    TT console.hex(1)
    TT console.hex("a",1)
    FF console.log(uint8(1000))
    FF not console.log(uint8(1000))
    TE console.log(filesize==8)
    TE console.log("a",filesize==8)
    EE console.log("a",filesize,"b")
    """#

  /// A line is the rules that match in YARA-X, in YARA (`-` for none, E refused), the data in
  /// hexadecimal digits, and the rules.
  static let rules = #"""
    - | - | 6162636162630001 | global rule g { condition: filesize > 100 } rule a {condition: true}
    - | - | 6162636162630001 | rule a {condition: true} global rule g { condition: filesize > 100 }
    a | a | 6162636162630001 | global private rule g {condition: true} rule a {condition: true}
    a | a | 6162636162630001 | private rule g {condition: true} rule a {condition: g}
    - | - | 6162636162630001 | global rule g1 {condition: true} global rule g2 {condition: false} rule a {condition: g1}
    a,g | a,g | 6162636162630001 | rule a {condition: true} global rule g {condition: a}
    E | E | 6162636162630001 | rule a {condition: g} global rule g {condition: true}
    E | - | 6162636162630001 | rule a {condition: a}
    E | a1,b | 6162636162630001 | rule a1 {condition: true} rule a2 {condition: false} rule b {condition: 1 of (a*)}
    E | a1 | 6162636162630001 | rule a1 {condition: true} rule a2 {condition: false} rule b {condition: all of (a*)}
    E | E | 6162636162630001 | rule a1 {condition: true} rule b {condition: all of (a*)} rule a2 {condition: false}
    E | E | 6162636162630001 | rule a1 {condition: true} rule b {condition: all of (x*)}
    a1,b | a1,b | 6162636162630001 | rule a1 {condition: true} rule a2 {condition: false} rule b {condition: any of (a1,a2)}
    a1,a2,b | a1,a2,b | 6162636162630001 | rule a1 {condition: true} rule a2 {condition: true} rule b {condition: 2 of (a1,a2)}
    a1,b | a1,b | 6162636162630001 | rule a1 {condition: true} rule a2 {condition: false} rule b {condition: 50% of (a1,a2)}
    E | b | 6162636162630001 | rule a1 {condition: false} rule a2 {condition: false} rule b {condition: none of (a*)}
    a1,b | a1,b | 6162636162630001 | rule a1 {condition: true} rule b {condition: 2 of (a1,a1)}
    E | E | 6162636162630001 | rule a1 {condition: true} rule b {condition: any of (a*)} rule a3 {condition:true}
    E | E | 6162636162630001 | rule a {condition: true} rule a {condition: true}
    E | E | 6162636162630001 | rule a : x x {condition: true}
    E | E | 6162636162630001 | rule a {strings: $a="abc" $a="abd" condition: $a}
    a | a | 6162636162630001 | rule a {meta: a=1 a=2 condition: true}
    E | E | 6162636162630001 | rule a {strings: $a="abc" condition: true}
    a | a | 6162636162630001 | rule a {strings: $_a="abc" condition: true}
    E | E | 6162636162630001 | rule a {strings: $="abc" condition: true}
    a | a | 6162636162630001 | rule a {strings: $="abc" condition: any of them}
    a | a | 6162636162630001 | rule a {strings: $="abc" condition: any of ($*)}
    a | a | 6162636162630001 | rule a {strings: $="abc" condition: any of ($)}
    E | E | 6162636162630001 | rule a {strings: $="abc" condition: $}
    E | E | 6162636162630001 | rule a {strings: $="abc" condition: # > 0}
    E | E | 6162636162630001 | rule a {condition: $a}
    E | E | 6162636162630001 | rule a {condition: any of them}
    E | E | 6162636162630001 | rule a {strings: $a="abc" condition: any of ($b*) or $a}
    - | a | 6162636162630001 | rule a {strings: $a="abc" condition: 2 of ($a,$a)}
    - | a | 6162636162630001 | rule a {strings: $a="abc" $b="bca" condition: 3 of ($a,$*)}
    - | - | 6162636162630001 | rule a {strings: $a="abc" condition: 2 of ($a)}
    E | E | 6162636162630001 | rule a {condition: foo}
    E | E | 6162636162630001 | import "foo" rule a {condition: true}
    a | a | 6162636162630001 | import "math" import "math" rule a {condition: true}
    E | E | 6162636162630001 | rule a {condition: math.min(1,2)==1}
    a | a | 6162636162630001 | import "math" rule a {condition: true}
    E | E | 6162636162630001 | import "math" rule a {condition: math.foo == 1}
    E | E | 6162636162630001 | import "math" rule a {condition: math.min(1) == 1}
    E | E | 6162636162630001 | import "math" rule a {condition: math.min(1.0,2) == 1}
    E | E | 6162636162630001 | import "math" rule a {condition: math.in_range(1.0,0,2)}
    a | E | 6162636162630001 | import "math" rule a {condition: math.in_range(1,0,2)}
    E | E | 6162636162630001 | import "math" rule a {condition: math.min}
    E | E | 6162636162630001 | import "math" rule a {condition: math}
    b,a | E | 6162636162630001 | rule b {condition: true} rule a {condition: b == 1}
    E | E | 6162636162630001 | rule b {condition: true} rule a {condition: b < 2}
    E | math | 6162636162630001 | import "math" rule math {condition: true}
    a | E | 6162636162630001 | rule a {condition: for any x in (1..2) : (for any x in (5..6) : (x == 6))}
    x,a | x,a | 6162636162630001 | rule x {condition: true} rule a {condition: for any x in (1..2) : (x == 2)}
    E | - | 6162636162630001 | rule a {condition: entrypoint == 0}
    a | E | 6162636162630001 | rule a {condition: with x = 1, y = x + 1 : (y == 2)}
    - | E | 6162636162630001 | rule a {condition: with x = uint8(1000) : (defined x)}
    - | E | 6162636162630001 | rule a {condition: not with x = uint8(1000) : (x == 1)}
    a | E | 6162636162630001 | rule a {condition: with x = uint8(1000), y=1 : (y==1)}
    E | E | 6162636162630001 | rule a {condition: with x = (filesize==8) : (x)}
    - | E | 6162636162630001 | rule a {condition: defined (with x = uint8(1000) : (x==1))}
    a | E | 6162636162630001 | rule a {condition: with x = 1, x = 2 : (x == 2)}
    x,a | E | 6162636162630001 | rule x {condition: true} rule a {condition: with x = 1 : (x == 1)}
    a | a | 6162636162630001 | rule a {condition: defined uint8(0)}
    a | a | 6162636162630001 | rule a {condition: defined int8(0)}
    a | a | 6162636162630001 | rule a {condition: defined uint16(0)}
    a | a | 6162636162630001 | rule a {condition: defined uint32(0)}
    a | a | 6162636162630001 | rule a {condition: defined int16(0)}
    a | a | 6162636162630001 | rule a {condition: defined int32(0)}
    a | a | 6162636162630001 | rule a {condition: defined uint8be(0)}
    a | a | 6162636162630001 | rule a {condition: defined int8be(0)}
    a | a | 6162636162630001 | rule a {condition: defined uint16be(0)}
    a | a | 6162636162630001 | rule a {condition: defined uint32be(0)}
    a | a | 6162636162630001 | rule a {condition: defined int16be(0)}
    a | a | 6162636162630001 | rule a {condition: defined int32be(0)}
    a | E | 6162636162630001 | rule a {condition: defined uint64(0)}
    a | E | 6162636162630001 | rule a {condition: defined int64(0)}
    a | E | 6162636162630001 | rule a {condition: defined uint64be(0)}
    a | E | 6162636162630001 | rule a {condition: defined int64be(0)}
    a | E | 6162636162630001 | rule a {condition: defined float32(0)}
    a | E | 6162636162630001 | rule a {condition: defined float64(0)}
    a | E | 6162636162630001 | rule a {condition: defined float32be(0)}
    a | E | 6162636162630001 | rule a {condition: defined float64be(0)}
    - | - | 6162636162630001 | rule a {condition: defined uint8(0-1)}
    - | - | 6162636162630001 | rule a {condition: defined uint8(filesize-9)}
    a | a | 6162636162630001 | rule a {condition: defined uint32(filesize-4) and not defined uint32(filesize-3)}
    E | E | 6162636162630001 | rule a {condition: uint8(1.0) == 1}
    a | a | ffff | rule a {condition: int16be(0) == -1}
    a | a | ffffffff | rule a {condition: uint32(0) == 4294967295}
    - | E | ffffffffffffffff | rule a {condition: uint64(0) == -1}
    a | E | 0000c03f | rule a {condition: float32(0) == 1.5}
    E | E | 6162636162630001 | include "x.yar" rule a {condition: true}
    - | - | 6162636162630001 | rule a {strings: $a="abc" condition: for 2 of ($a) : ($)}
    E | E | 6162636162630001 | rule a {strings: $a="abc" $b="zzz" condition: $a == $b}
    E | E | 6162636162630001 | rule a {strings: $a="abc" $b="zzz" condition: $a != $b}
    E | E | 6162636162630001 | rule a {strings: $a="abc" condition: $a == 1}
    E | E | 6162636162630001 | rule a {strings: $a="abc" condition: $a + 1 == 2}
    E | - | 6162636162630001 | rule a {strings: $a="abc" condition: @a[1.0] == 2}
    E | E | 6162636162630001 | rule a {strings: $a="abc" condition: $a at "x"}
    E | E | 6162636162630001 | rule a {strings: $a="abc" condition: $a at true}
    E | - | 6162636162630001 | rule a {strings: $a="abc" condition: $a at -1}
    E | E | 6162636162630001 | rule a {strings: $a="abc" condition: $a in (5..1)}
    E | a | 6162636162630001 | rule a {condition: /a/}
    a | a | 6162636162630001 | rule a {condition: not defined uint8(1000) and true}
    E | b | 6162636162630001 | private rule a1 {condition: true} rule b {condition: any of (a*)}
    """#

  /// YARA-X's answers, over eight bytes of 0xFF, to conditions with numbers above 2^63 - 1.
  static let unsigned = #"""
    T 0xffffffffffffffff > 5
    F -1 == 0xffffffffffffffff
    E 0xffffffffffffffff + 1 == 0
    E 18446744073709551616 > 0
    T (uint64(0) & 0xff) == 255
    T (uint64(0) & (0-1)) > 5
    T (uint64(0) | 1) > 5
    T (uint64(0) ^ 0) > 5
    T (~uint64(0)) == 0
    T (-uint64(0)) == 1
    T (uint64(0) - 1) > 5
    T (5 - uint64(0)) == 6
    T (0 - uint64(0)) > 0
    T (uint64(0) * 1) > 5
    T (uint64(0) * 1.0) > 5
    T uint64(0) > 1.5
    T uint64(0) == 18446744073709551615.0
    T (uint64(0) << 1) > 5
    T for any i in (uint64(0),1) : (i > 5)
    T with v=uint64(0): (v > 5)
    T (uint64(0) \ 2) > 5
    E (uint64(0) >> 1) > 5", "(1 + uint64(0) + 1) == 1
    F (filesize + uint64(0)) > 100
    T uint32(0) + uint64(0) > 100
    T (uint64(0) % 10) == 5
    T (uint64(0) \ (0-1)) == 1
    T (filesize-9) < uint64(0)
    F (filesize-9) == uint64(0)
    E (filesize-9) == (uint64(0) >> 0)", "uint64(0) == uint64(0)", "uint64(0) <= 0xffffffffffffffff
    E uint8(uint64(0)) == 1", "(0x8000000000000000) < 0
    T -9223372036854775808 < 0
    T -0x8000000000000000 < 0
    E 0x8000000000000000 == -0x8000000000000000", "1 << 63 < 0", "uint64(0) == int64(0)", "int64(0) == uint64(0)", "int64(0) < uint64(0)
    F uint64(0) == -1
    T uint64(0) == 0xffffffffffffffff
    F uint64(0) < 0
    F uint64(0) == filesize-9
    T uint64(0)+1 == 0
    F (uint64(0)+0) == (0-1)
    F uint64be(0) == -1
    T int64(0) == -1
    T uint64(0) > 5
    T uint64(0) != -1
    F (5 << 0xffffffffffffffff) > 0
    F 8 >> 0x8000000000000000 == 8
    """#
}
