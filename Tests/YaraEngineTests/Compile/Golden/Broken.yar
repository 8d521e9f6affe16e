// A syntax error hides the use of patterns; nothing is said about those.
rule broken {
  strings:
    $a = "abc"
    $b = "bcd"
  condition:
    filesize > 1 and ) and $a and $b
}
rule next {
  strings:
    $a = "abc"
    $unused = "abc"
  condition:
    $a and broken
}
