rule short { strings: $a = "MZ" $b = "PE" $c = { 00 01 } $d = "http" condition: #a > 100000 or #b > 100000 or #c > 10000000 or #d > 100000 }
