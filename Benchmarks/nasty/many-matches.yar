rule zeros { strings: $a = { 00 00 00 00 } $b = "e" $c = /[a-z]/ condition: #a > 100000000 or #b > 100000000 or #c > 1000000000 }
