import "macho"
rule mac_stealer {
  strings:
    $a = "Library/Application Support/Google/Chrome/Default/Login Data"
    $b = "osascript -e 'display dialog"
    $c = "find-generic-password"
    $d = "system_profiler SPHardwareDataType"
  condition: (uint32(0) == 0xFEEDFACF or uint32(0) == 0xBEBAFECA) and 2 of them
}
