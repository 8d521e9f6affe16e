rule bom {
  strings:
    $a = "win
    $b = "ÿþ raw"
  condition:
    $b /* ÿ */ and true
}
