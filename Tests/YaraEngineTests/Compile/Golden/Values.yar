rule values {
  strings:
    $a = "abc"
    $b = "bcd"
  condition:
    9223372036854775807 + 1 == 0 or
    -9223372036854775807 - 2 == 0 or
    4611686018427387904 * 2 == 0 or
    1 << -1 == 0 or
    $a in (5..1) or
    $a in (-3..-1) or
    for any i in (3..1) : (true) or
    -1 of them or
    101% of them or
    for any i in (-2..2) : (i == 0)
}
