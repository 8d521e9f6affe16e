// Modifiers in any order, tags, and every kind of meta value.
import "pe"
import "math"
include "common/base.yar"

global private rule first : one two three {
  meta:
    author = "someone \"quoted\" \\ \x41"
    number = 42
    negative = -17
    big = 9223372036854775807
    kilo = 4KB
    mega = 2MB
    hexadecimal = 0x1F
    octal = 0o17
    grouped = 1_000_000
    ratio = 0.75
    below = -1.5
    small = 0.000001
    yes = true
    no = false
    author = "twice"
    include = "a name of YARA"
    with = "likewise"
  condition:
    true
}
private global rule second { condition: first }
rule third:tag{condition:second}
