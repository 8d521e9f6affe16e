rule shellcode_pieces {
  strings:
    $a = { FC E8 8? 00 00 00 60 89 E5 31 ( D2 | C0 ) 64 8B ( 52 | 50 ) 30 }
    $b = { FC 48 83 E4 F0 E8 C? 00 00 00 41 51 41 50 52 }
    $c = { D9 ( EE | 74 24 ) [0-6] ( 58 | 5B | 5D | 5E ) [0-8] ( 31 | 33 ) C9 }
    $d = { E8 FF FF FF FF ( C0 | C2 | C3 ) 5? }
  condition: any of them
}
