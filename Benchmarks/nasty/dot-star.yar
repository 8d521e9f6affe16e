rule from_to { strings: $a = /MZ.*PE/s $b = /http.*\.exe/ condition: $a and $b and filesize == 1 }
rule dots { strings: $a = /[a-z]+.*[0-9]+.*end/ condition: #a > 100000 }
