rule broken_hex {
  strings:
    $a = { }
    $b = { 0 }
    $c = { 01 0 2 }
    $d = { 01 G2 }
    $e = { 01 [] 02 }
    $f = { 01 [0] 02 }
    $g = { 01 [6-4] 02 }
    $h = { [4] 01 }
    $i = { 01 [4] }
    $j = { 01 ( 02 | ) 03 }
    $k = { 01 ( 02 | 03 }
    $l = { 01 02 ) 03 }
    $m = { 01 | 02 }
    $n = { 01 ~?? }
    $o = { 01 ~ 02 }
    $p = { 01 [4294967296] 02 }
    $q = { "abc" }
    $r = { 01 02
    $s = { 03 04 }
  condition:
    any of them
}
rule open_hex {
  strings:
    $a = { 01 02
  condition:
    $a
}
