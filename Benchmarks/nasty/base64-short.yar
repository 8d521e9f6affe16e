rule b { strings: $a = "exec" base64 $b = "http" base64 base64wide condition: #a > 1000000 and #b > 1 }
