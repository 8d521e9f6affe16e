rule nsis_dropper {
  strings:
    $n = { EF BE AD DE 4E 75 6C 6C 73 6F 66 74 49 6E 73 74 }
    $a = "System.dll" $b = "nsExec.dll" $c = "inetc.dll"
  condition: uint16(0) == 0x5A4D and $n and filesize < 3MB and 2 of ($a, $b, $c)
}
