rule w { strings: $a = { ?? ?? ?? 8B EC } $b = { ?? [2-6] 55 8B } $c = { ( ?? | 01 ) 4D 5A 90 } condition: #a == 77777 or #b == 77777 or #c == 77777 }
