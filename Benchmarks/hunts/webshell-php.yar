rule php_shell {
  strings:
    $php = "<?php" nocase
    $e1 = "eval(" nocase
    $e2 = "base64_decode(" nocase
    $e3 = "gzinflate(" nocase
    $e4 = "str_rot13(" nocase
    $r1 = /\$_(GET|POST|REQUEST|COOKIE)\[['"][a-z0-9_]{1,12}['"]\]\s*\(/ nocase
    $r2 = /preg_replace\s*\(\s*['"]\/.{0,10}\/e['"]/ nocase
  condition: filesize < 300KB and $php and (2 of ($e*) or any of ($r*))
}
