rule beacon_config {
  strings:
    $x1 = { 69 68 69 68 69 6B ?? ?? 69 6B 69 68 69 6B ?? ?? 69 6A 69 6B 69 6B }
    $x2 = { 2E 2F 2E 2F 2E 2C ?? ?? 2E 2C 2E 2F 2E 2C ?? ?? 2E 2D 2E 2C 2E 2C }
    $p = "%s as %s\\%s: %d" fullword
    $q = "Started service %s on %s"
    $r = "%02d/%02d/%02d %02d:%02d:%02d"
    $s = "could not spawn %s (token): %d"
  condition: any of ($x*) or 3 of ($p, $q, $r, $s)
}
