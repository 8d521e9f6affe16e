rule xored {
  strings:
    $a = "This program cannot be run in DOS mode" xor(0x01-0xff)
    $b = "http://" xor(0x01-0xff) wide
    $c = "kernel32.dll" xor(0x01-0xff)
  condition: filesize < 5MB and any of them and not uint16(0) == 0x4D5A
}
