rule doc_macro {
  strings:
    $ole = { D0 CF 11 E0 A1 B1 1A E1 }
    $a = "AutoOpen" nocase wide ascii
    $b = "Document_Open" nocase wide ascii
    $c = "WScript.Shell" nocase wide ascii
    $d = "URLDownloadToFile" nocase wide ascii
    $e = "powershell" nocase wide ascii
  condition: $ole at 0 and 1 of ($a, $b) and 1 of ($c, $d, $e)
}
