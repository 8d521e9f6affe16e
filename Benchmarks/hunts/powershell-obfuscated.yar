rule ps_obfuscated {
  strings:
    $a = /-[eE][nN]?[cC]?[oO]?[dD]?[eE]?[dD]?[cC]?[oO]?[mM]?[mM]?[aA]?[nN]?[dD]?\s+[A-Za-z0-9+\/]{64,}/
    $b = "FromBase64String" nocase wide ascii
    $c = "IEX" fullword wide ascii
    $d = "New-Object Net.WebClient" nocase wide ascii
    $e = "[char]" nocase
  condition: filesize < 2MB and ($a or ($b and $c) or ($d and #e > 20))
}
