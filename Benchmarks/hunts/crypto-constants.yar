rule rc4_and_friends {
  strings:
    $chacha = "expand 32-byte k"
    $tea = { B9 79 37 9E } $tea2 = { 47 86 C8 61 }
    $crc = { 00 00 00 00 96 30 07 77 2C 61 0E EE BA 51 09 99 }
    $sbox = { 63 7C 77 7B F2 6B 6F C5 }
    $md5 = { 01 23 45 67 89 AB CD EF FE DC BA 98 76 54 32 10 }
  condition: 3 of them and filesize < 3MB
}
