import "math"
import "hash"
rule types {
  strings:
    $a = "abc"
  condition:
    filesize == "abc" or
    1.5 % 2 == 1 or
    ~1.0 == 1 or
    "a" + 1 == 2 or
    -"a" == 1 or
    "abc" contains 1 or
    filesize matches /a/ or
    "abc" matches "a" or
    /abc/ or
    $a at "x" or
    $a in (1.5..2) or
    @a["x"] == 1 or
    for any i in (1, "a") : (i == 1) or
    for any i in filesize : (i == 1) or
    for "x" i in (1..2) : (i == 1) or
    uint8(1.0) == 1 or
    uint8(1, 2) == 1 or
    math.in_range(1.0, 0, 2) or
    math.min(1) == 1 or
    hash.md5(0) == "x" or
    math.entropy.x == 1 or
    math[0] == 1 or
    math.MEAN_BYTES(0) == 1 or
    defined math.min or
    1 of (true, false) at 0 or
    for any k, v in (1..2) : (true)
}
rule list {
  condition:
    for any x in (math, 1) : (true) or
    for any x in math : (true) or
    with f = math.min : (f(1, filesize) == 1 and f(1) == 1)
}
