import "hash"
import "math"
rule constant { condition: 1 == 1 and not false }
rule constant_false { condition: filesize > 10 and 2 < 1 }
rule not_boolean { condition: filesize and "text" and 1.5 and filesize - 1 }
rule selections {
  strings:
    $a = "abc"
    $b = "bcd"
  condition:
    0 of them or 3 of them or all of them at 0 or 2 of them at 0 or for 3 of them : ($ at 0)
    or any of them at 0 or $a at -1 or @a[0] == 1 or $b in (filesize..-1)
}
rule comparisons {
  condition:
    hash.md5(0, filesize) == "D41D8CD98F00B204E9800998ECF8427E" or
    hash.sha1(0, filesize) == "d41d8cd98f00b204e9800998ecf8427e" or
    uint8(0) == 256 or int8(0) == -129 or uint16(0) == 0x4D5A or 0x1FFFF == uint16be(0) or
    filesize == (filesize \ 0) or entrypoint == 0
}
rule loops {
  strings:
    $a = "abc"
  condition:
    for any i in (0..filesize) : (uint8(i) == 1) or
    for any i in (1..#a) : (@a[i] == 1) or
    for any i in (0..math.min(filesize, 100)) : (uint8(i) == 1) or
    for any i in (0..2000) : (for any j in (0..2000) : (i == j)) or
    with unused = 1, used = 2 : (filesize == used)
}
rule math { condition: math.min(1, filesize) == 1 }
