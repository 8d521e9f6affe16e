rule broken_patterns {
  strings:
    $empty = ""
    $no_value =
    $number = 5
    no_sigil = "abc"
    $a "missing equals"
    $twice = "abc" wide ascii wide
    $unknown = "abc" wide foo(1)
    $conflict = "abc" xor nocase
    $hex_wide = { 01 02 } wide
    $regex_xor = /abc/ xor
    $flags = /abc/ix
    $xor1 = "abc" xor(256)
    $xor2 = "abc" xor(9-3)
    $xor3 = "abc" xor()
    $base = "abc" base64(5)
    $escape = "a\qb\x4"
    $open = "abc
    $slashes = //
    $after = "still read"
  condition:
    any of them
}
