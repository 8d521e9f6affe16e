rule loops { strings: $a = { 00 00 } $b = "the" condition: for any i in (1..#b) : (@b[i] > 100 and uint8(@b[i] + 3) == 0xFE and for any j in (1..3) : (uint8(@b[i] + j) == 0xFD)) or #a == 1 }
