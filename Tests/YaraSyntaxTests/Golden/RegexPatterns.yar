rule regex_patterns {
  strings:
    $a = /plain/
    $b = /flags/is wide
    $c = /path\/to\/file[\/x]\\/
    $d = /stuck/wide
    $e = /both/iswide
    $f = /\/first and last\//
    $g = / \/\* no comment *\/ /
  condition:
    any of them and "text" matches /a|b\/c/i
}
