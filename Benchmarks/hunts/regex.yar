rule urls { strings: $u = /https?:\/\/[a-z0-9.\-]{4,40}\.(org|net|com)[\/'"<> )]/ condition: #u > 3 }
rule pdb { strings: $p = /[A-Za-z]:\\[^\x00\r\n"]{8,140}\\[^\x00\r\n"\\]{3,60}\.pdb\x00/ nocase condition: $p }
rule ip { strings: $i = /\b[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}:[0-9]{2,5}\b/ condition: $i }
rule openssl { strings: $o = /OpenSSL [13]\.[0-9]\.[0-9]{1,2}[a-z]?\s/ condition: $o }
