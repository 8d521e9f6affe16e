rule bootkit {
  strings:
    $a = "\\EFI\\Microsoft\\Boot\\bootmgfw.efi" wide
    $b = { 48 8D 05 ?? ?? ?? ?? 48 89 ( 41 | 42 | 43 ) ?? 48 8B [2-8] FF 50 ?? 85 C0 }
    $c = "SetupMode" wide $d = "winload.efi" wide
  condition: uint16(0) == 0x5A4D and uint32(uint32(0x3C)) == 0x4550 and 2 of ($a, $c, $d) and $b
}
