rule lnk_ps {
  strings:
    $a = "powershell" nocase wide
    $b = "-windowstyle hidden" nocase wide
    $c = "mshta" nocase wide
    $d = "http" nocase wide
  condition: uint32(0) == 0x4C and uint32(4) == 0x00021401 and filesize < 100KB and 2 of them
}
