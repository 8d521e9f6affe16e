import "pe"
rule reflective_loader_dll {
  strings:
    $a = "ReflectiveLoader" fullword
    $b = "beacon.x64.dll" fullword
    $c = { 4D 5A 41 52 55 48 89 E5 }
  condition: uint16(0) == 0x5A4D and filesize < 1MB and pe.number_of_sections < 8 and any of them
}
