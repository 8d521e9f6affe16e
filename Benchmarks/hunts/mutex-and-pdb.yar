rule family_marks {
  strings:
    $m1 = "Global\\{8761ABBD-7F85-42EE-B272-A76179687C63}" wide ascii
    $m2 = "_AVIRA_2109" wide ascii
    $p1 = "c:\\work\\loader\\release\\loader.pdb" nocase
    $p2 = /[a-z]:\\projects\\[a-z0-9_]{3,20}\\(release|debug)\\[a-z0-9_]{3,20}\.pdb/ nocase
  condition: any of them
}
