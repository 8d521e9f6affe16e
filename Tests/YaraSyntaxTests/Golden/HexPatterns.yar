rule hex_patterns {
  strings:
    $bytes = { 4D 5a 90 00 }
    $wild = { ?? 4? ?4 ~4? ~?4 ~00 }
    $jumps = { 01 [4] 02 [2-4] 03 [-] 04 [4-] 05 [-6] 06 [0-0] 07 [ 1 - 2 ] 08 [0x10] 09 }
    $alternatives = { 01 ( 02 | 03 04 | ?5 ) ( ( 06 | 07 ) | 08 [2-3] 09 ) 0A }
    $comments = {
      01 // a comment with } in it
      02 /* another }
            of two lines */ 03
    }
    $tight={0102(03|04)05[1-2]06} private
    $two_jumps = { 01 [1] [2-3] 02 }
  condition:
    any of them
}
