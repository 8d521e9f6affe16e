import "pe"
rule loops {
  strings:
    $a = "abc"
  condition:
    for any i in (0..10) : (i > 3) or
    for all i in (1, 2, 3) : (@a[i] == 1) or
    for 2 s in pe.sections : (s.name == ".text" and s.raw_data_size > 10KB) or
    for none k, v in pe.version_info : (k == "a" and v contains "b") or
    for 50% i in (1..#a) : (uint8(i) == 1) or
    for 10 % x in (1, 2) : (x == 1) or
    for #a i in ("a", "b") : (i == "c") or
    for 1 of ($a) : ($ at 1) or
    for any i in (0..1) : (for all j in (i..i + 1) : (i == j)) or
    with n = pe.number_of_sections, first = pe.sections[0] : (n > 2 and first.name == "x")
}
