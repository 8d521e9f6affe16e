rule base_one { condition: true }
rule base_two { condition: true }
rule of_expressions {
  strings:
    $a1 = "abc"
    $a2 = "def"
    $b = "ghi"
  condition:
    all of them or any of ($a*) or none of ($a1, $b) or 2 of ($a*, $b) or 1 + 1 of them or
    50% of them or (25 + 25)% of ($a *) or #b % 2 of them or 10 * 5 % of them or
    any of them at 0 or all of ($a*) in (0..filesize) or
    any of (base_one, base_*) or 1 of (base_one, base_two) or
    any of ($a1, true) or all of ($a1 at 0, not $b, 1 == 2) or any of (($a1)) or 0 of ($b)
}
