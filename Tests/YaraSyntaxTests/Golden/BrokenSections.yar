rule nothing { }
rule no_condition {
  strings:
    $a = "abc"
}
rule empty_sections {
  meta:
  strings:
  condition:
}
rule twice {
  meta: a = 1
  meta: b = 2
  condition: true
  condition: false
}
rule wrong_order {
  strings: $a = "abc"
  meta: a = 1
  condition: $a
}
rule wrong_meta {
  meta:
    a = /x/
    b =
    c = "fine"
    = 4
    d : 5
    e = 99999999999999999999
    f = --1
    rule = 1
  condition: true
}
rule wrong_section {
  variables:
    a = 1
  condition: true
}
rule missing_colon {
  meta a = 1
  condition true
}
