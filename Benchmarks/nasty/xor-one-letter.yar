rule x { strings: $a = "http" xor $b = "exe" xor wide ascii condition: #a > 1000000 or #b > 10000000 }
