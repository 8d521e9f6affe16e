import "elf"
rule iot_bot {
  strings:
    $a = "/bin/busybox" fullword
    $b = "/proc/net/tcp"
    $c = "POST /cdn-cgi/"
    $d = "GPON"
    $e = "hlLjztqZ"
  condition: uint32(0) == 0x464C457F and elf.type == elf.ET_EXEC and filesize < 300KB and 2 of them
}
