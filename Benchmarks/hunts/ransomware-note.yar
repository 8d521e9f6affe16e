rule ransom {
  strings:
    $a = "All your files have been encrypted" nocase wide ascii
    $b = "To decrypt your files" nocase wide ascii
    $c = "vssadmin delete shadows /all /quiet" nocase wide ascii
    $d = "bcdedit /set {default} recoveryenabled no" nocase wide ascii
    $e = "wbadmin delete catalog -quiet" nocase wide ascii
    $f = /[a-z2-7]{56}\.onion/ wide ascii
    $g = "README_TO_DECRYPT" wide ascii
  condition: uint16(0) == 0x5A4D and 2 of them
}
