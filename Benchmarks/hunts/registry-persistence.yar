rule persistence {
  strings:
    $r1 = "Software\\Microsoft\\Windows\\CurrentVersion\\Run" wide ascii nocase
    $r2 = "Winlogon\\Shell" wide ascii nocase
    $r3 = "Image File Execution Options" wide ascii nocase
    $f1 = "schtasks /create" wide ascii nocase
    $f2 = "\\Start Menu\\Programs\\Startup\\" wide ascii nocase
  condition: uint16(0) == 0x5A4D and filesize < 600KB and 3 of them
}
