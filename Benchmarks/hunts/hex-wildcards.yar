rule prologue { strings: $h = { 55 8B EC 83 EC ?? 53 56 57 [4-12] 89 4? ?? 8B } $i = { 6A 14 68 ?? ?? ?? ?? E8 ?? ?? ?? ?? 33 ( DB | F6 | FF ) } condition: any of them }
rule tables { strings: $aes = { 63 7C 77 7B F2 6B 6F C5 30 01 67 2B FE D7 AB 76 } $k = { ( 98 2F 8A 42 91 44 37 71 | 42 8A 2F 98 71 37 44 91 ) [0-8] ( CF FB C0 B5 | B5 C0 FB CF | A5 DB B5 E9 ) } condition: any of them }
rule decoder { strings: $a = { 8A 04 ?? 34 ?? 88 04 ?? 4? 3B ?? 7? } $b = { 80 34 ( 01 | 08 | 0A ) ?? 4? 83 F? ?? } $c = { E8 00 00 00 00 5? 81 E? ?? ?? ?? ?? } condition: any of them }
rule api_hash { strings: $a = { C1 C? 0D 03 ?? [0-6] 0F BE ?? } $b = { 64 A1 30 00 00 00 8B 40 0C 8B ?0 [0-4] 8B } condition: any of them }
