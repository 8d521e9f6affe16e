import "math"
import "hash"
private rule small { condition: filesize < 100KB }
global rule present { condition: filesize > 0 }
rule fine : tag other {
  meta:
    author = "someone"
    score = 5
    score = 6
  strings:
    $mz = { 4D 5A }
    $text = "text" wide ascii nocase
    $re = /ab+c/i
    $_unused = "unused"
    $ = "anonymous"
  condition:
    small and uint16(0) == 0x5A4D and 2 of ($mz, $text, $re) and #text > 2 and @re[1] < 1000 and
    for any i in (1..#mz) : (@mz[i] == 0 and !mz[i] == 2) and
    for all of ($t*) : (# < 10 and $ in (0..filesize)) and
    hash.md5(0, 10) == "d41d8cd98f00b204e9800998ecf8427e" and math.entropy(0, filesize) > 7.5 and
    with n = #text : (n > 2 and n < 10) and any of them
}
