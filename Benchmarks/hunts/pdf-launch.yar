rule pdf_launch {
  strings:
    $m = "%PDF-"
    $a = "/Launch" $b = "/EmbeddedFile" $c = "/JavaScript" $d = "/AA" fullword $e = "/OpenAction"
    $f = /\/F\s*\([^)]{1,100}\.(exe|scr|vbs|js)\)/ nocase
  condition: $m in (0..1024) and (($a and $f) or ($b and $f) or ($c and $e and $d))
}
