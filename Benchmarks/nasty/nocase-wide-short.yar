rule n { strings: $a = "run" nocase wide ascii $b = "get" nocase wide ascii fullword condition: #a > 1000000 or #b > 10000000 }
