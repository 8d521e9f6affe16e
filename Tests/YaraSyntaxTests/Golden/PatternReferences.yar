rule pattern_references {
  strings:
    $a = "abc"
    $b = "def"
  condition:
    $a at 0 or $b in (0..100) or $a at filesize - 4 and
    #a > 3 and #a in (0 .. 10) == 2 and @a < @b[2] and !a[#a - 1] == 3 and !b!=!a and
    for all of ($*) : ($ at 5 or $ in (1..2) or # > 2 or @ < 3 or @[1] != ![2] or # in (0..1) == 1) and
    uint16(@a[1] + 4) == 0x5A4D and $a at entrypoint
}
