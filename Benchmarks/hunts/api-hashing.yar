rule ror13 {
  strings:
    $a = { C1 CF 0D ( 01 C7 | 03 F8 ) }
    $b = { 41 C1 C9 0D 41 01 C1 }
    $c = { 8B ?? 3C 8B ?? ?? 78 [0-10] 8B ?? 20 [0-12] 8B ?? 24 }
    $h1 = { 8E 4E 0E EC } $h2 = { AA FC 0D 7C } $h3 = { 54 CA AF 91 } $h4 = { 72 FE B3 16 }
  condition: (any of ($a, $b, $c)) and 2 of ($h*)
}
