rule precedence {
  strings:
    $a = "abc"
  condition:
    $a or not $a and defined filesize or
    1 + 2 * 3 - 4 \ 5 % 6 == 7 << 8 >> 9 & 10 ^ 11 | 12 and
    not 1 == 2 and not not $a and
    1 < 2 == 3 and
    -1 - -2 == - - 3 and ~1 & ~-1 == 0 and
    (1 + 2) * (3 | 4) > 1.5 and
    "a" contains "b" or "a" icontains "b" or "a" startswith "b" or "a" istartswith "b" or
    "a" endswith "b" or "a" iendswith "b" or "a" iequals "b" or "a" matches /b/ or
    ((($a)) and (true or false)) or
    0xFFFFFFFFFFFFFFFF == 18446744073709551615 or 1_0KB >= 2MB or 0o17 <= 15 or 0.1 != 10_0.5_0
}
